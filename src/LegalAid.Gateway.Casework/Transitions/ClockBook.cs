using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Casework.Transitions;

/// <summary>
/// The clocks of one exchange while one event is decided: each member applies one cause, in the order in which
/// <see cref="Transition"/> calls them, and collects what the clocks have to say. Used by one decision and thrown away.
/// </summary>
internal sealed class ClockBook
{
    private readonly ExchangeType _type;
    private readonly ConfigurationSnapshot _snapshot;
    private readonly ImmutableSortedDictionary<string, AgencyId> _parties;
    private readonly ImmutableSortedDictionary<string, StepTime> _taken;
    private readonly JsonObject _view;
    private readonly StateName _state;
    private readonly DateTimeOffset _now;
    private readonly ClockCounting _counting;
    private readonly Dictionary<ClockName, ClockRun> _runs;
    private readonly List<OutgoingMessage> _messages = [];

    /// <param name="state">The exchange with parties, view, state and times of steps as they are after the event, clocks as before it.</param>
    public ClockBook(ExchangeState state, ConfigurationSnapshot snapshot, DateTimeOffset now)
    {
        _type = state.Type;
        _snapshot = snapshot;
        _parties = state.Parties;
        _taken = state.Taken;
        _view = state.View;
        _state = state.State;
        _now = now;
        _counting = new ClockCounting(snapshot, state.View, now);
        _runs = state.Clocks.ToDictionary(run => run.Clock);
    }

    /// <summary>The runs in the order of the type's clocks.</summary>
    public ImmutableArray<ClockRun> Runs =>
        [.. _type.Clocks.Where(clock => _runs.ContainsKey(clock.Name)).Select(clock => _runs[clock.Name])];

    public IReadOnlyList<OutgoingMessage> Messages => _messages;

    /// <summary>A step was taken: clocks move with the facts and dates it changed and pass on with the role, then stop, end, pause, resume or start by it.</summary>
    public void StepTaken(StepName step, JsonObject payload)
    {
        foreach (var clock in _type.Clocks)
        {
            FollowFact(clock);
            FollowDue(clock, step);
            PassOn(clock, step);
            if (_runs.TryGetValue(clock.Name, out var run) && run.IsOpen)
            {
                if (clock.Stop.Contains(step))
                {
                    // What is stopped while it stands still is judged by the instant to which the pause has moved its due.
                    Stop(run.Status == ClockStatus.Paused ? Recounted(clock, Standstills.EndAll(run, _now)) : run, _now);
                }
                else if (clock.Cancel.Contains(step) || !Applies(clock))
                {
                    Set(run with { Status = ClockStatus.Cancelled, StoppedAt = _now });
                }
                else
                {
                    StandStill(clock, run, step, payload);
                }
            }

            if (clock.Start.Any(trigger => trigger is ClockTrigger.Taken taken && taken.Step == step) && Applies(clock))
            {
                Start(clock, _now);
            }
        }
    }

    /// <summary>
    /// A step's message reached an agency as a role's holder. A clock that this would start does not start where a step that stops or
    /// cancels it was taken since: the answer came before the proof of delivery. Nor does one start twice for one step, whatever says so
    /// again, nor for a holder who was replaced and only learns of it.
    /// </summary>
    public bool Delivered(StepName step, RoleName to, AgencyId recipient, DateTimeOffset at)
    {
        if (!_parties.TryGetValue(to.Value, out var holder) || holder != recipient)
        {
            return false;
        }

        var started = false;
        foreach (var clock in _type.Clocks)
        {
            if (!clock.StartsOnDelivery(step, to) || !Applies(clock) || AnsweredSince(clock, step) || StartedSince(clock, step))
            {
                continue;
            }

            Start(clock, at);
            started = true;
        }

        return started;
    }

