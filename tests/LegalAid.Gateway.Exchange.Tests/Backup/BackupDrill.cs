using System.Collections.Immutable;
using System.Security.Cryptography;
using LegalAid.Gateway.Exchange.Backup;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Exchange.Tests.Storage;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace LegalAid.Gateway.Exchange.Tests.Backup;

/// <summary>The drill that both stores pass: back up under load, lose the store, put it back elsewhere.</summary>
public abstract class BackupDrill : IAsyncDisposable
{
    protected const string Here = "here";
    protected const string There = "there";
    private const string Passphrase = "correct horse battery";

    private static readonly ImmutableSortedDictionary<string, byte[]> Keys =
        ImmutableSortedDictionary<string, byte[]>.Empty.Add("index.key", [1, 2, 3]).Add("ring/one.key", [4, 5]);

    private readonly LogKeys _logKeys = new([RandomNumberGenerator.GetBytes(32)]);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("backup-");

    private string File => Path.Combine(Folder.FullName, "backup.zip");

    protected abstract Task<ILedgerStore> OpenAsync(string name);

    protected abstract Task<IStoreCopy> CopyAsync(string name);

    protected abstract Task<IStorePlace> PlaceAsync(string name);

    [Fact]
    public async Task Backup_UnderLoad_HoldsEverythingAcknowledgedBeforeItAndStopsNobody()
    {
        var rows = new StoreRows();
        var (before, meanwhile) = (new StoreLoad(rows), new StoreLoad(rows));
        await using (var store = await OpenAsync(Here))
        {
            await RunAsync(before, store, () => before.Acknowledged >= 300);
            using var ending = new CancellationTokenSource();
            var running = meanwhile.RunAsync([store], ending.Token);
            await Eventually.HoldsAsync(() => meanwhile.Acknowledged >= 50);
            var began = meanwhile.Acknowledged;
            await using (var copy = await CopyAsync(Here))
            {
                await BackUpAsync(copy);
                await Eventually.HoldsAsync(() => meanwhile.Acknowledged >= began + 50); // the copy is open, and commits go on
            }

            await ending.CancelAsync();
            await running;
            await meanwhile.CheckAsync(store);
        }

        await RestoreAsync();
        await using var restored = await OpenAsync(There);
        await before.CheckAsync(restored);
        Assert.NotNull(await RestoredMark.FindAsync(restored, Cancellation));
        await RunAsync(before, restored, () => before.Acknowledged >= 400); // it takes writes
        await before.CheckAsync(restored);
    }

