using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Peers;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Evidence;

/// <summary>
/// What the evidence says of deliveries. The rung relayed is a time in the leaves of the rungs after it and no leaf of its own: that a
/// message was sent proves nothing to anybody until something comes of it.
/// </summary>
internal static class DeliveryLeaves
{
    /// <summary>How a delivery ended; null where it goes on.</summary>
    /// <param name="receipt">What another gateway signed for it; null where the recipient signs nothing.</param>
    public static LeafRow? Settled(LeafId id, DeliveryRow delivery, DeliverySettlement settlement, string? receipt = null) => settlement.To switch
    {
        DeliveryStatus.Delivered => Of(id, LeafKinds.Delivered, delivery, settlement.At, settlement.Outcome, receipt),
        DeliveryStatus.Dead => Of(id, LeafKinds.NotDelivered, delivery, settlement.At, settlement.Outcome),
        _ => null,
    };

    /// <summary>The recipient's own answer stopped everything to it.</summary>
    public static LeafRow Suspended(LeafId id, AgencyId recipient, string cause, DateTimeOffset at) =>
        Leaf.Of(id, LeafKinds.Suspended, exchange: null, subject: null, recipient, at, new JsonObject { ["cause"] = cause });

    /// <summary>A delivery was not made in time; it goes on.</summary>
    public static LeafRow Overdue(LeafId id, DeliveryRow delivery, DateTimeOffset at) => Of(id, LeafKinds.NotDelivered, delivery, at, "overdue");

    /// <summary>The recipient says that a person opened the message.</summary>
    public static LeafRow Opened(LeafId id, DeliveryRow delivery, DateTimeOffset at) => Leaf.Of(
        id, LeafKinds.Opened, delivery.Exchange, delivery.Id.Value, delivery.Recipient, at,
        new JsonObject { ["message"] = delivery.Message.ToString(), ["event"] = delivery.Event });

    /// <summary>An operator's act.</summary>
    /// <param name="recipient">The agency it is about; null where it is about several.</param>
    /// <param name="selection">How the deliveries were chosen; null where it is not about deliveries.</param>
    public static LeafRow Operator(
        LeafId id, OperatorAct act, string action, AgencyId? recipient, JsonObject? selection, ImmutableArray<DeliveryId> deliveries, DateTimeOffset at)
    {
        var facts = new JsonObject { ["operator"] = act.Operator, ["action"] = action, ["reason"] = act.Reason };
        if (selection is not null)
        {
            facts["selection"] = selection;
            facts["deliveries"] = new JsonArray([.. deliveries.Select(delivery => (JsonNode)delivery.ToString())]);
        }

        return Leaf.Of(id, LeafKinds.Operator, exchange: null, subject: null, recipient, at, facts);
    }

    private static LeafRow Of(LeafId id, string kind, DeliveryRow delivery, DateTimeOffset at, string outcome, string? receipt = null)
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

        if (receipt is not null)
        {
            facts["receipt"] = PeerEvidence.DigestOf(receipt);
        }

        return Leaf.Of(id, kind, delivery.Exchange, delivery.Id.Value, delivery.Recipient, at, facts);
    }
}
