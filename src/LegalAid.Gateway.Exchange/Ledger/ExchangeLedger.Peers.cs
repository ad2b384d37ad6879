using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Peers;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>
/// What gateways do for each other. An exchange is decided on where it was opened; the other keeps a copy (<see cref="Replica"/>) that follows by one stream of messages,
/// and passes its parties' steps on. Either message may come twice, and the answer is the same; neither is taken out of its order.
/// </summary>
public sealed partial class ExchangeLedger
{
    /// <summary>Takes one message of another gateway's exchange: the copy, who is to be told here, and evidence, in one commit.</summary>
    /// <param name="from">The gateway, as its signature shows.</param>
    public async Task<PeerAnswer> CopyAsync(AgencyId from, PeerUpdate update, CancellationToken cancellationToken)
    {
        for (var decision = 0; decision < DecisionsMax; decision++)
        {
            var snapshot = _configuration.Current;
            var loaded = await _vault.LoadAsync(update.Exchange, withDocuments: true, cancellationToken);
            if (await RefusedAsync(from, update, loaded, snapshot, cancellationToken) is { } refused)
            {
                return refused;
            }

            // 1. The exchange as the other has it, without what is the other's own.
            var type = loaded?.Reading.State.Type ?? snapshot.FindType(update.Type);
            if (type is null || PeerStates.Read(type, update, snapshot) is not { } copied)
            {
                return new PeerAnswer.Refused([new Fault(PeerFaults.TypeDiffers)]);
            }

            var present = loaded?.Reading.Documents ?? [];
            if (await StagedAsync(from, update, loaded, present, cancellationToken) is not { } staged)
            {
                return new PeerAnswer.Refused([new Fault(PeerFaults.DocumentMissing)]);
            }

            var replica = loaded?.Reading.State.Replica ?? new Replica(from, Version: 0, Stream: 0, []);
            var isNewer = update.Version >= replica.Version;
            var next = (isNewer || loaded is null ? copied : loaded.Reading.State) with
            {
                Replica = replica with
                {
                    Version = Math.Max(update.Version, replica.Version),
                    Stream = update.Stream,
                    Relayed = replica.Relayed.RemoveAll(step => step.Message == update.Message.Cause),
                },
            };

            // 2. Its message, for those who belong here.
            var said = update.Message;
            var message = new OutgoingMessage(
                said.Event, said.Sender, said.Payload, new StateName(said.StateAfter), said.OccurredAt,
                said.Recipients.RemoveAll(recipient => snapshot.Agencies.Find(recipient.Agency) is not { Channel: not Channel.Through }));
            var peer = new PeerPart(said.Id, new ForeignReceipt(from, said.Id, said.Receipt), ToHome: false, [.. said.Documents]);
            var (origin, now) = (loaded is { Cipher: { } cipher } ? CommitOrigin.Of(loaded, cipher) : NewCopy(update, type, staged.Key), _system.GetUtcNow());
            var built = _builder.Build(
                origin, new Decision.Accepted(next, [message]), said.Sender,
                [.. update.Documents.Where(document => document.Apart is null && present.All(known => known.Id != document.Known?.Id))],
                now, traceParent: "", staged: [.. staged.Documents.Select(document => _sealer.Staged(origin, document.Upload, document.Document, now))], referenced: [.. present.Where(document => said.Documents.Contains(document.Id))], peer: peer);

            // 3. Commit.
            switch (await _store.CommitAsync(new CommitUnit { Exchanges = [built.Write], Configuration = snapshot.Digest }, cancellationToken))
            {
                case CommitOutcome.Committed:
                    if (staged.Key is { } used)
                    {
                        await _staged.ForgetAsync(used);
                    }

                    Advanced?.Invoke(new Advance(HeldExchange.After(built), ByGateway: false));
                    return new PeerAnswer.Taken(built.Answer.Receipt.Jws);
                case CommitOutcome.ConfigurationMoved:
                    return new PeerAnswer.Refused([new Fault(LedgerFaults.ConfigurationMoved)]);
                default:
                    continue;
            }
        }

        return new PeerAnswer.Refused([new Fault(LedgerFaults.Contended)]);
    }

