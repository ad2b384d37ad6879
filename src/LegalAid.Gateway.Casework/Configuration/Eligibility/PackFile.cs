using System.Collections.Immutable;
using System.Globalization;
using LegalAid.Gateway.Casework.Configuration.Agencies;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Configuration.Eligibility;

/// <summary>Reads <c>eligibility/{pack}/pack.yaml</c>: the head, areas, figures and rules of one pack.</summary>
/// <param name="whole">Whether the vocabulary has all facts; else those that it lacks are passed over.</param>
internal sealed class PackFile(FactVocabulary vocabulary, bool whole, FaultSink faults)
{
    private const int AreasMax = 50, PlacesMax = 200, ParametersMax = 50, RowsMax = 100, RulesMax = 200, UndertakenMax = 100;

    /// <summary>What the law has and nobody here knows yet.</summary>
    private const string Unset = "?";

    /// <summary>The pack; null with its faults, and where facts are missing.</summary>
    /// <param name="folder">Which its id must be.</param>
    public RulePack? Read(YamlNode root, string folder)
    {
        var before = faults.Count;
        var map = MapReader.Open(root, faults);
        if (map is null)
        {
            return null;
        }

        var (id, title) = (AgencyFile.FileId(map, folder), map.Title("title"));
        var standing = map.Choice("standing", TraceNames.Standings);
        var (from, until) = ReadPeriod(map, map.Date("from"));
        var areas = map.List("areas", 1, AreasMax, ReadArea);
        CheckPlaces(areas);
        var parameters = map.List("parameters", 0, ParametersMax, node => ReadParameter(node, areas));
        MapReader.Once([.. parameters.Select(parameter => parameter.Id)], faults);
        var undertaking = ReadUndertaking(map.Find("undertaking"));
        var conditions = new ConditionForm(vocabulary, whole, new Declared("参数 parameter", [.. parameters.Select(parameter => parameter.Id)], whole: true, faults), faults);
        var ruled = faults.Count;
        var rules = map.List("rules", 1, RulesMax, node => ReadRule(node, conditions, from, until));
        MapReader.Once([.. rules.Select(rule => rule.Id)], faults);
        if (whole && faults.Count == ruled)
        {
            CheckUses(parameters, rules, conditions.Named, from);
        }

        map.Close();
        return faults.Count > before || !whole || id is null || title is null || standing is null || from is null ? null : new RulePack
        {
            Id = id.Text,
            Title = title,
            Standing = standing.Value,
            From = from.Value,
            Until = until,
            Vocabulary = vocabulary,
            Areas = [.. areas.Select(area => area.Area)],
            Parameters = [.. parameters.Select(parameter => parameter.Parameter)],
            Undertaking = undertaking,
            Rules = [.. rules.Select(rule => rule.Rule)],
        };
    }

    private (DateOnly? From, DateOnly? Until) ReadPeriod(MapReader map, DateOnly? from)
    {
        var until = map.OptionalDate("until");
        if (until <= from)
        {
            faults.Add(map.Find("until") ?? map.Node, ConfigurationFaults.PeriodReversed);
            until = null; // nothing else is measured by it
        }

        return (from, until);
    }

    private DraftArea? ReadArea(YamlNode node)
    {
        var map = MapReader.Open(node, faults);
        var id = map?.Name("id");
        var places = map?.List("places", 1, PlacesMax, place => ScalarForms.Region(place, faults) is { } region ? new DraftPlace(region, place) : null) ?? [];
        map?.Close();
        return id is null ? null : new DraftArea(id, places, new Area(id.Text, [.. places.Select(place => place.Region)]));
    }

    private void CheckPlaces(ImmutableArray<DraftArea> areas)
    {
        MapReader.Once([.. areas.Select(area => area.Id)], faults);
        var seen = new HashSet<RegionCode>();
        foreach (var place in areas.SelectMany(area => area.Places).Where(place => !seen.Add(place.Region.Current)))
        {
            faults.Add(place.At, EligibilityConfigurationFaults.PlaceTwice);
        }
    }

    private DraftParameter? ReadParameter(YamlNode node, ImmutableArray<DraftArea> areas)
    {
        var map = MapReader.Open(node, faults);
        if (map is null)
        {
            return null;
        }

        var (id, title) = (map.Name("id"), map.Title("title"));
        var rows = map.List("rows", 1, RowsMax, row => ReadRow(row, areas));
        for (var i = 1; i < rows.Length; i++)
        {
            if (rows[i].Row.From <= rows[i - 1].Row.From)
            {
                faults.Add(rows[i].At, EligibilityConfigurationFaults.RowsUnordered);
            }
        }

        map.Close();
        return id is null || title is null ? null : new DraftParameter(id, new Parameter(id.Text, title, [.. rows.Select(row => row.Row)]), node);
    }

