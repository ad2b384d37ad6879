using LegalAid.Gateway.Exchange.Evidence.Log;

namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>
/// The root of a tree that grows leaf by leaf (RFC 6962 2.1), in memory for one hash a level: the verifier's own, that owes nothing to the
/// tiles it is to check.
/// </summary>
internal sealed class GrowingRoot
{
    /// <summary>Perfect subtrees from the left, each smaller than the one before: the binary form of the size.</summary>
    private readonly Stack<(int Height, TreeHash Hash)> _subtrees = new();

    public GrowingRoot()
    {
    }

    private GrowingRoot(GrowingRoot other)
    {
        Size = other.Size;
        foreach (var subtree in other._subtrees.Reverse())
        {
            _subtrees.Push(subtree);
        }
    }

    /// <summary>Leaves so far.</summary>
    public long Size { get; private set; }

    public TreeHash Root
    {
        get
        {
            TreeHash? root = null;
            foreach (var (_, hash) in _subtrees)
            {
                root = root is { } right ? Node(hash, right) : hash;
            }

            return root ?? TreeHash.OfNothing;
        }
    }

    public void Append(TreeHash leaf)
    {
        var (height, hash) = (0, leaf);
        while (_subtrees.TryPeek(out var left) && left.Height == height)
        {
            _subtrees.Pop();
            (height, hash) = (height + 1, Node(left.Hash, hash));
        }

        _subtrees.Push((height, hash));
        Size++;
    }

    /// <summary>The root with these leaves after those so far; nothing is kept of them.</summary>
    public TreeHash RootWith(ReadOnlySpan<TreeHash> leaves)
    {
        var tried = new GrowingRoot(this);
        foreach (var leaf in leaves)
        {
            tried.Append(leaf);
        }

        return tried.Root;
    }

    /// <summary>The root of a full tile.</summary>
    public static TreeHash Fold(ReadOnlySpan<TreeHash> hashes) =>
        hashes.Length == 1 ? hashes[0] : Node(Fold(hashes[..(hashes.Length / 2)]), Fold(hashes[(hashes.Length / 2)..]));

    private static TreeHash Node(TreeHash left, TreeHash right)
    {
        Span<byte> node = stackalloc byte[1 + (2 * TreeHash.Bytes)];
        node[0] = 1;
        left.CopyTo(node[1..]);
        right.CopyTo(node[(1 + TreeHash.Bytes)..]);
        Span<byte> hash = stackalloc byte[TreeHash.Bytes];
        System.Security.Cryptography.SHA256.HashData(node, hash);
        return new TreeHash(hash);
    }
}
