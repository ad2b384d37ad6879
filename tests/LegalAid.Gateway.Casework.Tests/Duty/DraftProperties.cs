using CsCheck;
using LegalAid.Gateway.Casework.Duty;
using LegalAid.Gateway.Testing.Duty;

namespace LegalAid.Gateway.Casework.Tests.Duty;

/// <summary>What holds of every draft, tried on cases of chance against every roster there is. CsCheck prints the seed of a failure.</summary>
public sealed class DraftProperties
{
    private const int Cases = 300;

    private static readonly RosterDrafter Drafter = new(TimeProvider.System);

    /// <summary>Complete exactly where some roster is; then the cheapest. Else impossible, with as many rules kept.</summary>
    [Fact]
    public void Draft_SmallCase_IsTheCheapestRosterOrImpossible() => SmallDuty.Any.Sample(
        given =>
        {
            var oracle = new RosterOracle(given);
            var outcome = Drafter.Draft(given);
            var best = oracle.Rosters().Select(oracle.Points).DefaultIfEmpty(-1).Min();
            return best < 0
                ? outcome is DraftOutcome.Impossible { Draft: var partial } && OnlyOpen(given, partial)
                : outcome is DraftOutcome.Complete { Draft: var draft } && RosterRules.Check(given, draft.Roster).Count == 0
                    && draft is { End: DraftEnd.Proven, Gap: 0 } && draft.Points == best && draft.PointsAtLeast <= best;
        },
        iter: Cases);

    /// <summary>The same by parts, as a large case goes: never a rule broken, never cheaper than the bound, and the bound never above the best.</summary>
    [Fact]
    public void Draft_SmallCaseByParts_KeepsRulesAndBound() => SmallDuty.Any.Sample(
        given =>
        {
            var oracle = new RosterOracle(given);
            var outcome = Drafter.Draft(given, new DraftLimits { PairsWholeMax = 0, LawyersPerRound = 3, RoundsMax = 6 });
            var best = oracle.Rosters().Select(oracle.Points).DefaultIfEmpty(-1).Min();
            return best < 0
                ? outcome is DraftOutcome.Impossible { Draft: var partial } && OnlyOpen(given, partial)
                : outcome is DraftOutcome.Complete { Draft: var draft } && RosterRules.Check(given, draft.Roster).Count == 0 && draft.Points >= best && draft.PointsAtLeast <= best;
        },
        iter: Cases);

    /// <summary>What lawyers do elsewhere counts by every rule, whole or by parts, and in a redraft.</summary>
    [Fact]
    public void Draft_DutiesElsewhere_AreRespected() => SmallDuty.AnyWithOthers.Sample(
        given =>
        {
            var whole = Drafter.Draft(given);
            var parts = Drafter.Draft(given, new DraftLimits { PairsWholeMax = 0, LawyersPerRound = 3, RoundsMax = 4 });
            var again = RosterRedrafter.Redraft(given, new Roster(given.Period, []));
            return whole.DraftOrNull is { } one && parts.DraftOrNull is { } other && again.RedraftOrNull is { } third
                && Fits(one.Roster, whole is DraftOutcome.Complete) && Fits(other.Roster, parts is DraftOutcome.Complete) && Fits(third.Roster, again is RedraftOutcome.Complete)
                && (whole is DraftOutcome.Complete) == (parts is DraftOutcome.Complete) && (whole is DraftOutcome.Complete) == (again is RedraftOutcome.Complete);

            bool Fits(Roster roster, bool complete) => RosterRules.Check(given, roster) is var found && (complete ? found.Count == 0 : found.All(violation => violation.Rule == DutyRules.TooFew));
        },
        iter: Cases);

    [Fact]
    public void Draft_LawyersAndShiftsInAnotherOrder_SameRoster() =>
        (from given in SmallDuty.Any
         from lawyers in Gen.Shuffle(given.Lawyers.ToArray())
         from shifts in Gen.Shuffle(given.Shifts.ToArray())
         from parts in Gen.Bool
         select (given, given with { Lawyers = [.. lawyers], Shifts = [.. shifts], Stations = [.. given.Stations.Reverse()] }, parts)).Sample(
        (given, other, parts) =>
        {
            var limits = parts ? new DraftLimits { PairsWholeMax = 0, LawyersPerRound = 3, RoundsMax = 4 } : new DraftLimits();
            return Equals(Text(Drafter.Draft(given, limits)), Text(Drafter.Draft(other, limits)));
        },
        iter: Cases);

