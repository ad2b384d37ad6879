using CsCheck;
using LegalAid.Gateway.Casework.Duty;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Testing.Duty;
using static LegalAid.Gateway.Casework.Tests.Duty.DutyScene;

namespace LegalAid.Gateway.Casework.Tests.Duty;

/// <summary>What holds of every explanation, tried on cases of chance against every roster there is.</summary>
public sealed class ExplanationProperties
{
    private const int Cases = 120;

    private static readonly RosterDrafter Drafter = new(TimeProvider.System);

    private static readonly Gen<(RosterCase Given, RosterExplanation Explanation)> Impossible =
        from given in SmallDuty.Any.Where(given => !new RosterOracle(given).IsPossible)
        select (given, Assert.IsType<DraftOutcome.Impossible>(Drafter.Draft(given)).Explanation);

    /// <summary>The elements of a reason cannot hold together, and without any one of them they can.</summary>
    [Fact]
    public void Explain_EveryReason_IsAMinimalConflict() => Impossible.Sample(
        (given, explanation) => explanation.Reasons.Count > 0 && explanation.Reasons.All(reason =>
            reason.Minimal
            && !CanHold(given, [.. reason.Elements])
            && reason.Elements.All(element => CanHold(given, [.. reason.Elements.Where(other => other != element)]))),
        iter: Cases);

    /// <summary>The changes make it possible; one change less does not, whichever are made.</summary>
    [Fact]
    public void Explain_Relaxations_AreTheFewestThatMakeItPossible() => Impossible.Sample(
        (given, explanation) =>
        {
            var units = explanation.Relaxations.Sum(one => one.By);
            return explanation.Tried && units > 0 && new RosterOracle(explanation.Apply(given)).IsPossible && (units > 3 || !CanWith(given, units - 1));
        },
        iter: Cases);

    [Fact]
    public void Explain_WeeklyMaximum_IsSaidInASchedulersWords()
    {
        var given = Case(
            [
                Lawyer("a", Speciality.Minors) with { Leave = [new Leave(March(12), March(15))] },
                Lawyer("b", Speciality.Minors) with { ShiftsPerWeekMax = 1 },
                Lawyer("c", Speciality.Minors) with { ShiftsPerWeekMax = 1 },
                Lawyer("d"),
            ],
            Shift("w", 13, 9, 12, wants: Speciality.Minors), Shift("x", 14, 14, 17, slots: 2, wants: Speciality.Minors), Shift("y", 15, 9, 12));

        var explanation = Assert.IsType<DraftOutcome.Impossible>(Drafter.Draft(given, cancellationToken: TestContext.Current.CancellationToken)).Explanation;

        Assert.Equal(
            "These 2 shifts draw on the same lawyers and cannot all be filled: 2026-03-13 morning First Detention Centre needs 1 lawyer qualified for minors; 3 qualify: 1 is on leave, 2 are at their weekly maximum; "
            + "2026-03-14 afternoon First Detention Centre needs 2 lawyers qualified for minors; 3 qualify: 1 is on leave, 2 are at their weekly maximum.\n"
            + "Fewest changes: lawyer b takes 1 more in 2026-W11 (weekly maximum).",
            explanation.En.Replace("lawyer c takes", "lawyer b takes", StringComparison.Ordinal));
        Assert.StartsWith("以下 2 个班次需要同一批律师，不能同时排满：2026-03-13 上午班 第一看守所需要 1 名具备“未成年人”条件的律师，具备条件的 3 名，其中请假 1 名、到每周上限 2 名；", explanation.Zh, StringComparison.Ordinal);
    }

    /// <summary>A city whose scarce lawyers do not suffice: reasons that are proven, and changes with which a whole month is drafted.</summary>
    [Fact]
    public void Explain_ScarceCity_NamesReasonsAndChangesThatWork()
    {
        var given = DutyGenerator.City(new DutyGeneratorSettings { Seed = 3, Stations = 6, Lawyers = 60, Period = RosterPeriod.Week(2026, 11), Scarcity = 0.3 });

        var impossible = Assert.IsType<DraftOutcome.Impossible>(Drafter.Draft(given, new DraftLimits { TimeMax = TimeSpan.FromMinutes(5) }, cancellationToken: TestContext.Current.CancellationToken));
        var again = Drafter.Draft(impossible.Explanation.Apply(given), new DraftLimits { RoundsMax = 4, TimeMax = TimeSpan.FromMinutes(5) }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.True(impossible.Explanation.Tried);
        Assert.IsType<DraftOutcome.Complete>(again);
    }

    private static bool CanHold(RosterCase given, List<ConflictElement> elements)
    {
        var shifts = elements.Select(element => element.Shift).OfType<ShiftId>().ToHashSet();
        var limits = elements.Where(element => element.Shift is null).Select(element => (element.Rule, element.Lawyer, element.Span)).ToHashSet();
        return new RosterOracle(given, (rule, lawyer, span) => limits.Contains((rule, lawyer, span)), shifts.Contains).IsPossible;
    }

    /// <summary>Tries every set of so many changes: a slot less, a day of leave less, one more in a day, week or month.</summary>
    private static bool CanWith(RosterCase given, int units)
    {
        var changes = Changes(given);
        return Sets(0, units).Any(set =>
        {
            var fewer = given.Shifts.Select(shift => shift with { Slots = shift.Slots - set.Count(one => one.Shift == shift.Id) });
            return new RosterOracle(
                given with { Shifts = [.. fewer.Where(shift => shift.Slots > 0)] },
                (rule, lawyer, span) => rule != DutyRules.OnLeave || !set.Exists(one => one.Rule == rule && one.Lawyer == lawyer && one.Span == span),
                more: (rule, lawyer, span) => set.Count(one => one.Rule == rule && one.Lawyer == lawyer && one.Span == span)).IsPossible;
        });

        IEnumerable<List<ConflictElement>> Sets(int from, int size) => size == 0
            ? [[]]
            : Enumerable.Range(from, changes.Count - from).SelectMany(first => Sets(first, size - 1).Select(rest => (List<ConflictElement>)[changes[first], .. rest]));
    }

    private static List<ConflictElement> Changes(RosterCase given)
    {
        var days = given.Shifts.Select(shift => shift.Date).Distinct().ToList();
        var limits =
            from lawyer in given.Lawyers
            from limit in days.SelectMany(day => new (FaultCode Rule, string Span)[]
            {
                (DutyRules.OnLeave, RosterOracle.Day(day)), (DutyRules.DailyMax, RosterOracle.Day(day)), (DutyRules.WeeklyMax, RosterOracle.Week(day)), (DutyRules.MonthlyMax, RosterOracle.Month(day)),
            }).Distinct()
            select new ConflictElement(limit.Rule, lawyer.Id, null, limit.Span);
        return [.. given.Shifts.Select(shift => new ConflictElement(DutyRules.TooFew, null, shift.Id, "")), .. limits];
    }
}
