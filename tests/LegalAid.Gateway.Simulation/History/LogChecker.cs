using System.Security.Cryptography;

namespace LegalAid.Gateway.Simulation.History;

/// <summary>
/// The log against everything that was ever given of it, by the tree computed again from all leaves (RFC 6962 2.1, from its definition and
/// with none of the gateway's code): a head that is the hash of the first leaves is consistent with every other that is, and holds what they hold.
/// </summary>
internal static class LogChecker
{
    /// <summary>Every broken promise; none where there is no log yet.</summary>
    public static IEnumerable<Finding> Check(RunHistory history)
    {
        var placed = history.Store.Leaves.Where(leaf => leaf.Index is not null).OrderBy(leaf => leaf.Index).ToList();
        if (history.Store.Checkpoints.Count == 0 && placed.Count == 0)
        {
            return [];
        }

        var hashes = placed.Select(leaf => leaf.Hash).ToList();
        return
        [
            .. Places(placed),
            .. history.Store.Checkpoints.Select(checkpoint => Head(checkpoint, "stored", hashes)).OfType<Finding>(),
            .. history.Checkpoints.Select(checkpoint => Head(checkpoint, "given", hashes)).OfType<Finding>(),
            .. Receipts(history, hashes),
        ];
    }

    /// <summary>MTH of RFC 6962 2.1 over leaf hashes, all in hexadecimal.</summary>
    public static string RootOf(IReadOnlyList<string> hashes) => Convert.ToHexStringLower(RootOf([.. hashes.Select(Convert.FromHexString)]));

    private static IEnumerable<Finding> Places(List<StoredLeaf> placed)
    {
        if (!placed.Select(leaf => leaf.Index).SequenceEqual(Enumerable.Range(0, placed.Count).Select(index => (long?)index)))
        {
            yield return new Finding(FindingKind.Differs, "the places of the log have a gap, or one is taken twice");
        }

        foreach (var twice in placed.GroupBy(leaf => leaf.Hash, StringComparer.Ordinal).Where(leaves => leaves.Count() > 1))
        {
            yield return new Finding(FindingKind.Doubled, $"the leaf of {twice.First().Kind} {twice.First().Subject} stands {twice.Count()} times in the log");
        }
    }

    private static Finding? Head(CheckpointSeen checkpoint, string how, List<string> hashes) =>
        checkpoint.Size > hashes.Count
            ? new Finding(FindingKind.Lost, $"a {how} checkpoint covers {checkpoint.Size} leaves and the log has {hashes.Count}")
            : RootOf(hashes[..(int)checkpoint.Size]) != checkpoint.Root
                ? new Finding(FindingKind.Differs, $"a {how} checkpoint of {checkpoint.Size} leaves is of another tree")
                : null;

    /// <summary>At rest the last checkpoint covers every receipt that was given.</summary>
    private static IEnumerable<Finding> Receipts(RunHistory history, List<string> hashes)
    {
        var covered = hashes.Take((int)history.Store.Checkpoints.Select(checkpoint => checkpoint.Size).DefaultIfEmpty(0).Max()).ToHashSet(StringComparer.Ordinal);
        return history.Acknowledged.DistinctBy(answer => answer.Message).Where(answer => !covered.Contains(answer.Leaf))
            .Select(answer => new Finding(FindingKind.Lost, $"the leaf of {answer.Event} {answer.Message} was receipted and no checkpoint covers it"));
    }

    private static byte[] RootOf(ReadOnlySpan<byte[]> hashes)
    {
        if (hashes.Length <= 1)
        {
            return hashes.IsEmpty ? SHA256.HashData([]) : hashes[0];
        }

        // The largest power of two that is smaller than the count.
        var split = 1;
        while (split * 2 < hashes.Length)
        {
            split *= 2;
        }

        return SHA256.HashData([1, .. RootOf(hashes[..split]), .. RootOf(hashes[split..])]);
    }
}
