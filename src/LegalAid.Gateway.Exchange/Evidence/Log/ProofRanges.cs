using System.Collections.Immutable;
using System.Numerics;

namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>Leaves <paramref name="Start"/> to <paramref name="End"/> − 1.</summary>
internal readonly record struct LeafRange(long Start, long End)
{
    public long Count => End - Start;

    /// <summary>The largest power of two that is smaller than the count, as RFC 9162 2.1.1 splits.</summary>
    public long Split => 1L << BitOperations.Log2((ulong)(Count - 1));

    /// <summary>From left to right; one where the count is a power of two.</summary>
    public IEnumerable<LeafRange> PerfectSubtrees()
    {
        for (var start = Start; start < End;)
        {
            var count = 1L << BitOperations.Log2((ulong)(End - start));
            yield return new LeafRange(start, start + count);
            start += count;
        }
    }
}

/// <summary>Which subtrees' roots make a proof, in the proof's order. The recursions of RFC 9162 walk from the root down; a proof begins at the leaf.</summary>
internal static class ProofRanges
{
    public static ImmutableArray<LeafRange> Inclusion(long index, long size)
    {
        var siblings = new Stack<LeafRange>();
        for (var range = new LeafRange(0, size); range.Count > 1;)
        {
            var middle = range.Start + range.Split;
            var (left, right) = (range with { End = middle }, range with { Start = middle });
            siblings.Push(index < middle ? right : left);
            range = index < middle ? left : right;
        }

        return [.. siblings];
    }

    public static ImmutableArray<LeafRange> Consistency(long from, long size)
    {
        var subtrees = new Stack<LeafRange>();
        var range = new LeafRange(0, size);
        while (range.End != from)
        {
            var middle = range.Start + range.Split;
            var (left, right) = (range with { End = middle }, range with { Start = middle });
            subtrees.Push(from <= middle ? right : left);
            range = from <= middle ? left : right;
        }

        if (range.Start > 0)
        {
            subtrees.Push(range); // the verifier knows the former root only where it is itself a subtree of the larger
        }

        return [.. subtrees];
    }
}
