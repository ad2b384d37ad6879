using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Eligibility;

namespace LegalAid.Gateway.Casework.Configuration.Eligibility;

/// <summary>
/// Reads <c>eligibility/{pack}/examples.yaml</c> and works every example: a pack that decides one of them otherwise than a lawyer wrote is not loaded.
/// </summary>
internal sealed class ExamplesFile(FactVocabulary vocabulary, FaultSink faults)
{
    private const int ExamplesMax = 5_000, GroundsMax = 100, BasesMax = 100;

    private readonly CaseForm _cases = new(vocabulary, faults);

    /// <summary>The examples that could be read.</summary>
    public ImmutableArray<WorkedExample> Read(YamlNode root, RulePack pack)
    {
        var map = MapReader.Open(root, faults);
        if (map is null)
        {
            return [];
        }

        var place = ScalarForms.Region(map.Require("place"), faults);
        var received = map.Date("received");
        var bases = ReadBases(map.Find("bases"));
        var drafts = map.List("examples", 1, ExamplesMax, node => ReadExample(node, pack, bases, place, received));
        MapReader.Once([.. drafts.Select(draft => draft.Id)], faults);
        map.Close();
        return [.. drafts.Select(draft => draft.Example)];
    }

    /// <summary>Says of every example that comes out otherwise.</summary>
    public void Work(ImmutableArray<WorkedExample> examples, Adjudicator by)
    {
        foreach (var example in examples)
        {
            if (example.WhatFails(by) is { } otherwise)
            {
                faults.Add(example.At, EligibilityConfigurationFaults.ExampleFails, otherwise);
            }
        }
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
        YamlNode node, RulePack pack, Dictionary<string, Dictionary<FactDefinition, FactValue>> bases, Identifiers.RegionCode? place, DateOnly? received)
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
        new Declared("规则 rule", [.. pack.Rules.Select(rule => new Word(rule.Id, map.Node))], whole: true, faults).Require(grounds);
        var open = map.Find("open") is null ? null : map.Names("open", 0, GroundsMax).Select(name => name.Text).Order(StringComparer.Ordinal).ToImmutableArray() as ImmutableArray<string>?;
        map.Close();
        return id is null || given is null || expected is null ? null
            : new DraftExample(id, new WorkedExample(id.Text, given, expected.Value, [.. grounds.Select(name => name.Text).Order(StringComparer.Ordinal)], open, node.Place));
    }

    private sealed record DraftExample(Word Id, WorkedExample Example);
}

/// <summary>A case and what the law makes of it, by hand.</summary>
/// <param name="Grounds">The rules that it rests on, by name.</param>
/// <param name="Open">The facts that can still change it, by name; null where the example does not say.</param>
internal sealed record WorkedExample(string Id, EligibilityCase Case, Outcome Expected, ImmutableArray<string> Grounds, ImmutableArray<string>? Open, YamlPlace At)
{
    /// <summary>What comes out instead; null where it is as expected. Names of the pack's own, nothing of the case.</summary>
    public string? WhatFails(Adjudicator by)
    {
        switch (by.Decide(Case))
        {
            case DecideOutcome.Refused refused:
                return refused.Fault.Code.Code;
            case DecideOutcome.Determined { Determination: var found }:
                var grounds = found.Grounds.Select(rule => rule.Id).Order(StringComparer.Ordinal).ToList();
                if (found.Outcome != Expected || !grounds.SequenceEqual(Grounds, StringComparer.Ordinal))
                {
                    return $"{TraceNames.Of(found.Outcome)} [{string.Join(", ", grounds)}]";
                }

                var open = found.Open.Select(fact => fact.Name).Order(StringComparer.Ordinal).ToList();
                return Open is { } expected && !open.SequenceEqual(expected, StringComparer.Ordinal) ? $"open [{string.Join(", ", open)}]" : null;
            default:
                throw new InvalidOperationException("no such outcome");
        }
    }
}
