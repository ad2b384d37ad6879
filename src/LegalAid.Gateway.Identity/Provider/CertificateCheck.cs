using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Identity.Provider;

/// <summary>What became of a client's certificate: one member per check that can fail, in the order of the checks.</summary>
internal enum CertificateOutcome
{
    Accepted,
    UnknownClient,
    DisabledClient,

    /// <summary>The client authenticates by other means.</summary>
    NotEnrolled,
    Expired,
    NotYetValid,
    OtherCertificate,
    OtherName,

    /// <summary>No trusted authority issued it, or not for clients.</summary>
    Untrusted,
}

/// <summary>
/// The rules for a client that authenticates by its certificate (RFC 8705 section 2), whose key the handshake proved. Whether an authority revoked
/// a certificate is not asked: a client is disabled here, and a pinned certificate taken out, with effect on the next request.
/// </summary>
/// <param name="authorities">Roots and intermediates of those that issue to clients; the machine's own authorities are not trusted here.</param>
internal sealed class CertificateCheck(IAgencyClientRegistry registry, X509Certificate2Collection authorities)
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    public (CertificateOutcome Outcome, AgencyClient? Client) Check(string clientId, X509Certificate2 certificate, DateTimeOffset now)
    {
        var client = registry.Find(clientId);
        var outcome = client switch
        {
            null => CertificateOutcome.UnknownClient,
            { Enabled: false } => CertificateOutcome.DisabledClient,
            { Certificate: null } => CertificateOutcome.NotEnrolled,
            _ when now.UtcDateTime >= certificate.NotAfter.ToUniversalTime() => CertificateOutcome.Expired,
            _ when now.UtcDateTime < certificate.NotBefore.ToUniversalTime() => CertificateOutcome.NotYetValid,
            { Certificate: CertificateRule.Pinned pinned } => Pinned(pinned, certificate),
            { Certificate: CertificateRule.DnsName name } => Issued(HasDnsName(certificate, name.Name), certificate, now),
            { Certificate: CertificateRule.Subject name } => Issued(HasSubject(certificate, name.Name), certificate, now),
            _ => throw new InvalidOperationException($"certificate rule {client.Certificate}"),
        };
        return (outcome, client);
    }

    private static CertificateOutcome Pinned(CertificateRule.Pinned pinned, X509Certificate2 certificate) =>
        pinned.Thumbprints.Contains(Convert.ToHexStringLower(certificate.GetCertHash(HashAlgorithmName.SHA256)))
            ? CertificateOutcome.Accepted
            : CertificateOutcome.OtherCertificate;

    private CertificateOutcome Issued(bool toTheClient, X509Certificate2 certificate, DateTimeOffset now) =>
        !toTheClient ? CertificateOutcome.OtherName : IsTrusted(certificate, now) ? CertificateOutcome.Accepted : CertificateOutcome.Untrusted;

    private bool IsTrusted(X509Certificate2 certificate, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.ExtraStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true; // a certificate names no address that we call
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return authorities.Count > 0 && chain.Build(certificate);
    }

    /// <summary>A name in the certificate may not stand for several: a wildcard would authenticate whoever holds any of them.</summary>
    private static bool HasDnsName(X509Certificate2 certificate, string name) => certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
        .Any(names => names.EnumerateDnsNames().Any(one => one.Equals(name, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Part by part, in order: how a text is encoded differs between authorities, what it says does not.</summary>
    private static bool HasSubject(X509Certificate2 certificate, string name)
    {
        var (shown, enrolled) = (Parts(certificate.SubjectName), Parts(new X500DistinguishedName(name)));
        return shown is not null && enrolled is not null && shown.SequenceEqual(enrolled);
    }

    /// <summary>Null where a part has several values or is no text.</summary>
    private static List<(string? Type, string? Value)>? Parts(X500DistinguishedName name)
    {
        var parts = name.EnumerateRelativeDistinguishedNames(reversed: false).ToList();
        if (parts.Exists(part => part.HasMultipleElements))
        {
            return null;
        }

        try
        {
            return [.. parts.Select(part => (part.GetSingleElementType().Value, part.GetSingleElementValue()))];
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
