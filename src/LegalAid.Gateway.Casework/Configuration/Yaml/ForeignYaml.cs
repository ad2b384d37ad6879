using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using Foreign = YamlDotNet.RepresentationModel.YamlNode;

namespace LegalAid.Gateway.Casework.Configuration.Yaml;

/// <summary>YAML of somebody else's, aliases and all, as the JSON that it stands for. Our own files are read strictly (<see cref="YamlJson"/>); this is for documents to learn from.</summary>
public static class ForeignYaml
{
    private const int NodesMax = 500_000, DepthMax = 100;

    /// <summary>The JSON; null where the text is no YAML, or is larger than anybody means it to be.</summary>
    /// <param name="fault">What is wrong, in a line.</param>
    public static JsonNode? ToJson(string text, out string fault)
    {
        fault = "";
        try
        {
            var stream = new YamlStream();
            stream.Load(new GuardedParser(new StringReader(text)));
            if (stream.Documents.Count != 1)
            {
                fault = $"{stream.Documents.Count} documents";
                return null;
            }

            var nodes = 0;
            return Of(stream.Documents[0].RootNode, depth: 1, ref nodes);
        }
        catch (YamlException malformed)
        {
            fault = $"{malformed.Start.Line}:{malformed.Start.Column} {malformed.Message.ReplaceLineEndings(" ")}";
            return null;
        }
    }

    /// <summary>An alias counts as often as it stands: a few lines could stand for more than a machine holds.</summary>
    private static JsonNode? Of(Foreign node, int depth, ref int nodes)
    {
        if (++nodes > NodesMax || depth > DepthMax)
        {
            throw new YamlException(node.Start, node.End, "it is too large or too deep");
        }

        switch (node)
        {
            case YamlMappingNode mapping:
                var map = new JsonObject();
                foreach (var (key, value) in mapping.Children)
                {
                    map[(key as YamlScalarNode)?.Value ?? ""] = Of(value, depth + 1, ref nodes);
                }

                return map;
            case YamlSequenceNode sequence:
                var list = new JsonArray();
                foreach (var item in sequence.Children)
                {
                    list.Add(Of(item, depth + 1, ref nodes));
                }

                return list;
            case YamlScalarNode scalar:
                return Of(scalar);
            default:
                throw new YamlException(node.Start, node.End, "it is of no known kind");
        }
    }

    private static JsonValue? Of(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        return (scalar.Style == ScalarStyle.Plain ? CoreSchema.TypeOf(text) : YamlScalarType.Text) switch
        {
            YamlScalarType.Null => null,
            YamlScalarType.Boolean => JsonValue.Create(text is "true" or "True" or "TRUE"),
            YamlScalarType.Integer when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
            YamlScalarType.Float when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
            _ => JsonValue.Create(text),
        };
    }
}
