using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>
/// Decides the units of a group, one after the other in the order in which they came, each on what those before it leave; pure. What is checked
/// and in which order is <see cref="ILedgerStore.CommitAsync"/>'s contract. A unit that fails leaves nothing behind, so that the group needs no
/// savepoints and is written in one go; units of one exchange chain.
/// </summary>
internal sealed class GroupDecision(GroupFacts facts)
{
    private readonly Dictionary<KeyBytes, IdempotencyRow> _idempotency = new(facts.Idempotency);
    private readonly Dictionary<ExchangeId, long> _versions = new(facts.Versions);
    private readonly Dictionary<KeyBytes, ExchangeId> _owners = new(facts.Holds);
    private readonly Dictionary<ExchangeId, HashSet<KeyBytes>> _holdsOf = facts.Holds
        .GroupBy(static hold => hold.Value).ToDictionary(static group => group.Key, static group => group.Select(static hold => hold.Key).ToHashSet());
    private readonly HashSet<AttachmentId> _uploads = [.. facts.Uploads.Keys];
    private readonly Dictionary<DeliveryId, StandingDelivery> _deliveries = new(facts.Deliveries);
    private readonly Dictionary<AgencyId, (bool Suspended, DateTimeOffset? PausedUntil)> _recipients = new(facts.Recipients);

    public GroupWrites Writes { get; } = new();

    /// <summary>Owners of holds as they end, for all that were looked at.</summary>
    public IReadOnlyDictionary<KeyBytes, ExchangeId> Owners => _owners;

    public CommitOutcome Decide(PendingUnit pending)
    {
        var unit = pending.Unit;
        if (WasCommitted(pending))
        {
            return CommitOutcome.Committed.Instance;
        }

        if ((CheckConfiguration(unit) ?? CheckIdempotency(unit) ?? CheckVersions(unit)) is { } refused)
        {
            return refused;
        }

        var holds = new HoldChange(this);
        if ((holds.Refusal(unit) ?? CheckLeases(unit)) is { } taken)
        {
            return taken;
        }

        holds.Keep();
        Keep(unit);
        Writes.Leaves.AddRange(pending.Leaves);
        return CommitOutcome.Committed.Instance;
    }

    /// <summary>After a COMMIT whose answer was lost: the unit's own leaf, or its idempotency record byte by byte, tells that it was committed.</summary>
    private bool WasCommitted(PendingUnit pending) =>
        (facts.Witnesses.Count > 0 && pending.Witness is { } leaf && facts.Witnesses.Contains(leaf.Id))
        || (pending.Unit.Idempotency is { } row && facts.Idempotency.TryGetValue(KeyBytes.Of(row.Key), out var standing)
            && standing.Exchange == row.Exchange && standing.AnswerCipher.AsSpan().SequenceEqual(row.AnswerCipher)
            && standing.CommittedAt == row.CommittedAt && row.AnswerCipher.Length > 0 && InDoubt);

    /// <summary>Whether a try before this one may have been committed.</summary>
    public bool InDoubt { get; init; }

    private CommitOutcome? CheckConfiguration(CommitUnit unit) =>
        unit.Configuration is { } decidedBy && facts.Configuration is { } active && active != decidedBy ? new CommitOutcome.ConfigurationMoved(active) : null;

    private CommitOutcome? CheckIdempotency(CommitUnit unit) =>
        unit.Idempotency is { } row && _idempotency.TryGetValue(KeyBytes.Of(row.Key), out var first) ? new CommitOutcome.Repeated(first) : null;

    private CommitOutcome? CheckVersions(CommitUnit unit)
    {
        foreach (var write in unit.Exchanges)
        {
            var uploaded = write.Attachments.All(attachment => attachment.Row.ChunkCount == 0 || HasUpload(attachment.Row));
            if (_versions.GetValueOrDefault(write.Row.Id) != write.ExpectedVersion || !uploaded)
            {
                return new CommitOutcome.VersionConflict(write.Row.Id);
            }
        }

        return unit.Unmoved is { } seen && _versions.GetValueOrDefault(seen.Exchange) != seen.Version ? new CommitOutcome.VersionConflict(seen.Exchange) : null;
    }

    private bool HasUpload(AttachmentRow row) =>
        _uploads.Contains(row.Id) && facts.Uploads[row.Id] == (row.Exchange, row.ChunkCount, row.SizeBytes);

    private CommitOutcome? CheckLeases(CommitUnit unit)
    {
        foreach (var settlement in unit.Settlements)
        {
            if (!_deliveries.TryGetValue(settlement.Delivery, out var row) || (!IsHeld(row, settlement) && row.Status != settlement.To))
            {
                return new CommitOutcome.LeaseLost(settlement.Delivery);
            }
        }

        return null;
    }

