using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using static LegalAid.Gateway.Exchange.Tests.Fixtures.LedgerWorld;

namespace LegalAid.Gateway.Exchange.Tests.Delivery;

/// <summary>A grant is asked again at every lease: without one a delivery parks, with one it goes on.</summary>
public sealed class ParkedGrantsTests
{
    [Fact]
    public async Task Lease_WithoutAGrant_ParksAndAGrantReleases()
    {
        var granted = SmallExchange.Snapshot();
        await using var world = await LedgerWorld.CreateAsync(granted);
        var id = await world.AskAsync();
        world.Configuration.Current = granted.Without(row => row.Objects[0].Kind == SharedKind.Receive);

        Assert.Empty(await world.Mailbox().PullAsync(SmallExchange.CentreId, 10, Mailbox.LeaseMin, Cancellation));

        var parked = await world.DeliveryAsync(id, SmallExchange.CentreId);
        Assert.Equal((DeliveryStatus.Parked, "not-granted"), (parked.Status, parked.LastOutcome));
        using var grants = new ParkedGrants(world.Store, world.Reader, world.Hub, world.Ids, world.Time, world.Delivery, world.Logs.For<ParkedGrants>());
        Assert.Equal(0, await grants.ReleaseAsync(Cancellation)); // still no row
        Assert.Equal(DeliveryStatus.Parked, (await world.DeliveryAsync(id, SmallExchange.CentreId)).Status);

        world.Configuration.Current = granted;
        Assert.Equal(1, await grants.ReleaseAsync(Cancellation));
        Assert.Equal(0, await grants.ReleaseAsync(Cancellation)); // once
        var leased = Assert.Single(await world.Mailbox().PullAsync(SmallExchange.CentreId, 10, Mailbox.LeaseMin, Cancellation));
        Assert.Equal((parked.Id, "ask"), (leased.Row.Id, leased.Row.Event));
    }

    [Fact]
    public async Task Push_WithoutAGrant_SendsNothingAndParks()
    {
        await using var receiver = await Receiver.StartAsync();
        var granted = SmallExchange.Snapshot(centre: receiver.Channel);
        await using var world = await LedgerWorld.CreateAsync(granted);
        world.Configuration.Current = granted.Without(row => row.Id == "small-question-ask-receive");
        var id = await world.AskAsync();
        using var worker = world.PushWorker(new TestSecrets((Receiver.SecretName, Receiver.SecretText)));
        await worker.StartAsync(Cancellation);

        await world.UntilStatusAsync(id, SmallExchange.CentreId, DeliveryStatus.Parked);

        await worker.StopAsync(Cancellation);
        Assert.Empty(receiver.Received);
    }

    [Fact]
    public async Task Take_WithoutAGrant_RefusesThePartyAndHidesFromOthers()
    {
        var granted = SmallExchange.Snapshot();
        await using var world = await LedgerWorld.CreateAsync(granted);
        var id = await world.AskAsync();
        world.Configuration.Current = granted.Without(row => row.Objects[0].Kind == SharedKind.Take);

        Assert.Equal(["STEP_NOT_YOURS"], await CodesAsync(SmallExchange.CourtId));
        Assert.Equal(["NOT_FOUND"], await CodesAsync(SmallExchange.OtherCentreId));
        Assert.Equal(1, (await world.Store.FindExchangeAsync(id, Cancellation))!.Version); // nothing was written

        async Task<IEnumerable<string>> CodesAsync(AgencyId caller) => Assert.IsType<CommandOutcome.Refused>(await world.Ledger.TakeAsync(
            new StepCommand(caller, id, SmallExchange.Note, SmallExchange.Text("补充"), [], "request-x"), Cancellation)).Faults.Select(fault => fault.Code.Code);
    }

    [Fact]
    public async Task Read_WithoutAView_IsAsIfThereWereNone()
    {
        var granted = SmallExchange.Snapshot();
        await using var world = await LedgerWorld.CreateAsync(granted);
        var id = await world.AskAsync();
        Assert.NotNull(await world.Reader.FindAsync(SmallExchange.CourtId, id, Cancellation));
        world.Configuration.Current = granted.Without(row => row.Id == "small-question-organ-view");

        Assert.Null(await world.Reader.FindAsync(SmallExchange.CourtId, id, Cancellation));
        Assert.Null(await world.Reader.HistoryAsync(SmallExchange.CourtId, id, after: null, 10, Cancellation));
        Assert.Empty(await world.Reader.ListAsync(new ExchangeQuery(SmallExchange.CourtId, 10), Cancellation));
        Assert.NotNull(await world.Reader.FindAsync(SmallExchange.CentreId, id, Cancellation)); // the other role's row stands
    }

    /// <summary>What a row's state hides leaves no hole: the page is filled from behind it.</summary>
    [Fact]
    public async Task List_RowsAskForAState_PagesAreFull()
    {
        var snapshot = SmallExchange.Snapshot();
        await using var world = await LedgerWorld.CreateAsync(snapshot.With(
        [
            .. snapshot.Sharing.Rows.Select(row => row.Objects[0].Kind == SharedKind.View ? row with { When = row.When with { States = [SmallExchange.Asked] } } : row),
        ]));
        var ids = new List<ExchangeId>();
        for (var i = 0; i < 9; i++)
        {
            ids.Add(await world.AskAsync());
            if (i % 3 != 0)
            {
                await world.WithdrawAsync(ids[i]);
            }
        }

        var first = await world.Reader.ListAsync(new ExchangeQuery(SmallExchange.CourtId, 2), Cancellation);
        var second = await world.Reader.ListAsync(new ExchangeQuery(SmallExchange.CourtId, 2, Before: first[^1].Id), Cancellation);

        Assert.Equal([ids[6], ids[3]], first.Select(reading => reading.Id));
        Assert.Equal([ids[0]], second.Select(reading => reading.Id));
    }
}
