using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Calendars;

namespace LegalAid.Gateway.Casework.Catalogue;

/// <summary>
/// What an exchange of a kind may do: its states, steps, roles, clocks, holds and retention. Declared in
/// <c>gateway-config/exchange-types/*.yaml</c>, checked whole at load, immutable, content-addressed by <see cref="Digest"/>:
/// an exchange pins the digest of its type at opening and keeps to it.
/// </summary>
public sealed record ExchangeType
{
    public required ExchangeTypeId Id { get; init; }

    public required LocalizedText Title { get; init; }

    /// <summary>Lower-case hexadecimal SHA-256 of the definition's canonical form, variant included.</summary>
    public required string Digest { get; init; }

    public required ImmutableArray<LegalBasis> LegalBasis { get; init; }

    /// <summary>The roles. The first is the opener's.</summary>
    public required ImmutableArray<RoleDefinition> Roles { get; init; }

    public required ImmutableArray<StateDefinition> States { get; init; }

    /// <summary>The steps. The first is the opening step, and the only one with no <see cref="StepDefinition.From"/>.</summary>
    public required ImmutableArray<StepDefinition> Steps { get; init; }

    public required ImmutableArray<ClockDefinition> Clocks { get; init; }

    public required ImmutableArray<HoldDefinition> Holds { get; init; }

    public required ImmutableArray<SearchDefinition> Search { get; init; }

    /// <summary>Kinds of documents that may travel with it.</summary>
    public required ImmutableArray<string> AttachmentKinds { get; init; }

    /// <summary>Where the case number stands in the view, if the type has one.</summary>
    public required PayloadPath? CaseNumber { get; init; }

    public required Retention Retention { get; init; }

    /// <summary>Which other exchange this one may refer to, and what its steps do there; null: none.</summary>
    public ReferenceDefinition? Reference { get; init; }

    public StepDefinition Opening => Steps[0];

    public RoleName Opener => Roles[0].Name;

    /// <summary>The step that takes this one along from another exchange of the type, without which it is never taken; null: it is taken by itself.</summary>
    public StepDefinition? TakerOf(StepName name) => Steps.FirstOrDefault(step => step.Together?.Take == name);

    public StepDefinition? FindStep(StepName name) => Steps.FirstOrDefault(step => step.Name == name);

    public ClockDefinition GetClock(ClockName name) => Clocks.First(clock => clock.Name == name);

    public StateDefinition GetState(StateName name) => States.First(state => state.Name == name);
}

/// <summary>A role and what its holder may read of the exchange's view.</summary>
/// <param name="Reads">Sections of the view. Messages are read by those who sent or received them.</param>
/// <param name="OpenTo">For the opener's role: kinds of agency that may open the exchange. Empty for the others.</param>
public sealed record RoleDefinition(
    RoleName Name, LocalizedText Title, ImmutableArray<string> Reads, ImmutableArray<string> OpenTo);

/// <param name="Final">No step leads out of it and every clock ends in it.</param>
public sealed record StateDefinition(StateName Name, LocalizedText Title, bool Final);

/// <summary>A step: who may take it, from where to where, what it says and who learns of it.</summary>
public sealed record StepDefinition
{
    public required StepName Name { get; init; }

    public required LocalizedText Title { get; init; }

    /// <summary>Roles that may take it.</summary>
    public required ImmutableArray<RoleName> By { get; init; }

    /// <summary>States in which it may be taken; empty for the opening step.</summary>
    public required ImmutableArray<StateName> From { get; init; }

    /// <summary>State to which it leads; null where the state stays.</summary>
    public required StateName? To { get; init; }

    /// <summary>Full name of the payload's proto message, or <c>schemas/{file}</c> for a JSON Schema.</summary>
    public required string Payload { get; init; }

    /// <summary>What the step does to the view.</summary>
    public required ViewChange View { get; init; }

    /// <summary>Sections that leave the view with the step: what was said by or for somebody who has no part in it any more.</summary>
    public ImmutableArray<string> Clears { get; init; } = [];

    /// <summary>Parties that the step adds or replaces.</summary>
    public required ImmutableArray<PartyRule> Parties { get; init; }

    /// <summary>Roles whose holder leaves the exchange with this step.</summary>
    public required ImmutableArray<RoleName> Releases { get; init; }

    /// <summary>Roles to which the message is delivered. Where the step replaces a role's holder, the one before learns of it too.</summary>
    public required ImmutableArray<RoleName> DeliverTo { get; init; }

    /// <summary>Whether its deliveries may overtake earlier, blocked ones of the same exchange and recipient (a withdrawal).</summary>
    public required bool Overtakes { get; init; }

    /// <summary>Sets of attachment kinds: of each set one at least must travel with the message or be with the exchange already.</summary>
    public required ImmutableArray<ImmutableArray<string>> RequiredAttachments { get; init; }

