using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Casework.Json;

/// <summary>
/// The JSON Canonicalization Scheme (RFC 8785): one byte sequence for one JSON value, so that its digest can be agreed on
/// years later by whoever holds the value. Pure and thread-safe.
/// </summary>
/// <remarks>
/// The input is I-JSON (RFC 7493). What is not — a name twice in one object, a lone surrogate, a number outside a double's
/// range — has no canonical form: <see cref="FormatException"/>. Malformed JSON text: <see cref="JsonException"/>.
/// </remarks>
public static class CanonicalJson
{
    /// <summary>Deepest nesting that is canonicalised.</summary>
    public const int DepthMax = 64;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = DepthMax, AllowTrailingCommas = false, CommentHandling = JsonCommentHandling.Disallow };

    /// <summary>The canonical UTF-8 bytes of a node, without a byte order mark; a null reference is the JSON null. The node stays as it is.</summary>
    public static byte[] Canonicalise(JsonNode? value)
    {
        using var writer = CanonicalWriter.Rent();
        writer.Write(value);
        return writer.ToArray();
    }

    /// <summary>The canonical bytes of JSON text in UTF-8.</summary>
    public static byte[] Canonicalise(ReadOnlySpan<byte> utf8) => Canonicalise(JsonNode.Parse(utf8, nodeOptions: null, Strict));

    /// <summary>SHA-256 of the bytes, 64 lower-case hexadecimal characters.</summary>
    public static string Digest(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return Convert.ToHexStringLower(hash);
    }
}
