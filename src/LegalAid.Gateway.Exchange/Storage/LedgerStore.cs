using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage;

/// <summary>
/// A durable store of the ledger. Two implementations share this contract and the conformance suite, and nothing that touches data: SQLite for one
/// machine, PostgreSQL for several nodes.
/// <para>
/// Every write is durable when its task completes: a process that is killed the instant after finds it again. A unit is applied whole
/// or not at all; units that arrive together may share one transaction, and a unit that fails takes no other with it. All members may
/// be called from any thread. Cancellation stops the wait, not a write that has begun.
/// </para>
/// </summary>
public interface ILedgerStore : IDeliveryStore, IContentStore, ILogStore, IApprovalStore, ICalendarFeedStore, IAsyncDisposable
{
    /// <summary>
    /// Why the store cannot be written or read at present, as its last calls met it; null while it can. In English, for operators. It is found to be
    /// over by a call that succeeds.
    /// </summary>
    string? Trouble { get; }

    // Commits

    /// <summary>
    /// Applies a unit: exchanges at their expected versions, messages, deliveries, holds, search terms, attachments, idempotency
    /// record and leaves. Checks in this order and says the first that fails: configuration, idempotency, version, hold, lease.
    /// </summary>
    ValueTask<CommitOutcome> CommitAsync(CommitUnit unit, CancellationToken cancellationToken);

    // Reads

    ValueTask<ExchangeRow?> FindExchangeAsync(ExchangeId id, CancellationToken cancellationToken);

    /// <summary>Whether the agency is party to the exchange: one look into one index that reads no row where it is not, as where there is no such exchange.</summary>
    ValueTask<bool> IsPartyAsync(ExchangeId id, AgencyId agency, CancellationToken cancellationToken);

    ValueTask<IdempotencyRow?> FindIdempotencyAsync(ImmutableArray<byte> key, CancellationToken cancellationToken);

    /// <summary>The exchanges to which the agency is party, newest first, after <see cref="ExchangeQuery.Before"/>.</summary>
    ValueTask<ImmutableArray<ExchangeRow>> ListExchangesAsync(ExchangeQuery query, CancellationToken cancellationToken);

    /// <summary>The exchange's messages by sequence, from the one after <paramref name="afterSequence"/>.</summary>
    ValueTask<ImmutableArray<MessageRow>> ListMessagesAsync(
        ExchangeId id, long afterSequence, int countMax, CancellationToken cancellationToken);

    ValueTask<MessageRow?> FindMessageAsync(MessageId id, CancellationToken cancellationToken);

    /// <summary>The exchange's leaves in the order of their ids, from the one after <paramref name="after"/>.</summary>
    ValueTask<ImmutableArray<LeafRow>> ListLeavesAsync(
        ExchangeId id, LeafId? after, int countMax, CancellationToken cancellationToken);

    // Clocks

    /// <summary>Exchanges whose next clock instant is at or before <paramref name="civilNow"/>, earliest first.</summary>
    ValueTask<ImmutableArray<ExchangeId>> ListClocksDueAsync(
        DateTimeOffset civilNow, int countMax, CancellationToken cancellationToken);

    /// <summary>The earliest next clock instant of all exchanges, or null where no clock runs.</summary>
    ValueTask<DateTimeOffset?> NextClockAtAsync(CancellationToken cancellationToken);

    /// <summary>Exchanges with a running clock that rests on an unpublished calendar, by id, after <paramref name="after"/>.</summary>
    ValueTask<ImmutableArray<ExchangeId>> ListProvisionalAsync(
        ExchangeId? after, int countMax, CancellationToken cancellationToken);

    // Evidence outside of exchanges, replay protection, configuration, settings

    /// <summary>Appends a leaf that belongs to no commit, such as a refusal.</summary>
    ValueTask AppendLeafAsync(LeafRow leaf, CancellationToken cancellationToken);

    /// <summary>Remembers a key until it expires. False where it is remembered already.</summary>
    ValueTask<bool> TryRememberAsync(
        ImmutableArray<byte> key, DateTimeOffset now, DateTimeOffset expires, CancellationToken cancellationToken);

