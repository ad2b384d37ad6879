using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using static LegalAid.Gateway.Exchange.Tests.Ledger.LedgerScene;

namespace LegalAid.Gateway.Exchange.Tests.Ledger;

/// <summary>The one way in which an exchange changes: all or nothing, once, at the version that was decided on.</summary>
public sealed class LedgerCommandTests
{
    private static CancellationToken Cancellation => LedgerWorld.Cancellation;

    private static async Task<int> CountAsync(LedgerWorld world) =>
        (await world.Store.ListExchangesAsync(new ExchangeQuery(SmallExchange.CourtId, 100), Cancellation)).Length;

    /// <summary>Everything that an answer says, as text; instants and JSON in their one canonical form.</summary>
    private static string Text(StepAnswer answer)
    {
        var ((exchange, receipt), state) = ((answer.Exchange, answer.Receipt), answer.Exchange.State);
        return string.Join('\n',
        [
            $"{exchange.Id} {exchange.NoticeId} {exchange.Version} {state.State} {exchange.CaseNumber}",
            $"{exchange.OpenedAtCivil.UtcTicks} {exchange.UpdatedAt.UtcTicks}", Encoding.UTF8.GetString(CanonicalJson.Canonicalise(state.View)),
            string.Join(';', state.Parties), string.Join(';', state.Taken), string.Join(';', state.Flags),
            string.Join(';', state.Clocks.Select(run => run with { Pauses = [] })),
            string.Join(';', exchange.Documents.Select(document => document with { CreatedAt = document.CreatedAt.ToUniversalTime() })),
            (receipt with { CommittedAt = receipt.CommittedAt.ToUniversalTime() }).ToString(),
        ]);
    }

    // Opening

    [Fact]
    public async Task Open_Several_AreOneNoticeAndSeveralExchanges()
    {
        await using var world = await WorldAsync();

        var answers = await world.OpenedAsync(Opening(1), Opening(2), Opening(3));

        Assert.Equal(3, answers.Select(answer => answer.Exchange.Id).Distinct().Count());
        Assert.Single(answers.Select(answer => answer.Exchange.NoticeId).Distinct());
        Assert.Equal(3, await CountAsync(world));
    }

    [Fact]
    public async Task Open_SeveralWithFaults_OpensNoneAndNamesEach()
    {
        await using var world = await WorldAsync();
        var (bad, worse) = (Opening(2), Opening(3, documents: new IncomingDocument("map", "a", "b", default)));
        bad.Payload["centre"] = "agencies/nobody";

        Assert.Equal(
            ["[1].payload.centre: PARTY_UNKNOWN", "[2].attachments: ATTACHMENT_KIND_UNKNOWN"], Codes(await world.OpenAsync("r", Opening(1), bad, worse)));
        Assert.Equal(0, await CountAsync(world));
        Assert.IsType<CommandOutcome.Accepted>(await world.OpenAsync("r", Opening(1)));
    }

    [Fact]
    public async Task Open_SeveralOfWhichOneIsHeld_OpensNoneAndSaysWhich()
    {
        await using var world = await WorldAsync();
        await world.OpenedAsync(Opening(2));

        Assert.Equal(["[1]: ALREADY_OPEN"], Codes(await world.OpenAsync("r", Opening(1), Opening(2))));
        Assert.Equal(1, await CountAsync(world));
    }

    [Fact]
    public async Task Open_OnePersonTwiceInOneRequest_IsRefused()
    {
        await using var world = await WorldAsync();

        Assert.Equal(
            ["[2]: TWICE_IN_REQUEST"], Codes(await world.OpenAsync("r", Opening(1), Opening(2), Opening(number: " " + Number(1) + " "))));
    }

    [Fact]
    public async Task Open_UnknownType_IsRefused_ButARepeatIsStillAnswered()
    {
        await using var world = await WorldAsync();
        var first = Assert.IsType<CommandOutcome.Accepted>(await world.OpenAsync("r", Opening(1)));
        var unknown = new OpenCommand(SmallExchange.CourtId, new Casework.Catalogue.ExchangeTypeId("unknown"), [Opening(1)], "r");

        Assert.Equal([": EXCHANGE_TYPE_UNKNOWN"], Codes(await world.Ledger.OpenAsync(unknown, Cancellation)));
        Assert.True(Assert.IsType<CommandOutcome.Accepted>(await world.OpenAsync("r", Opening(1))).Repeated);
        Assert.False(first.Repeated);
    }

