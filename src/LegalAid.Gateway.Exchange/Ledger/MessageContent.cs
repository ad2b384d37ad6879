using System.Buffers.Binary;
using System.Text;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>
/// What a message row keeps encrypted: <c>version(1) ‖ nonce(32) ‖ receipt length(4) ‖ receipt ‖ content</c>. The content is canonical
/// JSON <c>{"documents":[…],"payload":{…}}</c>, and the leaf commits to nonce and content.
/// </summary>
internal static class MessageContent
{
    public const int NonceBytes = 32;
    private const byte Version = 1;
    private const int HeadBytes = 1 + NonceBytes + sizeof(int);

    public static byte[] Join(ReadOnlySpan<byte> nonce, string receipt, ReadOnlySpan<byte> content)
    {
        var joined = new byte[HeadBytes + receipt.Length + content.Length];
        joined[0] = Version;
        nonce.CopyTo(joined.AsSpan(1));
        BinaryPrimitives.WriteInt32BigEndian(joined.AsSpan(1 + NonceBytes), receipt.Length);
        Encoding.ASCII.GetBytes(receipt, joined.AsSpan(HeadBytes));
        content.CopyTo(joined.AsSpan(HeadBytes + receipt.Length));
        return joined;
    }

    public static (byte[] Nonce, string Receipt, byte[] Content) Split(ReadOnlySpan<byte> joined)
    {
        if (joined.Length < HeadBytes || joined[0] != Version)
        {
            throw new InvalidDataException("a message's content is of no known version");
        }

        var receiptBytes = BinaryPrimitives.ReadInt32BigEndian(joined[(1 + NonceBytes)..]);
        return (
            joined.Slice(1, NonceBytes).ToArray(),
            Encoding.ASCII.GetString(joined.Slice(HeadBytes, receiptBytes)),
            joined[(HeadBytes + receiptBytes)..].ToArray());
    }
}
