using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;
using static LegalAid.Gateway.Tests.Cooperation.Cooperations;

namespace LegalAid.Gateway.Tests.Peers;

/// <summary>A document that does not fit into a parcel, from one city's centre to another's, over a line that is cut in the middle.</summary>
public sealed class PeerDocumentTests
{
    [Fact]
    public async Task Cooperation_WithALargeDocumentOverALineThatIsCut_HasItWholeThere()
    {
        await using var cities = await TwoCities.StartAsync(northern: [Origin], southern: [Asked], tls: true);
        var (north, south) = (cities.Northern.Gateway, cities.Southern.Gateway);
        byte[] content = [.. "%PDF-1.7\n"u8, .. RandomNumberGenerator.GetBytes(5 << 20)];
        var request = Request(Letter());
        request["attachments"]![0]!["content"] = Convert.ToBase64String(content); // a request has its letter
        var name = (string?)(await north[Origin].CallAsync(Face.Grpc, "RequestCooperation", request)).Required["cooperation"]?["name"];

        await Eventually.HoldsAsync(() => south.Store.Count("upload", "received_bytes > 0") > 0 || south.Store.Count("attachment") > 0, "some of it in the south");
        await cities.Southern.CutAsync();
        cities.Southern.Mend();

        await Eventually.HoldsAsync(
            async () => (await south[Asked].CallAsync(Face.Rest, "GetCooperation", new JsonObject { ["name"] = name })).Accepted, "the cooperation in the south");
        var exchange = $"exchanges/{name?[(name.LastIndexOf('/') + 1)..]}";
        var there = (await south[Asked].CallAsync(Face.Rest, "GetExchange", new JsonObject { ["name"] = exchange })).Required["attachments"]?[0];
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), (string?)there?["sha256"]);
        using var fetched = await south[Asked].Rest.GetAsync(new Uri($"/v1/{there?["name"]}:download", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(content, await fetched.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, south.Store.Count("upload", "1 = 1"));
    }
}
