using System.Collections.Immutable;

namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>
/// The rules of a pack as they stand at one place on one day, every figure put in: what decisions run on. The conditions lie in one array, children before
/// parents, so that one loop evaluates all of them and nothing is skipped. Immutable and thread-safe.
/// </summary>
internal sealed class RuleSet
{
    /// <summary>Bounds the diagram. The packs that ship need less than a tenth of it.</summary>
    public const int NodesMax = 100_000;

    private readonly RuleStep[] _steps;
    private readonly Lazy<DecisionDiagram?> _diagram;
    private readonly Lazy<TraceTemplate> _trace;

    /// <param name="area">The place in the pack's areas.</param>
    public RuleSet(RulePack pack, int area, DateOnly date)
    {
        Rules = [.. pack.Rules.Where(rule => rule.IsInForceOn(date))];
        var resolved = Rules.SelectMany(rule => rule.When.Tests).Distinct().ToDictionary(test => test, test => Resolve(test.Demand, pack, area, date));

        // Facts that many rules share stand first: it keeps the diagram small.
        Facts =
        [
            .. resolved.Keys.GroupBy(test => test.Fact)
                .OrderByDescending(tests => tests.Count()).ThenBy(tests => tests.Key.Index)
                .Select(tests => new FactCells(tests.Key, [.. tests.Select(test => resolved[test])])),
        ];
        var steps = new List<RuleStep>();
        Roots = [.. Rules.Select(rule => Add(rule.When, resolved, steps))];
        _steps = [.. steps];
        _diagram = new Lazy<DecisionDiagram?>(BuildDiagram);
        _trace = new Lazy<TraceTemplate>(() => new TraceTemplate(this));
    }

    public ImmutableArray<Rule> Rules { get; }

    /// <summary>The number of each rule's outermost step.</summary>
    public ImmutableArray<int> Roots { get; }

    /// <summary>The facts that the rules ask for; the place is the variable of the diagram.</summary>
    public ImmutableArray<FactCells> Facts { get; }

    public int StepCount => _steps.Length;

    /// <summary>The verdict by cells; null where it would be beyond <see cref="NodesMax"/>, which is a fault at load.</summary>
    public DecisionDiagram? Diagram => _diagram.Value;

    /// <summary>What every trace by these rules has in common.</summary>
    public TraceTemplate Trace => _trace.Value;

    public void Evaluate(ReadOnlySpan<int> cells, Span<Truth> truths)
    {
        for (var i = 0; i < _steps.Length; i++)
        {
            ref readonly var step = ref _steps[i];
            truths[i] = step.Kind switch
            {
                StepKind.Test => step.Test.IsUnset || cells[step.Variable] < 0 ? Truth.Unknown : step.Holds[cells[step.Variable]] ? Truth.Yes : Truth.No,
                StepKind.Not => Truth.Yes - (byte)truths[step.Parts[0]],
                StepKind.All => Least(truths, step.Parts),
                StepKind.Any => Greatest(truths, step.Parts),
                _ => throw new InvalidOperationException($"step {step.Kind}"),
            };
        }
    }

    /// <summary>"Or" over the rules of each effect; without any: no.</summary>
    /// <param name="effects">By <see cref="RuleEffect"/>.</param>
    public void Gather(ReadOnlySpan<Truth> truths, Span<Truth> effects)
    {
        effects.Clear();
        for (var i = 0; i < Rules.Length; i++)
        {
            ref var greatest = ref effects[(int)Rules[i].Effect];
            greatest = truths[Roots[i]] > greatest ? truths[Roots[i]] : greatest;
        }
    }

    /// <summary>A step by its number; <see cref="Roots"/> has the outermost ones.</summary>
    public RuleStep StepAt(int number) => _steps[number];

    private static Truth Least(ReadOnlySpan<Truth> truths, int[] parts)
    {
        var least = Truth.Yes;
        foreach (var part in parts)
        {
            least = truths[part] < least ? truths[part] : least;
        }

        return least;
    }

    private static Truth Greatest(ReadOnlySpan<Truth> truths, int[] parts)
    {
        var greatest = Truth.No;
        foreach (var part in parts)
        {
            greatest = truths[part] > greatest ? truths[part] : greatest;
        }

        return greatest;
    }

