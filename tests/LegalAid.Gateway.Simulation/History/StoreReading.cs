using System.Globalization;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace LegalAid.Gateway.Simulation.History;

/// <summary>
/// Reads the gateway's database with plain SQL and nothing of the code that wrote it. What is encrypted stays so: what is checked here
/// stands in clear.
/// </summary>
internal sealed class StoreReading(string path)
{
    /// <summary>What still waits: deliveries that have not arrived, and exchanges with a clock that has an instant ahead. While the gateway runs.</summary>
    public (long Deliveries, long Clocks) Waiting()
    {
        using var connection = Open();
        return (
            Count(connection, $"SELECT count(*) FROM delivery WHERE status <> {(int)DeliveryStatus.Delivered}"),
            Count(connection, "SELECT count(*) FROM exchange WHERE next_clock_at IS NOT NULL"));
    }

    /// <summary>A setting, or null.</summary>
    public string? Setting(string name)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT value FROM setting WHERE name = $name";
        command.Parameters.AddWithValue("$name", name);
        return command.ExecuteScalar() as string;
    }

    /// <summary>Lets the store open itself once after the last kill, as a start would, and then reads all of it.</summary>
    public async Task<StoreContent> ReadAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        await using (await SqliteLedgerStore.OpenAsync(new SqliteStoreOptions { Path = path }, time, NullLogger.Instance, cancellationToken))
        {
            // Opened and closed: recovery works.
        }

        using var connection = Open();
        return new StoreContent(
            Rows(connection, "PRAGMA integrity_check", row => row.GetString(0))[0],
            Rows(
                connection,
                "SELECT id, notice_id, coalesce(case_number, ''), state, (SELECT coalesce(group_concat(hex(key)), '') FROM hold WHERE exchange_id = exchange.id) FROM exchange",
                row => new StoredExchange(
                    Exchange(row, 0), Id(row, 1), row.GetString(2), row.GetString(3), row.GetString(4).Split(',', StringSplitOptions.RemoveEmptyEntries))),
            Rows(
                connection,
                "SELECT exchange_id, id, sequence, event, coalesce(sender, ''), leaf_hash, occurred_at_civil FROM message ORDER BY exchange_id, sequence",
                row => new StoredMessage(
                    Exchange(row, 0), Message(row, 0, 1), row.GetInt64(2), row.GetString(3), row.GetString(4), Hex(row, 5),
                    new DateTimeOffset(row.GetInt64(6), TimeSpan.Zero))),
            Rows(
                connection,
                "SELECT exchange_id, id, message_id, recipient, sequence, overtakes, status FROM delivery",
                row => new StoredDelivery(
                    Exchange(row, 0), Id(row, 1), Message(row, 0, 2), row.GetString(3), row.GetInt64(4), row.GetBoolean(5), (DeliveryStatus)row.GetInt32(6))),
            Rows(connection, "SELECT kind, exchange_id, subject, hash, entry FROM leaf", LeafOf),
            Count(connection, "SELECT count(*) FROM idempotency"));
    }

    private static StoredLeaf LeafOf(SqliteDataReader row)
    {
        var kind = row.GetString(0);
        var exchange = row.IsDBNull(1) ? "" : Exchange(row, 1);
        var subject = row.IsDBNull(2) ? "" : kind == LeafKinds.Message ? Message(row, 1, 2) : Id(row, 2);
        return new StoredLeaf(kind, exchange, subject, Hex(row, 3), Convert.ToHexStringLower(Leaf.Hash(row.GetFieldValue<byte[]>(4))));
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static long Count(SqliteConnection connection, string sql) => Rows(connection, sql, row => row.GetInt64(0))[0];

    private static List<T> Rows<T>(SqliteConnection connection, string sql, Func<SqliteDataReader, T> read)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private static string Exchange(SqliteDataReader row, int column) => $"exchanges/{Id(row, column)}";

    private static string Message(SqliteDataReader row, int exchange, int message) => $"{Exchange(row, exchange)}/messages/{Id(row, message)}";

    private static string Id(SqliteDataReader row, int column) =>
        new Guid(row.GetFieldValue<byte[]>(column), bigEndian: true).ToString("D", CultureInfo.InvariantCulture);

    private static string Hex(SqliteDataReader row, int column) => Convert.ToHexStringLower(row.GetFieldValue<byte[]>(column));
}
