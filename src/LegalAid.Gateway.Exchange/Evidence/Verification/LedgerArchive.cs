using System.Collections.Immutable;

namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>
/// A ledger as its auditor reads it: raw rows, nothing believed and nothing written. It works beside a running gateway and on a copy. Every
/// call is one snapshot; between two calls a store in use moves on. Safe on any thread.
/// </summary>
public interface ILedgerArchive : IDisposable
{
    /// <summary>Where the log ends, or null before it was begun.</summary>
    ArchivedHead? Head();

    /// <summary>Leaves that have a place, by place and id, after the last one seen; every place that a row claims, negative ones too.</summary>
    IReadOnlyList<ArchivedLeaf> ListLog((long Index, Guid Id) after, int countMax);

    /// <summary>Leaves without a place, by id.</summary>
    IReadOnlyList<ArchivedLeaf> ListUnlogged(Guid after, int countMax);

    /// <summary>
    /// Leaves of accesses by id, after the last one seen: those whose entries name the exchange, or all where it is null. It looks at every access of the
    /// time asked for, as a list's leaf names many exchanges and an index entry for each would have to be written before each answer.
    /// </summary>
    /// <param name="until">Only those of an id before this one.</param>
    IReadOnlyList<ArchivedLeaf> ListAccesses(Guid? exchange, Guid after, Guid until, int countMax);

    /// <summary>Hashes of a tile, or null where there is none.</summary>
    byte[]? FindTile(int level, long position);

    /// <summary>Every tile that a row claims to be, and its length in bytes, by level and position, after the last one seen.</summary>
    IReadOnlyList<(int Level, long Position, long Bytes)> ListTiles((int Level, long Position) after, int countMax);

    /// <summary>Checkpoints by size and origin, after the last one seen.</summary>
    IReadOnlyList<ArchivedCheckpoint> ListCheckpoints((long Size, string Origin) after, int countMax);

    /// <summary>Names of the log: the head's, and those that checkpoints bear, by name.</summary>
    IReadOnlyList<string> Origins();

    /// <summary>Every exchange that any row speaks of, by id, also one that has no row of its own.</summary>
    IReadOnlyList<Guid> ListExchanges(Guid after, int countMax);

    /// <summary>All rows that speak of an exchange, in one snapshot.</summary>
    ExchangeDossier Read(Guid exchange);

    /// <summary>The encrypted content of a document: whole (ordinal 0 of a document without chunks), or one of its chunks. Null where there is none.</summary>
    byte[]? FindContent(ArchivedAttachment attachment, int ordinal);

    string? FindSetting(string name);
}

public sealed record ArchivedHead(string Origin, long Size, byte[] Root);

public sealed record ArchivedCheckpoint(string Origin, long Size, byte[] Root, DateTimeOffset SignedAt, string Note);

/// <param name="Index">Null while it has no place.</param>
public sealed record ArchivedLeaf(
    Guid Id, string Kind, Guid? Exchange, Guid? Subject, string? Agency, DateTimeOffset CommittedAt, byte[] Entry, byte[] Hash, long? Index)
{
    /// <summary>What of its row cannot be read, such as an id of another length, which then is empty; null where all can.</summary>
    public string? Damage { get; init; }
}

/// <param name="DataKey">Wrapped; null once erased.</param>
public sealed record ArchivedExchange(
    Guid Id, string Type, string TypeDigest, long Version, string State, string? CaseNumber, DateTimeOffset OpenedAtCivil, DateTimeOffset UpdatedAt,
    byte[]? DataKey);

public sealed record ArchivedMessage(
    Guid Id, long Sequence, string Event, string? Sender, string StateAfter, DateTimeOffset OccurredAtCivil, DateTimeOffset CommittedAt, byte[] LeafHash,
    byte[] ContentCipher);

public sealed record ArchivedAttachment(
    Guid Exchange, Guid Id, string Sender, string Kind, long SizeBytes, DateTimeOffset CreatedAt, byte[] MetaCipher, int ChunkCount, bool HasContent);

/// <param name="Status">As <see cref="Storage.DeliveryStatus"/> numbers them.</param>
public sealed record ArchivedDelivery(
    Guid Id, Guid Message, string Recipient, string Role, long Sequence, string Event, int Status, int Attempts, DateTimeOffset CreatedAt,
    DateTimeOffset? RelayedAt, DateTimeOffset? DeliveredAt, string LastOutcome)
{
    public bool Delivered => Status == (int)Storage.DeliveryStatus.Delivered;
}

/// <summary>What a store keeps of one exchange (卷宗).</summary>
/// <param name="Row">Null where the exchange itself is not there.</param>
/// <param name="Parties">Agency and role, by agency.</param>
/// <param name="Messages">By sequence.</param>
/// <param name="Leaves">By id, those without a place too.</param>
public sealed record ExchangeDossier(
    Guid Id,
    ArchivedExchange? Row,
    ImmutableArray<(string Agency, string Role)> Parties,
    ImmutableArray<ArchivedMessage> Messages,
    ImmutableArray<ArchivedLeaf> Leaves,
    ImmutableArray<ArchivedDelivery> Deliveries,
    ImmutableArray<ArchivedAttachment> Attachments);
