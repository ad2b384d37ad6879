using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Identity.Signatures;

namespace LegalAid.Gateway.Identity.Enrolment;

/// <summary>
/// A public key that a system shows it has the private half of: by a certificate request (PKCS #10), which signs itself, or by a JWK with a JWS that it
/// made over the code. The private half stays where it was made. Its id is its thumbprint (RFC 7638).
/// </summary>
public static class EnrolmentKey
{
    /// <summary>The <c>typ</c> of the JWS.</summary>
    public const string ProofType = "legalaid-enrolment+jws";

    private const int RequestCharsMax = 8192;

    /// <summary>The key of a request in PEM whose own signature holds; null where it is none, or on another curve than P-256. Names in it are not looked at.</summary>
    public static AgencyClientKey? TryReadRequest(string pem)
    {
        if (pem.Length > RequestCharsMax)
        {
            return null;
        }

        try
        {
            using var key = CertificateRequest.LoadSigningRequestPem(pem, HashAlgorithmName.SHA256).PublicKey.GetECDsaPublicKey();
            return key is { KeySize: 256 } ? AgencyClientKey.From(KidOf(key), key) : null;
        }
        catch (Exception malformed) when (malformed is CryptographicException or ArgumentException)
        {
            return null; // no request, one that does not sign itself, or another curve
        }
    }

    /// <summary>The key, where <paramref name="proof"/> is a compact JWS by it: <c>typ</c> as above, claims <c>aud</c> (the gateway) and <c>code</c> as typed.</summary>
    public static AgencyClientKey? TryRead(JsonElement jwk, string proof, string audience, string code)
    {
        var parts = proof.Split('.', 4);
        if (proof.Length > RequestCharsMax || jwk.ValueKind != JsonValueKind.Object || jwk.TryGetProperty("d", out _)
            || JwsAlgorithm.Of(jwk) is not { } algorithm || algorithm.ReadKey(jwk) is not { } key || parts.Length != 3 || Base64Text.TryDecode(parts[2]) is not { } signature
            || !key.Verifies(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature)
            || JoseJson.TryParse(parts[0]) is not { } header)
        {
            return null;
        }

        using (header)
        {
            if (JoseJson.Text(header.RootElement, "alg") != algorithm.Name || JoseJson.Text(header.RootElement, "typ") != ProofType
                || header.RootElement.TryGetProperty("crit", out _) || JoseJson.TryParse(parts[1]) is not { } claims)
            {
                return null;
            }

            using (claims)
            {
                return JoseJson.Text(claims.RootElement, "aud") == audience && JoseJson.Text(claims.RootElement, "code") == code ? Named(algorithm, key) : null;
            }
        }
    }

    /// <summary>The id by which the gateway knows the key: its thumbprint.</summary>
    public static string KidOf(ECDsa key) => Es256Key.From(key).Thumbprint;

    /// <summary>The JWS for <see cref="TryRead"/>, as a C# system of an agency makes it.</summary>
    public static string Prove(ECDsa key, string audience, string code) => CompactJws.Sign(
        key,
        header =>
        {
            header.WriteString("alg", "ES256");
            header.WriteString("typ", ProofType);
        },
        claims =>
        {
            claims.WriteString("aud", audience);
            claims.WriteString("code", code);
        });

    private static AgencyClientKey Named(JwsAlgorithm algorithm, JwsKey key) => new(key.Thumbprint, algorithm, key, notBefore: null, notAfter: null);
}
