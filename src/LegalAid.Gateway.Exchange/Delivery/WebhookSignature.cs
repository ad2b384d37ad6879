using System.Text;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>The signature of Standard Webhooks 1.0: HMAC-SHA256 over <c>id.timestamp.body</c>, one for each secret, so that keys can overlap.</summary>
internal static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>The header's value: <c>v1,{base64}</c> for each secret, in their order, separated by spaces.</summary>
    /// <param name="unixSeconds">When it is sent, system time: a receiver refuses what is too old.</param>
    public static string Of(string id, long unixSeconds, ReadOnlySpan<byte> body, IEnumerable<PushSecret> secrets)
    {
        byte[] content = [.. Encoding.UTF8.GetBytes($"{id}.{unixSeconds}."), .. body];
        return string.Join(' ', secrets.Select(secret => $"v1,{Convert.ToBase64String(secret.Sign(content))}"));
    }
}
