using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Simulation.History;

/// <summary>One outcome of a request that the gateway accepted, with its receipt. Given again for each repeated answer.</summary>
/// <param name="Request">The request's key: operation and request id, unique in the run.</param>
/// <param name="Index">The outcome within the answer: a notice for three people has three.</param>
/// <param name="Event">The step that the request takes.</param>
/// <param name="Notice">The notice's id, by which the exchanges of several people belong together.</param>
/// <param name="People">How many outcomes the request must have.</param>
/// <param name="Leaf">The leaf that the receipt's signature names.</param>
/// <param name="Subject">What an opened exchange holds, in the caller's words; empty where nobody else could ask for it.</param>
internal sealed record Acknowledged(
    string Request, int Index, string Agency, string Event, string Exchange, string Message, string Digest, string Leaf, string Jws, string Notice,
    int People, string Subject = "");

/// <summary>A request that the gateway refused by its rules: it must have left nothing.</summary>
internal sealed record RefusedRequest(string Request, string Agency, string Event, string Exchange, string Code);

/// <summary>The first time that a recipient took a delivery: its effect there. In the order in which the recipient took them.</summary>
/// <param name="Clock">What a clock's message says; null for a step's.</param>
internal sealed record Effect(
    string Recipient, string Delivery, string Exchange, string Message, string Event, long Sequence, string Digest, DateTimeOffset Occurred,
    ClockWord? Clock);

/// <summary>What a clock said.</summary>
internal sealed record ClockWord(string Clock, int Run, string Obligated, DateTimeOffset Start, DateTimeOffset Due);

/// <summary>An exchange as its opener reads it over the wire at the end.</summary>
internal sealed record ExchangeSeen(string Exchange, string State, IReadOnlyList<ClockSeen> Clocks, IReadOnlyList<MessageSeen> Messages);

/// <summary>A clock over the wire.</summary>
internal sealed record ClockSeen(string Clock, bool Missed, DateTimeOffset Start, DateTimeOffset Due);

/// <summary>A message in the history over the wire.</summary>
internal sealed record MessageSeen(string Message, string Event, string Digest, string Leaf);

/// <summary>Rows of the store after the last kill.</summary>
/// <param name="Holds">The keys it owns.</param>
internal sealed record StoredExchange(string Exchange, string Notice, string CaseNumber, string State, IReadOnlyList<string> Holds);

internal sealed record StoredMessage(string Exchange, string Message, long Sequence, string Event, string Sender, string Leaf, DateTimeOffset Occurred);

internal sealed record StoredDelivery(
    string Exchange, string Delivery, string Message, string Recipient, long Sequence, bool Overtakes, DeliveryStatus Status);

/// <param name="Hash">The hash as stored.</param>
/// <param name="Recomputed">The hash of the stored entry.</param>
/// <param name="Index">Its place in the log, or null.</param>
internal sealed record StoredLeaf(string Kind, string Exchange, string Subject, string Hash, string Recomputed, long? Index = null);

/// <summary>A signed head of the log, as somebody holds it.</summary>
/// <param name="Root">Lower-case hexadecimal.</param>
internal sealed record CheckpointSeen(string Origin, long Size, string Root);

/// <summary>The store, read raw: not by the code that wrote it.</summary>
/// <param name="Integrity">What the database's own check says; "ok" where all is well.</param>
/// <param name="Requests">How many requests are remembered with their answers.</param>
internal sealed record StoreContent(
    string Integrity, IReadOnlyList<StoredExchange> Exchanges, IReadOnlyList<StoredMessage> Messages, IReadOnlyList<StoredDelivery> Deliveries,
    IReadOnlyList<StoredLeaf> Leaves, IReadOnlyList<CheckpointSeen> Checkpoints, long Requests = 0);

/// <summary>All that was seen of a run, by those outside of the gateway and in its store.</summary>
/// <param name="Checkpoints">Every signed head of the log that anybody outside was ever given.</param>
/// <param name="Faults">What the agencies' systems found wrong themselves, such as a receipt that does not verify.</param>
internal sealed record RunHistory(
    IReadOnlyList<Acknowledged> Acknowledged,
    IReadOnlyList<RefusedRequest> Refused,
    IReadOnlyList<Effect> Effects,
    IReadOnlyList<string> Faults,
    IReadOnlyList<ExchangeSeen> Seen,
    IReadOnlyList<CheckpointSeen> Checkpoints,
    StoreContent Store);
