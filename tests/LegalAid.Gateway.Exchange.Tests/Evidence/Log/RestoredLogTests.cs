using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Backup;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using static LegalAid.Gateway.Exchange.Tests.Evidence.Log.LogWorld;

namespace LegalAid.Gateway.Exchange.Tests.Evidence.Log;

/// <summary>A log that came out of a backup: what its witnesses know decides, and after them an operator.</summary>
public sealed class RestoredLogTests
{
    [Fact]
    public async Task Run_RestoredBackup_SignsNothingUntilReconciled()
    {
        await using var world = await CreateAsync(One);
        await world.LoseAsync(kept: 10, lost: 5);
        _ = await world.AppendAsync(3); // what is committed after the restore

        await world.RunUntilRefusedAsync(LogFault.WitnessKnowsMore);
        Assert.Equal(10, (await world.Store.LatestCheckpointAsync(Cancellation))?.Size);
        Assert.Equal(3, (await world.AppendAsync(3)).Length); // commits go on
        world.Away[One] = true; // what it said is not forgotten because it is away
        await world.ReopenAsync();
        await world.RunUntilRefusedAsync(LogFault.WitnessKnowsMore);
        Assert.Equal(10, (await world.Store.FindLogHeadAsync(Cancellation))?.Size);

        var begun = Assert.IsType<ReconcileOutcome.Begun>(await world.ReconcileAsync());
        Assert.Equal(($"{Origin}/2", 11), (begun.Origin, begun.Size));
        world.Away.Clear();
        world.Watch(One, begun.Origin);
        await world.RunUntilAllIsSignedAsync();

        var told = JsonNode.Parse((await world.Store.ListLogAsync(10, 1, Cancellation))[0].Leaf.Entry)!; // canonical JSON
        Assert.Equal((LeafKinds.LogReconciled, Origin, 10), (told["kind"]!.GetValue<string>(), told["formerOrigin"]!.GetValue<string>(), told["keptSize"]!.GetValue<int>()));
        Assert.Contains("size 15", told["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(17, (await world.Store.FindLogHeadAsync(Cancellation))?.Size);
        Assert.Equal((15, 17), (world.LastOf(One)?.Size, world.LastOf(One, begun.Origin)?.Size));
        await world.AssertSoundAsync();
        Assert.IsType<ReconcileOutcome.NothingKept>(await world.ReconcileAsync());
    }

    /// <summary>The one that is away may be the only one that saw what was signed after the backup: a quorum of the others is not enough.</summary>
    [Fact]
    public async Task Run_RestoredBackup_HearsAllWitnessesBeforeItSigns()
    {
        await using var world = await CreateAsync(One, Two, Three);
        await world.SignAsync(4);
        await world.MarkRestoredAsync();
        _ = await world.AppendAsync(1);
        world.Away[Three] = true;

        await world.RunUntilAsync(sequencer => Task.FromResult(sequencer.Status.State == LogState.AwaitingWitnesses && world.LastOf(Two) is not null));
        Assert.Equal(4, (await world.Store.LatestCheckpointAsync(Cancellation))?.Size);
        Assert.NotNull(await RestoredMark.FindAsync(world.Store, Cancellation));

        world.Away.Clear();
        await world.RunUntilAllIsSignedAsync();
        Assert.Null(await RestoredMark.FindAsync(world.Store, Cancellation));
        world.Away[Three] = true; // from here on it is a store like any other
        await world.SignAsync(1);
        await world.AssertSoundAsync();
    }

    [Fact]
    public async Task Run_RestoredBackupThatAWitnessSawMoreOf_IsRefusedUntilReconciled()
    {
        await using var world = await CreateAsync(One);
        await world.LoseAsync(kept: 10, lost: 5);
        await world.MarkRestoredAsync();
        await world.RunUntilRefusedAsync(LogFault.WitnessKnowsMore);

        var begun = Assert.IsType<ReconcileOutcome.Begun>(await world.ReconcileAsync());
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
        await using var world = await CreateAsync();
        await world.SignAsync(4);
        await world.MarkRestoredAsync();
        var writes = 0;
        var dying = InterceptedStore.Around(world.Store, (name, _) =>
            name is nameof(ILedgerStore.PutSettingAsync) or nameof(ILedgerStore.AppendLeafAsync) or nameof(ILedgerStore.ExtendLogAsync) && writes++ == writesMax
                ? throw new IOException("died")
                : null);
        await Assert.ThrowsAsync<IOException>(async () => await world.ReconcileAsync(dying));
        await world.RunUntilRefusedAsync(LogFault.Restored);

        Assert.IsType<ReconcileOutcome.Begun>(await world.ReconcileAsync());
        await world.RunUntilAllIsSignedAsync();
        Assert.Equal($"{Origin}/2", (await world.Store.LatestCheckpointAsync(Cancellation))?.Origin);
        await world.AssertSoundAsync();
    }

    /// <summary>Restored while the witness was away and no quorum was asked for: the fork is found when the witness comes back.</summary>
    [Fact]
    public async Task Run_ForkedUnderTheWitness_IsRefusedWhenItComesBack()
    {
        await using var world = await CreateAsync(One);
        await world.LoseAsync(kept: 10, lost: 5);
        world.Away[One] = true;
        world.Options = world.Options with { Quorum = 0 };
        await world.SignAsync(8);

        world.Away.Clear();
        _ = await world.AppendAsync(1);
        await world.RunUntilRefusedAsync(LogFault.WitnessKnowsOther);

        Assert.Equal(15, world.LastOf(One)?.Size);
    }

    [Fact]
    public void NextOrigin_OfEachKind_CountsOn() => Assert.Equal(
        ["a/log/2", "a/log/3", "a/log/10", "a/1/2", "log/2"],
        ((string[])["a/log", "a/log/2", "a/log/9", "a/1", "log"]).Select(LogReconciliation.NextOrigin));
}