    // Repeats

    [Fact]
    public async Task Open_Repeated_GivesTheFirstAnswerThoughTheExchangeMovedOn()
    {
        await using var world = await WorldAsync();
        var first = Assert.IsType<CommandOutcome.Accepted>(await world.OpenAsync("r", Opening(1, documents: Letter()), Opening(2)));
        world.Time.Advance(TimeSpan.FromHours(5));
        await world.AnswerAsync(first.Answers[0].Exchange.Id);
        await world.RestartAsync();

        var again = Assert.IsType<CommandOutcome.Accepted>(await world.OpenAsync("r", Opening(1, documents: Letter()), Opening(2)));

        Assert.Equal((false, true), (first.Repeated, again.Repeated));
        Assert.Equal(first.Answers.Select(Text), again.Answers.Select(Text));
        Assert.Equal(2, await CountAsync(world));
    }

    [Fact]
    public async Task Take_Repeated_GivesTheFirstAnswerAndTakesNoSecondStep()
    {
        await using var world = await WorldAsync();
        var id = (await world.OpenedAsync())[0].Exchange.Id;
        var first = Assert.IsType<CommandOutcome.Accepted>(await world.TakeAsync(SmallExchange.CourtId, id, SmallExchange.Note, SmallExchange.Text("一"), "r"));
        await world.WithdrawAsync(id);

        var again = Assert.IsType<CommandOutcome.Accepted>(await world.TakeAsync(SmallExchange.CourtId, id, SmallExchange.Note, SmallExchange.Text("一"), "r"));

        Assert.Equal(Text(first.Answers[0]), Text(again.Answers[0]));
        Assert.Single(await world.MessagesAsync(id, SmallExchange.Note.Value));
    }

    [Fact]
    public async Task Upload_Repeated_AddsOneDocument()
    {
        await using var world = await WorldAsync();
        var id = (await world.OpenedAsync())[0].Exchange.Id;
        var command = new UploadCommand(SmallExchange.CourtId, id, Letter(), "r");

        var first = Assert.IsType<CommandOutcome.Accepted>(await world.Ledger.UploadAsync(command, Cancellation));
        var again = Assert.IsType<CommandOutcome.Accepted>(await world.Ledger.UploadAsync(command, Cancellation));

        Assert.Equal(Text(first.Answers[0]), Text(again.Answers[0]));
        Assert.Equal(["REQUEST_ID_REUSED"], Codes(await world.Ledger.UploadAsync(command with { Document = Letter("other") }, Cancellation)).Select(code => code.Split(": ")[1]));
        Assert.Single(Assert.IsType<ExchangeReading>(await world.Reader.FindAsync(SmallExchange.CourtId, id, Cancellation)).Documents);
    }

    [Fact]
    public async Task Open_OtherContentUnderOneRequestId_IsRefused()
    {
        await using var world = await WorldAsync();
        await world.OpenAsync("r", Opening(1, documents: Letter()));

        Assert.Equal(["requestId: REQUEST_ID_REUSED"], Codes(await world.OpenAsync("r", Opening(2, documents: Letter()))));
        Assert.Equal(["requestId: REQUEST_ID_REUSED"], Codes(await world.OpenAsync("r", Opening(1, documents: Letter("other")))));
        Assert.Equal(["requestId: REQUEST_ID_REUSED"], Codes(await world.OpenAsync("r", Opening(1))));
    }

