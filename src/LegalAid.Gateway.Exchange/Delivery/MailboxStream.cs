using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>What one stream has handed out and nobody has answered. Safe on any thread: answers come from other calls.</summary>
internal sealed class MailboxStream(int outstandingMax)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<DeliveryId, (Guid Token, DateTimeOffset Until)> _outstanding = [];

    /// <summary>How many more may be handed out.</summary>
    public int Room
    {
        get
        {
            lock (_gate)
            {
                return outstandingMax - _outstanding.Count;
            }
        }
    }

    public void Add(DeliveryRow row)
    {
        lock (_gate)
        {
            _outstanding[row.Id] = (row.LeaseToken.GetValueOrDefault(), row.LeaseUntil.GetValueOrDefault());
        }
    }

    public void Remove(DeliveryId id)
    {
        lock (_gate)
        {
            _outstanding.Remove(id);
        }
    }

    /// <summary>Those with their lease tokens.</summary>
    public (DeliveryId Id, Guid Token)[] Outstanding()
    {
        lock (_gate)
        {
            return [.. _outstanding.Select(entry => (entry.Key, entry.Value.Token))];
        }
    }

    /// <summary>The end of the first lease, or null where nothing is outstanding.</summary>
    public DateTimeOffset? NextExpiry()
    {
        lock (_gate)
        {
            return _outstanding.Count == 0 ? null : _outstanding.Values.Min(lease => lease.Until);
        }
    }

    public DeliveryId[] RemoveExpired(DateTimeOffset now) => RemoveWhere(until => until <= now);

    public DeliveryId[] RemoveAll() => RemoveWhere(static _ => true);

    private DeliveryId[] RemoveWhere(Func<DateTimeOffset, bool> ended)
    {
        lock (_gate)
        {
            DeliveryId[] removed = [.. _outstanding.Where(entry => ended(entry.Value.Until)).Select(entry => entry.Key)];
            foreach (var id in removed)
            {
                _outstanding.Remove(id);
            }

            return removed;
        }
    }
}
