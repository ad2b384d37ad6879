using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage;

// Rows as both stores keep them. In clear are only agencies, type, state, case number and dates; what a person could be known by is
// encrypted under the exchange's data key (…Cipher) or stands as a keyed hash (…Key, …Term). Times named Civil are civil instants,
// the others system instants; both are stored as UTC ticks of 100 ns since 0001-01-01 in one 64-bit column.

/// <summary>An exchange as it stands.</summary>
/// <param name="Control">Parties, clocks, times of steps and flags as JSON, in clear: no personal data.</param>
/// <param name="ViewCipher">The view, encrypted.</param>
/// <param name="DataKey">The exchange's data key, wrapped; null once erased. Written with a new exchange; later commits leave it as it stands.</param>
/// <param name="NextClockAt">Civil instant of the next warning or expiry; null where no clock runs.</param>
/// <param name="Provisional">Whether a running clock rests on an unpublished calendar.</param>
public sealed record ExchangeRow(
    ExchangeId Id,
    string Type,
    string TypeDigest,
    Guid NoticeId,
    long Version,
    string State,
    bool Final,
    string? CaseNumber,
    AgencyId Opener,
    DateTimeOffset OpenedAtCivil,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? NextClockAt,
    bool Provisional,
    byte[] Control,
    byte[] ViewCipher,
    byte[]? DataKey)
{
    /// <summary>Civil instant from which its content is to be erased; null while it is not final. Kept when it is.</summary>
    public DateTimeOffset? EraseAt { get; init; }
}

/// <summary>A party of an exchange: by it exchanges are listed.</summary>
public sealed record PartyRow(AgencyId Agency, string Role);

/// <summary>What was said: a step, or a clock's event by the gateway itself (<paramref name="Sender"/> null).</summary>
/// <param name="Sequence">The exchange's version by which it was said: messages are in its order from 1, with a gap where a change said nothing (a document, a clock's start).</param>
/// <param name="ContentCipher">Canonical payload, leaf nonce and receipt, encrypted.</param>
/// <param name="TraceParent">W3C trace context of the call that brought it, empty if there was none.</param>
public sealed record MessageRow(
    MessageId Id,
    ExchangeId Exchange,
    long Sequence,
    string Event,
    AgencyId? Sender,
    string StateAfter,
    DateTimeOffset OccurredAtCivil,
    DateTimeOffset CommittedAt,
    byte[] ContentCipher,
    byte[] LeafHash,
    string TraceParent);

/// <summary>What a delivery is doing.</summary>
public enum DeliveryStatus
{
    /// <summary>Waiting for its due time and for those before it.</summary>
    Pending = 0,

    /// <summary>Handed out under a lease that ends at <c>LeaseUntil</c>; after that it is as pending.</summary>
    Leased = 1,

    /// <summary>The recipient holds it.</summary>
    Delivered = 2,

    /// <summary>Given up or rejected; blocks the pair until an operator resolves it.</summary>
    Dead = 3,

    /// <summary>Kept back since the recipient has lost its grant; goes on when an operator or a grant lets it.</summary>
    Parked = 4,

    /// <summary>Given up for good by an operator; those after it go on.</summary>
    WrittenOff = 5,
}

/// <summary>One recipient × message, with its attempts.</summary>
/// <param name="Sequence">Position among the deliveries of this exchange to this recipient, from 1 without gaps; given by the store at commit.</param>
/// <param name="Event">The message's event, kept here so that a lease needs no join to decide.</param>
/// <param name="Overtakes">May be delivered before earlier, undelivered ones of the pair.</param>
public sealed record DeliveryRow(
    DeliveryId Id,
    ExchangeId Exchange,
    MessageId Message,
    AgencyId Recipient,
    string Role,
    long Sequence,
    string Event,
    bool Overtakes,
    DeliveryStatus Status,
    DateTimeOffset DueAt,
    int Attempts,
    Guid? LeaseToken,
    DateTimeOffset? LeaseUntil,
    DateTimeOffset? DeliveredAt,
    string LastOutcome)
{
    /// <summary>Whether the proof of this delivery may start a clock: where it does not, no state has to be read to record it.</summary>
    public bool Clocked { get; init; } = true;

    /// <summary>When it was committed.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was first handed out or sent; null before.</summary>
    public DateTimeOffset? RelayedAt { get; init; }

    /// <summary>System instant from which it counts as not delivered in time; null where it has no such limit, or that was recorded, or it is finished.</summary>
    public DateTimeOffset? OverdueAt { get; init; }

    /// <summary>When its last outcome was recorded.</summary>
    public DateTimeOffset? SettledAt { get; init; }

    /// <summary>What the recipient said, for the operator, encrypted under the exchange's data key.</summary>
    public byte[]? DetailCipher { get; init; }
}

