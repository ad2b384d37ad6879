using Google.OrTools.Sat;

namespace LegalAid.Gateway.Casework.Duty.Drafting;

/// <summary>Kinds of element, in the order in which a reduction tries to do without them: what remains is what a scheduler would name.</summary>
internal enum ElementKind
{
    Cover,
    Rest,
    Day,
    Month,
    Week,
    Leave,
}

/// <summary>An element by number: a shift for <see cref="ElementKind.Cover"/>, else a lawyer and the day, week or month.</summary>
internal readonly record struct Element(ElementKind Kind, int Lawyer, int Span)
{
    public static Element Cover(int shift) => new(ElementKind.Cover, -1, shift);
}

/// <summary>Some shifts of a case, with all that could serve on them: which elements there are, whether a set of them can hold together, and what to give up at least.</summary>
internal sealed class ConflictScope
{
    private readonly CompiledCase _given;
    private readonly int _seed;
    private readonly double _work;
    private readonly CancellationToken _cancellationToken;

    public ConflictScope(CompiledCase given, IEnumerable<int> shifts, int seed, double work, CancellationToken cancellationToken)
    {
        (_given, _seed, _work, _cancellationToken) = (given, seed, work, cancellationToken);
        Shifts = new SortedSet<int>(shifts);
    }

    public IReadOnlySet<int> Shifts { get; }

    /// <summary>Every element that could matter, in order.</summary>
    public List<Element> Elements()
    {
        var found = Shifts.Select(Element.Cover).ToList();
        for (var lawyer = 0; lawyer < _given.Lawyers.Length; lawyer++)
        {
            found.AddRange(LimitsOf(lawyer, [.. Shifts.Where(shift => _given.IsAble(lawyer, shift))]));
        }

        return found;
    }

    /// <summary>Whether all the elements can hold together; null where the bound ended the search.</summary>
    /// <param name="elements">What has to hold; other limits of these lawyers do not.</param>
    /// <param name="plan">Where it is given and they can, takes the solution.</param>
    public bool? CanHold(IReadOnlyCollection<Element> elements, Plan? plan = null)
    {
        var (model, pairs) = Build(elements, null);
        using var solver = Solver.Make(_seed, _work);
        var status = Solver.Run(solver, model, _cancellationToken);
        if (plan is not null && status.HasSolution())
        {
            foreach (var (pair, _) in pairs.Where(pair => solver.BooleanValue(pair.Value)))
            {
                plan.Add(pair.Lawyer, pair.Shift);
            }
        }

        return status.HasSolution() ? true : status == CpSolverStatus.Infeasible ? false : null;
    }

    /// <summary>Fewer elements that still cannot hold, found at one stroke; all of them where that gave nothing.</summary>
    public List<Element> Shrink(List<Element> elements)
    {
        var literals = new Dictionary<Element, BoolVar>();
        var (model, _) = Build(elements, literals);
        model.AddAssumptions(literals.Values);
        using var solver = Solver.Make(_seed, _work);
        if (Solver.Run(solver, model, _cancellationToken) != CpSolverStatus.Infeasible)
        {
            return elements;
        }

        var core = solver.Response?.SufficientAssumptionsForInfeasibility.ToHashSet() ?? [];
        var kept = elements.Where(element => literals.TryGetValue(element, out var literal) && core.Contains(literal.Index)).ToList();
        return kept.Count > 0 && CanHold(kept) == false ? kept : elements;
    }

    /// <summary>The least to give up so that all shifts can be: units of each element. Null where the bound ended the search before a solution.</summary>
    public List<(Element Element, int By)>? Relax()
    {
        var model = new CpModel();
        var price = LinearExpr.NewBuilder();
        var given = new List<(Element Element, IntVar By)>();
        var pairs = Pairs(model, Shifts);
        foreach (var shift in Shifts)
        {
            var open = Give(Element.Cover(shift), _given.Shifts[shift].Slots, 1_010);
            model.Add(LinearExpr.Sum(Of(shift: shift)) + open >= _given.Shifts[shift].Slots);
        }

        foreach (var limit in Elements().Where(element => element.Kind != ElementKind.Cover))
        {
            var concerned = Concerned(pairs, limit).ToList();
            if (limit.Kind == ElementKind.Leave)
            {
                var back = Give(limit, 1, 1_005);
                concerned.ForEach(pair => model.Add(pair.Taken <= back));
            }
            else if (limit.Kind != ElementKind.Rest)
            {
                var more = Give(limit, concerned.Count, limit.Kind switch { ElementKind.Week => 1_000, ElementKind.Month => 1_001, _ => 1_002 });
                model.Add(LinearExpr.Sum(concerned.Select(pair => pair.Taken)) <= more + Allowed(limit));
            }
        }

        AddClashes(model, pairs, null, null);
        model.Minimize(price);
        using var solver = Solver.Make(_seed, _work * 4);
        var status = Solver.Run(solver, model, _cancellationToken);
        return !status.HasSolution() ? null
            : [.. given.Select(one => (one.Element, By: (int)solver.Value(one.By))).Where(one => one.By > 0)];

        IntVar Give(Element element, int most, int cost)
        {
            var by = model.NewIntVar(0, most, "");
            price.AddTerm(by, cost);
            given.Add((element, by));
            return by;
        }

        IEnumerable<BoolVar> Of(int shift) => pairs.Where(pair => pair.Key.Shift == shift).Select(pair => pair.Value);
    }

    /// <summary>What the maximum leaves; 0 for leave.</summary>
    public int Allowed(Element limit) => limit.Kind switch
    {
        ElementKind.Day => _given.DayLeft(limit.Lawyer, limit.Span),
        ElementKind.Week => _given.WeekLeft(limit.Lawyer, limit.Span),
        ElementKind.Month => _given.MonthLeft(limit.Lawyer, limit.Span),
        _ => 0,
    };

