using LegalAid.Gateway.Casework.Configuration.Eligibility;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Casework.Tests.Configuration;

namespace LegalAid.Gateway.Casework.Tests.Eligibility;

/// <summary>The packs of gateway-config.</summary>
internal static class ShippedPacks
{
    public const string InForce = "guangxi-2022", Draft = "nanning-2017-draft";

    private static readonly Lazy<PackLibrary> Loaded = new(() => EligibilityFiles.Read(ShippedFiles.Configuration()).Packs);

    public static PackLibrary Library => Loaded.Value;

    public static FactVocabulary Facts => Library.Vocabulary;

    public static readonly RegionCode Qingxiu = RegionCode.Parse("450103");

    public static Adjudicator Pack(string id) => Library.Find(id) ?? throw new InvalidOperationException($"no pack {id}");

    public static Determination Decide(string pack, EligibilityCase given) => Determined(Pack(pack).Decide(given));

    public static Determination Determined(DecideOutcome outcome) => Assert.IsType<DecideOutcome.Determined>(outcome).Determination;

    /// <summary>The case of a worked example, with other answers.</summary>
    public static EligibilityCase Case(string pack, string example) => Library.Examples[pack].Single(worked => worked.Id == example).Case;

    public static KnownFact Answer(string fact, string value, DateOnly on, string? source = null, FactStanding standing = FactStanding.Confirmed)
    {
        var definition = Facts.Find(fact) ?? throw new InvalidOperationException($"no fact {fact}");
        return new KnownFact(definition, FactValue.Parse(definition, value) ?? throw new FormatException(value), source ?? definition.Bodies[0].Name, on, standing);
    }

    /// <summary>A case of 2026-03-02 in Qingxiu.</summary>
    public static EligibilityCase Wages(params (string Fact, string Value)[] facts)
    {
        var day = new DateOnly(2026, 3, 2);
        (string, string)[] desk = [("matter", "labour-pay"), ("has-counsel", "false"), ("other-scope", "false"), ("family-dispute", "false"), ("birth-date", "1985-06-15")];
        return new EligibilityCase(Qingxiu, day, day, FactSheet.Of(Facts, desk.Concat(facts).Select(pair => Answer(pair.Item1, pair.Item2, day))));
    }
}