    private static ResolvedDemand Resolve(Demand demand, RulePack pack, int area, DateOnly date)
    {
        switch (demand)
        {
            case Demand.Limit limit:
                var parameter = pack.Parameters.Single(parameter => parameter.Id == limit.Parameter);
                var row = parameter.RowOn(date);
                return new ResolvedDemand(demand, row.Values[area], parameter, row);
            case Demand.Span span:
                return new ResolvedDemand(demand, span.Cut);
            case Demand.Sum sum:
                return new ResolvedDemand(demand, sum.Cut);
            default:
                return new ResolvedDemand(demand, null);
        }
    }

    private int Add(Condition condition, Dictionary<Condition.Test, ResolvedDemand> resolved, List<RuleStep> steps)
    {
        steps.Add(condition switch
        {
            Condition.Test test => TestStep(test, resolved[test]),
            Condition.Not not => new RuleStep(StepKind.Not, [Add(not.Of, resolved, steps)]),
            Condition.All all => new RuleStep(StepKind.All, [.. all.Of.Select(part => Add(part, resolved, steps))]),
            Condition.Any any => new RuleStep(StepKind.Any, [.. any.Of.Select(part => Add(part, resolved, steps))]),
            _ => throw new InvalidOperationException($"no such condition: {condition.GetType().Name}"),
        });
        return steps.Count - 1;
    }

    private RuleStep TestStep(Condition.Test test, ResolvedDemand demand)
    {
        var variable = Facts.IndexOf(Facts.First(fact => fact.Fact == test.Fact));
        return new RuleStep(StepKind.Test, [], variable, demand, demand.IsUnset ? [] : [.. Facts[variable].Holds(demand)]);
    }

    private DecisionDiagram? BuildDiagram()
    {
        var builder = new DiagramBuilder(NodesMax);
        var made = new int[_steps.Length];
        for (var i = 0; i < _steps.Length; i++)
        {
            var step = _steps[i];
            made[i] = step.Kind switch
            {
                StepKind.Test when step.Test.IsUnset => (int)Truth.Unknown,
                StepKind.Test => builder.Node(step.Variable, [.. step.Holds.Select(holds => (int)(holds ? Truth.Yes : Truth.No))]),
                StepKind.Not => builder.Not(made[step.Parts[0]]),
                StepKind.All => step.Parts.Aggregate((int)Truth.Yes, (all, part) => builder.Apply(Join.Least, all, made[part])),
                StepKind.Any => step.Parts.Aggregate((int)Truth.No, (any, part) => builder.Apply(Join.Greatest, any, made[part])),
                _ => throw new InvalidOperationException($"step {step.Kind}"),
            };
        }

        var root = builder.Apply(Join.Ladder, Eligible(Of, And, Or), And(Of(RuleEffect.Scope), Of(RuleEffect.Drafting)));
        return builder.IsFull ? null : builder.Diagram(root);

        int Of(RuleEffect effect) => Enumerable.Range(0, Rules.Length).Where(rule => Rules[rule].Effect == effect)
            .Aggregate((int)Truth.No, (any, rule) => Or(any, made[Roots[rule]]));

        int And(int left, int right) => builder.Apply(Join.Least, left, right);

        int Or(int left, int right) => builder.Apply(Join.Greatest, left, right);
    }

    /// <summary>Owed by notice; or the matter is one of aid's, and means are not asked for or are low.</summary>
    private static int Eligible(Func<RuleEffect, int> of, Func<int, int, int> and, Func<int, int, int> or) =>
        or(of(RuleEffect.Mandatory), and(of(RuleEffect.Scope), or(of(RuleEffect.Exempt), or(of(RuleEffect.Waived), of(RuleEffect.Means)))));
}

internal enum StepKind
{
    Test,
    Not,
    All,
    Any,
}

/// <summary>One condition of a rule.</summary>
/// <param name="Parts">Numbers of earlier steps.</param>
/// <param name="Variable">For a test: the place in <see cref="RuleSet.Facts"/>.</param>
/// <param name="Holds">For a test: by cell of the variable.</param>
internal readonly record struct RuleStep(StepKind Kind, int[] Parts, int Variable, ResolvedDemand Test, bool[] Holds)
{
    private static readonly ResolvedDemand NoTest = new(new Demand.Is(true), null);

    public RuleStep(StepKind kind, int[] parts)
        : this(kind, parts, -1, NoTest, [])
    {
    }
}
