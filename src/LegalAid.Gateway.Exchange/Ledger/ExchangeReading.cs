using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Transitions;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>An exchange as it is read: its state and what the store knows about it. Not yet cut to what a reader may see.</summary>
/// <param name="Erased">The data key is gone: the view is empty, and so are names of documents.</param>
public sealed record ExchangeReading(
    ExchangeId Id,
    Guid NoticeId,
    long Version,
    ExchangeState State,
    string? CaseNumber,
    DateTimeOffset OpenedAtCivil,
    DateTimeOffset UpdatedAt,
    ImmutableArray<DocumentReading> Documents,
    bool Erased);

/// <summary>That a message was said, and when.</summary>
/// <param name="Event">The step's name, or what a clock said.</param>
/// <param name="TakenAtCivil">Civil time; of what a clock said, the instant that it is about.</param>
public readonly record struct StepReading(long Sequence, string Event, DateTimeOffset TakenAtCivil);

/// <summary>A message as it is read.</summary>
/// <param name="PayloadJson">Canonical JSON in UTF-8; empty where it was erased.</param>
public sealed record MessageReading(
    MessageId Id,
    ExchangeId Exchange,
    long Sequence,
    string Event,
    Casework.Directory.AgencyId? Sender,
    string StateAfter,
    DateTimeOffset OccurredAtCivil,
    DateTimeOffset CommittedAt,
    ReadOnlyMemory<byte> PayloadJson,
    string PayloadDigest,
    string ReceiptJws,
    byte[] LeafHash,
    string TraceParent)
{
    /// <summary>The payload, parsed anew each time; null where it was erased.</summary>
    public JsonObject? Payload => PayloadJson.IsEmpty ? null : JsonNode.Parse(PayloadJson.Span) as JsonObject ?? throw new InvalidDataException($"the payload of message {Id} is no object");

    /// <summary>The documents that the message brought or named, as it states them; empty where it was erased.</summary>
    public ImmutableArray<DocumentReference> Documents { get; init; } = [];

    /// <summary>Recipients that belong to other gateways, which tell them; empty where it was erased.</summary>
    public ImmutableArray<Recipient> Away { get; init; } = [];

    /// <summary>Where another gateway passed it on: its receipt; null where it was said here, or was erased.</summary>
    public ForeignReceipt? Relayed { get; init; }
}

/// <summary>What another gateway signed for a message: that it holds it. With it either side proves both hops.</summary>
/// <param name="Message">The message's id there.</param>
public sealed record ForeignReceipt(Casework.Directory.AgencyId Gateway, Guid Message, string Jws);
