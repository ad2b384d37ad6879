using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

public abstract partial class LedgerStoreConformance
{
    private const int Racers = 64;

    [Fact]
    public async Task Race_ForOneHold_ExactlyOneWins()
    {
        var openings = Enumerable.Range(0, Racers).Select(_ => Rows.Opening() with { Holds = [StoreRows.Hold("one")] }).ToArray();
        var outcomes = await TogetherAsync(openings, opening => StoreRows.Unit(opening));
        var winner = openings[Array.FindIndex(outcomes, outcome => outcome is CommitOutcome.Committed)].Row.Id;
        Assert.Single(outcomes, outcome => outcome is CommitOutcome.Committed);
        Assert.Equal(Racers - 1, outcomes.Count(outcome => outcome is CommitOutcome.HoldTaken(0, var owner) && owner == winner));
        Assert.Equal(
            winner, Assert.Single(await Store.ListExchangesAsync(new ExchangeQuery(StoreRows.Court, 100), Cancellation)).Id);
    }

    [Fact]
    public async Task Race_AtOneVersion_ExactlyOneWins()
    {
        var opening = Rows.Opening();
        await CommitAsync(opening);
        var steps = Enumerable.Range(0, Racers).Select(index => StoreRows.Step(opening.Row, row => row with { State = $"by-{index}" })).ToArray();
        var outcomes = await TogetherAsync(steps, step => StoreRows.Unit(step));
        var winner = Array.FindIndex(outcomes, outcome => outcome is CommitOutcome.Committed);
        Assert.Equal(Racers - 1, outcomes.Count(outcome => outcome is CommitOutcome.VersionConflict));
        Assert.Equal($"by-{winner}", (await Store.FindExchangeAsync(opening.Row.Id, Cancellation))!.State);
    }

    [Fact]
    public async Task Race_WithOneIdempotencyKey_OneCommitsOthersGetIt()
    {
        var openings = Enumerable.Range(0, Racers).Select(_ => Rows.Opening()).ToArray();
        var outcomes = await TogetherAsync(
            openings, opening => StoreRows.Unit(opening) with { Idempotency = Rows.Idempotency(opening.Row.Id, "key") });
        var winner = openings[Array.FindIndex(outcomes, outcome => outcome is CommitOutcome.Committed)].Row.Id;
        Assert.Equal(
            Racers - 1, outcomes.Count(outcome => outcome is CommitOutcome.Repeated { First.Exchange: var first } && first == winner));
    }

