using System.Numerics;
using System.Security.Cryptography;

namespace LegalAid.Gateway.Benchmarks.Floors;

/// <summary>
/// RFC 6962 2.1 to the letter, in memory and nothing else: the roots of all perfect subtrees, level by level, in 64 bytes a leaf. Leaves are hashed already.
/// Of its own making, so that what the gateway answers can be compared with it.
/// </summary>
/// <param name="leavesMax">Room.</param>
internal sealed class BareTree(int leavesMax)
{
    private const int HashBytes = 32;

    private readonly byte[][] _levels = [.. Enumerable.Range(0, BitOperations.Log2((uint)leavesMax) + 1).Select(level => new byte[(leavesMax >> level) * HashBytes])];
    private readonly byte[] _node = [1, .. new byte[2 * HashBytes]];

    /// <summary>Leaves appended.</summary>
    public int Size { get; private set; }

    public void Append(ReadOnlySpan<byte> leaf)
    {
        leaf.CopyTo(_levels[0].AsSpan(Size * HashBytes));
        for (int level = 0, place = Size; (place & 1) == 1; level++, place >>= 1)
        {
            _levels[level].AsSpan((place - 1) * HashBytes, 2 * HashBytes).CopyTo(_node.AsSpan(1));
            SHA256.HashData(_node, _levels[level + 1].AsSpan((place >> 1) * HashBytes, HashBytes));
        }

        Size++;
    }

    /// <summary>MTH of the first so many leaves; at least one.</summary>
    public byte[] Root(int size) => Root(0, size).ToArray();

    /// <summary>2.1.1: PATH(index, all leaves).</summary>
    public List<byte[]> Path(int index)
    {
        var path = new List<byte[]>();
        for (var (start, end) = (0, Size); end - start > 1;)
        {
            var middle = start + Split(end - start);
            path.Add(index < middle ? Root(middle, end).ToArray() : Root(start, middle).ToArray());
            (start, end) = index < middle ? (start, middle) : (middle, end);
        }

        path.Reverse();
        return path;
    }

    /// <summary>2.1.2: PROOF(from, all leaves); at least one.</summary>
    public List<byte[]> Proof(int from)
    {
        var proof = new List<byte[]>();
        var (start, end) = (0, Size);
        while (end != from)
        {
            var middle = start + Split(end - start);
            proof.Add(from <= middle ? Root(middle, end).ToArray() : Root(start, middle).ToArray());
            (start, end) = from <= middle ? (start, middle) : (middle, end);
        }

        if (start > 0)
        {
            proof.Add(Root(start, end).ToArray());
        }

        proof.Reverse();
        return proof;
    }

    private ReadOnlySpan<byte> Root(int start, int end)
    {
        if (BitOperations.IsPow2(end - start))
        {
            var level = BitOperations.Log2((uint)(end - start));
            return _levels[level].AsSpan((start >> level) * HashBytes, HashBytes);
        }

        var middle = start + Split(end - start);
        return SHA256.HashData([1, .. Root(start, middle), .. Root(middle, end)]);
    }

    /// <summary>The largest power of two that is smaller than the count.</summary>
    private static int Split(int count) => 1 << BitOperations.Log2((uint)count - 1);
}
