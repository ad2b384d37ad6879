using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Simulation.Verify;

/// <summary>A synthetic applicant of whom everything is true that stands in <see cref="Truth"/>; whoever knows of it says so. The same for the same seed and number.</summary>
internal sealed class Applicant
{
    private const int DaysOfBirth = 16_000;

    private static readonly DateOnly FirstBirth = new(1952, 1, 1);
    private static readonly string[] Matters = ["labour-pay", "traffic-injury", "maintenance", "abuse-claim", "hero-honour", "work-injury", "other"];
    private static readonly string[] AtHand = ["matter", "has-counsel", "other-scope", "family-dispute"];

    /// <summary>Nobody who is connected knows these: applicants bring papers, most of them.</summary>
    private static readonly string[] Papers = ["judicial-relief", "household-balance", "own-balance"];

    private Applicant(string number, string name, ImmutableDictionary<string, string> truth, ImmutableArray<string> supplied) =>
        (Number, Name, Truth, Supplied) = (number, name, truth, supplied);

    public string Number { get; }

    public string Name { get; }

    /// <summary>Every fact that the rules could ask for, by name.</summary>
    public ImmutableDictionary<string, string> Truth { get; }

    /// <summary>The facts that come with the application.</summary>
    public ImmutableArray<string> Supplied { get; }

    /// <summary>Whether papers are missing that nobody else can give.</summary>
    public bool HasAllPapers => Papers.All(Supplied.Contains);

    public static Applicant Of(Dice dice, int index)
    {
        var birth = FirstBirth.AddDays(index % DaysOfBirth);
        var male = dice.Roll($"{index} sex", 2) == 1;
        var number = SyntheticPeople.ResidentNumber(birth, (index / DaysOfBirth * 2) + (male ? 1 : 0));
        var truth = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["matter"] = Matters[dice.Roll($"{index} matter", Matters.Length)],
            ["has-counsel"] = "false",
            ["other-scope"] = "false",
            ["birth-date"] = birth.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["sex"] = male ? "male" : "female",
            ["family-dispute"] = Yes("family-dispute", 0.2),
            ["register"] = Either("register", 0.8, "none", "subsistence", "special-hardship", "subsistence-edge", "temporary", "other-hardship"),
            ["fixed-livelihood"] = Yes("fixed-livelihood", 0.8),
            ["spending-cause"] = Either("spending-cause", 0.7, "none", "sudden-event", "accident", "serious-illness"),
            ["disability"] = Either("disability", 0.85, "none", "sight", "limb", "mental", "multiple"),
            ["senses-impaired"] = Yes("senses-impaired", 0.1),
            ["migrant-worker"] = Yes("migrant-worker", 0.2),
            ["returning-worker"] = Yes("returning-worker", 0.1),
            ["unemployed"] = Yes("unemployed", 0.1),
            ["worker-file"] = Either("worker-file", 0.8, "none", "difficult", "extreme"),
            ["abuse-victim"] = Yes("abuse-victim", 0.5),
            ["hero-relative"] = Yes("hero-relative", 0.5),
            ["special-care"] = Yes("special-care", 0.1),
            ["military"] = Yes("military", 0.1),
            ["judicial-relief"] = Yes("judicial-relief", 0.05),
            ["household-income"] = Sum("household-income"),
            ["own-income"] = Sum("own-income"),
            ["household-balance"] = dice.Roll($"{index} household-balance") < 0.3 ? "-0.01" : "0.00",
            ["own-balance"] = dice.Roll($"{index} own-balance") < 0.3 ? "-0.01" : "0.00",
            ["household-assets"] = Yes("household-assets", 0.3),
            ["household-asset-value"] = "80000.00",
            ["own-assets"] = Yes("own-assets", 0.2),
            ["own-asset-value"] = "12000.00",
        };
        ImmutableArray<string> supplied = [.. AtHand, .. Papers.Where(paper => dice.Roll($"{index} has {paper}") < 0.95)];
        return new Applicant(number, $"虚构模拟{index.ToString(CultureInfo.InvariantCulture)}号", truth.ToImmutableDictionary(StringComparer.Ordinal), supplied);

        string Yes(string fact, double share) => dice.Roll($"{index} {fact}") < share ? "true" : "false";

        string Either(string fact, double first, string usual, params ReadOnlySpan<string> others) =>
            dice.Roll($"{index} {fact}") < first ? usual : others[dice.Roll($"{index} which {fact}", others.Length)];

        // Around the minimum wage, and every third of them within a cent of it.
        string Sum(string fact) => dice.Roll($"{index} close {fact}", 3) == 0
            ? (1989.99m + (dice.Roll($"{index} {fact}", 3) * 0.01m)).ToString("0.00", CultureInfo.InvariantCulture)
            : (800m + (dice.Roll($"{index} {fact}", 300_000) / 100m)).ToString("0.00", CultureInfo.InvariantCulture);
    }

    /// <summary>What is said of the facts, as a pack takes them.</summary>
    public IEnumerable<KnownFact> Known(FactVocabulary vocabulary, IEnumerable<string> facts, string source, DateOnly on) =>
        facts.Select(name => vocabulary.Find(name) ?? throw new InvalidOperationException($"no fact {name}"))
            .Select(fact => new KnownFact(
                fact, FactValue.Parse(fact, Truth[fact.Name]) ?? throw new InvalidOperationException($"{fact} is not {Truth[fact.Name]}"), source, on));

    /// <summary>The call that has it verified.</summary>
    public JsonObject Request(string requestId, DateOnly on)
    {
        var person = new JsonObject { ["name"] = Name, ["residentNumber"] = Number };
        return new JsonObject
        {
            ["requestId"] = requestId,
            ["waitDuration"] = "0.5s",
            ["application"] = new JsonObject
            {
                ["person"] = person,
                ["receivedDate"] = on.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                ["place"] = "450103",
                ["facts"] = new JsonArray(
                [
                    .. Supplied.Select(fact => (JsonNode)new JsonObject
                    {
                        ["fact"] = fact, ["value"] = Truth[fact], ["ground"] = Papers.Contains(fact) ? "FACT_GROUND_DOCUMENT" : "FACT_GROUND_STATED",
                    }),
                ]),
                ["authorisation"] = new JsonObject { ["people"] = new JsonArray(person.DeepClone()), ["expireDate"] = "2026-12-31", ["paperSha256"] = new string('a', 64) },
            },
        };
    }
}
