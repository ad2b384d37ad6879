using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Casework.Tests.Calendars;

public sealed class DeadlinesTests
{
    private static readonly TimeLimit ThreeDays = new(3, TimeLimitUnit.Days);

    private static DateTimeOffset At(int month, int day, int hour = 0, int year = 2026) => new(year, month, day, hour, 0, 0, CivilTime.Offset);

    [Theory]
    [InlineData(CountingRule.CriminalDays, "2wd", false)]
    [InlineData(CountingRule.CivilDays, "2wd", false)]
    [InlineData(CountingRule.CalendarDaysNoRoll, "2wd", false)]
    [InlineData(CountingRule.WorkingDays, "3d", false)]
    [InlineData(CountingRule.WorkingDays, "24h", false)]
    [InlineData(CountingRule.WorkingDays, "2wd", true)]
    [InlineData(CountingRule.ExactHours, "1d", false)]
    [InlineData(CountingRule.ExactHours, "24h", true)]
    [InlineData(CountingRule.Months, "30d", false)]
    [InlineData(CountingRule.Months, "half-month", true)]
    [InlineData(CountingRule.CriminalDays, "24h", true)]
    [InlineData(CountingRule.CalendarDaysNoRoll, "2m", true)]
    public void Accepts_RuleAndUnit_FitOrNot(CountingRule rule, string text, bool fits)
    {
        Assert.True(TimeLimit.TryParse(text, out var limit));

        Assert.Equal(fits, Deadlines.Accepts(rule, limit));
        if (!fits)
        {
            Assert.Throws<ArgumentException>(() => Deadlines.Compute(rule, limit, At(3, 2), CalendarFiles.Catalogue.National, []));
        }
    }

    [Fact]
    public void Compute_DefaultLimit_Throws() => Assert.Throws<ArgumentException>(() =>
        Deadlines.Compute(CountingRule.CriminalDays, default, At(3, 2), CalendarFiles.Catalogue.National, []));

    [Fact]
    public void Compute_PauseEndingBeforeItBegins_Throws() => Assert.Throws<ArgumentException>(() =>
        Deadlines.Compute(CountingRule.CriminalDays, ThreeDays, At(3, 2), CalendarFiles.Catalogue.National, [new Pause(At(3, 4), At(3, 3))]));

    [Fact]
    public void Compute_OpenPauseWithNow_TellsTheDeadlineIfResumedNow()
    {
        var outcome = Deadlines.Compute(
            CountingRule.CriminalDays, ThreeDays, At(3, 2, 10), CalendarFiles.Catalogue.National, [new Pause(At(3, 4, 10), null)], now: At(3, 10, 9));

        // The 3rd has passed; the 4th to the 9th are out; the 10th and 11th are the second and third day.
        var suspended = Assert.IsType<DeadlineOutcome.Suspended>(outcome);
        Assert.Equal(At(3, 4, 10), suspended.Since);
        Assert.Equal(At(3, 12), suspended.IfResumedNow?.DueAt);
        Assert.Null(outcome.DeadlineOrNull);
    }

    [Fact]
    public void Compute_NowBeforeTheOpenPause_CountsAsIfItHadNotBegun()
    {
        var outcome = Deadlines.Compute(
            CountingRule.CriminalDays, ThreeDays, At(3, 2, 10), CalendarFiles.Catalogue.National, [new Pause(At(3, 4, 10), null)], now: At(3, 3, 9));

        Assert.Equal(At(3, 6), Assert.IsType<DeadlineOutcome.Suspended>(outcome).IfResumedNow?.DueAt);
    }

    [Fact]
    public void Compute_AgainOnceTheYearIsPublished_MovesTheDeadlineAndItsVersion()
    {
        var before = CalendarFiles.Layers;
        var after = before.Select(layer => layer.Id == "cn"
            ? layer with
            {
                Version = "2027.1",
                Years = new EquatableList<CalendarYear>([.. layer.Years, Invented2027()]),
            }
            : layer.Id == "cn-450000" ? layer with { Version = "2027.1", Years = new([.. layer.Years, new(2027, YearStatus.Published, new([]), new([]))]) }
            : layer).ToList();

        var provisional = Compute(new CalendarCatalogue(before));
        var settled = Compute(new CalendarCatalogue(after));

        Assert.Equal(new Deadline(At(1, 2, year: 2027), Provisional: true, "cn@2026.1+cn-450000@2026.1+cn-450100@2026.1", At(1, 2, year: 2027)), provisional);
        Assert.Equal(new Deadline(At(1, 5, year: 2027), Provisional: false, "cn@2027.1+cn-450000@2027.1+cn-450100@2026.1", At(1, 2, year: 2027)), settled);

        static Deadline? Compute(CalendarCatalogue catalogue) => Deadlines.Compute(
            CountingRule.CriminalDays, ThreeDays, At(12, 29, 10), catalogue.For("450199"), []).DeadlineOrNull;
    }

    [Fact]
    public void Compute_AgainOnceTheRegionConfirms_RollsOffTheHoliday()
    {
        var confirmed = CalendarFiles.Layers.Select(layer => layer.Id != "cn-450000" ? layer : layer with
        {
            Version = "2026.2",
            Years = new([.. layer.Years.Select(year => year.Year != 2026 ? year : Confirmed(year))]),
        }).ToList();

        var outcome = Deadlines.Compute(
            CountingRule.CriminalDays, ThreeDays, At(4, 17, 10), new CalendarCatalogue(confirmed).For("450103"), []);

        Assert.Equal(
            new Deadline(At(4, 22), Provisional: false, "cn@2026.1+cn-450000@2026.2+cn-450100@2026.1", At(4, 21)),
            outcome.DeadlineOrNull);

        static CalendarYear Confirmed(CalendarYear year) => year with
        {
            Status = YearStatus.Published,
            Off = new([.. year.Off.Select(off => off with { Source = new("a notice of the region", Certainty.Statute) })]),
        };
    }

    /// <summary>Saturday 13 June 2026 is a workday of Guangxi only if the region confirms it.</summary>
    [Theory]
    [InlineData(CountingRule.CriminalDays, "1d", 12, 13)]
    [InlineData(CountingRule.WorkingDays, "1wd", 12, 13)]
    [InlineData(CountingRule.WorkingDays, "-1wd", 14, 11)]
    [InlineData(CountingRule.WorkingDays, "-1wd", 15, 11)]
    public void Compute_UnconfirmedMakeUpSaturday_TakesTheEarliestReading(CountingRule rule, string text, int startDay, int lastDay)
    {
        var layers = CalendarFiles.Layers.Select(layer => layer.Id != "cn-450000" ? layer : layer with
        {
            Years = new([.. layer.Years.Select(year => year.Year != 2026 ? year : year with
            {
                Work = new([new WorkDay(new(2026, 6, 13), new("invented for a test", Certainty.Unconfirmed))]),
            })]),
        }).ToList();
        Assert.True(TimeLimit.TryParse(text, out var limit));

        var deadline = Deadlines.Compute(rule, limit, At(6, startDay, 10), new CalendarCatalogue(layers).For("450103"), []).DeadlineOrNull;

        Assert.Equal(At(6, lastDay + 1), deadline?.DueAt);
        Assert.True(deadline?.Provisional);
    }

    /// <summary>Friday 1 to Sunday 3 January off; no notice says so yet.</summary>
    private static CalendarYear Invented2027() => new(
        2027, YearStatus.Published,
        new([new OffDays(new(2027, 1, 1), new(2027, 1, 3), "元旦", "New Year", new("invented for a test", Certainty.KnownPractice))]),
        new([]));
}
