using System.Security.Cryptography.X509Certificates;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Peers;

/// <summary>A city's certificates: an authority that issued the one of its server, and its own as a client, which nobody issued. They stand in its key folder.</summary>
internal sealed class CityTls : IDisposable
{
    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("legalaid-keys-");
    private readonly X509Certificate2 _client = TestAuthority.SelfSigned("CN=A gateway");

    public CityTls()
    {
        using var server = Authority.IssueServer();
        File.WriteAllText(Path.Combine(_keys.FullName, "tls.pem"), TestAuthority.PemOf(server));
        _keys.CreateSubdirectory("connectors");
    }

    public TestAuthority Authority { get; } = new();

    public string KeyFolder => _keys.FullName;

    /// <summary>What the other city pins.</summary>
    public string Pinned => TestAuthority.ThumbprintOf(_client);

    /// <summary>Shows the peer this city's certificate from now on, or another.</summary>
    public void Show(string peer, X509Certificate2? another = null) => Put($"{peer}.pem", TestAuthority.PemOf(another ?? _client));

    /// <summary>Takes this authority's word for the peer's server from now on, and nobody else's.</summary>
    public void Trust(string peer, TestAuthority authority) => Put($"{peer}.ca.pem", authority.Root.ExportCertificatePem());

    /// <summary>A connection that trusts this city's server.</summary>
    public SocketsHttpHandler Handler(X509Certificate2? shown) => Authority.Handler(shown);

    public void Dispose()
    {
        _keys.Delete(recursive: true);
        _client.Dispose();
        Authority.Dispose();
    }

    private void Put(string name, string pem) => File.WriteAllText(Path.Combine(_keys.FullName, "connectors", name), pem);
}
