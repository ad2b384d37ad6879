using LegalAid.Gateway.Casework.Directory;
using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>Reads columns in the forms in which rows are kept.</summary>
internal static class Rows
{
    public static Guid Uuid(this NpgsqlDataReader row, int column) => row.GetFieldValue<Guid>(column);

    public static Guid? UuidOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.Uuid(column);

    public static byte[] Blob(this NpgsqlDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    public static byte[]? BlobOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.Blob(column);

    public static string? TextOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static long? Int64OrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static DateTimeOffset Instant(this NpgsqlDataReader row, int column) => new(row.GetInt64(column), TimeSpan.Zero);

    public static DateTimeOffset? InstantOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.Instant(column);

    public static AgencyId Agency(this NpgsqlDataReader row, int column) => AgencyId.Parse(row.GetString(column));

    public static AgencyId? AgencyOrNull(this NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.Agency(column);
}
