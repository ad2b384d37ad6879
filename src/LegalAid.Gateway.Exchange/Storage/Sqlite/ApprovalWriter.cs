using LegalAid.Gateway.Exchange.Approvals;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Writes what takes two people, each step with its leaf.</summary>
internal sealed class ApprovalWriter(Connection connection, LeafWriter leaves)
{
    private readonly Statement _add = connection.Prepare($"""
        INSERT INTO approval ({ApprovalReader.Columns})
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
        """);

    private readonly Statement _move = connection.Prepare("""
        UPDATE approval SET status = ?1, decided_by = ?2, decided_name = ?3, decided_at = ?4, decision_reason = ?5, ended_at = ?6, outcome = ?7
        WHERE id = ?8 AND status = ?9
        """);

    public void Add(ApprovalRow row, LeafRow leaf)
    {
        _add.With()
            .Bind(row.Id.Value).Bind(row.Act).Bind(row.Order.AsSpan()).Bind(row.Digest).Bind(row.Reason).Bind(row.AskedBy).Bind(row.AskedName)
            .Bind(row.AskedAt).Bind(row.ExpiresAt).Bind((long)row.Status).Bind(row.DecidedBy).Bind(row.DecidedName).Bind(row.DecidedAt)
            .Bind(row.DecisionReason).Bind(row.EndedAt).Bind(row.Outcome)
            .Execute();
        leaves.Append(leaf);
    }

    public bool Move(ApprovalRow after, ApprovalStatus from, LeafRow leaf)
    {
        var moved = _move.With()
            .Bind((long)after.Status).Bind(after.DecidedBy).Bind(after.DecidedName).Bind(after.DecidedAt).Bind(after.DecisionReason)
            .Bind(after.EndedAt).Bind(after.Outcome).Bind(after.Id.Value).Bind((long)from)
            .Execute() == 1;
        if (moved)
        {
            leaves.Append(leaf);
        }

        return moved;
    }
}
