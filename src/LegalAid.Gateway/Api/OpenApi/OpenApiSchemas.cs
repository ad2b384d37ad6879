using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using LegalAid.Gateway.Contracts.Options.V1;
using LegalAid.Gateway.Edge.Validation;

namespace LegalAid.Gateway.Api.OpenApi;

/// <summary>JSON Schemas of the contracts' messages in their proto3 JSON form, gathered as they are referred to.</summary>
internal sealed class OpenApiSchemas(ShapeCatalogue shapes, ProtoComments comments)
{
    private readonly SortedDictionary<string, JsonObject> _schemas = new(StringComparer.Ordinal);

    /// <summary>The schemas that were referred to so far, by full name.</summary>
    public JsonObject ToJson() => new(_schemas.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value.DeepClone())));

    /// <summary>A reference to a message. <paramref name="without"/> names fields that come from elsewhere (the path).</summary>
    /// <param name="closed">Whether unknown fields are refused, as in requests. Answers may grow.</param>
    public JsonObject Refer(MessageDescriptor message, bool closed, IReadOnlyCollection<string> without)
    {
        // A message of both directions is described once, open: the edge refuses unknown fields in requests whatever the schema says.
        if (!_schemas.TryGetValue(message.FullName, out var known))
        {
            _schemas[message.FullName] = new JsonObject(); // stands while its fields are described, as messages may be recursive
            _schemas[message.FullName] = Describe(message, closed, without);
        }
        else if (!closed)
        {
            known.Remove("additionalProperties");
        }

        return new JsonObject { ["$ref"] = "#/components/schemas/" + message.FullName };
    }

    /// <summary>The schema of one value of a field, with its comment.</summary>
    public JsonObject Field(FieldShape field, bool closed)
    {
        var value = Value(field, closed);
        if (field.Repeated)
        {
            value = new JsonObject { ["type"] = "array", ["items"] = value, ["maxItems"] = field.ItemsMax };
            if (field.Required)
            {
                value["minItems"] = 1;
            }
        }

        if (comments.Of(field.Field.FullName) is { Length: > 0 } comment)
        {
            value["description"] = comment; // beside $ref, which JSON Schema 2020-12 allows
        }

        if (OpenApiExamples.Of(field.Field) is { } example && !field.Repeated)
        {
            value["examples"] = new JsonArray(example);
        }

        return value;
    }

    private JsonObject Describe(MessageDescriptor message, bool closed, IReadOnlyCollection<string> without)
    {
        var shape = shapes.Find(message.FullName) ?? throw new NotSupportedException($"There is no shape of {message.FullName}.");
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var field in shape.Fields.Where(field => !without.Contains(field.Name)))
        {
            properties[field.Name] = Field(field, closed);
            if (field.Required)
            {
                required.Add(field.Name);
            }
        }

        var schema = new JsonObject { ["type"] = "object", ["description"] = comments.Of(message.FullName), ["properties"] = properties };
        if (required.Count > 0)
        {
            schema["required"] = required;
        }

        if (closed)
        {
            schema["additionalProperties"] = false;
        }

        return schema;
    }

    private JsonObject Value(FieldShape field, bool closed) => field.Kind switch
    {
        ShapeKind.String => Text(field),
        ShapeKind.Bytes => new JsonObject { ["type"] = "string", ["contentEncoding"] = "base64", ["maxLength"] = (field.BytesMax + 2) / 3 * 4 },
        ShapeKind.Bool => new JsonObject { ["type"] = "boolean" },
        ShapeKind.Int32 => new JsonObject { ["type"] = "integer", ["format"] = "int32" },
        ShapeKind.UInt32 => new JsonObject { ["type"] = "integer", ["format"] = "int32", ["minimum"] = 0 },
        ShapeKind.Int64 or ShapeKind.UInt64 => new JsonObject { ["type"] = new JsonArray("string", "integer"), ["format"] = "int64" },
        ShapeKind.Float or ShapeKind.Double => new JsonObject { ["type"] = "number" },
        ShapeKind.Enum => ReferEnum(field.Field.EnumType),
        ShapeKind.Message => Refer(field.Field.MessageType, closed, []),
        ShapeKind.Timestamp => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
        ShapeKind.Duration => new JsonObject { ["type"] = "string", ["pattern"] = @"^-?[0-9]{1,12}(\.[0-9]{1,9})?s$" },
        ShapeKind.FieldMask => new JsonObject { ["type"] = "string" },
        ShapeKind.Struct => new JsonObject { ["type"] = "object", ["additionalProperties"] = true },
        ShapeKind.ListValue => new JsonObject { ["type"] = "array" },
        ShapeKind.Value => [],
        _ => throw new ArgumentOutOfRangeException(nameof(field), field.Kind, "A kind without a schema."),
    };

    private static JsonObject Text(FieldShape field)
    {
        var schema = new JsonObject { ["type"] = "string", ["maxLength"] = field.CharsMax };
        if (field.Required)
        {
            schema["minLength"] = 1;
        }

        switch (field.Field.GetOptions()?.GetExtension(RulesExtensions.Rules)?.Format)
        {
            case Format.Date:
                schema["format"] = "date";
                break;
            case Format.RequestId:
                schema["pattern"] = "^[A-Za-z0-9_.:-]{8,64}$";
                break;
            case Format.Sha256 or Format.Sm3:
                schema["pattern"] = "^[0-9a-f]{64}$";
                break;
            case Format.RegionCode:
                schema["pattern"] = "^[0-9]{6}$";
                break;
            case Format.ResidentNumber:
                schema["pattern"] = "^[0-9]{17}[0-9X]$";
                break;
            case Format.AgencyName:
                schema["pattern"] = "^agencies/[a-z0-9.-]{1,64}$";
                break;
            case Format.Telephone:
                schema["pattern"] = "^[0-9 +()-]{5,30}$";
                break;
            case Format.LawyerLicence:
                schema["pattern"] = "^[0-9]{17}$";
                break;
            case Format.PersonName:
                schema["maxLength"] = 100;
                break;
            case Format.MediaType or Format.Unspecified or null:
            default:
                break;
        }

        return schema;
    }

    private JsonObject ReferEnum(EnumDescriptor type)
    {
        if (!_schemas.ContainsKey(type.FullName))
        {
            var lines = type.Values.Select(value => $"- `{value.Name}`: {comments.Of($"{type.FullName}.{value.Name}")}");
            _schemas[type.FullName] = new JsonObject
            {
                ["type"] = "string",
                ["description"] = comments.Of(type.FullName) + "\n\n" + string.Join('\n', lines),
                ["enum"] = new JsonArray([.. type.Values.Select(value => (JsonNode)value.Name)]),
            };
        }

        return new JsonObject { ["$ref"] = "#/components/schemas/" + type.FullName };
    }
}
