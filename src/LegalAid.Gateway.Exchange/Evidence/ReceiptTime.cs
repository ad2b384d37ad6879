using System.Buffers.Text;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Exchange.Evidence;

/// <summary>When a receipt says that its message was kept.</summary>
internal static class ReceiptTime
{
    /// <summary>The claim <c>committed</c> of a receipt in compact form; its signature was checked when it came, or is our own.</summary>
    public static DateTimeOffset Of(string jws) =>
        jws.Split('.') is [_, { } payload, _] && (string?)JsonNode.Parse(Base64Url.DecodeFromChars(payload))?["committed"] is { } committed
            ? Timestamps.Parse(committed)
            : throw new InvalidDataException("a receipt does not say when its message was kept");
}