    /// <summary>Takes a step that another gateway passes on for one of its agencies: decided as any other, and once.</summary>
    /// <param name="schemas">By these the payload is read here: the other read it by its own, which may be older, newer or wrong, and this gateway's parties are shown it.</param>
    public async Task<PeerAnswer> TakePassedOnAsync(AgencyId from, PeerCommand command, IPayloadSchemas schemas, CancellationToken cancellationToken)
    {
        var snapshot = _configuration.Current;
        if (snapshot.Agencies.GatewayOf(command.Agency) != from)
        {
            return new PeerAnswer.Refused([new Fault(PeerFaults.NotYours)]);
        }

        var loaded = await _vault.LoadForAsync(command.Agency, command.Exchange, withDocuments: true, cancellationToken);
        if (loaded is not null && command.Documents.Any(document => document.Apart is not null))
        {
            if (!await AddStagedAsync(from, command, loaded, cancellationToken))
            {
                return new PeerAnswer.Refused([new Fault(PeerFaults.DocumentMissing)]);
            }

            loaded = await _vault.LoadForAsync(command.Agency, command.Exchange, withDocuments: true, cancellationToken);
        }

        var present = loaded?.Reading.Documents ?? [];
        var step = new StepCommand(
            command.Agency, command.Exchange, command.Step, command.Payload, [.. command.Documents.Where(document => document.Apart is null && present.All(known => known.Id != document.Known?.Id))],
            $"peer:{command.Id}")
        {
            References = [.. present.Where(known => command.Documents.Any(document => document.Known?.Id == known.Id)).Select(known => new DocumentReference(command.Exchange, known.Id, known.Sha256, known.Sm3))],
            Relayed = new ForeignReceipt(from, command.Id, command.Receipt),
            Sent = command.Documents,
        };
        var outcome = FormFaults(loaded, command, schemas) is { Length: > 0 } malformed ? Refuse(malformed) : await TakeAsync(step, cancellationToken);
        if (outcome is CommandOutcome.Refused denied && PeerFaults.AreFinal(denied.Faults))
        {
            outcome = await RememberAsync(step, denied, cancellationToken);
        }

        return outcome switch
        {
            CommandOutcome.Accepted accepted => new PeerAnswer.Taken(accepted.Answers[0].Receipt.Jws),
            CommandOutcome.Refused refused => new PeerAnswer.Refused([.. refused.Faults]),
            var other => throw new InvalidOperationException($"outcome {other}"),
        };
    }

    /// <summary>What is wrong with the payload's form, or that it is not in the normal one: then its digest would be another than that of what was said.</summary>
    private static Fault[] FormFaults(LoadedExchange? loaded, PeerCommand command, IPayloadSchemas schemas)
    {
        if (loaded?.Reading.State.Type.FindStep(command.Step) is not { } step || schemas.Find(step.Payload)?.Read(command.Payload) is not { } reading)
        {
            return []; // no such exchange or step, which is told elsewhere
        }

        return reading.Payload is null ? [.. reading.Faults.Select(fault => fault.Under("payload"))]
            : CanonicalJson.Canonicalise(reading.Payload).AsSpan().SequenceEqual(CanonicalJson.Canonicalise(command.Payload)) ? []
            : [new Fault(PeerFaults.Malformed, "payload")];
    }

    /// <summary>
    /// Keeps that the step was refused for good. The same parcel may still be on the line, and whoever took the step is told now: it must not be taken when it comes after all.
    /// What was taken meanwhile stands.
    /// </summary>
    private async Task<CommandOutcome> RememberAsync(StepCommand step, CommandOutcome.Refused refused, CancellationToken cancellationToken)
    {
        if (await _store.FindExchangeAsync(step.Exchange, cancellationToken) is null)
        {
            return refused; // there is nothing that could ever take it
        }

        var request = RequestOf(step);
        var unit = new CommitUnit { Exchanges = [], Idempotency = new IdempotencyRow(request.Key, Digest: [], step.Exchange, AnswerCodec.Refusal, _system.GetUtcNow()) };
        return await _store.CommitAsync(unit, cancellationToken) is CommitOutcome.Repeated { First: var first } && !AnswerCodec.IsRefusal(first.AnswerCipher)
            ? await RepeatAsync(request, first, cancellationToken)
            : refused;
    }

