using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Casework.Transitions;
using static LegalAid.Gateway.Casework.Tests.Transitions.SmallType;

namespace LegalAid.Gateway.Casework.Tests.Transitions;

/// <summary>Clocks that are due by a date in the view, that pass on with a role, and that tell others; pauses of several causes.</summary>
public sealed class AgreedDateTests
{
    /// <summary>By the date that the opening says, counted from the opening.</summary>
    private static readonly ClockDefinition ByDate = Clock("by-date", 1, Taken("open")) with
    {
        Limit = default,
        Due = PayloadPath.Parse("said.due"),
        Counting = CountingRule.CivilDays,
        Stop = Steps("answer"),
        Pause = Steps("pause"),
        Resume = Steps("resume"),
    };

    private static readonly ClockDefinition Causes = Clock("causes", 10, Taken("open")) with
    {
        Stop = Steps("answer"),
        Standstills = [new StandstillRule(Steps("pause"), Steps("resume"), PayloadPath.Parse("cause"), PayloadPath.Parse("at"))],
    };

    private static Play Opened(ClockDefinition clock, string due) => new Play(Type(clock)).Open(new JsonObject { ["due"] = due });

    private static DateTimeOffset EndOf(int month, int day) => new DateOnly(2026, month, day).EndOfDay();

    private static JsonObject Due(string date) => new() { ["changes"] = new JsonObject { ["due"] = date } };

    [Theory]
    [InlineData("2026-03-06", 6)]
    [InlineData("2026-03-07", 9)] // Saturday rolls
    [InlineData("2026-03-02", 2)] // the day of the start itself
    public void Start_WithADate_IsDueAtItsEnd(string date, int day) => Assert.Equal(EndOf(3, day), Opened(ByDate, date).Clock("by-date").DueAt);

    [Theory]
    [InlineData("")]
    [InlineData("tomorrow")]
    [InlineData("2026-02-30")]
    [InlineData("9999-12-31")]
    public void Start_WithoutADate_DoesNotStart(string date) => Assert.False(Opened(ByDate, date).HasClock("by-date"));

    [Theory]
    [InlineData("2026-03-05", 5)]
    [InlineData("2026-03-20", 20)]
    public void Amend_OfTheDate_MovesTheClock(string date, int day)
    {
        var play = Opened(ByDate, "2026-03-06").After(TimeSpan.FromHours(1)).Take("amend", Due(date));

        Assert.Equal((1, ClockStatus.Running, EndOf(3, day)), (play.Clock("by-date").Run, play.Clock("by-date").Status, play.Clock("by-date").DueAt));
    }

    [Fact]
    public void Amend_ToADatePassed_IsABreachAtOnce()
    {
        var play = Opened(ByDate, "2026-03-06").At(EndOf(3, 4)).Take("amend", Due("2026-03-03"));

        Assert.Equal(["by-date breach"], play.LastClockEvents);
        Assert.Equal(EndOf(3, 3), play.Last[1].OccurredAt);
    }

    [Fact]
    public void Amend_OfADateMissed_BeginsANewRun()
    {
        var play = Opened(ByDate, "2026-03-03").At(EndOf(3, 4));
        play.Tick();

        play.Take("amend", Due("2026-03-10"));

        Assert.Equal((2, ClockStatus.Running, EndOf(3, 10)), (play.Clock("by-date").Run, play.Clock("by-date").Status, play.Clock("by-date").DueAt));
    }

    [Fact]
    public void Amend_WhilePaused_CountsWhenItRunsAgain()
    {
        var play = Opened(ByDate, "2026-03-06").At(EndOf(3, 3)).Take("pause"); // the first instant of the 4th
        play.Take("amend", Due("2026-03-10"));
        Assert.Equal(ClockStatus.Paused, play.Clock("by-date").Status);

        play.At(EndOf(3, 4)).Take("resume");

        Assert.Equal(EndOf(3, 11), play.Clock("by-date").DueAt);
    }

