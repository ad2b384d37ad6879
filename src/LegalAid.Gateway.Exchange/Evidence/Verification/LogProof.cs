using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using LegalAid.Gateway.Exchange.Evidence.Log;

namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>
/// An inclusion proof that can be checked offline (c2sp.org/tlog-proof): where the leaf stands, the path to the root, and the signed
/// checkpoint. The extra data is the leaf's entry, so that the hash is computed and not believed.
/// </summary>
/// <param name="Entry">Null where the file carries none.</param>
/// <param name="Note">The checkpoint with its signatures, as it stands.</param>
public sealed record LogProof(byte[]? Entry, long Index, ImmutableArray<TreeHash> Path, string Note)
{
    private const string Title = "c2sp.org/tlog-proof@v1";
    private const string ExtraPrefix = "extra ";
    private const string IndexPrefix = "index ";

    /// <summary>No tree of 2^63 leaves has a longer path.</summary>
    private const int PathMax = 63;

    /// <summary>Null where it is malformed.</summary>
    public static LogProof? Parse(string text)
    {
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var lines = end < 0 || text.Length > SignedNote.BytesMax ? [] : text[..end].Split('\n');
        if (lines.Length < 2 || lines[0] != Title)
        {
            return null;
        }

        byte[]? entry = null;
        var next = 1;
        if (lines[next].StartsWith(ExtraPrefix, StringComparison.Ordinal) && (entry = StrictBase64.Decode(lines[next++].AsSpan(ExtraPrefix.Length))) is null)
        {
            return null;
        }

        if (next == lines.Length || !lines[next].StartsWith(IndexPrefix, StringComparison.Ordinal)
            || !Checkpoint.TryParseSize(lines[next++][IndexPrefix.Length..], out var index)
            || ReadHashes(lines[next..]) is not { } path)
        {
            return null;
        }

        return new LogProof(entry, index, path, text[(end + 2)..]);
    }

    /// <summary>Hashes, one to a line; null where a line is none. A consistency proof has the same form.</summary>
    public static ImmutableArray<TreeHash>? ReadHashes(IReadOnlyCollection<string> lines)
    {
        var hashes = ImmutableArray.CreateBuilder<TreeHash>();
        foreach (var line in lines)
        {
            if (hashes.Count > 2 * PathMax || !TreeHash.TryParse(line, out var hash))
            {
                return null;
            }

            hashes.Add(hash);
        }

        return hashes.ToImmutable();
    }

    public override string ToString()
    {
        var text = new StringBuilder().Append(Title).Append('\n');
        if (Entry is { } entry)
        {
            text.Append(ExtraPrefix).Append(Convert.ToBase64String(entry)).Append('\n');
        }

        text.Append(CultureInfo.InvariantCulture, $"{IndexPrefix}{Index}\n").Append(string.Concat(Path.Select(hash => $"{hash}\n")));
        return text.Append('\n').Append(Note).ToString();
    }
}
