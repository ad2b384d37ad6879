using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Tests.Eligibility;
using LegalAid.Gateway.Casework.Tests.Transitions;

namespace LegalAid.Gateway.Casework.Tests.Checks;

/// <summary>What an application for aid may not be, each with its code and field; all faults together.</summary>
public sealed class ApplicationCheckTests
{
    /// <summary>The checks that are tested here; <c>applicant-identity</c> shares its body with <c>person-identity</c>.</summary>
    internal static readonly string[] Checks =
    [
        "applicant-identity", "application-facts", "application-authorisation", "application-pack", "supplement-facts", "supplement-authorisation", "change-facts",
    ];

    public static TheoryData<string, string, string> Rows => new()
    {
        { "/person", """{ "name": "测试甲" }""", "PERSON_IDENTITY_MISSING person" },
        { "/person/birthDate", "\"2030-01-01\"", "PERSON_BIRTH_DATE_FUTURE person.birthDate" },
        { "/facts/0/fact", "\"no-such\"", "ELIGIBILITY_FACT_UNKNOWN facts[0].fact" },
        { "/facts/0/value", "\"no-such\"", "ELIGIBILITY_FACT_VALUE facts[0].value" },
        { "/facts/0", """{ "fact": "household-income", "value": "12.345", "ground": "FACT_GROUND_DOCUMENT" }""", "ELIGIBILITY_FACT_VALUE facts[0].value" },
        { "/facts/0", """{ "fact": "register", "value": "subsistence", "ground": "FACT_GROUND_STATED" }""", "ELIGIBILITY_FACT_NOT_STATABLE facts[0].ground" },
        { "/facts/0/date", "\"2026-03-03\"", "ELIGIBILITY_DATE_AHEAD facts[0].date" },
        { "/receivedDate", "\"2026-03-03\"", "ELIGIBILITY_DATE_AHEAD receivedDate" },
        { "/receivedDate", "\"1990-01-01\"", "ELIGIBILITY_NOT_IN_FORCE receivedDate" },
        { "/place", "\"110101\"", "ELIGIBILITY_NOT_IN_FORCE receivedDate" },
        { "/pack", "\"no-such\"", "ELIGIBILITY_PACK_UNKNOWN pack" },
        { "/pack", "\"nanning-2017-draft\"", "ELIGIBILITY_NOT_IN_FORCE receivedDate" },
        { "/authorisation/expireDate", "\"2026-03-01\"", "ELIGIBILITY_AUTHORISATION_EXPIRED authorisation.expireDate" },
        { "/authorisation/facts", "[\"no-such\"]", "ELIGIBILITY_FACT_UNKNOWN authorisation.facts[0]" },
        { "/authorisation/people/0/residentNumber", "\"440524188001010014\"", "ELIGIBILITY_AUTHORISATION_OF_OTHERS authorisation.people" },
        { "/undertakings", """[{ "signDate": "2026-03-03", "facts": [] }]""", "ELIGIBILITY_DATE_AHEAD undertakings[0].signDate" },
        { "/undertakings", """[{ "signDate": "2026-03-02", "facts": [{ "fact": "matter", "value": "labour-pay" }] }]""", "ELIGIBILITY_FACT_NOT_UNDERTAKABLE undertakings[0].facts[0].fact" },
        { "/undertakings", """[{ "signDate": "2026-03-02", "facts": [{ "fact": "no-such", "value": "x" }] }]""", "ELIGIBILITY_FACT_UNKNOWN undertakings[0].facts[0].fact" },
    };

    [Fact]
    public void Apply_SoundApplication_IsTaken() => Assert.Empty(VerificationScene.Faults(VerificationScene.Application()));

    [Theory]
    [MemberData(nameof(Rows))]
    public void Apply_OneThingWrong_IsToldThatAlone(string path, string json, string fault) => Assert.Equal([fault], VerificationScene.Faults(With(VerificationScene.Application(), path, json)));

    [Theory]
    [InlineData("/authorisation/expireDate", "\"2026-03-02\"")]
    [InlineData("/receivedDate", "\"2026-03-01\"")]
    [InlineData("/facts/0/date", "\"2026-03-02\"")]
    [InlineData("/pack", "\"guangxi-2022\"")]
    public void Apply_AtTheEdge_IsTaken(string path, string json) => Assert.Empty(VerificationScene.Faults(With(VerificationScene.Application(), path, json)));

