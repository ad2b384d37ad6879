using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Peers;

/// <summary>A notice of defence from a court in one city to an aid centre in another, gateway to gateway over real sockets; and who is not let in.</summary>
public sealed class TwoCitiesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Notice_ToAnotherCitysCentre_IsAnsweredThereAndReachesTheCourt()
    {
        await using var cities = await TwoCities.StartAsync();
        var (north, south) = (cities.Northern.Gateway, cities.Southern.Gateway);
        var name = await north.NoticeInAsync("notified");
        await Eventually.HoldsAsync(async () => await StateAsync(south, Notices.AidCentre, name) == "notified", "the notice in the south");

        var exchange = $"exchanges/{name[(name.LastIndexOf('/') + 1)..]}";
        var documents = (await south[Notices.AidCentre].CallAsync(Face.Rest, "GetExchange", new JsonObject { ["name"] = exchange })).Required["attachments"];
        Assert.Equal("indictment.txt", (string?)documents?[0]?["fileName"]);
        var passed = (await south[Notices.AidCentre].CallAsync(Face.Grpc, "AssignCounsel", NoticeSteps.Assign(name))).Required;
        Assert.NotNull(passed["receipt"]?["jws"]);

        await Eventually.HoldsAsync(async () => await StateAsync(north, Notices.Court, name) == "assigned", "counsel in the north");
        await Eventually.HoldsAsync(async () => await StateAsync(south, Notices.AidCentre, name) == "assigned", "counsel in the south");
    }

    /// <summary>The south lets a payload through that is none; the north, which decides, shows nobody what it cannot read itself, and says so.</summary>
    [Fact]
    public async Task Step_WhosePayloadTheOtherCityDidNotCheck_IsRefusedWhereItIsDecided()
    {
        await using var cities = await TwoCities.StartAsync();
        var (north, south) = (cities.Northern.Gateway, cities.Southern.Gateway);
        var name = await north.NoticeInAsync("notified");
        await Eventually.HoldsAsync(async () => await StateAsync(south, Notices.AidCentre, name) == "notified", "the notice in the south");
        var assign = NoticeSteps.Assign(name)["assignment"]!.DeepClone().AsObject(); // an assignment says who
        assign["counsel"]!["phone"] = "no number"; // of counsel, whom it names
        var exchange = new ExchangeId(Guid.Parse(name.AsSpan(name.LastIndexOf('/') + 1)));

        var passed = await south.Gateway.Services.GetRequiredService<ExchangeLedger>().TakeAsync(
            new StepCommand(AgencyId.Parse(Notices.AidCentre), exchange, new StepName("assign-counsel"), assign, [], "past the edge"), Cancellation);

        Assert.IsType<CommandOutcome.Accepted>(passed);
        var told = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                foreach (var delivery in await DeliveryTests.PullAsync(south, Notices.AidCentre))
                {
                    await DeliveryTests.AcknowledgeAsync(south, Notices.AidCentre, delivery); // the next of the exchange comes after it
                    told = DeliveryTests.EventOf(delivery) == "step.refused" ? delivery.ToJsonString() : told;
                }

                return told.Length > 0;
            },
            "the refusal in the south");
        Assert.Contains("payload.counsel.phone", told, StringComparison.Ordinal);
        Assert.Equal("notified", await StateAsync(north, Notices.Court, name));
    }

    [Fact]
    public async Task Line_CutWhileBothWork_HealsAndBothAgree()
    {
        await using var cities = await TwoCities.StartAsync();
        var (north, south) = (cities.Northern, cities.Southern);
        var name = await north.Gateway.NoticeInAsync("notified");
        await Eventually.HoldsAsync(async () => await StateAsync(south.Gateway, Notices.AidCentre, name) == "notified", "the notice in the south");
        await north.CutAsync();
        await south.CutAsync();

        (await south.Gateway[Notices.AidCentre].CallAsync(Face.Rest, "AssignCounsel", NoticeSteps.Assign(name))).Required.ToString();
        var other = await north.Gateway.NoticeInAsync("notified");
        await south.RestartAsync();
        Assert.Equal("notified", await StateAsync(north.Gateway, Notices.Court, name));
        Assert.Null(await StateAsync(south.Gateway, Notices.AidCentre, other));

        north.Mend();
        south.Mend();
        await Eventually.HoldsAsync(async () => await StateAsync(north.Gateway, Notices.Court, name) == "assigned", "counsel in the north");
        await Eventually.HoldsAsync(async () => await StateAsync(south.Gateway, Notices.AidCentre, other) == "notified", "the other notice in the south");
        await Eventually.HoldsAsync(async () => await StateAsync(south.Gateway, Notices.AidCentre, name) == "assigned", "counsel in the south");
    }

    [Fact]
    public async Task Parcel_ByNobodyKnown_IsRefusedAndNothingIsKept()
    {
        await using var cities = await TwoCities.StartAsync();
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var bare = new HttpClient { BaseAddress = cities.Southern.Address };
        using var signing = new HttpClient(new RequestSigningHandler("stranger", stranger, TimeProvider.System) { InnerHandler = new SocketsHttpHandler() }) { BaseAddress = cities.Southern.Address };
        foreach (var path in new[] { "/v1/peers/updates", "/v1/peers/commands", "/v1/peers/documents" })
        {
            Assert.Equal("SIGNATURE_MALFORMED", await CodeAsync(await bare.PostAsJsonAsync(path, new { v = 1 }, Cancellation)));
            Assert.Equal("SIGNATURE_INVALID", await CodeAsync(await signing.PostAsJsonAsync(path, new { v = 1 }, Cancellation)));
        }

        Assert.Equal(0, cities.Southern.Gateway.Store.Count("exchange", "1 = 1"));
    }

    [Fact]
    public async Task Capabilities_ToAnybody_NameTypesAndNothingElse()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        using var bare = new HttpClient { BaseAddress = gateway.Gateway.Rest };
        var told = await bare.GetFromJsonAsync<JsonObject>("/v1/peers/capabilities", Cancellation);

        Assert.Equal(1, (int?)told?["v"]);
        Assert.Contains(told?["types"]?.AsArray() ?? [], type => (string?)type!["id"] == "defence-notice.court"); // an entry is an object
    }

    private static async Task<string?> StateAsync(GatewayFixture gateway, string agency, string name)
    {
        var answer = await gateway[agency].CallAsync(Face.Rest, "GetDefenceNotice", new JsonObject { ["name"] = name });
        return answer.Code == "NOT_FOUND" ? null : (string?)answer.Required["state"];
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            return (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))?["code"];
        }
    }
}
