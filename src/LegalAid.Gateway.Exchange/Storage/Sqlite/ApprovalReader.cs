using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Approvals;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Reads what takes two people.</summary>
internal sealed class ApprovalReader(Connection connection)
{
    public const string Columns = """
        id, act, act_order, digest, reason, asked_by, asked_name, asked_at, expires_at, status, decided_by, decided_name, decided_at,
        decision_reason, ended_at, outcome
        """;

    private readonly Statement _find = connection.Prepare($"SELECT {Columns} FROM approval WHERE id = ?1");

    private readonly Statement _list = connection.Prepare(
        $"SELECT {Columns} FROM approval WHERE id < ?1 ORDER BY id DESC LIMIT ?2");

    private readonly Statement _listIn = connection.Prepare($"""
        SELECT {Columns} FROM approval INDEXED BY approval_status
        WHERE status = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3
        """);

    public ApprovalRow? Find(ApprovalId id)
    {
        using var rows = _find.With().Bind(id.Value).Query();
        return rows.Next() ? Read(rows) : null;
    }

    public ImmutableArray<ApprovalRow> List(ApprovalStatus? status, ApprovalId? before, int countMax)
    {
        var found = ImmutableArray.CreateBuilder<ApprovalRow>();
        var statement = status is { } one ? _listIn.With().Bind((long)one) : _list.With();
        using var rows = statement.Bind(before?.Value ?? Guid.AllBitsSet).Bind((long)countMax).Query();
        while (rows.Next())
        {
            found.Add(Read(rows));
        }

        return found.ToImmutable();
    }

    private static ApprovalRow Read(Statement.Rows row) => new(
        new ApprovalId(row.Uuid(0)), row.Text(1), [.. row.Blob(2)], row.Text(3), row.Text(4), row.Text(5), row.Text(6), row.Instant(7), row.Instant(8),
        (ApprovalStatus)row.Int32(9), row.TextOrNull(10), row.TextOrNull(11), row.InstantOrNull(12), row.Text(13), row.InstantOrNull(14), row.Text(15));
}
