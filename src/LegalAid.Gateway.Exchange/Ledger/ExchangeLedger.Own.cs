using System.Collections.Immutable;
using System.Text;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>What the gateway decides itself: time that passes, deliveries that end, exchanges and steps that are its own.</summary>
public sealed partial class ExchangeLedger
{
    /// <summary>Lets time pass for one exchange: its clocks say what fell due. Harmless to repeat.</summary>
    public Task TickAsync(ExchangeId id, CancellationToken cancellationToken) =>
        ApplyAsync(id, (state, now) => Transition.Tick(state, _configuration.Current, now), [], cancellationToken);

    /// <summary>Counts an exchange's provisional clocks again by the present calendars.</summary>
    public Task RecomputeAsync(ExchangeId id, CancellationToken cancellationToken) =>
        ApplyAsync(id, (state, now) => Transition.Recompute(state, _configuration.Current, now), [], cancellationToken);

    /// <summary>
    /// Takes a step of the gateway's own, decided on the exchange as it stands at the commit: <paramref name="decide"/> is called again wherever it moved on, and its null
    /// leaves everything as it is. False where nothing was written: no such exchange, erased, contended, or nothing to do.
    /// </summary>
    public async Task<bool> TakeOwnAsync(ExchangeId id, Func<ExchangeState, DateTimeOffset, OwnStep?> decide, CancellationToken cancellationToken) =>
        (await TakeOwnAsync(id, held: null, decide, cancellationToken)).Written;

    /// <param name="held">The exchange as the caller has it; decided on first, without a read. Null: it is read.</param>
    /// <inheritdoc cref="TakeOwnAsync(ExchangeId, Func{ExchangeState, DateTimeOffset, OwnStep}, CancellationToken)"/>
    public async Task<OwnTaken> TakeOwnAsync(ExchangeId id, HeldExchange? held, Func<ExchangeState, DateTimeOffset, OwnStep?> decide, CancellationToken cancellationToken)
    {
        for (var decision = 0; decision < DecisionsMax; decision++)
        {
            var configuration = _configuration.Current.Digest;
            var loaded = held?.Loaded ?? await _vault.LoadAsync(id, withDocuments: true, cancellationToken);
            if (loaded is not { Cipher: { } cipher })
            {
                return new OwnTaken(Written: false, Held: null);
            }

            var (state, now) = (loaded.Reading.State, _civil.Now);
            if (decide(state, now) is not { } own || state.Type.FindStep(own.Step) is not { } step
                || Transition.TakeOwn(state, step, own.Payload, _configuration.Current, now) is not Decision.Accepted accepted)
            {
                return new OwnTaken(Written: false, new HeldExchange(loaded));
            }

            var built = _builder.Build(CommitOrigin.Of(loaded, cipher), accepted, sender: null, [], _system.GetUtcNow(), traceParent: "");
            switch (await _store.CommitAsync(new CommitUnit { Exchanges = [built.Write], Configuration = configuration }, cancellationToken))
            {
                case CommitOutcome.Committed:
                    ClockMeters.Committed(accepted.Messages);
                    var after = HeldExchange.After(built);
                    Advanced?.Invoke(new Advance(after, ByGateway: true));
                    return new OwnTaken(Written: true, after);
                case CommitOutcome.ConfigurationMoved:
                    return new OwnTaken(Written: false, Held: null);
                default:
                    held = null; // it moved on
                    continue;
            }
        }

        return new OwnTaken(Written: false, Held: null);
    }

    /// <summary>
    /// Opens an exchange of the gateway's own. What its payload says is not compared where the key was used before: the first one stands. Null where it cannot be opened: no
    /// such type, not for that agency, a party that is not there or of another kind, or the node stays behind its configuration.
    /// </summary>
    public async Task<ExchangeId?> OpenOwnAsync(OwnOpening opening, CancellationToken cancellationToken)
    {
        var request = RequestOf(opening.For, $"own:{opening.Type}", opening.Key, [new RequestItem(opening.Payload, [])]);
        for (var decision = 0; decision < DecisionsMax; decision++)
        {
            var (snapshot, civilNow, now) = (_configuration.Current, _civil.Now, _system.GetUtcNow());
            if (snapshot.FindType(opening.Type) is not { Opening.IsGateways: true } type || snapshot.Agencies.Find(opening.For) is not { } agency
                || Transition.OpenOwn(type, Attempt(agency, type.Opening, opening.Payload, [], []), snapshot, _checks, civilNow) is not Decision.Accepted accepted)
            {
                return (await _store.FindIdempotencyAsync(request.Key, cancellationToken))?.Exchange;
            }

            var id = new ExchangeId(_ids.NewId());
            var (key, wrapped) = _keys.NewDataKey(id.Value);
            var origin = new CommitOrigin(id, _ids.NewId(), Version: 0, type.Digest, opening.For, civilNow, new ExchangeCipher(key), wrapped, [], Before: null);
            var built = _builder.Build(origin, accepted, sender: null, [], now, traceParent: "", payload: request.Payloads[0]);
            var unit = new CommitUnit { Exchanges = [built.Write], Idempotency = Keep(request, [built], now), Configuration = snapshot.Digest };
            switch (await _store.CommitAsync(unit, cancellationToken))
            {
                case CommitOutcome.Committed:
                    ClockMeters.Committed(accepted.Messages);
                    return id;
                case CommitOutcome.Repeated repeated:
                    return repeated.First.Exchange;
                case CommitOutcome.ConfigurationMoved:
                    continue;
                default:
                    return null;
            }
        }

        return null;
    }

