using LegalAid.Gateway.Exchange.Storage.Postgres;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Simulation.History;
using LegalAid.Gateway.Testing.Postgres;

namespace LegalAid.Gateway.Simulation.PowerLoss;

/// <summary>The PostgreSQL store, on a server whose data directory is recorded: its backends and helpers with it, from one order.</summary>
internal sealed class PostgresPowered : IPoweredStore
{
    public const string Kind = "postgres";

    private const string Data = "data";

    // Small files and little log, so that checkpoints and the recycling of the log happen within the work.
    private static readonly string[] Always =
        ["max_wal_size=4MB", "min_wal_size=2MB", "checkpoint_timeout=30s", "shared_buffers=16MB", "max_connections=60", "autovacuum_naptime=1s"];

    public string Name => Kind;

    /// <summary>Settings of the server.</summary>
    public IReadOnlyList<string> Cares { get; } = ["fsync=on", "synchronous_commit=off", "fsync=off"];

    /// <summary>PostgreSQL syncs a new file of a table and not always its directory.</summary>
    public NamePromise Names => NamePromise.WithFile;

    /// <summary>One server at a time: it takes a second and the cores.</summary>
    public int AtATime => 1;

    /// <summary>What the server throws away or makes anew after a crash, some of it through stdio, which is not recorded.</summary>
    public bool IsOutside(string path) =>
        path is Acknowledgement.FileName or $"{Data}/postmaster.pid" or $"{Data}/postmaster.opts"
        || path.StartsWith($"{Data}/pg_stat", StringComparison.Ordinal)
        || Path.GetFileName(path).StartsWith("pg_internal.init", StringComparison.Ordinal);

    public async Task PrepareAsync(string folder, PowerPlan plan, CancellationToken cancellationToken)
    {
        await PostgresServer.MakeClusterAsync(Path.Combine(folder, Data), "--wal-segsize=1");
        Directory.CreateDirectory(Path.Combine(folder, Data, "pg_stat_tmp"));
    }

    public async Task WorkAsync(string folder, PowerPlan plan, Recorder recorder, CancellationToken cancellationToken)
    {
        await using var server = await PostgresServer.StartOnAsync(Path.Combine(folder, Data), recorder.Environment, [.. Always, plan.Care]);
        await WorkloadProcess.RunAsync(Kind, folder, server.ConnectionString, plan, recorder, cancellationToken);
        await server.StopAsync();
    }

    public async Task RecoverAsync(string folder, Func<LedgerHome, StoreReading, Task> judge, CancellationToken cancellationToken)
    {
        await using var server = await PostgresServer.StartOnAsync(Path.Combine(folder, Data), environment: null, Always);
        var home = Home(folder, server.ConnectionString, Cares[0]);
        await judge(home, new PostgresReading(Options(server.ConnectionString)));
    }

    public static LedgerHome Home(string folder, string place, string care) => new(new DirectoryInfo(folder), FixedKeys.Ring, async (time, logger, cancellationToken) =>
        await PostgresLedgerStore.OpenAsync(
            // Only the test accepts loss: that the store refuses otherwise is tested beside it.
            Options(place) with { LossAccepted = care.EndsWith("=off", StringComparison.Ordinal) }, time, logger, cancellationToken));

    private static PostgresStoreOptions Options(string connection) => new() { ConnectionString = connection };
}
