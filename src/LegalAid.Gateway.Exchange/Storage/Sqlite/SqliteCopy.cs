using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Backup;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>
/// A SQLite ledger as it stood when it was opened, in a scratch file of its own. It is made by a connection that only reads
/// (<c>VACUUM INTO</c>, one snapshot), beside a running gateway or at rest; commits go on, and the write-ahead log is kept until it is done. What was
/// overwritten or erased does not come along: only live rows are copied.
/// <para>The copy interface of SQLite was the alternative: it begins anew whenever another connection commits, so under load it would never end.</para>
/// </summary>
public sealed class SqliteCopy : IStoreCopy
{
    public const string StoreKind = "sqlite";

    private const string PartName = "ledger.db";

    private readonly string _scratch;

    private SqliteCopy(string scratch, int schemaVersion, LogHead? head) => (_scratch, SchemaVersion, Head) = (scratch, schemaVersion, head);

    public string Kind => StoreKind;

    public int SchemaVersion { get; }

    public LogHead? Head { get; }

    public ImmutableArray<StorePart> Parts => [new StorePart(PartName, [])];

    /// <param name="scratch">A file to be made, as large as the ledger; one that an interrupted copy left is written over.</param>
    /// <exception cref="StoreRefusedException">There is no ledger of this gateway.</exception>
    public static SqliteCopy Open(string path, string scratch)
    {
        if (!File.Exists(path))
        {
            throw new StoreRefusedException(StoreRefusal.ForeignDatabase, $"there is no ledger at {path}");
        }

        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        new FileStream(scratch, options).Dispose(); // SQLite fills an empty file, and so it is its owner's alone
        try
        {
            using (var ledger = Connection.OpenCopier(path))
            {
                Schema.RequireOurs(ledger);
                ledger.Prepare("VACUUM INTO ?1").With().Bind(scratch).Execute();
            }

            using var copy = Connection.OpenCopier(scratch);
            return new SqliteCopy(scratch, (int)copy.Scalar("SELECT max(version) FROM schema_version"), ReadHead(copy));
        }
        catch
        {
            File.Delete(scratch);
            throw;
        }
    }

    public ValueTask<Stream> OpenAsync(StorePart part, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Stream>(new FileStream(_scratch, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan }));

    public ValueTask DisposeAsync()
    {
        File.Delete(_scratch);
        return ValueTask.CompletedTask;
    }

    private static LogHead? ReadHead(Connection copy)
    {
        using var rows = copy.Prepare("SELECT origin, epoch, size, root FROM log_head").With().Query();
        return rows.Next() ? new LogHead(rows.Text(0), rows.Int64(1), rows.Int64(2), [.. rows.Blob(3)]) : null;
    }
}