    [Fact]
    public async Task Restored_ContentIsReadWithTheRestoredKeys()
    {
        var keys = LedgerHome.NewKeys(RandomNumberGenerator.GetBytes);
        LedgerHome Home(string name) => new(Folder, keys, (_, _, _) => OpenAsync(name));
        ExchangeId id;
        await using (var world = await LedgerWorld.CreateAsync(home: Home(Here)))
        {
            id = await world.AskAsync(text: "备份之前");
            await using var copy = await CopyAsync(Here);
            await BackUpAsync(copy);
        }

        await RestoreAsync();
        await using var again = await LedgerWorld.CreateAsync(home: Home(There));
        var reading = await again.Reader.FindAsync(SmallExchange.CourtId, id, Cancellation);
        Assert.Contains("备份之前", reading!.State.View.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }), StringComparison.Ordinal); // it is there
        await again.AnswerAsync(id); // and goes on
    }

    [Fact]
    public async Task Restore_OntoAStore_IsRefusedAndChangesNothing()
    {
        await using (var store = await OpenAsync(Here))
        {
            await using var copy = await CopyAsync(Here);
            await BackUpAsync(copy);
            await store.PutSettingAsync("a", "b", Cancellation);
        }

        await using var place = await PlaceAsync(Here);
        using var backup = await OpenedAsync();
        Assert.Equal(PlaceFinding.Taken, await place.LookAsync(backup.Manifest.Mark, Cancellation));
        await Assert.ThrowsAsync<StoreRefusedException>(() => PutAsync(place, backup, backup.Open));
        await using var again = await OpenAsync(Here);
        Assert.Equal("b", await again.FindSettingAsync("a", Cancellation));
        Assert.Null(await RestoredMark.FindAsync(again, Cancellation));
    }

    [Fact]
    public async Task Restore_Interrupted_LeavesThePlaceEmptyAndGoesThroughAgain()
    {
        var load = new StoreLoad(new StoreRows());
        await using (var store = await OpenAsync(Here))
        {
            await RunAsync(load, store, () => load.Acknowledged >= 50);
            await using var copy = await CopyAsync(Here);
            await BackUpAsync(copy);
        }

        using (var backup = await OpenedAsync())
        {
            await using var place = await PlaceAsync(There);
            var last = backup.StoreParts[^1];
            await Assert.ThrowsAsync<IOException>(() => PutAsync(place, backup, part => part == last ? new CutStream(backup.Open(part)) : backup.Open(part)));
            Assert.Equal(PlaceFinding.Empty, await place.LookAsync(backup.Manifest.Mark, Cancellation));
            await PutAsync(place, backup, backup.Open);
            Assert.Equal(PlaceFinding.SameBackup, await place.LookAsync(backup.Manifest.Mark, Cancellation));
        }

        await using var restored = await OpenAsync(There);
        await load.CheckAsync(restored);
    }

    [Fact]
    public async Task Restored_WithoutWitnesses_SignsNothingUntilReconciled()
    {
        var rows = new StoreRows();
        await using (var store = await OpenAsync(Here))
        {
            await store.AppendLeafAsync(rows.Leaf(rows.NewExchangeId()), Cancellation);
            await RunLogAsync(store, async _ => (await store.LatestCheckpointAsync(Cancellation))?.Size == 1);
            await using var copy = await CopyAsync(Here);
            Assert.Equal(1, copy.Head?.Size);
            await BackUpAsync(copy);
        }

        await RestoreAsync();
        await using var restored = await OpenAsync(There);
        await restored.AppendLeafAsync(rows.Leaf(rows.NewExchangeId()), Cancellation);
        await RunLogAsync(restored, log => Task.FromResult(log.Status is { State: LogState.Refused, Trouble.Fault: LogFault.Restored }));
        await RunLogAsync(restored, log => Task.FromResult(log.Status.State == LogState.Refused)); // it is not forgotten
        Assert.Equal(1, (await restored.LatestCheckpointAsync(Cancellation))?.Size);

        Assert.IsType<ReconcileOutcome.Begun>(
            await LogReconciliation.RunAsync(restored, _logKeys, TimeProvider.System, new SystemIds(TimeProvider.System), Cancellation));
        await RunLogAsync(restored, async _ => await restored.LatestCheckpointAsync(Cancellation) is { Size: 3, Origin: "gateway.example/log/2" });
        Assert.Null(await RestoredMark.FindAsync(restored, Cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    protected virtual ValueTask CloseAsync() => ValueTask.CompletedTask;

    protected Task<BackupManifest> BackUpAsync(IStoreCopy copy) =>
        BackupWriter.WriteAsync(File, copy, "ring", Keys, Passphrase, StoreRows.Start, Cancellation);

    private async Task<OpenedBackup> OpenedAsync() =>
        Assert.IsType<BackupOpening.Opened>(await OpenedBackup.OpenAsync(File, Passphrase, Cancellation)).Backup;

    protected async Task RestoreAsync()
    {
        using var backup = await OpenedAsync();
        Assert.Equal(Keys.Keys, backup.Keys.Keys);
        await using var place = await PlaceAsync(There);
        Assert.Equal(PlaceFinding.Empty, await place.LookAsync(backup.Manifest.Mark, Cancellation));
        await PutAsync(place, backup, backup.Open);
    }

    private static Task PutAsync(IStorePlace place, OpenedBackup backup, Func<StorePart, Stream> open) =>
        place.PutAsync(backup.Manifest.SchemaVersion, backup.StoreParts, open, backup.Manifest.Mark, Cancellation);

    private static async Task RunAsync(StoreLoad load, ILedgerStore store, Func<bool> enough)
    {
        using var ending = new CancellationTokenSource();
        var running = load.RunAsync([store], ending.Token);
        await Eventually.HoldsAsync(enough);
        await ending.CancelAsync();
        await running;
    }

    private async Task RunLogAsync(ILedgerStore store, Func<LogSequencer, Task<bool>> holds)
    {
        using var http = new HttpClient();
        var options = new LogOptions { Origin = "gateway.example/log", Interval = TimeSpan.FromMilliseconds(1), FollowInterval = TimeSpan.FromMilliseconds(10) };
        using var log = new LogSequencer(store, _logKeys, options, new NewestCheckpoint(), http, TimeProvider.System, NullLogger<LogSequencer>.Instance);
        await log.StartAsync(Cancellation);
        await Eventually.HoldsAsync(() => holds(log));
        await log.StopAsync(Cancellation);
    }
}
