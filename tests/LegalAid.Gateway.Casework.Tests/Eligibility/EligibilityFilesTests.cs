using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Configuration.Eligibility;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Tests.Configuration;

namespace LegalAid.Gateway.Casework.Tests.Eligibility;

/// <summary>What holds between the files of <c>eligibility/</c>, and the digest that they give a pack.</summary>
public sealed class EligibilityFilesTests
{
    private const string Pack = "eligibility/small/pack.yaml", Examples = "eligibility/small/examples.yaml", Facts = "eligibility/facts.yaml";

    private static readonly string[] Paths = [Facts, Pack, Examples];

    [Theory]
    [InlineData(Facts, Examples, "eligibility/facts.yaml")]
    [InlineData(Pack, Examples, "eligibility/small/pack.yaml")]
    [InlineData(Examples, Pack, "eligibility/small/examples.yaml")]
    public void Read_FileMissing_SaysWhichAndWhere(string missing, string where, string named)
    {
        var fault = Assert.Single(EligibilityFiles.Read(Small().Where(file => file.Path != missing)).Faults);

        Assert.Same(ConfigurationFaults.FileMissing, fault.Fault.Code);
        Assert.Equal((where, named), (fault.File, fault.Fault.Arguments[0]));
    }

    [Theory]
    [InlineData("from: 2024-01-01\nuntil: 2028-01-01", true)]
    [InlineData("from: 2027-12-31", true)]
    [InlineData("from: 2028-01-01", false)]
    [InlineData("from: 2022-01-01\nuntil: 2024-01-01", false)]
    [InlineData("from: 2022-01-01\nuntil: 2024-01-02", true)]
    public void Read_SecondPackOfThePlace_MayNotOverlap(string period, bool overlaps)
    {
        var second = $"""
            id: second
            title: {"{ zh: 二, en: Second }"}
            standing: in-force
            {period}
            areas: [{"{ id: here, places: [\"450110\"] }"}]
            rules:
              - {"{ id: scope, title: { zh: 范围, en: Scope }, effect: scope, basis: { instrument: 法, article: \"1\", mark: S }, when: { fact: matter, in: [wages] } }"}
            """;
        var day = period.Contains("2022", StringComparison.Ordinal) ? "2022-01-01" : period[6..16];
        var examples = $"received: {day}\nplace: \"450110\"\nexamples: [{"{ id: other, facts: { matter: other }, expect: refusal-proposed }"}]";
        var faults = EligibilityFiles.Read([.. Small(), new("eligibility/second/pack.yaml", second), new("eligibility/second/examples.yaml", examples)]).Faults;
        var apart = EligibilityFiles.Read([.. Small(), new("eligibility/second/pack.yaml", second.Replace("in-force", "historical", StringComparison.Ordinal)), new("eligibility/second/examples.yaml", examples)]).Faults;

        // 450110 is what became of 450122, which the first pack names.
        Assert.Equal(overlaps ? ["ELIGIBILITY_PACKS_OVERLAP"] : [], faults.Select(fault => fault.Fault.Code.Code));
        Assert.Empty(apart);
    }

    /// <summary>Pairs whose halves stand apart in the order of the facts: with each pair the diagram doubles.</summary>
    [Fact]
    public void Read_RulesBeyondTheBound_AreRefused()
    {
        const int Pairs = 18;
        var facts = string.Concat(Enumerable.Range(0, 2 * Pairs).Select(fact => $"  - {{ id: fact-{fact}, title: {{ zh: 甲, en: A }}, kind: yes-no, bodies: [applicant] }}\n"));
        var pairs = string.Join(", ", Enumerable.Range(0, Pairs).Select(pair => $"{{ all: [{{ fact: fact-{pair}, is: true }}, {{ fact: fact-{pair + Pairs}, is: true }}] }}"));
        var pack = $$"""
            id: small
            title: { zh: 小, en: Small }
            standing: in-force
            from: 2024-01-01
            areas: [{ id: here, places: ["450103"] }]
            rules: [{ id: pairs, title: { zh: 对, en: Pairs }, effect: mandatory, basis: { instrument: 法, article: "1", mark: S }, when: { any: [{{pairs}}] } }]
            """;
        var faults = EligibilityFiles.Read(
        [
            new(Facts, "bodies: [{ id: applicant, title: { zh: 申请人, en: Applicant }, cost: 0 }]\nfacts:\n" + facts),
            new(Pack, pack),
            new(Examples, "received: 2026-03-02\nplace: \"450103\"\nexamples: [{ id: one, facts: { fact-0: true, fact-18: true }, expect: eligible, by: [pairs] }]"),
        ]).Faults;

        Assert.Same(EligibilityConfigurationFaults.TooComplex, Assert.Single(faults).Fault.Code);
    }

