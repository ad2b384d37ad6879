using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage;

/// <summary>The part of a <see cref="ILedgerStore"/> that keeps deliveries and what is known of their recipients.</summary>
public interface IDeliveryStore
{
    /// <summary>The exchange's deliveries, by message and recipient.</summary>
    ValueTask<ImmutableArray<DeliveryRow>> ListDeliveriesAsync(ExchangeId id, CancellationToken cancellationToken);

    ValueTask<DeliveryRow?> FindDeliveryAsync(DeliveryId id, CancellationToken cancellationToken);

    // Handing out

    /// <summary>
    /// Leases deliveries that are due: pending, or leased and run out; the first unfinished of its exchange and recipient, or one that
    /// overtakes; of a recipient that is neither suspended nor paused at the request's time. In order of due time. Each gets the token of the
    /// request, one more attempt and, the first time, <see cref="DeliveryRow.RelayedAt"/>.
    /// </summary>
    ValueTask<ImmutableArray<DeliveryRow>> LeaseDeliveriesAsync(LeaseRequest request, CancellationToken cancellationToken);

    /// <summary>What these deliveries carry, in their order: one read for all of them. One whose exchange or message is gone is left out.</summary>
    ValueTask<ImmutableArray<OutgoingRow>> ReadOutgoingAsync(ImmutableArray<DeliveryRow> deliveries, CancellationToken cancellationToken);

    /// <summary>
    /// Gives back deliveries that were leased and never handed out: pending and due as before, one attempt less, <see cref="DeliveryRow.RelayedAt"/>
    /// without this lease. One whose lease is no longer held is passed over. Repeating is harmless.
    /// </summary>
    ValueTask ReturnDeliveriesAsync(ImmutableArray<UnusedLease> leases, CancellationToken cancellationToken);

    /// <summary>
    /// Records what became of a leased delivery. False where the lease is no longer held and the delivery is not already in the state
    /// that the outcome leads to (then it is true again, and nothing is written: repeating is harmless).
    /// </summary>
    ValueTask<bool> SettleDeliveryAsync(DeliverySettlement settlement, CancellationToken cancellationToken);

    /// <summary>
    /// The earliest instant at which a delivery of these recipients can be leased, or null where none waits. A pause puts it off; the
    /// deliveries of a suspended recipient do not count.
    /// </summary>
    ValueTask<DateTimeOffset?> NextDeliveryAtAsync(ImmutableArray<AgencyId> recipients, CancellationToken cancellationToken);

    // Recipients

    /// <summary>What is known of every recipient that was ever suspended or paused, by agency.</summary>
    ValueTask<ImmutableArray<RecipientRow>> ListRecipientsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Suspends a recipient, or lets it go on, with a leaf that says so. False, with nothing written, where it is so already: suspended, or
    /// neither suspended nor paused at <paramref name="at"/>. Going on also ends a pause.
    /// </summary>
    ValueTask<bool> SuspendRecipientAsync(
        AgencyId recipient, bool suspended, string cause, DateTimeOffset at, LeafRow leaf, CancellationToken cancellationToken);

    // Oversight

    /// <summary>How many deliveries there are, by recipient, status and last outcome, of those that are not finished (Delivered or WrittenOff).</summary>
    ValueTask<ImmutableArray<DeliveryCount>> CountDeliveriesAsync(CancellationToken cancellationToken);

