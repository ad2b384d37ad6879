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
        var roots = RootsOf(hashes, history.Store.Checkpoints.Concat(history.Checkpoints).Select(checkpoint => checkpoint.Size));
        return
        [
            .. Places(placed),
            .. history.Store.Checkpoints.Select(checkpoint => Head(checkpoint, "stored", hashes.Count, roots)).OfType<Finding>(),
            .. history.Checkpoints.Select(checkpoint => Head(checkpoint, "given", hashes.Count, roots)).OfType<Finding>(),
            .. Receipts(history, hashes),
        ];
    }

    /// <summary>MTH of RFC 6962 2.1 over leaf hashes, all in hexadecimal.</summary>
    public static string RootOf(IReadOnlyList<string> hashes) => RootsOf(hashes, [hashes.Count])[hashes.Count];

    /// <summary>
    /// MTH of each prefix that is asked for, by its size; none for a size that the leaves do not reach. A long run has thousands of checkpoints over a hundred
    /// thousand leaves, so each leaf is gone through once: kept are the roots of the full trees that the leaves so far fall into, the largest first.
    /// </summary>
    private static Dictionary<long, string> RootsOf(IReadOnlyList<string> hashes, IEnumerable<long> sizes)
    {
        var asked = sizes.Where(size => size >= 0 && size <= hashes.Count).ToHashSet();
        var found = new Dictionary<long, string>();
        var trees = new Stack<(long Leaves, byte[] Root)>();
        for (var size = 0; size <= hashes.Count; size++)
        {
            if (asked.Contains(size))
            {
                found.Add(size, Convert.ToHexStringLower(size == 0 ? SHA256.HashData([]) : trees.Select(tree => tree.Root).Aggregate((right, left) => Node(left, right))));
            }

            if (size < hashes.Count)
            {
                var tree = (Leaves: 1L, Root: Convert.FromHexString(hashes[size]));
                while (trees.TryPeek(out var left) && left.Leaves == tree.Leaves)
                {
                    tree = (left.Leaves * 2, Node(trees.Pop().Root, tree.Root));
                }

                trees.Push(tree);
            }
        }

        return found;
    }

    private static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);

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

    private static Finding? Head(CheckpointSeen checkpoint, string how, int leaves, Dictionary<long, string> roots) =>
        checkpoint.Size > leaves
            ? new Finding(FindingKind.Lost, $"a {how} checkpoint covers {checkpoint.Size} leaves and the log has {leaves}")
            : roots[checkpoint.Size] != checkpoint.Root
                ? new Finding(FindingKind.Differs, $"a {how} checkpoint of {checkpoint.Size} leaves is of another tree")
                : null;

    /// <summary>At rest the last checkpoint covers every receipt that was given.</summary>
    private static IEnumerable<Finding> Receipts(RunHistory history, List<string> hashes)
    {
        var covered = hashes.Take((int)history.Store.Checkpoints.Select(checkpoint => checkpoint.Size).DefaultIfEmpty(0).Max()).ToHashSet(StringComparer.Ordinal);
        return history.Acknowledged.DistinctBy(answer => answer.Message).Where(answer => !covered.Contains(answer.Leaf))
            .Select(answer => new Finding(FindingKind.Lost, $"the leaf of {answer.Event} {answer.Message} was receipted and no checkpoint covers it"));
    }
}
