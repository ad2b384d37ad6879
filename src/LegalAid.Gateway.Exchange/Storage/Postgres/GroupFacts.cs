using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// What stands in the database of all that a group touches, read under locks that last until its COMMIT: so it stays true while the group is
/// decided in memory and written.
/// </summary>
internal sealed class GroupFacts
{
    /// <summary>Digest of the active configuration; asked only where a unit names one; null where none was ever activated.</summary>
    public string? Configuration { get; set; }

    /// <summary>Idempotency records that stood before. Those that are not here were claimed by this transaction.</summary>
    public Dictionary<KeyBytes, IdempotencyRow> Idempotency { get; } = [];

    /// <summary>Versions of the exchanges that exist.</summary>
    public Dictionary<ExchangeId, long> Versions { get; } = [];

    /// <summary>Uploads under way.</summary>
    public Dictionary<AttachmentId, (ExchangeId Exchange, int ChunkCount, long Bytes)> Uploads { get; } = [];

    /// <summary>Owners of the holds that stood before.</summary>
    public Dictionary<KeyBytes, ExchangeId> Holds { get; } = [];

    /// <summary>Holds that this transaction claimed, under the exchange by which the row stands at present.</summary>
    public Dictionary<KeyBytes, ExchangeId> ClaimedHolds { get; } = [];

    public Dictionary<DeliveryId, StandingDelivery> Deliveries { get; } = [];

    /// <summary>Recipients that were suspended or paused; asked only where a settlement does so.</summary>
    public Dictionary<AgencyId, (bool Suspended, DateTimeOffset? PausedUntil)> Recipients { get; } = [];

    /// <summary>Leaves of the group that are there already: their units were committed by a try whose answer was lost.</summary>
    public HashSet<LeafId> Witnesses { get; } = [];
}

/// <summary>A delivery that is to be settled, as it stands.</summary>
internal sealed record StandingDelivery(
    ExchangeId Exchange, AgencyId Recipient, long Sequence, DeliveryStatus Status, DateTimeOffset DueAt, Guid? LeaseToken);