/// <summary>A delivery as a commit asks for it; the store gives it its sequence.</summary>
public sealed record NewDelivery(
    DeliveryId Id, MessageId Message, AgencyId Recipient, string Role, string Event, bool Overtakes, DateTimeOffset DueAt)
{
    /// <inheritdoc cref="DeliveryRow.Clocked"/>
    public bool Clocked { get; init; } = true;

    /// <inheritdoc cref="DeliveryRow.CreatedAt"/>
    public DateTimeOffset CreatedAt { get; init; }

    /// <inheritdoc cref="DeliveryRow.OverdueAt"/>
    public DateTimeOffset? OverdueAt { get; init; }
}

/// <summary>An evidence leaf, not yet indexed (RFC 6962: <c>Hash = SHA-256(0x00 ‖ Entry)</c>).</summary>
/// <param name="Kind">"message", "delivered", "rejected", "refusal", "config".</param>
/// <param name="Exchange">The exchange it is about; null for a refusal or a configuration event.</param>
/// <param name="Agency">The agency that acted or received.</param>
/// <param name="Entry">Canonical JSON. Says nothing of a payload but <c>SHA-256(nonce ‖ payload)</c>.</param>
public sealed record LeafRow(
    LeafId Id, string Kind, ExchangeId? Exchange, Guid? Subject, AgencyId? Agency, DateTimeOffset CommittedAt, byte[] Entry, byte[] Hash);

/// <summary>A document of an exchange. Its name, media type and digest are in <paramref name="MetaCipher"/>.</summary>
public sealed record AttachmentRow(
    AttachmentId Id, ExchangeId Exchange, AgencyId Sender, string Kind, long SizeBytes, DateTimeOffset CreatedAt, byte[] MetaCipher)
{
    /// <summary>In how many chunks its content is kept; 0: whole, in its own row.</summary>
    public int ChunkCount { get; init; }
}

/// <summary>
/// A document with its encrypted content; or one that was uploaded in chunks (<c>Row.ChunkCount</c> &gt; 0, content empty), whose upload the commit
/// ends: where the exchange has no upload of that id with so many chunks and bytes, the unit fails with <see cref="CommitOutcome.VersionConflict"/>.
/// </summary>
public sealed record NewAttachment(AttachmentRow Row, byte[] ContentCipher);

/// <summary>A unique key that an exchange owns, as a keyed hash.</summary>
public readonly record struct HoldKey(ImmutableArray<byte> Value);

/// <summary>A term by which an exchange can be found, as a keyed hash.</summary>
public sealed record SearchTerm(string Field, ImmutableArray<byte> Term);

/// <summary>A write that may be repeated: the first answer is kept and given again.</summary>
/// <param name="Key">Keyed hash of agency, operation and request id.</param>
/// <param name="Digest">Empty: what tells a repeated request from another one is sealed with the answers, so that erasure takes it along.</param>
/// <param name="AnswerCipher">The first answer: the part of each exchange that the request opened or changed, encrypted under that exchange's data key.</param>
public sealed record IdempotencyRow(
    ImmutableArray<byte> Key, ImmutableArray<byte> Digest, ExchangeId Exchange, byte[] AnswerCipher, DateTimeOffset CommittedAt);
