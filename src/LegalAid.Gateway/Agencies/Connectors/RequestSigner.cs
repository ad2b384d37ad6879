using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Exchange.Ledger;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>
/// Signs a request with a shared secret: a keyed digest (RFC 2104) over the parts that the rule names, joined by its separator, in UTF-8. The page
/// <c>docs/connectors.md</c> says it for whoever checks it.
/// </summary>
internal sealed class RequestSigner(SignatureRule rule, ConnectorSecrets secrets, IIdSource ids) : RequestAuthentication
{
    private const int NonceBytes = 16;

    public override IReadOnlyList<string> SecretHeaders => [rule.SignatureHeader];

    public override ValueTask<ConnectorFault?> ApplyAsync(OutgoingRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (secrets.Find(rule.Secret) is not { } secret)
        {
            return new(ConnectorFault.NotConfigured);
        }

        Span<byte> random = stackalloc byte[NonceBytes];
        ids.Fill(random);
        var (timestamp, nonce) = (TimestampOf(now), Convert.ToHexStringLower(random));
        var headers = request.Message.Headers;
        headers.TryAddWithoutValidation(rule.TimestampHeader, timestamp);
        headers.TryAddWithoutValidation(rule.SignatureHeader, Sign(rule, request, timestamp, nonce, secret));
        if (rule.NonceHeader is { } nonceHeader)
        {
            headers.TryAddWithoutValidation(nonceHeader, nonce);
        }

        if (rule.KeyIdHeader is { } keyHeader)
        {
            headers.TryAddWithoutValidation(keyHeader, rule.KeyId);
        }

        return new((ConnectorFault?)null);
    }

    /// <summary>The signature as the header carries it.</summary>
    internal static string Sign(SignatureRule rule, OutgoingRequest request, string timestamp, string nonce, string secret)
    {
        var canonical = Encoding.UTF8.GetBytes(string.Join(rule.Separator, rule.Parts.Select(part => PartOf(part, rule, request, timestamp, nonce, secret))));
        var key = Encoding.UTF8.GetBytes(secret);
        var digest = rule.Algorithm == SignatureAlgorithm.HmacSm3 ? HmacSm3(key, canonical) : HMACSHA256.HashData(key, canonical);
        return rule.Encoding switch
        {
            BytesForm.HexLower => Convert.ToHexStringLower(digest),
            BytesForm.HexUpper => Convert.ToHexString(digest),
            BytesForm.Base64 => Convert.ToBase64String(digest),
            _ => throw new InvalidOperationException($"encoding {rule.Encoding}"),
        };
    }

    private static string PartOf(SignedPart part, SignatureRule rule, OutgoingRequest request, string timestamp, string nonce, string secret)
    {
        var uri = request.Message.RequestUri ?? throw new InvalidOperationException("a request without address");
        return part switch
        {
            SignedPart.Method => request.Message.Method.Method,
            SignedPart.Path => uri.AbsolutePath,
            SignedPart.Query => uri.Query.TrimStart('?'),
            SignedPart.Timestamp => timestamp,
            SignedPart.Nonce => nonce,
            SignedPart.KeyId => rule.KeyId,
            SignedPart.BodyDigest => Convert.ToHexStringLower(rule.Algorithm == SignatureAlgorithm.HmacSm3 ? Sm3(request.Body) : SHA256.HashData(request.Body)),
            SignedPart.Body => Encoding.UTF8.GetString(request.Body),
            SignedPart.Secret => secret,
            _ => throw new InvalidOperationException($"part {part}"),
        };
    }

    private string TimestampOf(DateTimeOffset now) => rule.Timestamp switch
    {
        TimestampForm.UnixMilliseconds => now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        TimestampForm.UnixSeconds => now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        TimestampForm.Compact => now.ToCivil().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture),
        _ => throw new InvalidOperationException($"timestamp {rule.Timestamp}"),
    };

    private static byte[] HmacSm3(byte[] key, byte[] text)
    {
        var mac = new HMac(new SM3Digest());
        mac.Init(new KeyParameter(key));
        mac.BlockUpdate(text, 0, text.Length);
        var digest = new byte[mac.GetMacSize()];
        mac.DoFinal(digest, 0);
        return digest;
    }

    private static byte[] Sm3(byte[] text)
    {
        var sm3 = new SM3Digest();
        sm3.BlockUpdate(text, 0, text.Length);
        var digest = new byte[sm3.GetDigestSize()];
        sm3.DoFinal(digest, 0);
        return digest;
    }
}