    [Fact]
    public async Task RequestId_OfAnotherAgencyOrOperation_IsAnother()
    {
        await using var world = await WorldAsync();
        var id = Assert.IsType<CommandOutcome.Accepted>(await world.OpenAsync("r", Opening())).Answers[0].Exchange.Id;

        Assert.IsType<CommandOutcome.Accepted>(await world.TakeAsync(SmallExchange.CourtId, id, SmallExchange.Note, SmallExchange.Text("一"), "r"));
        Assert.IsType<CommandOutcome.Accepted>(await world.TakeAsync(SmallExchange.CentreId, id, SmallExchange.Answer, SmallExchange.Text("二"), "r"));
    }

    [Fact]
    public async Task Open_TheSameRequestAtOnce_OpensOne()
    {
        await using var world = await WorldAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => world.OpenAsync("r", Opening()))));

        var accepted = outcomes.Select(outcome => Assert.IsType<CommandOutcome.Accepted>(outcome)).ToArray();
        Assert.Single(accepted, outcome => !outcome.Repeated);
        Assert.Single(accepted.Select(outcome => Text(outcome.Answers[0])).Distinct());
    }

    // Holds and versions

    [Fact]
    public async Task Hold_OfOnePersonInOneCase_LastsUntilTheExchangeLeavesItsStates()
    {
        await using var world = await WorldAsync();
        var id = (await world.OpenedAsync(Opening(1)))[0].Exchange.Id;
        await world.InvolveAsync(id);

        Assert.Equal(["[0]: ALREADY_OPEN"], Codes(await world.OpenAsync("r", Opening(number: Number(1).ToLowerInvariant()))));
        await world.WithdrawAsync(id);
        await world.OpenedAsync(Opening(1));
    }

    [Fact]
    public async Task Search_ByTheTerm_FindsAfterStepsThatLeftTheViewAlone()
    {
        await using var world = await WorldAsync();
        var id = (await world.OpenedAsync(Opening(1)))[0].Exchange.Id;
        await world.Ledger.UploadAsync(new UploadCommand(SmallExchange.CourtId, id, Letter(), "u"), Cancellation);
        world.Time.Advance(TimeSpan.FromDays(9));
        await world.Ledger.TickAsync(id, Cancellation);

        var query = new ExchangeQuery(SmallExchange.CentreId, 10, Term: world.Reader.TermOf("resident-number", Number(1)));
        var found = Assert.Single(await world.Reader.ListAsync(query, Cancellation));

        Assert.Equal((id, "asked", Name), (found.Id, found.State.State.Value, (string?)found.State.View["question"]?["person"]?["name"]));
        Assert.Equal(["[0]: ALREADY_OPEN"], Codes(await world.OpenAsync("r", Opening(1))));
        Assert.Empty(await world.Reader.ListAsync(query with { Term = world.Reader.TermOf("resident-number", Number(2)) }, Cancellation));
    }

    [Fact]
    public async Task Take_AtAnotherVersion_IsRefusedAndAtThisOneTaken()
    {
        await using var world = await WorldAsync();
        var opened = (await world.OpenedAsync())[0].Exchange;
        await world.NoteAsync(opened.Id);

        Assert.Equal(
            ["expectedVersion: VERSION_MOVED"],
            Codes(await world.TakeAsync(SmallExchange.CourtId, opened.Id, SmallExchange.Note, SmallExchange.Text("二"), version: opened.Version)));
        Assert.IsType<CommandOutcome.Accepted>(
            await world.TakeAsync(SmallExchange.CourtId, opened.Id, SmallExchange.Note, SmallExchange.Text("二"), version: opened.Version + 1));
    }

    [Theory]
    [InlineData(7, true)]
    [InlineData(8, false)]
    public async Task Take_WhileOthersKeepChangingIt_IsDecidedAgainUpToABound(int conflicts, bool taken)
    {
        var commits = -1;
        await using var world = await WorldAsync(inner => InterceptedStore.Around(inner, (member, args) =>
            member == nameof(ILedgerStore.CommitAsync) && commits >= 0 && commits++ < conflicts
                ? ValueTask.FromResult<CommitOutcome>(new CommitOutcome.VersionConflict(((CommitUnit)args[0]!).Exchanges[0].Row.Id)) // CommitAsync's first argument
                : null));
        var id = (await world.OpenedAsync())[0].Exchange.Id;
        commits = 0;

        var outcome = await world.TakeAsync(SmallExchange.CourtId, id, SmallExchange.Note, SmallExchange.Text("一"));

        Assert.Equal(taken ? [] : [": CONTENDED"], outcome is CommandOutcome.Accepted ? [] : Codes(outcome));
        Assert.Equal(8, commits);
    }

    [Fact]
    public async Task Take_TwoStepsThatExcludeEachOther_OneIsTaken()
    {
        await using var world = await WorldAsync();
        var id = (await world.OpenedAsync())[0].Exchange.Id;

        var outcomes = await Task.WhenAll(
            Task.Run(() => world.TakeAsync(SmallExchange.CentreId, id, SmallExchange.Answer, SmallExchange.Text("受理"))),
            Task.Run(() => world.TakeAsync(SmallExchange.CourtId, id, SmallExchange.Withdraw, SmallExchange.Text("撤回"))));

        Assert.Single(outcomes.OfType<CommandOutcome.Accepted>());
        Assert.Equal([": STATE_WRONG"], Codes(outcomes.OfType<CommandOutcome.Refused>().Single()));
    }

    [Fact]
    public async Task Take_ManyNotesAtOnce_AreEachTakenOnceOrRefusedAsContended()
    {
        await using var world = await WorldAsync();
        var id = (await world.OpenedAsync())[0].Exchange.Id;

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 12).Select(index =>
            Task.Run(() => world.TakeAsync(SmallExchange.CourtId, id, SmallExchange.Note, SmallExchange.Text($"{index}")))));

        var notes = await world.MessagesAsync(id, SmallExchange.Note.Value);
        Assert.Equal(outcomes.OfType<CommandOutcome.Accepted>().Count(), notes.Length);
        Assert.All(outcomes.OfType<CommandOutcome.Refused>(), refused => Assert.Equal([": CONTENDED"], Codes(refused)));
        Assert.Equal(notes.Length, notes.Select(note => note.Sequence).Distinct().Count());
    }

    // Who is no party

    [Fact]
    public async Task AnyCommand_OfWhoIsNoParty_IsAsIfThereWereNothing()
    {
        await using var world = await WorldAsync();
        var id = (await world.OpenedAsync())[0].Exchange.Id;
        var nothing = new ExchangeId(world.Ids.NewId());
        var other = SmallExchange.OtherCentreId;
        foreach (var exchange in new[] { id, nothing })
        {
            Assert.Equal([": NOT_FOUND"], Codes(await world.TakeAsync(other, exchange, SmallExchange.Answer, SmallExchange.Text("一"))));
            Assert.Equal([": NOT_FOUND"], Codes(await world.TakeAsync(other, exchange, new Casework.Catalogue.StepName("nonsense"), [])));
            Assert.Equal([": NOT_FOUND"], Codes(await world.TakeAsync(other, exchange, SmallExchange.Answer, [], version: 99)));
            Assert.Equal([": NOT_FOUND"], Codes(await world.Ledger.UploadAsync(new UploadCommand(other, exchange, Letter(), "u"), Cancellation)));
            Assert.Null(await world.Reader.FindAsync(other, exchange, Cancellation));
            Assert.Null(await world.Reader.HistoryAsync(other, exchange, null, 10, Cancellation));
        }
    }

    [Fact]
    public async Task Upload_ToAFinalExchangeOrOfAnUnknownKind_IsRefused()
    {
        await using var world = await WorldAsync();
        var id = (await world.OpenedAsync())[0].Exchange.Id;
        Assert.Equal(
            ["attachment.kind: ATTACHMENT_KIND_UNKNOWN"],
            Codes(await world.Ledger.UploadAsync(new UploadCommand(SmallExchange.CourtId, id, Letter() with { Kind = "map" }, "u"), Cancellation)));

        await world.WithdrawAsync(id);
        Assert.Equal([": EXCHANGE_FINAL"], Codes(await world.Ledger.UploadAsync(new UploadCommand(SmallExchange.CourtId, id, Letter(), "u"), Cancellation)));
    }

    // Ticks and settlements

    [Fact]
    public async Task Tick_AfterADowntime_CommitsTheBreachOnce()
    {
        await using var world = await WorldAsync();
        var id = (await world.OpenedAsync())[0].Exchange.Id;
        world.Time.Advance(TimeSpan.FromDays(30));
        await world.RestartAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => world.Ledger.TickAsync(id, Cancellation))));

        var breach = Assert.Single(await world.MessagesAsync(id, "clock.breach"));
        Assert.Equal(new DateTimeOffset(2026, 3, 6, 0, 0, 0, TimeSpan.FromHours(8)), breach.OccurredAtCivil);
        Assert.Null(breach.Sender);
    }

    [Fact]
    public async Task Settle_Delivered_StartsTheClockInTheSameCommitAndOnce()
    {
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: new Channel.Push(new Uri("https://centre.test/"), [], [])));
        var id = await world.AskAsync();
        var now = world.Time.GetUtcNow();
        var lease = Assert.Single(await world.Store.LeaseDeliveriesAsync(
            new LeaseRequest([SmallExchange.CentreId], now, now.AddMinutes(1), world.Ids.NewId(), 10), Cancellation));
        var settlement = new DeliverySettlement(lease.Id, lease.LeaseToken!.Value, DeliveryStatus.Delivered, now, null, "204", Leaf: null); // a lease has a token
        Assert.Empty((await world.Reader.FindAsync(SmallExchange.CourtId, id, Cancellation))!.State.Clocks); // the court asked

        Assert.True(await world.Ledger.SettleAsync(lease, settlement, Cancellation));
        var leaves = await world.LeavesAsync(id);
        Assert.True(await world.Ledger.SettleAsync(lease, settlement, Cancellation));
        Assert.False(await world.Ledger.SettleAsync(lease, settlement with { LeaseToken = world.Ids.NewId(), To = DeliveryStatus.Dead }, Cancellation));

        var run = Assert.Single((await world.Reader.FindAsync(SmallExchange.CourtId, id, Cancellation))!.State.Clocks); // as above
        Assert.Equal((1, LedgerWorld.Start), (run.Run, run.StartedAt));
        Assert.Equal(leaves, await world.LeavesAsync(id));
    }
    [Fact]
    public async Task Settle_ThatCanStartNoClock_ReadsNoExchangeAndSaysWhenItWasRelayed()
    {
        var reads = 0;
        await using var world = await LedgerWorld.CreateAsync(decorate: store => InterceptedStore.Around(store, (name, _) =>
        {
            reads += name == nameof(ILedgerStore.FindExchangeAsync) ? 1 : 0;
            return null;
        }));
        var id = await world.AskAsync();
        await world.NoteAsync(id);
        var mailbox = world.Mailbox();
        foreach (var (clocked, sequence) in new[] { (true, 1), (false, 2) })
        {
            var relayed = world.Time.GetUtcNow();
            var lease = Assert.Single(await mailbox.PullAsync(SmallExchange.CentreId, 10, TimeSpan.Zero, Cancellation)).Row;
            Assert.Equal((clocked, sequence, relayed, LedgerWorld.Start.AddHours(24)), (lease.Clocked, lease.Sequence, lease.RelayedAt!.Value, lease.OverdueAt!.Value)); // leased
            world.Time.Advance(TimeSpan.FromSeconds(30));
            reads = 0;
            Assert.Equal(DeliveryAnswer.Done, await mailbox.AcknowledgeAsync(SmallExchange.CentreId, lease.Id, lease.LeaseToken!.Value, Cancellation)); // leased
            Assert.Equal(clocked, reads > 0);
            var leaf = (await world.Store.ListLeavesAsync(id, null, 100, Cancellation)).Single(leaf => leaf.Subject == lease.Id.Value);
            var entry = JsonNode.Parse(leaf.Entry);
            Assert.Equal(
                ("delivered", "acknowledged", Timestamps.Format(relayed), Timestamps.Format(relayed.AddSeconds(30))),
                (leaf.Kind, (string?)entry?["outcome"], (string?)entry?["relayed"], (string?)entry?["at"]));
        }
    }
}
