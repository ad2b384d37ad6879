using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Identity.Client;

namespace LegalAid.Gateway.Tests.Peers;

/// <summary>What a gateway makes of the parcels of a peer that a test plays, over a real socket: by which keys it is known, and what is not what was signed.</summary>
public sealed class PeerParcelTests
{
    private const string Peer = "stand-in-gateway", Updates = "/v1/peers/updates";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Both keys hold while both are in the entry; the old one holds no more when it was taken out.</summary>
    [Fact]
    public async Task Parcel_WhileItsGatewaysKeyRollsOver_IsKnownByEitherKey()
    {
        using ECDsa before = NewKey(), after = NewKey();
        await using var city = await TwoCities.City.StartAsync();
        await EnrolAsync(city, ("before", before));
        Assert.Equal("PEER_MALFORMED", await SendAsync(city, "before", before)); // read, so it was let in
        Assert.Equal("SIGNATURE_INVALID", await SendAsync(city, "after", after));

        await EnrolAsync(city, ("before", before), ("after", after));
        Assert.Equal("PEER_MALFORMED", await SendAsync(city, "before", before));
        Assert.Equal("PEER_MALFORMED", await SendAsync(city, "after", after));

        await EnrolAsync(city, ("after", after));
        Assert.Equal("SIGNATURE_INVALID", await SendAsync(city, "before", before));
        Assert.Equal("PEER_MALFORMED", await SendAsync(city, "after", after));
    }

    [Fact]
    public async Task Parcel_Replayed_IsRefused()
    {
        using var key = NewKey();
        await using var city = await TwoCities.City.StartAsync();
        await EnrolAsync(city, ("key", key));
        using var wire = new Wire();
        Assert.Equal("PEER_MALFORMED", await SendAsync(city, "key", key, wire: wire));
        using var replay = new HttpClient();
        using var again = new HttpRequestMessage(HttpMethod.Post, new Uri(city.Address, Updates)) { Content = new StringContent("{\"v\":1}", Encoding.UTF8, "application/json") };
        foreach (var (name, value) in wire.Signed)
        {
            again.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await replay.SendAsync(again, Cancellation);
        Assert.Equal("SIGNATURE_REPLAYED", await CodeAsync(answer));
    }

    [Fact]
    public async Task Parcel_WithAnotherBodyThanWasSigned_IsRefused()
    {
        using var key = NewKey();
        await using var city = await TwoCities.City.StartAsync();
        await EnrolAsync(city, ("key", key));
        using var wire = new Wire { Instead = "{\"v\":2}" };

        Assert.Equal("CONTENT_DIGEST_MISMATCH", await SendAsync(city, "key", key, wire: wire));
    }

    [Fact]
    public async Task Parcel_LargerThanTheBound_IsRefused()
    {
        using var key = NewKey();
        await using var city = await TwoCities.City.StartAsync();
        await EnrolAsync(city, ("key", key));

        Assert.Equal("BODY_TOO_LARGE", await SendAsync(city, "key", key, body: new string(' ', (16 << 20) + 1)));
        Assert.Equal("PEER_MALFORMED", await SendAsync(city, "key", key));
    }

    private static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The city with the peer in its directory, known by these keys.</summary>
    private static async Task EnrolAsync(TwoCities.City city, params (string Kid, ECDsa Key)[] keys)
    {
        var listed = string.Join(", ", keys.Select(key => (key.Kid, key.Key.ExportParameters(includePrivateParameters: false).Q))
            .Select(key => $"{{ kty: EC, crv: P-256, alg: ES256, kid: \"{key.Kid}\", x: \"{Base64Url.EncodeToString(key.Q.X)}\", y: \"{Base64Url.EncodeToString(key.Q.Y)}\" }}"));
        city.Gateway.Overlay =
        [
            new ConfigurationFile($"agencies/{Peer}.yaml", $$"""
                id: {{Peer}}
                kind: gateway
                title: { zh: 外市网关, en: Another city's gateway }
                region: "450200"
                channel: { kind: peer, url: "https://gateway.example/", allowed-addresses: ["127.0.0.0/8"] }
                clients:
                  - { client-id: {{Peer}}-system, signatures: required, binding: none, jwks: { keys: [{{listed}}] } }
                """),
        ];
        await city.RestartAsync();
    }

    private static async Task<string?> SendAsync(TwoCities.City city, string kid, ECDsa key, string body = "{\"v\":1}", Wire? wire = null)
    {
        using var own = wire ?? new Wire();
        using var client = new HttpClient(new RequestSigningHandler(kid, key, TimeProvider.System) { InnerHandler = own }) { BaseAddress = city.Address };
        using var answer = await client.PostAsync(new Uri(Updates, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"), Cancellation);
        return await CodeAsync(answer);
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer)
    {
        Assert.NotEqual(HttpStatusCode.OK, answer.StatusCode);
        return (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))?["code"];
    }

    /// <summary>The wire below the signature: it sees what was signed, and may change the body.</summary>
    private sealed class Wire() : DelegatingHandler(new SocketsHttpHandler())
    {
        public string? Instead { get; init; }

        public Dictionary<string, string> Signed { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            foreach (var name in new[] { "Content-Digest", "Signature-Input", "Signature" })
            {
                Signed[name] = string.Join(", ", request.Headers.TryGetValues(name, out var values) ? values : request.Content?.Headers.GetValues(name) ?? []);
            }

            if (Instead is { } other)
            {
                request.Content = new StringContent(other, Encoding.UTF8, "application/json");
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
