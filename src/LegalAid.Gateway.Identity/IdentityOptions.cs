using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LegalAid.Gateway.Identity;

/// <summary>
/// A key that signs access tokens, and whose public half is in the JWKS. The instance stays the host's: it is never disposed here.
/// </summary>
/// <param name="Kid">Key id, unique among all published keys; 1 to 128 characters.</param>
/// <param name="Key">A P-256 key pair; the private half may sit in a device.</param>
/// <param name="NotBefore">Does not sign before this instant; is published at once, so that others may fetch it in time.</param>
/// <param name="NotAfter">Does not sign from this instant on.</param>
/// <param name="Retired">
/// Signs no more, but tokens that it signed are still accepted. A compromised key is not retired but left out altogether.
/// </param>
public sealed record SigningKeyEntry(
    string Kid, ECDsa Key, DateTimeOffset? NotBefore = null, DateTimeOffset? NotAfter = null, bool Retired = false)
{
    /// <summary>Whether the key may sign at <paramref name="now"/>.</summary>
    public bool Signs(DateTimeOffset now) =>
        !Retired && (NotBefore is null || NotBefore <= now) && (NotAfter is null || now < NotAfter);
}

/// <summary>A P-256 public key that is published in the JWKS for others (receipts), and never accepted for a token.</summary>
public sealed record PublishedKey(string Kid, ECDsa Key);

/// <summary>What the host gives to the identity module. Checked whole when the host starts.</summary>
public sealed class IdentityOptions
{
    /// <summary>Name of this gateway as an OpenID provider: an absolute http(s) URL without query or fragment. Required.</summary>
    public Uri? Issuer { get; set; }

    /// <summary>
    /// Keys of access tokens at the start. The first that <see cref="SigningKeyEntry.Signs"/> at the moment of issue signs; all are published.
    /// At least one, at most 16. <see cref="ISigningKeys"/> changes them later.
    /// </summary>
    public IReadOnlyList<SigningKeyEntry> SigningKeys { get; set; } = [];

    /// <summary>Further public keys of the gateway for the JWKS: those that sign receipts. At most 64.</summary>
    public IReadOnlyList<PublishedKey> PublishedKeys { get; set; } = [];

    /// <summary>
    /// 32 bytes under which the provider would encrypt what it alone reads. Nothing is encrypted in client_credentials, so that null
    /// (a key for this process only) is right until authorization codes are issued by several nodes.
    /// </summary>
    public byte[]? EncryptionKey { get; set; }

    /// <summary>
    /// 32 bytes from which the keys of staff sessions and forms are derived. All nodes must have the same; null: keys for this process only.
    /// </summary>
    public byte[]? StaffKey { get; set; }