    [Fact]
    public void Apply_SeveralThingsWrong_AreToldTogether() => Assert.Equal(
        ["ELIGIBILITY_FACT_UNKNOWN facts[0].fact", "ELIGIBILITY_FACT_VALUE facts[1].value", "ELIGIBILITY_AUTHORISATION_EXPIRED authorisation.expireDate"],
        VerificationScene.Faults(With(With(With(
            VerificationScene.Application(), "/facts/0/fact", "\"no-such\""), "/facts/1/value", "\"maybe\""), "/authorisation/expireDate", "\"2020-01-01\"")));

    [Fact]
    public void Supply_Unsound_IsToldUnderAdded()
    {
        var scene = new VerificationScene();
        var faults = scene.FaultsOf("supply", (JsonObject)JsonNode.Parse("""
            { "added": { "facts": [{ "fact": "no-such", "value": "x", "ground": "FACT_GROUND_DOCUMENT" }],
                         "authorisation": { "people": [], "expireDate": "2026-03-01", "paperSha256": "a" } } }
            """)!); // the text is an object

        Assert.Equal(
            ["ELIGIBILITY_FACT_UNKNOWN added.facts[0].fact", "ELIGIBILITY_AUTHORISATION_EXPIRED added.authorisation.expireDate", "ELIGIBILITY_AUTHORISATION_OF_OTHERS added.authorisation.people"],
            faults);
    }

    [Theory]
    [InlineData(495, 0)]
    [InlineData(496, 1)]
    public void Supply_BeyondTheBound_IsRefused(int count, int faults)
    {
        // The application has five facts of its own.
        var scene = new VerificationScene();
        var facts = Enumerable.Range(0, count).Select(_ => (JsonNode)VerificationScene.Stated("simple-case", "true"));

        Assert.Equal(faults, scene.FaultsOf("supply", new JsonObject { ["added"] = new JsonObject { ["facts"] = new JsonArray([.. facts]) } }).Count(fault => fault.StartsWith("ELIGIBILITY_TOO_MUCH", StringComparison.Ordinal)));
    }

    [Fact]
    public void Supply_Facts_AreAddedToThoseOfBefore()
    {
        var scene = new VerificationScene();
        var before = scene.Reading.Supplied.Length;
        scene.Take("supply", new JsonObject { ["added"] = new JsonObject { ["facts"] = new JsonArray(VerificationScene.Stated("simple-case", "true")) } });
        scene.Take("supply", new JsonObject { ["added"] = new JsonObject { ["facts"] = new JsonArray(VerificationScene.Stated("pressing", "true")) } });

        Assert.Equal(before + 2, scene.Reading.Supplied.Length);
        Assert.Equal(ShippedType.QingxiuCentre, scene.Reading.Centre);
    }

    [Theory]
    [InlineData("""["register"]""", "2026-03-02", "")]
    [InlineData("""["register", "no-such"]""", "2026-03-03", "ELIGIBILITY_FACT_UNKNOWN facts[1], ELIGIBILITY_DATE_AHEAD effectiveDate")]
    public void Report_Change_IsCheckedWhole(string facts, string from, string faults)
    {
        var change = new JsonObject { ["person"] = VerificationScene.Application()["person"]!.DeepClone(), ["facts"] = JsonNode.Parse(facts), ["effectiveDate"] = from }; // the scene's own

        Assert.Equal(faults, string.Join(", ", VerificationScene.FaultsOfCheck("change-facts", change)));
    }

    private static JsonObject With(JsonObject root, string path, string json)
    {
        var names = path[1..].Split('/');
        JsonNode node = root;
        foreach (var name in names[..^1])
        {
            node = (node is JsonArray list ? list[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)] : node[name]) ?? throw new ArgumentException(path, nameof(path));
        }

        if (node is JsonArray items)
        {
            items[int.Parse(names[^1], System.Globalization.CultureInfo.InvariantCulture)] = JsonNode.Parse(json);
        }
        else
        {
            node[names[^1]] = JsonNode.Parse(json);
        }

        return root;
    }
}
