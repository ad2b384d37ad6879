using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LegalAid.Gateway.Operations;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>What connectors prove themselves by, as it stands in the key folder now. Safe on any thread.</summary>
internal sealed class ConnectorSecrets(KeyFolder keys, TimeProvider time)
{
    private readonly FreshSecrets _secrets = new(keys.FindConnectorSecret, time);
    private readonly FreshSecrets _certificates = new(keys.FindConnectorCertificate, time);
    private readonly FreshSecrets _authorities = new(keys.FindConnectorAuthorities, time);

    // Certificates by their text, which is the operator's: one entry for each that was ever there.
    private readonly ConcurrentDictionary<string, X509Certificate2?> _read = new(StringComparer.Ordinal);

    /// <summary>Null where there is none of that name, or an empty one.</summary>
    public string? Find(string name) => _secrets.Find(name) is { Length: > 0 } secret ? secret : null;

    /// <summary>What changes whenever the certificate or the authorities of that name do: a connection was made by what stood there then.</summary>
    public (string? Certificate, string? Authorities) VersionOf(string name) => (_certificates.Find(name), _authorities.Find(name));

    /// <summary>Whether there is a file of authorities, readable or not.</summary>
    public bool HasAuthorities(string name) => _authorities.Find(name) is not null;

    /// <summary>The client certificate with its key; null where there is none, or it cannot be read.</summary>
    public X509Certificate2? FindCertificate(string name) => _certificates.Find(name) is { } pem ? _read.GetOrAdd(pem, ReadCertificate) : null;

    /// <summary>The authorities that alone are trusted; null where there are none, or they cannot be read.</summary>
    public X509Certificate2Collection? FindAuthorities(string name)
    {
        if (_authorities.Find(name) is not { } pem)
        {
            return null;
        }

        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(pem);
            return authorities.Count > 0 ? authorities : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static X509Certificate2? ReadCertificate(string pem)
    {
        try
        {
            return X509Certificate2.CreateFromPem(pem, pem);
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or ArgumentException)
        {
            return null;
        }
    }
}