    /// <summary>Dead or parked deliveries of a selection, oldest settlement first, then by id.</summary>
    ValueTask<ImmutableArray<DeliveryRow>> ListStoppedAsync(StoppedQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Lets stopped deliveries go on (Pending, due at once, attempts from 0) or writes them off (WrittenOff, settled at <paramref name="at"/>, which
    /// lets the next of the pair go on), with a leaf; the last outcome stays. Those not in <paramref name="from"/> any more are passed over.
    /// Returns the ids that were changed, in the order given; with none the leaf is not written. At most 1,000 at a time.
    /// </summary>
    ValueTask<ImmutableArray<DeliveryId>> ResolveStoppedAsync(
        ImmutableArray<DeliveryId> ids, DeliveryStatus from, DeliveryStatus to, DateTimeOffset at, LeafRow leaf, CancellationToken cancellationToken);

    /// <summary>Unfinished deliveries whose <see cref="DeliveryRow.OverdueAt"/> is at or before <paramref name="now"/>, earliest first.</summary>
    ValueTask<ImmutableArray<DeliveryRow>> ListOverdueAsync(DateTimeOffset now, int countMax, CancellationToken cancellationToken);

    /// <summary>Records that a delivery was not made in time, once: its <see cref="DeliveryRow.OverdueAt"/> becomes null. False where it was recorded or finished.</summary>
    ValueTask<bool> RecordOverdueAsync(DeliveryId id, LeafRow leaf, CancellationToken cancellationToken);
}

/// <summary>Asks for deliveries.</summary>
/// <param name="Recipients">For these agencies.</param>
public sealed record LeaseRequest(
    ImmutableArray<AgencyId> Recipients, DateTimeOffset Now, DateTimeOffset Until, Guid Token, int CountMax);

/// <summary>A lease under which nothing was handed out.</summary>
/// <param name="LeasedAt">The instant of the request.</param>
public sealed record UnusedLease(DeliveryId Delivery, Guid Token, DateTimeOffset LeasedAt);

/// <summary>What became of a leased delivery.</summary>
/// <param name="LeaseToken">The lease under which it was handed out.</param>
/// <param name="To">Delivered, Dead, Pending (try again at <paramref name="DueAt"/>) or Parked. WrittenOff only by <see cref="IDeliveryStore.ResolveStoppedAsync"/>.</param>
/// <param name="Outcome">Short and stable, such as "200", "timeout", "rejected": the cause by which dead letters are grouped. No personal data.</param>
/// <param name="Leaf">Evidence of it, for outcomes that are evidence.</param>
public sealed record DeliverySettlement(
    DeliveryId Delivery, Guid LeaseToken, DeliveryStatus To, DateTimeOffset At, DateTimeOffset? DueAt, string Outcome, LeafRow? Leaf)
{
    /// <summary>What the recipient said, for the operator, encrypted under the exchange's data key; null where it said nothing. In place of what it said before.</summary>
    public byte[]? DetailCipher { get; init; }

    /// <summary>
    /// The recipient asks for a pause: nothing is leased to it before this. A later instant than known wins, and brings the outcome as the
    /// recipient's cause unless it is suspended.
    /// </summary>
    public DateTimeOffset? PauseRecipientUntil { get; init; }

    /// <summary>The recipient is suspended by what it answered, for this cause, with this leaf; null: not. Nothing is written where it is suspended already.</summary>
    public (string Cause, LeafRow Leaf)? SuspendRecipient { get; init; }
}

/// <summary>What a delivery carries, as stored.</summary>
/// <param name="Attachments">Of the exchange, by id.</param>
public sealed record OutgoingRow(DeliveryRow Delivery, ExchangeRow Exchange, MessageRow Message, ImmutableArray<AttachmentRow> Attachments);

/// <summary>What is known of a recipient.</summary>
/// <param name="Cause">Why it is suspended or paused: short and stable, such as "410", "operator", "503".</param>
/// <param name="PausedUntil">System instant before which nothing is leased to it.</param>
public sealed record RecipientRow(AgencyId Agency, bool Suspended, string Cause, DateTimeOffset? PausedUntil, DateTimeOffset ChangedAt);

/// <param name="Outcome">The last outcome; empty where there was no attempt.</param>
/// <param name="Oldest">When the oldest of them was committed.</param>
public sealed record DeliveryCount(AgencyId Recipient, DeliveryStatus Status, string Outcome, long Count, DateTimeOffset Oldest);

/// <summary>Selects stopped deliveries; what is null does not select.</summary>
/// <param name="Status">Dead or Parked.</param>
/// <param name="Outcome">The cause.</param>
/// <param name="From">Settled at or after.</param>
/// <param name="Until">Settled before.</param>
/// <param name="After">The last row of the page before.</param>
public sealed record StoppedQuery(
    DeliveryStatus Status,
    int CountMax,
    AgencyId? Recipient = null,
    string? Outcome = null,
    ExchangeId? Exchange = null,
    DateTimeOffset? From = null,
    DateTimeOffset? Until = null,
    (DateTimeOffset SettledAt, DeliveryId Id)? After = null);
