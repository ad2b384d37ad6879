using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using Microsoft.Data.Sqlite;

namespace LegalAid.Gateway.Exchange.Tests.Delivery;

/// <summary>The operators' desk over the real ledger and store.</summary>
public sealed class DeliveryDeskTests
{
    private static readonly OperatorAct Act = new("wei", "机房检修");

    private static CancellationToken Cancellation => LedgerWorld.Cancellation;

    [Fact]
    public async Task Overview_SomethingOfEverything_SaysHowMuchAndSinceWhen()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await RejectAsync(world, await world.AskAsync());
        world.Time.Advance(TimeSpan.FromHours(1));
        await world.AskAsync(SmallExchange.OtherCentreId);
        await Desk(world).SuspendAsync(SmallExchange.OtherCentreId, Act, Cancellation);

        var overview = await Desk(world).OverviewAsync(Cancellation);

        Assert.Equal(
            [
                (SmallExchange.OtherCentreId, DeliveryStatus.Pending, "", 1L, LedgerWorld.Start.AddHours(1)),
                (SmallExchange.CentreId, DeliveryStatus.Dead, "rejected", 1L, LedgerWorld.Start),
            ],
            overview.Counts.Select(count => (count.Recipient, count.Status, count.Outcome, count.Count, count.Oldest)));
        Assert.True(Assert.Single(overview.Recipients).Suspended);
    }

    [Fact]
    public async Task List_Rejected_ShowsWhatTheRecipientSaid()
    {
        await using var world = await LedgerWorld.CreateAsync();
        await RejectAsync(world, await world.AskAsync(), "附件无法打开");

        var stopped = Assert.Single(await Desk(world).ListAsync(new StoppedQuery(DeliveryStatus.Dead, 10), Cancellation));

        Assert.Equal(("rejected", "附件无法打开"), (stopped.Row.LastOutcome, stopped.Detail));
    }

    [Fact]
    public async Task SuspendResume_Agency_HoldsBackWithEvidenceOfBoth()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var desk = Desk(world);
        await world.AskAsync();

        Assert.True(await desk.SuspendAsync(SmallExchange.CentreId, Act, Cancellation));
        Assert.False(await desk.SuspendAsync(SmallExchange.CentreId, Act, Cancellation));
        Assert.Empty(await world.Mailbox().PullAsync(SmallExchange.CentreId, 10, TimeSpan.Zero, Cancellation));
        Assert.True(await desk.ResumeAsync(SmallExchange.CentreId, Act, Cancellation));
        Assert.False(await desk.ResumeAsync(SmallExchange.CentreId, Act, Cancellation));
        Assert.Single(await world.Mailbox().PullAsync(SmallExchange.CentreId, 10, TimeSpan.Zero, Cancellation));

        var leaves = await OperatorLeavesAsync(world);
        Assert.Equal(["suspend", "resume"], leaves.Select(leaf => (string?)leaf["action"]));
        Assert.All(leaves, leaf => Assert.Equal(
            ("wei", "机房检修", SmallExchange.CentreId.Value), ((string?)leaf["operator"], (string?)leaf["reason"], (string?)leaf["agency"])));
    }

    [Fact]
    public async Task Replay_OfACause_GoesOnUnderTheSameIdWithEvidence()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var exchange = await world.AskAsync();
        await RejectAsync(world, exchange);
        var dead = await world.DeliveryAsync(exchange, SmallExchange.CentreId);
        var selection = new DeliverySelection.Matching(Cause: "rejected");

        var preview = await Desk(world).PreviewAsync(selection, 10, Cancellation);
        Assert.Equal((1, dead.Id), (preview.Count, Assert.Single(preview.First)));
        Assert.Equal(DeliveryStatus.Dead, (await world.DeliveryAsync(exchange, SmallExchange.CentreId)).Status); // a preview changes nothing
        Assert.Equal([dead.Id], await AllAsync(Desk(world).ReplayAsync(selection, Act, Cancellation)));

        var again = Assert.Single(await world.Mailbox().PullAsync(SmallExchange.CentreId, 10, TimeSpan.Zero, Cancellation)).Row;
        Assert.Equal((dead.Id, 1), (again.Id, again.Attempts));
        var leaf = Assert.Single(await OperatorLeavesAsync(world));
        Assert.Equal(("replay", "rejected", dead.Id.ToString()), ((string?)leaf["action"], (string?)leaf["selection"]?["cause"], (string?)leaf["deliveries"]?[0]));
        Assert.Empty(await AllAsync(Desk(world).ReplayAsync(selection, Act, Cancellation)));
        Assert.Single(await OperatorLeavesAsync(world)); // nothing was changed, so nothing is said
    }

    [Fact]
    public async Task Replay_BySelection_OnlyThoseMeant()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var early = await world.AskAsync();
        await RejectAsync(world, early);
        world.Time.Advance(TimeSpan.FromHours(1));
        var late = await world.AskAsync(SmallExchange.OtherCentreId);
        await RejectAsync(world, late, recipient: SmallExchange.OtherCentreId);
        var (first, second) = (await world.DeliveryAsync(early, SmallExchange.CentreId), await world.DeliveryAsync(late, SmallExchange.OtherCentreId));
        var middle = LedgerWorld.Start.AddMinutes(30);

        await PreviewsAsync(new DeliverySelection.Matching(), first.Id, second.Id);
        await PreviewsAsync(new DeliverySelection.Matching(Recipient: SmallExchange.OtherCentreId), second.Id);
        await PreviewsAsync(new DeliverySelection.Matching(Exchange: early), first.Id);
        await PreviewsAsync(new DeliverySelection.Matching(From: middle), second.Id);
        await PreviewsAsync(new DeliverySelection.Matching(Until: middle), first.Id);
        await PreviewsAsync(new DeliverySelection.Matching(Cause: "410"));
        await PreviewsAsync(new DeliverySelection.Matching(DeliveryStatus.Parked));
        await PreviewsAsync(new DeliverySelection.These([second.Id, new DeliveryId(world.Ids.NewId()), second.Id]), second.Id);

        async Task PreviewsAsync(DeliverySelection selection, params DeliveryId[] expected) =>
            Assert.Equal(expected, (await Desk(world).PreviewAsync(selection, 10, Cancellation)).First);
    }

    [Fact]
    public async Task Replay_MoreThanAPage_AllInPagesEachWithItsLeaf()
    {
        await using var world = await LedgerWorld.CreateAsync();
        const int Count = DeliveryDesk.PageMax + 1;
        for (var index = 0; index < Count; index += 50)
        {
            await Task.WhenAll(Enumerable.Range(0, Math.Min(50, Count - index)).Select(_ => world.AskAsync()));
        }

        await world.TamperAsync("UPDATE delivery SET status = 3, last_outcome = 'exhausted-500', settled_at = due_at");
        var pages = new List<int>();
        await foreach (var page in Desk(world).ReplayAsync(new DeliverySelection.Matching(Recipient: SmallExchange.CentreId), Act, Cancellation))
        {
            pages.Add(page.Length);
        }

        Assert.Equal([DeliveryDesk.PageMax, 1], pages);
        Assert.Equal(Count, Assert.Single((await Desk(world).OverviewAsync(Cancellation)).Counts, count => count.Status == DeliveryStatus.Pending).Count);
        Assert.Equal(pages, (await OperatorLeavesAsync(world)).Select(leaf => leaf["deliveries"]!.AsArray().Count)); // a replay names them
    }

    [Fact]
    public async Task WriteOff_AHead_LetsThoseBehindGoOn()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var exchange = await world.AskAsync();
        await RejectAsync(world, exchange);
        await world.NoteAsync(exchange);
        Assert.Empty(await world.Mailbox().PullAsync(SmallExchange.CentreId, 10, TimeSpan.Zero, Cancellation));

        Assert.Single(await AllAsync(Desk(world).WriteOffAsync(new DeliverySelection.Matching(Exchange: exchange), Act, Cancellation)));

        Assert.Equal(2, Assert.Single(await world.Mailbox().PullAsync(SmallExchange.CentreId, 10, TimeSpan.Zero, Cancellation)).Row.Sequence);
        Assert.Equal("write-off", (string?)Assert.Single(await OperatorLeavesAsync(world))["action"]);
    }

    [Fact]
    public void OperatorAct_LongOrOfSeveralLines_IsOneBoundedLine()
    {
        var act = new OperatorAct("a\nb", new string('理', 500));
        Assert.Equal(("a b", DeliveryDesk.ReasonCharsMax), (act.Operator, act.Reason.Length));
    }

    [Fact]
    public async Task Watch_NotMadeInTime_IsRecordedOnceAndTheDeliveryGoesOn()
    {
        await using var world = await LedgerWorld.CreateAsync();
        var exchange = await world.AskAsync();
        using var watch = new DeliveryWatch(world.Store, world.Configuration, world.Ids, world.Time, world.Delivery, world.Logs.For<DeliveryWatch>());
        await watch.StartAsync(Cancellation);
        await world.UntilAsync(() => world.Logs.Events.Contains(2211), TimeSpan.FromMinutes(10));
        var reached = world.Time.GetUtcNow();
        Assert.True(reached >= LedgerWorld.Start.AddHours(24), $"{reached}");
        for (var look = 0; look < 5; look++)
        {
            world.Time.Advance(world.Delivery.SafetyInterval);
        }

        var leaf = Assert.Single(await world.Store.ListLeavesAsync(exchange, null, 100, Cancellation), leaf => leaf.Kind == "not-delivered");
        Assert.Equal("overdue", (string?)JsonNode.Parse(leaf.Entry)?["outcome"]);
        Assert.Single(await world.Mailbox().PullAsync(SmallExchange.CentreId, 10, TimeSpan.Zero, Cancellation));
        Assert.Single(world.Logs.Events, id => id == 2211);
        await watch.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Watch_Measures_WhatWaitsByKindOfRecipient()
    {
        var measured = new System.Collections.Concurrent.ConcurrentDictionary<(string, string), long>();
        await using var world = await LedgerWorld.CreateAsync();
        await RejectAsync(world, await world.AskAsync());
        world.Time.Advance(TimeSpan.FromSeconds(90));
        await world.AskAsync();
        using var watch = new DeliveryWatch(world.Store, world.Configuration, world.Ids, world.Time, world.Delivery, world.Logs.For<DeliveryWatch>());
        using var listener = new System.Diagnostics.Metrics.MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name.StartsWith("legalaid.deliveries.", StringComparison.Ordinal) && instrument.IsObservable)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            // Other tests' watches measure too: the values asked for are this one's alone.
            if (tags[0].Value is "aid-centre")
            {
                measured[(instrument.Name, $"{value}")] = value;
            }
        });
        listener.Start();
        await watch.StartAsync(Cancellation);
        await world.UntilAsync(() =>
        {
            listener.RecordObservableInstruments();
            return measured.ContainsKey(("legalaid.deliveries.waiting", "1")) && measured.ContainsKey(("legalaid.deliveries.stopped", "1"))
                && measured.ContainsKey(("legalaid.deliveries.oldest", "90"));
        });
        await watch.StopAsync(Cancellation);
    }

    private static DeliveryDesk Desk(LedgerWorld world) => new(world.Store, world.Reader, world.Ids, world.Time);

    private static async Task RejectAsync(LedgerWorld world, ExchangeId exchange, string reason = "no", AgencyId? recipient = null)
    {
        var mailbox = world.Mailbox();
        var to = recipient ?? SmallExchange.CentreId;
        var row = (await mailbox.PullAsync(to, 10, TimeSpan.Zero, Cancellation)).Single(leased => leased.Row.Exchange == exchange).Row;
        Assert.Equal(DeliveryAnswer.Done, await mailbox.RejectAsync(to, row.Id, row.LeaseToken!.Value, reason, Cancellation)); // leased
    }

    private static async Task<List<DeliveryId>> AllAsync(IAsyncEnumerable<ImmutableArray<DeliveryId>> pages)
    {
        var all = new List<DeliveryId>();
        await foreach (var page in pages)
        {
            all.AddRange(page);
        }

        return all;
    }

    /// <summary>Operators' leaves belong to no exchange: they are read from the file beside the store.</summary>
    private static async Task<List<JsonNode>> OperatorLeavesAsync(LedgerWorld world)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(world.Folder.FullName, "ledger.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT entry FROM leaf WHERE kind = 'operator' ORDER BY id";
        await using var rows = await command.ExecuteReaderAsync(Cancellation);
        var leaves = new List<JsonNode>();
        while (await rows.ReadAsync(Cancellation))
        {
            leaves.Add(JsonNode.Parse((byte[])rows[0])!); // a leaf is never the JSON null
        }

        return leaves;
    }
}
