using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>Settings of <see cref="PostgresLedgerStore"/>. Checked at opening; all faults are reported together.</summary>
public sealed record PostgresStoreOptions
{
    /// <summary>
    /// Npgsql connection string: hosts (several, comma-separated, of one replicated cluster: the store finds the primary), port, database, user,
    /// password, TLS. Pooling and session settings in it are replaced by the store's own.
    /// </summary>
    public required string ConnectionString { get; init; }

    /// <summary>Schema that holds the tables. Default <c>legalaid_gateway</c>; 1 to 40 of a–z, 0–9 and _, a letter first.</summary>
    public string Schema { get; init; } = "legalaid_gateway";

    /// <summary>
    /// Opening is refused, and a warning is logged while running, unless at least so many synchronous standbys confirm each commit. Default 0: a
    /// commit survives a crash of the server, not the loss of its disk. 0 to 8.
    /// </summary>
    public int RequireSynchronousStandby { get; init; }

    /// <summary>Most writes in one transaction. Default 256, 1 to 4,096. More gives throughput, and a longer wait for the first of them.</summary>
    public int GroupMax { get; init; } = 256;

    /// <summary>Most writes waiting; beyond, callers wait for a place. Default 4,096, 1 to 1,000,000.</summary>
    public int QueueMax { get; init; } = 4096;

    /// <summary>Transactions under way at a time: while one waits for the server's disk or standby, the next is under way. Default 2, 1 to 8.</summary>
    public int CommitterCount { get; init; } = 2;

    /// <summary>Most reads and rare writes at a time, each on a connection of a pool. Default 8, 1 to 100.</summary>
    public int ReaderCount { get; init; } = 8;

    /// <summary>How long one statement, or one wait for a row lock, may take before the server gives it up. Default 15 s, 1 s to 10 min.</summary>
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the server may stay silent during a commit before its outcome is given up as unknown. Default 30 s, 1 s to 10 min: longer than the
    /// statement timeout, as a synchronous standby may be slow.
    /// </summary>
    public TimeSpan CommitTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a write is tried again over lost connections, a restart or a failover before its caller is told. Default 10 s, 0 s to 5 min. What waits
    /// is bounded by <see cref="QueueMax"/>.
    /// </summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between looks at the server's settings and standbys. Default 10 s, 1 s to 10 min.</summary>
    public TimeSpan WatchInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Opens on a server whose settings are refused otherwise: the test of power cuts shows that it finds what is lost then.</summary>
    internal bool LossAccepted { get; init; }

    /// <summary>Every fault of these settings, in English; empty if there is none.</summary>
    public IReadOnlyList<string> Validate() => Settings.Faults(
        (IsReadable(ConnectionString), "ConnectionString must name a host and a database"),
        (Schema.Length is >= 1 and <= 40 && Schema[0] is >= 'a' and <= 'z'
            && Schema.All(static c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_'), "Schema must be a short name of a-z, 0-9 and _"),
        (RequireSynchronousStandby is >= 0 and <= 8, "RequireSynchronousStandby must be 0 to 8"),
        (GroupMax is >= 1 and <= 4096, "GroupMax must be 1 to 4096"),
        (QueueMax is >= 1 and <= 1_000_000, "QueueMax must be 1 to 1000000"),
        (CommitterCount is >= 1 and <= 8, "CommitterCount must be 1 to 8"),
        (ReaderCount is >= 1 and <= 100, "ReaderCount must be 1 to 100"),
        (StatementTimeout.IsWithin(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)), "StatementTimeout must be 1 s to 10 min"),
        (CommitTimeout.IsWithin(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)), "CommitTimeout must be 1 s to 10 min"),
        (RetryFor.IsWithin(TimeSpan.Zero, TimeSpan.FromMinutes(5)), "RetryFor must be 0 s to 5 min"),
        (WatchInterval.IsWithin(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)), "WatchInterval must be 1 s to 10 min"));

    private static bool IsReadable(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text) is { Host.Length: > 0, Database.Length: > 0 };
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            return false;
        }
    }
}
