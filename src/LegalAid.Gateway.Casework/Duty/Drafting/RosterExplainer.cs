namespace LegalAid.Gateway.Casework.Duty.Drafting;

/// <summary>What came of asking why places are open: an explanation, or a plan that shows that it is possible, or neither within the bounds.</summary>
internal readonly record struct Explained(RosterExplanation? Explanation, Plan? Possible);

/// <summary>
/// Explains why places of a plan must stay open. Around each it takes more and more shifts that want the same lawyers until those shifts, whole, cannot be;
/// reduces them and their lawyers' limits to a set of which nothing can be left out; and looks for the fewest changes, which a draft then tries.
/// </summary>
internal sealed class RosterExplainer(CompiledCase given, int seed, CancellationToken cancellationToken)
{
    private const int ReasonsMax = 5;
    private const int TriesMax = 4;

    /// <summary>A scope of more pairs is not tried: its model would not end within the bounds.</summary>
    private const int PairsMax = 40_000;

    private const double Work = 2;

    public Explained Explain(Plan plan)
    {
        var open = Enumerable.Range(0, given.Shifts.Length).Where(shift => plan.OpenOf(shift) > 0).ToList();
        var conflicts = new List<ConflictScope>();
        var scope = open.Where(IsAloneImpossible).ToHashSet();
        while (open.Count > 0 && conflicts.Count < ReasonsMax && !cancellationToken.IsCancellationRequested)
        {
            var (conflict, possible) = FindConflict(open[0]);
            if (possible is not null)
            {
                return new(null, possible);
            }

            open.RemoveAt(0);
            if (conflict is not null)
            {
                scope.UnionWith(conflict.Shifts);
                conflicts.Add(conflict);
                open.RemoveAll(conflict.Shifts.Contains); // what wants the same lawyers is open for the same reason
            }
        }

        if (conflicts.Count == 0)
        {
            return default;
        }

        // What to do comes before why to the last detail: a reduction of many shifts may use up the time.
        var explanation = Relaxed(scope);
        return new(explanation with { Reasons = [.. conflicts.Select(Reason)] }, null);
    }

    private RosterReason Reason(ConflictScope conflict)
    {
        var (elements, minimal) = Reduce(conflict);
        return ReasonText.Write(given, elements, minimal);
    }

    private bool IsAloneImpossible(int shift) => Enumerable.Range(0, given.Lawyers.Length).Count(lawyer => given.May(lawyer, shift)) < given.Shifts[shift].Slots;

    /// <summary>The smallest of the scopes around a shift that cannot be; or, where the whole can, a plan of it.</summary>
    private (ConflictScope? Conflict, Plan? Possible) FindConflict(int shift)
    {
        foreach (var shifts in ScopesAround(shift))
        {
            var scope = Scope(shifts);
            if (shifts.Sum(one => Enumerable.Range(0, given.Lawyers.Length).Count(lawyer => given.IsAble(lawyer, one))) > PairsMax)
            {
                break;
            }

            var plan = shifts.Count == given.Shifts.Length ? new Plan(given) : null;
            var can = scope.CanHold(scope.Elements(), plan);
            if (can == false)
            {
                return (scope, null);
            }

            if (can == true && plan is not null)
            {
                return (null, plan);
            }
        }

        return (null, null);
    }

    /// <summary>Alone; then with the week's shifts that only the same lawyers can serve; the roster's; those that mostly the same can serve; all.</summary>
    private IEnumerable<IReadOnlyCollection<int>> ScopesAround(int shift)
    {
        var same = Enumerable.Range(0, given.Lawyers.Length).Where(lawyer => given.IsAble(lawyer, shift)).ToHashSet();
        var shares = new double[given.Shifts.Length];
        for (var other = 0; other < shares.Length; other++)
        {
            var may = Enumerable.Range(0, given.Lawyers.Length).Where(lawyer => given.May(lawyer, other)).ToList();
            shares[other] = may.Count == 0 ? 0 : (double)may.Count(same.Contains) / may.Count;
        }

        var all = Enumerable.Range(0, shares.Length).ToList();
        yield return [shift];
        yield return With(other => shares[other] >= 1 && CompiledCase.Week(given.Shifts[other]) == CompiledCase.Week(given.Shifts[shift]));
        yield return With(other => shares[other] >= 1);
        yield return With(other => shares[other] >= 0.5);
        yield return all;

        List<int> With(Func<int, bool> taken) => [.. all.Where(other => other == shift || taken(other))];
    }

    /// <summary>Leaves out one element after the other as long as what is left cannot hold.</summary>
    private (List<Element> Elements, bool Minimal) Reduce(ConflictScope conflict)
    {
        var kept = conflict.Shrink(conflict.Elements());
        var minimal = true;
        foreach (var element in kept.OrderBy(element => element.Kind).ThenByDescending(element => element.Span).ThenBy(element => element.Lawyer).ToList())
        {
            var without = kept.Where(other => other != element).ToList();
            var can = conflict.CanHold(without);
            minimal &= can is not null;
            kept = can == false ? without : kept;
        }

        return (kept, minimal);
    }

    private RosterExplanation Relaxed(HashSet<int> scope)
    {
        var explanation = new RosterExplanation([], [], false);
        for (var attempt = 0; attempt < TriesMax; attempt++)
        {
            if (Scope(scope).Relax() is not { } relaxed)
            {
                break;
            }

            explanation = explanation with { Relaxations = [.. relaxed.Select(one => ReasonText.Relaxation(given, one.Element, one.By))] };
            var changed = new CompiledCase(explanation.Apply(given.Given));
            var plan = new DraftSearch(changed, new DraftLimits { Seed = seed, RoundsMax = 20, WorkPerRound = 0.05 }, null, cancellationToken).Run().Plan;
            if (plan.Open == 0)
            {
                return explanation with { Tried = true };
            }

            // Another conflict lies behind: what it is about joins the scope, and the fewest changes are looked for anew.
            var before = scope.Count;
            var behind = new RosterExplainer(changed, seed, cancellationToken);
            foreach (var open in Enumerable.Range(0, changed.Shifts.Length).Where(shift => plan.OpenOf(shift) > 0).Take(ReasonsMax))
            {
                var (conflict, possible) = behind.FindConflict(open);
                if (possible is not null)
                {
                    return explanation with { Tried = true };
                }

                scope.UnionWith(conflict?.Shifts.Select(shift => given.ShiftOf[changed.Shifts[shift].Id]) ?? []);
            }

            if (scope.Count == before)
            {
                break;
            }
        }

        return explanation;
    }

    private ConflictScope Scope(IEnumerable<int> shifts) => new(given, shifts, seed, Work, cancellationToken);
}
