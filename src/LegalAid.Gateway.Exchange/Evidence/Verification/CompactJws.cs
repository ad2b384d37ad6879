using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>A JWS in compact form (RFC 7515), taken apart. Says nothing of the signature's worth.</summary>
/// <param name="Signed">The bytes that the signature covers.</param>
/// <param name="Payload">Empty where it is detached.</param>
public sealed record CompactJws(string Algorithm, string Kid, string Type, byte[] Signed, byte[] Payload, byte[] Signature)
{
    /// <summary>The only algorithm that receipts are signed with: what else a header names is refused, not tried.</summary>
    public const string Es256 = "ES256";

    private const int LengthMax = 1 << 20;

    /// <summary>Null where it is malformed. White space around it is passed over.</summary>
    /// <param name="detached">The payload of a JWS that carries none (RFC 7515 appendix F).</param>
    public static CompactJws? Parse(string text, ReadOnlySpan<byte> detached = default)
    {
        var parts = text.Trim().Split('.');
        if (parts.Length != 3 || text.Length > LengthMax || Decode(parts[0]) is not { } header || Decode(parts[2]) is not { } signature)
        {
            return null;
        }

        var encoded = parts[1].Length == 0 ? Base64Url.EncodeToString(detached) : parts[1];
        return Decode(encoded) is { } payload && ReadHeader(header) is var (algorithm, kid, type)
            ? new CompactJws(algorithm, kid, type, Encoding.ASCII.GetBytes($"{parts[0]}.{encoded}"), payload, signature)
            : null;
    }

    private static byte[]? Decode(string text)
    {
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            return null; // malformed, as the caller says
        }
    }

    private static (string Algorithm, string Kid, string Type)? ReadHeader(byte[] utf8)
    {
        try
        {
            using var header = JsonDocument.Parse(utf8);
            var root = header.RootElement;
            return root.ValueKind == JsonValueKind.Object && !root.TryGetProperty("crit", out _)
                ? (Text(root, "alg"), Text(root, "kid"), Text(root, "typ"))
                : null;
        }
        catch (JsonException)
        {
            return null; // malformed, as the caller says
        }

        static string Text(JsonElement of, string name) =>
            of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";
    }
}
