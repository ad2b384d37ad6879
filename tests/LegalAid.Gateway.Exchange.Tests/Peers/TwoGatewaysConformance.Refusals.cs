using System.Collections.Frozen;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Peers;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Exchange.Tests.Ledger;

namespace LegalAid.Gateway.Exchange.Tests.Peers;

/// <summary>Steps that are refused where they are decided on: never taken after all, and never without a word to whoever took them.</summary>
public abstract partial class TwoGatewaysConformance
{
    private static readonly StepName Pause = new("pause"), Resume = new("resume"), Remark = new("remark");

    /// <summary>A parcel that was on the line for long comes after its sender was told that the step was refused.</summary>
    [Fact]
    public async Task Command_AfterItWasRefused_IsNotTakenAlthoughItCouldBeNow()
    {
        await using var cities = await StartAsync(scene: Scene());
        var exchange = await cities.North.AskAsync();
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);
        var command = new PeerCommand(cities.South.Ids.NewId(), exchange, SmallExchange.Answer, SmallExchange.CentreId, SmallExchange.Text("受理"), "a.b.c", []);
        await CourtTakesAsync(cities, exchange, Pause);
        Assert.Equal(TransitionFaults.StateWrong, Refusal(await cities.North.Ledger.TakePassedOnAsync(TwoGateways.SouthId, command, AnyPayload.Instance, Cancellation)));
        Assert.Equal(TransitionFaults.StateWrong, Refusal(await cities.North.Ledger.TakePassedOnAsync(TwoGateways.SouthId, command, AnyPayload.Instance, Cancellation))); // as then
        await CourtTakesAsync(cities, exchange, Resume);

