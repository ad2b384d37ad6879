using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Approvals;

namespace LegalAid.Gateway.Exchange.Storage;

/// <summary>The part of a <see cref="ILedgerStore"/> that keeps what takes two people.</summary>
public interface IApprovalStore
{
    /// <summary>Adds a request with the leaf that states it. Throws where the id is known: ids are new.</summary>
    ValueTask AddApprovalAsync(ApprovalRow row, LeafRow leaf, CancellationToken cancellationToken);

    /// <summary>
    /// Moves an approval on, with the leaf that states it: what changes is status, decision and outcome. False, with nothing written, where it is not in
    /// <paramref name="from"/>: of two who decide, one does.
    /// </summary>
    ValueTask<bool> MoveApprovalAsync(ApprovalRow after, ApprovalStatus from, LeafRow leaf, CancellationToken cancellationToken);

    ValueTask<ApprovalRow?> FindApprovalAsync(ApprovalId id, CancellationToken cancellationToken);

    /// <summary>Approvals in a status (null: in any), newest first, before an id (null: from the newest).</summary>
    ValueTask<ImmutableArray<ApprovalRow>> ListApprovalsAsync(
        ApprovalStatus? status, ApprovalId? before, int countMax, CancellationToken cancellationToken);
}
