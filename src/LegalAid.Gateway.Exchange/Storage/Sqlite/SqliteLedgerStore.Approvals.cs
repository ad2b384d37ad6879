using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Approvals;

namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>What takes two people.</summary>
public sealed partial class SqliteLedgerStore
{
    public async ValueTask AddApprovalAsync(ApprovalRow row, LeafRow leaf, CancellationToken cancellationToken) =>
        await _writer.WriteAsync(
            (session, _) =>
            {
                session.Approvals.Add(row, leaf);
                return true;
            },
            static _ => true,
            cancellationToken).ConfigureAwait(false);

    public ValueTask<bool> MoveApprovalAsync(ApprovalRow after, ApprovalStatus from, LeafRow leaf, CancellationToken cancellationToken) =>
        _writer.WriteAsync((session, _) => session.Approvals.Move(after, from, leaf), static _ => true, cancellationToken);

    public ValueTask<ApprovalRow?> FindApprovalAsync(ApprovalId id, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Approvals.Find(id), cancellationToken);

    public ValueTask<ImmutableArray<ApprovalRow>> ListApprovalsAsync(
        ApprovalStatus? status, ApprovalId? before, int countMax, CancellationToken cancellationToken) =>
        _readers.ReadAsync(session => session.Approvals.List(status, before, countMax), cancellationToken);
}
