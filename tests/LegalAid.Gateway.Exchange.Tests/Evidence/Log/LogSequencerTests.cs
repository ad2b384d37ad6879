using System.Security.Cryptography;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Testing;
using static LegalAid.Gateway.Exchange.Tests.Evidence.Log.LogWorld;

namespace LegalAid.Gateway.Exchange.Tests.Evidence.Log;

/// <summary>A log that grows: under crashes, several leads, witnesses that come and go.</summary>
public sealed class LogSequencerTests
{
    [Fact]
    public async Task Run_CommittedLeaves_AreAllProvedUnderTheLastCheckpoint()
    {
        await using var world = await CreateAsync();
        world.Options = world.Options with { LeavesMax = 100 };
        _ = await world.AppendAsync(700);

        await world.RunUntilAllIsSignedAsync();

        Assert.Equal(700, (await world.Store.FindLogHeadAsync(Cancellation))?.Size);
        Assert.Equal(700, world.Newest.Current?.Size);
        await world.AssertSoundAsync();
        Assert.Empty(world.Logs.Errors);
    }

    /// <summary>A checkpoint signed in between would say that leaves committed before it were not there: they would look dated back.</summary>
    [Fact]
    public async Task Run_WhatWaitedAtTheStart_IsUnderTheFirstCheckpoint()
    {
        await using var world = await CreateAsync();
        world.Options = world.Options with { LeavesMax = 100 };
        _ = await world.AppendAsync(700);

        await world.RunUntilAllIsSignedAsync();

        Assert.Equal(700, (await world.Store.ListCheckpointsAsync(0, 1, Cancellation))[0].Size);
    }

    [Fact]
    public async Task Run_AfterRestarts_GoesOnInAHigherEpoch()
    {
        await using var world = await CreateAsync();
        for (var run = 1; run <= 3; run++)
        {
            await world.SignAsync(run);
            Assert.True((await world.Store.FindLogHeadAsync(Cancellation))?.Epoch >= run);
            await world.ReopenAsync();
        }

        Assert.Equal(6, (await world.Store.FindLogHeadAsync(Cancellation))?.Size);
        await world.AssertSoundAsync();
    }

    [Theory]
    [InlineData(nameof(ILedgerStore.ExtendLogAsync))]
    [InlineData(nameof(ILedgerStore.AddCheckpointAsync))]
    [InlineData(nameof(ILedgerStore.ReplaceNoteAsync))]
    public async Task Run_DiedAtAWrite_TheNextStartMakesUpForIt(string member)
    {
        await using var world = await CreateAsync(One);
        _ = await world.AppendAsync(5);
        var died = new TaskCompletionSource();
        var dead = 0;
        var dying = InterceptedStore.Around(world.Store, (name, args) =>
        {
            // The take-over of the log is an extension too: it is let through. After the death nothing is written any more.
            if ((name == member && args[0] is not LogExtension { Leaves.IsEmpty: true }) || Volatile.Read(ref dead) == 1)
            {
                Volatile.Write(ref dead, 1);
                died.TrySetResult();
                throw new IOException("died");
            }

            return null;
        });
        await world.RunUntilAsync(_ => Task.FromResult(died.Task.IsCompleted), dying);

        await world.RunUntilAllIsSignedAsync();

        Assert.Equal(5, world.LastOf(One)?.Size);
        await world.AssertSoundAsync();
    }

    /// <summary>Both believe they lead, and each sleeps at random between reading and writing: compare-and-set alone keeps the log one.</summary>
    [Fact]
    public async Task Run_SeveralThatBelieveTheyLead_KeepOneLog()
    {
        await using var world = await CreateAsync(One);
        world.Options = world.Options with { LeavesMax = 7 };
        ILedgerStore Deluded() => InterceptedStore.Around(world.Store, (name, _) =>
            name == nameof(ILedgerStore.TryLeadAsync) ? ValueTask.FromResult<ILeadership?>(new Delusion()) : null);
        using var first = world.Sequencer(Deluded());
        using var second = world.Sequencer(Deluded());
        using var third = world.Sequencer(Deluded());
        LogSequencer[] all = [first, second, third];
        await Task.WhenAll(all.Select(sequencer => sequencer.StartAsync(Cancellation)));

        for (var round = 0; round < 30; round++)
        {
            _ = await world.AppendAsync(10);
        }

        await Eventually.HoldsAsync(async () => (await world.Store.ListUnindexedAsync(1, Cancellation)).IsEmpty);
        await Task.WhenAll(all.Select(sequencer => sequencer.StopAsync(Cancellation)));
        await world.RunUntilAllIsSignedAsync();

        Assert.Equal(300, (await world.Store.FindLogHeadAsync(Cancellation))?.Size);
        await world.AssertSoundAsync();
        Assert.Empty(world.Logs.Errors);
    }

