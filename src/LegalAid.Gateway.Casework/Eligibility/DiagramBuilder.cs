namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>How two diagrams are joined, terminal by terminal.</summary>
internal enum Join
{
    /// <summary>"And" of <see cref="Truth"/>.</summary>
    Least,

    /// <summary>"Or" of <see cref="Truth"/>.</summary>
    Greatest,

    /// <summary>Eligible by the first, drafting by the second: a <see cref="Verdict"/>.</summary>
    Ladder,
}

/// <summary>
/// Makes reduced, ordered decision diagrams: equal parts are one node, and a node whose branches are all alike does not exist. So two functions are equal exactly
/// where their roots are, and a fact matters to a function exactly where a node asks for it. Not thread-safe.
/// </summary>
/// <remarks>The numbers below <see cref="DecisionDiagram.Terminals"/> are terminals, either truths or verdicts; children have smaller numbers than their parents.</remarks>
internal sealed class DiagramBuilder(int nodesMax)
{
    private readonly Dictionary<int[], int> _unique = new(SameNode.Instance);
    private readonly Dictionary<(Join, int, int), int> _joined = [];
    private readonly Dictionary<int, int> _negated = [];
    private readonly List<int[]> _nodes = [];

    /// <summary>Whether the bound was reached; what was built since is then of no use.</summary>
    public bool IsFull { get; private set; }

    /// <summary>The node that asks for the variable; one of the children where they are all alike.</summary>
    public int Node(int variable, ReadOnlySpan<int> children)
    {
        if (!children.ContainsAnyExcept(children[0]))
        {
            return children[0];
        }

        int[] key = [variable, .. children];
        if (_unique.TryGetValue(key, out var known))
        {
            return known;
        }

        if (_nodes.Count >= nodesMax)
        {
            IsFull = true;
            return (int)Truth.Unknown;
        }

        _nodes.Add(key);
        return _unique[key] = DecisionDiagram.Terminals + _nodes.Count - 1;
    }

    public int Not(int node)
    {
        if (node < DecisionDiagram.Terminals)
        {
            return (int)Truth.Yes - node;
        }

        return _negated.TryGetValue(node, out var known) ? known : _negated[node] = Rebuild(node, Not);
    }

    public int Apply(Join join, int left, int right)
    {
        if (left < DecisionDiagram.Terminals && right < DecisionDiagram.Terminals)
        {
            return Terminal(join, left, right);
        }

        if (_joined.TryGetValue((join, left, right), out var known))
        {
            return known;
        }

        var variable = Math.Min(Variable(left), Variable(right));
        var width = (Variable(left) == variable ? _nodes[left - DecisionDiagram.Terminals] : _nodes[right - DecisionDiagram.Terminals]).Length - 1;
        Span<int> children = stackalloc int[width];
        for (var i = 0; i < width; i++)
        {
            children[i] = Apply(join, Child(left, variable, i), Child(right, variable, i));
        }

        return _joined[(join, left, right)] = Node(variable, children);
    }

    public DecisionDiagram Diagram(int root) => new(_nodes, root);

    private int Rebuild(int node, Func<int, int> change)
    {
        var own = _nodes[node - DecisionDiagram.Terminals];
        Span<int> children = stackalloc int[own.Length - 1];
        for (var i = 0; i < children.Length; i++)
        {
            children[i] = change(own[i + 1]);
        }

        return Node(own[0], children);
    }

    private int Variable(int node) => node < DecisionDiagram.Terminals ? int.MaxValue : _nodes[node - DecisionDiagram.Terminals][0];

    private int Child(int node, int variable, int branch) => Variable(node) == variable ? _nodes[node - DecisionDiagram.Terminals][branch + 1] : node;

    private static int Terminal(Join join, int left, int right) => join switch
    {
        Join.Least => Math.Min(left, right),
        Join.Greatest => Math.Max(left, right),
        Join.Ladder => (int)Ladder((Truth)left, (Truth)right),
        _ => throw new InvalidOperationException($"no such join: {join}"),
    };

    /// <summary>What follows once every fact is known. An unknown is then one of the law's own figures, and a person decides.</summary>
    internal static Verdict Ladder(Truth eligible, Truth drafting) => eligible switch
    {
        Truth.Yes => Verdict.Eligible,
        Truth.Unknown => Verdict.PersonDecides,
        Truth.No => drafting switch
        {
            Truth.Yes => Verdict.DraftingOnly,
            Truth.Unknown => Verdict.PersonDecides,
            Truth.No => Verdict.NotEligible,
            _ => throw new InvalidOperationException($"truth {drafting}"),
        },
        _ => throw new InvalidOperationException($"truth {eligible}"),
    };

    private sealed class SameNode : IEqualityComparer<int[]>
    {
        public static readonly SameNode Instance = new();

        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] node)
        {
            var hash = new HashCode();
            foreach (var part in node)
            {
                hash.Add(part);
            }

            return hash.ToHashCode();
        }
    }
}

/// <summary>What the rules say once nothing is open.</summary>
internal enum Verdict
{
    NotEligible = 0,
    DraftingOnly = 1,
    PersonDecides = 2,
    Eligible = 3,
}
