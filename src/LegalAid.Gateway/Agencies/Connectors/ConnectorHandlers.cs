using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Delivery;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>What carries one connector's calls: the guard of all calls to other bodies, the connector's own certificate and the authorities that it trusts.</summary>
internal static class ConnectorHandlers
{
    private const int ConnectionsMax = 64;

    public static SocketsHttpHandler Create(ConnectorWire wire, TimeSpan timeout, ConnectorSecrets secrets) =>
        Create(wire.AllowedAddresses, wire.Certificate, wire.Authority, timeout, secrets);

    /// <param name="certificate">Name of the certificate that is shown; null: none.</param>
    /// <param name="authority">Name of the authorities that alone are trusted; null: the machine's.</param>
    public static SocketsHttpHandler Create(IEnumerable<string> networks, string? certificate, string? authority, TimeSpan timeout, ConnectorSecrets secrets)
    {
        var handler = GuardedHandlers.Create(networks, timeout, ConnectionsMax);
        handler.SslOptions = new SslClientAuthenticationOptions();
        if (certificate is not null)
        {
            // Asked for at each handshake, so that a renewed certificate is shown without a restart.
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => secrets.FindCertificate(certificate)!; // null shows none, which the signature does not say
        }

        if (authority is not null)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, faults) =>
                shown is X509Certificate2 server && secrets.FindAuthorities(authority) is { } trusted && IsTrusted(server, trusted, faults);
        }

        return handler;
    }

    private static bool IsTrusted(X509Certificate2 server, X509Certificate2Collection trusted, SslPolicyErrors faults)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // an authority of a closed network has no list that could be reached
        return (faults & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None && chain.Build(server);
    }
}
