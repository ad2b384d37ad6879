using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

/// <summary>What is SQLite's alone: the lock, durability settings, crash, full disk, checkpoints.</summary>
public sealed class SqliteLedgerStoreTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("ledger-");
    private readonly RecordingLogger _logger = new();
    private readonly StoreRows _rows = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private SqliteStoreOptions Options => new() { Path = Path.Combine(_directory.FullName, "ledger.db") };

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Open_WhileOpen_RefusedUntilClosed()
    {
        await using (await OpenAsync(Options))
        {
            Assert.Equal(StoreRefusal.Locked, await RefusalAsync(Options));
        }

        await using var again = await OpenAsync(Options);
        Assert.Null(again.Fault);
    }

    [Theory]
    [InlineData(SqliteSynchronous.Off)]
    [InlineData(SqliteSynchronous.Normal)]
    public async Task Open_UnsafeSynchronous_Refused(SqliteSynchronous synchronous)
    {
        Assert.Equal(StoreRefusal.UnsafeSynchronous, await RefusalAsync(Options with { Synchronous = synchronous }));
        await using var good = await OpenAsync(Options with { Synchronous = SqliteSynchronous.Extra }); // the lock was given up
    }

    [Fact]
    public async Task Open_OptionsOutOfBounds_AllFaultsTogether()
    {
        var bad = new SqliteStoreOptions
        {
            Path = ":memory:", GroupMax = 0, QueueMax = 0, ReaderCount = 65, CacheBytes = 0, CheckpointBytes = 1, WalBytesMax = 1,
            DatabaseBytesMax = 1, Synchronous = (SqliteSynchronous)9,
        };
        Assert.Equal(9, bad.Validate().Count);
        Assert.Equal(StoreRefusal.Options, await RefusalAsync(bad));
        Assert.Empty(Options.Validate());
        Assert.Empty((Options with { GroupMax = 1, QueueMax = 1, ReaderCount = 1 }).Validate());
        Assert.Empty((Options with { GroupMax = 4096, QueueMax = 1_000_000, ReaderCount = 64 }).Validate());
        Assert.Single((Options with { GroupMax = 4097 }).Validate());
    }

    [Fact]
    public async Task Scrub_AfterAnErasure_LeavesTheWrappedKeyInNoFile()
    {
        await using var store = await OpenAsync(Options);
        var openings = Enumerable.Range(0, 50).Select(_ => _rows.Opening(_rows.Exchange() with { ViewCipher = StoreRows.Bytes("view", 9000) })).ToArray();
        var key = StoreRows.Bytes("the key that goes", 60);
        openings[20] = _rows.Opening(openings[20].Row with { DataKey = key });
        foreach (var opening in openings)
        {
            await CommitAsync(store, opening);
        }

        await CommitAsync(store, StoreRows.Step(openings[20].Row, row => row with { ViewCipher = [1], Control = StoreRows.Bytes("longer", 7000) }));
        Assert.True(Holds(key), "the key stands in a file before");
        Assert.True(await store.EraseAsync(openings[20].Row.Id, 2, StoreRows.Start, _rows.Leaf(openings[20].Row.Id, "erased"), Cancellation));
        await store.ScrubAsync(Cancellation);
        Assert.False(Holds(key), "the key still stands in a file");
        Assert.Equal(0, new FileInfo(Options.Path + "-wal").Length);

        bool Holds(byte[] secret) => _directory.EnumerateFiles("ledger.db*").Where(file => file.Extension != ".lock").Any(file =>
        {
            using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes.AsSpan().IndexOf(secret) >= 0;
        });
    }

    [Fact]
    public async Task Crash_MidRun_CopyHoldsEveryCompletedCommit()
    {
        // The log is only appended to while no checkpoint runs, so a copy of the two files is what a killed process leaves behind.
        await using var store = await OpenAsync(Options with { CheckpointBytes = 1L << 30, WalBytesMax = 2L << 30 });
        var completed = new System.Collections.Concurrent.ConcurrentQueue<ExchangeWrite>();
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var opening = _rows.Opening();
                await CommitAsync(store, opening);
                completed.Enqueue(opening);
            }
        })).ToArray();

        var checkedCount = 0;
        for (var crash = 0; crash < 5; crash++)
        {
            while (completed.Count < (crash + 1) * 50)
            {
                await Task.Yield();
            }

            var before = completed.ToArray();
            var copy = Path.Combine(_directory.FullName, $"crash-{crash}.db");
            Copy(Options.Path, copy);
            Copy(Options.Path + "-wal", copy + "-wal");
            await using var survivor = await OpenAsync(Options with { Path = copy });
            foreach (var write in before)
            {
                Assert.NotNull(await survivor.FindExchangeAsync(write.Row.Id, Cancellation));
                Assert.Single(await survivor.ListMessagesAsync(write.Row.Id, 0, 9, Cancellation));
                Assert.Single(await survivor.ListDeliveriesAsync(write.Row.Id, Cancellation));
                Assert.Single(await survivor.ListLeavesAsync(write.Row.Id, null, 9, Cancellation));
                checkedCount++;
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        Assert.True(checkedCount >= 750);
        Assert.Empty(_logger.Errors);
    }

    [Fact]
    public async Task Commit_DatabaseFull_FailsAloneAndStoreStaysUsable()
    {
        var committed = new List<ExchangeId>();
        await using (var store = await OpenAsync(Options with { DatabaseBytesMax = 2 << 20 }))
        {
            Assert.IsType<StoreUnavailableException>(await FillAsync(store, committed));
            Assert.IsType<StoreUnavailableException>(await FillAsync(store, committed));
            Assert.Null(store.Fault);
            Assert.Contains("full", store.Trouble, StringComparison.Ordinal);
            Assert.Empty(_logger.Errors);
            foreach (var id in committed)
            {
                Assert.NotNull(await store.FindExchangeAsync(id, Cancellation));
            }
        }

        await using var larger = await OpenAsync(Options);
        foreach (var id in committed)
        {
            Assert.NotNull(await larger.FindExchangeAsync(id, Cancellation));
        }

        await CommitAsync(larger, _rows.Opening());
    }

    [Fact]
    public async Task Commit_OversizedAmongMany_NeighboursStandThoughTheTransactionWasLost()
    {
        await using var store = await OpenAsync(Options with { DatabaseBytesMax = 4 << 20 });
        var huge = _rows.Opening();
        huge = huge with { Attachments = [_rows.Attachment(huge.Row.Id, 8 << 20)] };
        var openings = Enumerable.Range(0, 40).Select(index => index == 20 ? huge : _rows.Opening()).ToArray();
        var tasks = openings.Select(opening => store.CommitAsync(StoreRows.Unit(opening), Cancellation).AsTask()).ToArray();
        for (var index = 0; index < tasks.Length; index++)
        {
            if (index == 20)
            {
                await Assert.ThrowsAsync<StoreUnavailableException>(() => tasks[index]);
                Assert.Null(await store.FindExchangeAsync(huge.Row.Id, Cancellation));
            }
            else
            {
                Assert.IsType<CommitOutcome.Committed>(await tasks[index]);
                Assert.NotNull(await store.FindExchangeAsync(openings[index].Row.Id, Cancellation));
            }
        }
    }

    [Fact]
    public async Task Commit_QueueOfOne_ProducersWaitForAPlaceAndCanLeave()
    {
        await using var store = await OpenAsync(Options with { QueueMax = 1, GroupMax = 1 });
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var stay = Enumerable.Range(0, 100).Select(_ => store.CommitAsync(StoreRows.Unit(_rows.Opening()), Cancellation).AsTask()).ToArray();
        var leave = Enumerable.Range(0, 100).Select(_ => store.CommitAsync(StoreRows.Unit(_rows.Opening()), leaving.Token).AsTask()).ToArray();
        await leaving.CancelAsync();
        var outcomes = await Task.WhenAll(stay);
        Assert.All(outcomes, outcome => Assert.IsType<CommitOutcome.Committed>(outcome));
        Assert.Contains(leave, task => task.IsCanceled);
    }

    [Fact]
    public async Task Checkpoint_UnderLoad_LogStaysBoundedAndNothingIsLost()
    {
        var ids = new System.Collections.Concurrent.ConcurrentQueue<ExchangeId>();
        await using (var store = await OpenAsync(Options with { CheckpointBytes = 256 << 10, WalBytesMax = 2 << 20 }))
        {
            await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
            {
                for (var round = 0; round < 100; round++)
                {
                    var opening = _rows.Opening();
                    await CommitAsync(store, opening);
                    ids.Enqueue(opening.Row.Id);
                }
            })));
            Assert.InRange(new FileInfo(Options.Path + "-wal").Length, 1, 4 << 20); // the bound, and the group that crossed it
        }

        await using var again = await OpenAsync(Options);
        foreach (var id in ids)
        {
            Assert.NotNull(await again.FindExchangeAsync(id, Cancellation));
        }
    }

    /// <summary>As a backup does: the log cannot begin anew, and commits do not stand in line for that at every group.</summary>
    [Fact]
    public async Task Checkpoint_WhileSomebodyReadsOn_HoldsCommitsUpAFewTimesAtMost()
    {
        const int Bound = 512 << 10;
        await using var store = await OpenAsync(Options with { CheckpointBytes = 64 << 10, WalBytesMax = Bound });
        await CommitAsync(store, _rows.Opening());
        await using var reader = new SqliteConnection($"Data Source={Options.Path};Mode=ReadOnly;Pooling=False");
        await reader.OpenAsync(Cancellation);
        await using var snapshot = reader.BeginTransaction(deferred: true);
        await using var command = reader.CreateCommand();
        command.CommandText = "SELECT count(*) FROM exchange";
        await command.ExecuteScalarAsync(Cancellation);

        var began = TimeProvider.System.GetTimestamp();
        var commits = 0;
        while (new FileInfo(Options.Path + "-wal").Length < 4 * Bound)
        {
            await CommitAsync(store, _rows.Opening());
            commits++;
        }

        var took = TimeProvider.System.GetElapsedTime(began); // one try for each 512 KiB; a try at each commit past the bound would take minutes
        Assert.True(took < TimeSpan.FromMilliseconds(250 * commits / 2), $"{commits} commits took {took}");
    }

    private async Task<SqliteLedgerStore> OpenAsync(SqliteStoreOptions options) =>
        await SqliteLedgerStore.OpenAsync(options, TimeProvider.System, _logger, Cancellation);

    private async Task<StoreRefusal> RefusalAsync(SqliteStoreOptions options) =>
        (await Assert.ThrowsAsync<StoreRefusedException>(() => OpenAsync(options))).Refusal;

    private static async Task CommitAsync(SqliteLedgerStore store, ExchangeWrite write) =>
        Assert.IsType<CommitOutcome.Committed>(await store.CommitAsync(StoreRows.Unit(write), Cancellation));

    private async Task<Exception?> FillAsync(SqliteLedgerStore store, List<ExchangeId> committed)
    {
        for (var round = 0; round < 1000; round++)
        {
            var opening = _rows.Opening();
            try
            {
                await CommitAsync(store, opening with { Attachments = [_rows.Attachment(opening.Row.Id, 50_000)] });
                committed.Add(opening.Row.Id);
            }
            catch (StoreUnavailableException e)
            {
                return e;
            }
        }

        return null;
    }

    private static void Copy(string from, string to)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var target = new FileStream(to, FileMode.CreateNew, FileAccess.Write);
        source.CopyTo(target);
    }
}
