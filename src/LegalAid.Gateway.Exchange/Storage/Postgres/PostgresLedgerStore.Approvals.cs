using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Approvals;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>What takes two people.</summary>
public sealed partial class PostgresLedgerStore
{
    public ValueTask AddApprovalAsync(ApprovalRow row, LeafRow leaf, CancellationToken cancellationToken) => _approvals.AddAsync(row, leaf, cancellationToken);

    public ValueTask<bool> MoveApprovalAsync(ApprovalRow after, ApprovalStatus from, LeafRow leaf, CancellationToken cancellationToken) =>
        _approvals.MoveAsync(after, from, leaf, cancellationToken);

    public ValueTask<ApprovalRow?> FindApprovalAsync(ApprovalId id, CancellationToken cancellationToken) => new(_approvals.FindAsync(id, cancellationToken));

    public ValueTask<ImmutableArray<ApprovalRow>> ListApprovalsAsync(
        ApprovalStatus? status, ApprovalId? before, int countMax, CancellationToken cancellationToken) =>
        new(_approvals.ListAsync(status, before, countMax, cancellationToken));
}
