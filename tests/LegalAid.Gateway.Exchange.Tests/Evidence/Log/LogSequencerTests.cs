using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Backup;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Exchange.Tests.Evidence.Log;

public sealed class LogSequencerTests
{
    private const string One = "one.witness.example";
    private const string Two = "two.witness.example";
    private const string Three = "three.witness.example";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_CommittedLeaves_AreAllProvedUnderTheLastCheckpoint()
    {
        await using var world = await LogWorld.CreateAsync();
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
        await using var world = await LogWorld.CreateAsync();
        world.Options = world.Options with { LeavesMax = 100 };
        _ = await world.AppendAsync(700);

        await world.RunUntilAllIsSignedAsync();

        Assert.Equal(700, (await world.Store.ListCheckpointsAsync(0, 1, Cancellation))[0].Size);
    }

    [Fact]
    public async Task Run_AfterRestarts_GoesOnInAHigherEpoch()
    {
        await using var world = await LogWorld.CreateAsync();
        for (var run = 1; run <= 3; run++)
        {
            _ = await world.AppendAsync(run);
            await world.RunUntilAllIsSignedAsync();
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
        await using var world = await LogWorld.CreateAsync(One);
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
        await using var world = await LogWorld.CreateAsync(One);
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
        await using var world = await LogWorld.CreateAsync();
        _ = await world.AppendAsync(3);
        await world.RunUntilAllIsSignedAsync();
        await using var lead = await world.Store.TryLeadAsync("evidence-log", Cancellation);

        await world.RunUntilAsync(follower => Task.FromResult(follower.Status.State == LogState.Following && world.Newest.Current?.Size == 3));
    }

    [Fact]
    public async Task Run_Witnesses_CosignEveryLastCheckpoint()
    {
        await using var world = await LogWorld.CreateAsync(One, Two, Three);
        for (var run = 0; run < 3; run++)
        {
            _ = await world.AppendAsync(4);
            await world.RunUntilAllIsSignedAsync();
        }

        var last = (await world.Store.LatestCheckpointAsync(Cancellation))!; // it runs until there is one
        Assert.Equal(4, SignedNote.Parse(last.Note)!.Signatures.Length); // the log's and three
        Assert.Equal((12, 12, 12), (world.LastOf(One)?.Size, world.LastOf(Two)?.Size, world.LastOf(Three)?.Size));
        await world.AssertSoundAsync();
    }

    [Fact]
    public async Task Run_OneOfThreeWitnessesAway_SignsAndCatchesItUpLater()
    {
        await using var world = await LogWorld.CreateAsync(One, Two, Three);
        world.Away[Three] = true;
        _ = await world.AppendAsync(4);
        await world.RunUntilAllIsSignedAsync();
        Assert.Null(world.LastOf(Three));

        world.Away.Clear();
        await world.RunUntilAllIsSignedAsync();

        Assert.Equal(4, world.LastOf(Three)?.Size);
    }

    [Fact]
    public async Task Run_MostWitnessesAway_SignsNothingUntilTheyAnswer()
    {
        await using var world = await LogWorld.CreateAsync(One, Two, Three);
        (world.Away[Two], world.Away[Three]) = (true, true);
        _ = await world.AppendAsync(4);
        await world.RunUntilAsync(sequencer => Task.FromResult(sequencer.Status.State == LogState.AwaitingWitnesses));
        Assert.Null(await world.Store.LatestCheckpointAsync(Cancellation));

        world.Away.Clear();
        await world.RunUntilAllIsSignedAsync();

        await world.AssertSoundAsync();
    }

    [Fact]
    public async Task Run_RestoredBackup_SignsNothingUntilReconciled()
    {
        await using var world = await LogWorld.CreateAsync(One);
        _ = await world.AppendAsync(10);
        await world.RunUntilAllIsSignedAsync();
        var restore = await world.BackUpAsync();
        _ = await world.AppendAsync(5);
        await world.RunUntilAllIsSignedAsync();
        await restore();
        _ = await world.AppendAsync(3); // what is committed after the restore

        await world.RunUntilRefusedAsync(LogFault.WitnessKnowsMore);
        Assert.Equal(10, (await world.Store.LatestCheckpointAsync(Cancellation))?.Size);
        Assert.Equal(3, (await world.AppendAsync(3)).Length); // commits go on
        world.Away[One] = true; // what it said is not forgotten because it is away
        await world.ReopenAsync();
        await world.RunUntilRefusedAsync(LogFault.WitnessKnowsMore);
        Assert.Equal(10, (await world.Store.FindLogHeadAsync(Cancellation))?.Size);

        var begun = Assert.IsType<ReconcileOutcome.Begun>(
            await LogReconciliation.RunAsync(world.Store, world.Keys, TimeProvider.System, world.Ids, Cancellation));
        Assert.Equal(($"{LogWorld.Origin}/2", 11), (begun.Origin, begun.Size));
        world.Away.Clear();
        world.Watch(One, begun.Origin);
        await world.RunUntilAllIsSignedAsync();

        var told = JsonNode.Parse((await world.Store.ListLogAsync(10, 1, Cancellation))[0].Leaf.Entry)!; // canonical JSON
        Assert.Equal((LeafKinds.LogReconciled, LogWorld.Origin, 10), (told["kind"]!.GetValue<string>(), told["formerOrigin"]!.GetValue<string>(), told["keptSize"]!.GetValue<int>()));
        Assert.Contains("size 15", told["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(17, (await world.Store.FindLogHeadAsync(Cancellation))?.Size);
        Assert.Equal((15, 17), (world.LastOf(One)?.Size, world.LastOf(One, begun.Origin)?.Size));
        await world.AssertSoundAsync();
        Assert.IsType<ReconcileOutcome.NothingKept>(
            await LogReconciliation.RunAsync(world.Store, world.Keys, TimeProvider.System, world.Ids, Cancellation));
    }

    /// <summary>The one that is away may be the only one that saw what was signed after the backup: a quorum of the others is not enough.</summary>
    [Fact]
    public async Task Run_RestoredBackup_HearsAllWitnessesBeforeItSigns()
    {
        await using var world = await LogWorld.CreateAsync(One, Two, Three);
        _ = await world.AppendAsync(4);
        await world.RunUntilAllIsSignedAsync();
        await world.Store.PutSettingAsync(RestoredMark.Setting, new RestoredMark("b1", DateTimeOffset.UnixEpoch).ToString(), Cancellation);
        _ = await world.AppendAsync(1);
        world.Away[Three] = true;

        await world.RunUntilAsync(sequencer => Task.FromResult(sequencer.Status.State == LogState.AwaitingWitnesses && world.LastOf(Two) is not null));
        Assert.Equal(4, (await world.Store.LatestCheckpointAsync(Cancellation))?.Size);
        Assert.NotNull(await RestoredMark.FindAsync(world.Store, Cancellation));

        world.Away.Clear();
        await world.RunUntilAllIsSignedAsync();
        Assert.Null(await RestoredMark.FindAsync(world.Store, Cancellation));
        world.Away[Three] = true; // from here on it is a store like any other
        _ = await world.AppendAsync(1);
        await world.RunUntilAllIsSignedAsync();
        await world.AssertSoundAsync();
    }

    [Fact]
    public async Task Run_RestoredBackupThatAWitnessSawMoreOf_IsRefusedUntilReconciled()
    {
        await using var world = await LogWorld.CreateAsync(One);
        _ = await world.AppendAsync(10);
        await world.RunUntilAllIsSignedAsync();
        var restore = await world.BackUpAsync();
        _ = await world.AppendAsync(5);
        await world.RunUntilAllIsSignedAsync();
        await restore();
        await world.Store.PutSettingAsync(RestoredMark.Setting, new RestoredMark("b1", DateTimeOffset.UnixEpoch).ToString(), Cancellation);
        await world.RunUntilRefusedAsync(LogFault.WitnessKnowsMore);

        var begun = Assert.IsType<ReconcileOutcome.Begun>(
            await LogReconciliation.RunAsync(world.Store, world.Keys, TimeProvider.System, world.Ids, Cancellation));
        world.Watch(One, begun.Origin);
        await world.RunUntilAllIsSignedAsync();
        Assert.Equal(11, world.LastOf(One, begun.Origin)?.Size);
        Assert.Null(await RestoredMark.FindAsync(world.Store, Cancellation));
    }

    /// <summary>Reconciled before the first start: nothing of the mark is left that would refuse the new origin too, wherever it dies.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Reconcile_OfARestoredStoreThatDied_IsDoneByTheNext(int writesMax)
    {
        await using var world = await LogWorld.CreateAsync();
        _ = await world.AppendAsync(4);
        await world.RunUntilAllIsSignedAsync();
        await world.Store.PutSettingAsync(RestoredMark.Setting, new RestoredMark("b1", DateTimeOffset.UnixEpoch).ToString(), Cancellation);
        var writes = 0;
        var dying = InterceptedStore.Around(world.Store, (name, _) =>
            name is nameof(ILedgerStore.PutSettingAsync) or nameof(ILedgerStore.AppendLeafAsync) or nameof(ILedgerStore.ExtendLogAsync) && writes++ == writesMax
                ? throw new IOException("died")
                : null);
        await Assert.ThrowsAsync<IOException>(async () => await LogReconciliation.RunAsync(dying, world.Keys, TimeProvider.System, world.Ids, Cancellation));
        await world.RunUntilRefusedAsync(LogFault.Restored);

        Assert.IsType<ReconcileOutcome.Begun>(await LogReconciliation.RunAsync(world.Store, world.Keys, TimeProvider.System, world.Ids, Cancellation));
        await world.RunUntilAllIsSignedAsync();
        Assert.Equal($"{LogWorld.Origin}/2", (await world.Store.LatestCheckpointAsync(Cancellation))?.Origin);
        await world.AssertSoundAsync();
    }

    /// <summary>Restored while the witness was away and no quorum was asked for: the fork is found when the witness comes back.</summary>
    [Fact]
    public async Task Run_ForkedUnderTheWitness_IsRefusedWhenItComesBack()
    {
        await using var world = await LogWorld.CreateAsync(One);
        _ = await world.AppendAsync(10);
        await world.RunUntilAllIsSignedAsync();
        var restore = await world.BackUpAsync();
        _ = await world.AppendAsync(5);
        await world.RunUntilAllIsSignedAsync();
        await restore();
        world.Away[One] = true;
        world.Options = world.Options with { Quorum = 0 };
        _ = await world.AppendAsync(8);
        await world.RunUntilAllIsSignedAsync();

        world.Away.Clear();
        _ = await world.AppendAsync(1);
        await world.RunUntilRefusedAsync(LogFault.WitnessKnowsOther);

        Assert.Equal(15, world.LastOf(One)?.Size);
    }

    public static TheoryData<string, LogFault> Damages => new()
    {
        { "UPDATE log_tile SET hashes = zeroblob(length(hashes))", LogFault.RootDiffers },
        { "DELETE FROM log_tile", LogFault.RootDiffers },
        { "UPDATE log_tile SET hashes = substr(hashes, 1, 64)", LogFault.RootDiffers },
        { "UPDATE log_head SET root = zeroblob(32)", LogFault.RootDiffers },
        { "UPDATE log_head SET size = size - 1", LogFault.RootDiffers },
        { "DELETE FROM log_head", LogFault.CheckpointBeyondHead },
        { "UPDATE checkpoint SET note = replace(note, 'gateway', 'Gateway')", LogFault.CheckpointNotOurs },
        { "UPDATE checkpoint SET root = zeroblob(32)", LogFault.CheckpointNotOurs },
        { "UPDATE checkpoint SET note = ''", LogFault.CheckpointNotOurs },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Run_StoreThatDisagreesWithItself_IsRefused(string sql, LogFault fault)
    {
        await using var world = await LogWorld.CreateAsync();
        _ = await world.AppendAsync(10);
        await world.RunUntilAllIsSignedAsync();
        await world.TamperAsync(sql);
        _ = await world.AppendAsync(2);

        await world.RunUntilRefusedAsync(fault);

        Assert.Equal(2, (await world.Store.ListUnindexedAsync(10, Cancellation)).Length);
        Assert.Single(world.Logs.Errors);
    }

    /// <summary>A log rewritten whole, tiles and head together, by somebody without the signing key.</summary>
    [Fact]
    public async Task Run_HistoryRewrittenUnderTheLastCheckpoint_IsRefused()
    {
        await using var world = await LogWorld.CreateAsync();
        _ = await world.AppendAsync(3);
        await world.RunUntilAllIsSignedAsync();
        var (other, tiles) = TreeEdge.Empty.Append([.. Enumerable.Range(0, 3).Select(index => MemoryTiles.LeafAt(index))]);
        await world.TamperAsync(
            $"UPDATE log_tile SET hashes = x'{Convert.ToHexString(tiles[0].Content.Span)}'; UPDATE log_head SET root = x'{Convert.ToHexString(other.Root.ToArray())}'");

        await world.RunUntilRefusedAsync(LogFault.CheckpointDiffers);
    }

    [Fact]
    public async Task Run_WithTheKeysOfAnotherGateway_IsRefused()
    {
        await using var world = await LogWorld.CreateAsync();
        _ = await world.AppendAsync(3);
        await world.RunUntilAllIsSignedAsync();
        world.Keys = new LogKeys([RandomNumberGenerator.GetBytes(32)]);

        await world.RunUntilRefusedAsync(LogFault.CheckpointNotOurs);
    }

    [Fact]
    public async Task Run_WithANewKeyBesideTheOld_SignsWithBoth()
    {
        var (old, added) = (RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));
        await using var world = await LogWorld.CreateAsync();
        world.Keys = new LogKeys([old]);
        _ = await world.AppendAsync(3);
        await world.RunUntilAllIsSignedAsync();
        world.Keys = new LogKeys([old, added]);
        _ = await world.AppendAsync(3);
        await world.RunUntilAllIsSignedAsync();

        var note = SignedNote.Parse((await world.Store.LatestCheckpointAsync(Cancellation))!.Note)!; // it runs until there is one
        foreach (var seed in (byte[][])[old, added])
        {
            Assert.Equal(NoteFinding.Valid, note.Check(new LogKeys([seed]).Of(LogWorld.Origin), out _));
        }
    }

    [Fact]
    public void NextOrigin_OfEachKind_CountsOn() => Assert.Equal(
        ["a/log/2", "a/log/3", "a/log/10", "a/1/2", "log/2"],
        ((string[])["a/log", "a/log/2", "a/log/9", "a/1", "log"]).Select(LogReconciliation.NextOrigin));

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
