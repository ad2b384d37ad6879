using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility;

namespace LegalAid.Gateway.Casework.Configuration.Agencies;

/// <summary>Reads how a connector's answers are understood: <c>inside</c>, <c>namespaces</c>, <c>no-match</c>, <c>success</c>, <c>answered-on</c>, <c>valid-until</c> and <c>answers</c>.</summary>
/// <param name="agencyKind">Null: not known.</param>
/// <param name="outer">Of the answer as it comes.</param>
internal sealed class ConnectorAnswerForm(FactVocabulary vocabulary, bool whole, string? agencyKind, AnswerLanguage outer, FaultSink faults)
{
    private const int FactsMax = 50, ValuesMax = 200, StatusesMax = 10, NamespacesMax = 20, ExpressionMax = 1000;

    private const string NotKnown = "not-known";

    private static readonly Dictionary<string, DateForm> Dates = new(StringComparer.Ordinal)
    {
        ["calendar"] = DateForm.Calendar, ["unix"] = DateForm.Unix, ["unix-ms"] = DateForm.UnixMilliseconds,
    };

    private static readonly Dictionary<string, MoneyUnit> Units = new(StringComparer.Ordinal)
    {
        ["yuan"] = MoneyUnit.Yuan, ["fen"] = MoneyUnit.Fen, ["ten-thousand-yuan"] = MoneyUnit.TenThousandYuan,
    };

    private static readonly Dictionary<string, AnswerLanguage> Documents = new(StringComparer.Ordinal) { ["json"] = AnswerLanguage.Json, ["xml"] = AnswerLanguage.Xml };

    private static readonly ImmutableSortedDictionary<string, FactValue?> NoValues = ImmutableSortedDictionary.Create<string, FactValue?>(StringComparer.Ordinal);

    private AnswerLanguage _language = outer;

    private ImmutableSortedDictionary<string, string> _namespaces = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public AnswerReading Read(MapReader map)
    {
        var inside = _language == AnswerLanguage.Columns ? null : MapReader.Open(map.Find("inside"), faults);
        var innerLanguage = inside?.Choice("as", Documents);
        if (_language == AnswerLanguage.Xml || innerLanguage == AnswerLanguage.Xml)
        {
            _namespaces = ReadNamespaces(map.Find("namespaces"));
        }

        var inner = Expression(inside?.Require("from"));
        inside?.Close();
        _language = innerLanguage ?? _language;
        var noMatch = ReadNoMatch(map.Find("no-match"));
        var success = Expression(map.Find("success"));
        var answeredOn = ReadDate(map.Find("answered-on"));
        var validUntil = ReadDate(map.Find("valid-until"));
        var names = new List<Word>();
        var facts = map.List("answers", 1, FactsMax, node => ReadFact(node, names));
        MapReader.Once([.. names], faults);
        return new AnswerReading(_language, inner is null ? null : new InnerDocument(inner), _namespaces, noMatch, success, answeredOn, validUntil, facts);
    }

    /// <summary>The facts alone, by name, of a connector whose answers come in the gateway's own form.</summary>
    public AnswerReading ReadNamed(MapReader map) => new(
        _language, Inside: null, _namespaces, NoMatch: null, Success: null, AnsweredOn: null, ValidUntil: null,
        [
            .. map.Names("facts", 1, FactsMax).Select(Known).OfType<FactDefinition>()
                .Select(fact => new FactMapping(fact, From: "", NoValues, MoneyUnit.Yuan, DateForm.Calendar)),
        ]);

    private ImmutableSortedDictionary<string, string> ReadNamespaces(YamlNode? node)
    {
        var read = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (MapReader.Open(node, faults) is not { } map)
        {
            return read.ToImmutable();
        }

        if (map.Node.Entries.Length > NamespacesMax)
        {
            faults.Add(map.Node, ConfigurationFaults.ListLength, "0", $"{NamespacesMax}");
        }

        foreach (var entry in map.Node.Entries.Take(NamespacesMax))
        {
            if (ScalarForms.Text(entry.Value, faults, 300) is { } uri)
            {
                read[entry.Key] = uri.Text;
            }
        }

        return read.ToImmutable();
    }

    private NoMatchRule? ReadNoMatch(YamlNode? node)
    {
        if (MapReader.Open(node, faults) is not { } map)
        {
            return null;
        }

        var statuses = _language == AnswerLanguage.Columns
            ? []
            : map.List("status", 0, StatusesMax, item => ScalarForms.Number(item, faults, 0, 599) is { } status ? new Status(status) : null);
        var when = Expression(map.Find("when"));
        map.Close();
        if (map.Node.Entries.IsEmpty)
        {
            faults.Add(map.Node, ConfigurationFaults.KeyMissing, "when");
        }

        return new NoMatchRule([.. statuses.Select(status => status.Number)], when);
    }

