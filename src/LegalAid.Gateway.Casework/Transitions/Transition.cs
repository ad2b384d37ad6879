using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Transitions;

/// <summary>A step as it comes to be decided.</summary>
/// <param name="Payload">In the schema's normal form.</param>
/// <param name="AttachmentKinds">Kinds of the documents that travel with it or are with the exchange already.</param>
public sealed record StepAttempt(Agency Caller, StepDefinition Step, JsonObject Payload, ImmutableArray<string> AttachmentKinds)
{
    /// <summary>Whether it is taken together with the step that takes it along (<see cref="JointStep"/>).</summary>
    public bool Together { get; init; }
}

/// <summary>
/// The engine's decisions: pure functions of what they are given. They read no clock and touch no store, so the same input gives the
/// same decision in a retry, in a simulation and in a dispute years later.
/// </summary>
public static class Transition
{
    /// <summary>Opens an exchange of the type. Nobody opens one that the gateway opens itself.</summary>
    public static Decision Open(
        ExchangeType type, StepAttempt attempt, ConfigurationSnapshot snapshot, CheckCatalogue checks, DateTimeOffset now) =>
        type.Opening.IsGateways ? Refuse(new Fault(TransitionFaults.NotOpener)) : Begin(type, attempt, snapshot, checks, now);

    /// <summary>The gateway opens an exchange on behalf of <see cref="StepAttempt.Caller"/>, which holds the opener's role; the message is the gateway's.</summary>
    public static Decision OpenOwn(
        ExchangeType type, StepAttempt attempt, ConfigurationSnapshot snapshot, CheckCatalogue checks, DateTimeOffset now) =>
        type.Opening.IsGateways
            ? Begin(type, attempt, snapshot, checks, now)
            : throw new ArgumentException($"{type.Id}: the gateway does not open it", nameof(type));

    private static Decision Begin(
        ExchangeType type, StepAttempt attempt, ConfigurationSnapshot snapshot, CheckCatalogue checks, DateTimeOffset now)
    {
        if (!type.Roles[0].OpenTo.Contains(attempt.Caller.Kind))
        {
            return Refuse(new Fault(TransitionFaults.NotOpener));
        }

        var before = new ExchangeState
        {
            Type = type,
            State = type.Opening.To ?? throw new InvalidOperationException($"{type.Id}: the opening step leads nowhere"),
            Parties = ImmutableSortedDictionary.Create<string, AgencyId>(StringComparer.Ordinal).Add(type.Opener.Value, attempt.Caller.Id),
            View = [],
            Clocks = [],
            Taken = ImmutableSortedDictionary.Create<string, StepTime>(StringComparer.Ordinal),
            Flags = ImmutableSortedSet.Create<string>(StringComparer.Ordinal),
        };
        return Apply(before, attempt, snapshot, checks, now);
    }

    /// <summary>
    /// Takes a step on an exchange. The caller is a party: who is none learns nothing, and that is decided before. What fell due before the
    /// step is told as well, whether or not anybody looked in time: the outcome does not depend on when the last tick was.
    /// </summary>
    public static Decision Take(
        ExchangeState state, StepAttempt attempt, ConfigurationSnapshot snapshot, CheckCatalogue checks, DateTimeOffset now)
    {
        if (!state.RolesOf(attempt.Caller.Id).Any(attempt.Step.By.Contains))
        {
            return Refuse(new Fault(TransitionFaults.StepNotYours));
        }

        if (!attempt.Together && state.Type.TakerOf(attempt.Step.Name) is not null)
        {
            return Refuse(new Fault(TransitionFaults.OnlyTogether));
        }

        if (attempt.Step.IsOpening || !attempt.Step.From.Contains(state.State))
        {
            return Refuse(Fault.With(TransitionFaults.StateWrong, "", state.State.Value));
        }

        if (AnswersNothing(state, attempt.Step))
        {
            return Refuse(new Fault(TransitionFaults.NothingToAnswer));
        }

        var passed = Tick(state, snapshot, now) as Decision.Accepted;
        var decided = Apply(passed?.Next ?? state, attempt, snapshot, checks, now);
        return passed is not null && decided is Decision.Accepted taken ? Joined(passed, taken) : decided;
    }

