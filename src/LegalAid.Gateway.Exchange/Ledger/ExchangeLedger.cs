using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Peers;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>
/// The one way in which an exchange changes. A command goes through these steps, whoever's face it came by:
/// <list type="number">
/// <item>repeat: a request id that was used before gives its first answer, or a fault where the content is another. The commit finds one, and so does
/// every refusal: to ask first would cost each new request a read for the sake of the few that come again;</item>
/// <item>load: the exchange at its version, with the type it is pinned to;</item>
/// <item>decide: a pure function of type, state, step, time and configuration;</item>
/// <item>build: everything sealed, hashed and signed;</item>
/// <item>commit: one durable unit at the version that was decided on, else back to 2, at most <see cref="DecisionsMax"/> times.</item>
/// </list>
/// The process may die between any two of them: before 5 nothing happened, after 5 everything did, and the same request id tells which.
/// </summary>
public sealed partial class ExchangeLedger
{
    /// <summary>How often a command is decided when others keep changing the exchange.</summary>
    public const int DecisionsMax = 8;

    /// <summary>Most documents of one exchange.</summary>
    public const int DocumentsMax = 100;

    private readonly ILedgerStore _store;
    private readonly ISnapshotSource _configuration;
    private readonly CheckCatalogue _checks;
    private readonly KeyRing _keys;
    private readonly CivilClock _civil;
    private readonly TimeProvider _system;
    private readonly IIdSource _ids;
    private readonly ExchangeVault _vault;
    private readonly ExchangeGrants _grants;
    private readonly CommitBuilder _builder;
    private readonly DocumentSealer _sealer;
    private readonly StagedDocuments _staged;

    public ExchangeLedger(
        ILedgerStore store, ISnapshotSource configuration, CheckCatalogue checks, KeyRing keys, ReceiptSigner signer, CivilClock civil,
        TimeProvider system, IIdSource ids, LedgerOptions? options = null)
    {
        (_store, _configuration, _checks, _keys, _civil, _system, _ids) = (store, configuration, checks, keys, civil, system, ids);
        _vault = new ExchangeVault(store, configuration, keys);
        _grants = new ExchangeGrants(configuration, civil);
        _builder = new CommitBuilder(keys, signer, ids, civil, options ?? new LedgerOptions(), configuration);
        _sealer = new DocumentSealer(ids);
        _staged = new StagedDocuments(store, keys, ids, system);
    }

    /// <summary>
    /// Called after a command of an agency or a step of the gateway's own was committed here; handlers are added while the host starts. Called before the command is answered, on its thread: a
    /// handler returns at once. What rests on it must also be found by looking, as the process may die in between.
    /// </summary>
    public Action<Advance>? Advanced { get; set; }

    /// <summary>
    /// Asked for each exchange that an agency opens, once it is decided and before it is committed; the step that it names is committed with the opening, all or nothing. Set
    /// once. It may read, and has no effect of its own: the opening may yet turn out to be a repeat, or be refused by the store.
    /// </summary>
    public OpeningFollowUp? FollowUp { get; set; }

