using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Casework.Transitions;

/// <summary>
/// How steps make a run stand still and go on. Several reasons may last at a time; each has its own pause, which ends with its own step, and the run goes on when none is
/// open. Time that two of them cover is left out once: counting unites them.
/// </summary>
internal static class Standstills
{
    /// <summary>The run after the step, not counted again: a run that goes on is due when it was before.</summary>
    public static ClockRun Apply(ClockDefinition clock, ClockRun run, StepName step, JsonObject payload, DateTimeOffset now)
    {
        foreach (var (rule, index) in RulesOf(clock).Select((rule, index) => (rule, index)))
        {
            if (rule.From.Contains(step))
            {
                run = Begun(run, CauseOf(rule, index, payload), InstantOf(rule, payload, now));
            }
            else if (rule.Until.Contains(step) && run.Status == ClockStatus.Paused)
            {
                run = Ended(run, pause => pause.Cause == CauseOf(rule, index, payload), InstantOf(rule, payload, now));
            }
        }

        return run;
    }

    /// <summary>The run with every pause at its end.</summary>
    public static ClockRun EndAll(ClockRun run, DateTimeOffset at) => Ended(run, _ => true, at);

    /// <summary>Whether a reason lasts that a clock which starts now meets. Of those that come several at a time the steps do not tell which still last; they begin with a run.</summary>
    public static bool LastsAt(ClockDefinition clock, ImmutableSortedDictionary<string, StepTime> taken) =>
        RulesOf(clock).Any(rule => rule.Each is null && Latest(rule.From, taken) > Latest(rule.Until, taken));

    /// <summary>The pause that such a clock begins with.</summary>
    public static ImmutableArray<Pause> From(ClockDefinition clock, ImmutableSortedDictionary<string, StepTime> taken, DateTimeOffset at) =>
    [
        .. RulesOf(clock).Select((rule, index) => (rule, index))
            .Where(item => item.rule.Each is null && Latest(item.rule.From, taken) > Latest(item.rule.Until, taken))
            .Select(item => new Pause(at, To: null) { Cause = CauseOf(item.rule, item.index, []) }),
    ];

    private static IEnumerable<StandstillRule> RulesOf(ClockDefinition clock) =>
        [new StandstillRule(clock.Pause, clock.Resume, Each: null, At: null), .. clock.Standstills];

    /// <summary>
    /// What was missed is not undone by standing still afterwards: a breached run is not paused. One that began before the run was due and is only recorded now is no
    /// "afterwards": that breach is none, and the run begins anew, as of one run no breach is told twice.
    /// </summary>
    private static ClockRun Begun(ClockRun run, string? cause, DateTimeOffset at)
    {
        var undone = run.Status == ClockStatus.Breached && at < run.DueAt;
        if ((run.Status is not (ClockStatus.Running or ClockStatus.Paused) && !undone) || run.Pauses.Any(pause => pause.To is null && pause.Cause == cause))
        {
            return run;
        }

        var paused = run with { Status = ClockStatus.Paused, Pauses = run.Pauses.Add(new Pause(at, To: null) { Cause = cause }) };
        return undone ? paused with { Run = run.Run + 1, WarningsGiven = 0 } : paused;
    }

    private static ClockRun Ended(ClockRun run, Func<Pause, bool> ends, DateTimeOffset at)
    {
        ImmutableArray<Pause> pauses =
        [
            .. run.Pauses.Select(pause => pause.To is null && ends(pause) ? pause with { To = at < pause.From ? pause.From : at } : pause),
        ];
        return run with { Pauses = pauses, Status = pauses.Any(pause => pause.To is null) ? ClockStatus.Paused : ClockStatus.Running };
    }

    private static string? CauseOf(StandstillRule rule, int index, JsonObject payload) =>
        index == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{index}:{rule.Each?.FindText(payload)}");

    /// <summary>Never later than now: what has not happened is not recorded.</summary>
    private static DateTimeOffset InstantOf(StandstillRule rule, JsonObject payload, DateTimeOffset now) =>
        rule.At?.FindText(payload) is { } text
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) && instant < now && Deadlines.CanCount(instant)
            ? instant.ToCivil()
            : now;

    private static int Latest(ImmutableArray<StepName> steps, ImmutableSortedDictionary<string, StepTime> taken) =>
        steps.Select(step => taken.GetValueOrDefault(step.Value).Ordinal).DefaultIfEmpty().Max();
}
