using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Configuration.Agencies;

/// <summary>Who may sign entries of the directory.</summary>
/// <param name="Regions">An entry of an agency elsewhere is none of its business.</param>
/// <param name="Keys">Public keys on P-256 by their ids; several while keys are exchanged.</param>
internal sealed record EntrySigner(string Name, ImmutableArray<RegionCode> Regions, ImmutableDictionary<string, ECParameters> Keys);

/// <summary>Reads <c>directory.yaml</c>: whose signatures make an entry of <c>agencies/{id}.jws</c> one.</summary>
internal static class DirectoryFile
{
    public const string Path = "directory.yaml";

    private const int SignersMax = 20, RegionsMax = 200;

    public static ImmutableArray<EntrySigner> Read(YamlNode root, KeyFiles keys, FaultSink faults)
    {
        var map = MapReader.Open(root, faults);
        if (map is null)
        {
            return [];
        }

        var names = new List<Word>();
        var signers = map.List("signers", 1, SignersMax, node =>
        {
            var entry = MapReader.Open(node, faults);
            var name = entry?.Name("name");
            var regions = entry?.List("regions", 1, RegionsMax, region => ScalarForms.Region(region, faults)) ?? [];
            var set = entry is null ? null : keys.Read(entry);
            entry?.Close();
            if (name is not null)
            {
                names.Add(name);
            }

            return name is null || set is null ? null : new EntrySigner(name.Text, regions, KeysOf(set));
        });
        map.Close();
        MapReader.Once([.. names], faults);
        return signers;
    }

    private static ImmutableDictionary<string, ECParameters> KeysOf(KeySet set) =>
        (JsonNode.Parse(set.Json)?["keys"]?.AsArray() ?? []).OfType<JsonObject>().ToImmutableDictionary(
            key => Member(key, "kid"),
            key => new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = Coordinate(key, "x"), Y = Coordinate(key, "y") },
            },
            StringComparer.Ordinal);

    private static byte[] Coordinate(JsonObject key, string name) => System.Buffers.Text.Base64Url.DecodeFromChars(Member(key, name));

    private static string Member(JsonObject key, string name) => key[name]?.GetValue<string>() ?? throw new InvalidOperationException("a key set was read without its members");
}
