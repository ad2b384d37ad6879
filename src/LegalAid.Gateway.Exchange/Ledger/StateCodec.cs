using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Casework.Transitions;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>
/// The control part of a state as stored: parties, clocks, times of steps and flags. In clear, since operators and clocks work by it;
/// it holds agencies, names of the type and dates, and nothing of a person. Fields are only ever added.
/// <para>It is the larger part of an exchange's row, written anew with each step: what has its common value is left out, and the versions of calendars,
/// alike for most clocks, stand once.</para>
/// </summary>
internal static class StateCodec
{
    public static byte[] Encode(ExchangeState state) => JsonSerializer.SerializeToUtf8Bytes(Document(state), ControlJson.Kept.ControlDocument);

    private static ControlDocument Document(ExchangeState state)
    {
        var calendars = state.Clocks.Select(run => run.CalendarVersion).Distinct(StringComparer.Ordinal).ToList();
        return new ControlDocument
        {
            Parties = state.Parties.ToDictionary(party => party.Key, party => party.Value.Value, StringComparer.Ordinal),
            Calendars = calendars,
            Clocks = [.. state.Clocks.Select(run => Encode(run, calendars.IndexOf(run.CalendarVersion)))],
            Taken = state.Taken.ToDictionary(taken => taken.Key, taken => new StepDocument(taken.Value.At, taken.Value.Ordinal), StringComparer.Ordinal),
            Flags = [.. state.Flags],
            Replica = state.Replica is { } replica
                ? new ReplicaDocument(replica.Gateway.Value, replica.Version, replica.Stream, replica.Relayed.IsEmpty ? null : [.. replica.Relayed.Select(step => new RelayedDocument(step.Step.Value, step.Message))])
                : null,
        };
    }

    public static ExchangeState Decode(ExchangeType type, string state, ReadOnlySpan<byte> control, JsonObject view) => Decode(
        type, state,
        JsonSerializer.Deserialize(control, ControlJson.Kept.ControlDocument) ?? throw new InvalidDataException("the control part is empty"),
        view);

    private static ExchangeState Decode(ExchangeType type, string state, ControlDocument control, JsonObject view) => new()
    {
        Type = type,
        State = new StateName(state),
        Parties = control.Parties.ToImmutableSortedDictionary(party => party.Key, party => AgencyId.Parse(party.Value), StringComparer.Ordinal),
        View = view,
        Clocks = [.. control.Clocks.Select(run => Decode(run, control.Calendars[run.Calendar]))],
        Taken = control.Taken.ToImmutableSortedDictionary(
            taken => taken.Key, taken => new StepTime(taken.Value.At.ToCivil(), taken.Value.Ordinal), StringComparer.Ordinal),
        Flags = control.Flags.ToImmutableSortedSet(StringComparer.Ordinal),
        Replica = control.Replica is { } replica
            ? new Replica(AgencyId.Parse(replica.Gateway), replica.Version, replica.Stream, [.. (replica.Relayed ?? []).Select(step => new RelayedStep(new StepName(step.Step), step.Message))])
            : null,
    };

    private static ClockDocument Encode(ClockRun run, int calendar) => new(
        run.Clock.Value, run.Run, run.Status, run.Obligated.Value, run.StartedAt, run.DueAt, run.Provisional, calendar,
        run.Pauses.IsEmpty ? null : [.. run.Pauses.Select(pause => new PauseDocument(pause.From, pause.To, pause.Cause))], run.WarningsGiven, run.StoppedAt,
        run.LastDay);

    private static ClockRun Decode(ClockDocument run, string calendarVersion) => new(
        new ClockName(run.Clock), run.Run, run.Status, AgencyId.Parse(run.Obligated), run.StartedAt.ToCivil(), run.DueAt.ToCivil(), run.Provisional,
        calendarVersion, [.. (run.Pauses ?? []).Select(pause => new Pause(pause.From.ToCivil(), pause.To?.ToCivil()) { Cause = pause.Cause })], run.WarningsGiven,
        run.StoppedAt?.ToCivil()) { LastDay = run.LastDay };
}

/// <summary>The maps keep the order in which they are written, which is the state's: by name.</summary>
internal sealed record ControlDocument
{
    public required Dictionary<string, string> Parties { get; init; }

    /// <summary>Versions of calendars, each once; clocks name them by place.</summary>
    public required List<string> Calendars { get; init; }

    public required List<ClockDocument> Clocks { get; init; }

    public required Dictionary<string, StepDocument> Taken { get; init; }

    public required List<string> Flags { get; init; }

    public ReplicaDocument? Replica { get; init; }
}

internal sealed record ReplicaDocument(string Gateway, long Version, long Stream, List<RelayedDocument>? Relayed);

internal sealed record RelayedDocument(string Step, Guid Message);

internal sealed record ClockDocument(
    string Clock,
    int Run,
    ClockStatus Status,
    string Obligated,
    DateTimeOffset StartedAt,
    DateTimeOffset DueAt,
    bool Provisional,
    int Calendar,
    List<PauseDocument>? Pauses,
    int WarningsGiven,
    DateTimeOffset? StoppedAt,
    DateOnly? LastDay = null);

internal sealed record PauseDocument(DateTimeOffset From, DateTimeOffset? To, string? Cause = null);

internal sealed record StepDocument(DateTimeOffset At, int Ordinal);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(ControlDocument))]
internal sealed partial class ControlJson : JsonSerializerContext
{
    public static ControlJson Kept => field ??= new ControlJson(KeptJson.OptionsOf(Default));
}
