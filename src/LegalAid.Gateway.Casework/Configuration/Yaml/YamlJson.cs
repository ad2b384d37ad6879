using System.Globalization;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Casework.Configuration.Yaml;

/// <summary>The JSON that a YAML file stands for, as JSON Schema editors see it.</summary>
public static class YamlJson
{
    /// <summary>Reads one file strictly. The JSON is null where there are faults, and only there.</summary>
    public static (JsonNode? Json, IReadOnlyList<ConfigurationFault> Faults) Convert(ConfigurationFile file, ConfigurationOptions? options = null)
    {
        var bounds = options ?? ConfigurationOptions.Default;
        var faults = new FaultSink(bounds.FaultsMax);
        var root = YamlReading.Read(file, bounds, faults);
        return faults.Count > 0 || root is null ? (null, faults.Sorted()) : (Of(root) ?? new JsonObject(), []);
    }

    internal static JsonNode? Of(YamlNode node) => node switch
    {
        YamlMapping mapping => new JsonObject(mapping.Entries.Select(entry => KeyValuePair.Create(entry.Key, Of(entry.Value)))),
        YamlList list => new JsonArray([.. list.Items.Select(Of)]),
        YamlScalar { Type: YamlScalarType.Null } => null,
        YamlScalar { Type: YamlScalarType.Boolean } scalar => JsonValue.Create(scalar.Text is "true" or "True" or "TRUE"),
        YamlScalar { Type: YamlScalarType.Integer } scalar when long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        YamlScalar { Type: YamlScalarType.Float } scalar when double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => JsonValue.Create(number),
        YamlScalar scalar => JsonValue.Create(scalar.Text),
        _ => throw new InvalidOperationException($"no such node: {node.GetType().Name}"),
    };
}
