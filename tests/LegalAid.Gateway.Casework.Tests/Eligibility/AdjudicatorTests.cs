using System.Globalization;
using CsCheck;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Tests.Eligibility;

public sealed class AdjudicatorTests
{
    private static readonly DateOnly Day = new(2026, 3, 2);

    [Theory]
    [InlineData("450103", "2021-12-31", "2022-01-05", "ELIGIBILITY_NOT_IN_FORCE")]
    [InlineData("450103", "2022-01-01", "2022-01-05", null)]
    [InlineData("450200", "2026-03-02", "2026-03-02", "ELIGIBILITY_PLACE_NOT_COVERED")]
    [InlineData("450122", "2026-03-02", "2026-03-02", null)] // 武鸣县, today a district: the successor counts
    [InlineData("450103", "2026-03-02", "2026-03-01", "ELIGIBILITY_DECIDED_BEFORE_RECEIPT")]
    public void Decide_CaseThatThePackDoesNotCover_IsRefused(string place, string received, string decided, string? code)
    {
        var outcome = ShippedPacks.Pack(ShippedPacks.InForce).Decide(
            new EligibilityCase(RegionCode.Parse(place), DateOf(received), DateOf(decided), FactSheet.Of(ShippedPacks.Facts, [])));

        Assert.Equal(code, (outcome as DecideOutcome.Refused)?.Fault.Code.Code);
    }

    [Theory]
    [InlineData("450103", "2021-12-31", null)]
    [InlineData("450103", "2022-01-01", ShippedPacks.InForce)]
    [InlineData("450181", "2030-01-01", ShippedPacks.InForce)]
    [InlineData("450200", "2026-03-02", null)]
    public void Find_PlaceAndDay_GivesThePackInForceAndNeverTheDraft(string place, string received, string? pack) =>
        Assert.Equal(pack, ShippedPacks.Library.Find(RegionCode.Parse(place), DateOf(received))?.Pack.Id);

    [Theory]
    [InlineData("subsistence", "none", Outcome.EvidenceNeeded)] // the same day: nobody knows
    [InlineData("subsistence", "subsistence", Outcome.Eligible)]
    public void Decide_TwoAnswersOfOneDay_CountOnlyWhereTheyAgree(string first, string second, Outcome expected)
    {
        KnownFact[] two = [ShippedPacks.Answer("register", first, Day, "civil-affairs"), ShippedPacks.Answer("register", second, Day, "aid-centre")];
        var given = With(two);

        var found = ShippedPacks.Decide(ShippedPacks.InForce, given);

        Assert.Equal(expected, found.Outcome);
        Assert.Equal(first == second ? [] : ["register"], given.Facts.Conflicts.Select(fact => fact.Name));
        Assert.Equal(TraceJson.Write(found), TraceJson.Write(ShippedPacks.Decide(ShippedPacks.InForce, With([two[1], two[0]]))));
        if (first != second)
        {
            Assert.Contains("按未知处理的事实：民政部门登记的救助类别", TraceText.Write(found), StringComparison.Ordinal);
            Assert.Contains(found.Open, fact => fact.Name == "register");
        }
    }

    [Fact]
    public void Decide_NewerAnswer_TakesThePlaceOfTheOlder()
    {
        var given = With([ShippedPacks.Answer("register", "subsistence", Day.AddDays(-1)), ShippedPacks.Answer("register", "none", Day)]);

        Assert.Equal(Outcome.EvidenceNeeded, ShippedPacks.Decide(ShippedPacks.InForce, given).Outcome);
    }

    [Fact]
    public void Next_WagesThatNobodyWasAskedAbout_AsksOneBodyForOneFact()
    {
        var ask = Assert.Single(AskingPlans.Next(ShippedPacks.Decide(ShippedPacks.InForce, ShippedPacks.Wages()), []).Asks);

        Assert.Equal(("civil-affairs", "register"), (ask.Body.Name, Assert.Single(ask.Facts).Name));
    }

    /// <summary>The waves of a worker who is on no register, as each body answers in the negative or does not answer.</summary>
    [Fact]
    public void Next_BodiesThatHaveNothing_GoesOnToTheNextCheapest()
    {
        var spent = new List<string>();
        var waves = new List<string>();
        var given = ShippedPacks.Wages(("register", "none"), ("fixed-livelihood", "true"));
        while (AskingPlans.Next(ShippedPacks.Decide(ShippedPacks.InForce, given), spent) is { Asks.IsEmpty: false } plan)
        {
            waves.Add($"{(plan.CanSettle ? "" : "all: ")}{string.Join("; ", plan.Asks.Select(ask => $"{ask.Body.Name} {string.Join(' ', ask.Facts.Select(fact => fact.Name))}"))}");
            spent.AddRange(plan.Asks.Select(ask => ask.Body.Name));
        }

        Assert.Equal(
            [
                "trade-union migrant-worker",
                "social-security migrant-worker",
                "veterans special-care",
                "court judicial-relief",
                "procuratorate judicial-relief",
                "natural-resources household-assets; tax household-income",
                "market-regulation household-assets; health household-balance spending-cause",
                "all: civil-affairs spending-cause",
            ],
            waves);
    }

