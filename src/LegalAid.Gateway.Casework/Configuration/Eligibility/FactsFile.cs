using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility;

namespace LegalAid.Gateway.Casework.Configuration.Eligibility;

/// <summary>Reads <c>eligibility/facts.yaml</c>: what can be known, and who can answer.</summary>
internal static class FactsFile
{
    public const string Path = "eligibility/facts.yaml";

    /// <summary>Sources that are no agency.</summary>
    private const string Applicant = "applicant";

    private const int BodiesMax = 32, FactsMax = 200, ChoicesMax = 100, CostMax = 1000, ValidDaysMax = 3650;

    /// <summary>The facts that could be read, and whether those are all.</summary>
    public static (FactVocabulary Facts, bool Whole) Read(YamlNode? root, FaultSink faults)
    {
        var before = faults.Count;
        var map = MapReader.Open(root, faults);
        if (map is null)
        {
            return (FactVocabulary.Empty, Whole: false);
        }

        var bodies = map.List("bodies", 1, BodiesMax, node => ReadBody(node, faults));
        Once(bodies.Select(body => body.Id), faults);
        var declared = new Declared("来源 body", [.. bodies.Select(body => body.Id)], whole: faults.Count == before, faults);
        var facts = map.List("facts", 1, FactsMax, node => ReadFact(node, bodies, declared, faults));
        Once(facts.Select(fact => fact.Id), faults);
        map.Close();
        var readable = facts.DistinctBy(fact => fact.Id.Text).Select((fact, index) => fact.Fact with { Index = index });
        return (new FactVocabulary([.. bodies.Select(body => body.Body)], [.. readable]), faults.Count == before);
    }

    private static DraftBody? ReadBody(YamlNode node, FaultSink faults)
    {
        var map = MapReader.Open(node, faults);
        var (id, title, cost) = (map?.Name("id"), map?.Title("title"), map?.Number("cost", 0, CostMax));
        map?.Close();
        if (id is not null && id.Text != Applicant && !AgencyKinds.All.Contains(id.Text))
        {
            faults.Add(id.At, ConfigurationFaults.ValueUnknown, string.Join(", ", AgencyKinds.All.Append(Applicant).Order(StringComparer.Ordinal)));
            return null;
        }

        return id is null || title is null || cost is null ? null : new DraftBody(id, new SourceBody(id.Text, title, cost.Value));
    }

    private static DraftFact? ReadFact(YamlNode node, ImmutableArray<DraftBody> bodies, Declared declared, FaultSink faults)
    {
        var map = MapReader.Open(node, faults);
        if (map is null)
        {
            return null;
        }

        var (id, title, kind) = (map.Name("id"), map.Title("title"), map.Choice("kind", TraceNames.Kinds));
        var choices = map.List("choices", 0, ChoicesMax, item => ReadChoice(item, faults));
        Once(choices.Select(choice => choice.Id), faults);
        if (kind is not null && (kind == FactKind.Choice) != (map.Find("choices") is not null))
        {
            faults.Add(map.Find("choices") ?? map.Node, EligibilityConfigurationFaults.ChoicesMisplaced);
        }

        var sources = map.Names("bodies", 1, BodiesMax);
        declared.Require(sources);
        var days = map.Find("valid-days") is { } valid ? ScalarForms.Number(valid, faults, 1, ValidDaysMax) : null;
        var sensitive = map.Flag("sensitive", otherwise: false);
        map.Close();
        return id is null || title is null || kind is null ? null : new DraftFact(id, new FactDefinition(
            -1, id.Text, title, kind.Value, [.. choices.Select(choice => choice.Choice)],
            [.. bodies.Where(body => sources.Any(source => source.Text == body.Id.Text)).Select(body => body.Body).OrderBy(body => body.Cost)],
            days, sensitive));
    }

    private static DraftChoice? ReadChoice(YamlNode node, FaultSink faults)
    {
        var map = MapReader.Open(node, faults);
        var (id, zh, en) = (map?.Name("id"), map?.Text("zh"), map?.Text("en"));
        map?.Close();
        return id is null || zh is null || en is null ? null : new DraftChoice(id, new FactChoice(id.Text, new LocalizedText(zh.Text, en.Text)));
    }

    private static void Once(IEnumerable<Word> ids, FaultSink faults) => MapReader.Once([.. ids], faults);

    private sealed record DraftBody(Word Id, SourceBody Body);

    private sealed record DraftFact(Word Id, FactDefinition Fact);

    private sealed record DraftChoice(Word Id, FactChoice Choice);
}