    [Fact]
    public void Start_WhileItsPauseLasts_BeginsStandingStill()
    {
        var clock = Clock("noted", 10, Taken("note")) with { Stop = Steps("answer"), Pause = Steps("pause"), Resume = Steps("resume") };
        var play = new Play(Type(clock)).Open().Take("pause").After(TimeSpan.FromHours(1)).Take("note");
        Assert.Equal(ClockStatus.Paused, play.Clock("noted").Status);

        play.After(TimeSpan.FromHours(5)).Take("resume");

        Assert.Equal((ClockStatus.Running, Play.Start.AddHours(1 + 10 + 5)), (play.Clock("noted").Status, play.Clock("noted").DueAt));
    }

    [Fact]
    public void Pause_OfTwoCauses_LastsUntilBothEnd()
    {
        var play = new Play(Type(Causes)).Open();
        Caused(play, 1, "pause", "a");
        Caused(play, 2, "pause", "b");
        Caused(play, 2, "pause", "b");
        Caused(play, 3, "resume", "a");
        Assert.Equal(ClockStatus.Paused, play.Clock("causes").Status);

        Caused(play, 5, "resume", "b");
        Caused(play, 6, "resume", "c");

        Assert.Equal((ClockStatus.Running, Play.Start.AddHours(10 + 4)), (play.Clock("causes").Status, play.Clock("causes").DueAt));
    }

    [Theory]
    [InlineData(9, ClockStatus.Paused, 2)]
    [InlineData(10, ClockStatus.Breached, 1)] // at the due instant it was too late
    public void Pause_RecordedAfterTheBreach_CountsFromWhenItWas(int hour, ClockStatus status, int run)
    {
        var play = new Play(Type(Causes)).Open().At(Play.Start.AddHours(12));
        play.Tick();

        play.Take("pause", new JsonObject { ["cause"] = "a", ["at"] = ShippedType.Time(Play.Start.AddHours(hour)) });

        Assert.Equal((status, run), (play.Clock("causes").Status, play.Clock("causes").Run));
    }

    [Fact]
    public void Pause_RecordedAheadOfTime_CountsFromNow()
    {
        var play = new Play(Type(Causes)).Open().At(Play.Start.AddHours(1));

        play.Take("pause", new JsonObject { ["cause"] = "a", ["at"] = ShippedType.Time(Play.Start.AddHours(5)) });

        Assert.Equal(play.Now, play.Clock("causes").Pauses[0].From);
    }

    [Fact]
    public void Replaced_HolderOfAClockThatPassesOn_OwesItFromTheSameStart()
    {
        var clock = Clock("firm", 10, Taken("name")) with { Obligated = new RoleName("firm"), Stop = Steps("answer"), PassesOn = true, Tell = [new RoleName("organ")] };
        var replacing = Type(clock with { Start = [Taken("tell-firm")] });
        var play = new Play(replacing).Open().Take("name", Firm(FirmA.ResourceName)).Take("tell-firm").After(TimeSpan.FromHours(3)).Take("name", Firm(FirmB.ResourceName));

        Assert.Equal((1, FirmB, Play.Start), (play.Clock("firm").Run, play.Clock("firm").Obligated, play.Clock("firm").StartedAt));

        play.At(Play.Start.AddHours(10)).Tick();
        Assert.Equal([FirmB, Court, Bureau], play.Last.Single(message => message.Event == ClockEvents.Breach).Recipients.Select(recipient => recipient.Agency));
        play.Take("name", Firm(FirmA.ResourceName));
        Assert.Equal((ClockStatus.Breached, FirmB), (play.Clock("firm").Status, play.Clock("firm").Obligated));
    }

    private static JsonObject Firm(string name) => new() { ["firm"] = name };

    private static void Caused(Play play, int hour, string step, string cause) => play.At(Play.Start.AddHours(hour)).Take(step, new JsonObject { ["cause"] = cause });
}
