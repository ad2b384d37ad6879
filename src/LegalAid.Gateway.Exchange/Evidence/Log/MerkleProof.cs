using System.Numerics;

namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>What the check of a proof found.</summary>
public enum ProofFinding
{
    Valid,

    /// <summary>The leaf's index is not inside the tree, or the former tree is larger than the later.</summary>
    OutsideTree,

    /// <summary>The proof has more or fewer hashes than these sizes call for.</summary>
    WrongLength,

    /// <summary>The proof does not lead to the root: another leaf, another tree or a changed hash.</summary>
    OtherRoot,

    /// <summary>The proof does not lead to the former root: the former tree is not the beginning of the later.</summary>
    OtherFormerRoot,
}

/// <summary>Checks proofs. Static and without any store: what a third party runs offline.</summary>
public static class MerkleProof
{
    /// <summary>RFC 9162 2.1.3.2: the leaf stands at <paramref name="index"/> of the tree with that root.</summary>
    public static ProofFinding CheckInclusion(long index, long size, TreeHash leaf, ReadOnlySpan<TreeHash> path, TreeHash root)
    {
        if (index < 0 || index >= size)
        {
            return ProofFinding.OutsideTree;
        }

        var (place, last, hash) = (index, size - 1, leaf);
        foreach (var sibling in path)
        {
            if (last == 0)
            {
                return ProofFinding.WrongLength;
            }

            if ((place & 1) == 1 || place == last)
            {
                hash = TreeHash.OfNode(sibling, hash);
                (place, last) = SkipLonely(place, last);
            }
            else
            {
                hash = TreeHash.OfNode(hash, sibling);
            }

            (place, last) = (place >> 1, last >> 1);
        }

        return last != 0 ? ProofFinding.WrongLength : hash == root ? ProofFinding.Valid : ProofFinding.OtherRoot;
    }

    /// <summary>
    /// RFC 9162 2.1.4.2: the tree of <paramref name="from"/> leaves is the beginning of the tree of <paramref name="size"/>. The empty
    /// tree is the beginning of all, by an empty proof.
    /// </summary>
    public static ProofFinding CheckConsistency(long from, long size, TreeHash formerRoot, TreeHash root, ReadOnlySpan<TreeHash> proof)
    {
        if (from < 0 || from > size)
        {
            return ProofFinding.OutsideTree;
        }

        if (from == 0 || from == size)
        {
            return proof.Length > 0 ? ProofFinding.WrongLength
                : formerRoot != (from == 0 ? TreeHash.OfNothing : root) ? ProofFinding.OtherFormerRoot
                : size == 0 && root != TreeHash.OfNothing ? ProofFinding.OtherRoot
                : ProofFinding.Valid;
        }

        if (proof.Length == 0)
        {
            return ProofFinding.WrongLength;
        }

        var (place, last) = (from - 1, size - 1);
        var common = BitOperations.TrailingZeroCount(from);
        (place, last) = (place >> common, last >> common);
        var isSubtree = BitOperations.IsPow2(from); // then the proof leaves the former root out
        var former = isSubtree ? formerRoot : proof[0];
        var later = former;
        foreach (var sibling in isSubtree ? proof : proof[1..])
        {
            if (last == 0)
            {
                return ProofFinding.WrongLength;
            }

            if ((place & 1) == 1 || place == last)
            {
                (former, later) = (TreeHash.OfNode(sibling, former), TreeHash.OfNode(sibling, later));
                (place, last) = SkipLonely(place, last);
            }
            else
            {
                later = TreeHash.OfNode(later, sibling);
            }

            (place, last) = (place >> 1, last >> 1);
        }

        return last != 0 ? ProofFinding.WrongLength
            : former != formerRoot ? ProofFinding.OtherFormerRoot
            : later == root ? ProofFinding.Valid : ProofFinding.OtherRoot;
    }

    /// <summary>A node at the right edge without a sibling stands for its parent: goes up to where it is a right child.</summary>
    private static (long Place, long Last) SkipLonely(long place, long last)
    {
        var lonely = place == 0 ? 0 : BitOperations.TrailingZeroCount(place);
        return (place >> lonely, last >> lonely);
    }
}
