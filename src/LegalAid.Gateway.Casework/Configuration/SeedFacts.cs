using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Configuration.Eligibility;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Eligibility;

namespace LegalAid.Gateway.Casework.Configuration;

/// <summary>What a simulated body answers to one fact.</summary>
public sealed record SeedAnswer(string Body, FactDefinition Fact, FactValue Value);

/// <summary>What bodies know of a synthetic person. A body without an answer here knows no such person.</summary>
public sealed record SeedKnowledge(SeedPerson Person, ImmutableArray<SeedAnswer> Answers);

/// <param name="Known">Empty where there are faults.</param>
public sealed record SeedFactsOutcome(ImmutableArray<SeedKnowledge> Known, IReadOnlyList<ConfigurationFault> Faults);

/// <summary>Reads <c>seeds/facts.yaml</c>; pure. Its facts are those of the vocabulary, and each body says what the vocabulary lets it say.</summary>
public static class SeedFacts
{
    private const int KnownMax = 1_000, BodiesMax = 32;

    /// <param name="people">The seeds' people.</param>
    public static SeedFactsOutcome Read(ConfigurationFile file, ImmutableArray<SeedPerson> people, FactVocabulary vocabulary)
    {
        var faults = new FaultSink(ConfigurationOptions.Default.FaultsMax);
        var names = new List<Word>();
        var map = MapReader.Open(YamlReading.Read(file, ConfigurationOptions.Default, faults), faults);
        var known = map?.List("known", 1, KnownMax, node =>
        {
            var entry = MapReader.Open(node, faults);
            var (name, by) = (entry?.Name("person"), entry?.Require("by"));
            entry?.Close();
            names.AddRange(name is null ? [] : [name]);
            var person = name is null ? null : people.FirstOrDefault(person => person.Id == name.Text);
            if (name is not null && person is null)
            {
                faults.Add(name.At, ConfigurationFaults.ReferenceUnknown, "人员 person", name.Text);
            }

            var answers = ReadBodies(by, vocabulary, faults);
            return person is null ? null : new SeedKnowledge(person, answers);
        });
        map?.Close();
        MapReader.Once([.. names], faults);
        return faults.Count > 0 ? new SeedFactsOutcome([], faults.Sorted()) : new SeedFactsOutcome(known ?? [], []);
    }

    private static ImmutableArray<SeedAnswer> ReadBodies(YamlNode? node, FactVocabulary vocabulary, FaultSink faults)
    {
        var answers = ImmutableArray.CreateBuilder<SeedAnswer>();
        var form = new CaseForm(vocabulary, whole: true, faults);
        foreach (var entry in MapReader.Open(node, faults)?.Node.Entries.Take(BodiesMax) ?? [])
        {
            if (vocabulary.Bodies.All(body => body.Name != entry.Key || body.IsAtHand))
            {
                faults.Add(entry.Place, ConfigurationFaults.ReferenceUnknown, "来源 body", entry.Key.Length <= 64 ? entry.Key : entry.Key[..64]);
                continue;
            }

            foreach (var (fact, value) in form.ReadFacts(entry.Value))
            {
                if (fact.Bodies.All(body => body.Name != entry.Key))
                {
                    faults.Add(entry.Value, ConnectorConfigurationFaults.FactForeign, entry.Key, string.Join(", ", fact.Bodies.Select(body => body.Name)));
                }
                else
                {
                    answers.Add(new SeedAnswer(entry.Key, fact, value));
                }
            }
        }

        return answers.ToImmutable();
    }
}
