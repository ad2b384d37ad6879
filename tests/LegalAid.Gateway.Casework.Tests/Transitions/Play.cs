using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Transitions;

namespace LegalAid.Gateway.Casework.Tests.Transitions;

/// <summary>
/// Plays one exchange step by step and keeps what was said. Every call also holds the engine to being pure: the state it was given is
/// compared before and after.
/// </summary>
internal sealed class Play(ExchangeType type, ConfigurationSnapshot? snapshot = null, CheckCatalogue? checks = null)
{
    /// <summary>A Monday, 09:00 civil time.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.FromHours(8));

    public static readonly CheckCatalogue NoChecks = new(
        FrozenDictionary<string, Check>.Empty,
        new Dictionary<string, PartyFinder>(StringComparer.Ordinal) { ["find-centre"] = input => input.Snapshot.Agencies.Find(SmallType.Centre) },
        []);

    private readonly CheckCatalogue _checks = checks ?? NoChecks;

    public ConfigurationSnapshot Snapshot { get; set; } = snapshot ?? SmallType.Snapshot();

    public DateTimeOffset Now { get; set; } = Start;

    /// <summary>Null before it is open.</summary>
    public ExchangeState? Opened { get; private set; }

    public ExchangeState State => Opened ?? throw new InvalidOperationException("not open");

    /// <summary>All that was said so far.</summary>
    public List<OutgoingMessage> Said { get; } = [];

    /// <summary>What the last call said.</summary>
    public ImmutableArray<OutgoingMessage> Last { get; private set; } = [];

    public Play At(DateTimeOffset now)
    {
        Now = now;
        return this;
    }

    public Play After(TimeSpan time) => At(Now + time);

    public Play Open(JsonObject? payload = null)
    {
        Assert.IsType<Decision.Accepted>(TryOpen(payload));
        return this;
    }

    public Decision TryOpen(JsonObject? payload = null, AgencyId? by = null, params ImmutableArray<string> attachments) =>
        Keep(Transition.Open(type, Attempt(type.Opening, by ?? SmallType.Court, payload, attachments), Snapshot, _checks, Now));

    /// <summary>The gateway opens it on that agency's behalf.</summary>
    public Play OpenOwn(JsonObject payload, AgencyId onBehalfOf)
    {
        Assert.IsType<Decision.Accepted>(Keep(Transition.OpenOwn(type, Attempt(type.Opening, onBehalfOf, payload, []), Snapshot, _checks, Now)));
        return this;
    }

    /// <summary>The gateway's own step.</summary>
    public Decision TakeOwn(string step, JsonObject payload) =>
        Pure(state => Transition.TakeOwn(state, type.FindStep(new StepName(step)) ?? throw new ArgumentException(step, nameof(step)), payload, Snapshot, Now));

    public Play Take(string step, JsonObject? payload = null, AgencyId? by = null) => Taken(TryTake(step, payload, by));

    public Play TakeAlong(string step, JsonObject payload) => Taken(TryTakeAlong(step, payload));

    private Play Taken(Decision decision)
    {
        Assert.True(decision is Decision.Accepted, string.Join(", ", ((decision as Decision.Refused)?.Faults ?? default).Select(fault => fault.ToString())));
        return this;
    }

    public Decision TryTake(string step, JsonObject? payload = null, AgencyId? by = null) => TryTake(step, payload, by, together: false);

    /// <summary>As it is taken along with the step of another exchange.</summary>
    public Decision TryTakeAlong(string step, JsonObject payload) => TryTake(step, payload, by: null, together: true);

    private Decision TryTake(string step, JsonObject? payload, AgencyId? by, bool together)
    {
        var definition = type.FindStep(new StepName(step)) ?? throw new ArgumentException(step, nameof(step));
        var caller = by ?? State.Parties[definition.By[0].Value];
        return Pure(state => Transition.Take(state, Attempt(definition, caller, payload, []) with { Together = together }, Snapshot, _checks, Now));
    }

    /// <summary>The gateway takes a step of its own.</summary>
    public Decision Own(string step, JsonObject? payload = null)
    {
        var definition = type.FindStep(new StepName(step)) ?? throw new ArgumentException(step, nameof(step));
        return Pure(state => Transition.TakeOwn(state, definition, payload ?? [], Snapshot, Now));
    }

    /// <summary>Proof of delivery arrives now.</summary>
    public Decision Delivered(string step, string role, AgencyId recipient) =>
        Pure(state => Transition.Delivered(state, new StepName(step), new RoleName(role), recipient, Now, Snapshot, Now));

    public Decision Tick() => Pure(state => Transition.Tick(state, Snapshot, Now));

    public Decision Recompute() => Pure(state => Transition.Recompute(state, Snapshot, Now));

    public ClockRun Clock(string name) => State.Clocks.Single(run => run.Clock.Value == name);

    public bool HasClock(string name) => State.Clocks.Any(run => run.Clock.Value == name);

    /// <summary>What clocks said so far, as <c>clock event</c>.</summary>
    public IEnumerable<string> ClockEvents => Said.Where(message => message.Sender is null).Select(Told);

    public IEnumerable<string> LastClockEvents => Last.Where(message => message.Sender is null).Select(Told);

    public static string Told(OutgoingMessage message) => $"{(string?)message.Payload["clock"]} {message.Event["clock.".Length..]}";

    public static JsonObject Json(string json) => JsonNode.Parse(json)!.AsObject(); // the tests' own text is an object

    private StepAttempt Attempt(StepDefinition step, AgencyId caller, JsonObject? payload, ImmutableArray<string> attachments) =>
        new(Snapshot.Agencies.Get(caller), step, payload ?? [], attachments);

    private Decision Pure(Func<ExchangeState, Decision> decide)
    {
        var before = State;
        var (view, clocks, parties) = (before.View.ToJsonString(), before.Clocks, before.Parties);
        var decision = decide(before);
        Assert.Equal(view, before.View.ToJsonString());
        Assert.Equal(clocks, before.Clocks);
        Assert.Equal(parties, before.Parties);
        return Keep(decision);
    }

    private Decision Keep(Decision decision)
    {
        Last = [];
        if (decision is Decision.Accepted accepted)
        {
            (Opened, Last) = (accepted.Next, accepted.Messages);
            Said.AddRange(accepted.Messages);
        }

        return decision;
    }
}