    [Fact]
    public async Task Run_SecondNode_FollowsAndKnowsTheNewestCheckpoint()
    {
        await using var world = await CreateAsync();
        await world.SignAsync(3);
        await using var lead = await world.Store.TryLeadAsync("evidence-log", Cancellation);

        await world.RunUntilAsync(follower => Task.FromResult(follower.Status.State == LogState.Following && world.Newest.Current?.Size == 3));
    }

    [Fact]
    public async Task Run_Witnesses_CosignEveryLastCheckpoint()
    {
        await using var world = await CreateAsync(One, Two, Three);
        for (var run = 0; run < 3; run++)
        {
            await world.SignAsync(4);
        }

        var last = (await world.Store.LatestCheckpointAsync(Cancellation))!; // it runs until there is one
        Assert.Equal(4, SignedNote.Parse(last.Note)!.Signatures.Length); // the log's and three
        Assert.Equal((12, 12, 12), (world.LastOf(One)?.Size, world.LastOf(Two)?.Size, world.LastOf(Three)?.Size));
        await world.AssertSoundAsync();
    }

    [Fact]
    public async Task Run_OneOfThreeWitnessesAway_SignsAndCatchesItUpLater()
    {
        await using var world = await CreateAsync(One, Two, Three);
        world.Away[Three] = true;
        await world.SignAsync(4);
        Assert.Null(world.LastOf(Three));

        world.Away.Clear();
        await world.RunUntilAllIsSignedAsync();

        Assert.Equal(4, world.LastOf(Three)?.Size);
    }

    [Fact]
    public async Task Run_MostWitnessesAway_SignsNothingUntilTheyAnswer()
    {
        await using var world = await CreateAsync(One, Two, Three);
        (world.Away[Two], world.Away[Three]) = (true, true);
        _ = await world.AppendAsync(4);
        await world.RunUntilAsync(sequencer => Task.FromResult(sequencer.Status.State == LogState.AwaitingWitnesses));
        Assert.Null(await world.Store.LatestCheckpointAsync(Cancellation));

        world.Away.Clear();
        await world.RunUntilAllIsSignedAsync();

        await world.AssertSoundAsync();
    }

    [Fact]
    public async Task Run_WithANewKeyBesideTheOld_SignsWithBoth()
    {
        var (old, added) = (RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));
        await using var world = await CreateAsync();
        world.Keys = new LogKeys([old]);
        await world.SignAsync(3);
        world.Keys = new LogKeys([old, added]);
        await world.SignAsync(3);

        var note = SignedNote.Parse((await world.Store.LatestCheckpointAsync(Cancellation))!.Note)!; // it runs until there is one
        foreach (var seed in (byte[][])[old, added])
        {
            Assert.Equal(NoteFinding.Valid, note.Check(new LogKeys([seed]).Of(Origin), out _));
        }
    }

    [Fact]
    public void Validate_OutOfBounds_TellsEveryFault()
    {
        var bad = new LogOptions { Origin = "a b", Interval = TimeSpan.Zero, LeavesMax = 0, Quorum = 1, WitnessTimeout = TimeSpan.Zero, WitnessPause = TimeSpan.Zero, FollowInterval = TimeSpan.Zero };

        Assert.Equal(7, bad.Validate().Count);
        Assert.Empty(new LogOptions { Origin = "a" }.Validate());
    }

    private sealed class Delusion : ILeadership
    {
        public CancellationToken Lost => CancellationToken.None;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
