using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using Npgsql;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>Reads all rows of an exchange for its auditor. The SQL is its own: the store's readers skip what the store's writer never makes.</summary>
internal static class ArchiveDossier
{
    public const string LeafColumns = "id, kind, exchange_id, subject, agency, committed_at, entry, hash, log_index";

    /// <param name="snapshot">In a transaction: one snapshot.</param>
    public static ExchangeDossier Read(NpgsqlConnection snapshot, Guid exchange)
    {
        return new ExchangeDossier(
            exchange,
            Of("SELECT type, type_digest, version, state, case_number, opened_at_civil, updated_at, data_key FROM exchange WHERE id = $1", row =>
                new ArchivedExchange(
                    exchange, row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetString(3), row.TextOrNull(4), row.Instant(5), row.Instant(6),
                    row.BlobOrNull(7))).FirstOrDefault(),
            Of("SELECT agency, role FROM party WHERE exchange_id = $1 ORDER BY agency, role", static row => (row.GetString(0), row.GetString(1))),
            Of(
                """
                SELECT id, sequence, event, sender, state_after, occurred_at_civil, committed_at, leaf_hash, content_cipher FROM message
                WHERE exchange_id = $1 ORDER BY sequence
                """,
                static row => new ArchivedMessage(
                    row.Uuid(0), row.GetInt64(1), row.GetString(2), row.TextOrNull(3), row.GetString(4), row.Instant(5), row.Instant(6), row.Blob(7), row.Blob(8))),
            Of($"SELECT {LeafColumns} FROM leaf WHERE exchange_id = $1 ORDER BY id", Leaf),
            Of(
                """
                SELECT id, message_id, recipient, role, sequence, event, status, attempts, created_at, relayed_at, delivered_at, last_outcome FROM delivery
                WHERE exchange_id = $1 ORDER BY recipient, sequence
                """,
                static row => new ArchivedDelivery(
                    row.Uuid(0), row.Uuid(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetString(5), row.GetInt16(6), row.GetInt32(7),
                    row.Instant(8), row.InstantOrNull(9), row.InstantOrNull(10), row.GetString(11))),
            Of(
                """
                SELECT id, sender, kind, size_bytes, created_at, meta_cipher, chunk_count, octet_length(content_cipher) > 0 FROM attachment
                WHERE exchange_id = $1 ORDER BY id
                """,
                row => new ArchivedAttachment(
                    exchange, row.Uuid(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.Instant(4), row.Blob(5), row.GetInt32(6), row.GetBoolean(7))));

        ImmutableArray<T> Of<T>(string sql, Func<NpgsqlDataReader, T> read) => All(snapshot, sql, to => to.With(exchange), read);
    }

    public static ImmutableArray<T> All<T>(NpgsqlConnection connection, string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, T> read)
    {
        using var command = new NpgsqlCommand(sql, connection);
        bind(command.Parameters);
        using var rows = command.ExecuteReader();
        var found = ImmutableArray.CreateBuilder<T>();
        while (rows.Read())
        {
            found.Add(read(rows));
        }

        return found.ToImmutable();
    }

    /// <summary>One damaged row does not hide those after it. An id is always one here; an instant may be out of its range.</summary>
    public static ArchivedLeaf Leaf(NpgsqlDataReader row)
    {
        var leaf = new ArchivedLeaf(
            row.Uuid(0), row.GetString(1), row.UuidOrNull(2), row.UuidOrNull(3), row.TextOrNull(4), default, row.Blob(6), row.Blob(7), row.Int64OrNull(8));
        try
        {
            return leaf with { CommittedAt = row.Instant(5) };
        }
        catch (ArgumentException damaged)
        {
            return leaf with { Damage = damaged.Message };
        }
    }
}