    /// <summary>Values that a payload field must have, as data.</summary>
    public required ImmutableArray<ValueRule> Allow { get; init; }

    /// <summary>Checks in code, by name (see <c>Casework/Checks</c>).</summary>
    public required ImmutableArray<string> Checks { get; init; }

    /// <summary>Steps that ask something, of which one at least must be unanswered for this one to be taken: it answers them. Empty: it answers nothing.</summary>
    public ImmutableArray<StepName> Answers { get; init; } = [];

    /// <summary>Steps that ask something to which no answer is due after this one, open or not.</summary>
    public ImmutableArray<StepName> Closes { get; init; } = [];

    /// <summary>What is taken on another exchange in the same commit; null: nothing.</summary>
    public JointStep? Together { get; init; }

    public bool IsOpening => From.IsEmpty;

    /// <summary>Whether the gateway takes it and no agency can.</summary>
    public bool IsGateways => By.Contains(RoleName.Gateway);
}

/// <summary>
/// What is taken on another exchange of the same type in one commit with a step, by the same caller: both or neither. It is decided there as any step is, and can be taken
/// in no other way.
/// </summary>
/// <param name="Exchange">Path in the step's payload to <c>exchanges/{exchange}</c>; where the payload names none, the step is taken alone.</param>
/// <param name="Take">The step on the other.</param>
/// <param name="Payload">Path in the step's payload to the payload of that one.</param>
public sealed record JointStep(PayloadPath Exchange, StepName Take, PayloadPath Payload);

/// <summary>What a step does to the view.</summary>
public abstract record ViewChange
{
    private ViewChange()
    {
    }

    /// <summary>The payload becomes the section, in place of what stood there.</summary>
    public sealed record Put(string Section) : ViewChange;

    /// <summary>Each field of the object at <paramref name="From"/> replaces the section's field of that name.</summary>
    public sealed record Patch(string Section, PayloadPath From) : ViewChange;

    /// <summary>
    /// The object at <paramref name="From"/> is added to the section: its lists lengthen the section's lists, its objects are added to the section's objects field by
    /// field, anything else takes the place of what stood there.
    /// </summary>
    public sealed record Extend(string Section, PayloadPath From) : ViewChange;

    /// <summary>The payload goes to the end of the section's list <see cref="Items"/>; where <paramref name="Max"/> stand there, the step cannot be taken.</summary>
    public sealed record Append(string Section, int Max) : ViewChange
    {
        /// <summary>The name of the list in the section.</summary>
        public const string Items = "items";
    }
}

/// <summary>Who takes a role by a step: the agency named at a path in the payload, or one that a check of the directory finds.</summary>
/// <param name="From">Path in the payload to an agency name, <c>agencies/{agency}</c>.</param>
/// <param name="Else">Name of the finder that applies where the path is absent; null: the role stays empty, or the step is refused if it is required.</param>
/// <param name="Kinds">Kinds of agency that may hold the role; one at least.</param>
public sealed record PartyRule(RoleName Role, PayloadPath? From, string? Else, ImmutableArray<string> Kinds, bool Required);

/// <summary>A payload field must have one of these values, or must have none of them where <paramref name="Negated"/>.</summary>
public sealed record ValueRule(PayloadPath Path, ImmutableArray<string> Values, bool Negated);

/// <summary>A statutory clock's rule.</summary>
public sealed record ClockDefinition
{
    public required ClockName Name { get; init; }

    public required LocalizedText Title { get; init; }

    public required ClockKind Kind { get; init; }

    /// <summary>The role that must act.</summary>
    public required RoleName Obligated { get; init; }

    /// <summary>What starts it; the latest start counts and begins a new run.</summary>
    public required ImmutableArray<ClockTrigger> Start { get; init; }

    /// <summary>Whether the proof that a step's message reached the holder of a role may start it.</summary>
    public bool StartsOnDelivery(StepName step, RoleName to) =>
        Start.Any(trigger => trigger is ClockTrigger.Delivered delivered && delivered.Step == step && delivered.To == to);

    /// <summary>Steps that satisfy it.</summary>
    public required ImmutableArray<StepName> Stop { get; init; }

    /// <summary>Steps by which it no longer applies.</summary>
    public required ImmutableArray<StepName> Cancel { get; init; }

    public required ImmutableArray<StepName> Pause { get; init; }

    public required ImmutableArray<StepName> Resume { get; init; }

    /// <summary>Further reasons to stand still, beside <see cref="Pause"/>: each ends by itself, and the clock runs again when none lasts.</summary>
    public ImmutableArray<StandstillRule> Standstills { get; init; } = [];

    /// <summary>How long; not valid where <see cref="Due"/> says until when.</summary>
    public required TimeLimit Limit { get; init; }

    /// <summary>A date in the view by whose end it is due, in place of a limit. When the date changes, the clock moves.</summary>
    public PayloadPath? Due { get; init; }

