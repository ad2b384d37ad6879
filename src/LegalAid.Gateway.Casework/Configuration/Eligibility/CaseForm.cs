using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Configuration.Eligibility;

/// <summary>
/// Reads what a case is decided on: <c>place</c>, <c>received</c>, <c>decided</c> (without it, the day of receipt), <c>facts</c>, <c>undertaken</c>, and
/// <c>answered</c> for facts that were answered on another day than that of receipt. The source is the cheapest body that has the fact.
/// </summary>
/// <param name="whole">Whether a fact that the vocabulary does not have is a fault.</param>
internal sealed class CaseForm(FactVocabulary vocabulary, bool whole, FaultSink faults)
{
    /// <summary>What stands for a key that a case leaves out.</summary>
    public sealed record Defaults(RegionCode? Place, DateOnly? Received, IReadOnlyDictionary<FactDefinition, FactValue> Facts)
    {
        public static readonly Defaults None = new(null, null, new Dictionary<FactDefinition, FactValue>());
    }

    /// <summary>The case; null with its faults, and where facts are missing. Does not close the map.</summary>
    public EligibilityCase? Read(MapReader map, Defaults defaults)
    {
        var before = faults.Count;
        var place = map.Find("place") is { } at || defaults.Place is null ? ScalarForms.Region(map.Require("place"), faults) : defaults.Place;
        var received = map.Find("received") is not null || defaults.Received is null ? map.Date("received") : defaults.Received;
        var decided = map.OptionalDate("decided") ?? received;
        var answered = ReadDays(map.Find("answered"));
        var facts = new Dictionary<FactDefinition, FactValue>(defaults.Facts);
        foreach (var (fact, value) in ReadFacts(map.Find("facts")))
        {
            facts[fact] = value;
        }

        var undertaken = ReadFacts(map.Find("undertaken"));
        if (!whole || faults.Count > before || place is null || received is null || decided is null)
        {
            return null;
        }

        return new EligibilityCase(place, received.Value, decided.Value, FactSheet.Of(
            vocabulary, facts.Select(pair => Answer(pair, FactStanding.Confirmed)).Concat(undertaken.Select(pair => Answer(pair, FactStanding.Undertaken)))));

        KnownFact Answer(KeyValuePair<FactDefinition, FactValue> pair, FactStanding standing) => new(
            pair.Key, pair.Value, pair.Key.Bodies[0].Name, answered.TryGetValue(pair.Key, out var day) ? day : received.Value, standing);
    }

    /// <summary>A mapping from facts to values; an absent one has none.</summary>
    public Dictionary<FactDefinition, FactValue> ReadFacts(YamlNode? node)
    {
        var facts = new Dictionary<FactDefinition, FactValue>();
        foreach (var (fact, value) in Entries(node))
        {
            if (ReadValue(fact, value) is { } read)
            {
                facts[fact] = read;
            }
        }

        return facts;
    }

    private Dictionary<FactDefinition, DateOnly> ReadDays(YamlNode? node)
    {
        var days = new Dictionary<FactDefinition, DateOnly>();
        foreach (var (fact, value) in Entries(node))
        {
            if (ScalarForms.Date(value, faults) is { } day)
            {
                days[fact] = day;
            }
        }

        return days;
    }

    private IEnumerable<(FactDefinition Fact, YamlNode Value)> Entries(YamlNode? node)
    {
        foreach (var entry in MapReader.Open(node, faults)?.Node.Entries ?? [])
        {
            if (vocabulary.Find(entry.Key) is { } fact)
            {
                yield return (fact, entry.Value);
            }
            else if (whole)
            {
                faults.Add(entry.Place, ConfigurationFaults.ReferenceUnknown, "事实 fact", entry.Key.Length <= 64 ? entry.Key : entry.Key[..64]);
            }
        }
    }

    private FactValue? ReadValue(FactDefinition fact, YamlNode node)
    {
        var expected = fact.Kind switch
        {
            FactKind.YesNo => "true, false",
            FactKind.Choice => string.Join(", ", fact.Choices.Select(choice => choice.Name)),
            FactKind.Money => "\"1990.00\"",
            FactKind.Date or FactKind.BirthDate => "YYYY-MM-DD",
            _ => throw new InvalidOperationException($"kind {fact.Kind}"),
        };
        var type = fact.Kind == FactKind.YesNo ? YamlScalarType.Boolean : YamlScalarType.Text;
        var value = node is YamlScalar scalar && scalar.Type == type ? FactValue.Parse(fact, type == YamlScalarType.Boolean ? scalar.Text.ToLowerInvariant() : scalar.Text) : null;
        if (value is null)
        {
            faults.Add(node, EligibilityConfigurationFaults.ValueInvalid, expected);
        }

        return value;
    }
}
