using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Exchange.Tests.Ledger;

namespace LegalAid.Gateway.Exchange.Tests.Peers;

/// <summary>A step that is passed on and takes another along: both exchanges are decided on, and both copies follow.</summary>
public abstract partial class TwoGatewaysConformance
{
    /// <param name="letGo">Whether the step lets its sender go from what is given in return, as a swap of shifts does.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Swap_PassedOn_ChangesBothExchangesAndBothCopies(bool letGo)
    {
        await using var cities = await StartAsync(scene: BookingType.Snapshot(ByTheCentre(letGo)));
        var (here, there) = (await BookAsync(cities, lawyer: 1), await BookAsync(cities, lawyer: 2));
        var (payload, given) = (Changes(lawyer: 2), Changes(lawyer: 1));
        (payload["given"], given["exchange"]) = (given, there.ResourceName);

        Assert.IsType<CommandOutcome.Accepted>(await cities.South.Ledger.TakeAsync(
            new StepCommand(SmallExchange.CentreId, here, BookingType.Swap, payload, [], "swap"), Cancellation));
        await cities.UntilAsync(async () => await LawyerAsync(cities.North, here) == "lawyer-2", "decided on");
        await cities.UntilBothAsync(here, SmallExchange.Asked);
        await cities.UntilBothAsync(there, SmallExchange.Asked);

        Assert.Equal("lawyer-1", await LawyerAsync(cities.North, there));
        Assert.Equal(("lawyer-2", letGo ? null : "lawyer-1"), (await LawyerAsync(cities.South, here), await LawyerAsync(cities.South, there)));
        Assert.Equal(!letGo, (await TwoGateways.ReadAsync(cities.South, there))?.State.Parties.ContainsValue(SmallExchange.CentreId));
    }

    private static ExchangeType ByTheCentre(bool letGo) => BookingType.Swappable with
    {
        Digest = new string('f', 64),
        Steps =
        [
            .. BookingType.Swappable.Steps.Select(step => step.Name == BookingType.Swap || step.Name == BookingType.Give
                ? step with { By = [SmallExchange.Centre], DeliverTo = [SmallExchange.Organ], Releases = letGo && step.Name == BookingType.Give ? [SmallExchange.Centre] : [] }
                : step),
        ],
    };

    private static async Task<ExchangeId> BookAsync(TwoGateways cities, int lawyer)
    {
        var outcome = await cities.North.OpenAsync($"book-{lawyer}", new Opening(BookingType.Payload(new Booking(lawyer, 60, 240, 0)), []));
        var exchange = Assert.IsType<CommandOutcome.Accepted>(outcome).Answers[0].Exchange.Id;
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);
        return exchange;
    }

    private static JsonObject Changes(int lawyer) => new() { ["changes"] = new JsonObject { ["lawyer"] = string.Create(CultureInfo.InvariantCulture, $"lawyer-{lawyer}") } };

    private static async Task<string?> LawyerAsync(LedgerWorld world, ExchangeId exchange) =>
        (string?)(await TwoGateways.ReadAsync(world, exchange))?.State.View["question"]?["lawyer"];
}