    /// <summary>
    /// A lease is held until another takes its place: an answer that comes after its end counts where nobody was handed the delivery since, which
    /// spares the recipient a second copy.
    /// </summary>
    private static bool IsHeld(StandingDelivery row, DeliverySettlement settlement) =>
        row.Status == DeliveryStatus.Leased && row.LeaseToken == settlement.LeaseToken;

    private void Keep(CommitUnit unit)
    {
        if (unit.Idempotency is { } row)
        {
            _idempotency[KeyBytes.Of(row.Key)] = row;
            Writes.Idempotency[KeyBytes.Of(row.Key)] = row;
        }

        foreach (var write in unit.Exchanges)
        {
            _versions[write.Row.Id] = write.Row.Version;
            foreach (var attachment in write.Attachments.Where(static attachment => attachment.Row.ChunkCount > 0))
            {
                _uploads.Remove(attachment.Row.Id);
            }

            Writes.Add(write);
        }

        foreach (var settlement in unit.Settlements)
        {
            Settle(settlement);
        }
    }

    private void Settle(DeliverySettlement settlement)
    {
        var row = _deliveries[settlement.Delivery];
        if (!IsHeld(row, settlement))
        {
            return; // it is in that state already; repeating is harmless
        }

        var due = settlement is { To: DeliveryStatus.Pending, DueAt: { } again } ? again : row.DueAt;
        _deliveries[settlement.Delivery] = row with { Status = settlement.To, DueAt = due, LeaseToken = null };
        Writes.Settle(row, settlement, due);
        if (settlement.PauseRecipientUntil is { } until)
        {
            Pause(row.Recipient, until, settlement);
        }

        if (settlement.SuspendRecipient is { } suspension)
        {
            Suspend(row.Recipient, suspension.Cause, suspension.Leaf, settlement.At);
        }
    }

    private void Pause(AgencyId recipient, DateTimeOffset until, DeliverySettlement settlement)
    {
        var known = _recipients.GetValueOrDefault(recipient);
        if (!(known.PausedUntil >= until))
        {
            _recipients[recipient] = known with { PausedUntil = until };
            Writes.Pauses[recipient] = new RecipientRow(recipient, known.Suspended, settlement.Outcome, until, settlement.At);
        }
    }

    private void Suspend(AgencyId recipient, string cause, LeafRow leaf, DateTimeOffset at)
    {
        var known = _recipients.GetValueOrDefault(recipient);
        if (!known.Suspended)
        {
            _recipients[recipient] = known with { Suspended = true };
            Writes.Suspensions[recipient] = new RecipientRow(recipient, true, cause, known.PausedUntil, at);
            Writes.Leaves.Add(leaf);
        }
    }

    /// <summary>The holds of one unit on trial: all are released before any is claimed, so that a key can pass from one exchange of it to another.</summary>
    private sealed class HoldChange(GroupDecision group)
    {
        private readonly Dictionary<KeyBytes, ExchangeId?> _changed = [];

        public CommitOutcome? Refusal(CommitUnit unit)
        {
            foreach (var write in unit.Exchanges)
            {
                if (write.Holds is { } kept && group._holdsOf.TryGetValue(write.Row.Id, out var owned))
                {
                    var keep = kept.Select(static hold => KeyBytes.Of(hold.Value)).ToHashSet();
                    foreach (var key in owned.Where(key => !keep.Contains(key)))
                    {
                        _changed[key] = null;
                    }
                }
            }

            for (var index = 0; index < unit.Exchanges.Length; index++)
            {
                var write = unit.Exchanges[index];
                foreach (var hold in Sorted(write.Holds))
                {
                    var key = KeyBytes.Of(hold.Value);
                    if (OwnerOf(key) is { } owner && owner != write.Row.Id)
                    {
                        return new CommitOutcome.HoldTaken(index, owner);
                    }

                    _changed[key] = write.Row.Id;
                }
            }

            return null;
        }

        public void Keep()
        {
            foreach (var (key, owner) in _changed)
            {
                if (group._owners.Remove(key, out var before))
                {
                    group._holdsOf[before].Remove(key);
                }

                if (owner is { } now)
                {
                    group._owners[key] = now;
                    (group._holdsOf.TryGetValue(now, out var owned) ? owned : group._holdsOf[now] = []).Add(key);
                }
            }
        }

        private ExchangeId? OwnerOf(KeyBytes key) =>
            _changed.TryGetValue(key, out var changed) ? changed : group._owners.TryGetValue(key, out var owner) ? owner : null;

        private static IEnumerable<HoldKey> Sorted(ImmutableArray<HoldKey>? holds) =>
            holds is { Length: > 1 } several ? several.Sort(static (a, b) => a.Value.AsSpan().SequenceCompareTo(b.Value.AsSpan())) : holds ?? [];
    }
}
