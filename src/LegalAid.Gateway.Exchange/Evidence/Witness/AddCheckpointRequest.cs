using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using LegalAid.Gateway.Exchange.Evidence.Log;

namespace LegalAid.Gateway.Exchange.Evidence.Witness;

/// <summary>The body of <c>POST …/add-checkpoint</c> (c2sp.org/tlog-witness): old size, consistency proof, empty line, checkpoint.</summary>
public sealed record AddCheckpointRequest(long OldSize, ImmutableArray<TreeHash> Proof, SignedNote Checkpoint)
{
    /// <summary>Bound on a body in bytes.</summary>
    public const int BytesMax = SignedNote.BytesMax + 4096;

    /// <summary>Most lines of a proof.</summary>
    public const int ProofMax = 63;

    private const string Old = "old ";

    /// <summary>Null where it is malformed or over the bounds.</summary>
    public static AddCheckpointRequest? Parse(ReadOnlySpan<byte> body)
    {
        var end = body.IndexOf("\n\n"u8);
        if (end < 0 || body.Length > BytesMax || SignedNote.Parse(body[(end + 2)..]) is not { } note)
        {
            return null;
        }

        var lines = Encoding.UTF8.GetString(body[..end]).Split('\n');
        if (!lines[0].StartsWith(Old, StringComparison.Ordinal) || lines.Length - 1 > ProofMax
            || !Log.Checkpoint.TryParseSize(lines[0][Old.Length..], out var oldSize))
        {
            return null;
        }

        var proof = ImmutableArray.CreateBuilder<TreeHash>(lines.Length - 1);
        foreach (var line in lines[1..])
        {
            if (!TreeHash.TryParse(line, out var hash))
            {
                return null;
            }

            proof.Add(hash);
        }

        return new AddCheckpointRequest(oldSize, proof.MoveToImmutable(), note);
    }

    /// <summary>The body.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Old}{OldSize}\n{string.Concat(Proof.Select(hash => $"{hash}\n"))}\n{Checkpoint}");
}