    /// <summary>
    /// Takes a slice of what is left of an allowance in a window: an eighth, at least one; none where it is used up. All that is taken of a window is never
    /// more than <paramref name="limit"/>. A slice whose answer is lost is lost.
    /// </summary>
    ValueTask<QuotaSlice> TakeQuotaAsync(QuotaWindow window, int limit, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Notes that a token is revoked until it expires by itself. Again changes nothing.</summary>
    /// <param name="token">32 bytes that name it and tell nothing of it.</param>
    ValueTask RevokeAsync(ImmutableArray<byte> token, DateTimeOffset now, DateTimeOffset expires, CancellationToken cancellationToken);

    /// <summary>The tokens that are revoked and not expired at <paramref name="now"/>, in no order, at most so many.</summary>
    ValueTask<ImmutableArray<ImmutableArray<byte>>> ListRevokedAsync(DateTimeOffset now, int countMax, CancellationToken cancellationToken);

    /// <summary>Archives a configuration by digest, and makes nothing of it.</summary>
    ValueTask ArchiveConfigurationAsync(string digest, byte[] content, CancellationToken cancellationToken);

    /// <summary>Archives a configuration by digest and makes it the active one in the place of another, with a leaf that says so.</summary>
    ValueTask<ActivationOutcome> ActivateConfigurationAsync(ConfigurationActivation activation, CancellationToken cancellationToken);

    /// <summary>The digest of the active configuration, or null before the first.</summary>
    ValueTask<string?> ActiveConfigurationAsync(CancellationToken cancellationToken);

    /// <summary>An archived configuration, or null.</summary>
    ValueTask<byte[]?> FindConfigurationAsync(string digest, CancellationToken cancellationToken);

    ValueTask<string?> FindSettingAsync(string name, CancellationToken cancellationToken);

    /// <summary>Settings whose names begin so, by name.</summary>
    ValueTask<ImmutableArray<(string Name, string Value)>> ListSettingsAsync(string prefix, CancellationToken cancellationToken);

    ValueTask PutSettingAsync(string name, string value, CancellationToken cancellationToken);

    /// <summary>Keeps a setting unless there is one of the name. Returns the value that stands: of several nodes that start together, all get the first's.</summary>
    ValueTask<string> KeepSettingAsync(string name, string value, CancellationToken cancellationToken);

    /// <summary>
    /// Changes settings together, with a leaf that says so, if each still is as expected; false, and nothing is written, where one is not. At most
    /// <see cref="SettingChange.CountMax"/>, each name once.
    /// </summary>
    ValueTask<bool> ChangeSettingsAsync(ImmutableArray<SettingChange> changes, LeafRow leaf, CancellationToken cancellationToken);

    // Waking

    /// <summary>Called after a commit that made a delivery or a clock due, with no lock held. Set once, before the first write.</summary>
    Action<StoreSignal>? Signal { get; set; }

    /// <summary>
    /// Takes the lead in a duty that one node at a time should do, such as indexing leaves; null where another node has it. It spares
    /// double work and guards nothing: what must not happen twice is compared and set where it is written.
    /// </summary>
    ValueTask<ILeadership?> TryLeadAsync(string duty, CancellationToken cancellationToken);
}

/// <summary>An allowance in a window of system time.</summary>
/// <param name="Key">Row, purpose and user: nothing of a person.</param>
public sealed record QuotaWindow(string Key, DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>Its counter is kept so much longer than the window, for a clock that steps back.</summary>
    public static readonly TimeSpan KeptAfter = TimeSpan.FromHours(1);
}

/// <summary>A part of an allowance.</summary>
/// <param name="Taken">By this call.</param>
/// <param name="Used">Taken in the window so far, by anybody.</param>
public readonly record struct QuotaSlice(int Taken, int Used);

/// <summary>A configuration that is to become the active one.</summary>
/// <param name="From">The digest of the one that is active until then; null: none is.</param>
/// <param name="Mark">A setting that is kept with it, with the digest as its value: by it is known later that this was done. Null: none.</param>
public sealed record ConfigurationActivation(string Digest, byte[] Content, string? From, LeafRow Leaf, string? Mark = null);

/// <summary>What became of activating a configuration.</summary>
public enum ActivationOutcome
{
    Activated,

    /// <summary>It is the active one; nothing was written, and no mark either.</summary>
    AlreadyActive,