        Assert.Equal(PeerFaults.RefusedBefore, Refusal(await cities.North.Ledger.TakePassedOnAsync(TwoGateways.SouthId, command, AnyPayload.Instance, Cancellation)));
        var anew = command with { Id = cities.South.Ids.NewId() };
        Assert.IsType<PeerAnswer.Taken>(await cities.North.Ledger.TakePassedOnAsync(TwoGateways.SouthId, anew, AnyPayload.Instance, Cancellation));
        Assert.IsType<PeerAnswer.Taken>(await cities.North.Ledger.TakePassedOnAsync(TwoGateways.SouthId, anew, AnyPayload.Instance, Cancellation));
    }

    /// <summary>The other gateway let a payload through that is none by the schemas of the gateway that decides.</summary>
    [Fact]
    public async Task Command_WhoseFormIsNotSound_IsRefusedForGood()
    {
        await using var cities = await StartAsync(scene: Scene());
        var exchange = await cities.North.AskAsync();
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);
        var command = new PeerCommand(cities.South.Ids.NewId(), exchange, SmallExchange.Answer, SmallExchange.CentreId, SmallExchange.Text("受理"), "a.b.c", []);
        var strict = new AnyPayload(payload => payload.ContainsKey("text") ? new Fault(PeerFaults.Malformed, "text") : null);

        var refused = Assert.IsType<PeerAnswer.Refused>(await cities.North.Ledger.TakePassedOnAsync(TwoGateways.SouthId, command, strict, Cancellation));
        Assert.Equal([("PEER_MALFORMED", "payload.text")], refused.Faults.Select(fault => (fault.Code.Code, fault.Field)));
        Assert.Equal(PeerFaults.RefusedBefore, Refusal(await cities.North.Ledger.TakePassedOnAsync(TwoGateways.SouthId, command, AnyPayload.Instance, Cancellation)));
    }

    /// <summary>The other's receipt is for what it sent: in another spelling its digest would be another.</summary>
    [Fact]
    public async Task Command_WhosePayloadIsNotInTheNormalForm_IsRefusedForGood()
    {
        await using var cities = await StartAsync(scene: Scene());
        var exchange = await cities.North.AskAsync();
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);
        var command = new PeerCommand(cities.South.Ids.NewId(), exchange, SmallExchange.Answer, SmallExchange.CentreId, SmallExchange.Text("受理"), "a.b.c", []);
        var other = new AnyPayload(normal: _ => SmallExchange.Text("受 理"));

        Assert.Equal(PeerFaults.Malformed, Refusal(await cities.North.Ledger.TakePassedOnAsync(TwoGateways.SouthId, command, other, Cancellation)));
        Assert.Equal(PeerFaults.RefusedBefore, Refusal(await cities.North.Ledger.TakePassedOnAsync(TwoGateways.SouthId, command, AnyPayload.Instance, Cancellation)));
    }

    /// <summary>What was taken is answered as it was then, by whatever schema it is looked at later.</summary>
    [Fact]
    public async Task Command_ThatWasTaken_IsAnsweredAgainUnderAnotherSchema()
    {
        await using var cities = await StartAsync(scene: Scene());
        var exchange = await cities.North.AskAsync();
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);
        var command = new PeerCommand(cities.South.Ids.NewId(), exchange, SmallExchange.Answer, SmallExchange.CentreId, SmallExchange.Text("受理"), "a.b.c", []);
        var first = Assert.IsType<PeerAnswer.Taken>(await cities.North.Ledger.TakePassedOnAsync(TwoGateways.SouthId, command, AnyPayload.Instance, Cancellation));
        var strict = new AnyPayload(_ => new Fault(PeerFaults.Malformed, "text"));

        Assert.Equal(first, await cities.North.Ledger.TakePassedOnAsync(TwoGateways.SouthId, command, strict, Cancellation));
    }

    [Fact]
    public async Task Step_OfAFirmThatWasLetGoMeanwhile_IsRefusedAndTheFirmTold()
    {
        await using var cities = await StartAsync(scene: Scene(), ofSouth: LedgerScene.Firm);
        var exchange = await cities.North.AskAsync();
        await cities.North.InvolveAsync(exchange);
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);
        cities.ToNorth.IsCut = true;
        Assert.IsType<CommandOutcome.Accepted>(await cities.South.TakeAsync(LedgerScene.Firm, exchange, Remark, SmallExchange.Text("会见")));
        Assert.IsType<CommandOutcome.Accepted>(await cities.North.TakeAsync(SmallExchange.CentreId, exchange, LedgerScene.Release, SmallExchange.Text("更换")));
        await cities.UntilAsync(async () => (await TwoGateways.ReadAsync(cities.South, exchange))?.State.RolesOf(LedgerScene.Firm).Any() == false, "the release");
        cities.ToNorth.IsCut = false;
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);

        var refusal = Assert.Single(await cities.South.MessagesAsync(exchange, PeerEvents.StepRefused));
        Assert.Contains(await cities.South.Store.ListDeliveriesAsync(exchange, Cancellation), row => row.Message == refusal.Id && row.Recipient == LedgerScene.Firm);
    }

    private static async Task CourtTakesAsync(TwoGateways cities, ExchangeId exchange, StepName step) =>
        Assert.IsType<CommandOutcome.Accepted>(await cities.North.TakeAsync(SmallExchange.CourtId, exchange, step, SmallExchange.Text("中止")));

    /// <summary>The scene of the ledger's tests, in which the court also pauses and resumes, and the firm remarks.</summary>
    private static ConfigurationSnapshot Scene()
    {
        var (snapshot, type, paused) = (LedgerScene.Snapshot(), LedgerScene.Type, new StateName("paused"));
        var note = type.Steps.Single(step => step.Name == SmallExchange.Note);
        type = type with
        {
            Digest = new string('e', 64),
            Holds = [],
            States = [.. type.States, new StateDefinition(paused, new LocalizedText("已中止", "Paused"), Final: false)],
            Steps =
            [
                .. type.Steps,
                note with { Name = Pause, To = paused },
                note with { Name = Resume, From = [paused], To = SmallExchange.Asked },
                note with { Name = Remark, By = [new RoleName("firm")], DeliverTo = [SmallExchange.Organ] },
            ],
        };
        return (snapshot with { Types = new Dictionary<ExchangeTypeId, ExchangeType> { [type.Id] = type }.ToFrozenDictionary() }).WithTypeRows();
    }
}
