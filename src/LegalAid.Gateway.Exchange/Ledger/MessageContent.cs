using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Casework.Transitions;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>
/// What a message row keeps encrypted: <c>version(1) ‖ nonce(32) ‖ receipt ‖ content</c>. The content is canonical JSON
/// <c>{"documents":[…],"payload":{…}}</c>, with <c>peers</c> behind where recipients belong to other gateways, <c>relayed</c> where another gateway passed it on
/// (<see cref="ForeignReceipt"/>) and <c>signature</c> where the sender signed (<see cref="SenderSignature"/>), and the leaf commits to nonce and content. The receipt stands decoded, each of its three parts
/// as <c>length(4, big-endian) ‖ bytes</c>: a quarter less than in base64, so that the row of a common notice takes less than half a page.
/// </summary>
internal static class MessageContent
{
    public const int NonceBytes = 32;

    /// <summary>1 had the receipt in base64.</summary>
    private const byte Version = 2;
    private const int ReceiptParts = 3;

    public static ReadOnlySpan<byte> Away => "peers"u8;

    public static ReadOnlySpan<byte> Relayed => "relayed"u8;

    /// <summary>Canonical JSON.</summary>
    public static byte[] Write(ImmutableArray<Recipient> away) => CanonicalJson.Canonicalise(new JsonArray([.. away.Select(recipient => (JsonNode)new JsonObject
    {
        ["agency"] = recipient.Agency.Value, ["overtakes"] = recipient.Overtakes, ["role"] = recipient.Role.Value,
    })]));

    public static ImmutableArray<Recipient> ReadAway(ReadOnlySpan<byte> json) =>
    [
        .. (JsonNode.Parse(json)?.AsArray() ?? []).Select(recipient => new Recipient(
            AgencyId.Parse(Text(recipient, "agency")), new RoleName(Text(recipient, "role")), recipient?["overtakes"]?.GetValue<bool>() ?? false)),
    ];

    /// <summary>Canonical JSON.</summary>
    public static byte[] Write(ForeignReceipt relayed) => CanonicalJson.Canonicalise(new JsonObject
    {
        ["gateway"] = relayed.Gateway.Value, ["message"] = relayed.Message.ToString(), ["receipt"] = relayed.Jws,
    });

    public static ForeignReceipt ReadRelayed(ReadOnlySpan<byte> json)
    {
        var relayed = JsonNode.Parse(json);
        return new ForeignReceipt(AgencyId.Parse(Text(relayed, "gateway")), Guid.Parse(Text(relayed, "message")), Text(relayed, "receipt"));
    }

    private static string Text(JsonNode? holder, string name) => holder?[name]?.GetValue<string>() ?? throw new InvalidDataException($"a message's content lacks {name}");

    public static byte[] Join(ReadOnlySpan<byte> nonce, string receipt, ReadOnlySpan<byte> content)
    {
        var joined = new byte[1 + NonceBytes + (ReceiptParts * sizeof(int)) + Base64Url.GetMaxDecodedLength(receipt.Length) + content.Length];
        joined[0] = Version;
        nonce.CopyTo(joined.AsSpan(1));
        var end = 1 + NonceBytes;
        foreach (var part in receipt.AsSpan().Split('.'))
        {
            var decoded = Base64Url.DecodeFromChars(receipt.AsSpan(part), joined.AsSpan(end + sizeof(int)));
            BinaryPrimitives.WriteInt32BigEndian(joined.AsSpan(end), decoded);
            end += sizeof(int) + decoded;
        }

        content.CopyTo(joined.AsSpan(end));
        return joined[..(end + content.Length)];
    }

    public static (byte[] Nonce, string Receipt, byte[] Content) Split(ReadOnlySpan<byte> joined)
    {
        if (joined.Length < 1 + NonceBytes || joined[0] != Version)
        {
            throw new InvalidDataException("a message's content is of no known version");
        }

        var receipt = new StringBuilder();
        var rest = joined[(1 + NonceBytes)..];
        for (var part = 0; part < ReceiptParts; part++)
        {
            var bytes = BinaryPrimitives.ReadInt32BigEndian(rest);
            receipt.Append(part > 0 ? "." : "").Append(Base64Url.EncodeToString(rest.Slice(sizeof(int), bytes)));
            rest = rest[(sizeof(int) + bytes)..];
        }

        return (joined.Slice(1, NonceBytes).ToArray(), receipt.ToString(), rest.ToArray());
    }
}
