using System.Collections.Frozen;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Configuration;

/// <summary>What <c>regions.yaml</c> says of places.</summary>
/// <param name="ResidentNumbers">With the synthetic regions of demo and test.</param>
/// <param name="Names">Names of divisions beyond those the gateway knows by itself.</param>
internal sealed record RegionsFile(ResidentNumberRules ResidentNumbers, FrozenDictionary<RegionCode, LocalizedText> Names)
{
    private const int SyntheticMax = 10, NamesMax = 4_000;

    public static readonly RegionsFile None = new(ResidentNumberRules.Standard, FrozenDictionary<RegionCode, LocalizedText>.Empty);

    public static RegionsFile Read(YamlNode root, FaultSink faults, FaultSink warnings)
    {
        var map = MapReader.Open(root, faults);
        if (map is null)
        {
            return None;
        }

        var synthetic = map.List("synthetic-regions", 0, SyntheticMax, node => ReadSynthetic(node, faults));
        if (synthetic.Length > 0)
        {
            warnings.Add(map.Find("synthetic-regions") ?? root, AgencyFaults.SyntheticAccepted);
        }

        var names = ReadNames(map, faults);
        map.Close();
        return new RegionsFile(ResidentNumberRules.WithSyntheticRegions([.. synthetic]), names);
    }

    private static RegionCode? ReadSynthetic(YamlNode node, FaultSink faults)
    {
        var word = ScalarForms.Text(node, faults, 20);
        if (word is null)
        {
            return null;
        }

        if (!RegionCode.TryParse(word.Text, out var region, out var fault))
        {
            faults.Add(word.At, fault);
            return null;
        }

        if (region.Assignment != RegionAssignment.Unassigned)
        {
            faults.Add(word.At, AgencyFaults.RegionReal);
            return null;
        }

        return region;
    }

    private static FrozenDictionary<RegionCode, LocalizedText> ReadNames(MapReader file, FaultSink faults)
    {
        var names = new Dictionary<RegionCode, LocalizedText>();
        file.List<object>("names", 0, NamesMax, node =>
        {
            var map = MapReader.Open(node, faults);
            var region = ScalarForms.Region(map?.Require("region"), faults);
            var title = map?.Title("title");
            map?.Close();
            if (region is not null && title is not null && !names.TryAdd(region, title))
            {
                faults.Add(node, ConfigurationFaults.Twice, region.ToString());
            }

            return null;
        });
        return names.ToFrozenDictionary();
    }
}
