using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Evidence;

/// <summary>
/// What the evidence says of deliveries. The rung relayed is a time in the leaves of the rungs after it and no leaf of its own: that a
/// message was sent proves nothing to anybody until something comes of it.
/// </summary>
internal static class DeliveryLeaves
{
    /// <summary>How a delivery ended; null where it goes on.</summary>
    public static LeafRow? Settled(LeafId id, DeliveryRow delivery, DeliverySettlement settlement) => settlement.To switch
    {
        DeliveryStatus.Delivered => Of(id, LeafKinds.Delivered, delivery, settlement.At, settlement.Outcome),
        DeliveryStatus.Dead => Of(id, LeafKinds.NotDelivered, delivery, settlement.At, settlement.Outcome),
        _ => null,
    };

    /// <summary>The recipient's own answer stopped everything to it.</summary>
    public static LeafRow Suspended(LeafId id, AgencyId recipient, string cause, DateTimeOffset at) =>
        Leaf.Of(id, LeafKinds.Suspended, exchange: null, subject: null, recipient, at, new JsonObject { ["cause"] = cause });

    private static LeafRow Of(LeafId id, string kind, DeliveryRow delivery, DateTimeOffset at, string outcome)
    {
        var facts = new JsonObject
        {
            ["message"] = delivery.Message.ToString(),
            ["event"] = delivery.Event,
            ["attempt"] = delivery.Attempts,
            ["outcome"] = outcome,
        };
        if (delivery.RelayedAt is { } relayed)
        {
            facts["relayed"] = Timestamps.Format(relayed);
        }

        return Leaf.Of(id, kind, delivery.Exchange, delivery.Id.Value, delivery.Recipient, at, facts);
    }
}
