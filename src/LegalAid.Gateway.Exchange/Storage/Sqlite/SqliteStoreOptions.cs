namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>How often SQLite waits for the disk. Only the last two keep an acknowledged commit over a power cut; the store refuses the others.</summary>
public enum SqliteSynchronous
{
    Off = 0,
    Normal = 1,
    Full = 2,
    Extra = 3,
}

/// <summary>Settings of <see cref="SqliteLedgerStore"/>. Checked at opening; all faults are reported together.</summary>
public sealed record SqliteStoreOptions
{
    /// <summary>Path of the database file. Its directory must exist. Beside it lie <c>-wal</c>, <c>-shm</c> and <c>.lock</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Full (default) or Extra.</summary>
    public SqliteSynchronous Synchronous { get; init; } = SqliteSynchronous.Full;

    /// <summary>Most writes in one transaction. Default 256, 1 to 4,096. More gives throughput, and a longer wait for the first of them.</summary>
    public int GroupMax { get; init; } = 256;

    /// <summary>Most writes waiting; beyond, callers wait for a place. Default 4,096, 1 to 1,000,000.</summary>
    public int QueueMax { get; init; } = 4096;

    /// <summary>Most reads at a time, each on its own read-only connection, opened when first needed. Default 4, 1 to 64.</summary>
    public int ReaderCount { get; init; } = 4;

    /// <summary>Page cache of the writer in bytes; each reader has an eighth. Default 64 MiB, 1 MiB to 16 GiB.</summary>
    public long CacheBytes { get; init; } = 64L << 20;

    /// <summary>
    /// Length of the write-ahead log at which the checkpoint thread copies it into the database, beside the commits. Default 32 MiB,
    /// 64 KiB to 1 GiB. More lets hot pages be copied less often; less makes a restart after a crash shorter.
    /// </summary>
    public long CheckpointBytes { get; init; } = 32L << 20;

    /// <summary>
    /// Length of the log at which the writer stops for a checkpoint of its own, waiting for readers: the bound on the log where the
    /// checkpoint thread cannot keep up. Default 512 MiB; at least twice <see cref="CheckpointBytes"/>.
    /// </summary>
    public long WalBytesMax { get; init; } = 512L << 20;

    /// <summary>
    /// Bound on the database file in bytes; null (default): none but the disk. At the bound writes fail as on a full disk, reads go on.
    /// </summary>
    public long? DatabaseBytesMax { get; init; }

    /// <summary>Opens with a <see cref="Synchronous"/> that is refused otherwise: the test of power cuts shows that it finds what is lost then.</summary>
    internal bool LossAccepted { get; init; }

    /// <summary>Every fault of these settings, in English; empty if there is none.</summary>
    public IReadOnlyList<string> Validate() => Settings.Faults(
        (!string.IsNullOrWhiteSpace(Path) && !Path.StartsWith(':') && !Path.StartsWith("file:", StringComparison.Ordinal),
            "Path must name a file; a database in memory loses what it acknowledged"),
        (Enum.IsDefined(Synchronous), "Synchronous must be Full or Extra"),
        (GroupMax is >= 1 and <= 4096, "GroupMax must be 1 to 4096"),
        (QueueMax is >= 1 and <= 1_000_000, "QueueMax must be 1 to 1000000"),
        (ReaderCount is >= 1 and <= 64, "ReaderCount must be 1 to 64"),
        (CacheBytes is >= 1L << 20 and <= 16L << 30, "CacheBytes must be 1 MiB to 16 GiB"),
        (CheckpointBytes is >= 64L << 10 and <= 1L << 30, "CheckpointBytes must be 64 KiB to 1 GiB"),
        (WalBytesMax >= 2 * CheckpointBytes, "WalBytesMax must be at least twice CheckpointBytes"),
        (DatabaseBytesMax is null or >= 1L << 20, "DatabaseBytesMax must be at least 1 MiB"));
}
