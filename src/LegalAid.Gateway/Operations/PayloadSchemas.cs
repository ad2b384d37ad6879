using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge.Payloads;
using NJsonSchema;
using NJsonSchema.Validation;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// The payload schemas that exchange types may name: messages of the contracts by full name, and <c>schemas/{file}.json</c> for types
/// that an operator adds without compiling.
/// </summary>
public sealed class PayloadSchemas : IPayloadSchemas
{
    private readonly Dictionary<string, IPayloadSchema> _schemas = new(StringComparer.Ordinal);

    /// <param name="contracts">Descriptors of the contracts.</param>
    /// <param name="files">The configuration; files below <c>schemas/</c> are JSON Schemas.</param>
    public PayloadSchemas(IEnumerable<FileDescriptor> contracts, PayloadCodec codec, ImmutableArray<ConfigurationFile> files)
    {
        foreach (var message in contracts.SelectMany(file => file.MessageTypes).Where(message => codec.Knows(message.FullName)))
        {
            _schemas.Add(message.FullName, new ContractSchema(message, codec));
        }

        foreach (var file in files.Where(file => file.Path.StartsWith("schemas/", StringComparison.Ordinal)))
        {
            _schemas.Add(file.Path, new DocumentSchema(file));
        }
    }

    public IPayloadSchema? Find(string name) => _schemas.GetValueOrDefault(name);

    private sealed class ContractSchema(MessageDescriptor message, PayloadCodec codec) : IPayloadSchema
    {
        public string Name => message.FullName;

        public bool HasField(PayloadPath path) => Find(path) is not null;

        public string? NameAt(PayloadPath path) => Find(path) is { FieldType: FieldType.Message } field ? field.MessageType.FullName : null;

        private FieldDescriptor? Find(PayloadPath path)
        {
            var (at, found) = ((MessageDescriptor?)message, (FieldDescriptor?)null);
            foreach (var name in path.Fields)
            {
                found = at?.Fields.InDeclarationOrder().FirstOrDefault(field => field.JsonName == name);
                if (found is not { IsRepeated: false })
                {
                    return null;
                }

                at = found.FieldType == FieldType.Message ? found.MessageType : null;
            }

            return found;
        }

        public PayloadReading Read(JsonObject payload)
        {
            var (read, faults) = codec.Read(message.FullName, Encoding.UTF8.GetBytes(payload.ToJsonString()), prefix: "");
            return new PayloadReading(
                read is null ? null : JsonNode.Parse(read.CanonicalJson)?.AsObject(), new EquatableList<Fault>(faults));
        }
    }

    private sealed class DocumentSchema(ConfigurationFile file) : IPayloadSchema
    {
        // Parsing waits until a type names the schema: most of these files describe the configuration itself, for editors.
        private readonly Lazy<JsonSchema> _schema = new(() => JsonSchema.FromJsonAsync(file.Text).GetAwaiter().GetResult());

        public string Name => file.Path;

        public bool HasField(PayloadPath path)
        {
            var at = _schema.Value;
            foreach (var field in path.Fields)
            {
                if (!at.ActualSchema.ActualProperties.TryGetValue(field, out var property))
                {
                    return false;
                }

                at = property;
            }

            return true;
        }

        public string? NameAt(PayloadPath path) => null;

        public PayloadReading Read(JsonObject payload)
        {
            var faults = _schema.Value.Validate(payload.ToJsonString()).Select(FaultOf).ToList();
            return new PayloadReading(faults.Count == 0 ? payload : null, new EquatableList<Fault>(faults));
        }

        private static Fault FaultOf(ValidationError error) => Fault.With(
            error.Kind == ValidationErrorKind.PropertyRequired ? GeneralFaults.Required : OperationsFaults.PayloadSchema,
            (error.Path ?? "").TrimStart('#', '/').Replace('/', '.'),
            error.Kind.ToString());
    }
}
