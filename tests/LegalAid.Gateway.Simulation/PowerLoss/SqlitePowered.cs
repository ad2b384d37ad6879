using LegalAid.Gateway.Exchange.Storage.Sqlite;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Simulation.History;

namespace LegalAid.Gateway.Simulation.PowerLoss;

/// <summary>The SQLite store, from its first start on.</summary>
internal sealed class SqlitePowered : IPoweredStore
{
    public const string Kind = "sqlite";

    private const string Database = "ledger.db";
    private const long CheckpointBytes = 256L << 10; // so that the log is copied a few times within the work

    public string Name => Kind;

    public int AtATime => Environment.ProcessorCount;

    /// <summary>SQLite's <c>synchronous</c>.</summary>
    public IReadOnlyList<string> Cares { get; } = [nameof(SqliteSynchronous.Full), nameof(SqliteSynchronous.Normal), nameof(SqliteSynchronous.Off)];

    /// <summary>SQLite syncs the directory itself.</summary>
    public NamePromise Names => NamePromise.ByDirectory;

    /// <summary>The index of the log is a mapping and is made anew; the lock is a claim of the process.</summary>
    public bool IsOutside(string path) => path is Acknowledgement.FileName or Database + "-shm" or Database + ".lock";

    public Task PrepareAsync(string folder, PowerPlan plan, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task WorkAsync(string folder, PowerPlan plan, Recorder recorder, CancellationToken cancellationToken) =>
        WorkloadProcess.RunAsync(Kind, folder, folder, plan, recorder, cancellationToken);

    public Task RecoverAsync(string folder, Func<LedgerHome, StoreReading, Task> judge, CancellationToken cancellationToken) =>
        judge(Home(folder, Cares[0]), new SqliteReading(Path.Combine(folder, Database)));

    public static LedgerHome Home(string folder, string care) => new(new DirectoryInfo(folder), FixedKeys.Ring, async (time, logger, cancellationToken) =>
        await SqliteLedgerStore.OpenAsync(
            new SqliteStoreOptions
            {
                Path = Path.Combine(folder, Database),
                CheckpointBytes = CheckpointBytes,
                WalBytesMax = 2 * CheckpointBytes,
                Synchronous = Enum.Parse<SqliteSynchronous>(care),
                LossAccepted = true, // only the test asks for it: that the store refuses otherwise is tested beside it
            },
            time, logger, cancellationToken));
}