    /// <summary>Time has passed: warnings, breaches and expiries that fell due, each once, with its true instant.</summary>
    public void Tick()
    {
        // In the order in which they fell due. A period that expired may start a deadline that has passed as well; no clock starts
        // itself through others, so this ends.
        while (Runs.Where(run => run.Status == ClockStatus.Running && run.DueAt <= _now).MinBy(run => run.DueAt) is { } overdue)
        {
            RunOut(overdue);
        }

        foreach (var run in Runs.Where(run => run.Status == ClockStatus.Running))
        {
            Warn(run);
        }
    }

    /// <summary>The final state ends every clock that still runs.</summary>
    public void EndAll()
    {
        foreach (var run in Runs.Where(run => run.IsOpen))
        {
            Set(run with { Status = ClockStatus.Cancelled, StoppedAt = _now });
        }
    }

    /// <summary>Counts open provisional runs again by the calendar as it is now.</summary>
    public void Recompute()
    {
        foreach (var run in Runs.Where(run => run is { IsOpen: true, Provisional: true }))
        {
            var clock = _type.GetClock(run.Clock);
            var deadline = _counting.Count(clock, run);
            if (deadline is null || deadline.CalendarVersion == run.CalendarVersion)
            {
                continue;
            }

            var moved = Due(run, deadline);
            Set(moved);
            Say(ClockEvents.Recomputed, moved, _now);
        }
    }

    private void FollowFact(ClockDefinition clock)
    {
        var instant = clock.Start.OfType<ClockTrigger.Fact>().Select(fact => _counting.InstantAt(fact.Path)).FirstOrDefault(at => at is not null);
        if (instant is not { } start || !Applies(clock))
        {
            return;
        }

        var current = _runs.GetValueOrDefault(clock.Name);
        if (current is null || (current.Status == ClockStatus.Cancelled && !CancelledByStep(clock, current)))
        {
            StartByFact(clock, start);
        }
        else if (current.StartedAt != start && current.Status != ClockStatus.Cancelled)
        {
            Follow(clock, current with { StartedAt = start });
        }
    }

    private void Follow(ClockDefinition clock, ClockRun current)
    {
        if (_counting.Count(clock, current) is not { } deadline)
        {
            Set(current); // it stands still: the new start counts when it runs again
            return;
        }

        var moved = Due(current, deadline);
        if (moved.StoppedAt is { } stoppedAt)
        {
            Stop(moved, stoppedAt);
        }
        else if (moved.Status != ClockStatus.Breached && OutOfReach(clock, moved.DueAt))
        {
            Set(moved with { Status = ClockStatus.Cancelled, StoppedAt = _now });
        }
        else
        {
            Set(moved);
        }
    }

    /// <summary>
    /// A step ends a clock for good. One that merely ceased to apply, or whose due instant fell out of reach, may start again when the
    /// facts are amended once more: a summary trial that goes back to the ordinary procedure, a hearing put off after it was brought forward.
    /// </summary>
    private bool CancelledByStep(ClockDefinition clock, ClockRun run) =>
        clock.Cancel.Any(step => _taken.TryGetValue(step.Value, out var taken) && taken.At >= run.StoppedAt);

    /// <summary>
    /// A fact may be told after the step that stops its clock: the clock is then judged by when that step was taken. A backward clock
    /// that ran out before its obligated party could know does not start: nobody is in breach of what was impossible from the first.
    /// </summary>
    private void StartByFact(ClockDefinition clock, DateTimeOffset start)
    {
        var stopped = clock.Stop.Select(step => _taken.TryGetValue(step.Value, out var taken) ? taken.At : (DateTimeOffset?)null).Max();
        if (NewRun(clock, start) is not { } run || (stopped is null && OutOfReach(clock, run.DueAt)))
        {
            return;
        }

        Set(run);
        if (stopped is { } stoppedAt)
        {
            Stop(run, stoppedAt);
        }
    }

