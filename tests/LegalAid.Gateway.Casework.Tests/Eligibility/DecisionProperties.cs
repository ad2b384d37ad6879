using System.Text;
using CsCheck;
using LegalAid.Gateway.Casework.Eligibility;

namespace LegalAid.Gateway.Casework.Tests.Eligibility;

/// <summary>What holds of every decision, tried on packs of chance whose every completion can be listed. CsCheck prints the seed of a failure.</summary>
public sealed class DecisionProperties
{
    private const int Packs = 3_000;

    private static readonly Gen<(SmallPack Small, int[] Sheet)> Some =
        from small in SmallPack.Any
        from sheet in SmallPack.Sheets
        select (small, sheet);

    /// <summary>Settled exactly where every completion comes out the same; then as that.</summary>
    [Fact]
    public void Decide_Outcome_IsThatOfEveryCompletion() => Some.Sample(
        (small, sheet) =>
        {
            var found = Decide(small, sheet);
            var possible = small.Completions(sheet).Select(whole => RuleOracle.Decide(small, whole)).Distinct().ToList();
            return found.IsSettled == (possible.Count == 1) && (!found.IsSettled || found.Outcome == possible[0]);
        },
        iter: Packs);

    /// <summary>Open are exactly the facts for which two completions exist that differ in that fact alone and come out differently.</summary>
    [Fact]
    public void Decide_OpenFacts_AreThoseThatCanChangeTheOutcome() => Some.Sample(
        (small, sheet) => Decide(small, sheet).Open.Select(fact => fact.Index).Order().SequenceEqual(
            Enumerable.Range(0, sheet.Length).Where(place => sheet[place] < 0 && small.Completions(sheet).Any(whole => Differs(small, whole, place)))),
        iter: Packs);

    [Fact]
    public void Decide_OneFactMore_LeavesASettledOutcome() =>
        (from some in Some
         from whole in SmallPack.Sheets
         select (some.Small, some.Sheet, whole)).Sample(
        (small, sheet, whole) =>
        {
            var before = Decide(small, sheet);
            var after = Decide(small, [.. sheet.Zip(whole, (known, more) => known >= 0 ? known : more)]);
            return !before.IsSettled || (after.Outcome == before.Outcome && after.IsSettled);
        },
        iter: Packs);

    /// <summary>A source that does not answer never turns what was no refusal into one.</summary>
    [Fact]
    public void Decide_OneFactLess_ProposesNoRefusalThatWasNotThere() =>
        (from some in Some
         from gap in Gen.Int[0, 4]
         select (some.Small, some.Sheet, gap)).Sample(
        (small, sheet, gap) =>
        {
            int[] less = [.. sheet[..gap], -1, .. sheet[(gap + 1)..]];
            return Decide(small, less).Outcome != Outcome.RefusalProposed || Decide(small, sheet).Outcome == Outcome.RefusalProposed;
        },
        iter: Packs);

    [Fact]
    public void Decide_AnswersInAnotherOrderAndTwice_SameBytes() =>
        (from some in Some
         from order in Gen.Shuffle(Enumerable.Range(0, 10).ToArray())
         select (some.Small, some.Sheet, order)).Sample(
        (small, sheet, order) =>
        {
            var answers = small.Answers(sheet).ToList();
            var again = small.Case(sheet) with { Facts = FactSheet.Of(small.Pack.Vocabulary, order.Where(place => place < 2 * answers.Count).Select(place => answers[place / 2])) };
            var (one, other) = (Decide(small, sheet), ShippedPacks.Determined(new Adjudicator(small.Pack).Decide(again)));
            return TraceJson.Write(one).AsSpan().SequenceEqual(TraceJson.Write(other)) && TraceText.Write(one) == TraceText.Write(other);
        },
        iter: 500);

    /// <summary>
    /// The plan promises that fitting answers settle eligibility exactly where some do; no smaller set of bodies could; and without any of its facts it could not.
    /// </summary>
    [Fact]
    public void Next_Plan_IsTheLeastThatCanSettle() => Some.Sample(
        (small, sheet) =>
        {
            var found = Decide(small, sheet);
            var plan = AskingPlans.Next(found, []);
            if (found.IsSettled)
            {
                return plan.Asks.IsEmpty;
            }

            var asked = plan.Asks.SelectMany(ask => ask.Facts).Select(fact => fact.Index).ToHashSet();
            var bodies = small.Pack.Vocabulary.Bodies;
            var least = Subsets(bodies.Where(body => !body.IsAtHand).ToList())
                .Where(set => CanSettle(small, sheet, [.. Enumerable.Range(0, sheet.Length).Where(fact => small.Pack.Vocabulary.Facts[fact].Bodies.Any(body => body.IsAtHand || set.Contains(body)))]))
                .OrderBy(set => set.Count).ThenBy(set => set.Sum(body => body.Cost)).FirstOrDefault();
            if (least is null)
            {
                return !plan.CanSettle && asked.SetEquals(found.Open.Select(fact => fact.Index));
            }

            var paid = plan.Asks.Select(ask => ask.Body).Where(body => !body.IsAtHand).ToList();
            return plan.CanSettle && CanSettle(small, sheet, asked) && paid.Count <= least.Count && paid.Sum(body => body.Cost) <= least.Sum(body => body.Cost)
                && asked.All(fact => !CanSettle(small, sheet, [.. asked.Where(other => other != fact)]));
        },
        iter: Packs);

    [Fact]
    public void Write_Trace_IsJsonThatNamesTheOutcome() => Some.Sample(
        (small, sheet) =>
        {
            var found = Decide(small, sheet);
            using var json = System.Text.Json.JsonDocument.Parse(Encoding.UTF8.GetString(TraceJson.Write(found)));
            return json.RootElement.GetProperty("outcome").GetString() == TraceNames.Of(found.Outcome)
                && json.RootElement.GetProperty("rules").GetArrayLength() == small.Pack.Rules.Length;
        },
        iter: 500);

    private static Determination Decide(SmallPack small, int[] sheet) => ShippedPacks.Determined(new Adjudicator(small.Pack).Decide(small.Case(sheet)));

    private static bool Differs(SmallPack small, int[] whole, int place) =>
        Enumerable.Range(0, small.Values[place].Length).Any(value => RuleOracle.Decide(small, [.. whole[..place], value, .. whole[(place + 1)..]]) != RuleOracle.Decide(small, whole));

    /// <summary>Whether there are values for the asked facts with which every completion is eligible.</summary>
    private static bool CanSettle(SmallPack small, int[] sheet, HashSet<int> asked) =>
        small.Completions([.. sheet.Select((value, place) => value < 0 && !asked.Contains(place) ? 0 : value)])
            .Select(given => given.Select((value, place) => sheet[place] < 0 && !asked.Contains(place) ? -1 : value).ToArray())
            .Any(given => small.Completions(given).All(whole => RuleOracle.Decide(small, whole) == Outcome.Eligible));

    private static IEnumerable<List<SourceBody>> Subsets(List<SourceBody> bodies) =>
        Enumerable.Range(0, 1 << bodies.Count).Select(bits => bodies.Where((_, place) => (bits >> place & 1) == 1).ToList());
}