    /// <summary>Opens exchanges. Fields of faults begin with <c>[i].payload</c> or <c>[i].attachments</c>.</summary>
    public async Task<CommandOutcome> OpenAsync(OpenCommand command, CancellationToken cancellationToken)
    {
        // 1. Repeat.
        var request = RequestOf(
            command.Caller, $"open:{command.Type}", command.RequestId, [.. command.Openings.Select(opening => new RequestItem(opening.Payload, opening.Documents))]);
        var snapshot = _configuration.Current;
        if (snapshot.FindType(command.Type) is not { } type)
        {
            return await RepeatOrRefuseAsync(request, [new Fault(LedgerFaults.TypeUnknown)], cancellationToken);
        }

        // 3. Decide each; all faults of all together. What the matrix does not grant is not decided.
        var civilNow = _civil.Now;
        if (!ExchangeGrants.MayOpen(snapshot, new Asker(command.Caller, command.Purpose), type, civilNow.CivilDate()))
        {
            return await RepeatOrRefuseAsync(
                request, [.. command.Openings.Select((_, index) => new Fault(TransitionFaults.NotOpener, $"[{index}]"))], cancellationToken);
        }

        var caller = snapshot.Agencies.Get(command.Caller);
        var decisions = command.Openings
            .Select(opening => Transition.Open(type, Attempt(caller, type.Opening, opening.Payload, opening.Documents, []), snapshot, _checks, civilNow))
            .ToImmutableArray();
        var faults = FaultsOf(decisions);
        faults.AddRange(await ReferenceFaultsAsync(command, type, cancellationToken));
        if (faults.Count > 0)
        {
            return await RepeatOrRefuseAsync(request, [.. faults], cancellationToken);
        }

        // 4. Build, with what the gateway itself does at once.
        var opened = await OpenedAsync([.. decisions.Cast<Decision.Accepted>()], snapshot, civilNow, cancellationToken);
        var now = _system.GetUtcNow();
        var notice = _ids.NewId();
        var signature = command.Openings.Length == 1 ? command.Signature : command.Signature?.AmongSeveral();
        var built = command.Openings.Zip(opened, request.Payloads).Select(item =>
        {
            var (opening, (id, accepted), payload) = item;
            var (key, wrapped) = _keys.NewDataKey(id.Value);
            var cipher = new ExchangeCipher(key);
            var origin = new CommitOrigin(id, notice, Version: 0, type.Digest, command.Caller, civilNow, cipher, wrapped, [], Before: null);
            return _builder.Build(origin, accepted, command.Caller, opening.Documents, now, command.TraceParent, payload: payload, signature: signature);
        }).ToImmutableArray();
        if (TwiceInRequest([.. built.Select(item => item.Write)]) is { Count: > 0 } twice)
        {
            return await RepeatOrRefuseAsync(request, [.. twice], cancellationToken);
        }

        // 5. Commit.
        var answers = built.Select(item => item.Answer).ToImmutableArray();
        var unit = new CommitUnit
        {
            Exchanges = [.. built.Select(item => item.Write)],
            Idempotency = Keep(request, built, now),
            Configuration = snapshot.Digest,
        };
        switch (await _store.CommitAsync(unit, cancellationToken))
        {
            case CommitOutcome.Committed:
                ClockMeters.Committed([.. opened.SelectMany(one => one.Accepted.Messages)]);
                foreach (var one in built)
                {
                    Advanced?.Invoke(new Advance(HeldExchange.After(one), ByGateway: false));
                }

                return new CommandOutcome.Accepted(answers, Repeated: false);
            case CommitOutcome.Repeated first:
                return await RepeatAsync(request, first.First, cancellationToken);
            case CommitOutcome.HoldTaken taken:
                return Refuse(new Fault(LedgerFaults.HoldTaken, $"[{taken.Index}]"));
            case CommitOutcome.ConfigurationMoved:
                return await RepeatOrRefuseAsync(request, [new Fault(LedgerFaults.ConfigurationMoved)], cancellationToken);
            case var other:
                throw new InvalidOperationException($"a new exchange was not committed: {other}");
        }
    }

    /// <summary>Each exchange with its id and, where there is one, the gateway's own step after the opening's.</summary>
    private async ValueTask<ImmutableArray<(ExchangeId Id, Decision.Accepted Accepted)>> OpenedAsync(
        ImmutableArray<Decision.Accepted> openings, ConfigurationSnapshot snapshot, DateTimeOffset civilNow, CancellationToken cancellationToken)
    {
        var opened = ImmutableArray.CreateBuilder<(ExchangeId, Decision.Accepted)>(openings.Length);
        foreach (var opening in openings)
        {
            var id = new ExchangeId(_ids.NewId());
            var followed = FollowUp is { } follow && await follow(id, opening.Next, civilNow, cancellationToken) is { } own && opening.Next.Type.FindStep(own.Step) is { } step
                ? Transition.TakeOwn(opening.Next, step, own.Payload, snapshot, civilNow)
                : Decision.Unchanged.Instance;
            opened.Add((id, followed is Decision.Accepted then ? then with { Messages = [.. opening.Messages, .. then.Messages] } : opening));
        }

        return opened.MoveToImmutable();
    }

    /// <summary>Takes a step. Fields of faults begin with <c>payload</c>, <c>attachments</c> or <c>referencedAttachments</c>.</summary>
    public async Task<CommandOutcome> TakeAsync(StepCommand command, CancellationToken cancellationToken)
    {
        var request = RequestOf(command);
        return await ChangeAsync(
            request, command.Caller, command.Exchange, loaded => WithJointAsync(command, Step(command, request.Payloads[0], loaded), loaded, cancellationToken), cancellationToken);
    }

