using System.Collections.Immutable;
using Npgsql;

namespace LegalAid.Gateway.Benchmarks.Floors;

/// <summary>
/// Rows into PostgreSQL: for each table one prepared INSERT from <c>unnest</c> of arrays, a column an array, all in one round trip. What one
/// batch sends is one transaction, and its answer comes when that is durable.
/// </summary>
internal sealed class PostgresRows : IRowWriter
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlBatch _batch;
    private readonly ImmutableArray<Target> _targets;

    /// <param name="connection">Of its own; closed at the end.</param>
    public PostgresRows(NpgsqlConnection connection, CapturedStore captured)
    {
        (_connection, _batch) = (connection, new NpgsqlBatch(connection));
        _targets = [.. captured.Tables.Select(table => new Target(table, _batch))];
        _batch.Prepare();
    }

    public void Write(IReadOnlyList<CapturedAccept> group)
    {
        foreach (var accept in group)
        {
            foreach (var row in accept.Rows)
            {
                _targets[row.Table].Rows.Add(row);
            }
        }

        foreach (var target in _targets)
        {
            target.Bind();
        }

        _batch.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _batch.Dispose();
        _connection.Dispose();
    }

    private static Func<List<CapturedRow>, int, Array> ArrayOf(string type) => type switch
    {
        "uuid" => Column<Guid?>,
        "bigint" => Column<long?>,
        "integer" => Column<int?>,
        "smallint" => Column<short?>,
        "boolean" => Column<bool?>,
        "text" => Column<string?>,
        "bytea" => Column<byte[]?>,
        _ => throw new NotSupportedException($"a column of {type}"),
    };

    private static T[] Column<T>(List<CapturedRow> rows, int column)
    {
        var values = new T[rows.Count];
        for (var row = 0; row < values.Length; row++)
        {
            values[row] = (T)rows[row].Values[column]!; // T takes null where the column does
        }

        return values;
    }

    /// <summary>A table, its statement in the batch, and the rows of the group that go into it.</summary>
    private sealed class Target
    {
        private readonly ImmutableArray<Func<List<CapturedRow>, int, Array>> _arrays;
        private readonly NpgsqlParameterCollection _parameters;

        public Target(CapturedTable table, NpgsqlBatch batch)
        {
            var arrays = string.Join(", ", table.Columns.Select((column, i) => $"${i + 1}::{column.Type}[]"));
            var insert = new NpgsqlBatchCommand($"INSERT INTO {table.Name} ({RowCapture.Names(table)}) SELECT * FROM unnest({arrays})");
            foreach (var column in table.Columns)
            {
                insert.Parameters.Add(new NpgsqlParameter { DataTypeName = $"{column.Type}[]", Value = DBNull.Value });
            }

            batch.BatchCommands.Add(insert);
            (_parameters, _arrays) = (insert.Parameters, [.. table.Columns.Select(column => ArrayOf(column.Type))]);
        }

        public List<CapturedRow> Rows { get; } = [];

        public void Bind()
        {
            for (var column = 0; column < _arrays.Length; column++)
            {
                _parameters[column].Value = _arrays[column](Rows, column);
            }

            Rows.Clear();
        }
    }
}