    /// <summary>
    /// Records what became of a delivery, with its evidence; where the proof of delivery may start a clock, in the same commit with it. Where
    /// it cannot, no exchange is read. False where the lease is no longer held.
    /// </summary>
    public Task<bool> SettleAsync(DeliveryRow delivery, DeliverySettlement settlement, CancellationToken cancellationToken) =>
        SettleAsync(delivery, settlement, seen: null, cancellationToken);

    /// <param name="seen">The exchange as it was read with the message: decided on first, without a read. Where it changed since, the commit says so.</param>
    internal async Task<bool> SettleAsync(DeliveryRow delivery, DeliverySettlement settlement, SeenExchange? seen, CancellationToken cancellationToken)
    {
        settlement = settlement with { Leaf = DeliveryLeaves.Settled(new LeafId(_ids.NewId()), delivery, settlement) };
        if (settlement.To != DeliveryStatus.Delivered || !delivery.Clocked)
        {
            return await _store.SettleDeliveryAsync(settlement, cancellationToken);
        }

        var role = new RoleName(delivery.Role);
        return await ApplyAsync(
            delivery.Exchange,
            (state, now) => Transition.Delivered(state, new StepName(delivery.Event), role, delivery.Recipient, now, _configuration.Current, now),
            [settlement],
            cancellationToken,
            seen);
    }

    /// <summary>
    /// Records once that a person opened a delivered message. False where the exchange is erased. Whether it was recorded is read at the version
    /// that the record is committed at, so that two reports at a time are one.
    /// </summary>
    public async Task<bool> RecordOpenedAsync(DeliveryRow delivery, CancellationToken cancellationToken)
    {
        for (var decision = 0; decision < DecisionsMax; decision++)
        {
            if (await _vault.LoadAsync(delivery.Exchange, withDocuments: false, cancellationToken) is not { Cipher: { } cipher } loaded)
            {
                return false;
            }

            if (await IsOpenedAsync(delivery, cancellationToken))
            {
                return true;
            }

            var now = _system.GetUtcNow();
            var unchanged = new Decision.Accepted(loaded.Reading.State, []);
            var built = _builder.Build(CommitOrigin.Of(loaded, cipher), unchanged, sender: null, [], now, traceParent: "");
            var write = built.Write with { Leaves = [DeliveryLeaves.Opened(new LeafId(_ids.NewId()), delivery, now)] };
            if (await _store.CommitAsync(new CommitUnit { Exchanges = [write] }, cancellationToken) is CommitOutcome.Committed)
            {
                return true;
            }
        }

        throw new TimeoutException($"exchange {delivery.Exchange} keeps changing: the opening was not recorded");
    }

    private async ValueTask<bool> IsOpenedAsync(DeliveryRow delivery, CancellationToken cancellationToken)
    {
        const int Page = 200;
        LeafId? after = null;
        while (await _store.ListLeavesAsync(delivery.Exchange, after, Page, cancellationToken) is { Length: > 0 } leaves)
        {
            if (leaves.Any(leaf => leaf.Kind == LeafKinds.Opened && leaf.Subject == delivery.Id.Value))
            {
                return true;
            }

            after = leaves[^1].Id;
        }

        return false;
    }

    /// <summary>Applies what the gateway itself decides. With nothing to change the settlements alone are written, if that is still so.</summary>
    /// <param name="said">What the recipient of the first settlement answered, to be sealed with it.</param>
    private async Task<bool> ApplyAsync(
        ExchangeId id, Func<ExchangeState, DateTimeOffset, Decision> decide, ImmutableArray<DeliverySettlement> settlements, CancellationToken cancellationToken,
        SeenExchange? seen = null, string? said = null)
    {
        for (var decision = 0; decision < DecisionsMax; decision++)
        {
            var configuration = _configuration.Current.Digest;
            var loaded = seen is null ? await _vault.LoadAsync(id, withDocuments: false, cancellationToken)
                : seen.Loaded ?? await _vault.OpenAsync(seen.Row, withDocuments: false, cancellationToken);
            seen = null;
            if (said is not null && loaded?.Cipher is { } seal)
            {
                // What another gateway said is kept as a recipient's own words are.
                settlements = [.. settlements.Select(settlement => settlement with { DetailCipher = seal.Seal(ExchangeCipher.Detail, settlement.Delivery.Value, Encoding.UTF8.GetBytes(said)) })];
            }

            var accepted = loaded?.Cipher is null ? null : decide(loaded.Reading.State, _civil.Now) as Decision.Accepted;
            if (loaded is null || (accepted is null && settlements.IsEmpty))
            {
                return settlements.IsEmpty || await _store.SettleDeliveryAsync(settlements[0], cancellationToken);
            }

            var unit = accepted is null || loaded.Cipher is not { } cipher
                ? new CommitUnit { Exchanges = [], Settlements = settlements, Unmoved = (id, loaded.Row.Version) }
                : new CommitUnit
                {
                    Exchanges = [_builder.Build(CommitOrigin.Of(loaded, cipher), accepted, sender: null, [], _system.GetUtcNow(), traceParent: "").Write],
                    Settlements = settlements,
                    Configuration = configuration,
                };
            switch (await _store.CommitAsync(unit, cancellationToken))
            {
                case CommitOutcome.Committed:
                    ClockMeters.Committed(accepted?.Messages ?? []);
                    return true;
                case CommitOutcome.LeaseLost or CommitOutcome.ConfigurationMoved:
                    return false;
                default:
                    continue;
            }
        }

        // Contended, or the node is behind its configuration: a tick comes again with the next look; a settlement's lease runs out and the delivery is made again.
        return false;
    }
}
