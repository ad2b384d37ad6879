using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Tests.House;

namespace LegalAid.Gateway.Casework.Tests.Configuration;

/// <summary>
/// The messages of the shipped contracts, read from the .proto texts: this project does not see the generated code, and the paths of
/// the shipped exchange types must be true of the contracts all the same. Knows top-level messages and plain fields, which is all there is.
/// </summary>
internal sealed partial class ProtoSchemas : IPayloadSchemas
{
    private readonly Dictionary<string, Dictionary<string, string>> _messages = new(StringComparer.Ordinal);

    public ProtoSchemas(params string[] files)
    {
        foreach (var text in files.Select(file => File.ReadAllText(Path.Combine(SourceTree.Root, "protos", file))))
        {
            var package = PackageLine().Match(text).Groups["name"].Value;
            foreach (Match message in Message().Matches(text))
            {
                _messages.Add($"{package}.{message.Groups["name"].Value}", Field().Matches(message.Groups["body"].Value)
                    .ToDictionary(field => Camel(field.Groups["name"].Value), field => field.Groups["type"].Value is var type && type.Contains('.', StringComparison.Ordinal) ? type : $"{package}.{type}", StringComparer.Ordinal));
            }
        }
    }

    /// <summary>The contracts whose messages shipped types carry.</summary>
    public static ProtoSchemas Shipped() => new(
        "legalaid/defence/v1/defence.proto", "legalaid/mailbox/v1/mailbox.proto", "legalaid/eligibility/v1/eligibility.proto", "legalaid/exchange/v1/exchange.proto",
        "legalaid/cooperation/v1/cooperation.proto", "legalaid/duty/v1/duty.proto");

    public IPayloadSchema? Find(string name) => _messages.ContainsKey(name) ? new ProtoSchema(name, this) : null;

    /// <summary>The type of the field there; null where there is none.</summary>
    private string? TypeAt(string message, IEnumerable<string> fields) => fields.Aggregate(
        (string?)message, (type, field) => type is not null && _messages.TryGetValue(type, out var own) ? own.GetValueOrDefault(field) : null);

    private static string Camel(string name) => string.Concat(name.Split('_').Select((word, i) => i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));

    [GeneratedRegex(@"^package (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PackageLine();

    [GeneratedRegex(@"^message (?<name>\w+) \{(?<body>.*?)^\}", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Message();

    [GeneratedRegex(@"^  (?:repeated )?(?<type>[\w.]+) (?<name>[a-z_0-9]+) = \d+", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Field();

    private sealed record ProtoSchema(string Name, ProtoSchemas All) : IPayloadSchema
    {
        public bool HasField(PayloadPath path) => All.TypeAt(Name, path.Fields) is not null;

        public string? NameAt(PayloadPath path) => All.TypeAt(Name, path.Fields) is { } type && All._messages.ContainsKey(type) ? type : null;

        public PayloadReading Read(JsonObject payload) => throw new NotSupportedException("these schemas only know paths");
    }
}
