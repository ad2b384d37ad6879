using LegalAid.Gateway.Casework.Duty.Drafting;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Duty;

/// <summary>A published roster after a change.</summary>
/// <param name="Roster">The new one; keeps every hard rule but that open places are open.</param>
/// <param name="Touched">Shifts whose lawyers are others than published, in order; a cancelled shift is none.</param>
/// <param name="TouchedAtLeast">No roster touches fewer: those that lost a lawyer or are new.</param>
/// <param name="FewestProven">No roster that fills as many places touches fewer. More than <paramref name="TouchedAtLeast"/> then are a chain of swaps without which it cannot be.</param>
/// <param name="Open">Shifts with places that nobody has.</param>
public sealed record RosterRedraft(Roster Roster, EquatableList<ShiftId> Touched, int TouchedAtLeast, bool FewestProven, EquatableList<OpenPlaces> Open);

/// <summary>What a change ends in.</summary>
public abstract record RedraftOutcome
{
    private RedraftOutcome()
    {
    }

    /// <summary>Every place has its lawyer.</summary>
    public sealed record Complete(RosterRedraft Redraft) : RedraftOutcome;

    /// <summary>No roster at all keeps every rule after the change, whatever is touched.</summary>
    public sealed record Impossible(RosterRedraft Redraft, RosterExplanation Explanation) : RedraftOutcome;

    /// <summary>Places are open, and within the bounds no way was found: draft anew, or go on by hand.</summary>
    public sealed record Unfinished(RosterRedraft Redraft) : RedraftOutcome;

    /// <summary>The case itself is faulty.</summary>
    public sealed record Refused(EquatableList<Fault> Faults) : RedraftOutcome;

    /// <summary>What there is of a roster; null where the case was refused.</summary>
    public RosterRedraft? RedraftOrNull => this switch
    {
        Complete { Redraft: var redraft } => redraft,
        Impossible { Redraft: var redraft } => redraft,
        Unfinished { Redraft: var redraft } => redraft,
        _ => null,
    };
}

/// <summary>
/// Re-plans a published roster around a change (调整排班) with the fewest shifts touched; among as few, with the fewest points.
/// <para>
/// First only the shifts that lost a lawyer are free. Where that does not fill them, the shifts join that keep a possible substitute busy, then those that
/// keep their substitutes busy, and so on: a chain of swaps. What touches n shifts more than it must lies within n such steps, so that the
/// answer is the fewest as soon as it touches no more than the steps made: nothing outside can be better.
/// </para>
/// Runs on the calling thread, one worker; the same input gives the same roster. Safe on any thread.
/// </summary>
public static class RosterRedrafter
{
    private const int StepsMax = 6;

    /// <summary>More pairs of lawyer and shift are not set free: such a model takes longer than a caller waits.</summary>
    private const int PairsMax = 60_000;

    private const double WorkPerStep = 1;

    /// <param name="changed">The case after the change.</param>
    /// <param name="published">As it was published; what of it cannot be any more counts as lost.</param>
    /// <param name="seed">Of the search.</param>
    /// <param name="cancellationToken">Ends the search: the best so far is the answer.</param>
    public static RedraftOutcome Redraft(RosterCase changed, Roster published, int seed = 1, CancellationToken cancellationToken = default)
    {
        var faults = RosterCaseRules.Check(changed);
        if (faults.Count > 0)
        {
            return new RedraftOutcome.Refused([.. faults]);
        }

        var given = new CompiledCase(changed);
        var kept = Plan.From(given, published);
        var lost = Enumerable.Range(0, given.Shifts.Length).Where(shift => kept.OpenOf(shift) > 0).ToHashSet();
        var (plan, proven) = lost.Count == 0 ? (kept, true) : Fill(given, kept, lost, seed, cancellationToken);
        if (plan.Open > 0)
        {
            var explained = new RosterExplainer(given, seed, cancellationToken).Explain(plan);
            return explained.Explanation is { } explanation ? new RedraftOutcome.Impossible(Result(), explanation) : new RedraftOutcome.Unfinished(Result());
        }

        return new RedraftOutcome.Complete(Result());

        RosterRedraft Result() => new(
            plan.ToRoster(),
            [.. TouchedShifts(changed, published, plan.ToRoster())],
            lost.Count,
            proven,
            [.. Enumerable.Range(0, given.Shifts.Length).Where(shift => plan.OpenOf(shift) > 0).Select(shift => new OpenPlaces(given.Shifts[shift].Id, plan.OpenOf(shift)))]);
    }

    private static (Plan Plan, bool Proven) Fill(CompiledCase given, Plan kept, HashSet<int> lost, int seed, CancellationToken cancellationToken)
    {
        var everyone = Enumerable.Range(0, given.Lawyers.Length).ToList();
        var free = new SortedSet<int>(lost);
        var best = kept;
        for (var step = 0; step <= StepsMax && !cancellationToken.IsCancellationRequested; step++)
        {
            var plan = Plan.From(given, kept.ToRoster());
            var part = new Neighbourhood(given, plan, everyone, free);
            if (part.Pairs > PairsMax)
            {
                break;
            }

            var end = part.FillTouchingLeast(lost, seed, WorkPerStep, cancellationToken);
            best = plan.Open < best.Open || (plan.Open == best.Open && end.Found) ? plan : best;
            if (end is { Found: true, Proven: true } && plan.Open == 0 && end.Touched <= step)
            {
                return (plan, true);
            }

            var before = free.Count;
            free.UnionWith(Keeping(given, kept, free).ToList());
            if (free.Count == before)
            {
                return (best, end.Proven);
            }
        }

        return (best, false);
    }

    /// <summary>The shifts that keep those who could take a free one from it: in its way in time, or in a span that would become too full.</summary>
    private static IEnumerable<int> Keeping(CompiledCase given, Plan kept, IReadOnlySet<int> free)
    {
        for (var lawyer = 0; lawyer < given.Lawyers.Length; lawyer++)
        {
            var could = free.Where(shift => given.May(lawyer, shift)).ToList();
            var held = kept.ShiftsOf(lawyer).Where(shift => !free.Contains(shift)).ToList();
            foreach (var shift in held)
            {
                if (could.Exists(given.Clashes[shift].Contains)
                    || Fills(shift, CompiledCase.Day, day => given.DayLeft(lawyer, day))
                    || Fills(shift, CompiledCase.Week, week => given.WeekLeft(lawyer, week))
                    || Fills(shift, CompiledCase.Month, month => given.MonthLeft(lawyer, month)))
                {
                    yield return shift;
                }
            }

            bool Fills(int shift, Func<Shift, int> spanOf, Func<int, int> left)
            {
                var span = spanOf(given.Shifts[shift]);
                var more = could.Count(other => spanOf(given.Shifts[other]) == span);
                return more > 0 && held.Count(other => spanOf(given.Shifts[other]) == span) + more > left(span);
            }
        }
    }

    private static IEnumerable<ShiftId> TouchedShifts(RosterCase changed, Roster before, Roster after)
    {
        var (was, now) = (before.Assignments.ToLookup(one => one.Shift, one => one.Lawyer), after.Assignments.ToLookup(one => one.Shift, one => one.Lawyer));
        return changed.Shifts.Select(shift => shift.Id).Where(id => !was[id].ToHashSet().SetEquals(now[id])).Order();
    }
}