    /// <summary>
    /// Records what became of a message to another gateway: its receipt, and the clocks that its proof starts for those whom it reaches there; or, of a step that was passed
    /// on, that it was refused, which its sender is told. False where the lease is no longer held.
    /// </summary>
    public Task<bool> SettlePeerAsync(DeliveryRow delivery, DeliverySettlement settlement, PeerParcel parcel, PeerAnswer? answer, CancellationToken cancellationToken)
    {
        settlement = settlement with { Leaf = DeliveryLeaves.Settled(new LeafId(_ids.NewId()), delivery, settlement, (answer as PeerAnswer.Taken)?.Receipt) };
        return answer switch
        {
            PeerAnswer.Taken taken when parcel is PeerParcel.Update update => ApplyAsync(
                delivery.Exchange, (state, now) => Reached(state, update.Away, delivery.Event, now), [settlement], cancellationToken, said: taken.Receipt),
            PeerAnswer.Taken taken => ApplyAsync(delivery.Exchange, (_, _) => Decision.Unchanged.Instance, [settlement], cancellationToken, said: taken.Receipt),
            PeerAnswer.Refused refused when parcel is PeerParcel.Command command && settlement.To == DeliveryStatus.Delivered => ApplyAsync(
                delivery.Exchange, (state, now) => TurnedDown(state, command, refused.Faults, now), [settlement], cancellationToken),
            _ => _store.SettleDeliveryAsync(settlement, cancellationToken).AsTask(),
        };
    }

    /// <summary>Why the message is not taken, or that it was; null where it is to be taken.</summary>
    private async ValueTask<PeerAnswer?> RefusedAsync(
        AgencyId from, PeerUpdate update, LoadedExchange? loaded, ConfigurationSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (loaded is null)
        {
            return snapshot.Agencies.GatewayOf(update.Opener) != from ? new PeerAnswer.Refused([new Fault(PeerFaults.NotYours)])
                : update.After != 0 ? new PeerAnswer.OutOfOrder(1)
                : null;
        }

        if (loaded.Reading.State.Replica is not { } replica || replica.Gateway != from)
        {
            return new PeerAnswer.Refused([new Fault(PeerFaults.NotYours)]);
        }

        if (update.Stream <= replica.Stream)
        {
            // It came before, and is answered as it was then.
            return await _store.FindMessageAsync(new MessageId(update.Message.Id), cancellationToken) is { } row && row.Exchange == update.Exchange
                ? new PeerAnswer.Taken(ExchangeVault.Read(row, loaded.Cipher).ReceiptJws)
                : new PeerAnswer.Refused([new Fault(PeerFaults.OtherBefore)]);
        }

        return loaded.Cipher is null ? new PeerAnswer.Refused([new Fault(LedgerFaults.Erased)])
            : update.After > replica.Stream ? new PeerAnswer.OutOfOrder(replica.Stream + 1)
            : update.Message.Sender is { } sender && snapshot.Agencies.GatewayOf(sender) is null && !await WasSaidHereAsync(from, update, loaded, cancellationToken)
                ? new PeerAnswer.Refused([new Fault(PeerFaults.NotSaid)])
            : null;
    }

    /// <summary>Whether the step that the other says an agency of ours took was passed on by us, word for word: by itself, or with the step that takes it along.</summary>
    private async ValueTask<bool> WasSaidHereAsync(AgencyId from, PeerUpdate update, LoadedExchange loaded, CancellationToken cancellationToken) =>
        update.Message.Cause is { } cause
        && await _store.FindMessageAsync(new MessageId(cause), cancellationToken) is { } row && row.Sender == update.Message.Sender
        && (row.Exchange == update.Exchange
            ? row.Event == update.Message.Event && ExchangeVault.Read(row, loaded.Cipher).PayloadDigest == CanonicalJson.Digest(CanonicalJson.Canonicalise(update.Message.Payload))
            : await _vault.LoadAsync(row.Exchange, withDocuments: false, cancellationToken) is { } first && TakesAlong(from, row, first, update));

