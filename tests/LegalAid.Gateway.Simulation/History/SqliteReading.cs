using System.Data.Common;
using LegalAid.Gateway.Exchange.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace LegalAid.Gateway.Simulation.History;

/// <summary>Reads a SQLite file.</summary>
internal sealed class SqliteReading(string path) : StoreReading
{
    protected override string HoldKeys => "group_concat(hex(key))";

    protected override async Task RecoverAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        await using var opened = await SqliteLedgerStore.OpenAsync(new SqliteStoreOptions { Path = path }, time, NullLogger.Instance, cancellationToken);
    }

    protected override DbConnection Open()
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    protected override string Integrity(DbConnection connection) => Rows(connection, "PRAGMA integrity_check", row => row.GetString(0))[0];

    protected override Guid IdOf(DbDataReader row, int column) => new(row.GetFieldValue<byte[]>(column), bigEndian: true);
}
