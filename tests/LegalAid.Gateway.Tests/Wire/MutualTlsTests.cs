using System.Net.Http.Json;
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
        _gateway = await GatewayFixture.StartAsync(new GatewayStart
        {
            Adjust = settings => settings with
            {
                KeyFolder = _keys.FullName,
                MutualTls = new MutualTlsSettings { PublicAddress = new Uri("https://localhost:8444"), Listener = new Uri("https://127.0.0.1:0") },
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
        using var tokens = new AgencyTokenSource(fetching, Gateway[Notices.Court].Credential(new Uri(Address, "/connect/token"), Issuer), TimeProvider.System);
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

    private string Issuer => Gateway.Gateway.Services.GetRequiredService<GatewaySettings>().PublicAddress.AbsoluteUri;
}