    [Fact]
    public async Task Race_OfLeases_NoDeliveryTwice()
    {
        await CommitAsync([.. Enumerable.Range(0, 100).Select(_ => Rows.Opening())]);
        var leases = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => LeaseAsync(StoreRows.Centre))));
        var ids = leases.SelectMany(lease => lease.Select(delivery => delivery.Id)).ToArray();
        Assert.Equal(100, ids.Length);
        Assert.Equal(100, ids.Distinct().Count());
    }

    [Fact]
    public async Task Commit_OneOfManyBreaksAConstraint_NeighboursStand()
    {
        // A second message with the first one's sequence is a caller's bug, not an outcome: its unit throws, alone.
        var row = Rows.Exchange();
        var bad = Rows.Opening(row) with { Messages = [Rows.Message(row.Id, 1), Rows.Message(row.Id, 1)], Holds = [StoreRows.Hold("bad")] };
        var good = Enumerable.Range(0, Racers).Select(_ => Rows.Opening()).ToArray();
        ExpectErrors();
        var tasks = good.Take(Racers / 2).Append(bad).Concat(good.Skip(Racers / 2))
            .Select(write => (write.Row.Id, Task: Store.CommitAsync(StoreRows.Unit(write), Cancellation).AsTask())).ToArray();
        foreach (var (id, task) in tasks)
        {
            if (id == row.Id)
            {
                await Assert.ThrowsAnyAsync<Exception>(() => task);
            }
            else
            {
                Assert.IsType<CommitOutcome.Committed>(await task);
            }
        }

        Assert.Null(await Store.FindExchangeAsync(row.Id, Cancellation));
        Assert.Equal(
            Racers, (await Store.ListExchangesAsync(new ExchangeQuery(StoreRows.Court, 100), Cancellation)).Length);
        await CommitAsync(Rows.Opening() with { Holds = [StoreRows.Hold("bad")] });
    }

    [Fact]
    public async Task Commit_CancelledBefore_ThrowsAndNothingIsWritten()
    {
        var opening = Rows.Opening();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Store.CommitAsync(StoreRows.Unit(opening), cancelled.Token));
        Assert.Null(await Store.FindExchangeAsync(opening.Row.Id, Cancellation));
        await CommitAsync(opening);
    }

    [Fact]
    public async Task Commit_ManyCancelledWhileWaiting_EachIsWholeOrAbsent()
    {
        using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var openings = Enumerable.Range(0, 200).Select(_ => Rows.Opening()).ToArray();
        var tasks = openings.Select(opening => Store.CommitAsync(StoreRows.Unit(opening), cancelling.Token).AsTask()).ToArray();
        await cancelling.CancelAsync();
        var committed = new bool[tasks.Length];
        for (var index = 0; index < tasks.Length; index++)
        {
            try
            {
                committed[index] = await tasks[index] is CommitOutcome.Committed;
            }
            catch (OperationCanceledException)
            {
                // Gone or not: the wait was stopped.
            }
        }

        await ReopenStoreAsync(); // closing waits for whatever had begun
        for (var index = 0; index < tasks.Length; index++)
        {
            var found = await Store.FindExchangeAsync(openings[index].Row.Id, Cancellation);
            Assert.True(found is not null || !committed[index]);
            Assert.Equal(found is null ? 0 : 1, (await Store.ListLeavesAsync(openings[index].Row.Id, null, 9, Cancellation)).Length);
            Assert.Equal(found is null ? 0 : 1, (await Store.ListDeliveriesAsync(openings[index].Row.Id, Cancellation)).Length);
        }
    }

    [Fact]
    public async Task Read_AfterCommitReturned_SeesIt()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            for (var round = 0; round < 20; round++)
            {
                var opening = Rows.Opening();
                await CommitAsync(opening);
                Assert.NotNull(await Store.FindExchangeAsync(opening.Row.Id, Cancellation));
            }
        })));
    }

    [Fact]
    public async Task Signal_CommitWithDeliveryAndClock_CalledAfterIt()
    {
        var signalled = new TaskCompletionSource<StoreSignal>(TaskCreationOptions.RunContinuationsAsynchronously);
        Store.Signal = signal => signalled.TrySetResult(signal);
        var opening = Rows.Opening(Rows.Exchange() with { NextClockAt = Now });
        await CommitAsync(Rows.Opening() with { Deliveries = [] }); // leaves nothing to do
        await CommitAsync(opening);
        var signal = await signalled.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Cancellation);
        Assert.Equal([StoreRows.Centre], signal.Recipients);
        Assert.True(signal.ClocksChanged);
        Assert.NotNull(await Store.FindExchangeAsync(opening.Row.Id, Cancellation));
    }

    [Fact]
    public async Task Signal_SubscriberThrows_LaterSignalsCome()
    {
        ExpectErrors();
        using var later = new SemaphoreSlim(0);
        var calls = 0;
        Store.Signal = _ =>
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                throw new InvalidOperationException("planted");
            }

            later.Release();
        };
        await CommitAsync(Rows.Opening());
        var done = false;
        while (!done)
        {
            await CommitAsync(Rows.Opening());
            done = await later.WaitAsync(TimeSpan.FromMilliseconds(100), Cancellation);
        }
    }

    [Fact]
    public async Task Signal_HeadDelivered_NextOfPairIsAnnounced()
    {
        await CommitPairAsync(false, false);
        var leased = Assert.Single(await LeaseAsync(StoreRows.Centre));
        var signalled = new TaskCompletionSource<StoreSignal>(TaskCreationOptions.RunContinuationsAsynchronously);
        Store.Signal = signal => signalled.TrySetResult(signal);
        Assert.True(await SettleAsync(leased, DeliveryStatus.Delivered));
        var signal = await signalled.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, Cancellation);
        Assert.Equal([StoreRows.Centre], signal.Recipients);
    }

    [Fact]
    public async Task Dispose_WithWritesQueued_EachIsDurableOrRefused()
    {
        var openings = Enumerable.Range(0, 300).Select(_ => Rows.Opening()).ToArray();
        var tasks = openings.Select(opening => Store.CommitAsync(StoreRows.Unit(opening), Cancellation).AsTask()).ToArray();
        await ReopenStoreAsync();
        for (var index = 0; index < tasks.Length; index++)
        {
            Assert.IsType<CommitOutcome.Committed>(await tasks[index]);
            Assert.NotNull(await Store.FindExchangeAsync(openings[index].Row.Id, Cancellation));
        }
    }

    [Fact]
    public async Task Use_AfterDispose_Throws()
    {
        await Store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Store.CommitAsync(StoreRows.Unit(), Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(
            async () => await Store.FindExchangeAsync(new ExchangeId(Rows.NewId()), Cancellation));
        await Store.DisposeAsync(); // twice is harmless
    }

    /// <summary>The test plants a failure that the store logs as an error.</summary>
    private protected abstract void ExpectErrors();

    private async Task<CommitOutcome[]> TogetherAsync(ExchangeWrite[] writes, Func<ExchangeWrite, CommitUnit> unit)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var tasks = writes.Select(write => Task.Run(async () =>
        {
            await start.Task;
            return await Store.CommitAsync(unit(write), Cancellation);
        })).ToArray();
        start.SetResult();
        return await Task.WhenAll(tasks);
    }
}
