using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Configuration.Eligibility;

/// <summary>
/// Reads a condition: <c>{ all: […] }</c>, <c>{ any: […] }</c>, <c>{ not: … }</c>, or a test of one fact — <c>is: true</c>, <c>in: [choices]</c>,
/// <c>below:</c> or <c>from:</c> with years, days, a sum or a parameter's name, as fits the fact.
/// </summary>
/// <param name="whole">Whether a fact that the vocabulary does not have is a fault.</param>
/// <param name="parameters">Names of the pack's parameters.</param>
internal sealed class ConditionForm(FactVocabulary vocabulary, bool whole, Declared parameters, FaultSink faults)
{
    private const int PartsMax = 50, YearsMax = 150, DaysMax = 3650;

    private static readonly string[] Kinds = ["all", "any", "not", "fact"], Demands = ["is", "in", "below", "from"];

    /// <summary>Parameters that a test named.</summary>
    public HashSet<string> Named { get; } = new(StringComparer.Ordinal);

    public Condition? Read(YamlNode? node)
    {
        var map = MapReader.Open(node, faults);
        if (map is null)
        {
            return null;
        }

        var given = Kinds.Where(kind => map.Find(kind) is not null).ToList();
        if (given is not [var kind])
        {
            faults.Add(map.Node, ConfigurationFaults.EitherOr, string.Join(", ", Kinds));
            return null;
        }

        Condition? condition = kind switch
        {
            "all" => new Condition.All(new EquatableList<Condition>(Parts(map, kind))),
            "any" => new Condition.Any(new EquatableList<Condition>(Parts(map, kind))),
            "not" => Read(map.Find(kind)) is { } of ? new Condition.Not(of) : null,
            _ => ReadTest(map),
        };
        map.Close();
        return condition;
    }

    private ImmutableArray<Condition> Parts(MapReader map, string kind) => map.List(kind, 1, PartsMax, Read);

    private Condition.Test? ReadTest(MapReader map)
    {
        var name = map.Name("fact");
        if (name is null)
        {
            return Unread(map);
        }

        if (vocabulary.Find(name.Text) is not { } fact)
        {
            if (whole)
            {
                faults.Add(name.At, ConfigurationFaults.ReferenceUnknown, "事实 fact", name.Text);
            }

            return Unread(map);
        }

        var demand = fact.Kind switch
        {
            FactKind.YesNo => ReadIs(map),
            FactKind.Choice => ReadOneOf(map, fact),
            FactKind.Money => ReadMoney(map),
            FactKind.Date => ReadSpan(map, -DaysMax, DaysMax),
            FactKind.BirthDate => ReadSpan(map, 1, YearsMax),
            _ => throw new InvalidOperationException($"kind {fact.Kind}"),
        };
        return demand is null ? null : new Condition.Test(fact, demand);
    }

    /// <summary>Of a test whose fact is not known nothing more can be said.</summary>
    private static Condition.Test? Unread(MapReader map)
    {
        foreach (var key in Demands)
        {
            map.Find(key);
        }

        return null;
    }

    private Demand.Is? ReadIs(MapReader map) =>
        Fitting(map, "is") is { } node && ScalarForms.Flag(node.Value, faults) is { } yes ? new Demand.Is(yes) : null;

    private Demand.OneOf? ReadOneOf(MapReader map, FactDefinition fact)
    {
        if (Fitting(map, "in") is null)
        {
            return null;
        }

        var names = map.Names("in", 1, fact.Choices.Length);
        new Declared("取值 choice", [.. fact.Choices.Select(choice => new Word(choice.Name, map.Node))], whole: true, faults).Require(names);
        return new Demand.OneOf(new EquatableList<int>(names.Select(choice => fact.IndexOfChoice(choice.Text)).Where(choice => choice >= 0).Order()));
    }

    private Demand? ReadMoney(MapReader map)
    {
        if (Fitting(map, "below", "from") is not { } given || ScalarForms.Text(given.Value, faults, 64) is not { } word)
        {
            return null;
        }

        if (FactValue.ParseMoney(word.Text) is { } yuan)
        {
            return new Demand.Sum(given.Key == "below", yuan);
        }

        parameters.Require(word);
        Named.Add(word.Text);
        return new Demand.Limit(given.Key == "below", word.Text);
    }

    private Demand.Span? ReadSpan(MapReader map, int min, int max) =>
        Fitting(map, "below", "from") is { } given && ScalarForms.Number(given.Value, faults, min, max) is { } cut ? new Demand.Span(given.Key == "below", cut) : null;

    /// <summary>The one key that fits; a fault where there is none or another beside it.</summary>
    private KeyValuePair<string, YamlNode>? Fitting(MapReader map, params string[] keys)
    {
        var given = Demands.Where(key => map.Find(key) is not null).ToList();
        if (given is [var key] && keys.Contains(key, StringComparer.Ordinal) && map.Find(key) is { } value)
        {
            return KeyValuePair.Create(key, value);
        }

        faults.Add(map.Node, EligibilityConfigurationFaults.TestMisfit, string.Join(", ", keys));
        return null;
    }
}
