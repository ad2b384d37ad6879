using System.Data.Common;
using System.Text;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace LegalAid.Gateway.Benchmarks.Floors;

/// <summary>The SQLite store: a file in a temporary folder.</summary>
internal sealed class SqliteBench : StoreBench
{
    public override string Name => "sqlite";

    public override ValueTask<string> DescribeAsync(CancellationToken cancellationToken)
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        return ValueTask.FromResult($"SQLite {connection.ServerVersion}, WAL, synchronous=FULL");
    }

    public override ValueTask<StorePlace> CreateAsync(CancellationToken cancellationToken) => ValueTask.FromResult<StorePlace>(new SqliteStorePlace());
}

internal sealed class SqliteStorePlace : StorePlace
{
    private const string ColumnsSql = """
        SELECT m.name, c.name, c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.rowid, c.cid
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("legalaid-store-");

    public override StoreSettings Settings => new() { Path = Database };

    private string Database => Path.Combine(_folder.FullName, "gateway.db");

    public override async ValueTask<ILedgerStore> OpenAsync(CancellationToken cancellationToken) =>
        await SqliteLedgerStore.OpenAsync(new SqliteStoreOptions { Path = Database }, TimeProvider.System, NullLogger.Instance, cancellationToken);

    public override ILedgerArchive OpenArchive() => SqliteArchive.Open(Database);

    public override DbConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        return connection;
    }

    public override long Bytes() => _folder.EnumerateFiles().Sum(file => file.Length);

    public override CapturedStore Capture()
    {
        using var connection = Connect();
        return RowCapture.Read(connection, ColumnsSql, static value => value is string text ? new Utf8Text(Encoding.UTF8.GetBytes(text)) : value);
    }

    protected override IRowWriter OpenWriter(CapturedStore captured) => new SqliteRows(Database, captured);

    public override ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
