using Google.OrTools.Sat;

namespace LegalAid.Gateway.Casework.Duty.Drafting;

/// <summary>
/// A part of a plan set free while all else stays: some lawyers on some shifts. Every rule but "so many on a shift" is of one lawyer, so a part is
/// exact in itself: its best is the best that the whole can become by changing this part alone.
/// </summary>
internal sealed class Neighbourhood
{
    private readonly CompiledCase _given;
    private readonly Plan _plan;
    private readonly CpModel _model = new();
    private readonly List<(int Lawyer, int Shift, BoolVar Taken)> _pairs = [];
    private readonly LinearExprBuilder _points = LinearExpr.NewBuilder();
    private readonly List<(int Shift, IntVar Open)> _open = [];

    /// <param name="given">The case.</param>
    /// <param name="plan">As it stands; changed by <see cref="Improve"/> alone.</param>
    /// <param name="lawyers">Who is free, in order.</param>
    /// <param name="shifts">What is free; null: every shift.</param>
    /// <param name="mayOpen">Places that are filled now may become open, at the price of an open place.</param>
    public Neighbourhood(CompiledCase given, Plan plan, IReadOnlyList<int> lawyers, IReadOnlySet<int>? shifts = null, bool mayOpen = false)
    {
        (_given, _plan) = (given, plan);
        var free = lawyers.ToHashSet();
        var columns = new Dictionary<int, List<BoolVar>>();
        foreach (var shift in Enumerable.Range(0, given.Shifts.Length).Where(shift => shifts is null || shifts.Contains(shift)))
        {
            var need = given.Shifts[shift].Slots - plan.LawyersOf(shift).Count(lawyer => !free.Contains(lawyer));
            if (need > 0)
            {
                columns.Add(shift, []);
            }
        }

        foreach (var lawyer in lawyers)
        {
            AddLawyer(lawyer, columns);
        }

        foreach (var (shift, column) in columns.OrderBy(pair => pair.Key))
        {
            var need = given.Shifts[shift].Slots - plan.LawyersOf(shift).Count(lawyer => !free.Contains(lawyer));
            var most = mayOpen ? need : Math.Min(need, plan.OpenOf(shift));
            if (most == 0)
            {
                _model.Add(LinearExpr.Sum(column) == need);
                continue;
            }

            var open = _model.NewIntVar(0, most, "");
            _model.Add(LinearExpr.Sum(column) + open == need);
            _model.AddHint(open, plan.OpenOf(shift));
            _points.AddTerm(open, Plan.OpenPlace);
            _open.Add((shift, open));
        }
    }

    /// <summary>How large it is.</summary>
    public int Pairs => _pairs.Count;

    /// <summary>
    /// Fills open places touching the fewest shifts, then, among those ways, looks for the fewest points; and changes the plan.
    /// A shift is touched whose lawyers are others than they were.
    /// </summary>
    /// <param name="anyway">Shifts that are touched whatever is done; they are not counted.</param>
    /// <param name="seed">Of the search.</param>
    /// <param name="work">Bound of each of the two searches.</param>
    /// <param name="cancellationToken">Ends the search with the best so far.</param>
    public NeighbourhoodEnd FillTouchingLeast(IReadOnlySet<int> anyway, int seed, double work, CancellationToken cancellationToken)
    {
        var (touched, open) = (CountTouched(anyway), _open.ConvertAll(one => one.Open));
        if (touched.Count == 0)
        {
            return Improve(seed, work, cancellationToken);
        }

        var least = LinearExpr.Sum(touched) + (LinearExpr.Sum(open) * (touched.Count + 1));
        _model.Minimize(least);
        using var solver = Solver.Make(seed, work);
        var status = Solver.Run(solver, _model, cancellationToken);
        if (!status.HasSolution())
        {
            return new(false, status == CpSolverStatus.Infeasible, 0, 0);
        }

        var reached = (long)Math.Round(solver.ObjectiveValue);
        _model.Add(least <= reached);
        _model.Model.SolutionHint.Vars.Clear();
        _model.Model.SolutionHint.Values.Clear();
        foreach (var pair in _pairs)
        {
            _model.AddHint(pair.Taken, solver.BooleanValue(pair.Taken));
        }

        var wished = Improve(seed, work, cancellationToken, anyChange: true);
        if (!wished.Found)
        {
            Turn([.. _pairs.Where(pair => solver.BooleanValue(pair.Taken) != _plan.ShiftsOf(pair.Lawyer).Contains(pair.Shift))]);
        }

        return new(true, status == CpSolverStatus.Optimal, wished.Gained, (int)(reached % (touched.Count + 1)));
    }

    private List<BoolVar> CountTouched(IReadOnlySet<int> anyway)
    {
        var found = new List<BoolVar>();
        foreach (var pairs in _pairs.GroupBy(pair => pair.Shift).Where(pairs => !anyway.Contains(pairs.Key)))
        {
            // A full shift keeps its number of lawyers, so whoever comes takes the place of one who goes: leaving is all that has to be watched.
            var touched = _model.NewBoolVar("");
            found.Add(touched);
            foreach (var (_, _, taken) in pairs.Where(pair => _plan.LawyersOf(pair.Shift).Contains(pair.Lawyer)))
            {
                _model.AddBoolOr([taken, touched]);
            }
        }

        return found;
    }

