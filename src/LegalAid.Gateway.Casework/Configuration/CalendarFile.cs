using System.Collections.Immutable;
using System.Globalization;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Configuration.Agencies;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Configuration;

/// <summary>Reads <c>calendars/{id}.yaml</c>. What the days must fulfil is <see cref="CalendarRules"/>' to say; this gives its faults their lines.</summary>
internal sealed class CalendarFile
{
    private const int YearsMax = 100, EntriesMax = 100;

    private static readonly Dictionary<string, YearStatus> Statuses = new(StringComparer.Ordinal)
    {
        ["published"] = YearStatus.Published, ["provisional"] = YearStatus.Provisional,
    };

    private readonly FaultSink _faults;
    private readonly Dictionary<string, YamlNode> _places = new(StringComparer.Ordinal);

    private CalendarFile(YamlNode root, FaultSink faults)
    {
        _faults = faults;
        Root = root;
    }

    public YamlNode Root { get; }

    /// <summary>The layer; null where the file has faults of form.</summary>
    public CalendarLayer? Layer { get; private set; }

    public static CalendarFile Read(YamlNode root, string fileName, FaultSink faults)
    {
        var file = new CalendarFile(root, faults);
        var before = faults.Count;
        var layer = file.ReadLayer(fileName);
        file.Layer = faults.Count == before ? layer : null;
        return file;
    }

    /// <summary>Checks all layers together. A missing national layer is reported only where every file could be read.</summary>
    public static void Check(IReadOnlyList<CalendarFile> files, bool whole, FaultSink faults)
    {
        var readable = files.Where(file => file.Layer is not null).ToList();
        foreach (var fault in CalendarRules.Check([.. readable.Select(file => file.Layer).OfType<CalendarLayer>()]))
        {
            var owner = readable.Find(file => file._places.ContainsKey(fault.Field));
            if (owner is not null)
            {
                faults.Add(owner._places[fault.Field], fault.Code, [.. fault.Arguments]);
            }
            else if (fault.Code != CalendarFaults.NoNationalLayer || (whole && readable.Count == files.Count))
            {
                faults.Add(readable.Count > 0 ? readable[0].Root.Place : new YamlPlace("calendars", 1, 1, ""), fault.Code, [.. fault.Arguments]);
            }
        }
    }

    private CalendarLayer? ReadLayer(string fileName)
    {
        var map = MapReader.Open(Root, _faults);
        if (map is null)
        {
            return null;
        }

        var id = AgencyFile.FileId(map, fileName);
        var version = map.Text("version", 40);
        var region = map.Text("region", 10);
        var title = map.Title("title");
        var yearly = ScalarForms.Flag(map.Require("yearly"), _faults);
        var years = ReadYears(map, id?.Text ?? "");
        map.Close();
        if (id is null || version is null || region is null || title is null || yearly is null)
        {
            return null;
        }

        _places[id.Text] = id.At;
        _places[id.Text + ".region"] = region.At;
        _places[id.Text + ".yearly"] = map.Find("yearly") ?? Root;
        return new CalendarLayer(id.Text, version.Text, region.Text, title.Zh, title.En, yearly.Value, new EquatableList<CalendarYear>(years));
    }

    private ImmutableArray<CalendarYear> ReadYears(MapReader layer, string id)
    {
        var map = MapReader.Open(layer.Require("years"), _faults);
        if (map is null)
        {
            return [];
        }

        if (map.Node.Entries.Length > YearsMax)
        {
            _faults.Add(map.Node, ConfigurationFaults.ListLength, "0", $"{YearsMax}");
        }

        return [.. map.Node.Entries.Take(YearsMax).Select(entry => ReadYear(entry, id)).OfType<CalendarYear>()];
    }

    private CalendarYear? ReadYear(YamlEntry entry, string id)
    {
        if (!int.TryParse(entry.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var year) || year is < 1949 or > 2200)
        {
            _faults.Add(entry.Place, ConfigurationFaults.NumberRange, "1949", "2200");
            return null;
        }

        var map = MapReader.Open(entry.Value, _faults);
        if (map is null)
        {
            return null;
        }

        var field = $"{id}.years[{year}]";
        var status = map.Choice("status", Statuses);
        var source = ReadSource(map.Require("source"));
        var off = map.List("off", 0, EntriesMax, node => ReadOff(node, source));
        var work = map.List("work", 0, EntriesMax, node => ReadWork(node, source));
        map.Close();
        _places[field] = entry.Value;
        _places[field + ".off"] = map.Find("off") ?? entry.Value;
        KeepPlaces(map.Find("off"), field + ".off");
        KeepPlaces(map.Find("work"), field + ".work");
        return status is null ? null : new CalendarYear(year, status.Value, new EquatableList<OffDays>(off), new EquatableList<WorkDay>(work));
    }

    private void KeepPlaces(YamlNode? list, string field)
    {
        if (list is YamlList { Items: var items })
        {
            for (var i = 0; i < items.Length; i++)
            {
                _places[$"{field}[{i}]"] = items[i];
            }
        }
    }

    private OffDays? ReadOff(YamlNode node, CalendarSource? ofYear)
    {
        var map = MapReader.Open(node, _faults);
        if (map is null)
        {
            return null;
        }

        var (from, to, zh, en) = (map.Date("from"), map.Date("to"), map.Text("zh"), map.Text("en"));
        var source = ReadSource(map.Find("source")) ?? ofYear;
        map.Close();
        return from is null || to is null || zh is null || en is null || source is null ? null : new OffDays(from.Value, to.Value, zh.Text, en.Text, source);
    }

    private WorkDay? ReadWork(YamlNode node, CalendarSource? ofYear)
    {
        var map = MapReader.Open(node, _faults);
        var date = map?.Date("date");
        var source = ReadSource(map?.Find("source")) ?? ofYear;
        map?.Close();
        return date is null || source is null ? null : new WorkDay(date.Value, source);
    }

    private CalendarSource? ReadSource(YamlNode? node)
    {
        var map = MapReader.Open(node, _faults);
        var instrument = map?.Text("instrument");
        var mark = map?.Choice("mark", MapReader.Marks);
        map?.Close();
        return instrument is null || mark is null ? null : new CalendarSource(instrument.Text, mark.Value);
    }
}
