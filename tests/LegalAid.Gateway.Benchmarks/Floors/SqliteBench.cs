using System.Collections.Immutable;
using System.Text;
using LegalAid.Gateway.Casework.Configuration;
using Microsoft.Data.Sqlite;

namespace LegalAid.Gateway.Benchmarks.Floors;

/// <summary>The SQLite store: its rows are read from the file that a gateway left behind.</summary>
internal sealed class SqliteBench : StoreBench
{
    private const string Exchange = "exchange";
    private const string ExchangeColumn = "exchange_id";

    public override string Name => "sqlite";

    public override GatewaySettings Adjust(GatewaySettings settings) => settings;

    public static string Path(string folder) => System.IO.Path.Combine(folder, "var", "gateway.db");

    public override IGroupCommit OpenFloor(string folder, CapturedStore captured) => new SqliteGroupCommit(System.IO.Path.Combine(folder, "floor.db"), captured);

    public override CapturedStore Capture(string folder)
    {
        using var connection = new SqliteConnection($"Data Source={Path(folder)};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var definitions = Read(connection, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid", row => row.GetString(0));
        var tables = Read(connection, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid", row => row.GetString(0))
            .Select(name => new CapturedTable(name, Read(connection, $"SELECT name FROM pragma_table_info('{name}') ORDER BY cid", row => row.GetString(0))))
            .Where(table => KeyOf(table) is not null)
            .ToImmutableArray();
        var accepts = new SortedDictionary<string, ImmutableArray<CapturedRow>.Builder>(StringComparer.Ordinal);
        foreach (var (index, table) in tables.Index())
        {
            var key = table.Columns.IndexOf(KeyOf(table)!); // tables without one were left out
            foreach (var row in Read(connection, $"SELECT {string.Join(", ", table.Columns)} FROM {table.Name}", Values).Where(row => row[key].Bytes is not null))
            {
                var exchange = Convert.ToHexString(row[key].Bytes!); // seen just now
                if (!accepts.TryGetValue(exchange, out var rows))
                {
                    accepts.Add(exchange, rows = ImmutableArray.CreateBuilder<CapturedRow>());
                }

                rows.Add(new CapturedRow(index, row));
            }
        }

        return new CapturedStore(definitions, tables, [.. accepts.Values.Select(rows => new CapturedAccept(rows.ToImmutable()))]);
    }

    private static string? KeyOf(CapturedTable table) =>
        table.Name == Exchange ? "id" : table.Columns.Contains(ExchangeColumn, StringComparer.Ordinal) ? ExchangeColumn : null;

    private static ImmutableArray<CapturedValue> Values(SqliteDataReader row) =>
        [.. Enumerable.Range(0, row.FieldCount).Select(column => row.GetValue(column) switch
        {
            DBNull => default,
            long number => new CapturedValue(CapturedKind.Number, number, null),
            string text => new CapturedValue(CapturedKind.Text, 0, Encoding.UTF8.GetBytes(text)),
            byte[] blob => new CapturedValue(CapturedKind.Blob, 0, blob),
            var other => throw new InvalidDataException($"a value of {other.GetType()}"),
        })];

    private static ImmutableArray<T> Read<T>(SqliteConnection connection, string sql, Func<SqliteDataReader, T> read)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // names from the schema of our own store
        command.CommandText = sql;
#pragma warning restore CA2100
        using var rows = command.ExecuteReader();
        var found = ImmutableArray.CreateBuilder<T>();
        while (rows.Read())
        {
            found.Add(read(rows));
        }

        return found.ToImmutable();
    }
}