    /// <summary>Another is active than the one in whose place it was to come; nothing was written.</summary>
    Moved,
}

/// <summary>A setting to change.</summary>
/// <param name="Expected">What it must be; null: there must be none.</param>
/// <param name="Value">What it becomes; null: it is taken away.</param>
public sealed record SettingChange(string Name, string? Expected, string? Value)
{
    public const int CountMax = 16;
}

/// <summary>The lead in a duty, until it is disposed of.</summary>
public interface ILeadership : IAsyncDisposable
{
    /// <summary>Cancelled when the lead is lost, as with the connection that held it.</summary>
    CancellationToken Lost { get; }
}

/// <summary>What a commit left to do, on whatever node it was made.</summary>
/// <param name="Recipients">Agencies for which deliveries were added or can go on.</param>
/// <param name="ClocksChanged">Whether a next clock instant was set.</param>
/// <param name="ConfigurationChanged">Whether another configuration became active.</param>
public sealed record StoreSignal(ImmutableArray<AgencyId> Recipients, bool ClocksChanged, bool ConfigurationChanged = false)
{
    /// <summary>Whether there is nothing in it.</summary>
    public bool IsSilent => this is { Recipients.IsEmpty: true, ClocksChanged: false, ConfigurationChanged: false };
}

/// <summary>Writes that belong together.</summary>
public sealed record CommitUnit
{
    public required ImmutableArray<ExchangeWrite> Exchanges { get; init; }

    public IdempotencyRow? Idempotency { get; init; }

    /// <summary>Settlements of deliveries that caused this commit; a lease that is gone fails the unit with <see cref="CommitOutcome.LeaseLost"/>.</summary>
    public ImmutableArray<DeliverySettlement> Settlements { get; init; } = [];

    /// <summary>
    /// An exchange of which it was decided at this version that the unit changes nothing: at another version the unit fails with
    /// <see cref="CommitOutcome.VersionConflict"/>. Null: not asked.
    /// </summary>
    public (ExchangeId Exchange, long Version)? Unmoved { get; init; }

    /// <summary>
    /// Digest of the configuration by which the unit was decided: where another is active the unit fails with
    /// <see cref="CommitOutcome.ConfigurationMoved"/>. Null: not asked; and where none was ever activated, none is another.
    /// </summary>
    public string? Configuration { get; init; }
}

/// <summary>The writes on one exchange.</summary>
/// <param name="ExpectedVersion">The version that was decided on; 0 for a new exchange. <c>Row.Version</c> is greater.</param>
/// <param name="Parties">All parties after the write, in place of those before; null: unchanged.</param>
/// <param name="Holds">All keys the exchange owns after the write; null: unchanged. Keys no longer listed are released.</param>
/// <param name="Search">All terms after the write; null: unchanged.</param>
public sealed record ExchangeWrite(
    long ExpectedVersion,
    ExchangeRow Row,
    ImmutableArray<PartyRow>? Parties,
    ImmutableArray<HoldKey>? Holds,
    ImmutableArray<SearchTerm>? Search,
    ImmutableArray<MessageRow> Messages,
    ImmutableArray<NewDelivery> Deliveries,
    ImmutableArray<NewAttachment> Attachments,
    ImmutableArray<LeafRow> Leaves);

/// <summary>What became of a unit.</summary>
public abstract record CommitOutcome
{
    private CommitOutcome()
    {
    }

    public sealed record Committed : CommitOutcome
    {
        public static readonly Committed Instance = new();
    }

    /// <summary>The key was used before; nothing was written. The caller compares what is sealed in the answer.</summary>
    public sealed record Repeated(IdempotencyRow First) : CommitOutcome;

    /// <summary>The exchange is at another version (or a new exchange's id exists); nothing was written.</summary>
    public sealed record VersionConflict(ExchangeId Exchange) : CommitOutcome;

    /// <summary>Another exchange owns a key; nothing was written. <paramref name="Index"/> is the exchange within the unit.</summary>
    public sealed record HoldTaken(int Index, ExchangeId Owner) : CommitOutcome;

    /// <summary>A settled delivery's lease is no longer held; nothing was written.</summary>
    public sealed record LeaseLost(DeliveryId Delivery) : CommitOutcome;

    /// <summary>Another configuration is active than the one decided by; nothing was written.</summary>
    public sealed record ConfigurationMoved(string Active) : CommitOutcome;
}

/// <summary>Selects exchanges to which <paramref name="Party"/> is party.</summary>
/// <param name="Types">Only these types; empty: all.</param>
/// <param name="Before">Only those with a smaller id: the last of the page before.</param>
/// <param name="CaseNumber">Only this canonical case number.</param>
/// <param name="Term">Only those found by this term.</param>
public sealed record ExchangeQuery(
    AgencyId Party,
    int CountMax,
    ExchangeId? Before = null,
    ImmutableArray<string> Types = default,
    string? State = null,
    string? CaseNumber = null,
    SearchTerm? Term = null);