    private IEnumerable<Element> LimitsOf(int lawyer, List<int> able)
    {
        if (able.Any(shift => _given.Clashes[shift].Any(other => able.Contains(other) && _given.IsRestOnly(shift, other))))
        {
            yield return new(ElementKind.Rest, lawyer, 0);
        }

        foreach (var (kind, spanOf) in new (ElementKind, Func<Shift, int>)[] { (ElementKind.Day, CompiledCase.Day), (ElementKind.Month, CompiledCase.Month), (ElementKind.Week, CompiledCase.Week) })
        {
            foreach (var span in able.GroupBy(shift => spanOf(_given.Shifts[shift])))
            {
                var limit = new Element(kind, lawyer, span.Key);
                if (span.Count() > Allowed(limit))
                {
                    yield return limit;
                }
            }
        }

        foreach (var day in able.Where(shift => _given.IsAway(lawyer, shift)).Select(shift => CompiledCase.Day(_given.Shifts[shift])).Distinct())
        {
            yield return new(ElementKind.Leave, lawyer, day);
        }
    }

    private (CpModel Model, Dictionary<(int Lawyer, int Shift), BoolVar> Pairs) Build(IReadOnlyCollection<Element> elements, Dictionary<Element, BoolVar>? literals)
    {
        var model = new CpModel();
        var covers = elements.Where(element => element.Kind == ElementKind.Cover).Select(element => element.Span).ToHashSet();
        var pairs = Pairs(model, covers);
        var columns = pairs.ToLookup(pair => pair.Key.Shift, pair => pair.Value);
        foreach (var shift in covers.Order())
        {
            Under(Element.Cover(shift), model.Add(LinearExpr.Sum(columns[shift]) >= _given.Shifts[shift].Slots));
            model.Add(LinearExpr.Sum(columns[shift]) <= _given.Shifts[shift].Slots);
        }

        var byLawyer = pairs.ToLookup(pair => pair.Key.Lawyer);
        foreach (var limit in elements.Where(element => element.Kind is not (ElementKind.Cover or ElementKind.Rest)))
        {
            var concerned = Concerned(byLawyer[limit.Lawyer], limit).Select(pair => pair.Taken).ToList();
            if (concerned.Count > 0)
            {
                Under(limit, model.Add(LinearExpr.Sum(concerned) <= Allowed(limit)));
            }
        }

        var rests = elements.Where(element => element.Kind == ElementKind.Rest).Select(element => element.Lawyer).ToHashSet();
        AddClashes(model, pairs, rests, literals is null ? null : lawyer => Literal(new(ElementKind.Rest, lawyer, 0)));
        return (model, pairs);

        void Under(Element element, Constraint constraint)
        {
            if (literals is not null)
            {
                constraint.OnlyEnforceIf(Literal(element));
            }
        }

        BoolVar Literal(Element element)
        {
            if (!literals!.TryGetValue(element, out var literal)) // asked for only where there are literals
            {
                literal = model.NewBoolVar("");
                literals.Add(element, literal);
            }

            return literal;
        }
    }

    private Dictionary<(int Lawyer, int Shift), BoolVar> Pairs(CpModel model, IReadOnlySet<int> shifts)
    {
        var pairs = new Dictionary<(int Lawyer, int Shift), BoolVar>();
        for (var lawyer = 0; lawyer < _given.Lawyers.Length; lawyer++)
        {
            foreach (var shift in shifts.Where(shift => _given.IsAble(lawyer, shift)).Order())
            {
                pairs.Add((lawyer, shift), model.NewBoolVar(""));
            }
        }

        return pairs;
    }

    private IEnumerable<(int Shift, BoolVar Taken)> Concerned(IEnumerable<KeyValuePair<(int Lawyer, int Shift), BoolVar>> pairs, Element limit) => pairs
        .Where(pair => pair.Key.Lawyer == limit.Lawyer && limit.Kind switch
        {
            ElementKind.Leave => CompiledCase.Day(_given.Shifts[pair.Key.Shift]) == limit.Span && _given.IsAway(limit.Lawyer, pair.Key.Shift),
            ElementKind.Day => CompiledCase.Day(_given.Shifts[pair.Key.Shift]) == limit.Span,
            ElementKind.Week => CompiledCase.Week(_given.Shifts[pair.Key.Shift]) == limit.Span,
            ElementKind.Month => CompiledCase.Month(_given.Shifts[pair.Key.Shift]) == limit.Span,
            _ => false,
        })
        .Select(pair => (pair.Key.Shift, pair.Value));

    /// <param name="rests">Whose rest has to be; null: everybody's.</param>
    private void AddClashes(CpModel model, Dictionary<(int Lawyer, int Shift), BoolVar> pairs, HashSet<int>? rests, Func<int, BoolVar>? restLiteral)
    {
        foreach (var ((lawyer, shift), taken) in pairs)
        {
            foreach (var other in _given.Clashes[shift].Where(other => other > shift))
            {
                if (!pairs.TryGetValue((lawyer, other), out var later))
                {
                    continue;
                }

                var rest = _given.IsRestOnly(shift, other);
                if (rest && restLiteral is not null && rests!.Contains(lawyer)) // literals come with the list of rests
                {
                    model.AddBoolOr([taken.Not(), later.Not()]).OnlyEnforceIf(restLiteral(lawyer));
                }
                else if (!rest || rests is null || rests.Contains(lawyer))
                {
                    model.AddBoolOr([taken.Not(), later.Not()]);
                }
            }
        }
    }
}
