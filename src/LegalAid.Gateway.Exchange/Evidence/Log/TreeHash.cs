using System.Buffers.Binary;
using System.Security.Cryptography;

namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>A SHA-256 hash in the tree of RFC 6962 2.1 (the same in RFC 9162 2.1.1): of a leaf, of a node, or the root.</summary>
public readonly record struct TreeHash
{
    /// <summary>Length of a hash in bytes.</summary>
    public const int Bytes = 32;

    private const int HalfBytes = Bytes / 2;
    private const byte NodePrefix = 1;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    /// <param name="bytes">Exactly <see cref="Bytes"/> of them.</param>
    public TreeHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Bytes)
        {
            throw new ArgumentException($"a hash has {Bytes} bytes, not {bytes.Length}", nameof(bytes));
        }

        _high = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _low = BinaryPrimitives.ReadUInt128BigEndian(bytes[HalfBytes..]);
    }

    /// <summary>The root of a tree without leaves: the hash of nothing.</summary>
    public static TreeHash OfNothing { get; } = new(SHA256.HashData([]));

    /// <summary>SHA-256(0x00 ‖ entry).</summary>
    public static TreeHash OfLeaf(ReadOnlySpan<byte> entry) => new(Leaf.Hash(entry));

    /// <summary>SHA-256(0x01 ‖ left ‖ right).</summary>
    public static TreeHash OfNode(TreeHash left, TreeHash right)
    {
        Span<byte> node = stackalloc byte[1 + (2 * Bytes)];
        node[0] = NodePrefix;
        left.CopyTo(node[1..]);
        right.CopyTo(node[(1 + Bytes)..]);
        Span<byte> hash = stackalloc byte[Bytes];
        SHA256.HashData(node, hash);
        return new TreeHash(hash);
    }

    /// <summary>Reads standard base64 with padding. False where it is anything else, or not of one hash.</summary>
    public static bool TryParse(ReadOnlySpan<char> base64, out TreeHash hash)
    {
        if (StrictBase64.Decode(base64) is { Length: Bytes } bytes)
        {
            hash = new TreeHash(bytes);
            return true;
        }

        hash = default;
        return false;
    }

    public void CopyTo(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt128BigEndian(target, _high);
        BinaryPrimitives.WriteUInt128BigEndian(target[HalfBytes..], _low);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Bytes];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Standard base64, as checkpoints and proofs write it.</summary>
    public override string ToString() => Convert.ToBase64String(ToArray());
}
