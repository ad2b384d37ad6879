using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grpc.Net.Client;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Contracts.Directory.V1;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>A whole gateway whose tokens a real provider issues, npm <c>oidc-provider</c> in the place of a province's.</summary>
public sealed class ProvinceProviderTests
{
    private const string Audience = "https://nanning.gateway.test";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Token_OfTheProvince_IsGoodOnBothFacesAndBoundToItsKey()
    {
        TokenProviderSettings? province = null;
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart
        {
            Adjust = settings => settings with { Tokens = settings.Tokens with { Provider = province } },
        });
        using var http = new HttpClient();
        var keys = await http.GetFromJsonAsync<JsonNode>(new Uri(gateway.Gateway.Rest, "/.well-known/jwks"), Cancellation) ?? throw new InvalidOperationException("no keys");
        await using var provider = await AgencyProvider.StartAsync("https://console.test/", keys, Audience, systems: [gateway[Notices.Court]], cancellationToken: Cancellation);
        var issuer = provider.Issuer.GetLeftPart(UriPartial.Authority);
        province = new TokenProviderSettings
        {
            Issuer = new AgencyIssuer(issuer, Jwks: null, ["127.0.0.0/8"], ["ES256"], People: null, Staff: null),
            Audience = Audience,
            ClientId = AgencyProvider.ConsoleClient,
            Introspects = false, // it keeps no record of tokens that are JWTs
        };
        await gateway.StopAsync();
        await gateway.StartAgainAsync();

        using var proofKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var tokens = new AgencyTokenSource(http, gateway[Notices.Court].Credential(new Uri($"{issuer}/token"), issuer) with { ProofKey = proofKey }, TimeProvider.System);
        using var rest = new HttpClient(new AgencyTokenHandler(tokens) { InnerHandler = new SocketsHttpHandler() }) { BaseAddress = gateway.Gateway.Rest };
        using var channel = GrpcChannel.ForAddress(gateway.Gateway.Grpc, new GrpcChannelOptions
        {
            HttpHandler = new AgencyTokenHandler(tokens) { InnerHandler = new SocketsHttpHandler() }, DisposeHttpClient = true,
        });

        var overRest = await rest.GetFromJsonAsync<JsonElement>("/v1/whoami", Cancellation);
        var overGrpc = await new DirectoryService.DirectoryServiceClient(channel).WhoAmIAsync(new WhoAmIRequest(), cancellationToken: Cancellation);

        Assert.Equal((Notices.Court, "dpop"), (overRest.GetProperty("agency").GetProperty("name").GetString()?.Split('/')[^1], overRest.GetProperty("binding").GetString()));
        Assert.Equal(("dpop", gateway[Notices.Court].ClientId), (overGrpc.Binding, overGrpc.ClientId));
        using var stolen = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Gateway.Rest, "/v1/whoami"));
        stolen.Headers.Authorization = new("Bearer", await tokens.GetAsync(Cancellation));
        using var refused = await http.SendAsync(stolen, Cancellation);
        Assert.Equal(401, (int)refused.StatusCode);
        using var closed = await http.GetAsync(new Uri(gateway.Gateway.Rest, "/.well-known/openid-configuration"), Cancellation);
        Assert.Equal(404, (int)closed.StatusCode);
    }
}
