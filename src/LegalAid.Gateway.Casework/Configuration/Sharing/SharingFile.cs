using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration.Agencies;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Sharing;

namespace LegalAid.Gateway.Casework.Configuration.Sharing;

/// <summary>Reads <c>sharing/{id}.yaml</c>: its form. What it means is checked by <see cref="SharingRules"/>.</summary>
internal static class SharingFile
{
    private const int RowsMax = 500, NamesMax = 100;

    private static readonly Dictionary<string, SharedKind> Kinds = new(StringComparer.Ordinal)
    {
        ["call"] = SharedKind.Call, ["take"] = SharedKind.Take, ["receive"] = SharedKind.Receive, ["clocks"] = SharedKind.Clocks,
        ["view"] = SharedKind.View, ["fact"] = SharedKind.Fact, ["service"] = SharedKind.Service,
    };

    public static ImmutableArray<RowDraft> Read(YamlNode root, string fileName, FaultSink faults)
    {
        var map = MapReader.Open(root, faults);
        if (map is null)
        {
            return [];
        }

        AgencyFile.FileId(map, fileName);
        var rows = map.List("rows", 1, RowsMax, node => ReadRow(node, faults));
        map.Close();
        return rows;
    }

    private static RowDraft? ReadRow(YamlNode node, FaultSink faults)
    {
        var map = MapReader.Open(node, faults);
        if (map is null)
        {
            return null;
        }

        var (id, who, may) = (map.Name("id"), ReadWho(map), ReadObject(map));
        var purposes = ReadPurposes(map);
        var (basis, when) = (ReadBasis(map), ReadWhen(map));
        var (fields, quota) = (ReadFields(map, may), SharingQuota.Read(map, may));
        var (from, until) = AgencyFile.Span(map);
        var owner = map.Name("owner");
        map.Close();
        return new RowDraft(map.Node, id, who, may, purposes, basis, when, fields, quota, from, until, owner);
    }

    /// <summary>Agencies, kinds or everyone; of a place, within a place, or of any.</summary>
    private static WhoDraft? ReadWho(MapReader row)
    {
        var map = MapReader.Open(row.Require("who"), row.Faults);
        if (map is null)
        {
            return null;
        }

        var (agencies, kinds) = (map.Names("agencies", 0, NamesMax), map.Names("kinds", 0, NamesMax));
        var everyone = map.Flag("everyone", otherwise: false);
        var (region, within) = (ScalarForms.Region(map.Find("region"), map.Faults), ScalarForms.Region(map.Find("within"), map.Faults));
        map.Close();
        if (new[] { map.Node.Find("agencies"), map.Node.Find("kinds"), map.Node.Find("everyone") }.Count(given => given is not null) != 1
            || (map.Node.Find("everyone") is YamlScalar { Type: YamlScalarType.Boolean } && !everyone))
        {
            map.Faults.Add(map.Node, ConfigurationFaults.EitherOr, "agencies, kinds, everyone: true");
            return null;
        }

        if (map.Node.Find("region") is not null && map.Node.Find("within") is not null)
        {
            map.Faults.Add(map.Node, ConfigurationFaults.EitherOr, "region, within");
        }

        foreach (var empty in new[] { map.Node.Find("agencies"), map.Node.Find("kinds") }.OfType<YamlList>().Where(list => list.Items.IsEmpty))
        {
            map.Faults.Add(empty, ConfigurationFaults.ListLength, "1", $"{NamesMax}"); // an empty list must not read as everyone
        }

        foreach (var kind in kinds.Where(kind => !AgencyKinds.All.Contains(kind.Text)))
        {
            map.Faults.Add(kind.At, ConfigurationFaults.ValueUnknown, string.Join(", ", AgencyKinds.All.Order(StringComparer.Ordinal)));
        }

        return new WhoDraft(agencies, kinds, region ?? within, Subtree: within is not null);
    }

    /// <summary>Exactly one kind of object; <c>of</c> with the steps.</summary>
    private static ObjectDraft? ReadObject(MapReader row)
    {
        var map = MapReader.Open(row.Require("may"), row.Faults);
        if (map is null)
        {
            return null;
        }

        var given = Kinds.Keys.Where(kind => map.Find(kind) is not null).ToList();
        if (given is not [var key])
        {
            map.Find("of");
            map.Close();
            map.Faults.Add(map.Node, ConfigurationFaults.EitherOr, string.Join(", ", Kinds.Keys));
            return null;
        }

        var kind = Kinds[key];
        var ofSteps = kind is SharedKind.Take or SharedKind.Receive;
        var named = kind == SharedKind.Fact || ofSteps ? map.Names(key, 1, NamesMax) : map.Texts(key, 1, NamesMax);
        var types = ofSteps ? map.Texts("of", 1, NamesMax) : [];
        map.Close();
        return ofSteps ? new ObjectDraft(kind, types, named) : new ObjectDraft(kind, named, []);
    }

    private static ImmutableArray<Purpose> ReadPurposes(MapReader row)
    {
        var words = row.Names("for", 1, NamesMax);
        foreach (var word in words.Where(word => Purpose.Find(word.Text) is null))
        {
            row.Faults.Add(word.At, ConfigurationFaults.ValueUnknown, string.Join(", ", Purpose.All));
        }

        return [.. words.Select(word => Purpose.Find(word.Text)).OfType<Purpose>().Distinct()];
    }

    private static LegalBasis? ReadBasis(MapReader row)
    {
        var basis = row.Basis("basis");
        if (basis is { Article.Length: 0 })
        {
            row.Faults.Add((row.Find("basis") as YamlMapping)?.Find("article") ?? row.Node, SharingFaults.ArticleMissing);
        }

        return basis;
    }

    private static WhenDraft ReadWhen(MapReader row)
    {
        var at = row.Find("when");
        var map = MapReader.Open(at, row.Faults);
        if (map is null)
        {
            return new WhenDraft(at, Party: false, [], [], OwnRegion: false);
        }

        // A list that is given has an item: an empty one would not ask at all.
        var when = new WhenDraft(
            at,
            map.Flag("party", otherwise: false),
            map.Names("role", map.Find("role") is null ? 0 : 1, NamesMax),
            map.Names("state", map.Find("state") is null ? 0 : 1, NamesMax),
            map.Flag("own-region", otherwise: false));
        map.Close();
        return when;
    }

    private static ImmutableArray<Word> ReadFields(MapReader row, ObjectDraft? may)
    {
        if (may is null or { IsMessage: true })
        {
            if (row.Find("fields") is { } given && may is not null)
            {
                row.Faults.Add(given, SharingFaults.FieldsMisplaced);
            }

            return [];
        }

        var fields = row.Texts("fields", 1, NamesMax);
        foreach (var field in fields.Where(field => !FieldList.IsPath(field.Text)))
        {
            row.Faults.Add(field.At, SharingFaults.FieldInvalid);
        }

        return fields;
    }
}