    /// <summary>A made-up city in little, by parts: complete, sound, the same again, and fairer than by turns.</summary>
    [Fact]
    public void Draft_MadeUpCity_IsSoundTheSameAgainAndFairerThanByTurns()
    {
        var given = DutyGenerator.City(new DutyGeneratorSettings { Seed = 7, Stations = 6, Lawyers = 120, Period = RosterPeriod.Week(2026, 11) });
        var limits = new DraftLimits { RoundsMax = 8, PairsWholeMax = 0, TimeMax = TimeSpan.FromMinutes(5) };
        var told = new List<DraftProgress>();
        var outcome = Drafter.Draft(given, limits, new Listener(told), TestContext.Current.CancellationToken);
        var (draft, byTurns) = (Assert.IsType<DraftOutcome.Complete>(outcome).Draft, RoundRobinDrafter.Draft(given));

        Assert.Empty(RosterRules.Check(given, draft.Roster));
        Assert.Equal(draft, Assert.IsType<DraftOutcome.Complete>(Drafter.Draft(given, limits, cancellationToken: TestContext.Current.CancellationToken)).Draft);
        Assert.NotEmpty(told);
        Assert.Equal(0, told[^1].OpenPlaces);
        Assert.All(RosterRules.Check(given, byTurns), one => Assert.Equal(DutyRules.TooFew, one.Rule));
        var (fair, plain) = (FairnessFigures.Of(given, draft.Roster), FairnessFigures.Of(given, byTurns));
        Assert.True(fair.Unpopular.Deviation <= plain.Unpopular.Deviation, $"{fair} {plain}");
        Assert.True(fair.KilometresMean < plain.KilometresMean && fair.OnPreferred > plain.OnPreferred, $"{fair} {plain}");
    }

    [Fact]
    public void Draft_CancelledBeforeItBegan_GivesWhatItHas()
    {
        var given = DutyGenerator.City(new DutyGeneratorSettings { Stations = 6, Lawyers = 80, Period = RosterPeriod.Week(2026, 11), Scarcity = 0.02 });
        var draft = Drafter.Draft(given, cancellationToken: new CancellationToken(canceled: true)).DraftOrNull;

        Assert.NotNull(draft);
        Assert.Equal(DraftEnd.Cancelled, draft.End);
        Assert.True(OnlyOpen(given, draft));
    }

    [Fact]
    public void Draft_FaultyCase_IsRefusedWithEveryFault()
    {
        var given = DutyScene.Case([DutyScene.Lawyer("a"), DutyScene.Lawyer("a")], DutyScene.Shift("x", 2, 9, 12, slots: 21), DutyScene.Shift("y", 2, 9, 12) with { Station = new("gone"), Date = new(2026, 4, 1) });

        var faults = Assert.IsType<DraftOutcome.Refused>(Drafter.Draft(given, cancellationToken: TestContext.Current.CancellationToken)).Faults;

        Assert.Equal(
            ["lawyers[1]: DUTY_CASE_TWICE", "shifts[0].slots: DUTY_CASE_SLOTS", "shifts[1].station: DUTY_CASE_STATION", "shifts[1].date: DUTY_CASE_OUTSIDE_PERIOD"],
            faults.Select(fault => fault.ToString()));
    }

    private static bool OnlyOpen(RosterCase given, RosterDraft draft) =>
        RosterRules.Check(given, draft.Roster).All(one => one.Rule == DutyRules.TooFew) && (draft.Open.Count > 0 || draft.End == DraftEnd.Cancelled);

    private static string Text(DraftOutcome outcome) =>
        $"{outcome.GetType().Name} {string.Join(" ", outcome.DraftOrNull?.Roster.Assignments ?? [])} {(outcome as DraftOutcome.Impossible)?.Explanation.Zh}";

    private sealed class Listener(List<DraftProgress> told) : IProgress<DraftProgress>
    {
        public void Report(DraftProgress value) => told.Add(value);
    }
}
