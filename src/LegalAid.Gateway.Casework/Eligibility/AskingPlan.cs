using System.Collections.Immutable;

namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>Whom to ask next, and for what.</summary>
/// <param name="Asks">Bodies in the order of the vocabulary, each with the facts that are asked of it. Empty where nothing is open or nobody is left to ask.</param>
/// <param name="CanSettle">Whether fitting answers to these alone would settle that the applicant is eligible.</param>
public sealed record AskingPlan(ImmutableArray<Ask> Asks, bool CanSettle);

/// <param name="Facts">In the order of the vocabulary.</param>
public sealed record Ask(SourceBody Body, ImmutableArray<FactDefinition> Facts);

/// <summary>
/// Plans the next wave of questions for a determination that is open: the fewest bodies whose answers could settle that the applicant is eligible, among equally
/// few the cheapest; of these the fewest facts. Where no such set of at most <see cref="BodiesMax"/> exists, every fact that can still change the outcome is
/// asked, each at its cheapest body. Pure; after the answers the case is decided again and the next wave planned.
/// </summary>
public static class AskingPlans
{
    /// <summary>Largest set of bodies that is looked for; three of eighteen are 987 sets.</summary>
    public const int BodiesMax = 3;

    /// <param name="spent">Bodies that were asked and are not to be asked again in this round: whether they answered, have nothing or do not respond.</param>
    public static AskingPlan Next(Determination determination, IReadOnlyCollection<string> spent) =>
        Next(determination, (body, _) => !spent.Contains(body.Name));

    /// <param name="mayAsk">Whether the body can be asked for the fact: there is a way to it, it is allowed, and it was not asked in this round.</param>
    public static AskingPlan Next(Determination determination, Func<SourceBody, FactDefinition, bool> mayAsk)
    {
        var (rules, given) = (determination.RuleSet, determination.Case);
        Span<int> cells = stackalloc int[rules.Facts.Length];
        determination.By.Place(rules, given, cells, withUndertaking: false);
        var rest = Adjudicator.DiagramOf(rules).Restrict(cells);
        var open = rest.Variables().ToImmutableArray();
        var vocabulary = given.Facts.Vocabulary;
        var bodies = vocabulary.Bodies.Where(body => open.Any(variable => Answers(body, variable))).ToList();
        var (atHand, toAsk) = (bodies.Where(body => body.IsAtHand).ToList(), bodies.Where(body => !body.IsAtHand).ToList());
        foreach (var some in SetsOf(toAsk))
        {
            IReadOnlyCollection<SourceBody> chosen = [.. atHand, .. some];
            var asked = open.Where(variable => chosen.Any(body => Answers(body, variable))).ToHashSet();
            if (rest.CanSettleEligible(asked.Contains, RuleSet.NodesMax))
            {
                return new AskingPlan(Divide(Least(asked), chosen), CanSettle: true);
            }
        }

        return new AskingPlan(Divide(open.ToHashSet(), bodies), CanSettle: false);

        bool Answers(SourceBody body, int variable) => rules.Facts[variable].Fact.Bodies.Contains(body) && mayAsk(body, rules.Facts[variable].Fact);

        // Leaves out what is not needed, the most sensitive and dearest first.
        HashSet<int> Least(HashSet<int> asked)
        {
            var order = asked.OrderByDescending(variable => rules.Facts[variable].Fact.Sensitive)
                .ThenByDescending(variable => rules.Facts[variable].Fact.Bodies[0].Cost)
                .ThenByDescending(variable => rules.Facts[variable].Fact.Index)
                .ToList();
            foreach (var variable in order)
            {
                asked.Remove(variable);
                if (!rest.CanSettleEligible(asked.Contains, RuleSet.NodesMax))
                {
                    asked.Add(variable);
                }
            }

            return asked;
        }

        ImmutableArray<Ask> Divide(HashSet<int> asked, IReadOnlyCollection<SourceBody> among) =>
        [
            .. from variable in asked
               let fact = rules.Facts[variable].Fact
               let body = fact.Bodies.FirstOrDefault(body => among.Contains(body) && mayAsk(body, fact))
               where body is not null
               group fact by body into facts
               orderby vocabulary.Bodies.IndexOf(facts.Key)
               select new Ask(facts.Key, [.. facts.OrderBy(fact => fact.Index)]),
        ];
    }

    /// <summary>All sets of up to <see cref="BodiesMax"/> bodies: small ones first, then cheap ones, then in the order of the vocabulary.</summary>
    private static IEnumerable<ImmutableArray<SourceBody>> SetsOf(IReadOnlyList<SourceBody> bodies)
    {
        IEnumerable<ImmutableArray<int>> sets = [[]];
        for (var size = 0; size <= BodiesMax; size++)
        {
            foreach (var set in sets.Select(set => set.Select(place => bodies[place]).ToImmutableArray()).OrderBy(set => set.Sum(body => body.Cost)))
            {
                yield return set;
            }

            sets = [.. from set in sets from next in Enumerable.Range(set.IsEmpty ? 0 : set[^1] + 1, bodies.Count - (set.IsEmpty ? 0 : set[^1] + 1)) select set.Add(next)];
        }
    }
}
