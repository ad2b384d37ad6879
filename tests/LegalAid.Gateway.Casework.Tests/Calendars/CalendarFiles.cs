using System.Globalization;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Tests.House;
using YamlDotNet.RepresentationModel;

namespace LegalAid.Gateway.Casework.Tests.Calendars;

/// <summary>The shipped layers, read with a bare YAML parser so that these tests do not rest on the gateway's configuration loader.</summary>
internal static class CalendarFiles
{
    private static readonly Lazy<IReadOnlyList<CalendarLayer>> Loaded = new(() =>
        [.. System.IO.Directory.GetFiles(Path.Combine(SourceTree.Root, "gateway-config", "calendars"), "*.yaml").Order(StringComparer.Ordinal).Select(ReadLayer)]);

    private static readonly Lazy<CalendarCatalogue> Composed = new(() => new CalendarCatalogue(Loaded.Value));

    public static IReadOnlyList<CalendarLayer> Layers => Loaded.Value;

    public static CalendarCatalogue Catalogue => Composed.Value;

    public static YamlNode Parse(string path)
    {
        var stream = new YamlStream();
        using var reader = new StreamReader(path);
        stream.Load(reader);
        return stream.Documents[0].RootNode;
    }

    public static string Text(this YamlNode node, string key) => ((YamlScalarNode)node[key]).Value!;  // a present scalar has a value

    public static string? TextOrNull(this YamlNode node, string key) =>
        ((YamlMappingNode)node).Children.TryGetValue(new YamlScalarNode(key), out var value) ? ((YamlScalarNode)value).Value : null;

    private static CalendarLayer ReadLayer(string path)
    {
        var root = Parse(path);
        return new CalendarLayer(
            root.Text("id"), root.Text("version"), root.Text("region"), root["title"].Text("zh"), root["title"].Text("en"),
            bool.Parse(root.Text("yearly")),
            new EquatableList<CalendarYear>(((YamlMappingNode)root["years"]).Select(pair => ReadYear(((YamlScalarNode)pair.Key).Value!, pair.Value))));  // keys are scalars
    }

    private static CalendarYear ReadYear(string year, YamlNode node)
    {
        var source = ReadSource(node["source"]);
        return new CalendarYear(
            int.Parse(year, CultureInfo.InvariantCulture),
            Enum.Parse<YearStatus>(node.Text("status"), ignoreCase: true),
            new EquatableList<OffDays>(((YamlSequenceNode)node["off"]).Select(off =>
                new OffDays(Date(off, "from"), Date(off, "to"), off.Text("zh"), off.Text("en"), OwnSource(off) ?? source))),
            new EquatableList<WorkDay>(((YamlSequenceNode)node["work"]).Select(work =>
                new WorkDay(Date(work, "date"), OwnSource(work) ?? source))));
    }

    private static CalendarSource? OwnSource(YamlNode entry) =>
        ((YamlMappingNode)entry).Children.TryGetValue(new YamlScalarNode("source"), out var source) ? ReadSource(source) : null;

    private static CalendarSource ReadSource(YamlNode node) => new(node.Text("instrument"), node.Text("mark") switch
    {
        "S" => Certainty.Statute,
        "K" => Certainty.KnownPractice,
        "?" => Certainty.Unconfirmed,
        var other => throw new FormatException($"no such mark: {other}"),
    });

    private static DateOnly Date(YamlNode node, string key) => DateOnly.ParseExact(node.Text(key), "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
