using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Grpc.Net.Client;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Contracts.Directory.V1;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Testing;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>Certificates against the whole gateway: the listener for them, both faces on it, and a server certificate that is renewed.</summary>
public sealed class MutualTlsTests : IAsyncLifetime
{
    private readonly TestAuthority _authority = new();
    private readonly ShiftedTime _time = new();
    private readonly DirectoryInfo _keys = System.IO.Directory.CreateTempSubdirectory("legalaid-keys-");
    private GatewayFixture? _gateway;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private GatewayFixture Gateway => _gateway ?? throw new InvalidOperationException("not started");

    /// <summary>The third listener.</summary>
    private Uri Address => new(Gateway.Gateway.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.ElementAt(2));

    public async ValueTask InitializeAsync()
    {
        using var server = _authority.IssueServer();
        await File.WriteAllTextAsync(Path.Combine(_keys.FullName, "tls.pem"), TestAuthority.PemOf(server), Cancellation);
        await File.WriteAllTextAsync(Path.Combine(_keys.FullName, "authorities.pem"), _authority.Root.ExportCertificatePem(), Cancellation);
        _gateway = await GatewayFixture.StartAsync(new GatewayStart
        {
            Time = _time,
            Adjust = settings => settings with
            {
                KeyFolder = _keys.FullName,
                MutualTls = new MutualTlsSettings { PublicAddress = new Uri("https://localhost:8444"), Listener = new Uri("https://127.0.0.1:0"), Authorities = Path.Combine(_keys.FullName, "authorities.pem") },
            },
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        _keys.Delete(recursive: true);
        _authority.Dispose();
    }

    [Fact]
    public async Task Call_OverTheListenerForCertificates_IsBoundToTheCertificateOnBothFaces()
    {
        using var certificate = TestAuthority.SelfSigned("CN=court.example");
        using var fetching = new HttpClient(_authority.Handler(certificate));
        using var tokens = new AgencyTokenSource(fetching, Gateway[Notices.Court].Credential(new Uri(Address, "/connect/token"), Gateway.Issuer), TimeProvider.System);
        using var rest = new HttpClient(new AgencyTokenHandler(tokens) { InnerHandler = _authority.Handler(certificate) }) { BaseAddress = Address };
        using var channel = GrpcChannel.ForAddress(Address, new GrpcChannelOptions
        {
            HttpHandler = new AgencyTokenHandler(tokens) { InnerHandler = _authority.Handler(certificate) }, DisposeHttpClient = true,
        });

        var overRest = await rest.GetFromJsonAsync<JsonElement>("/v1/whoami", Cancellation);
        var overGrpc = await new DirectoryService.DirectoryServiceClient(channel).WhoAmIAsync(new WhoAmIRequest(), cancellationToken: Cancellation);

        Assert.Equal(("certificate", "certificate"), (overRest.GetProperty("binding").GetString(), overGrpc.Binding));
        using var plain = new HttpClient(new AgencyTokenHandler(tokens) { InnerHandler = new SocketsHttpHandler() }) { BaseAddress = Gateway.Gateway.Rest };
        using var refused = await plain.GetAsync("/v1/whoami", Cancellation);
        Assert.Equal("TOKEN_OTHER_CERTIFICATE", (await refused.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Connect_WithoutCertificate_IsRefusedByTheHandshake()
    {
        using var http = new HttpClient(_authority.Handler()) { BaseAddress = Address };

        await Assert.ThrowsAsync<HttpRequestException>(async () => await http.GetAsync("/health/live", Cancellation));
    }

    /// <summary>The authority that the settings name issues to the client; a namesake of another authority's is nobody.</summary>
    [Fact]
    public async Task Fetch_CertificateOfTheAuthorityInTheSettings_IsTheClients()
    {
        const string File = $"agencies/{Notices.Court}.yaml";
        var agency = await System.IO.File.ReadAllTextAsync(Path.Combine(GatewayFixture.ConfigurationFolder, File), Cancellation);
        await Gateway.StopAsync();
        Gateway.Overlay = [new ConfigurationFile(File, $"{agency.Replace("clients: []", "", StringComparison.Ordinal)}\nclients:\n  - {{ client-id: court-by-name, binding: certificate, certificate: {{ dns: court.example }} }}\n")];
        await Gateway.StartAgainAsync();
        using var issued = _authority.IssueClient("CN=Court", "court.example");
        using var renewed = _authority.IssueClient("CN=Court, O=Renewed", "court.example");
        using var another = new TestAuthority("CN=Another authority");
        using var namesake = another.IssueClient("CN=Court", "court.example");

        Assert.Equal(HttpStatusCode.OK, await FetchAsync(issued));
        Assert.Equal(HttpStatusCode.OK, await FetchAsync(renewed));
        Assert.Equal(HttpStatusCode.Unauthorized, await FetchAsync(namesake));
    }

    [Fact]
    public async Task ServerCertificate_Replaced_IsShownWithoutARestartAndARuinedOneIsNot()
    {
        var before = await ShownAsync();
        var file = Path.Combine(_keys.FullName, "tls.pem");
        using var next = _authority.IssueServer();

        await File.WriteAllTextAsync(file, TestAuthority.PemOf(next), Cancellation);
        Assert.Equal(before, await ShownAsync());
        _time.Passed += TimeSpan.FromSeconds(11);
        Assert.Equal(next.Thumbprint, await ShownAsync());

        await File.WriteAllTextAsync(file, "half a file", Cancellation);
        _time.Passed += TimeSpan.FromSeconds(11);
        Assert.Equal(next.Thumbprint, await ShownAsync());
    }

    private async Task<HttpStatusCode> FetchAsync(X509Certificate2 certificate)
    {
        using var http = new HttpClient(_authority.Handler(certificate));
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", "court-by-name")]);
        using var answer = await http.PostAsync(new Uri(Address, "/connect/token"), form, Cancellation);
        return answer.StatusCode;
    }

    /// <summary>The thumbprint of the certificate that the gateway shows to a new connection.</summary>
    private async Task<string> ShownAsync()
    {
        using var certificate = TestAuthority.SelfSigned("CN=court.example");
        using var socket = new TcpClient();
        await socket.ConnectAsync(Address.Host, Address.Port, Cancellation);
        await using var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", ClientCertificates = [certificate], RemoteCertificateValidationCallback = (_, _, _, _) => true },
            Cancellation);
        return tls.RemoteCertificate?.GetCertHashString() ?? throw new InvalidOperationException("no certificate was shown");
    }

    /// <summary>What the gateway answers is a server hello (22) or an alert (21); the hellos differ in the version alone. Both listeners share their rules.</summary>
    [Theory]
    [InlineData(3, 22)] // TLS 1.2
    [InlineData(2, 21)] // TLS 1.1
    [InlineData(1, 21)] // TLS 1.0
    public async Task Handshake_OfAnOldTls_IsRefused(byte minor, int answer)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(Address.Host, Address.Port, Cancellation);
        var stream = socket.GetStream();

        await stream.WriteAsync(Hello(minor), Cancellation);
        var first = new byte[1];
        await stream.ReadExactlyAsync(first, Cancellation);

        Assert.Equal(answer, first[0]);
    }

    /// <summary>A ClientHello (RFC 5246, 7.4.1.2) that offers nothing newer than version 3.<paramref name="minor"/>, with suites of each age.</summary>
    private static byte[] Hello(byte minor)
    {
        byte[] suites = [0xC0, 0x2B, 0xC0, 0x2F, 0xC0, 0x09, 0xC0, 0x13, 0x00, 0x2F];
        byte[] extensions =
        [
            0x00, 0x0A, 0x00, 0x04, 0x00, 0x02, 0x00, 0x17,                         // the group P-256
            0x00, 0x0B, 0x00, 0x02, 0x01, 0x00,                                     // points uncompressed
            0x00, 0x0D, 0x00, 0x08, 0x00, 0x06, 0x04, 0x03, 0x08, 0x04, 0x04, 0x01, // signatures by ECDSA and RSA over SHA-256
        ];
        byte[] body = [3, minor, .. RandomNumberGenerator.GetBytes(32), 0, 0, (byte)suites.Length, .. suites, 1, 0, 0, (byte)extensions.Length, .. extensions];
        return [22, 3, 1, 0, (byte)(body.Length + 4), 1, 0, 0, (byte)body.Length, .. body];
    }
}
