using System.Collections.Immutable;
using CsCheck;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Tests.Eligibility;

/// <summary>A pack of chance over five facts that have few values each, so that everything can be tried.</summary>
/// <param name="Values">By fact: values among which every difference that a rule can make is found.</param>
internal sealed record SmallPack(RulePack Pack, ImmutableArray<ImmutableArray<FactValue>> Values)
{
    public static readonly DateOnly Day = new(2026, 3, 2);

    private static readonly RegionCode Place = RegionCode.Parse("450103");
    private static readonly LegalBasis Basis = new("法", "1", Certainty.Unconfirmed);
    private static readonly LocalizedText Title = new("甲", "A");

    private static readonly ImmutableArray<SourceBody> Bodies =
        [new("applicant", Title, 0), new("civil-affairs", Title, 10), new("police", Title, 20), new("court", Title, 30)];

    private static readonly FactVocabulary Vocabulary = new(Bodies,
    [
        new(0, "matter", Title, FactKind.Choice, [new("one", Title), new("two", Title), new("three", Title)], [Bodies[0]], null, false),
        new(1, "listed", Title, FactKind.YesNo, [], [Bodies[1]], 90, false),
        new(2, "income", Title, FactKind.Money, [], [Bodies[2], Bodies[3]], null, false),
        new(3, "born", Title, FactKind.BirthDate, [], [Bodies[1], Bodies[2]], null, false),
        new(4, "ill", Title, FactKind.YesNo, [], [Bodies[3]], null, true),
    ]);

    private static readonly Gen<Condition> Test = Gen.OneOf<Condition>(
        Gen.Int[1, 6].Select(bits => Choose(0, new Demand.OneOf(new EquatableList<int>(Enumerable.Range(0, 3).Where(choice => (bits >> choice & 1) == 1))))),
        Gen.Select(Gen.OneOf(Gen.Const(1), Gen.Const(4)), Gen.Bool, (fact, yes) => Choose(fact, new Demand.Is(yes))),
        Gen.Select(Gen.Bool, Gen.Int[0, 2], (below, which) => Choose(2, which == 0 ? new Demand.Sum(below, 0m) : new Demand.Limit(below, which == 1 ? "known" : "unset"))),
        Gen.Select(Gen.Bool, Gen.OneOf(Gen.Const(18), Gen.Const(60)), (below, years) => Choose(3, new Demand.Span(below, years))));

    private static readonly Gen<Rule> SomeRule = Gen.Select(Gen.Int[0, 6], Tree(2), (effect, when) => new Rule("rule", Title, (RuleEffect)effect, Basis, null, null, when));

    public static readonly Gen<SmallPack> Any = SomeRule.Array[2, 7].Select(Of);

    /// <summary>A choice of values for some facts: −1 is not known.</summary>
    public static readonly Gen<int[]> Sheets = Gen.Select(
        Gen.Int[-1, 2], Gen.Int[-1, 1], Gen.Int[-1, 3], Gen.Int[-1, 3], Gen.Int[-1, 1], (matter, listed, income, born, ill) => new[] { matter, listed, income, born, ill });

    public EligibilityCase Case(IReadOnlyList<int> sheet) => new(Place, Day, Day, FactSheet.Of(Vocabulary, Answers(sheet)));

    public IEnumerable<KnownFact> Answers(IReadOnlyList<int> sheet) =>
        from place in Enumerable.Range(0, sheet.Count)
        where sheet[place] >= 0
        let fact = Vocabulary.Facts[place]
        select new KnownFact(fact, Values[place][sheet[place]], fact.Bodies[0].Name, Day);

    /// <summary>Every sheet without a gap that agrees with this one.</summary>
    public IEnumerable<int[]> Completions(int[] sheet)
    {
        var gap = Array.IndexOf(sheet, -1);
        return gap < 0 ? [sheet] : Enumerable.Range(0, Values[gap].Length).SelectMany(value => Completions([.. sheet[..gap], value, .. sheet[(gap + 1)..]]));
    }

    private static SmallPack Of(Rule[] rules)
    {
        var pack = new RulePack
        {
            Id = "small",
            Title = Title,
            Standing = PackStanding.InForce,
            From = new DateOnly(2026, 1, 1),
            Vocabulary = Vocabulary,
            Areas = [new Area("here", [Place])],
            Parameters =
            [
                new Parameter("known", Title, [new ParameterRow(new DateOnly(2026, 1, 1), Basis, [100m])]),
                new Parameter("unset", Title, [new ParameterRow(new DateOnly(2026, 1, 1), Basis, [null])]),
            ],
            Rules = [.. rules.Select((rule, place) => rule with { Id = $"rule-{place}" })],
        };
        return new SmallPack(pack,
        [
            [FactValue.OfChoice(0), FactValue.OfChoice(1), FactValue.OfChoice(2)],
            [FactValue.Of(false), FactValue.Of(true)],
            [FactValue.Of(-0.01m), FactValue.Of(0m), FactValue.Of(99.99m), FactValue.Of(100m)],
            [FactValue.Of(Day.AddYears(-18)), FactValue.Of(Day.AddYears(-18).AddDays(-1)), FactValue.Of(Day.AddYears(-60)), FactValue.Of(Day.AddYears(-60).AddDays(-1))],
            [FactValue.Of(false), FactValue.Of(true)],
        ]);
    }

    private static Condition Choose(int fact, Demand demand) => new Condition.Test(Vocabulary.Facts[fact], demand);

    private static Gen<Condition> Tree(int depth) => depth == 0 ? Test : Gen.Frequency(
        (2, Test),
        (2, Tree(depth - 1).Array[1, 3].Select(Condition (parts) => new Condition.All(new EquatableList<Condition>(parts)))),
        (2, Tree(depth - 1).Array[1, 3].Select(Condition (parts) => new Condition.Any(new EquatableList<Condition>(parts)))),
        (1, Tree(depth - 1).Select(Condition (part) => new Condition.Not(part))));
}
