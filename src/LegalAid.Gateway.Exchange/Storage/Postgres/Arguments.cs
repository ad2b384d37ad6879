using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using Npgsql;
using NpgsqlTypes;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>Adds positional parameters ($1, $2, …) in the forms in which rows are kept; an array is a column of many rows.</summary>
internal static class Arguments
{
    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, Guid value) => to.Append(value, NpgsqlDbType.Uuid);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, Guid? value) => to.AppendOrNull(value, NpgsqlDbType.Uuid);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, long value) => to.Append(value, NpgsqlDbType.Bigint);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, int value) => to.Append(value, NpgsqlDbType.Integer);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, bool value) => to.Append(value, NpgsqlDbType.Boolean);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, string? value) => to.AppendOrNull(value, NpgsqlDbType.Text);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, AgencyId value) => to.Append(value.Value, NpgsqlDbType.Text);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, AgencyId? value) => to.With(value?.Value);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, byte[]? value) => to.AppendOrNull(value, NpgsqlDbType.Bytea);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, ImmutableArray<byte> value) =>
        to.Append(value.ToArray(), NpgsqlDbType.Bytea);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, DateTimeOffset value) => to.With(value.UtcTicks);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, DateTimeOffset? value) =>
        to.AppendOrNull(value?.UtcTicks, NpgsqlDbType.Bigint);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, Guid[] column) => to.Append(column, NpgsqlDbType.Array | NpgsqlDbType.Uuid);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, Guid?[] column) => to.Append(column, NpgsqlDbType.Array | NpgsqlDbType.Uuid);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, long[] column) => to.Append(column, NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, long?[] column) => to.Append(column, NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, int[] column) => to.Append(column, NpgsqlDbType.Array | NpgsqlDbType.Integer);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, short[] column) => to.Append(column, NpgsqlDbType.Array | NpgsqlDbType.Smallint);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, bool[] column) => to.Append(column, NpgsqlDbType.Array | NpgsqlDbType.Boolean);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, string?[]? column) => to.AppendOrNull(column, NpgsqlDbType.Array | NpgsqlDbType.Text);

    public static NpgsqlParameterCollection With(this NpgsqlParameterCollection to, byte[]?[] column) => to.Append(column, NpgsqlDbType.Array | NpgsqlDbType.Bytea);

    /// <summary>A column of the rows.</summary>
    public static T[] Column<TRow, T>(this List<TRow> rows, Func<TRow, T> of)
    {
        var column = new T[rows.Count];
        for (var index = 0; index < column.Length; index++)
        {
            column[index] = of(rows[index]);
        }

        return column;
    }

    private static NpgsqlParameterCollection Append<T>(this NpgsqlParameterCollection to, T value, NpgsqlDbType type)
    {
        to.Add(new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type });
        return to;
    }

    private static NpgsqlParameterCollection AppendOrNull(this NpgsqlParameterCollection to, object? value, NpgsqlDbType type)
    {
        to.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = type });
        return to;
    }
}