    private static bool TakesAlong(AgencyId from, MessageRow said, LoadedExchange first, PeerUpdate update) =>
        first is { Cipher: { } cipher, Reading.State: { Replica: { } replica } state } && replica.Gateway == from
        && state.Type.FindStep(new StepName(said.Event))?.Together is { } joint && joint.Take.Value == update.Message.Event
        && ExchangeVault.Read(said, cipher).Payload is { } payload
        && ExchangeId.TryParseResourceName(joint.Exchange.FindText(payload), out var other) && other == update.Exchange
        && joint.Payload.Find(payload) is JsonObject given && JsonNode.DeepEquals(given, update.Message.Payload);

    private CommitOrigin NewCopy(PeerUpdate update, ExchangeType type, StagedKey? staged)
    {
        var (key, made) = staged is null ? _keys.NewDataKey(update.Exchange.Value) : ([], staged.Wrapped);
        return new CommitOrigin(
            update.Exchange, update.Notice, Version: 0, type.Digest, update.Opener, update.OpenedAt, staged?.Cipher ?? new ExchangeCipher(key), made, [], Before: null);
    }

    /// <summary>The step is on its way to the gateway that decides; nothing else changes here until that gateway says so.</summary>
    private (Decision.Accepted Accepted, PeerPart Peer) PassOn(Decision.Accepted decided, ExchangeState state, StepDefinition step, AgencyId caller)
    {
        var (replica, message) = (state.Replica ?? throw new InvalidOperationException("a step of our own is passed on"), _ids.NewId());
        var said = decided.Messages[0] with { Sender = caller, StateAfter = state.State, Recipients = [] };
        var next = state with { Replica = replica with { Relayed = replica.Relayed.Add(new RelayedStep(step.Name, message)) } };
        return (new Decision.Accepted(next, [said]), new PeerPart(message, Relayed: null, ToHome: true, Stated: null));
    }

    /// <summary>The other gateway holds the message for these: clocks that wait for it start.</summary>
    private Decision Reached(ExchangeState state, ImmutableArray<Recipient> recipients, string messageEvent, DateTimeOffset now)
    {
        Decision.Accepted? reached = null;
        foreach (var recipient in recipients)
        {
            if (Transition.Delivered(reached?.Next ?? state, new StepName(messageEvent), recipient.Role, recipient.Agency, now, _configuration.Current, now) is Decision.Accepted more)
            {
                reached = more with { Messages = [.. reached?.Messages ?? [], .. more.Messages] };
            }
        }

        return reached is null ? Decision.Unchanged.Instance : reached;
    }

    /// <summary>The gateway that decides refused the step: whoever took it is told why, and may take another.</summary>
    private static Decision TurnedDown(ExchangeState state, PeerParcel.Command command, ImmutableArray<Fault> faults, DateTimeOffset now)
    {
        // It may have been let go since: then it is told as what it took the step as.
        var roles = state.RolesOf(command.Agency).Concat(state.Type.FindStep(command.Step)?.By ?? []);
        if (state.Replica is not { } replica || roles.FirstOrDefault() is not { Value: not null } role)
        {
            return Decision.Unchanged.Instance;
        }

        var payload = new JsonObject
        {
            ["step"] = command.Step.Value,
            ["faults"] = new JsonArray([.. faults.Select(fault => (JsonNode)new JsonObject { ["code"] = fault.Code.Code, ["field"] = fault.Field })]),
        };
        return new Decision.Accepted(
            state with { Replica = replica with { Relayed = replica.Relayed.RemoveAll(step => step.Message == command.Id) } },
            [new OutgoingMessage(PeerEvents.StepRefused, Sender: null, payload, state.State, now, [new Recipient(command.Agency, role, Overtakes: false)])]);
    }
}