    /// <summary>Looks for the fewest points, and changes the plan where it found no more than it has.</summary>
    /// <param name="seed">Of the search.</param>
    /// <param name="work">Bound in the solver's own unit, about a second on one core.</param>
    /// <param name="cancellationToken">Ends the search with the best so far.</param>
    /// <param name="anyChange">Take what is found even where it costs more: the plan as it stands is not wanted.</param>
    public NeighbourhoodEnd Improve(int seed, double work, CancellationToken cancellationToken, bool anyChange = false)
    {
        if (_pairs.Count == 0 && _open.Count == 0)
        {
            return new(true, true, 0, 0);
        }

        _model.Minimize(_points);
        using var solver = Solver.Make(seed, work);
        var status = Solver.Run(solver, _model, cancellationToken);
        if (!status.HasSolution())
        {
            return new(false, status == CpSolverStatus.Infeasible, 0, 0);
        }

        var before = _plan.Points;
        var changed = _pairs.Where(pair => solver.BooleanValue(pair.Taken) != _plan.ShiftsOf(pair.Lawyer).Contains(pair.Shift)).ToList();
        Turn(changed);
        if (!anyChange && _plan.Points > before)
        {
            Turn(changed); // the search ended before it came back to where it began
        }

        return new(true, status == CpSolverStatus.Optimal, before - _plan.Points, 0);
    }

    private void Turn(List<(int Lawyer, int Shift, BoolVar Taken)> pairs)
    {
        foreach (var (lawyer, shift, _) in pairs)
        {
            if (_plan.ShiftsOf(lawyer).Contains(shift))
            {
                _plan.Remove(lawyer, shift);
            }
            else
            {
                _plan.Add(lawyer, shift);
            }
        }
    }

    private void AddLawyer(int lawyer, Dictionary<int, List<BoolVar>> columns)
    {
        var kept = _plan.ShiftsOf(lawyer).Where(shift => !columns.ContainsKey(shift)).ToList();
        var taken = new SortedDictionary<int, BoolVar>();
        foreach (var shift in columns.Keys.Where(shift => _given.May(lawyer, shift) && !_given.Clashes[shift].Any(kept.Contains)).Order())
        {
            var variable = _model.NewBoolVar("");
            _model.AddHint(variable, _plan.ShiftsOf(lawyer).Contains(shift));
            taken.Add(shift, variable);
            columns[shift].Add(variable);
            _pairs.Add((lawyer, shift, variable));
            _points.AddTerm(variable, _given.Cost(lawyer, shift));
        }

        if (taken.Count == 0)
        {
            return;
        }

        var oneADay = taken.Keys.All(shift => _given.DayLeft(lawyer, CompiledCase.Day(_given.Shifts[shift])) <= 1);
        Most(taken, kept, CompiledCase.Day, day => _given.DayLeft(lawyer, day));
        Most(taken, kept, CompiledCase.Week, week => _given.WeekLeft(lawyer, week));
        var most = Most(taken, kept, CompiledCase.Month, month => _given.MonthLeft(lawyer, month));
        foreach (var (shift, variable) in taken)
        {
            foreach (var other in _given.Clashes[shift])
            {
                var sameDay = CompiledCase.Day(_given.Shifts[shift]) == CompiledCase.Day(_given.Shifts[other]);
                if (other > shift && taken.TryGetValue(other, out var later) && !(sameDay && oneADay))
                {
                    _model.AddBoolOr([variable.Not(), later.Not()]);
                }
            }
        }

        var who = _given.Lawyers[lawyer];
        AddSteps([.. taken.Values], most, who.CarriedShifts + kept.Count, _plan.ShiftsOf(lawyer).Count - kept.Count, _given.NumberStep);
        var held = _plan.ShiftsOf(lawyer).Count(shift => _given.Unpopular[shift]);
        var keptUnpopular = kept.Count(shift => _given.Unpopular[shift]);
        AddSteps([.. taken.Where(pair => _given.Unpopular[pair.Key]).Select(pair => pair.Value)], most, who.CarriedUnpopular + keptUnpopular, held - keptUnpopular, _given.UnpopularStep);
    }

    /// <summary>At most so many in each span.</summary>
    /// <returns>The most that all spans allow together.</returns>
    private int Most(SortedDictionary<int, BoolVar> taken, List<int> kept, Func<Shift, int> spanOf, Func<int, int> left)
    {
        var most = 0;
        foreach (var span in taken.GroupBy(pair => spanOf(_given.Shifts[pair.Key])))
        {
            var allowed = Math.Max(0, left(span.Key) - kept.Count(shift => spanOf(_given.Shifts[shift]) == span.Key));
            var free = span.Select(pair => pair.Value).ToList();
            most += allowed;
            if (allowed == 1 && free.Count > 1)
            {
                _model.AddAtMostOne(free);
            }
            else if (allowed < free.Count)
            {
                _model.Add(LinearExpr.Sum(free) <= allowed);
            }
        }

        return most;
    }

    /// <summary>A square as a sum of steps, each dearer than the one before: fewest points fill them from below.</summary>
    private void AddSteps(List<BoolVar> taken, int most, int below, int now, Func<int, long> cost)
    {
        if (taken.Count == 0)
        {
            return;
        }

        var steps = new List<BoolVar>();
        for (var place = 1; place <= Math.Min(taken.Count, most); place++)
        {
            var step = _model.NewBoolVar("");
            _points.AddTerm(step, cost(below + place));
            _model.AddHint(step, place <= now);
            steps.Add(step);
        }

        _model.Add(LinearExpr.Sum(taken) == LinearExpr.Sum(steps));
    }
}

/// <summary>How a search of a neighbourhood ended.</summary>
/// <param name="Found">There is a solution.</param>
/// <param name="Proven">It is the best of this neighbourhood, or there is none.</param>
/// <param name="Gained">Points less than before.</param>
/// <param name="Touched">Shifts touched besides those that are anyway, where they are counted.</param>
internal readonly record struct NeighbourhoodEnd(bool Found, bool Proven, long Gained, int Touched);
