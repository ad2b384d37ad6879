using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Tests.Configuration;

namespace LegalAid.Gateway.Casework.Tests.House;

/// <summary>What the pages show as an example is true.</summary>
public sealed class ExamplePageTests
{
    /// <summary>The type that <c>docs/exchange-types.md</c> shows is one that the loader takes.</summary>
    [Fact]
    public void ExchangeTypesPage_ItsExample_Loads()
    {
        var example = Fenced("docs/exchange-types.md");
        var files = ShippedFiles.Configuration()
            .Where(file => !file.Path.StartsWith("exchange-types/", StringComparison.Ordinal) && !file.Path.StartsWith("sharing/", StringComparison.Ordinal))
            .Append(new ConfigurationFile("exchange-types/document-service.yaml", example))
            .ToList();

        var outcome = ConfigurationLoader.Load(files, new AnySchemas(), [], []);

        Findings.AreNone(outcome is LoadOutcome.Faulty faulty ? faulty.Faults.Select(fault => $"{fault.Line}: {fault.Fault}") : []);
    }

    /// <summary>Every key of the exchange-type schema has its place on the page.</summary>
    [Fact]
    public void ExchangeTypesPage_KeysOfTheSchema_AreAllThere()
    {
        var page = SourceTree.Read("docs/exchange-types.md");

        Findings.AreNone(KeysOf(JsonNode.Parse(ShippedFiles.SchemaText("exchange-type.schema.json"))).Where(key => !Names(page, key)));
    }

    [Fact]
    public void ConfigurePage_KeysOfTheSchemas_AreAllThere()
    {
        var page = SourceTree.Read("docs/configure.md");
        var keys = new[] { "gateway.schema.json", "agency.schema.json" }
            .SelectMany(schema => KeysOf(JsonNode.Parse(ShippedFiles.SchemaText(schema))))
            .Except(["kty", "crv", "x", "y", "kid", "use", "alg", "keys"], StringComparer.Ordinal); // RFC 7517's own

        Findings.AreNone(keys.Where(key => !Names(page, key)));
    }

    private static bool Names(string page, string key) => Regex.IsMatch(page, $@"(?<![\w-]){Regex.Escape(key)}(?![\w-])", RegexOptions.None, TimeSpan.FromSeconds(5));

    private static string Fenced(string page)
    {
        var text = SourceTree.Read(page);
        var from = text.IndexOf("```yaml\n", StringComparison.Ordinal) + "```yaml\n".Length;
        return text[from..text.IndexOf("```", from, StringComparison.Ordinal)];
    }

    private static IEnumerable<string> KeysOf(JsonNode? schema) => schema switch
    {
        JsonObject map => (map["properties"] is JsonObject properties ? properties.Select(property => property.Key) : [])
            .Concat(map.SelectMany(entry => KeysOf(entry.Value))),
        JsonArray list => list.SelectMany(KeysOf),
        _ => [],
    };

    /// <summary>Schemas of any name, with any field.</summary>
    private sealed class AnySchemas : IPayloadSchemas
    {
        public IPayloadSchema? Find(string name) => new AnySchema(name);
    }

    private sealed record AnySchema(string Name) : IPayloadSchema
    {
        public bool HasField(PayloadPath path) => true;

        public string? NameAt(PayloadPath path) => null;

        public PayloadReading Read(JsonObject payload) => new(payload, default);
    }
}