    private bool OutOfReach(ClockDefinition clock, DateTimeOffset dueAt) =>
        clock.Limit.IsBackward && clock.Kind == ClockKind.Deadline && dueAt <= _now
        && !clock.Stop.Any(step => _taken.GetValueOrDefault(step.Value).At == _now);

    private void Start(ClockDefinition clock, DateTimeOffset at)
    {
        if (NewRun(clock, at) is { } run)
        {
            Set(run);
        }
    }

    private ClockRun? NewRun(ClockDefinition clock, DateTimeOffset start)
    {
        if (!_parties.TryGetValue(clock.Obligated.Value, out var obligated))
        {
            return null;
        }

        var number = (_runs.GetValueOrDefault(clock.Name)?.Run ?? 0) + 1;
        var run = new ClockRun(
            clock.Name, number, ClockStatus.Running, obligated, start.ToCivil(), DueAt: default, Provisional: false, CalendarVersion: "",
            Pauses: [], WarningsGiven: 0, StoppedAt: null) { LastDay = _counting.DayOf(clock, start) };
        if (_counting.Count(clock, run) is not { } deadline)
        {
            return null;
        }

        // While the reason lasts for which it stands still, it begins standing still, and what it would be due at is not when it is due.
        var paused = Standstills.LastsAt(clock, _taken);
        return run with
        {
            Status = paused ? ClockStatus.Paused : ClockStatus.Running,
            Pauses = paused ? Standstills.From(clock, _taken, run.StartedAt) : [],
            DueAt = deadline.DueAt,
            Provisional = deadline.Provisional,
            CalendarVersion = deadline.CalendarVersion,
        };
    }

    private void Stop(ClockRun run, DateTimeOffset at)
    {
        var clock = _type.GetClock(run.Clock);
        var late = at >= run.DueAt && clock.Kind == ClockKind.Deadline;
        var told = run.Status is ClockStatus.Breached or ClockStatus.MetLate;
        var stopped = run with { Status = late ? ClockStatus.MetLate : ClockStatus.Met, StoppedAt = at };
        Set(stopped);
        if (late && !told)
        {
            Say(ClockEvents.Breach, stopped, stopped.DueAt);
        }
    }

    private void StandStill(ClockDefinition clock, ClockRun run, StepName step, JsonObject payload)
    {
        var after = Standstills.Apply(clock, run, step, payload, _now);
        if (after != run)
        {
            Set(after.Status == ClockStatus.Running ? Recounted(clock, after) : after);
        }
    }

    private ClockRun Recounted(ClockDefinition clock, ClockRun run) => _counting.Count(clock, run) is { } deadline ? Due(run, deadline) : run;

    /// <summary>The date by which it is due was changed: it is counted again from its own start, with its own pauses, unless the step starts it anew.</summary>
    private void FollowDue(ClockDefinition clock, StepName step)
    {
        if (clock.Due is null || !_runs.TryGetValue(clock.Name, out var run) || !run.IsOpen || _counting.DayOf(clock, run.StartedAt) is not { } day || day == run.LastDay
            || clock.Start.Contains(new ClockTrigger.Taken(step)))
        {
            return;
        }

        Set(Recounted(clock, run with { LastDay = day }));
    }

    /// <summary>The obligated role has another holder, and the duty is that one's from now on; not where the step ends the duty, or it was missed before.</summary>
    private void PassOn(ClockDefinition clock, StepName step)
    {
        if (clock.PassesOn && _runs.TryGetValue(clock.Name, out var run) && run.Status is ClockStatus.Running or ClockStatus.Paused
            && _parties.TryGetValue(clock.Obligated.Value, out var holder) && holder != run.Obligated && _snapshot.Agencies.Find(holder) is not null
            && !clock.Stop.Contains(step) && !clock.Cancel.Contains(step))
        {
            Set(Recounted(clock, run with { Obligated = holder }));
        }
    }