    [Fact]
    public void Digest_CommentOrOrderOfKeys_IsTheSame()
    {
        var text = SoundFiles.Texts[Pack];
        var moved = "# a remark\nuntil: 2028-01-01\n" + text.Replace("until: 2028-01-01\n", "", StringComparison.Ordinal);

        Assert.Equal(DigestOf(text), DigestOf(moved));
    }

    [Theory]
    [InlineData("there: \"90.00\"", "there: \"90.01\"")]
    [InlineData("until: 2028-01-01", "until: 2028-01-02")]
    [InlineData("mark: K }, values", "mark: S }, values")]
    [InlineData("{ fact: ends, below: 7 }", "{ fact: ends, below: 8 }")]
    [InlineData("{ not: { fact: born, below: 60 } }", "{ fact: born, from: 60 }")]
    [InlineData("article: \"5\"", "article: \"6\"")]
    [InlineData("standing: in-force", "standing: historical")]
    [InlineData("facts: [income]", "facts: [income, listed]")]
    public void Digest_AnythingThatThePackSays_ChangesIt(string before, string after)
    {
        var text = SoundFiles.Texts[Pack];
        Assert.Contains(before, text, StringComparison.Ordinal);

        Assert.NotEqual(DigestOf(text), DigestOf(text.Replace(before, after, StringComparison.Ordinal)));
    }

    /// <summary>The digests that determinations of this version keep. One that changes without a change of the law has broken what was decided before.</summary>
    [Fact]
    public void Digest_OfTheHistoricalPack_IsWhatItWas() => Assert.Equal("61b216419087443ef74095f19528402995baebe5627d1aa1115b20485eaa77ee", ShippedPacks.Pack(ShippedPacks.Draft).Digest);

    [Theory]
    [InlineData("2025-11-01", 0)]
    [InlineData("2025-11-02", 1)]
    public void WarningsOn_FigureOlderThanTwoYears_IsOne(string today, int warnings) =>
        Assert.Equal(warnings, PackReview.WarningsOn(ShippedPacks.Library, DateOnly.Parse(today, System.Globalization.CultureInfo.InvariantCulture)).Length);

    [Theory]
    [InlineData("facts: { matter: labour-pay }", null)]
    [InlineData("facts: { matter: labour-pays }", "ELIGIBILITY_VALUE_INVALID")]
    [InlineData("facts: { matters: labour-pay }", "CONFIG_REFERENCE_UNKNOWN")]
    [InlineData("facts: { birth-date: 1985-02-29 }", "ELIGIBILITY_VALUE_INVALID")]
    [InlineData("facts: { household-income: \"1.001\" }", "ELIGIBILITY_VALUE_INVALID")]
    [InlineData("facts: { has-counsel: \"false\" }", "ELIGIBILITY_VALUE_INVALID")]
    [InlineData("expect: eligible", "CONFIG_KEY_UNKNOWN")]
    public void ReadCase_File_GivesTheCaseOrItsFaults(string line, string? code)
    {
        var reading = EligibilityFiles.ReadCase(new ConfigurationFile("facts.yaml", "place: \"450103\"\nreceived: 2026-03-02\n" + line), ShippedPacks.Facts);

        Assert.Equal(code is null, reading.Case is not null);
        Assert.Equal(code is null ? [] : [code], reading.Faults.Select(fault => fault.Fault.Code.Code));
    }

    private static IEnumerable<ConfigurationFile> Small() => Paths.Select(path => new ConfigurationFile(path, SoundFiles.Texts[path]));

    private static string DigestOf(string pack) =>
        EligibilityFiles.Read(Small().Select(file => file.Path == Pack ? file with { Text = pack } : file)).Packs.Packs.Single().Digest;
}
