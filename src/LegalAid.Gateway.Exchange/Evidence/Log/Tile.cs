using System.Collections.Immutable;

namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>A tile and its hashes.</summary>
public sealed class Tile
{
    /// <param name="content"><see cref="TilePath.Width"/> × 32 bytes.</param>
    /// <exception cref="InvalidDataException">The content is not of that length.</exception>
    public Tile(TilePath path, ReadOnlyMemory<byte> content)
    {
        if (content.Length != path.Width * TreeHash.Bytes)
        {
            throw new InvalidDataException($"{path} has {content.Length} bytes");
        }

        Path = path;
        Content = content;
    }

    public TilePath Path { get; }

    /// <summary>The hashes one after the other, as served.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    public TreeHash this[int place] => new(Content.Span.Slice(place * TreeHash.Bytes, TreeHash.Bytes));

    public static Tile Of(TilePath path, IReadOnlyList<TreeHash> hashes)
    {
        var content = new byte[hashes.Count * TreeHash.Bytes];
        for (var place = 0; place < hashes.Count; place++)
        {
            hashes[place].CopyTo(content.AsSpan(place * TreeHash.Bytes));
        }

        return new Tile(path, content);
    }

    /// <summary>The same place with fewer hashes.</summary>
    public Tile Narrowed(int width) => width == Path.Width ? this : new Tile(Path with { Width = width }, Content[..(width * TreeHash.Bytes)]);

    /// <summary>The root over <paramref name="count"/> hashes, a power of two, from <paramref name="place"/>.</summary>
    public TreeHash RootOf(int place, int count) =>
        count == 1 ? this[place] : TreeHash.OfNode(RootOf(place, count / 2), RootOf(place + (count / 2), count / 2));

    public ImmutableArray<TreeHash> Hashes() => [.. Enumerable.Range(0, Path.Width).Select(place => this[place])];
}

/// <summary>Where tiles come from.</summary>
public interface ITileReader
{
    /// <summary>The tile, exactly as wide as asked.</summary>
    /// <exception cref="InvalidDataException">It is not there, though the tree reaches it: the log is damaged.</exception>
    ValueTask<Tile> ReadAsync(TilePath path, CancellationToken cancellationToken);
}