    /// <summary>What a recipient said of a delivery, sealed for <see cref="DeliverySettlement.DetailCipher"/>; null where the exchange is erased.</summary>
    public async Task<byte[]?> SealDetailAsync(DeliveryRow delivery, string detail, CancellationToken cancellationToken) =>
        await _store.FindExchangeAsync(delivery.Exchange, cancellationToken) is { } row && _vault.CipherOf(row) is { } cipher
            ? cipher.Seal(ExchangeCipher.Detail, delivery.Id.Value, Encoding.UTF8.GetBytes(detail))
            : null;

    private Change Step(StepCommand command, byte[] payload, LoadedExchange loaded)
    {
        if (Precondition(command, loaded) is { } fault)
        {
            return new Change.Refused([fault]);
        }

        // Precondition saw that the step exists and that the exchange is not erased.
        var (state, cipher, step) = (loaded.Reading.State, loaded.Cipher!, loaded.Reading.State.Type.FindStep(command.Step)!);
        var (snapshot, civilNow) = (_configuration.Current, _civil.Now);
        if (!ExchangeGrants.MayTake(snapshot, new Asker(command.Caller, command.Purpose), state, step.Name, civilNow.CivilDate()))
        {
            // A repeat is still answered with its first answer, cut to what is granted now: a lost answer must not turn into a refusal by the step itself.
            return new Change.Refused([new Fault(TransitionFaults.StepNotYours)]);
        }

        var attempt = Attempt(snapshot.Agencies.Get(command.Caller), step, command.Payload, command.Documents, loaded.Reading.Documents);
        var decided = Transition.Take(state, attempt, snapshot, _checks, civilNow);
        var named = ReferencedDocuments.Find(command.References, command.Exchange, command.Caller, loaded.Reading.Documents);
        if (decided is not Decision.Accepted accepted || !named.Faults.IsEmpty)
        {
            var faults = decided is Decision.Refused refused ? refused.Faults.Select(InPayload) : [];
            return new Change.Refused([.. faults, .. named.Faults]);
        }

        var peer = PartOf(command);
        if (state.Replica is not null)
        {
            (accepted, peer) = PassOn(accepted, loaded.Reading.State, step, command.Caller);
        }

        var built = _builder.Build(
            CommitOrigin.Of(loaded, cipher), accepted, command.Caller, command.Documents, _system.GetUtcNow(), command.TraceParent, referenced: named.Documents,
            payload: payload, signature: command.Signature, peer: peer, together: JointOf(command, loaded)?.Exchange);
        return new Change.Ready([built], accepted.Messages, snapshot.Digest);
    }

    /// <summary>What another gateway passed on is told back to it as that, on either exchange.</summary>
    private static PeerPart? PartOf(StepCommand command) => command.Relayed is { } relayed ? new PeerPart(Message: null, relayed, ToHome: false, Stated: null) : null;

    private static Fault? Precondition(StepCommand command, LoadedExchange loaded) =>
        command.Among?.Invoke(loaded.Reading.State.Type.Id) == false ? new Fault(GeneralFaults.NotFound)
        : loaded.Reading.State.Type.FindStep(command.Step) is null ? new Fault(TransitionFaults.StepUnknown, "step")
        : loaded.Cipher is null ? new Fault(LedgerFaults.Erased)
        : command.ExpectedVersion is { } expected && expected != loaded.Row.Version ? new Fault(LedgerFaults.VersionMoved, "expectedVersion")
        : loaded.Reading.Documents.Length + command.Documents.Length > DocumentsMax ? TooManyDocuments
        : null;

    private static Fault TooManyDocuments => Fault.With(LedgerFaults.TooManyDocuments, "attachments", $"{DocumentsMax}");

    private static StepAttempt Attempt(
        Agency caller, StepDefinition step, JsonObject payload, ImmutableArray<IncomingDocument> documents, ImmutableArray<DocumentReading> present) =>
        new(caller, step, payload, [.. documents.Select(document => document.Kind).Concat(present.Select(document => document.Kind)).Distinct()]);

