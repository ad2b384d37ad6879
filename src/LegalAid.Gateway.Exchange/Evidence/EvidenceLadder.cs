using System.Collections.Immutable;
using System.Text.Json;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Evidence;

/// <summary>Rungs of the ladder, in the order in which they are climbed.</summary>
public enum RungKind
{
    Submitted,
    Committed,
    Relayed,
    Delivered,
    Opened,
    ActedOn,
}

/// <summary>A rung that was reached, or of which a leaf says that it was not.</summary>
/// <param name="Leaf">What says so; null for a time that only the delivery's row keeps.</param>
public sealed record Rung(RungKind Kind, bool Positive, DateTimeOffset At, LeafId? Leaf, string Outcome);

/// <summary>How far a message came with one recipient; null: it has none.</summary>
public sealed record MessageEvidence(MessageId Message, string Event, AgencyId? Sender, AgencyId? Recipient, ImmutableArray<Rung> Rungs);

/// <summary>
/// The evidence ladder (证据阶梯) of an exchange, read from its leaves and deliveries; pure. That a recipient acted is derived: its first own
/// step after the delivery, whose leaf is the proof.
/// </summary>
public static class EvidenceLadder
{
    /// <param name="leaves">All of the exchange, by id.</param>
    /// <param name="deliveries">All of the exchange.</param>
    /// <returns>By message in the order of their sequence, then by recipient.</returns>
    public static ImmutableArray<MessageEvidence> Of(IEnumerable<LeafRow> leaves, IEnumerable<DeliveryRow> deliveries)
    {
        var all = leaves.ToArray();
        var messages = all.Where(leaf => leaf is { Kind: LeafKinds.Message, Subject: not null }).Select(Said).OrderBy(message => message.Sequence).ToArray();
        var outcomes = all.Where(leaf => leaf.Kind is LeafKinds.Delivered or LeafKinds.NotDelivered or LeafKinds.Opened).ToLookup(leaf => leaf.Subject);
        var byMessage = deliveries.ToLookup(delivery => delivery.Message);
        return
        [
            .. from message in messages
               from delivery in byMessage[message.Id].OrderBy(delivery => delivery.Recipient.Value, StringComparer.Ordinal).DefaultIfEmpty()
               select new MessageEvidence(
                   message.Id, message.Event, message.Leaf.Agency, delivery?.Recipient,
                   [.. Sent(message), .. delivery is null ? [] : Arrived(message, delivery, [.. outcomes[delivery.Id.Value]], messages)]),
        ];
    }

    private static IEnumerable<Rung> Sent(SaidMessage message)
    {
        if (message.Leaf.Agency is not null)
        {
            yield return new Rung(RungKind.Submitted, Positive: true, message.OccurredAt, message.Leaf.Id, "");
        }

        yield return new Rung(RungKind.Committed, Positive: true, message.Leaf.CommittedAt, message.Leaf.Id, "");
    }

    private static IEnumerable<Rung> Arrived(SaidMessage message, DeliveryRow delivery, LeafRow[] outcomes, SaidMessage[] messages)
    {
        var rungs = new List<Rung>();
        if (delivery.RelayedAt is { } relayed)
        {
            rungs.Add(new Rung(RungKind.Relayed, Positive: true, relayed, Leaf: null, ""));
        }

        rungs.AddRange(outcomes.Select(leaf => new Rung(
            leaf.Kind == LeafKinds.Opened ? RungKind.Opened : RungKind.Delivered, leaf.Kind != LeafKinds.NotDelivered, leaf.CommittedAt, leaf.Id, OutcomeOf(leaf))));
        if (rungs.Find(rung => rung is { Kind: RungKind.Delivered, Positive: true }) is { } delivered
            && Array.Find(messages, later => later.Sequence > message.Sequence && later.Leaf.Agency == delivery.Recipient && later.Leaf.CommittedAt >= delivered.At) is { } acted)
        {
            rungs.Add(new Rung(RungKind.ActedOn, Positive: true, acted.Leaf.CommittedAt, acted.Leaf.Id, acted.Event));
        }

        return rungs.OrderBy(rung => rung.At);
    }

    private static SaidMessage Said(LeafRow leaf)
    {
        using var entry = JsonDocument.Parse(leaf.Entry);
        var root = entry.RootElement;
        return new SaidMessage(
            leaf, new MessageId(leaf.Subject ?? Guid.Empty), root.GetProperty("sequence").GetInt64(), root.GetProperty("event").GetString() ?? "",
            Timestamps.Parse(root.GetProperty("occurred").GetString() ?? ""));
    }

    private static string OutcomeOf(LeafRow leaf)
    {
        using var entry = JsonDocument.Parse(leaf.Entry);
        return entry.RootElement.TryGetProperty("outcome", out var outcome) ? outcome.GetString() ?? "" : "";
    }

    private sealed record SaidMessage(LeafRow Leaf, MessageId Id, long Sequence, string Event, DateTimeOffset OccurredAt);
}