    private DateMapping? ReadDate(YamlNode? node)
    {
        if (MapReader.Open(node, faults) is not { } map)
        {
            return null;
        }

        var from = Expression(map.Require("from"));
        var form = map.Find("format") is null ? DateForm.Calendar : map.Choice("format", Dates);
        map.Close();
        return from is null || form is null ? null : new DateMapping(from, form.Value);
    }

    private string? Expression(YamlNode? node)
    {
        var word = ScalarForms.Text(node, faults, ExpressionMax);
        if (word is not null && ExpressionCheck.FaultOf(word.Text, _language, _namespaces) is { } wrong)
        {
            faults.Add(word.At, ConnectorConfigurationFaults.ExpressionInvalid, wrong);
            return null;
        }

        return word?.Text;
    }

    private FactMapping? ReadFact(YamlNode node, List<Word> names)
    {
        if (MapReader.Open(node, faults) is not { } map)
        {
            return null;
        }

        var name = map.Name("fact");
        var from = Expression(map.Require("from"));
        var fact = name is null ? null : Known(name);
        names.AddRange(name is null ? [] : [name]);
        var (values, unit, format) = (map.Find("values"), map.Find("unit"), map.Find("format"));
        FactMapping? mapping = null;
        if (fact is not null && CheckFit(map, fact, values, unit, format))
        {
            var meant = ReadValues(values, fact);
            var money = unit is null ? MoneyUnit.Yuan : ScalarForms.Choice(unit, Units, faults);
            var form = format is null ? DateForm.Calendar : ScalarForms.Choice(format, Dates, faults);
            mapping = from is null || money is null || form is null ? null : new FactMapping(fact, from, meant, money.Value, form.Value);
        }

        map.Close();
        return mapping;
    }

    /// <summary>The fact, where there is one that the agency may answer.</summary>
    private FactDefinition? Known(Word name)
    {
        var fact = vocabulary.Find(name.Text);
        if (fact is null)
        {
            if (whole)
            {
                faults.Add(name.At, ConfigurationFaults.ReferenceUnknown, "事实 fact", name.Text);
            }

            return null;
        }

        if (whole && agencyKind is not null && fact.Bodies.All(body => body.Name != agencyKind))
        {
            faults.Add(name.At, ConnectorConfigurationFaults.FactForeign, agencyKind, string.Join(", ", fact.Bodies.Select(body => body.Name)));
        }

        return fact;
    }

    private bool CheckFit(MapReader map, FactDefinition fact, YamlNode? values, YamlNode? unit, YamlNode? format)
    {
        var fits = fact.Kind switch
        {
            FactKind.Choice => values is not null && unit is null && format is null,
            FactKind.YesNo => unit is null && format is null,
            FactKind.Money => values is null && unit is not null && format is null,
            _ => values is null && unit is null,
        };
        if (!fits)
        {
            faults.Add(values ?? unit ?? format ?? map.Node, ConnectorConfigurationFaults.ValuesMisfit, TraceNames.Kinds.First(kind => kind.Value == fact.Kind).Key);
        }

        return fits;
    }

    private ImmutableSortedDictionary<string, FactValue?> ReadValues(YamlNode? node, FactDefinition fact)
    {
        var read = ImmutableSortedDictionary.CreateBuilder<string, FactValue?>(StringComparer.Ordinal);
        if (MapReader.Open(node, faults) is not { } map)
        {
            return read.ToImmutable();
        }

        if (map.Node.Entries.Length is 0 or > ValuesMax)
        {
            faults.Add(map.Node, ConfigurationFaults.ListLength, "1", $"{ValuesMax}");
        }

        foreach (var entry in map.Node.Entries.Take(ValuesMax))
        {
            var text = entry.Value is YamlScalar { Type: YamlScalarType.Boolean or YamlScalarType.Text } scalar ? scalar.Text : null;
            FactValue? value = fact.Kind == FactKind.YesNo
                ? text switch { "yes" or "true" => FactValue.Of(true), "no" or "false" => FactValue.Of(false), _ => null }
                : FactValue.Parse(fact, text ?? "");
            if (value is null && text != NotKnown)
            {
                faults.Add(entry.Value, ConnectorConfigurationFaults.ValueUnknown, string.Join(", ", NamesOf(fact)));
                continue;
            }

            read[entry.Key] = value;
        }

        return read.ToImmutable();
    }

    private static IEnumerable<string> NamesOf(FactDefinition fact) => (fact.Kind == FactKind.YesNo ? ["yes", "no"] : fact.Choices.Select(choice => choice.Name)).Append(NotKnown);

    private sealed record Status(int Number);
}
