using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Peers;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Exchange.Tests.Ledger;

namespace LegalAid.Gateway.Exchange.Tests.Peers;

/// <summary>One exchange over two gateways: the court's decides, the centre's follows and passes steps on. Over real stores, of either kind, and a line that fails.</summary>
public abstract partial class TwoGatewaysConformance
{
    protected static CancellationToken Cancellation => LedgerWorld.Cancellation;

    /// <summary>Where each of the two lives; null: in a SQLite file of its own.</summary>
    private protected virtual Task<CityHome?> NewHomeAsync() => Task.FromResult<CityHome?>(null);

    private protected Task<TwoGateways> StartAsync(
        Func<ConfigurationSnapshot, ConfigurationSnapshot>? southern = null, ConfigurationSnapshot? scene = null, AgencyId? ofSouth = null) =>
        TwoGateways.StartAsync(southern, scene, ofSouth, NewHomeAsync);

    [Fact]
    public async Task Ask_ToACentreElsewhere_StandsInItsMailboxThereAndStartsItsClock()
    {
        await using var cities = await StartAsync();
        var exchange = await cities.North.AskAsync();
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);

        var there = Assert.Single(await cities.South.Store.ListDeliveriesAsync(exchange, Cancellation));
        Assert.Equal((SmallExchange.CentreId, "ask"), (there.Recipient, there.Event));
        var (own, copy) = (await TwoGateways.ReadAsync(cities.North, exchange), await TwoGateways.ReadAsync(cities.South, exchange));
        Assert.Equal("是否受理？", (string?)copy?.State.View["question"]?["text"]);
        Assert.Equal(own?.State.Clocks.Single().DueAt, copy?.State.Clocks.Single().DueAt);
        Assert.Null((await cities.South.Store.FindExchangeAsync(exchange, Cancellation))?.NextClockAt); // the clocks are the other's
        Assert.NotNull((await cities.North.Store.FindExchangeAsync(exchange, Cancellation))?.NextClockAt);
    }

    [Fact]
    public async Task Answer_PassedOn_IsDecidedWhereItWasAskedAndBothAgree()
    {
        await using var cities = await StartAsync();
        var exchange = await cities.North.AskAsync();
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);

        var outcome = Assert.IsType<CommandOutcome.Accepted>(await cities.CentreTakesAsync(exchange, SmallExchange.Answer, "受理", LedgerScene.Letter()));
        Assert.Equal(SmallExchange.Asked, outcome.Answers[0].Exchange.State.State); // not before it was decided
        Assert.NotEmpty(outcome.Answers[0].Receipt.Jws);
        await cities.UntilBothAsync(exchange, SmallExchange.Answered);

        Assert.Single(await cities.North.Store.ListDeliveriesAsync(exchange, Cancellation), row => row.Recipient == SmallExchange.CourtId && row.Event == "answer");
        var (own, copy) = (await cities.North.Store.ListAttachmentsAsync(exchange, Cancellation), await cities.South.Store.ListAttachmentsAsync(exchange, Cancellation));
        Assert.Equal(Assert.Single(own).Id, Assert.Single(copy).Id); // once on each side, under one id
    }

    /// <summary>Whatever comes twice or loses its answer: once on each side, in order, and both receipts are in both logs.</summary>
    [Fact]
    public async Task Line_RepeatsAndLosesAnswers_ChangesNothing()
    {
        await using var cities = await StartAsync();
        foreach (var line in new[] { cities.ToSouth, cities.ToNorth })
        {
            line.Twice = number => number % 2 == 0;
            line.Unanswered = number => number % 3 == 1;
        }

        var exchange = await cities.North.AskAsync();
        await cities.North.NoteAsync(exchange);
        await cities.North.NoteAsync(exchange, "再补充");
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);
        Assert.IsType<CommandOutcome.Accepted>(await cities.CentreTakesAsync(exchange, SmallExchange.Answer, "受理"));
        await cities.UntilBothAsync(exchange, SmallExchange.Answered);

        var told = await cities.South.Store.ListDeliveriesAsync(exchange, Cancellation);
        Assert.Equal(["ask", "note", "note"], told.Where(row => row.Recipient == SmallExchange.CentreId).OrderBy(row => row.Sequence).Select(row => row.Event));
        Assert.Single(await cities.North.MessagesAsync(exchange, "answer"));
        Assert.Equal(2, (await cities.South.MessagesAsync(exchange, "answer")).Length); // as passed on, and as decided
        await AssertBothHopsAsync(cities, exchange);
    }

    [Fact]
    public async Task Line_Cut_LosesNothingAndKeepsTheOrder()
    {
        await using var cities = await StartAsync();
        var exchange = await cities.North.AskAsync();
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);
        (cities.ToNorth.IsCut, cities.ToSouth.IsCut) = (true, true);

        await cities.North.NoteAsync(exchange, "一");
        await cities.North.NoteAsync(exchange, "二");
        Assert.IsType<CommandOutcome.Accepted>(await cities.CentreTakesAsync(exchange, SmallExchange.Answer, "受理"));
        await cities.UntilAsync(() => Task.FromResult(cities.ToSouth.Sent > 3 && cities.ToNorth.Sent > 2), "attempts");
        Assert.Equal(SmallExchange.Asked, (await TwoGateways.ReadAsync(cities.South, exchange))?.State.State);
        Assert.Equal("answer", Assert.Single((await TwoGateways.ReadAsync(cities.South, exchange))?.State.Replica?.Relayed ?? []).Step.Value);

        (cities.ToNorth.IsCut, cities.ToSouth.IsCut) = (false, false);
        await cities.UntilBothAsync(exchange, SmallExchange.Answered);
        Assert.Equal("二", (string?)(await TwoGateways.ReadAsync(cities.South, exchange))?.State.View["note"]?["text"]);
    }

    /// <summary>Both act while the line is cut: the deciding gateway decides, and who came too late is told.</summary>
    [Fact]
    public async Task Answer_AfterAWithdrawalThatHadNotArrived_IsRefusedAndItsSenderTold()
    {
        await using var cities = await StartAsync();
        var exchange = await cities.North.AskAsync();
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);
        cities.ToSouth.IsCut = true;
        await cities.North.WithdrawAsync(exchange);
        Assert.IsType<CommandOutcome.Accepted>(await cities.CentreTakesAsync(exchange, SmallExchange.Answer, "受理"));
        await cities.UntilAsync(async () => (await cities.South.MessagesAsync(exchange, PeerEvents.StepRefused)).Length == 1, "the refusal");
        cities.ToSouth.IsCut = false;
        await cities.UntilBothAsync(exchange, SmallExchange.Withdrawn);

        Assert.Contains(await cities.South.Store.ListDeliveriesAsync(exchange, Cancellation), row => row.Recipient == SmallExchange.CentreId && row.Event == PeerEvents.StepRefused);
        Assert.Empty(await cities.North.MessagesAsync(exchange, "answer"));
    }

    /// <summary>Its document is known to the deciding gateway by then: that makes it no other step.</summary>
    [Fact]
    public async Task Answer_WithADocumentWhoseAnswerWasLost_IsTakenOnceAndNotRefused()
    {
        await using var cities = await StartAsync();
        var exchange = await cities.North.AskAsync();
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);
        cities.ToNorth.Unanswered = number => number == 1;
        Assert.IsType<CommandOutcome.Accepted>(await cities.CentreTakesAsync(exchange, SmallExchange.Answer, "受理", LedgerScene.Letter()));
        await cities.UntilBothAsync(exchange, SmallExchange.Answered);

        Assert.Empty(await cities.South.MessagesAsync(exchange, PeerEvents.StepRefused));
        Assert.Single(await cities.North.MessagesAsync(exchange, "answer"));
        Assert.Single(await cities.North.Store.ListAttachmentsAsync(exchange, Cancellation));
    }

    [Fact]
    public async Task Restart_OfEitherSide_GoesOn()
    {
        await using var cities = await StartAsync();
        var exchange = await cities.North.AskAsync();
        await cities.StopWorkersAsync();
        await cities.South.RestartAsync();
        await cities.North.RestartAsync();
        await cities.StartWorkersAsync();
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);

        Assert.IsType<CommandOutcome.Accepted>(await cities.CentreTakesAsync(exchange, SmallExchange.Answer, "受理"));
        await cities.StopWorkersAsync();
        await cities.South.RestartAsync();
        await cities.StartWorkersAsync();
        await cities.UntilBothAsync(exchange, SmallExchange.Answered);
    }

    [Fact]
    public async Task Update_FromAGatewayThatDoesNotDecide_IsRefused()
    {
        await using var cities = await StartAsync();
        var exchange = await cities.North.AskAsync();
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);
        var update = await UpdateAsync(cities, exchange, stream: 9);

        Assert.Equal(PeerFaults.NotYours, Refusal(await cities.South.Ledger.CopyAsync(SmallExchange.BureauId, update, Cancellation)));
        Assert.Equal(3, Assert.IsType<PeerAnswer.OutOfOrder>(await cities.South.Ledger.CopyAsync(TwoGateways.NorthId, update, Cancellation)).Expected);
        Assert.Equal(PeerFaults.NotYours, Refusal(await cities.North.Ledger.CopyAsync(TwoGateways.SouthId, update, Cancellation))); // its own exchange is nobody else's
    }

    /// <summary>The deciding gateway cannot put words into the mouth of an agency that is not its own.</summary>
    [Fact]
    public async Task Update_ClaimsAStepOfOurAgency_ThatWasNeverPassedOn_IsRefused()
    {
        await using var cities = await StartAsync();
        var exchange = await cities.North.AskAsync();
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);
        var update = await UpdateAsync(cities, exchange, stream: 3);
        var forged = update with { Message = update.Message with { Id = cities.North.Ids.NewId(), Event = "answer", Sender = SmallExchange.CentreId, Payload = SmallExchange.Text("不受理") } };

        Assert.Equal(PeerFaults.NotSaid, Refusal(await cities.South.Ledger.CopyAsync(TwoGateways.NorthId, forged, Cancellation)));
    }

    [Fact]
    public async Task Command_ForAnAgencyOfAnotherGateway_IsRefused()
    {
        await using var cities = await StartAsync();
        var exchange = await cities.North.AskAsync();
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);
        var command = new PeerCommand(cities.South.Ids.NewId(), exchange, SmallExchange.Withdraw, SmallExchange.CourtId, SmallExchange.Text("撤回"), "a.b.c", []);

        Assert.Equal(PeerFaults.NotYours, Refusal(await cities.North.Ledger.TakePassedOnAsync(TwoGateways.SouthId, command, AnyPayload.Instance, Cancellation)));
    }

    /// <summary>What an operator gave up is no gap for those behind it.</summary>
    [Fact]
    public async Task Update_BeforeItWasWrittenOff_IsTaken()
    {
        await using var cities = await StartAsync();
        var exchange = await cities.North.AskAsync();
        await cities.UntilBothAsync(exchange, SmallExchange.Asked);
        (cities.North.ErrorsExpected, cities.North.Delivery) = (true, cities.North.Delivery with { AttemptsMax = 1 }); // a dead letter is one
        await cities.StopWorkersAsync();
        await cities.StartWorkersAsync();
        cities.ToSouth.IsCut = true;
        await cities.North.NoteAsync(exchange, "一");
        await cities.UntilAsync(async () => (await cities.North.Store.ListDeliveriesAsync(exchange, Cancellation)).Any(row => row.Status == DeliveryStatus.Dead), "a dead letter");
        await cities.North.NoteAsync(exchange, "二");
        cities.ToSouth.IsCut = false;
        var desk = new Exchange.Delivery.DeliveryDesk(cities.North.Store, cities.North.Reader, cities.North.Ids, cities.North.Time);
        await foreach (var _ in desk.WriteOffAsync(new Exchange.Delivery.DeliverySelection.Matching { Recipient = TwoGateways.SouthId }, new Exchange.Delivery.OperatorAct("wei", "测试"), Cancellation))
        {
            // All of it is one page.
        }

        await cities.UntilAsync(async () => (string?)(await TwoGateways.ReadAsync(cities.South, exchange))?.State.View["note"]?["text"] == "二", "the note behind it");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"v\":1,\"exchange\":\"no\"}")]
    [InlineData("{\"v\":2}")]
    public void Read_Malformed_IsNothing(string json)
    {
        Assert.Null(PeerJson.ReadUpdate(System.Text.Encoding.UTF8.GetBytes(json)));
        Assert.Null(PeerJson.ReadCommand(System.Text.Encoding.UTF8.GetBytes(json)));
    }

    /// <summary>Each side's log has its own receipt and the digest of the other's, and keeps the other's whole.</summary>
    private static async Task AssertBothHopsAsync(TwoGateways cities, ExchangeId exchange)
    {
        var north = await cities.North.Store.ListLeavesAsync(exchange, null, 1000, Cancellation);
        var south = await cities.South.Store.ListLeavesAsync(exchange, null, 1000, Cancellation);
        var receipts = north.Where(leaf => leaf.Kind == LeafKinds.Delivered && leaf.Agency == TwoGateways.SouthId).Select(leaf => (string?)JsonNode.Parse(leaf.Entry)?["receipt"]).ToList();
        Assert.NotEmpty(receipts);
        foreach (var row in (await cities.South.Store.ListMessagesAsync(exchange, 0, 1000, Cancellation)).Where(row => row.Event != "answer" || row.Sender is null))
        {
            Assert.Contains(south, leaf => leaf.Subject == row.Id.Value && (string?)JsonNode.Parse(leaf.Entry)?["relayedBy"] == TwoGateways.NorthId.Value);
        }

        Assert.All(receipts, Assert.NotNull);
        foreach (var row in (await cities.North.Store.ListDeliveriesAsync(exchange, Cancellation)).Where(row => row.Recipient == TwoGateways.SouthId))
        {
            Assert.Contains(PeerEvidence.DigestOf(await cities.North.Reader.DetailAsync(row, Cancellation) ?? ""), receipts);
        }
    }

    private static async Task<PeerUpdate> UpdateAsync(TwoGateways cities, ExchangeId exchange, long stream)
    {
        var row = (await cities.North.Store.ListDeliveriesAsync(exchange, Cancellation)).First(row => row.Recipient == TwoGateways.SouthId);
        var opened = (await new PeerOutbox(cities.North.Store, cities.North.Configuration, cities.North.Keys, cities.North.Civil).ReadAsync([row], Cancellation))[0];
        var update = PeerJson.ReadUpdate(Assert.IsType<PeerParcel.Update>(Assert.IsType<OpenedDelivery.ForPeer>(opened).Parcel).Body);
        Assert.NotNull(update);
        return update with { Stream = stream, After = stream - 1 };
    }

    private static Casework.Faults.FaultCode Refusal(PeerAnswer answer) => Assert.Single(Assert.IsType<PeerAnswer.Refused>(answer).Faults).Code;
}
