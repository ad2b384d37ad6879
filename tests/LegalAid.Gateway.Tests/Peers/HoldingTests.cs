using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Peers;

/// <summary>Two centres accept one application: on one gateway the second is refused; on two, with the line cut, both may, and one holder is left when it is mended.</summary>
public sealed class HoldingTests
{
    private const string NorthCentre = "nanning-xingning-aid-centre", SouthCentre = "liuzhou-aid-centre";

    [Fact]
    public async Task Claim_OfAnApplicationThatIsHeldHere_IsRefused()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        var person = SyntheticPeople.Adult(SyntheticPeople.NextSerial());
        await ClaimAsync(gateway, NorthCentre, SouthCentre, person);

        var second = await gateway[SouthCentre].CallAsync(Face.Rest, "OpenExchange", Claim(NorthCentre, person));
        Assert.Equal("ALREADY_OPEN", second.Code);
    }

    [Fact]
    public async Task Claims_WhileTheLineIsCut_LeaveOneHolderWithTheOthersWork()
    {
        await using var cities = await TwoCities.StartAsync(northern: [NorthCentre], southern: [SouthCentre]);
        var (north, south) = (cities.Northern, cities.Southern);
        await north.CutAsync();
        await south.CutAsync();
        var person = SyntheticPeople.Adult(SyntheticPeople.NextSerial());
        var first = await ClaimAsync(north.Gateway, NorthCentre, SouthCentre, person);
        var second = await ClaimAsync(south.Gateway, SouthCentre, NorthCentre, person);
        (await south.Gateway[SouthCentre].CallAsync(Face.Grpc, "TakeStep", NoticeSteps.Take(second, "work", new JsonObject { ["note"] = "已收申请材料" }))).Required.ToString();
        Assert.Equal(("held", "held"), (await StateAsync(north.Gateway, NorthCentre, first), await StateAsync(south.Gateway, SouthCentre, second)));

        north.Mend();
        south.Mend();

        await Eventually.HoldsAsync(async () => await StateAsync(south.Gateway, SouthCentre, second) == "yielded", "the later claim is given over");
        await Eventually.HoldsAsync(async () => await StateAsync(north.Gateway, NorthCentre, second) == "yielded", "the north knows");
        await Eventually.HoldsAsync(async () => (await ReadAsync(north.Gateway, NorthCentre, first))?["view"]?["keeping"] is not null, "the holder goes on with the other's work");
        await Eventually.HoldsAsync(async () => (await ReadAsync(south.Gateway, SouthCentre, first))?["view"]?["keeping"] is not null, "everybody is told");
        Assert.Equal("held", await StateAsync(north.Gateway, NorthCentre, first));
        Assert.Equal("已收申请材料", (string?)(await ReadAsync(north.Gateway, NorthCentre, second))?["view"]?["work"]?["items"]?[0]?["note"]);
        Assert.Equal("held", await StateAsync(south.Gateway, SouthCentre, first));
    }

    /// <summary>The gateway of the later claim dies after it has the other's copy and before it gave way: the next start finds the two.</summary>
    [Fact]
    public async Task Restart_BetweenTheCopyAndTheYield_LeavesOneHolder()
    {
        await using var cities = await TwoCities.StartAsync(northern: [NorthCentre], southern: [SouthCentre]);
        var (north, south) = (cities.Northern, cities.Southern);
        await north.CutAsync();
        await south.CutAsync();
        var person = SyntheticPeople.Adult(SyntheticPeople.NextSerial());
        var first = await ClaimAsync(north.Gateway, NorthCentre, SouthCentre, person);
        var second = await ClaimAsync(south.Gateway, SouthCentre, NorthCentre, person);
        south.Gateway.Gateway.Services.GetRequiredService<ExchangeLedger>().Advanced = null; // nobody there hears of it, as where the process died
        north.Mend();
        south.Mend();
        await Eventually.HoldsAsync(async () => await StateAsync(south.Gateway, SouthCentre, first) == "held", "the south has the copy");
        Assert.Equal("held", await StateAsync(south.Gateway, SouthCentre, second));

        await south.RestartAsync();

        await Eventually.HoldsAsync(async () => await StateAsync(south.Gateway, SouthCentre, second) == "yielded", "the later claim is given over");
    }

    private static async Task<string> ClaimAsync(GatewayFixture gateway, string centre, string other, JsonObject person)
    {
        var opened = (await gateway[centre].CallAsync(Face.Rest, "OpenExchange", Claim(other, person))).Required;
        return (string?)opened["outcomes"]?[0]?["exchange"]?["name"] ?? throw new InvalidOperationException(opened.ToJsonString());
    }

    private static JsonObject Claim(string other, JsonObject person) => new()
    {
        ["type"] = "exchangeTypes/application-holding",
        ["requestId"] = NoticeSteps.NewRequestId(),
        ["openings"] = new JsonArray(new JsonObject
        {
            ["payload"] = new JsonObject { ["person"] = person.DeepClone(), ["matter"] = "labour-pay", ["other"] = $"agencies/{other}", ["receivedDate"] = "2026-03-02" },
        }),
    };

    private static async Task<string?> StateAsync(GatewayFixture gateway, string centre, string exchange) => (string?)(await ReadAsync(gateway, centre, exchange))?["state"];

    private static async Task<JsonObject?> ReadAsync(GatewayFixture gateway, string centre, string exchange)
    {
        var answer = await gateway[centre].CallAsync(Face.Rest, "GetExchange", new JsonObject { ["name"] = exchange });
        return answer.Code == "NOT_FOUND" ? null : answer.Required;
    }
}
