using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Checks;

namespace LegalAid.Gateway.Casework.Eligibility.Verification;

/// <summary>What a centre supplies, as facts: statements at hand, documents, undertakings.</summary>
internal static class SuppliedFacts
{
    public const string Stated = "FACT_GROUND_STATED";

    /// <summary>Who is named as the source of what a document shows.</summary>
    private const string Document = "document";

    /// <summary>Those that the vocabulary has, with values of their form; what is not is the checks' to report.</summary>
    public static IEnumerable<KnownFact> Read(JsonObject application, DateOnly receivedOn, FactVocabulary vocabulary)
    {
        foreach (var stated in Items(application, "facts"))
        {
            if (Find(stated, vocabulary) is var (fact, value))
            {
                var source = stated.Text("ground") == Stated ? fact.Bodies.First(body => body.IsAtHand).Name : Document;
                yield return new KnownFact(fact, value, source, Progress.Date(stated, "date") ?? receivedOn);
            }
        }

        foreach (var undertaking in Items(application, "undertakings"))
        {
            foreach (var undertaken in Items(undertaking, "facts"))
            {
                if (Find(undertaken, vocabulary) is var (fact, value))
                {
                    yield return new KnownFact(fact, value, "applicant", Progress.Date(undertaking, "signDate") ?? receivedOn, FactStanding.Undertaken);
                }
            }
        }
    }

    public static IEnumerable<JsonObject> Items(JsonObject? holder, string name) => (holder.Field(name) as JsonArray ?? []).OfType<JsonObject>();

    public static (FactDefinition Fact, FactValue Value)? Find(JsonObject item, FactVocabulary vocabulary) =>
        item.Text("fact") is { } name && vocabulary.Find(name) is { } fact && item.Text("value") is { } text && FactValue.Parse(fact, text) is { } value ? (fact, value) : null;
}
