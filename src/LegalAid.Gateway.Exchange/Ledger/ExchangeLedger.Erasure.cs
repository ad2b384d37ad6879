using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Approvals;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>The end of an exchange's content.</summary>
public sealed partial class ExchangeLedger
{
    /// <summary>
    /// Erases an exchange whose time has come: key, content and blind indexes go, with a leaf that says so; rows without personal data and every
    /// proof stay. False where its time has not come, it is erased already, or others kept changing it: the next look finds it again.
    /// </summary>
    public async Task<bool> EraseAsync(ExchangeId id, CancellationToken cancellationToken)
    {
        for (var decision = 0; decision < DecisionsMax; decision++)
        {
            if (await _store.FindExchangeAsync(id, cancellationToken) is not { DataKey: not null, EraseAt: { } due } row || due > _civil.Now)
            {
                return false;
            }

            if (await _store.EraseAsync(id, row.Version, _system.GetUtcNow(), LeafOf(row, due), cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Erases an exchange that is final before its time, by an approved order, as at the end of its retention; its leaf names the approval. It is done
    /// at the ordered version or not at all.
    /// </summary>
    public async Task<OrderedErasure> EraseByOrderAsync(ExchangeId id, long version, ApprovalId approval, CancellationToken cancellationToken)
    {
        if (await _store.FindExchangeAsync(id, cancellationToken) is not { } row)
        {
            return OrderedErasure.Moved;
        }

        if (row.DataKey is null)
        {
            return OrderedErasure.ErasedAlready;
        }

        if (row.Version != version || !row.Final)
        {
            return OrderedErasure.Moved;
        }

        // Where the answer is lost on the way, the order is run again, and finds the exchange erased.
        var leaf = LeafOf(row, row.EraseAt ?? _civil.Now, approval);
        return await _store.EraseAsync(id, version, _system.GetUtcNow(), leaf, cancellationToken) ? OrderedErasure.Erased : OrderedErasure.Moved;
    }

    private LeafRow LeafOf(ExchangeRow row, DateTimeOffset due, ApprovalId approval) => Leaf.Of(
        new LeafId(_ids.NewId()), LeafKinds.Erased, row.Id, subject: null, agency: null, _system.GetUtcNow(), new JsonObject
        {
            ["typeDigest"] = row.TypeDigest,
            ["version"] = row.Version,
            ["due"] = Timestamps.Format(due),
            ["approval"] = approval.ToString(),
        });

    private LeafRow LeafOf(ExchangeRow row, DateTimeOffset due) => Leaf.Of(
        new LeafId(_ids.NewId()), LeafKinds.Erased, row.Id, subject: null, agency: null, _system.GetUtcNow(), new JsonObject
        {
            ["typeDigest"] = row.TypeDigest,
            ["version"] = row.Version,
            ["due"] = Timestamps.Format(due),
        });
}

/// <summary>What became of an ordered erasure.</summary>
public enum OrderedErasure
{
    Erased,

    /// <summary>Its content is gone: by this order before, or otherwise.</summary>
    ErasedAlready,

    /// <summary>It is not there, not final, or at another version than the order's.</summary>
    Moved,
}
