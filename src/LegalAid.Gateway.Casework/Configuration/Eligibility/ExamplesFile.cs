using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Configuration.Eligibility;

/// <summary>
/// Reads <c>eligibility/{pack}/examples.yaml</c> and works every example: a pack that decides one of them otherwise than a lawyer wrote is not loaded.
/// </summary>
/// <param name="whole">Whether the vocabulary has all facts.</param>
internal sealed class ExamplesFile(FactVocabulary vocabulary, bool whole, FaultSink faults)
{
    private const int ExamplesMax = 5_000, GroundsMax = 100, BasesMax = 100;

    private readonly CaseForm _cases = new(vocabulary, whole, faults);

    /// <summary>Works the examples, where all could be read, and says of each that comes out otherwise.</summary>
    /// <param name="by">Null: the pack has faults, and the examples are only read.</param>
    public ImmutableArray<WorkedExample> Work(YamlNode root, Adjudicator? by)
    {
        var before = faults.Count;
        var map = MapReader.Open(root, faults);
        if (map is null)
        {
            return [];
        }

        var place = ScalarForms.Region(map.Require("place"), faults);
        var received = map.Date("received");
        var bases = ReadBases(map.Find("bases"));
        var drafts = map.List("examples", 1, ExamplesMax, node => ReadExample(node, by?.Pack, bases, place, received));
        MapReader.Once([.. drafts.Select(draft => draft.Id)], faults);
        map.Close();
        if (by is null || faults.Count > before)
        {
            return []; // a slip in what they share would make many of them fail
        }

        foreach (var draft in drafts)
        {
            if (draft.Example.WhatFails(by) is { } otherwise)
            {
                faults.Add(draft.Id.At, EligibilityConfigurationFaults.ExampleFails, otherwise);
            }
        }

        return [.. drafts.Select(draft => draft.Example)];
    }

    private Dictionary<string, Dictionary<FactDefinition, FactValue>> ReadBases(YamlNode? node)
    {
        var map = MapReader.Open(node, faults);
        if (map?.Node.Entries.Length > BasesMax)
        {
            faults.Add(map.Node, ConfigurationFaults.ListLength, "0", $"{BasesMax}");
        }

        return (map?.Node.Entries ?? []).Take(BasesMax).ToDictionary(entry => entry.Key, entry => _cases.ReadFacts(entry.Value), StringComparer.Ordinal);
    }

    private DraftExample? ReadExample(
        YamlNode node, RulePack? pack, Dictionary<string, Dictionary<FactDefinition, FactValue>> bases, RegionCode? place, DateOnly? received)
    {
        var map = MapReader.Open(node, faults);
        if (map is null)
        {
            return null;
        }

        var id = map.Name("id");
        _ = map.OptionalText("note");
        var named = map.OptionalName("base");
        var from = new Dictionary<FactDefinition, FactValue>();
        if (named is not null && !bases.TryGetValue(named.Text, out from))
        {
            faults.Add(named.At, ConfigurationFaults.ReferenceUnknown, "base", named.Text);
            from = [];
        }

        var given = _cases.Read(map, new CaseForm.Defaults(place, received, from));
        var expected = map.Choice("expect", TraceNames.Outcomes);
        var grounds = map.Names("by", 0, GroundsMax);
        new Declared("规则 rule", [.. (pack?.Rules ?? []).Select(rule => new Word(rule.Id, map.Node))], whole: pack is not null, faults).Require(grounds);
        var open = map.Names("open", 0, GroundsMax);
        map.Close();
        return id is null || given is null || expected is null ? null
            : new DraftExample(id, new WorkedExample(id.Text, given, expected.Value, Sorted(grounds), map.Find("open") is null ? null : Sorted(open)));
    }

    private static ImmutableArray<string> Sorted(ImmutableArray<Word> names) => [.. names.Select(name => name.Text).Order(StringComparer.Ordinal)];

    private sealed record DraftExample(Word Id, WorkedExample Example);
}
