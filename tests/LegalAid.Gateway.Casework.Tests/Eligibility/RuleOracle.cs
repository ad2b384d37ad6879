using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Tests.Eligibility;

/// <summary>What a pack says of a case of which every fact is known, read off the conditions as they stand: no cells, no diagram. Null is "a figure is missing".</summary>
internal static class RuleOracle
{
    public static Outcome Decide(SmallPack small, int[] sheet)
    {
        var eligible = Or(Of(RuleEffect.Mandatory), And(Of(RuleEffect.Scope), Or(Of(RuleEffect.Exempt), Or(Of(RuleEffect.Waived), Of(RuleEffect.Means)))));
        var drafting = And(Of(RuleEffect.Scope), Of(RuleEffect.Drafting));
        return (eligible, drafting) switch
        {
            (true, _) => Outcome.Eligible,
            (null, _) or (false, null) => Outcome.PersonDecides,
            (false, true) => Outcome.DraftingOnly,
            (false, false) => Outcome.RefusalProposed,
        };

        bool? Of(RuleEffect effect) => small.Pack.Rules.Where(rule => rule.Effect == effect).Select(rule => Holds(rule.When)).Aggregate((bool?)false, Or);

        bool? Holds(Condition condition) => condition switch
        {
            Condition.All all => all.Of.Select(Holds).Aggregate((bool?)true, And),
            Condition.Any any => any.Of.Select(Holds).Aggregate((bool?)false, Or),
            Condition.Not not => !Holds(not.Of),
            Condition.Test test => Meets(test.Demand, small.Values[test.Fact.Index][sheet[test.Fact.Index]]),
            _ => throw new InvalidOperationException("no such condition"),
        };
    }

    private static bool? Meets(Demand demand, FactValue value) => demand switch
    {
        Demand.Is yes => value == FactValue.Of(yes.Yes),
        Demand.OneOf some => some.Choices.Contains(value.Choice),
        Demand.Sum sum => value.Amount < sum.Cut == sum.Below,
        Demand.Limit { Parameter: "known" } limit => value.Amount < 100m == limit.Below,
        Demand.Limit => null,
        Demand.Span span => CivilAge.On(value.Date, SmallPack.Day) < span.Cut == span.Below,
        _ => throw new InvalidOperationException("no such demand"),
    };

    private static bool? And(bool? left, bool? right) => left & right;

    private static bool? Or(bool? left, bool? right) => left | right;
}