    private void RunOut(ClockRun run)
    {
        var clock = _type.GetClock(run.Clock);
        var period = clock.Kind == ClockKind.Period;
        var ended = run with { Status = period ? ClockStatus.Ended : ClockStatus.Breached, WarningsGiven = clock.Warnings.Length };
        Set(ended);
        Say(period ? ClockEvents.Expired : ClockEvents.Breach, ended, ended.DueAt);
        foreach (var next in _type.Clocks.Where(other => other.Start.Contains(new ClockTrigger.Expired(clock.Name)) && Applies(other)))
        {
            Start(next, ended.DueAt);
        }
    }

    /// <summary>Of several warnings that fell due while nobody looked, only the last is worth saying.</summary>
    private void Warn(ClockRun run)
    {
        var warnings = _type.GetClock(run.Clock).Warnings;
        var due = warnings.Count(warning => run.DueAt - warning <= _now);
        if (due <= run.WarningsGiven)
        {
            return;
        }

        var warned = run with { WarningsGiven = due };
        Set(warned);
        Say(ClockEvents.Warning, warned, warned.DueAt - warnings[due - 1]);
    }

    /// <summary>
    /// The run with a new due instant; warnings that are ahead of it again are given again. Where it was told as breached and is not
    /// under the new instant, that is a new run: of one run no breach is told twice.
    /// </summary>
    private ClockRun Due(ClockRun run, Deadline deadline)
    {
        var moved = run with { DueAt = deadline.DueAt, Provisional = deadline.Provisional, CalendarVersion = deadline.CalendarVersion };
        if (run.Status is ClockStatus.Breached or ClockStatus.MetLate && deadline.DueAt > (run.StoppedAt ?? _now))
        {
            return moved with { Run = run.Run + 1, Status = run.StoppedAt is null ? ClockStatus.Running : ClockStatus.Met, WarningsGiven = 0 };
        }

        var passed = _type.GetClock(run.Clock).Warnings.Count(warning => deadline.DueAt - warning <= _now);
        return moved with { WarningsGiven = Math.Min(run.WarningsGiven, passed) };
    }

    private bool AnsweredSince(ClockDefinition clock, StepName trigger) =>
        clock.Stop.Concat(clock.Cancel).Any(
            step => _taken.TryGetValue(step.Value, out var answer) && answer.Ordinal > _taken.GetValueOrDefault(trigger.Value).Ordinal);

    /// <summary>A run that the step itself ended is one from before, also where both are of one instant.</summary>
    private bool StartedSince(ClockDefinition clock, StepName trigger) =>
        _runs.TryGetValue(clock.Name, out var run) && _taken.GetValueOrDefault(trigger.Value).At is var at && run.StartedAt >= at && !(run.StoppedAt <= at);

    private bool Applies(ClockDefinition clock) => clock.When.All(rule => Values.Hold(rule, _view));

    private void Set(ClockRun run) => _runs[run.Clock] = run;

    /// <summary>What a clock says goes to the obligated body, to whom else the type names, and to the body's supervisor. It names no person.</summary>
    private void Say(string clockEvent, ClockRun run, DateTimeOffset occurredAt)
    {
        var clock = _type.GetClock(run.Clock);
        var recipients = new List<Recipient> { new(run.Obligated, clock.Obligated, Overtakes: true) };
        recipients.AddRange(
            from role in clock.Tell
            where _parties.ContainsKey(role.Value) && _parties[role.Value] != run.Obligated
            select new Recipient(_parties[role.Value], role, Overtakes: true));
        if (_snapshot.Agencies.Find(run.Obligated)?.Supervisor is { } supervisor)
        {
            recipients.Add(new Recipient(supervisor, RoleName.Supervisor, Overtakes: true));
        }

        _messages.Add(new OutgoingMessage(
            clockEvent, Sender: null, ClockMessage.Of(clock, run, _type, _view, _now), _state, occurredAt, [.. recipients]));
    }
}
