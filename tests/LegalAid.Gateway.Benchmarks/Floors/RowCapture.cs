using System.Collections.Immutable;
using System.Data.Common;

namespace LegalAid.Gateway.Benchmarks.Floors;

/// <summary>Reads the rows that accepts left in a store, of whatever kind: those that name an exchange, gathered by exchange.</summary>
internal static class RowCapture
{
    private const string Exchange = "exchange";
    private const string ExchangeColumn = "exchange_id";

    /// <param name="columnsSql">Gives table, column and type, in the order of the tables and their columns.</param>
    /// <param name="valueOf">The form in which the floor binds a value.</param>
    public static CapturedStore Read(DbConnection connection, string columnsSql, Func<object, object> valueOf)
    {
        var tables = Query(connection, columnsSql, row => (Table: row.GetString(0), Column: new CapturedColumn(row.GetString(1), row.GetString(2))))
            .GroupBy(row => row.Table, row => row.Column)
            .Select(table => new CapturedTable(table.Key, [.. table]))
            .Where(table => KeyOf(table) >= 0);
        var (written, accepts) = (ImmutableArray.CreateBuilder<CapturedTable>(), new SortedDictionary<string, List<CapturedRow>>(StringComparer.Ordinal));
        foreach (var table in tables)
        {
            var key = KeyOf(table);
            var rows = Query(connection, $"SELECT {Names(table)} FROM {table.Name}", row => ValuesOf(row, valueOf)).Where(row => row[key] is not null).ToList();
            foreach (var row in rows)
            {
                var exchange = TextOf(row[key]);
                if (!accepts.TryGetValue(exchange, out var ofAccept))
                {
                    accepts.Add(exchange, ofAccept = []);
                }

                ofAccept.Add(new CapturedRow(written.Count, row));
            }

            if (rows.Count > 0)
            {
                written.Add(table);
            }
        }

        // The ids of exchanges grow with time: this is the order in which they were accepted.
        return new CapturedStore(written.ToImmutable(), [.. accepts.Values.Select(rows => new CapturedAccept([.. rows]))]);
    }

    public static string Names(CapturedTable table) => string.Join(", ", table.Columns.Select(column => column.Name));

    private static int KeyOf(CapturedTable table)
    {
        var key = table.Name == Exchange ? "id" : ExchangeColumn;
        return table.Columns.Index().FirstOrDefault(column => column.Item.Name == key, (Index: -1, Item: table.Columns[0])).Index;
    }

    private static string TextOf(object? id) => id switch
    {
        Guid uuid => uuid.ToString("N"),
        byte[] bytes => Convert.ToHexStringLower(bytes),
        _ => throw new InvalidDataException($"an exchange's id of {id?.GetType()}"),
    };

    private static ImmutableArray<object?> ValuesOf(DbDataReader row, Func<object, object> valueOf) =>
        [.. Enumerable.Range(0, row.FieldCount).Select(column => row.GetValue(column) is var value and not DBNull ? valueOf(value) : null)];

    private static List<T> Query<T>(DbConnection connection, string sql, Func<DbDataReader, T> read)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // names from the schema of our own store
        command.CommandText = sql;
#pragma warning restore CA2100
        using var rows = command.ExecuteReader();
        var found = new List<T>();
        while (rows.Read())
        {
            found.Add(read(rows));
        }

        return found;
    }
}
