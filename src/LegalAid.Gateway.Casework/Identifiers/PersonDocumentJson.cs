using System.Text.Json;
using System.Text.Json.Serialization;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Identifiers;

/// <summary>
/// The JSON form of a <see cref="PersonDocument"/>: <c>{"kind":"Passport","number":"…","issuer":"…"}</c> or
/// <c>{"kind":"Unknown","name":"…","label":"…"}</c>. Reading anything else is a <see cref="JsonException"/> without the values.
/// </summary>
public sealed class PersonDocumentJsonConverter : JsonConverter<PersonDocument>
{
    public override bool CanConvert(Type typeToConvert) => typeof(PersonDocument).IsAssignableFrom(typeToConvert);

    public override PersonDocument Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !Enum.TryParse<PersonDocumentKind>(Text(root, "kind"), out var kind) || !Enum.IsDefined(kind))
        {
            throw new JsonException("A person's document is an object with a kind.");
        }

        FaultCode? fault;
        if (kind == PersonDocumentKind.Unknown)
        {
            return IdentityUnknown.TryParse(Text(root, "name"), Text(root, "label"), out var unknown, out fault) ? unknown : throw new JsonException(fault.Code);
        }

        return NumberedDocument.TryParse(kind, Text(root, "number"), Text(root, "issuer"), ResidentNumberRules.Stored, today: null, out var numbered, out fault)
            ? numbered
            : throw new JsonException(fault.Code);
    }

    public override void Write(Utf8JsonWriter writer, PersonDocument value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", value.Kind.ToString());
        switch (value)
        {
            case IdentityUnknown unknown:
                writer.WriteString("name", unknown.SelfReportedName.ToString());
                writer.WriteString("label", unknown.Label);
                break;
            case NumberedDocument numbered:
                writer.WriteString("number", numbered.Number);
                if (numbered.Issuer is not null)
                {
                    writer.WriteString("issuer", numbered.Issuer);
                }

                break;
            default:
                throw new InvalidOperationException($"{value.GetType().Name} is no known document.");
        }

        writer.WriteEndObject();
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var element) && element.ValueKind == JsonValueKind.String ? element.GetString() : null;
}