    /// <summary>More need never turns eligible into not: each step towards need, from every sheet of chance.</summary>
    [Theory]
    [InlineData(ShippedPacks.InForce)]
    [InlineData(ShippedPacks.Draft)]
    public void Decide_MoreNeed_NeverTakesEligibilityAway(string pack)
    {
        (string Fact, string Less, string More)[] needs =
        [
            ("household-income", "5000.00", "1300.00"), ("household-income", "1300.00", "0.00"), ("own-income", "5000.00", "0.00"), ("household-balance", "1.00", "-1.00"),
            ("own-balance", "1.00", "-1.00"), ("spending-cause", "none", "accident"), ("household-assets", "true", "false"), ("own-assets", "true", "false"),
            ("register", "none", "subsistence"), ("register", "none", "other-hardship"), ("fixed-livelihood", "true", "false"), ("disability", "none", "limb"),
            ("disability", "limb", "sight"), ("judicial-relief", "false", "true"), ("special-care", "false", "true"), ("migrant-worker", "false", "true"),
            ("unemployed", "false", "true"), ("serious-illness", "false", "true"), ("worker-file", "difficult", "extreme"), ("abuse-victim", "false", "true"),
            ("birth-date", "1960-01-01", "1940-01-01"), ("birth-date", "1985-06-15", "2015-06-15"), ("possible-penalty", "lesser", "death"),
        ];
        var day = pack == ShippedPacks.Draft ? new DateOnly(2019, 6, 3) : Day;
        var facts = ShippedPacks.Facts.Facts;
        Gen.Select(Gen.Int[0, needs.Length - 1], Gen.Double[0, 1], Gen.Int).Sample(
            (step, share, seed) =>
            {
                var (fact, less, more) = needs[step];
                var dice = new Random(seed);
                var others = facts.Where(other => other.Name != fact && dice.NextDouble() < share).Select(other => ShippedPacks.Answer(other.Name, Some(other, dice), day)).ToList();
                return Decide(less) != Outcome.Eligible || Decide(more) == Outcome.Eligible;

                Outcome Decide(string value) => ShippedPacks.Decide(
                    pack, new EligibilityCase(ShippedPacks.Qingxiu, day, day, FactSheet.Of(ShippedPacks.Facts, others.Append(ShippedPacks.Answer(fact, value, day))))).Outcome;
            },
            iter: 20_000);
    }

    /// <summary>On the shipped packs too: a fact more never changes what is settled, and a fact that is not open changes nothing.</summary>
    [Theory]
    [InlineData(ShippedPacks.InForce)]
    [InlineData(ShippedPacks.Draft)]
    public void Decide_FactThatIsNotOpen_ChangesNothing(string pack)
    {
        var day = pack == ShippedPacks.Draft ? new DateOnly(2019, 6, 3) : Day;
        var facts = ShippedPacks.Facts.Facts;
        Gen.Select(Gen.Int[0, facts.Length - 1], Gen.Double[0, 1], Gen.Int).Sample(
            (which, share, seed) =>
            {
                var dice = new Random(seed);
                var known = facts.Where(fact => fact.Index != which && dice.NextDouble() < share).Select(fact => ShippedPacks.Answer(fact.Name, Some(fact, dice), day)).ToList();
                var before = Decide(known);
                var after = Decide([.. known, ShippedPacks.Answer(facts[which].Name, Some(facts[which], dice), day)]);
                var wasOpen = before.Open.Contains(facts[which]);
                return before.IsSettled ? after.Outcome == before.Outcome
                    : wasOpen || after.IsSettled == before.IsSettled && after.Open.SequenceEqual(before.Open);

                Determination Decide(List<KnownFact> answers) =>
                    ShippedPacks.Decide(pack, new EligibilityCase(ShippedPacks.Qingxiu, day, day, FactSheet.Of(ShippedPacks.Facts, answers)));
            },
            iter: 5_000);
    }

    private static string Some(FactDefinition fact, Random dice) => fact.Kind switch
    {
        FactKind.YesNo => dice.Next(2) == 0 ? "false" : "true",
        FactKind.Choice => fact.Choices[dice.Next(fact.Choices.Length)].Name,
        FactKind.Money => new[] { "-5.00", "0.00", "1300.00", "1989.99", "1990.00", "5000.00" }[dice.Next(6)],
        FactKind.BirthDate => new[] { "1940-01-01", "1960-01-01", "1985-06-15", "2015-06-15" }[dice.Next(4)],
        _ => new[] { "2026-03-03", "2026-04-03", "2026-01-01" }[dice.Next(3)],
    };

    private static EligibilityCase With(IEnumerable<KnownFact> answers)
    {
        var desk = ShippedPacks.Wages();
        string[] names = ["matter", "has-counsel", "other-scope", "family-dispute", "birth-date"];
        var known = names.Select(name => desk.Facts.Confirmed(ShippedPacks.Facts.Find(name)?.Index ?? -1)).OfType<KnownFact>();
        return desk with { Facts = FactSheet.Of(ShippedPacks.Facts, known.Concat(answers)) };
    }

    private static DateOnly DateOf(string text) => DateOnly.Parse(text, CultureInfo.InvariantCulture);
}
