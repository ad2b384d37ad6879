using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Transitions;
using static LegalAid.Gateway.Casework.Tests.Transitions.SmallType;

namespace LegalAid.Gateway.Casework.Tests.Transitions;

/// <summary>What starts, stops, ends, pauses a clock, and what it says when.</summary>
public sealed class ClockTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    /// <summary>Ten hours from the opening until the answer; warned four and one hours before.</summary>
    private static readonly ClockDefinition Answering = Clock("answering", 10, Taken("open")) with
    {
        Stop = Steps("answer"),
        Cancel = Steps("cancel"),
        Pause = Steps("pause"),
        Resume = Steps("resume"),
        Warnings = [4 * Hour, Hour],
    };

    private static Play Opened(params ImmutableArray<ClockDefinition> clocks) => new Play(Type(clocks)).Open();

    [Fact]
    public void StepTaken_OfItsStart_RunsFromTheCommit()
    {
        var run = Opened(Answering).Clock("answering");

        Assert.Equal(
            (1, ClockStatus.Running, Centre, Play.Start, Play.Start + (10 * Hour)), (run.Run, run.Status, run.Obligated, run.StartedAt, run.DueAt));
    }

    [Theory]
    [InlineData(-1, ClockStatus.Met)]
    [InlineData(0, ClockStatus.MetLate)]
    [InlineData(1, ClockStatus.MetLate)]
    public void Stop_AroundTheDueInstant_IsLateFromItOn(int ticks, ClockStatus status)
    {
        var play = Opened(Answering with { Warnings = [] }).At(Play.Start + (10 * Hour) + TimeSpan.FromTicks(ticks)).Take("answer");

        Assert.Equal(status, play.Clock("answering").Status);
        Assert.Equal(play.Now, play.Clock("answering").StoppedAt);
        Assert.Equal(status == ClockStatus.Met ? [] : ["answering breach"], play.ClockEvents);
    }

    /// <summary>Who waits for the act is told what its clock says, where the role is held.</summary>
    [Fact]
    public void Tell_WarningAndBreach_WhoWaitsIsToldOfBoth()
    {
        var play = Opened(Answering with { Tell = [new RoleName("organ"), new RoleName("firm")] });
        for (var hour = 1; hour <= 10; hour++)
        {
            play.At(Play.Start + (hour * Hour)).Tick();
        }

        Assert.Equal([Centre, Court, Bureau], play.Said.Single(message => message.Event == "clock.breach").Recipients.Select(recipient => recipient.Agency));
        Assert.Contains(play.Said.Where(message => message.Event == "clock.warning").SelectMany(message => message.Recipients), recipient => recipient.Agency == Court);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    public void Tick_AroundTheDueInstant_ReportsTheBreachFromItOn(int ticks, int breaches)
    {
        var play = Opened(Answering with { Warnings = [] }).At(Play.Start + (10 * Hour) + TimeSpan.FromTicks(ticks));

        play.Tick();
        play.Tick();

        Assert.Equal(breaches, play.ClockEvents.Count());
    }

    [Fact]
    public void Stop_AfterATickReportedTheBreach_DoesNotReportItAgain()
    {
        var play = Opened(Answering).After(11 * Hour);
        play.Tick();

        play.After(Hour).Take("answer");

        Assert.Equal(ClockStatus.MetLate, play.Clock("answering").Status);
        Assert.Equal(["answering breach"], play.ClockEvents);
    }

    [Theory]
    [InlineData("cancel", ClockStatus.Cancelled)]
    [InlineData("shut", ClockStatus.Cancelled)]
    [InlineData("answer", ClockStatus.MetLate)]
    public void Step_AfterADueInstantNobodyLookedAt_ReportsTheBreachFirst(string step, ClockStatus status)
    {
        var play = Opened(Answering).After(12 * Hour).Take(step);

        Assert.Equal(status, play.Clock("answering").Status);
        Assert.Equal([step, "clock.breach"], play.Last.Select(message => message.Event));
        Assert.Equal(Play.Start + (10 * Hour), play.Last[1].OccurredAt);
        Assert.All(play.Last, message => Assert.Equal(play.State.State, message.StateAfter));
    }

    [Fact]
    public void Breach_AfterLongDowntime_HasItsTrueInstantAndReachesBodyAndSupervisor()
    {
        var play = Opened(Answering).After(TimeSpan.FromDays(40));

        play.Tick();

        var breach = Assert.Single(play.Last);
        Assert.Equal(Play.Start + (10 * Hour), breach.OccurredAt);
        Assert.Null(breach.Sender);
        Assert.Equal("2026-03-02T19:00:00+08:00", (string?)breach.Payload["dueTime"]);
        Assert.Equal("2026-04-11T09:00:00+08:00", (string?)breach.Payload["reportTime"]);
        Assert.Equal([(Centre, "centre"), (Bureau, "supervisor")], breach.Recipients.Select(recipient => (recipient.Agency, recipient.Role.Value)));
        Assert.All(breach.Recipients, recipient => Assert.True(recipient.Overtakes));
    }

    [Theory]
    [InlineData(6, -1, new string[0])]
    [InlineData(6, 0, new[] { "09:00:00" })]
    [InlineData(9, -1, new[] { "09:00:00" })]
    [InlineData(9, 0, new[] { "09:00:00", "09:00:00" })]
    public void Warnings_LookedAtEachTick_AreGivenOnceEach(int hours, int ticks, string[] given)
    {
        var play = Opened(Answering);
        foreach (var at in new[] { 6 * Hour, 9 * Hour }.Where(at => at < (hours * Hour) + TimeSpan.FromTicks(ticks)))
        {
            play.At(Play.Start + at).Tick();
        }

        play.At(Play.Start + (hours * Hour) + TimeSpan.FromTicks(ticks)).Tick();
        play.Tick();

        Assert.Equal(given.Length, play.ClockEvents.Count(told => told == "answering warning"));
    }

    [Fact]
    public void Warnings_MissedWhileNobodyLooked_OnlyTheLastIsGiven()
    {
        var play = Opened(Answering).After(9.5 * Hour);

        play.Tick();

        var warning = Assert.Single(play.Last);
        Assert.Equal("clock.warning", warning.Event);
        Assert.Equal(Play.Start + (9 * Hour), warning.OccurredAt);
        Assert.Equal(Play.Start + (10 * Hour), play.State.NextClockAt);
    }

    [Fact]
    public void Warnings_MissedUntilPastTheDueInstant_OnlyTheBreachIsTold()
    {
        var play = Opened(Answering).After(10 * Hour);

        play.Tick();

        Assert.Equal(["answering breach"], play.ClockEvents);
        Assert.Null(play.State.NextClockAt);
    }

    [Fact]
    public void Cancel_OfARunningClock_EndsItWithoutAWord()
    {
        var play = Opened(Answering).After(Hour).Take("cancel");

        Assert.Equal(ClockStatus.Cancelled, play.Clock("answering").Status);
        Assert.Equal(Decision.Unchanged.Instance, play.After(TimeSpan.FromDays(9)).Tick());
    }

    [Fact]
    public void Start_ByTheSameStepAgain_BeginsANewRunWithNewWarnings()
    {
        var play = Opened(Clock("noting", 5, Taken("note")) with { Warnings = [Hour] }).Take("note").After(4.5 * Hour);
        play.Tick();

        play.Take("note");

        Assert.Equal((2, play.Now, play.Now + (5 * Hour), 0), (play.Clock("noting").Run, play.Clock("noting").StartedAt, play.Clock("noting").DueAt, play.Clock("noting").WarningsGiven));
    }

    [Fact]
    public void Start_WhereNobodyHoldsTheObligatedRole_DoesNotStart() =>
        Assert.False(Opened(Answering with { Obligated = new RoleName("firm") }).HasClock("answering"));

    // Pauses

    [Fact]
    public void Pause_AndResume_MoveTheDueInstantByTheTimeBetween()
    {
        var play = Opened(Answering).After(Hour).Take("pause");
        Assert.Equal(ClockStatus.Paused, play.Clock("answering").Status);
        Assert.Null(play.State.NextClockAt);

        play.After(30 * Hour).Take("pause").After(2 * Hour).Take("resume").Take("resume");

        Assert.Equal((ClockStatus.Running, Play.Start + (42 * Hour)), (play.Clock("answering").Status, play.Clock("answering").DueAt));
        Assert.Single(play.Clock("answering").Pauses);
    }

    [Fact]
    public void Pause_Twice_AddsBoth()
    {
        var play = Opened(Answering).After(Hour).Take("pause").After(Hour).Take("resume").After(Hour).Take("pause").After(3 * Hour).Take("resume");

        Assert.Equal(Play.Start + (14 * Hour), play.Clock("answering").DueAt);
    }

    [Fact]
    public void Stop_WhilePaused_IsInTime()
    {
        var play = Opened(Answering).After(Hour).Take("pause").After(TimeSpan.FromDays(30)).Take("answer");

        Assert.Equal((ClockStatus.Met, play.Now + (9 * Hour)), (play.Clock("answering").Status, play.Clock("answering").DueAt));
        Assert.Empty(play.ClockEvents);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Pause_AfterTheDueInstant_UndoesNoBreach(bool ticked)
    {
        var play = Opened(Answering).After(10 * Hour);
        if (ticked)
        {
            play.Tick();
        }

        play.Take("pause").After(TimeSpan.FromDays(2)).Take("resume").After(TimeSpan.FromDays(2)).Tick();

        Assert.Equal(ClockStatus.Breached, play.Clock("answering").Status);
        Assert.Equal(["answering breach"], play.ClockEvents);
    }

    // Proof of delivery

    private static readonly ClockDefinition FirmAnswer = Clock("firm-answer", 10, Delivered("name", "firm")) with
    {
        Obligated = new RoleName("firm"),
        Stop = Steps("answer"),
        Cancel = Steps("drop"),
    };

    private static JsonObject Firm(string name) => new() { ["firm"] = "agencies/" + name };

    [Fact]
    public void Delivered_ToAMailbox_StartsWithTheCommit() =>
        Assert.Equal(Play.Start, Opened(FirmAnswer).Take("name", Firm("firm-a")).Clock("firm-answer").StartedAt);

    [Fact]
    public void Delivered_ByPush_StartsAtTheProofAndOnce()
    {
        var play = new Play(Type(FirmAnswer), Snapshot(pushed: FirmA)).Open().Take("name", Firm("firm-a"));
        Assert.False(play.HasClock("firm-answer"));

        play.After(Hour).Delivered("name", "firm", FirmA);
        Assert.Equal(Decision.Unchanged.Instance, play.After(Hour).Delivered("name", "firm", FirmA));

        Assert.Equal((1, Play.Start + Hour), (play.Clock("firm-answer").Run, play.Clock("firm-answer").StartedAt));
    }

    [Theory]
    [InlineData("answer")]
    [InlineData("drop")]
    public void Delivered_AfterTheStepThatEndsIt_DoesNotStart(string step)
    {
        var play = new Play(Type(FirmAnswer), Snapshot(pushed: FirmA)).Open().Take("name", Firm("firm-a")).Take(step);

        Assert.Equal(Decision.Unchanged.Instance, play.Delivered("name", "firm", FirmA));
    }

    [Fact]
    public void Delivered_OfAnotherStepOrRole_ChangesNothing()
    {
        var play = new Play(Type(FirmAnswer), Snapshot(pushed: FirmA)).Open().Take("name", Firm("firm-a"));

        Assert.Equal(Decision.Unchanged.Instance, play.Delivered("note", "firm", FirmA));
        Assert.Equal(Decision.Unchanged.Instance, play.Delivered("name", "organ", Court));
        Assert.Equal(Decision.Unchanged.Instance, play.Delivered("clock.breach", "supervisor", Bureau));
    }

    [Fact]
    public void Delivered_ToTheFirmThatWasReplaced_DoesNotStartItsSuccessorsClock()
    {
        var play = new Play(Type(FirmAnswer), Snapshot(pushed: FirmB)).Open().Take("name", Firm("firm-a")).After(Hour).Take("name", Firm("firm-b"));

        // Firm A has a mailbox and learns at once that it was replaced; firm B has nothing yet.
        Assert.Equal((1, FirmA), (play.Clock("firm-answer").Run, play.Clock("firm-answer").Obligated));
        Assert.Equal(Decision.Unchanged.Instance, play.Delivered("name", "firm", FirmA));

        play.After(Hour).Delivered("name", "firm", FirmB);

        Assert.Equal((2, FirmB, play.Now), (play.Clock("firm-answer").Run, play.Clock("firm-answer").Obligated, play.Clock("firm-answer").StartedAt));
    }

    [Fact]
    public void Delivered_InAFinalState_StartsNothing()
    {
        var play = new Play(Type(FirmAnswer with { Cancel = [] }), Snapshot(pushed: FirmA)).Open().Take("name", Firm("firm-a")).Take("shut");

        Assert.Equal(Decision.Unchanged.Instance, play.Delivered("name", "firm", FirmA));
    }

    // Periods and chains

    private static readonly ClockDefinition Period = Clock("period", 5, Taken("open")) with { Kind = ClockKind.Period, Stop = Steps("answer") };
    private static readonly ClockDefinition Chained = Clock("chained", 3, Expired("period")) with { Stop = Steps("answer"), Warnings = [Hour] };

    [Fact]
    public void Period_RunsOut_IsAnEventAndStartsWhatWaitsForIt()
    {
        var play = Opened(Period, Chained).After(5 * Hour);

        play.Tick();

        Assert.Equal(["period expired"], play.ClockEvents);
        Assert.Equal((ClockStatus.Ended, ClockStatus.Running), (play.Clock("period").Status, play.Clock("chained").Status));
        Assert.Equal(Play.Start + (8 * Hour), play.Clock("chained").DueAt);
    }

    [Fact]
    public void Period_WhoseDeadlineHasPassedToo_BothAreToldInOneTickInOrder()
    {
        // In the type's order the deadline stands first: it must still be told second.
        var play = Opened(Chained, Period).After(TimeSpan.FromDays(3));

        play.Tick();

        Assert.Equal(["period expired", "chained breach"], play.ClockEvents);
        Assert.Equal([Play.Start + (5 * Hour), Play.Start + (8 * Hour)], play.Last.Select(message => message.OccurredAt));
        Assert.Null(play.State.NextClockAt);
    }

    [Fact]
    public void Step_AfterThePeriodNobodyLookedAt_IsLateForTheDeadlineThatItStarted()
    {
        var play = Opened(Period, Chained).After(9 * Hour).Take("answer");

        Assert.Equal(["answer", "clock.expired", "clock.breach"], play.Last.Select(message => message.Event));
        Assert.Equal((ClockStatus.Ended, ClockStatus.MetLate), (play.Clock("period").Status, play.Clock("chained").Status));
    }

    [Fact]
    public void Period_StoppedInTime_StartsNothing()
    {
        var play = Opened(Period, Chained).After((5 * Hour) - Tick).Take("answer");

        Assert.Equal(ClockStatus.Met, play.Clock("period").Status);
        Assert.False(play.HasClock("chained"));
        Assert.Empty(play.ClockEvents);
    }

    [Fact]
    public void Final_StateEndsEveryClock()
    {
        var play = Opened(Answering, Clock("noting", 5, Taken("open"))).Take("shut");

        Assert.All(play.State.Clocks, run => Assert.Equal(ClockStatus.Cancelled, run.Status));
        Assert.Null(play.State.NextClockAt);
    }

    // Provisional

    [Fact]
    public void Recompute_WhenTheCalendarArrives_CountsAgainAndSaysSo()
    {
        var clock = Clock("days", 3, Taken("open")) with { Limit = new TimeLimit(3, TimeLimitUnit.Days), Counting = CountingRule.CriminalDays };
        var play = new Play(Type(clock), Snapshot(Published())).At(new DateTimeOffset(2026, 3, 4, 9, 0, 0, Play.Start.Offset)).Open();
        Assert.True(play.State.Provisional);
        Assert.Equal(Decision.Unchanged.Instance, play.Recompute());

        play.Snapshot = Snapshot(Published(2026));
        play.Recompute();

        // Three days after Wednesday the 4th is Saturday the 7th, which rolls to the end of Monday the 9th.
        Assert.Equal(["days recomputed"], play.ClockEvents);
        Assert.False(play.State.Provisional);
        Assert.Equal(new DateTimeOffset(2026, 3, 10, 0, 0, 0, Play.Start.Offset), play.Clock("days").DueAt);
        Assert.Equal(Decision.Unchanged.Instance, play.Recompute());
    }

    [Fact]
    public void Recompute_OfABreachThatWasNone_BeginsANewRun()
    {
        var clock = Clock("days", 3, Taken("open")) with { Limit = new TimeLimit(3, TimeLimitUnit.Days), Counting = CountingRule.CriminalDays };
        var play = new Play(Type(clock), Snapshot(Published())).At(new DateTimeOffset(2026, 3, 4, 9, 0, 0, Play.Start.Offset)).Open();
        play.At(new DateTimeOffset(2026, 3, 9, 9, 0, 0, Play.Start.Offset)).Tick();
        Assert.Equal(ClockStatus.Breached, play.Clock("days").Status);

        play.Snapshot = Snapshot(Published(2026));
        play.Recompute();
        play.After(TimeSpan.FromDays(1)).Tick();

        Assert.Equal(
            [(1, "clock.breach"), (2, "clock.recomputed"), (2, "clock.breach")],
            play.Said.Where(message => message.Sender is null).Select(message => ((int)message.Payload["run"]!, message.Event))); // every message of a clock has it
    }

    [Fact]
    public void Step_AfterAnAgencyLeftTheDirectory_IsStillDecided()
    {
        var play = Opened(Answering, FirmAnswer).Take("name", Firm("firm-a"));
        play.Snapshot = Without(Without(play.Snapshot, FirmA), Bureau);

        play.Take("amend", Play.Json("""{"changes":{"x":"y"}}""")).After(TimeSpan.FromDays(2)).Tick();

        Assert.Equal(["answering breach", "firm-answer breach"], play.ClockEvents.Order(StringComparer.Ordinal));
    }
}
