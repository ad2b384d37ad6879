namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>
/// Keeps the full tiles used last. A full tile never changes, so nothing is ever out of date; partial tiles pass through. Safe on any thread.
/// </summary>
/// <param name="tilesMax">At most this many, 8 KiB each; at least 1.</param>
public sealed class CachedTiles(ITileReader source, int tilesMax) : ITileReader
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TilePath, LinkedListNode<Tile>> _kept = [];
    private readonly LinkedList<Tile> _byUse = new();

    public async ValueTask<Tile> ReadAsync(TilePath path, CancellationToken cancellationToken)
    {
        // A narrow tile is the beginning of the full one: proofs at older sizes need no reading either.
        if (Find(path with { Width = TilePath.WidthMax }) is { } kept)
        {
            return kept.Narrowed(path.Width);
        }

        var tile = await source.ReadAsync(path, cancellationToken);
        if (path.IsFull)
        {
            Keep(tile);
        }

        return tile;
    }

    private Tile? Find(TilePath path)
    {
        lock (_gate)
        {
            if (!_kept.TryGetValue(path, out var node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value;
        }
    }

    private void Keep(Tile tile)
    {
        lock (_gate)
        {
            if (_kept.ContainsKey(tile.Path))
            {
                return;
            }

            _kept.Add(tile.Path, _byUse.AddFirst(tile));
            if (_kept.Count > tilesMax && _byUse.Last is { } oldest)
            {
                _byUse.RemoveLast();
                _kept.Remove(oldest.Value.Path);
            }
        }
    }
}