    /// <summary>How long an access token lives. Default 10 minutes; 1 minute to 1 hour.</summary>
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a client's assertion may live, from issue to expiry. Default 5 minutes; 10 seconds to 10 minutes.</summary>
    public TimeSpan AssertionLifetimeMax { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Further addresses under which others call this gateway, beside <see cref="Issuer"/>, such as that of the gRPC face: a proof of possession
    /// names one of them. Absolute http(s) URLs without query and fragment; at most 16.
    /// </summary>
    public IReadOnlyList<Uri> PublicAddresses { get; set; } = [];

    /// <summary>
    /// 32 bytes from which the nonces of proofs are derived. All nodes must have the same; null: a key for this process only.
    /// </summary>
    public byte[]? NonceKey { get; set; }

    /// <summary>The address under which clients show certificates (RFC 8705 section 5), for both faces. https; null: they cannot.</summary>
    public Uri? MutualTlsAddress { get; set; }

    /// <summary>Certificates of the authorities, roots and intermediates, that issue to clients. Default none: clients have pinned certificates only.</summary>
    public X509Certificate2Collection CertificateAuthorities { get; set; } = [];

    /// <summary>Networks of terminators whose <c>Client-Cert</c> header is believed. Default none. At most 20.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; set; } = [];

    /// <summary>How long a proof of possession may be shown after it was made. Default 60 seconds; 5 seconds to 5 minutes.</summary>
    public TimeSpan ProofLifetime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How far another's clock may be off. Default 60 seconds; 0 to 120 seconds.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Bound of the cache of validated access tokens. Default 10 000 (about 2 KB each); 2 to 1 000 000.
    /// A token beyond the bound is validated again: slower, never refused.
    /// </summary>
    public int ValidatedTokensMax { get; set; } = 10_000;

    /// <summary>Whose access tokens are good here in the place of our own; null: our own are.</summary>
    public StandInProvider? Provider { get; set; }

    /// <summary>Plain HTTP is served. For loopback and for a TLS terminator in front; default false.</summary>
    public bool AllowPlainHttp { get; set; }

    /// <summary>Every fault of these options in English, empty where they are sound.</summary>
    public IReadOnlyList<string> Check()
    {
        var faults = new List<string>();
        if (Issuer is not { IsAbsoluteUri: true } || Issuer.Scheme is not ("http" or "https") || Issuer.Query.Length + Issuer.Fragment.Length > 0)
        {
            faults.Add("Issuer must be an absolute http(s) URL without query and fragment.");
        }
        else if (Issuer.Scheme == "http" && !AllowPlainHttp)
        {
            faults.Add("Issuer is plain http: use https, or set AllowPlainHttp.");
        }

        CheckKeys(faults);
        Bound(faults, nameof(AccessTokenLifetime), AccessTokenLifetime, TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
        Bound(faults, nameof(AssertionLifetimeMax), AssertionLifetimeMax, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10));
        Bound(faults, nameof(ClockSkew), ClockSkew, TimeSpan.Zero, TimeSpan.FromSeconds(120));
        Bound(faults, nameof(ValidatedTokensMax), ValidatedTokensMax, 2, 1_000_000);
        Bound(faults, nameof(ProofLifetime), ProofLifetime, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5));
        Bound(faults, nameof(TrustedProxies), TrustedProxies.Count, 0, 20);
        if (MutualTlsAddress is { } mutual && (!mutual.IsAbsoluteUri || mutual.Scheme != "https" || mutual.Query.Length + mutual.Fragment.Length > 0))
        {
            faults.Add("MutualTlsAddress must be an absolute https URL without query and fragment.");
        }

        Bound(faults, nameof(PublicAddresses), PublicAddresses.Count, 0, 16);
        if (PublicAddresses.Any(address => !address.IsAbsoluteUri || address.Scheme is not ("http" or "https") || address.Query.Length + address.Fragment.Length > 0))
        {
            faults.Add("PublicAddresses must be absolute http(s) URLs without query and fragment.");
        }

        if (EncryptionKey is { Length: not 32 } || NonceKey is { Length: not 32 })
        {
            faults.Add("EncryptionKey and NonceKey must be 32 bytes, or absent.");
        }

        if (StaffKey is { Length: not 32 })
        {
            faults.Add("StaffKey must be 32 bytes, or absent.");
        }

        return faults;
    }

    private void CheckKeys(List<string> faults)
    {
        Bound(faults, nameof(SigningKeys), SigningKeys.Count, 1, 16);
        Bound(faults, nameof(PublishedKeys), PublishedKeys.Count, 0, 64);
        if (SigningKeys.Count > 0 && SigningKeys.All(key => key.Retired))
        {
            faults.Add("SigningKeys are all retired: none is left to sign.");
        }

        var all = SigningKeys.Select(key => (key.Kid, key.Key)).Concat(PublishedKeys.Select(key => (key.Kid, key.Key))).ToList();
        if (all.Exists(key => key.Kid is not { Length: >= 1 and <= 128 }))
        {
            faults.Add("A key id has 1 to 128 characters.");
        }

        if (all.Select(key => key.Kid).Distinct(StringComparer.Ordinal).Count() != all.Count)
        {
            faults.Add("Two published keys have the same key id.");
        }

        if (all.Exists(key => key.Key.KeySize != 256))
        {
            faults.Add("Keys must be EC keys on P-256 (ES256).");
        }
    }

    private static void Bound<T>(List<string> faults, string name, T value, T min, T max)
        where T : IComparable<T>
    {
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
        {
            faults.Add($"{name} must be between {min} and {max}.");
        }
    }
}
