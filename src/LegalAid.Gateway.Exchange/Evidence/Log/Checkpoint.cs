using System.Collections.Immutable;
using System.Globalization;

namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>A log's head at one size (c2sp.org/tlog-checkpoint): the text that is signed.</summary>
/// <param name="Origin">Names the log for ever.</param>
/// <param name="Size">Number of leaves.</param>
/// <param name="Extensions">Further lines, opaque; this gateway writes none.</param>
public sealed record Checkpoint(string Origin, long Size, TreeHash Root, ImmutableArray<string> Extensions)
{
    public Checkpoint(string origin, long size, TreeHash root)
        : this(origin, size, root, [])
    {
    }

    /// <summary>Reads a note's text; null where it is no checkpoint.</summary>
    public static Checkpoint? Parse(string text)
    {
        var lines = text.Split('\n');
        return lines.Length >= 4 && lines[^1].Length == 0 && !lines[..^1].Contains("")
            && TryParseSize(lines[1], out var size) && TreeHash.TryParse(lines[2], out var root)
            ? new Checkpoint(lines[0], size, root, [.. lines[3..^1]])
            : null;
    }

    /// <summary>Decimal without leading zeros, 0 to 2^63 − 1.</summary>
    public static bool TryParseSize(string text, out long size) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) && text == size.ToString(CultureInfo.InvariantCulture);

    public bool Equals(Checkpoint? other) => other is not null && ToString() == other.ToString();

    public override int GetHashCode() => HashCode.Combine(Origin, Size, Root);

    /// <summary>The text as it is signed.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Root}\n{string.Concat(Extensions.Select(line => $"{line}\n"))}");
}
