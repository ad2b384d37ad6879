using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Casework.Configuration.Agencies;

/// <summary>Reads by which certificates a client authenticates: <c>{ thumbprints: […] }</c>, <c>{ dns: … }</c> or <c>{ subject: … }</c>.</summary>
internal static class CertificateForm
{
    private const int ThumbprintsMax = 5, NameCharsMax = 253, SubjectCharsMax = 500;

    public static CertificateRule? Read(YamlNode? node, FaultSink faults)
    {
        var map = MapReader.Open(node, faults);
        if (map is null)
        {
            return null;
        }

        var (dns, subject) = (map.OptionalText("dns", NameCharsMax), map.OptionalText("subject", SubjectCharsMax));
        var thumbprints = map.Find("thumbprints") is null ? [] : map.Texts("thumbprints", 1, ThumbprintsMax);
        map.Close();
        if ((dns is null ? 0 : 1) + (subject is null ? 0 : 1) + (map.Find("thumbprints") is null ? 0 : 1) != 1)
        {
            faults.Add(map.Node, ConfigurationFaults.EitherOr, "thumbprints, dns, subject");
            return null;
        }

        var malformed = thumbprints.Where(word => !IsThumbprint(word.Text)).ToList();
        if (dns is not null && Uri.CheckHostName(dns.Text) != UriHostNameType.Dns)
        {
            malformed.Add(dns);
        }

        if (subject is not null && !IsName(subject.Text))
        {
            malformed.Add(subject);
        }

        foreach (var word in malformed)
        {
            faults.Add(word.At, AgencyFaults.CertificateInvalid);
        }

        return malformed.Count > 0 ? null
            : dns is not null ? new CertificateRule.DnsName(dns.Text)
            : subject is not null ? new CertificateRule.Subject(subject.Text)
            : new CertificateRule.Pinned(new(thumbprints.Select(word => word.Text)));
    }

    private static bool IsThumbprint(string text) =>
        text.Length == 2 * SHA256.HashSizeInBytes && text.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f');

    private static bool IsName(string text)
    {
        try
        {
            return new X500DistinguishedName(text).RawData.Length > 2; // not the empty sequence
        }
        catch (CryptographicException)
        {
            return false; // the platform reads names
        }
    }
}