    /// <summary>
    /// The gateway takes a step of its own (<see cref="StepDefinition.IsGateways"/>). Unchanged where the exchange is in a state that has no such step: it has moved on
    /// since the gateway began, and what it found out no longer matters.
    /// </summary>
    public static Decision TakeOwn(ExchangeState state, StepDefinition step, JsonObject payload, ConfigurationSnapshot snapshot, DateTimeOffset now)
    {
        if (!step.IsGateways)
        {
            throw new ArgumentException($"{state.Type.Id}: {step.Name} is not the gateway's", nameof(step));
        }

        if (!step.From.Contains(state.State) || state.Replica is not null || AnswersNothing(state, step) || IsFull(state.View, step.View))
        {
            return Decision.Unchanged.Instance;
        }

        var passed = Tick(state, snapshot, now) as Decision.Accepted;
        var taken = Advance(passed?.Next ?? state, step, sender: null, payload, state.Parties, state.Flags, snapshot, now);
        return passed is not null && taken is Decision.Accepted accepted ? Joined(passed, accepted) : taken;
    }

    /// <summary>A step's message reached a recipient as the holder of a role, by proof of delivery: clocks that wait for it start at that instant.</summary>
    public static Decision Delivered(
        ExchangeState state, StepName step, RoleName to, AgencyId recipient, DateTimeOffset at, ConfigurationSnapshot snapshot, DateTimeOffset now)
    {
        var book = new ClockBook(state, snapshot, now);
        if (state.Final || state.Replica is not null || !book.Delivered(step, to, recipient, at))
        {
            return Decision.Unchanged.Instance;
        }

        book.Tick();
        return new Decision.Accepted(state with { Clocks = book.Runs }, [.. book.Messages]);
    }

    /// <summary>Time has passed. What fell due since the last look is told with its true instant, however long ago.</summary>
    public static Decision Tick(ExchangeState state, ConfigurationSnapshot snapshot, DateTimeOffset now)
    {
        if (state.NextClockAt is not { } next || next > now)
        {
            return Decision.Unchanged.Instance;
        }

        var book = new ClockBook(state, snapshot, now);
        book.Tick();
        return new Decision.Accepted(state with { Clocks = book.Runs }, [.. book.Messages]);
    }

    /// <summary>A calendar arrived: provisional clocks are counted again.</summary>
    public static Decision Recompute(ExchangeState state, ConfigurationSnapshot snapshot, DateTimeOffset now)
    {
        var book = new ClockBook(state, snapshot, now);
        book.Recompute();
        return book.Messages.Count == 0 || state.Replica is not null
            ? Decision.Unchanged.Instance
            : new Decision.Accepted(state with { Clocks = book.Runs }, [.. book.Messages]);
    }

    private static Decision Apply(
        ExchangeState before, StepAttempt attempt, ConfigurationSnapshot snapshot, CheckCatalogue checks, DateTimeOffset now)
    {
        var (type, step) = (before.Type, attempt.Step);

        // 1. What the type says in data, and the parties; then what it says in code. All faults together.
        var faults = new List<Fault>();
        faults.AddRange(AttachmentFaults(type, attempt));
        faults.AddRange(step.Allow.Where(rule => !Values.Hold(rule, attempt.Payload)).Select(rule => Fault.With(
            rule.Negated ? TransitionFaults.ValueExcluded : TransitionFaults.ValueNotAllowed, rule.Path.ToString(), string.Join(", ", rule.Values))));
        if (IsFull(before.View, step.View))
        {
            faults.Add(Fault.With(TransitionFaults.ListFull, "", ((ViewChange.Append)step.View).Max.ToString(CultureInfo.InvariantCulture)));
        }

        var input = new CheckInput(type, step, attempt.Payload, before.View, before.Parties, attempt.Caller, now, snapshot);
        var parties = PartyRules.Apply(input, checks, faults);
        input = input with { Parties = parties };
        var flags = before.Flags;
        foreach (var findings in step.Checks.Select(name => checks.Check(name)(input)))
        {
            faults.AddRange(findings.Faults);
            flags = flags.Except(findings.Judged.Select(flag => flag.Code)).Union(findings.Flags.Select(flag => flag.Code));
        }

        if (faults.Count > 0)
        {
            return Refuse([.. faults.Distinct()]);
        }

        return Advance(before, step, step.IsGateways ? null : attempt.Caller.Id, attempt.Payload, parties, flags, snapshot, now);
    }

