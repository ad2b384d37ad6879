using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LegalAid.Gateway.Casework.Signatures;

namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>
/// The sender's own signature, as a message's content keeps it (RFC 9421): the leaf names its key, the key made it over the base, and the body
/// that is kept has the digest that the base holds. Whether the key was the agency's is for whoever asks the agency: it is named and shown.
/// </summary>
internal static class SenderSignaturePass
{
    private const string DigestLine = "\"content-digest\": ";

    /// <summary>The member of a message's content that holds it; null where the message was not signed by its sender, or the content is no JSON object.</summary>
    public static OpenedSignature? Read(ReadOnlyMemory<byte> content)
    {
        using var document = StatedLeaf.ParseObject(content);
        if (document is null || !document.RootElement.TryGetProperty("signature", out var kept) || kept.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var key = kept.TryGetProperty("jwk", out var jwk) ? ReadKey(jwk) : null;
        return new OpenedSignature(
            StatedLeaf.Text(kept, "kid"), key, Encoding.ASCII.GetBytes(StatedLeaf.Text(kept, "base")), Bytes(kept, "signature"), Bytes(kept, "body"));
    }

    public static void Check(ReadOnlyMemory<byte> content, StatedLeaf? leaf, string entry, FindingList findings)
    {
        var signature = Read(content);
        findings.Require(
            leaf is null || leaf.SignedBy == (signature?.KeyId ?? ""), FindingCodes.SenderSignature, entry, "another key than the leaf names");
        if (signature is not null)
        {
            findings.Require(
                signature.Key?.Invoke(signature.Base, signature.Signature) == true && HasDigest(signature), FindingCodes.SenderSignature, entry, signature.KeyId);
        }
    }

    /// <summary>Agencies sign with ES256 or, under the commercial cryptography rules (商用密码), with SM2.</summary>
    private static SenderKey? ReadKey(JsonElement jwk)
    {
        if (StatedLeaf.Text(jwk, "crv") != "SM2")
        {
            return VerifyingKey.Read(jwk) is { } p256 ? p256.Verifies : null;
        }

        return Sm2Key.TryCreate(Coordinate(jwk, "x"), Coordinate(jwk, "y")) is { } sm2 ? sm2.Verifies : null;
    }

    private static bool HasDigest(OpenedSignature signature)
    {
        if (signature.Body.Length == 0)
        {
            return true; // several exchanges were opened by one request: the sender has it
        }

        var line = Encoding.ASCII.GetString(signature.Base).Split('\n').FirstOrDefault(line => line.StartsWith(DigestLine, StringComparison.Ordinal)) ?? "";
        return line.Contains($"sha-256=:{Convert.ToBase64String(SHA256.HashData(signature.Body))}:", StringComparison.Ordinal)
            || line.Contains($"sha-512=:{Convert.ToBase64String(SHA512.HashData(signature.Body))}:", StringComparison.Ordinal);
    }

    private static byte[] Coordinate(JsonElement jwk, string name) =>
        StatedLeaf.Text(jwk, name) is var text && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : [];

    private static byte[] Bytes(JsonElement of, string name)
    {
        var text = StatedLeaf.Text(of, name);
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : [];
    }
}

/// <summary>Whether a signature over what was signed is the key's.</summary>
internal delegate bool SenderKey(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature);

/// <param name="Key">Null where what stands there is no key.</param>
/// <param name="Body">As it was sent; empty where it was not kept.</param>
internal sealed record OpenedSignature(string KeyId, SenderKey? Key, byte[] Base, byte[] Signature, byte[] Body);
