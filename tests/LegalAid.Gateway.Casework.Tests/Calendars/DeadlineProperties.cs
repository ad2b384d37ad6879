using CsCheck;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Casework.Tests.Calendars;

/// <summary>What holds of every deadline. CsCheck prints the seed of a failure.</summary>
public sealed class DeadlineProperties
{
    private static readonly LayeredCalendar Nation = CalendarFiles.Catalogue.National;
    private static readonly LayeredCalendar Qingxiu = CalendarFiles.Catalogue.For("450103");
    private static readonly DateTimeOffset NewYear = new DateOnly(2026, 1, 1).StartOfDay();

    /// <summary>To the minute, over the first nine months of 2026, so that what is counted ends within the published year.</summary>
    private static readonly Gen<DateTimeOffset> Start = Gen.Int[0, 270 * 24 * 60].Select(minutes => NewYear.AddMinutes(minutes));

    private static readonly Gen<Pause[]> SomePauses =
        Gen.Select(Start, Gen.Int[0, 8 * 24 * 60]).Select(pause => new Pause(pause.Item1, pause.Item1.AddMinutes(pause.Item2))).Array[0, 4];

    /// <summary>A start and pauses near it, most of them biting.</summary>
    private static readonly Gen<(DateTimeOffset Start, Pause[] Pauses)> Paused =
        from start in Start
        from spans in Gen.Select(Gen.Int[-4 * 24 * 60, 12 * 24 * 60], Gen.Int[0, 4 * 24 * 60]).Array[0, 5]
        select (start, spans.Select(span => new Pause(start.AddMinutes(span.Item1), start.AddMinutes(span.Item1 + span.Item2))).ToArray());

    private static readonly Gen<(CountingRule Rule, TimeLimit Limit)> Forward = Gen.OneOf(
        Gen.Select(Gen.OneOf(Gen.Const(CountingRule.CriminalDays), Gen.Const(CountingRule.CivilDays), Gen.Const(CountingRule.CalendarDaysNoRoll)), Gen.Int[1, 30])
            .Select(pair => (pair.Item1, new TimeLimit(pair.Item2, TimeLimitUnit.Days))),
        Gen.Int[1, 20].Select(count => (CountingRule.WorkingDays, new TimeLimit(count, TimeLimitUnit.WorkingDays))),
        Gen.Int[1, 72].Select(count => (CountingRule.ExactHours, new TimeLimit(count, TimeLimitUnit.Hours))));

    private static Deadline Due(CountingRule rule, TimeLimit limit, DateTimeOffset start, LayeredCalendar calendar, params Pause[] pauses) =>
        Assert.IsType<DeadlineOutcome.Due>(Deadlines.Compute(rule, limit, start, calendar, pauses)).Deadline;

    [Fact]
    public void Compute_Days_AgreesWithOracle() => Gen.Select(Paused, Gen.Int[1, 20], Gen.Bool).Sample((input, count, rolls) =>
        Due(rolls ? CountingRule.CivilDays : CountingRule.CalendarDaysNoRoll, new TimeLimit(count, TimeLimitUnit.Days), input.Start, Nation, input.Pauses)
            .DueAt == DeadlineOracle.Days(count, input.Start, input.Pauses, rolls));

    [Fact]
    public void Compute_WorkingDays_AgreesWithOracle() => Gen.Select(Paused, Gen.Int[1, 20]).Sample((input, count) =>
        Due(CountingRule.WorkingDays, new TimeLimit(count, TimeLimitUnit.WorkingDays), input.Start, Nation, input.Pauses)
            .DueAt == DeadlineOracle.WorkingDays(count, input.Start, input.Pauses));

    [Fact]
    public void Compute_Months_AgreesWithOracle() => Gen.Select(Start, Gen.Int[1, 2]).Sample((start, count) =>
        Due(CountingRule.Months, new TimeLimit(count, TimeLimitUnit.Months), start, Nation).DueAt == DeadlineOracle.Months(count, start));

    [Fact]
    public void Compute_Hours_AgreesWithOracle() => Gen.Select(Paused, Gen.Int[1, 72]).Sample(
        (input, count) => Due(CountingRule.ExactHours, new TimeLimit(count, TimeLimitUnit.Hours), input.Start, Nation, input.Pauses)
            .DueAt == DeadlineOracle.Hours(count, input.Start, input.Pauses),
        iter: 50);

    [Fact]
    public void Compute_Backward_AgreesWithOracle() =>
        Gen.Select(Start.Where(start => start > NewYear.AddDays(60)), Gen.Int[1, 20], Gen.Bool).Sample((hearing, count, working) =>
            Due(
                working ? CountingRule.WorkingDays : CountingRule.CriminalDays,
                new TimeLimit(-count, working ? TimeLimitUnit.WorkingDays : TimeLimitUnit.Days), hearing, Nation)
                .DueAt == DeadlineOracle.Before(count, hearing, working));