    private static List<Fault> FaultsOf(ImmutableArray<Decision> decisions) =>
    [
        .. decisions.SelectMany((decision, index) => decision is Decision.Refused refused
            ? refused.Faults.Select(fault => InPayload(fault).Under($"[{index}]"))
            : []),
    ];

    /// <summary>Decisions speak of the payload's fields; a command also has attachments and itself.</summary>
    private static Fault InPayload(Fault fault) =>
        fault.Field.Length == 0 || fault.Field == "attachments" ? fault : fault.Under("payload");

    private static List<Fault> TwiceInRequest(ImmutableArray<ExchangeWrite> writes)
    {
        var owners = new HashSet<string>(StringComparer.Ordinal);
        return
        [
            .. writes.Index()
                .Where(item => (item.Item.Holds ?? []).Count(hold => !owners.Add(Convert.ToHexString(hold.Value.AsSpan()))) > 0) // a span of time is many holds, and one fault
                .Select(item => new Fault(LedgerFaults.TwiceInRequest, $"[{item.Index}]")),
        ];
    }

    private KeyedRequest RequestOf(
        AgencyId caller, string operation, string requestId, ImmutableArray<RequestItem> items) =>
        KeyedRequest.Of(_keys, caller, operation, requestId, items);

    private KeyedRequest RequestOf(StepCommand command) => RequestOf(
        command.Caller, $"step:{command.Exchange}:{command.Step}", command.RequestId,
        [command.Sent is { } sent ? new RequestItem(command.Payload, sent) : new RequestItem(command.Payload, command.Documents, command.References)]);

    private static IdempotencyRow Keep(KeyedRequest request, ImmutableArray<BuiltCommit> built, DateTimeOffset now) =>
        new(request.Key, Digest: [], built[0].Write.Row.Id, AnswerCodec.Join(request.Key, request.Items, built), now);

    private async ValueTask<CommandOutcome?> RepeatAsync(KeyedRequest request, CancellationToken cancellationToken) =>
        await _store.FindIdempotencyAsync(request.Key, cancellationToken) is { } first && !AnswerCodec.IsRefusal(first.AnswerCipher)
            ? await RepeatAsync(request, first, cancellationToken)
            : null;

    private async ValueTask<CommandOutcome> RepeatAsync(KeyedRequest request, IdempotencyRow first, CancellationToken cancellationToken)
    {
        if (AnswerCodec.IsRefusal(first.AnswerCipher))
        {
            return Refuse(new Fault(PeerFaults.RefusedBefore));
        }

        var kept = AnswerCodec.Split(first.AnswerCipher);
        if (kept.Length != request.Items.Length)
        {
            return Refuse(RequestIdReused);
        }

        var answers = ImmutableArray.CreateBuilder<StepAnswer>();
        var erased = false;
        foreach (var ((exchange, box), item) in kept.Zip(request.Items))
        {
            var row = await _store.FindExchangeAsync(exchange, cancellationToken)
                ?? throw new InvalidDataException($"exchange {exchange} of a kept answer is gone");
            if (_vault.CipherOf(row) is not { } cipher)
            {
                erased = true; // whether the item was this one went with the key
            }
            else if (AnswerCodec.Open(request.Key, item, box, cipher) is { } answer)
            {
                answers.Add(await _vault.RestoreAsync(row, cipher, answer, first.CommittedAt, cancellationToken));
            }
            else
            {
                return Refuse(RequestIdReused);
            }
        }

        return erased ? Refuse(new Fault(LedgerFaults.Erased)) : new CommandOutcome.Accepted(answers.ToImmutable(), Repeated: true);
    }

    private static Fault RequestIdReused => new(LedgerFaults.RequestIdReused, "requestId");

    /// <summary>
    /// A refusal by state, unless the state is what it is because the same request was taken meanwhile: a request that runs twice at a time
    /// looks for its record before the other run commits, and loads after it.
    /// </summary>
    private async ValueTask<CommandOutcome> RepeatOrRefuseAsync(KeyedRequest request, Fault[] faults, CancellationToken cancellationToken) =>
        await RepeatAsync(request, cancellationToken) ?? Refuse(faults);

    private static CommandOutcome.Refused Refuse(params IEnumerable<Fault> faults) => new(new EquatableList<Fault>(faults));

    private static CommandOutcome.Refused Refuse(Fault fault) => new(new EquatableList<Fault>([fault]));
}
