using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;

namespace LegalAid.Gateway.Identity.Binding;

/// <summary>
/// The certificate that the caller of a request has the key of: of its TLS connection, where the handshake proved it, or of the <c>Client-Cert</c>
/// header (RFC 9440), where a configured terminator did. From anybody else no header is looked at, and a terminator's own certificate is nobody's.
/// Safe from several threads.
/// </summary>
public sealed class ClientCertificates(IReadOnlyList<IPNetwork> proxies)
{
    /// <summary>The header of a terminator.</summary>
    public const string Header = "Client-Cert";

    private const int HeaderCharsMax = 16_384;

    /// <summary>The certificate, or null where none was shown.</summary>
    public X509Certificate2? Find(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return IsProxy(context.Connection.RemoteIpAddress) ? Forwarded(context.Request) : context.Connection.ClientCertificate;
    }

    /// <summary><c>x5t#S256</c> (RFC 8705 section 3.1): SHA-256 over the DER form in base64url.</summary>
    internal static string Thumbprint(X509Certificate2 certificate) => Base64Url.EncodeToString(certificate.GetCertHash(HashAlgorithmName.SHA256));

    private bool IsProxy(IPAddress? address)
    {
        if (proxies.Count == 0 || address is null)
        {
            return false;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return proxies.Any(network => network.Contains(plain));
    }

    /// <summary>A byte sequence of RFC 9651; two headers are none, since nobody can say which one the terminator wrote.</summary>
    private static X509Certificate2? Forwarded(HttpRequest request)
    {
        if (request.Headers[Header] is not [{ Length: > 2 and <= HeaderCharsMax } text] || text[0] != ':' || text[^1] != ':')
        {
            return null;
        }

        var der = new byte[text.Length];
        if (!Convert.TryFromBase64Chars(text.AsSpan(1, text.Length - 2), der, out var written))
        {
            return null;
        }

        try
        {
            return X509CertificateLoader.LoadCertificate(der.AsSpan(0, written));
        }
        catch (CryptographicException)
        {
            return null; // no certificate at all
        }
    }
}
