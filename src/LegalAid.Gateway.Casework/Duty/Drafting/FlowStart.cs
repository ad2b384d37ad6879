using Google.OrTools.Graph;

namespace LegalAid.Gateway.Casework.Duty.Drafting;

/// <summary>
/// Where a draft starts, and how good it can become: the cheapest flow of places to lawyers. A place flows to a lawyer's day, from there to the lawyer's
/// week or, on a weekend or holiday, to their unpopular shifts, and on to the lawyer; capacities are the maxima, and the last two arcs cost more with every unit, so that
/// squares are exact. Left out are rest, journeys and overlaps between days, and weekends in the weekly maximum: no flow can say those. So its
/// cost is a proven lower bound of every roster's, and what it breaks is little.
/// </summary>
internal static class FlowStart
{
    /// <returns>A plan that keeps every rule, perhaps with open places; the bound in points; and places that stay open in every roster. No bounds where nothing was solved.</returns>
    public static (Plan Plan, long AtLeast, int OpenAtLeast) Make(CompiledCase given)
    {
        var plan = new Plan(given);
        var slots = given.Shifts.Sum(shift => shift.Slots);
        if (slots == 0)
        {
            return (plan, 0, 0);
        }

        var net = new Net(given);
        using var flow = net.Flow;
        if (flow.SolveMaxFlowWithMinCost() != MinCostFlowBase.Status.OPTIMAL)
        {
            return (plan, 0, 0);
        }

        // Dear places first: who is hard to replace keeps what the flow gave them.
        foreach (var (arc, lawyer, shift) in net.Places.Where(place => flow.Flow(place.Arc) > 0).OrderBy(place => net.Candidates[place.Shift]).ThenBy(place => place.Arc))
        {
            if (plan.Fits(lawyer, shift))
            {
                plan.Add(lawyer, shift);
            }
        }

        return (plan, flow.OptimalCost(), (int)net.OpenArcs.Sum(flow.Flow));
    }

    private sealed class Net
    {
        private readonly CompiledCase _given;
        private readonly Dictionary<(char Kind, int Lawyer, int Span), int> _nodes = [];
        private readonly int _sink;

        public Net(CompiledCase given)
        {
            _given = given;
            _sink = given.Shifts.Length;
            Candidates = new int[given.Shifts.Length];
            var months = given.Shifts.Select(CompiledCase.Month).Distinct().ToList();
            for (var shift = 0; shift < given.Shifts.Length; shift++)
            {
                Flow.SetNodeSupply(shift, given.Shifts[shift].Slots);
                OpenArcs.Add(Flow.AddArcWithCapacityAndUnitCost(shift, _sink, given.Shifts[shift].Slots, Plan.OpenPlace));
                for (var lawyer = 0; lawyer < given.Lawyers.Length; lawyer++)
                {
                    if (given.May(lawyer, shift))
                    {
                        Places.Add((Flow.AddArcWithCapacityAndUnitCost(shift, DayNode(lawyer, shift, months), 1, given.Cost(lawyer, shift)), lawyer, shift));
                        Candidates[shift]++;
                    }
                }
            }

            Flow.SetNodeSupply(_sink, -given.Shifts.Sum(shift => shift.Slots));
        }

        public MinCostFlow Flow { get; } = new();

        public List<(int Arc, int Lawyer, int Shift)> Places { get; } = [];

        public List<int> OpenArcs { get; } = [];

        public int[] Candidates { get; }

        private int DayNode(int lawyer, int shift, List<int> months)
        {
            var what = _given.Shifts[shift];
            var (day, week) = (CompiledCase.Day(what), CompiledCase.Week(what));
            if (Node('d', lawyer, day, out var node))
            {
                var next = _given.Unpopular[shift] ? UnpopularNode(lawyer, months) : WeekNode(lawyer, week, months);
                Flow.AddArcWithCapacityAndUnitCost(node, next, _given.DayLeft(lawyer, day), 0);
            }

            return node;
        }

        private int WeekNode(int lawyer, int week, List<int> months)
        {
            if (Node('w', lawyer, week, out var node))
            {
                Flow.AddArcWithCapacityAndUnitCost(node, LawyerNode(lawyer, months), _given.WeekLeft(lawyer, week), 0);
            }

            return node;
        }

        private int UnpopularNode(int lawyer, List<int> months)
        {
            if (Node('u', lawyer, 0, out var node))
            {
                Steps(node, LawyerNode(lawyer, months), Most(lawyer, months), _given.Lawyers[lawyer].CarriedUnpopular, _given.UnpopularStep);
            }

            return node;
        }

        private int LawyerNode(int lawyer, List<int> months)
        {
            if (Node('l', lawyer, 0, out var node))
            {
                Steps(node, _sink, Most(lawyer, months), _given.Lawyers[lawyer].CarriedShifts, _given.NumberStep);
            }

            return node;
        }

        private int Most(int lawyer, List<int> months) => Math.Min(_given.Shifts.Length, months.Sum(month => _given.MonthLeft(lawyer, month)));

        private void Steps(int from, int to, int most, int carried, Func<int, long> cost)
        {
            for (var place = 1; place <= most; place++)
            {
                Flow.AddArcWithCapacityAndUnitCost(from, to, 1, cost(carried + place));
            }
        }

        private bool Node(char kind, int lawyer, int span, out int node)
        {
            if (_nodes.TryGetValue((kind, lawyer, span), out node))
            {
                return false;
            }

            node = _sink + 1 + _nodes.Count;
            _nodes.Add((kind, lawyer, span), node);
            return true;
        }
    }
}
