using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Evidence.Log;

namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>A checkpoint whose signatures were looked at.</summary>
/// <param name="Cosigned">Witnesses known to the verifier that cosigned it, and when by their own clocks.</param>
public sealed record CheckedCheckpoint(Checkpoint Head, ImmutableArray<(string Witness, DateTimeOffset At)> Cosigned)
{
    /// <summary>
    /// Reads a note and checks it against the keys. Null where it is no checkpoint at all; a bad signature is a finding, and the checkpoint is
    /// given all the same, so that the rest can be looked at.
    /// </summary>
    public static CheckedCheckpoint? Read(string note, PublicKeys keys, string entry, FindingList findings)
    {
        if (SignedNote.Parse(note) is not { } signed || Checkpoint.Parse(signed.Text) is not { } head)
        {
            findings.Add(FindingCodes.CheckpointMalformed, entry);
            return null;
        }

        if (!keys.Logs.IsEmpty)
        {
            // A key signs for one origin, its own name (c2sp.org/tlog-checkpoint).
            var own = keys.Logs.Where(key => key.Name == head.Origin).ToArray();
            findings.Require(own.Length > 0, FindingCodes.CheckpointOrigin, entry, head.Origin);
            findings.Require(own.Length == 0 || signed.Check(own, out _) == NoteFinding.Valid, FindingCodes.CheckpointSignature, entry);
        }

        var cosigned = ImmutableArray.CreateBuilder<(string, DateTimeOffset)>();
        foreach (var witness in keys.Witnesses)
        {
            var finding = signed.Check([witness], out var good);
            findings.Require(finding != NoteFinding.BadSignature, FindingCodes.WitnessSignature, entry, witness.Name);
            cosigned.AddRange(good.Where(signature => signature.At is not null).Select(signature => (witness.Name, signature.At.GetValueOrDefault())));
        }

        return new CheckedCheckpoint(head, cosigned.ToImmutable());
    }

    /// <summary>
    /// One log cannot have both: two roots at one size are a fork; without a proof nothing more can be said of two sizes.
    /// </summary>
    public static void Compare(CheckedCheckpoint one, CheckedCheckpoint other, ImmutableArray<TreeHash>? proof, string entry, FindingList findings)
    {
        var (former, later) = one.Head.Size <= other.Head.Size ? (one.Head, other.Head) : (other.Head, one.Head);
        if (!findings.Require(former.Origin == later.Origin, FindingCodes.CheckpointOrigin, entry, $"{former.Origin} / {later.Origin}"))
        {
            return;
        }

        if (former.Size == later.Size)
        {
            findings.Require(former.Root == later.Root, FindingCodes.LogForked, entry, $"{former.Root} / {later.Root}");
        }
        else if (proof is { } hashes)
        {
            var found = MerkleProof.CheckConsistency(former.Size, later.Size, former.Root, later.Root, hashes.AsSpan());
            findings.Require(found == ProofFinding.Valid, FindingCodes.LogInconsistent, entry, found.ToString());
        }
    }
}