    /// <summary>Whether an open run passes to whoever replaces the obligated role's holder, counted from the same start by the new one's calendar. What is breached stays with who missed it.</summary>
    public bool PassesOn { get; init; }

    /// <summary>Roles whose holders are told what the clock says, beside the obligated body and its supervisor.</summary>
    public ImmutableArray<RoleName> Tell { get; init; } = [];

    public required CountingRule Counting { get; init; }

    /// <summary>How long before the due instant to warn, longest first.</summary>
    public required ImmutableArray<TimeSpan> Warnings { get; init; }

    /// <summary>Values in the view under which the clock applies; empty: always.</summary>
    public required ImmutableArray<ValueRule> When { get; init; }

    public required LegalBasis Basis { get; init; }
}

/// <summary>A reason for a clock to stand still (中止).</summary>
/// <param name="From">Steps with which it begins.</param>
/// <param name="Until">Steps with which it ends.</param>
/// <param name="Each">Path in the steps' payloads to what tells one such reason from another: several may last at a time. Null: there is one.</param>
/// <param name="At">Path in the steps' payloads to the instant from which it counts, where the step records what happened before it; null: the step's own.</param>
public sealed record StandstillRule(ImmutableArray<StepName> From, ImmutableArray<StepName> Until, PayloadPath? Each, PayloadPath? At);

/// <summary>Which other exchange one refers to. Who opens it must see that one, else the reference is answered like one to nothing.</summary>
/// <param name="Path">View path to <c>exchanges/{exchange}</c>; absent: it refers to none. Only the opening step's section.</param>
/// <param name="Types">Types of which it may be.</param>
public sealed record ReferenceDefinition(PayloadPath Path, ImmutableArray<ExchangeTypeId> Types, ImmutableArray<ReferenceEffect> Effects);

/// <summary>What steps of the exchange that refers do to the other: the gateway takes a step of its own there, with <see cref="Payload"/>.</summary>
/// <param name="On">Steps of the exchange that refers.</param>
/// <param name="Take">The gateway's step on the other.</param>
/// <param name="When">Values in the view of the exchange that refers under which it does; empty: always.</param>
public sealed record ReferenceEffect(ImmutableArray<StepName> On, StepName Take, ImmutableArray<ValueRule> When)
{
    /// <summary>What such a step says.</summary>
    public const string Payload = "legalaid.exchange.v1.ReferringStep";
}

/// <summary>What the end of a clock means.</summary>
public enum ClockKind
{
    /// <summary>A body must have acted by then: warnings before, a breach after.</summary>
    Deadline,

    /// <summary>Somebody may act until then; when it ends, that is an event and nobody's fault.</summary>
    Period,
}

/// <summary>What starts a clock.</summary>
public abstract record ClockTrigger
{
    private ClockTrigger()
    {
    }

    /// <summary>The step's commit.</summary>
    public sealed record Taken(StepName Step) : ClockTrigger;

    /// <summary>The step's message reached the role's holder: arrival in the mailbox, or a 2xx to a push.</summary>
    public sealed record Delivered(StepName Step, RoleName To) : ClockTrigger;

    /// <summary>An instant in the view. When it changes, the clock moves.</summary>
    public sealed record Fact(PayloadPath Path) : ClockTrigger;

    /// <summary>Another clock ran out.</summary>
    public sealed record Expired(ClockName Clock) : ClockTrigger;
}

/// <summary>A unique key that an exchange owns while it is in given states; with a span one key for each piece of time. Holds of one name, of whatever type, share their keys.</summary>
public sealed record HoldDefinition(string Name, ImmutableArray<FormedPath> Parts, ImmutableArray<StateName> While)
{
    /// <summary>Time that is claimed of what the parts name; null: all of it.</summary>
    public HoldSpan? Span { get; init; }
}

/// <summary>A value of the view by which exchanges can be found, through a keyed blind index.</summary>
public sealed record SearchDefinition(string Name, FormedPath Value);

/// <summary>A value in the view and the form in which it is compared.</summary>
public sealed record FormedPath(PayloadPath Path, ComparedAs Form);

/// <summary>Forms in which values are compared.</summary>
public enum ComparedAs
{
    /// <summary>The text after NFC and trimming.</summary>
    Text,

    /// <summary>A case number in its canonical form, or as it stands where it is none.</summary>
    CaseNumber,

    /// <summary>A person by identity: resident number, document, or label of an unknown identity.</summary>
    Person,

    /// <summary>A resident number in its canonical form.</summary>
    ResidentNumber,
}

/// <summary>How long what is kept after an exchange is final.</summary>
/// <param name="PayloadDays">Civil days from becoming final until the data key is destroyed.</param>
/// <param name="AuditDays">Days for which the rows must be kept; they hold nothing of a person and are not removed by the gateway.</param>
public sealed record Retention(int PayloadDays, int AuditDays, LegalBasis Basis);
