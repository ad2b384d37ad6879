using System.Collections.Frozen;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using static LegalAid.Gateway.Exchange.Tests.Ledger.LedgerScene;

namespace LegalAid.Gateway.Exchange.Tests.Ledger;

/// <summary>What the gateway does at once with what an agency opens, and its own steps on an exchange that it has at hand.</summary>
public sealed class FollowUpTests
{
    private static readonly StepName Look = new("look");

    private static CancellationToken Cancellation => LedgerWorld.Cancellation;

    private static async Task<LedgerWorld> GatewayStepsAsync()
    {
        var small = Snapshot();
        var note = LedgerScene.Type.Steps.Single(step => step.Name == SmallExchange.Note);
        var type = LedgerScene.Type with { Digest = new string('d', 64), Steps = [.. LedgerScene.Type.Steps, note with { Name = Look, By = [RoleName.Gateway], View = new ViewChange.Put("look") }] };
        return await LedgerWorld.CreateAsync((small with { Types = new Dictionary<ExchangeTypeId, ExchangeType> { [type.Id] = type }.ToFrozenDictionary() }).WithTypeRows());
    }

    private static OwnStep LookedAt(string what) => new(Look, new JsonObject { ["text"] = what });

    [Fact]
    public async Task Open_FollowedByTheGateway_IsOneCommitOfTwoMessages()
    {
        await using var world = await GatewayStepsAsync();
        HeldExchange? told = null;
        (world.Ledger.FollowUp, world.Ledger.Advanced) = ((id, state, _, _) => ValueTask.FromResult<OwnStep?>(LookedAt($"{id} {state.State}")), advance => told = advance.Held);

        var answer = Assert.Single(await world.OpenedAsync());

        Assert.Equal(2, answer.Exchange.Version);
        Assert.Equal($"{answer.Exchange.Id} {SmallExchange.Asked}", (string?)answer.Exchange.State.View["look"]?["text"]);
        Assert.Equal(2, told?.Reading.Version);
        var messages = await world.Store.ListMessagesAsync(answer.Exchange.Id, 0, 10, Cancellation);
        Assert.Equal(["ask", "look"], messages.Select(message => message.Event));
        Assert.Equal([SmallExchange.CourtId, null], messages.Select(message => message.Sender));
        Assert.Equal(answer.Receipt.Message, messages[0].Id); // the receipt is for what the agency said
        Assert.Equal(2, (await world.Store.ListLeavesAsync(answer.Exchange.Id, null, 10, Cancellation)).Count(leaf => leaf.Kind == LeafKinds.Message));
        var read = await world.Reader.FindWholeAsync(answer.Exchange.Id, Cancellation);
        Assert.True(JsonNode.DeepEquals(answer.Exchange.State.View, read?.State.View));
    }

    [Fact]
    public async Task Open_FollowedAndRepeated_GivesTheFirstAnswer()
    {
        await using var world = await GatewayStepsAsync();
        world.Ledger.FollowUp = (id, _, _, _) => ValueTask.FromResult<OwnStep?>(LookedAt(id.ToString()));

        var first = Assert.IsType<CommandOutcome.Accepted>(await world.OpenAsync("r", Opening()));
        var second = Assert.IsType<CommandOutcome.Accepted>(await world.OpenAsync("r", Opening()));

        Assert.True(second.Repeated);
        Assert.Equal(first.Answers[0].Receipt.Jws, second.Answers[0].Receipt.Jws);
        Assert.True(JsonNode.DeepEquals(first.Answers[0].Exchange.State.View, second.Answers[0].Exchange.State.View));
    }

    [Fact]
    public async Task Open_FollowedByNothing_IsTheOpeningAlone()
    {
        await using var world = await GatewayStepsAsync();
        world.Ledger.FollowUp = (_, _, _, _) => ValueTask.FromResult<OwnStep?>(null);

        Assert.Equal(1, Assert.Single(await world.OpenedAsync()).Exchange.Version);
    }

    /// <summary>A step that cannot be taken there must not cost the agency its opening.</summary>
    [Fact]
    public async Task Open_FollowedByAStepThatIsNotThere_IsTheOpeningAlone()
    {
        await using var world = await GatewayStepsAsync();
        world.Ledger.FollowUp = (_, _, _, _) => ValueTask.FromResult<OwnStep?>(new OwnStep(new StepName("no-such"), []));

        Assert.Equal(1, Assert.Single(await world.OpenedAsync()).Exchange.Version);
    }

    [Fact]
    public async Task TakeOwn_OnWhatIsHeld_DecidesOnItAndGivesWhatStandsAfter()
    {
        await using var world = await GatewayStepsAsync();
        HeldExchange? held = null;
        world.Ledger.Advanced = told => held = told.Held;
        var id = Assert.Single(await world.OpenedAsync(Opening(documents: Letter()))).Exchange.Id;

        for (var version = 2; version <= 4; version++)
        {
            var taken = await world.Ledger.TakeOwnAsync(id, held, (_, _) => LookedAt($"{version}"), Cancellation);
            Assert.True(taken.Written);
            held = taken.Held;
            Assert.Equal(version, held?.Reading.Version);
            Assert.Single(held?.Reading.Documents ?? []);
        }

        var read = await world.Reader.FindWholeAsync(id, Cancellation);
        Assert.Equal((4, "4"), (read?.Version, (string?)read?.State.View["look"]?["text"]));
    }

    /// <summary>Who holds an exchange that has moved on decides twice, the second time on what stands.</summary>
    [Fact]
    public async Task TakeOwn_HeldHasMovedOn_DecidesAgainOnWhatStands()
    {
        await using var world = await GatewayStepsAsync();
        HeldExchange? held = null;
        world.Ledger.Advanced = told => held ??= told.Held;
        var id = Assert.Single(await world.OpenedAsync()).Exchange.Id;
        Assert.True(await world.Ledger.TakeOwnAsync(id, (_, _) => LookedAt("first"), Cancellation));
        var seen = new List<string?>();

        var taken = await world.Ledger.TakeOwnAsync(
            id, held,
            (state, _) =>
            {
                seen.Add((string?)state.View["look"]?["text"]);
                return LookedAt("second");
            },
            Cancellation);

        Assert.True(taken.Written);
        Assert.Equal([null, "first"], seen);
        Assert.Equal(3, taken.Held?.Reading.Version);
    }

    [Fact]
    public async Task TakeOwn_NothingToDo_GivesWhatWasRead()
    {
        await using var world = await GatewayStepsAsync();
        var id = Assert.Single(await world.OpenedAsync()).Exchange.Id;

        var taken = await world.Ledger.TakeOwnAsync(id, held: null, (_, _) => null, Cancellation);

        Assert.False(taken.Written);
        Assert.Equal(1, taken.Held?.Reading.Version);
    }
}