    private static Decision Advance(
        ExchangeState before, StepDefinition step, AgencyId? sender, JsonObject payload, ImmutableSortedDictionary<string, AgencyId> parties,
        ImmutableSortedSet<string> flags, ConfigurationSnapshot snapshot, DateTimeOffset now)
    {
        // 2. The exchange after the step, clocks apart.
        var next = before with
        {
            State = step.To ?? before.State,
            Parties = parties.RemoveRange(step.Releases.Select(role => role.Value)),
            View = Changed(before.View, step, payload),
            Taken = before.Taken.SetItem(step.Name.Value, new StepTime(now, before.Taken.Values.Select(taken => taken.Ordinal).DefaultIfEmpty().Max() + 1)),
            Flags = flags,
        };
        if (next.Replica is null && SpanRules.Check(next, step) is { Count: > 0 } unsound)
        {
            return Refuse(unsound);
        }

        var recipients = PartyRules.Recipients(step, sender, before.Parties, next.Parties);
        if (recipients.IsEmpty && !step.DeliverTo.IsEmpty)
        {
            return Refuse(new Fault(TransitionFaults.RecipientMissing));
        }

        var message = new OutgoingMessage(step.Name.Value, sender, payload, next.State, now, recipients);

        // 3. The clocks: by the step, by mailboxes that hold the message as soon as it is committed, and by time already passed.
        var book = new ClockBook(next, snapshot, now);
        book.StepTaken(step.Name, payload);
        foreach (var recipient in message.Recipients.Where(recipient => snapshot.Agencies.Find(recipient.Agency)?.Channel is Channel.Mailbox))
        {
            book.Delivered(step.Name, recipient.Role, recipient.Agency, now);
        }

        if (next.Final)
        {
            book.EndAll();
        }

        book.Tick();
        return new Decision.Accepted(next with { Clocks = book.Runs }, [message, .. book.Messages]);
    }

    /// <summary>The step's message stays first, as its sender's receipt is for the first; then what had passed before it.</summary>
    private static Decision.Accepted Joined(Decision.Accepted passed, Decision.Accepted taken) => taken with
    {
        Messages =
        [
            taken.Messages[0],
            .. passed.Messages.Select(message => message with { StateAfter = taken.Next.State }),
            .. taken.Messages[1..],
        ],
    };

    private static IEnumerable<Fault> AttachmentFaults(ExchangeType type, StepAttempt attempt)
    {
        foreach (var set in attempt.Step.RequiredAttachments.Where(set => !set.Any(attempt.AttachmentKinds.Contains)))
        {
            yield return Fault.With(TransitionFaults.AttachmentMissing, "attachments", string.Join(", ", set));
        }

        if (!attempt.AttachmentKinds.All(type.AttachmentKinds.Contains))
        {
            yield return new Fault(TransitionFaults.AttachmentKindUnknown, "attachments");
        }
    }

    private static JsonObject Changed(JsonObject view, StepDefinition step, JsonObject payload)
    {
        var changed = view.DeepClone().AsObject();
        foreach (var section in step.Clears)
        {
            changed.Remove(section);
        }

        switch (step.View)
        {
            case ViewChange.Put put:
                changed[put.Section] = payload.DeepClone();
                break;
            case ViewChange.Patch patch:
                if (patch.From.Find(payload) is JsonObject fields && changed[patch.Section] is JsonObject section)
                {
                    foreach (var (name, value) in fields)
                    {
                        section[name] = value?.DeepClone();
                    }
                }

                break;
            case ViewChange.Extend extend:
                if (extend.From.Find(payload) is JsonObject added && changed[extend.Section] is JsonObject extended)
                {
                    AddTo(extended, added);
                }

                break;
            case ViewChange.Append append:
                ItemsOf(changed, append.Section).Add(payload.DeepClone());
                break;
            default:
                throw new InvalidOperationException($"view change {step.View}");
        }

        return changed;
    }

    private static bool AnswersNothing(ExchangeState state, StepDefinition step) => !step.Answers.IsEmpty && !step.Answers.Any(state.Awaits);

    private static bool IsFull(JsonObject view, ViewChange change) =>
        change is ViewChange.Append append && view[append.Section]?[ViewChange.Append.Items] is JsonArray items && items.Count >= append.Max;

    private static JsonArray ItemsOf(JsonObject view, string section)
    {
        var holder = view[section] as JsonObject;
        if (holder is null)
        {
            view[section] = holder = [];
        }

        if (holder[ViewChange.Append.Items] is not JsonArray items)
        {
            holder[ViewChange.Append.Items] = items = [];
        }

        return items;
    }

    /// <summary>No deeper than the payload, whose depth is bounded at the edge.</summary>
    private static void AddTo(JsonObject section, JsonObject fields)
    {
        foreach (var (name, value) in fields)
        {
            switch (value, section[name])
            {
                case (JsonObject inner, JsonObject present):
                    AddTo(present, inner);
                    break;
                case (JsonArray items, JsonArray present):
                    foreach (var item in items)
                    {
                        present.Add(item?.DeepClone());
                    }

                    break;
                default:
                    section[name] = value?.DeepClone();
                    break;
            }
        }
    }

    private static Decision.Refused Refuse(params IEnumerable<Fault> faults) => new(new EquatableList<Fault>(faults));
}
