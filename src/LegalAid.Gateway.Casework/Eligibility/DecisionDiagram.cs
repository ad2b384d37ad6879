using System.Buffers;

namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>
/// A pack's verdict as a function of its facts' cells, in the form of <see cref="DiagramBuilder"/>. Immutable and thread-safe. "Cells" are given by variable;
/// −1 stands for a fact that is not known.
/// </summary>
internal sealed class DecisionDiagram
{
    public const int Terminals = 4;

    private readonly int[][] _nodes;
    private readonly int _root;

    public DecisionDiagram(IReadOnlyList<int[]> nodes, int root)
    {
        _nodes = [.. nodes.Take(Math.Max(0, root - Terminals + 1))]; // a node's children stand before it
        _root = root;
    }

    /// <summary>The verdict where it is the same whatever the open facts turn out to be; else null.</summary>
    public Verdict? Settled => _root < Terminals ? (Verdict)_root : null;

    public int Size => _nodes.Length;

    /// <summary>The verdicts that are possible, as bits <c>1 &lt;&lt; (int)verdict</c>.</summary>
    public int Possible(ReadOnlySpan<int> cells)
    {
        var reached = ArrayPool<bool>.Shared.Rent(_root + 1);
        try
        {
            reached.AsSpan(0, _root + 1).Clear();
            reached[_root] = true;
            for (var number = _root; number >= Terminals; number--)
            {
                if (!reached[number])
                {
                    continue;
                }

                var node = _nodes[number - Terminals];
                if (cells[node[0]] is >= 0 and var cell)
                {
                    reached[node[cell + 1]] = true;
                }
                else
                {
                    for (var i = 1; i < node.Length; i++)
                    {
                        reached[node[i]] = true;
                    }
                }
            }

            var verdicts = 0;
            for (var terminal = 0; terminal < Math.Min(Terminals, _root + 1); terminal++)
            {
                verdicts |= reached[terminal] ? 1 << terminal : 0;
            }

            return verdicts;
        }
        finally
        {
            ArrayPool<bool>.Shared.Return(reached);
        }
    }

    /// <summary>The same function with the known cells put in, reduced again: exactly those facts have a node that can still change the verdict.</summary>
    public DecisionDiagram Restrict(ReadOnlySpan<int> cells)
    {
        var builder = new DiagramBuilder(Size);
        var made = new int[_root + 1];
        var wanted = Reachable(cells);
        for (var number = 0; number <= _root; number++)
        {
            made[number] = number < Terminals ? number
                : !wanted[number] ? 0
                : cells[_nodes[number - Terminals][0]] is >= 0 and var cell ? made[_nodes[number - Terminals][cell + 1]]
                : Rebuilt(builder, _nodes[number - Terminals], made);
        }

        return builder.Diagram(made[_root]);
    }

    /// <summary>The variables that have a node under the root.</summary>
    public IEnumerable<int> Variables()
    {
        Span<int> nothing = stackalloc int[_nodes.Length == 0 ? 0 : _nodes.Max(node => node[0]) + 1];
        nothing.Fill(-1);
        var reached = Reachable(nothing);
        return _nodes.Where((_, place) => reached[place + Terminals]).Select(node => node[0]).Distinct().Order().ToList();
    }

    /// <summary>
    /// Whether there are answers to <paramref name="asked"/> alone with which the applicant is eligible whatever all other facts are: for all others the least,
    /// then any path.
    /// </summary>
    public bool CanSettleEligible(Func<int, bool> asked, int nodesMax)
    {
        var builder = new DiagramBuilder(nodesMax);
        var made = new int[_root + 1];
        for (var number = 0; number <= _root; number++)
        {
            if (number < Terminals)
            {
                made[number] = (int)(number == (int)Verdict.Eligible ? Truth.Yes : Truth.No);
                continue;
            }

            var node = _nodes[number - Terminals];
            made[number] = asked(node[0])
                ? Rebuilt(builder, node, made)
                : node.Skip(2).Aggregate(made[node[1]], (least, child) => builder.Apply(Join.Least, least, made[child]));
        }

        // Reduced, so only the constant no has no way to yes. Beyond the bound nothing is promised.
        return !builder.IsFull && made[_root] != (int)Truth.No;
    }

    private bool[] Reachable(ReadOnlySpan<int> cells)
    {
        var reached = new bool[Math.Max(_root + 1, Terminals)];
        reached[_root] = true;
        for (var number = _root; number >= Terminals; number--)
        {
            if (reached[number])
            {
                var node = _nodes[number - Terminals];
                var known = cells[node[0]];
                for (var i = 1; i < node.Length; i++)
                {
                    reached[node[i]] |= known < 0 || known == i - 1;
                }
            }
        }

        return reached;
    }

    private static int Rebuilt(DiagramBuilder builder, int[] node, int[] made)
    {
        Span<int> children = stackalloc int[node.Length - 1];
        for (var i = 0; i < children.Length; i++)
        {
            children[i] = made[node[i + 1]];
        }

        return builder.Node(node[0], children);
    }
}
