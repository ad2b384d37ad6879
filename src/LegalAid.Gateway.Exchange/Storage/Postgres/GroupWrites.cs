using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>What the committed units of a group write, gathered by table; of a row that several of them write, what it ends as.</summary>
internal sealed class GroupWrites
{
    public Dictionary<KeyBytes, IdempotencyRow> Idempotency { get; } = [];

    /// <summary>Exchanges as they end, with whether they are new.</summary>
    public Dictionary<ExchangeId, (ExchangeRow Row, bool IsNew)> Exchanges { get; } = [];

    /// <summary>Of exchanges whose parties were replaced.</summary>
    public Dictionary<ExchangeId, ImmutableArray<PartyRow>> Parties { get; } = [];

    /// <summary>Of exchanges whose terms were replaced.</summary>
    public Dictionary<ExchangeId, ImmutableArray<SearchTerm>> Search { get; } = [];

    public List<MessageRow> Messages { get; } = [];

    public List<(ExchangeId Exchange, NewDelivery Delivery)> Deliveries { get; } = [];

    public List<NewAttachment> Attachments { get; } = [];

    public List<LeafRow> Leaves { get; } = [];

    public List<(StandingDelivery Row, DeliverySettlement Settlement, DateTimeOffset DueAt)> Settlements { get; } = [];

    public SortedDictionary<AgencyId, RecipientRow> Pauses { get; } = [];

    public SortedDictionary<AgencyId, RecipientRow> Suspensions { get; } = [];

    /// <summary>Agencies that have something to do when this is committed.</summary>
    public HashSet<AgencyId> Woken { get; } = [];

    public bool ClocksChanged { get; private set; }

    public StoreSignal Signal => new([.. Woken], ClocksChanged);

    public void Add(ExchangeWrite write)
    {
        var id = write.Row.Id;
        var isNew = write.ExpectedVersion == 0 || (Exchanges.TryGetValue(id, out var earlier) && earlier.IsNew);
        Exchanges[id] = (write.Row, isNew);
        if (write.Parties is { } parties)
        {
            Parties[id] = parties;
        }

        if (write.Search is { } terms)
        {
            Search[id] = terms;
        }

        Messages.AddRange(write.Messages);
        Deliveries.AddRange(write.Deliveries.Select(delivery => (id, delivery)));
        Attachments.AddRange(write.Attachments);
        Leaves.AddRange(write.Leaves);
        Woken.UnionWith(write.Deliveries.Select(static delivery => delivery.Recipient));
        ClocksChanged |= write.Row.NextClockAt is not null;
    }

    public void Settle(StandingDelivery row, DeliverySettlement settlement, DateTimeOffset dueAt)
    {
        Settlements.Add((row, settlement, dueAt));
        if (settlement.Leaf is { } leaf)
        {
            Leaves.Add(leaf);
        }

        if (settlement.To is DeliveryStatus.Delivered or DeliveryStatus.Pending or DeliveryStatus.WrittenOff)
        {
            Woken.Add(row.Recipient);
        }
    }
}
