using CsCheck;
using LegalAid.Gateway.Casework.Duty;
using static LegalAid.Gateway.Casework.Tests.Duty.DutyScene;

namespace LegalAid.Gateway.Casework.Tests.Duty;

/// <summary>What holds of re-planning, tried on cases of chance against every roster there is.</summary>
public sealed class RedraftProperties
{
    private const int Cases = 300;

    private static readonly RosterDrafter Drafter = new(TimeProvider.System);

    /// <summary>Possible cases with a roster of theirs, and a change of any kind.</summary>
    private static readonly Gen<(RosterCase Before, Roster Published, RosterCase After)> Changes =
        from given in SmallDuty.Any.Where(given => new RosterOracle(given).IsPossible)
        from other in SmallDuty.Any
        from kind in Gen.Int[0, 3]
        from place in Gen.Int[0, 5]
        let published = Drafter.Draft(given).DraftOrNull?.Roster
        select (given, published, Change(given, other, kind, place).Apply(given));

    [Fact]
    public void Redraft_OfNothing_ChangesNothing() => Changes.Sample(
        (before, published, _) => RosterRedrafter.Redraft(before, published) is RedraftOutcome.Complete { Redraft: { TouchedAtLeast: 0, Touched.Count: 0, FewestProven: true } same } && same.Roster == published,
        iter: Cases);

    /// <summary>As few shifts touched as in any roster that there is after the change; impossible only where there is none.</summary>
    [Fact]
    public void Redraft_AroundAChange_TouchesTheFewest() => Changes.Sample(
        (_, published, after) =>
        {
            var fewest = new RosterOracle(after).Rosters().Select(roster => Touched(after, published, Casework.Duty.Roster.Of(after.Period, RosterOracle.Assignments(roster)))).DefaultIfEmpty(-1).Min();
            var outcome = RosterRedrafter.Redraft(after, published);
            return fewest < 0
                ? outcome is RedraftOutcome.Impossible { Redraft: var partial } && RosterRules.Check(after, partial.Roster).All(one => one.Rule == DutyRules.TooFew)
                : outcome is RedraftOutcome.Complete { Redraft: var redraft } && RosterRules.Check(after, redraft.Roster).Count == 0
                    && redraft.FewestProven && redraft.Touched.Count == fewest && redraft.TouchedAtLeast <= fewest;
        },
        iter: Cases);

    /// <summary>Only b could replace a on the first day, and b serves at that time elsewhere, where c can go: two shifts are touched, not one, and not three.</summary>
    [Fact]
    public void Redraft_NobodyFree_SwapsInAChain()
    {
        var given = Case(
            [Lawyer("a", Speciality.Minors), Lawyer("b", Speciality.Minors), Lawyer("c")],
            Shift("x", 3, 9, 12, wants: Speciality.Minors), Shift("y", 3, 9, 12, Court), Shift("z", 6, 9, 12, Court));
        var published = Roster(given, ("x", "a"), ("y", "b"), ("z", "c"));
        var after = new RosterChange.Absence(new("a"), new Leave(March(3), March(4))).Apply(given);

        var redraft = Assert.IsType<RedraftOutcome.Complete>(RosterRedrafter.Redraft(after, published, cancellationToken: TestContext.Current.CancellationToken)).Redraft;

        Assert.Equal(Roster(given, ("x", "b"), ("y", "c"), ("z", "c")), redraft.Roster);
        Assert.Equal(["x", "y"], redraft.Touched.Select(shift => shift.Value));
        Assert.Equal((1, true), (redraft.TouchedAtLeast, redraft.FewestProven));
    }

    [Fact]
    public void Redraft_NobodyAtAll_ExplainsAndKeepsTheRest()
    {
        var given = Case([Lawyer("a", Speciality.Minors), Lawyer("c")], Shift("x", 3, 9, 12, wants: Speciality.Minors), Shift("y", 4, 9, 12));
        var after = new RosterChange.Absence(new("a"), new Leave(March(3), March(3))).Apply(given);

        var impossible = Assert.IsType<RedraftOutcome.Impossible>(RosterRedrafter.Redraft(after, Roster(given, ("x", "a"), ("y", "c")), cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(Roster(given, ("y", "c")), impossible.Redraft.Roster);
        Assert.Equal("2026-03-03 上午班 第一看守所需要 1 名具备“未成年人”条件的律师，具备条件的 1 名，其中请假 1 名。\n最少的调整：律师 a 于 2026-03-03 销假。", impossible.Explanation.Zh);
        Assert.Equal(
            "2026-03-03 morning First Detention Centre needs 1 lawyer qualified for minors; 1 qualifies: 1 is on leave.\nFewest changes: lawyer a gives up leave on 2026-03-03.", impossible.Explanation.En);
    }

    private static RosterChange Change(RosterCase given, RosterCase other, int kind, int place) => kind switch
    {
        0 => new RosterChange.Cancelled(given.Shifts[place % given.Shifts.Count].Id),
        1 => new RosterChange.Added(other.Shifts[0] with { Id = new("new") }),
        _ => new RosterChange.Absence(given.Lawyers[place % given.Lawyers.Count].Id, new Leave(March(6 + (place % 3)), March(9))),
    };

    private static int Touched(RosterCase after, Roster before, Roster now) => after.Shifts.Count(shift =>
        !before.Assignments.Where(one => one.Shift == shift.Id).ToHashSet().SetEquals(now.Assignments.Where(one => one.Shift == shift.Id)));
}
