using System.Data.Common;
using System.Globalization;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Simulation.History;

/// <summary>
/// Reads a gateway's database with plain SQL and nothing of the code that wrote it. What is encrypted stays so: what is checked here
/// stands in clear.
/// </summary>
internal abstract class StoreReading
{
    /// <summary>
    /// What still waits: deliveries that have not arrived, exchanges with a clock that has an instant ahead, leaves that no checkpoint
    /// covers. While the gateway runs.
    /// </summary>
    public (long Deliveries, long Clocks, long Leaves) Waiting()
    {
        using var connection = Open();
        return (
            Count(connection, $"SELECT count(*) FROM delivery WHERE status <> {(int)DeliveryStatus.Delivered}"),
            Count(connection, "SELECT count(*) FROM exchange WHERE next_clock_at IS NOT NULL"),
            Count(connection, "SELECT (SELECT count(*) FROM leaf) - (SELECT coalesce(max(size), 0) FROM checkpoint)"));
    }

    /// <summary>Deliveries that have not arrived at that recipient. While the gateway runs.</summary>
    public long WaitingFor(string recipient)
    {
        using var connection = Open();
        return Rows(connection, $"SELECT recipient, count(*) FROM delivery WHERE status <> {(int)DeliveryStatus.Delivered} GROUP BY recipient", row => (Name: row.GetString(0), Count: row.GetInt64(1)))
            .Where(waiting => waiting.Name == recipient).Sum(waiting => waiting.Count);
    }

    /// <summary>A setting, or null.</summary>
    public string? Setting(string name)
    {
        using var connection = Open();
        return Rows(connection, "SELECT name, value FROM setting", row => (Name: row.GetString(0), Value: row.GetString(1)))
            .Where(setting => setting.Name == name).Select(setting => setting.Value).FirstOrDefault();
    }

    /// <summary>Lets the store open itself once, as a start would, and then reads all of it.</summary>
    public async Task<StoreContent> ReadAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        await RecoverAsync(time, cancellationToken);
        await using var connection = Open();
        return new StoreContent(
            Integrity(connection),
            Rows(
                connection,
                $"SELECT id, notice_id, coalesce(case_number, ''), state, (SELECT coalesce({HoldKeys}, '') FROM hold WHERE exchange_id = exchange.id) FROM exchange",
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
                    Exchange(row, 0), Id(row, 1), Message(row, 0, 2), row.GetString(3), row.GetInt64(4), row.GetBoolean(5),
                    (DeliveryStatus)Convert.ToInt32(row.GetValue(6), CultureInfo.InvariantCulture))),
            Rows(connection, "SELECT kind, exchange_id, subject, hash, entry, log_index FROM leaf", LeafOf),
            Rows(
                connection, "SELECT origin, size, root FROM checkpoint ORDER BY size",
                row => new CheckpointSeen(row.GetString(0), row.GetInt64(1), Hex(row, 2))),
            Count(connection, "SELECT count(*) FROM idempotency"));
    }

    /// <summary>Opens the store by its own code, and closes it.</summary>
    protected abstract Task RecoverAsync(TimeProvider time, CancellationToken cancellationToken);

    protected abstract DbConnection Open();

    /// <summary>What the database's own check says; "ok" where all is well.</summary>
    protected abstract string Integrity(DbConnection connection);

    /// <summary>An aggregate of hold keys, separated by commas, or null.</summary>
    protected abstract string HoldKeys { get; }

    protected abstract Guid IdOf(DbDataReader row, int column);

    protected static List<T> Rows<T>(DbConnection connection, string sql, Func<DbDataReader, T> read)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of these classes.
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

    private static long Count(DbConnection connection, string sql) => Rows(connection, sql, row => row.GetInt64(0))[0];

    private StoredLeaf LeafOf(DbDataReader row)
    {
        var kind = row.GetString(0);
        var exchange = row.IsDBNull(1) ? "" : Exchange(row, 1);
        var subject = row.IsDBNull(2) ? "" : kind == LeafKinds.Message ? Message(row, 1, 2) : Id(row, 2);
        return new StoredLeaf(
            kind, exchange, subject, Hex(row, 3), Convert.ToHexStringLower(Leaf.Hash(row.GetFieldValue<byte[]>(4))), row.IsDBNull(5) ? null : row.GetInt64(5));
    }

    private string Exchange(DbDataReader row, int column) => $"exchanges/{Id(row, column)}";

    private string Message(DbDataReader row, int exchange, int message) => $"{Exchange(row, exchange)}/messages/{Id(row, message)}";

    private string Id(DbDataReader row, int column) => IdOf(row, column).ToString("D", CultureInfo.InvariantCulture);

    private static string Hex(DbDataReader row, int column) => Convert.ToHexStringLower(row.GetFieldValue<byte[]>(column));
}
