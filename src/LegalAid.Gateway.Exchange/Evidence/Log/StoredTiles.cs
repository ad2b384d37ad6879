using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>Tiles from the store, where each stands as wide as it has grown.</summary>
public sealed class StoredTiles(ILogStore store) : ITileReader
{
    public async ValueTask<Tile> ReadAsync(TilePath path, CancellationToken cancellationToken)
    {
        var found = await store.ReadTilesAsync([new TileId(path.Level, path.Position)], cancellationToken);
        var width = found.IsEmpty ? 0 : found[0].Hashes.Length / TreeHash.Bytes;
        return width < path.Width
            ? throw new InvalidDataException($"{path} has {width} hashes")
            : new Tile(path with { Width = width }, found[0].Hashes).Narrowed(path.Width);
    }
}
