using System.Text.Json.Nodes;
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

    private LeafRow LeafOf(ExchangeRow row, DateTimeOffset due) => Leaf.Of(
        new LeafId(_ids.NewId()), LeafKinds.Erased, row.Id, subject: null, agency: null, _system.GetUtcNow(), new JsonObject
        {
            ["typeDigest"] = row.TypeDigest,
            ["version"] = row.Version,
            ["due"] = Timestamps.Format(due),
        });
}