    /// <summary>Each figure is used, and is there on the first day on which a rule asks for it.</summary>
    private void CheckUses(ImmutableArray<DraftParameter> parameters, ImmutableArray<DraftRule> rules, HashSet<string> named, DateOnly? packFrom)
    {
        foreach (var parameter in parameters)
        {
            if (!named.Contains(parameter.Id.Text))
            {
                faults.Add(parameter.Id.At, EligibilityConfigurationFaults.ParameterIdle);
            }

            var first = rules.Select(rule => rule.Rule)
                .Where(rule => rule.When.Tests.Any(test => test.Demand is Demand.Limit limit && limit.Parameter == parameter.Id.Text))
                .Select(rule => rule.From ?? packFrom).Min();
            if (first is { } day && parameter.Parameter.Rows is [var earliest, ..] && earliest.From > day)
            {
                faults.Add(parameter.At, EligibilityConfigurationFaults.RowsStartLate, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            }
        }
    }

    private DraftRow? ReadRow(YamlNode node, ImmutableArray<DraftArea> areas)
    {
        var map = MapReader.Open(node, faults);
        if (map is null)
        {
            return null;
        }

        var (from, basis) = (map.Date("from"), map.Basis("basis"));
        var values = MapReader.Open(map.Require("values"), faults);
        var names = areas.Select(area => area.Id.Text).Distinct(StringComparer.Ordinal).ToList();
        if (values is not null && !values.Node.Entries.Select(entry => entry.Key).Order(StringComparer.Ordinal).SequenceEqual(names.Order(StringComparer.Ordinal)))
        {
            faults.Add(values.Node, EligibilityConfigurationFaults.ValuesIncomplete, string.Join(", ", names));
            values = null;
        }

        var figures = names.Select(name => values is null ? null : ReadFigure(values.Find(name))).ToImmutableArray();
        map.Close();
        return from is null || basis is null ? null : new DraftRow(node, new ParameterRow(from.Value, basis, figures));
    }

    private decimal? ReadFigure(YamlNode? node)
    {
        var word = ScalarForms.Text(node, faults, 20);
        var yuan = word is null ? null : FactValue.ParseMoney(word.Text);
        if (word is not null && word.Text != Unset && yuan is null or <= 0)
        {
            faults.Add(word.At, EligibilityConfigurationFaults.ValueInvalid, "\"1990.00\", \"?\"");
        }

        return yuan;
    }

    private UndertakingRule? ReadUndertaking(YamlNode? node)
    {
        var map = MapReader.Open(node, faults);
        if (map is null)
        {
            return null;
        }

        var names = map.Names("facts", 1, UndertakenMax);
        new Declared("事实 fact", [.. vocabulary.Facts.Select(fact => new Word(fact.Name, map.Node))], whole, faults).Require(names);
        var basis = map.Basis("basis");
        map.Close();
        return basis is null ? null : new UndertakingRule([.. names.Select(name => vocabulary.Find(name.Text)).OfType<FactDefinition>()], basis);
    }

    private DraftRule? ReadRule(YamlNode node, ConditionForm conditions, DateOnly? packFrom, DateOnly? packUntil)
    {
        var map = MapReader.Open(node, faults);
        if (map is null)
        {
            return null;
        }

        var (id, title, effect, basis) = (map.Name("id"), map.Title("title"), map.Choice("effect", TraceNames.Effects), map.Basis("basis"));
        if (basis is { Article.Length: 0 })
        {
            faults.Add(map.Node, EligibilityConfigurationFaults.ArticleMissing);
        }

        var (from, until) = ReadPeriod(map, map.OptionalDate("from"));
        if (from < packFrom || until > packUntil || from >= packUntil || until <= packFrom)
        {
            faults.Add(map.Node, ConfigurationFaults.PeriodReversed);
        }

        var when = conditions.Read(map.Require("when"));
        map.Close();
        return id is null || title is null || effect is null || basis is null || when is null ? null
            : new DraftRule(id, new Rule(id.Text, title, effect.Value, basis, from, until, when));
    }

    private sealed record DraftPlace(RegionCode Region, YamlNode At);

    private sealed record DraftArea(Word Id, ImmutableArray<DraftPlace> Places, Area Area);

    private sealed record DraftRow(YamlNode At, ParameterRow Row);

    private sealed record DraftParameter(Word Id, Parameter Parameter, YamlNode At);

    private sealed record DraftRule(Word Id, Rule Rule);
}
