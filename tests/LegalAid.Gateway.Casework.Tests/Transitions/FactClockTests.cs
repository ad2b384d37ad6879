using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Transitions;
using static LegalAid.Gateway.Casework.Tests.Transitions.SmallType;

namespace LegalAid.Gateway.Casework.Tests.Transitions;

/// <summary>Clocks that count from an instant which the exchange itself states, and move with it.</summary>
public sealed class FactClockTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Ten hours before the hearing the answer must be there; warned four hours before that.</summary>
    private static readonly ClockDefinition Before = Clock("before", -10, Fact("said.hearing")) with
    {
        Stop = Steps("answer"),
        Cancel = Steps("cancel"),
        Warnings = [4 * Hour],
    };

    /// <summary>Ten hours from the finding to the opening.</summary>
    private static readonly ClockDefinition Since = Clock("since", 10, Fact("said.found")) with { Obligated = new RoleName("organ"), Stop = Steps("open") };

    private static Play Hearing(double hours, params ImmutableArray<ClockDefinition> clocks) =>
        new Play(Type(clocks)).Open(new JsonObject { ["hearing"] = At(hours), ["trial"] = "ORDINARY" });

    private static string At(double hours) => (Play.Start + (hours * Hour)).ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);

    private static JsonObject Changes(string field, string value) => new() { ["changes"] = new JsonObject { [field] = value } };

    private static JsonObject Moved(double hours) => Changes("hearing", At(hours));

    [Fact]
    public void Fact_Given_CountsBackward()
    {
        var run = Hearing(100, Before).Clock("before");

        Assert.Equal((Play.Start + (100 * Hour), Play.Start + (90 * Hour), ClockStatus.Running), (run.StartedAt, run.DueAt, run.Status));
    }

    [Fact]
    public void Fact_AbsentOrNoInstant_StartsNothing()
    {
        Assert.False(new Play(Type(Before)).Open().HasClock("before"));
        Assert.False(new Play(Type(Before)).Open(new JsonObject { ["hearing"] = "明天" }).HasClock("before"));
        Assert.False(new Play(Type(Before)).Open(new JsonObject { ["hearing"] = 7 }).HasClock("before"));
    }

    [Theory]
    [InlineData(9.0, ClockStatus.Met)]
    [InlineData(10.0, ClockStatus.MetLate)]
    [InlineData(11.0, ClockStatus.MetLate)]
    public void Fact_WhoseStopIsTheStepThatTellsIt_IsJudgedAtOnce(double hours, ClockStatus status)
    {
        var play = new Play(Type(Since)).Open(new JsonObject { ["found"] = At(-hours) });

        Assert.Equal(status, play.Clock("since").Status);
        Assert.Equal(status == ClockStatus.Met ? [] : ["since breach"], play.ClockEvents);
    }

    [Theory]
    [InlineData(-1.0, ClockStatus.Met)]
    [InlineData(-30.0, ClockStatus.MetLate)]
    public void Fact_ToldAfterItsStop_IsJudgedByWhenTheStopWasTaken(double hours, ClockStatus status)
    {
        // The amendment is taken at the instant of the opening: two steps of one tick.
        var play = new Play(Type(Since)).Open().Take("amend", Changes("found", At(hours)));

        Assert.Equal((status, Play.Start), (play.Clock("since").Status, play.Clock("since").StoppedAt));
    }

    [Fact]
    public void Fact_Amended_MovesTheRunningClock()
    {
        var play = Hearing(100, Before).Take("amend", Moved(200));

        Assert.Equal((1, Play.Start + (190 * Hour)), (play.Clock("before").Run, play.Clock("before").DueAt));
    }

    [Fact]
    public void Fact_AmendedLaterAfterTheWarning_WarnsAgain()
    {
        var play = Hearing(100, Before).After(86 * Hour);
        play.Tick();
        play.Take("amend", Moved(200)).At(Play.Start + (186 * Hour)).Tick();

        Assert.Equal(["before warning", "before warning"], play.ClockEvents);
    }

    [Fact]
    public void Fact_AmendedEarlierIntoTheWarnings_GivesTheNextOneAndNoneTwice()
    {
        var play = Hearing(100, Before with { Warnings = [30 * Hour, 4 * Hour] }).After(60 * Hour);
        play.Tick();
        Assert.Equal(["before warning"], play.LastClockEvents);

        play.Take("amend", Moved(73));
        Assert.Equal(["before warning"], play.LastClockEvents);

        play.Take("amend", Moved(72.5));
        Assert.Empty(play.LastClockEvents);
    }

    [Theory]
    [InlineData(101, ClockStatus.Met, new string[0])]
    [InlineData(60, ClockStatus.Met, new string[0])]
    [InlineData(40, ClockStatus.MetLate, new[] { "before breach" })]
    public void Fact_AmendedAfterTheStop_JudgesTheStopAnew(double hearing, ClockStatus status, string[] told)
    {
        var play = Hearing(100, Before).After(40 * Hour).Take("answer").Take("amend", Moved(hearing));

        Assert.Equal((status, Play.Start + (40 * Hour)), (play.Clock("before").Status, play.Clock("before").StoppedAt));
        Assert.Equal(told, play.ClockEvents);
    }

    [Fact]
    public void Fact_AmendedToAndFroAcrossTheStop_TellsNoBreachOfOneRunTwice()
    {
        var play = Hearing(100, Before).After(40 * Hour).Take("answer");
        foreach (var hearing in new[] { 40, 41, 100, 42, 100, 43 })
        {
            play.Take("amend", Moved(hearing));
        }

        Assert.Equal(ClockStatus.MetLate, play.Clock("before").Status);
        Assert.Equal([1, 2, 3], play.Said.Where(message => message.Event == "clock.breach").Select(message => (int)message.Payload["run"]!)); // every message of a clock has it
    }

    [Fact]
    public void Fact_AmendedAfterTheBreach_RunsAgainAsANewRunWithItsWarnings()
    {
        var play = Hearing(100, Before).After(90 * Hour);
        play.Tick();
        play.Take("amend", Moved(200));
        Assert.Equal((2, ClockStatus.Running), (play.Clock("before").Run, play.Clock("before").Status));

        play.At(Play.Start + (186 * Hour)).Tick();
        play.At(Play.Start + (190 * Hour)).Tick();

        Assert.Equal(["before breach", "before warning", "before breach"], play.ClockEvents);
    }

    [Fact]
    public void Fact_AmendedEarlierAfterTheBreach_StaysBreachedAndIsNotToldAgain()
    {
        var play = Hearing(100, Before).After(90 * Hour);
        play.Tick();
        play.Take("amend", Moved(95));

        Assert.Equal(ClockStatus.Breached, play.Clock("before").Status);
        Assert.Equal(["before breach"], play.ClockEvents);
    }

    [Theory]
    [InlineData(10.0)]
    [InlineData(3.0)]
    public void Fact_OutOfReachFromTheFirst_IsNobodysBreach(double hours)
    {
        var play = Hearing(hours, Before);

        Assert.False(play.HasClock("before"));
        Assert.Empty(play.ClockEvents);
    }

    [Fact]
    public void Fact_BroughtForwardOutOfReach_EndsTheClock_PutOffAgain_RunsANewOne()
    {
        var play = Hearing(100, Before).After(50 * Hour).Take("amend", Moved(55));
        Assert.Equal(ClockStatus.Cancelled, play.Clock("before").Status);

        play.Take("amend", Moved(56)).Take("amend", Moved(150));

        Assert.Equal((2, ClockStatus.Running, Play.Start + (140 * Hour)), (play.Clock("before").Run, play.Clock("before").Status, play.Clock("before").DueAt));
        Assert.Empty(play.ClockEvents);
    }

    [Fact]
    public void Fact_AmendedAfterACancel_StaysCancelled()
    {
        var play = Hearing(100, Before).Take("cancel").After(Hour).Take("amend", Moved(200)).Take("cancel").Take("amend", Moved(300));

        Assert.Equal((1, ClockStatus.Cancelled), (play.Clock("before").Run, play.Clock("before").Status));
    }

    [Fact]
    public void Fact_AmendedWhilePaused_CountsFromItOnceItRunsAgain()
    {
        var clock = Clock("since", 10, Fact("said.found")) with { Pause = Steps("pause"), Resume = Steps("resume") };
        var play = new Play(Type(clock)).Open(new JsonObject { ["found"] = At(0) }).After(Hour).Take("pause")
            .Take("amend", Changes("found", At(-2))).After(5 * Hour).Take("resume");

        Assert.Equal((ClockStatus.Running, Play.Start + (13 * Hour)), (play.Clock("since").Status, play.Clock("since").DueAt));
    }

    // When

    private static readonly ClockDefinition Ordinary = Before with { When = [Rule("said.trial", negated: true, "SUMMARY", "FAST")] };

    [Fact]
    public void When_SwitchedOffAndOnByAmendments_EndsAndRunsAgain()
    {
        var play = Hearing(100, Ordinary).Take("amend", Changes("trial", "SUMMARY"));
        Assert.Equal(ClockStatus.Cancelled, play.Clock("before").Status);
        Assert.Equal(Decision.Unchanged.Instance, play.At(Play.Start + (95 * Hour)).Tick());

        play.At(Play.Start + (20 * Hour)).Take("amend", Changes("trial", "ORDINARY"));

        Assert.Equal((2, ClockStatus.Running, Play.Start + (90 * Hour)), (play.Clock("before").Run, play.Clock("before").Status, play.Clock("before").DueAt));
    }

    [Fact]
    public void When_NotMetAtFirst_StartsOnceItIs()
    {
        var play = new Play(Type(Ordinary)).Open(new JsonObject { ["hearing"] = At(100), ["trial"] = "FAST" });
        Assert.False(play.HasClock("before"));

        Assert.Equal(ClockStatus.Running, play.Take("amend", Changes("trial", "ORDINARY")).Clock("before").Status);
    }

    [Theory]
    [InlineData(false, "ORDINARY", true)]
    [InlineData(false, "SUMMARY", false)]
    [InlineData(false, null, false)]
    [InlineData(true, "ORDINARY", false)]
    [InlineData(true, "SUMMARY", true)]
    [InlineData(true, null, true)]
    public void When_Rule_AnAbsentValueIsNoneOfItsValues(bool negated, string? trial, bool runs)
    {
        var payload = new JsonObject { ["hearing"] = At(100) };
        if (trial is not null)
        {
            payload["trial"] = trial;
        }

        var play = new Play(Type(Before with { When = [Rule("said.trial", negated, "ORDINARY")] })).Open(payload);

        Assert.Equal(runs, play.HasClock("before"));
    }
}
