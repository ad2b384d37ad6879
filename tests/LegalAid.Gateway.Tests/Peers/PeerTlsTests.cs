using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using static LegalAid.Gateway.Tests.Cooperation.Cooperations;

namespace LegalAid.Gateway.Tests.Peers;

/// <summary>Two gateways over mutual TLS on real sockets: a cooperation goes through; who shows another certificate, or none, or has a server of another authority, is not dealt with.</summary>
public sealed class PeerTlsTests
{
    private static readonly string[] Paths = ["/v1/peers/updates", "/v1/peers/commands", "/v1/peers/documents"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cooperation_OverMutualTls_IsAcceptedThereAndBothAgree()
    {
        await using var cities = await StartAsync();
        var (north, south) = (cities.Northern.Gateway, cities.Southern.Gateway);
        var name = await OpenAsync(north);
        await HasAsync(south, Asked, name, "requested");

        await TakeAsync(south, Asked, Face.Rest, "AcceptCooperation", name);
        await HasAsync(north, Origin, name, "in-hand");
        await HasAsync(south, Asked, name, "in-hand");
        await TakeAsync(south, Asked, Face.Grpc, "DeliverCooperationResults", name);
        await HasAsync(north, Origin, name, "answered");
        await TakeAsync(north, Origin, Face.Rest, "AcceptCooperationResults", name);

        await HasAsync(south, Asked, name, "completed");
        await HasAsync(north, Origin, name, "completed");
    }

    /// <summary>Signed by the key that is enrolled, over a connection of somebody else, or of nobody; here and where no certificate is asked for.</summary>
    [Fact]
    public async Task Parcel_OverAConnectionOfAnother_IsRefusedAndNothingIsTaken()
    {
        await using var cities = await StartAsync();
        var (north, south) = (cities.Northern, cities.Southern);
        using var another = TestAuthority.SelfSigned("CN=A gateway");
        using var shows = Signing(north, south.Tls!.Handler(another), south.Address); // these cities have TLS
        using var bare = Signing(north, new SocketsHttpHandler(), south.Gateway.Gateway.Rest);
        using var hidden = Signing(north, south.Tls!.Handler(shown: null), south.Address); // likewise
        var rows = south.Gateway.Store.BusinessRows();

        foreach (var path in Paths)
        {
            Assert.Equal("PEER_CERTIFICATE_OTHER", await CodeAsync(shows, path));
            Assert.Equal("PEER_CERTIFICATE_OTHER", await CodeAsync(bare, path));
            await Assert.ThrowsAsync<HttpRequestException>(() => hidden.PostAsJsonAsync(path, new { v = 1 }, Cancellation));
        }

        Assert.Equal(rows, south.Gateway.Store.BusinessRows());
    }

    /// <summary>The sender shows another certificate than the receiver pins: its message waits, and goes when the right one is in its key folder.</summary>
    [Fact]
    public async Task Message_WhileTheSenderShowsAnotherCertificate_WaitsAndGoesOnceItIsRight()
    {
        await using var cities = await StartAsync();
        var (north, south) = (cities.Northern, cities.Southern);
        using var another = TestAuthority.SelfSigned("CN=A gateway");
        north.Tls!.Show(TwoCities.South, another); // these cities have TLS
        var name = await OpenAsync(north.Gateway);
        await FailsAsync(north.Gateway, "PEER_CERTIFICATE_OTHER");
        Assert.Equal(0, south.Gateway.Store.Count("exchange"));

        north.Tls.Show(TwoCities.South);

        await HasAsync(south.Gateway, Asked, name, "requested");
    }

    /// <summary>A server that another authority certified may be anybody's: nothing is said to it, the message waits, and goes once that is right.</summary>
    [Fact]
    public async Task Message_WhileTheServerIsOfAnotherAuthority_WaitsAndGoesOnceItIsRight()
    {
        await using var cities = await StartAsync();
        var (north, south) = (cities.Northern, cities.Southern);
        using var another = new TestAuthority();
        north.Tls!.Trust(TwoCities.South, another); // these cities have TLS
        var name = await OpenAsync(north.Gateway);
        await FailsAsync(north.Gateway, "tls");
        Assert.Equal(0, south.Gateway.Store.Count("exchange"));

        north.Tls.Trust(TwoCities.South, south.Tls!.Authority); // likewise

        await HasAsync(south.Gateway, Asked, name, "requested");
    }

    /// <summary>A file of authorities that cannot be read trusts nobody: least of all those whom the machine trusts.</summary>
    [Fact]
    public async Task Message_WhileTheAuthoritiesCannotBeRead_Waits()
    {
        await using var cities = await StartAsync();
        var north = cities.Northern;
        await File.WriteAllTextAsync(Path.Combine(north.Tls!.KeyFolder, "connectors", $"{TwoCities.South}.ca.pem"), "half a file", Cancellation); // these cities have TLS
        await OpenAsync(north.Gateway);

        await FailsAsync(north.Gateway, "tls");
        Assert.Equal(0, cities.Southern.Gateway.Store.Count("exchange"));
    }

    private static Task<TwoCities> StartAsync() => TwoCities.StartAsync(northern: [Origin], southern: [Asked], tls: true);

    /// <summary>A stranger's connection whose requests are signed with the city's own key.</summary>
    private static HttpClient Signing(TwoCities.City city, HttpMessageHandler wire, Uri address)
    {
        var (kid, key) = city.Gateway.Gateway.Services.GetRequiredService<KeyFolder>().LoadSigningKeys(SigningPurpose.Receipt)[^1];
        return new HttpClient(new RequestSigningHandler(kid, key, TimeProvider.System) { InnerHandler = wire }) { BaseAddress = address };
    }

    private static async Task<string?> CodeAsync(HttpClient http, string path)
    {
        using var answer = await http.PostAsJsonAsync(path, new { v = 1 }, Cancellation);
        return (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))?["code"];
    }

    private static Task FailsAsync(GatewayFixture gateway, string outcome) => Eventually.HoldsAsync(
        () => gateway.Store.Count("delivery", $"recipient = '{TwoCities.South}' AND last_outcome = '{outcome}'") == 1, $"an attempt that ended as {outcome}");

    private static Task HasAsync(GatewayFixture gateway, string agency, string name, string state) => Eventually.HoldsAsync(
        async () => (string?)(await gateway[agency].CallAsync(Face.Rest, "GetCooperation", new JsonObject { ["name"] = name })).Message?["state"] == state, $"{state} at {agency}");
}