    [Fact]
    public void Compute_LaterStart_IsNeverDueEarlier() =>
        Gen.Select(Forward, Start, Gen.Int[0, 40 * 24 * 60], SomePauses).Sample((counting, start, minutes, pauses) =>
            Due(counting.Rule, counting.Limit, start, Qingxiu, pauses).DueAt
            <= Due(counting.Rule, counting.Limit, start.AddMinutes(minutes), Qingxiu, pauses).DueAt);

    [Fact]
    public void Compute_MonthsLaterStart_IsNeverDueEarlier() =>
        Gen.Select(Gen.Int[1, 14], Start, Gen.Int[0, 40 * 24 * 60]).Sample((months, start, minutes) =>
            Due(CountingRule.Months, new TimeLimit(months, TimeLimitUnit.Months), start, Qingxiu).DueAt
            <= Due(CountingRule.Months, new TimeLimit(months, TimeLimitUnit.Months), start.AddMinutes(minutes), Qingxiu).DueAt);

    [Fact]
    public void Compute_Forward_IsAfterStartAndNotBeforeNominal() => Gen.Select(Forward, Paused).Sample((counting, input) =>
    {
        var due = Due(counting.Rule, counting.Limit, input.Start, Qingxiu, input.Pauses);
        return due.Nominal > input.Start && due.DueAt >= due.Nominal;
    });

    [Fact]
    public void Compute_RollingRule_NeverEndsOnACertainRestDay() =>
        Gen.Select(Gen.OneOf(Gen.Const(CountingRule.CriminalDays), Gen.Const(CountingRule.CivilDays)), Gen.Int[1, 30], Paused).Sample((rule, count, input) =>
        {
            var due = Due(rule, new TimeLimit(count, TimeLimitUnit.Days), input.Start, Nation, input.Pauses);
            var last = due.DueAt.AddTicks(-1).CivilDate();
            return !due.Provisional && !DeadlineOracle.Rests(last) && !Nation.IsRestDay(last);
        });

    [Fact]
    public void Compute_PausesInAnyOrder_SameOutcome() => Gen.Select(Forward, Paused, Gen.Int[0, 1000]).Sample((counting, input, seed) =>
    {
        var shuffled = input.Pauses.OrderBy(pause => (pause.From.Ticks / TimeSpan.TicksPerMinute * 31 + seed) % 97).ToArray();
        return Due(counting.Rule, counting.Limit, input.Start, Qingxiu, input.Pauses)
            == Due(counting.Rule, counting.Limit, input.Start, Qingxiu, shuffled);
    });

    [Fact]
    public void Compute_PauseRepeatedOrSplit_SameOutcome() => Gen.Select(Forward, Start, Gen.Int[1, 5000], Gen.Int[1, 5000]).Sample((counting, start, one, two) =>
    {
        var (from, cut, to) = (start.AddHours(5), start.AddHours(5).AddMinutes(one), start.AddHours(5).AddMinutes(one + two));
        var whole = Due(counting.Rule, counting.Limit, start, Qingxiu, new Pause(from, to));
        return whole == Due(counting.Rule, counting.Limit, start, Qingxiu, new Pause(from, to), new Pause(from, to))
            && whole == Due(counting.Rule, counting.Limit, start, Qingxiu, new Pause(from, cut), new Pause(cut, to));
    });

    [Fact]
    public void Compute_EmptyPause_SameAsNone() => Gen.Select(Forward, Start, Gen.Int[-5000, 20_000]).Sample((counting, start, minutes) =>
        Due(counting.Rule, counting.Limit, start, Qingxiu)
        == Due(counting.Rule, counting.Limit, start, Qingxiu, new Pause(start.AddMinutes(minutes), start.AddMinutes(minutes))));

    [Fact]
    public void Compute_BeforeTheYearIsPublished_IsNeverLaterThanAfter() => Gen.Select(Forward, Paused).Sample((counting, input) =>
    {
        var known = Due(counting.Rule, counting.Limit, input.Start, Nation, input.Pauses);
        var unknown = Due(counting.Rule, counting.Limit, input.Start, Without2026, input.Pauses);
        return unknown.DueAt <= known.DueAt && unknown.CalendarVersion != known.CalendarVersion;
    });

    private static readonly LayeredCalendar Without2026 = LayeredCalendar.Compose(
        [CalendarFiles.Layers.Single(layer => layer.Id == "cn") with { Version = "2025.1", Years = new([]) }]);
}
