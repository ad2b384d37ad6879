using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>Scalars of proto3 between the wire and JSON: 64-bit numbers are texts there, enums their names, bytes base64.</summary>
internal static class GrpcScalars
{
    public static bool IsPackable(FieldDescriptor field) => field.FieldType is not (FieldType.String or FieldType.Bytes or FieldType.Message or FieldType.Group);

    public static WireFormat.WireType WireOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String or FieldType.Bytes or FieldType.Message => WireFormat.WireType.LengthDelimited,
        FieldType.Double or FieldType.Fixed64 or FieldType.SFixed64 => WireFormat.WireType.Fixed64,
        FieldType.Float or FieldType.Fixed32 or FieldType.SFixed32 => WireFormat.WireType.Fixed32,
        FieldType.Group => WireFormat.WireType.StartGroup,
        _ => WireFormat.WireType.Varint,
    };

    public static JsonNode? DefaultOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String or FieldType.Bytes => "",
        FieldType.Bool => false,
        FieldType.Enum => field.EnumType.FindValueByNumber(0)?.Name ?? "0",
        FieldType.Int64 or FieldType.UInt64 or FieldType.SInt64 or FieldType.Fixed64 or FieldType.SFixed64 => "0",
        _ => 0,
    };

    public static JsonNode? Read(FieldDescriptor field, CodedInputStream input) => field.FieldType switch
    {
        FieldType.String => input.ReadString(),
        FieldType.Bytes => Convert.ToBase64String(input.ReadBytes().Span),
        FieldType.Bool => input.ReadBool(),
        FieldType.Enum => input.ReadEnum() is var number && field.EnumType.FindValueByNumber(number) is { } value ? value.Name : number.ToString(CultureInfo.InvariantCulture),
        FieldType.Int32 => input.ReadInt32(),
        FieldType.SInt32 => input.ReadSInt32(),
        FieldType.UInt32 => input.ReadUInt32(),
        FieldType.Fixed32 => input.ReadFixed32(),
        FieldType.SFixed32 => input.ReadSFixed32(),
        FieldType.Int64 => Text(input.ReadInt64()),
        FieldType.SInt64 => Text(input.ReadSInt64()),
        FieldType.UInt64 => Text(input.ReadUInt64()),
        FieldType.Fixed64 => Text(input.ReadFixed64()),
        FieldType.SFixed64 => Text(input.ReadSFixed64()),
        FieldType.Float => Number(input.ReadFloat()),
        FieldType.Double => Number(input.ReadDouble()),
        _ => throw new InvalidOperationException($"field of type {field.FieldType}"),
    };

    /// <summary>False where the JSON is no such scalar.</summary>
    public static bool TryWrite(FieldDescriptor field, JsonNode value, CodedOutputStream output)
    {
        var text = value.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.ToJsonString(),
            _ => null,
        };
        if (text is null)
        {
            return false;
        }

        switch (field.FieldType)
        {
            case FieldType.String:
                Tag(field, output).WriteString(text);
                return value.GetValueKind() == JsonValueKind.String;
            case FieldType.Bytes:
                var bytes = new byte[text.Length];
                var decoded = Convert.TryFromBase64String(text, bytes, out var length);
                Tag(field, output).WriteBytes(ByteString.CopyFrom(bytes, 0, length));
                return decoded;
            case FieldType.Bool:
                Tag(field, output).WriteBool(text == "true");
                return text is "true" or "false";
            case FieldType.Enum:
                var named = field.EnumType.FindValueByName(text)?.Number;
                var known = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || named is not null;
                Tag(field, output).WriteEnum(named ?? number);
                return known;
            default:
                return TryWriteNumber(field, text, output);
        }
    }

    private static bool TryWriteNumber(FieldDescriptor field, string text, CodedOutputStream output)
    {
        var (signed, unsigned) = (0L, 0UL);
        var isDouble = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real);
        var isSigned = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out signed);
        var isUnsigned = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out unsigned);
        var isInt = isSigned && signed is >= int.MinValue and <= int.MaxValue;
        var isUInt = isUnsigned && unsigned <= uint.MaxValue;
        switch (field.FieldType)
        {
            case FieldType.Int32 when isInt:
                Tag(field, output).WriteInt32((int)signed);
                return true;
            case FieldType.SInt32 when isInt:
                Tag(field, output).WriteSInt32((int)signed);
                return true;
            case FieldType.SFixed32 when isInt:
                Tag(field, output).WriteSFixed32((int)signed);
                return true;
            case FieldType.UInt32 when isUInt:
                Tag(field, output).WriteUInt32((uint)unsigned);
                return true;
            case FieldType.Fixed32 when isUInt:
                Tag(field, output).WriteFixed32((uint)unsigned);
                return true;
            case FieldType.Int64 when isSigned:
                Tag(field, output).WriteInt64(signed);
                return true;
            case FieldType.SInt64 when isSigned:
                Tag(field, output).WriteSInt64(signed);
                return true;
            case FieldType.SFixed64 when isSigned:
                Tag(field, output).WriteSFixed64(signed);
                return true;
            case FieldType.UInt64 when isUnsigned:
                Tag(field, output).WriteUInt64(unsigned);
                return true;
            case FieldType.Fixed64 when isUnsigned:
                Tag(field, output).WriteFixed64(unsigned);
                return true;
            case FieldType.Float when isDouble:
                Tag(field, output).WriteFloat((float)real);
                return true;
            case FieldType.Double when isDouble:
                Tag(field, output).WriteDouble(real);
                return true;
            default:
                return false;
        }
    }

    private static CodedOutputStream Tag(FieldDescriptor field, CodedOutputStream output)
    {
        output.WriteTag(field.FieldNumber, WireOf(field));
        return output;
    }

    private static JsonNode Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    /// <summary>The shortest decimal that is the number; a text where JSON has none.</summary>
    private static JsonNode? Number(float number) => float.IsFinite(number) ? JsonNode.Parse(number.ToString("R", CultureInfo.InvariantCulture)) : number.ToString(CultureInfo.InvariantCulture);

    private static JsonNode? Number(double number) => double.IsFinite(number) ? JsonNode.Parse(number.ToString("R", CultureInfo.InvariantCulture)) : number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Well-known types whose JSON is not that of a message.</summary>
internal static class GrpcWellKnown
{
    private const string TimestampName = "google.protobuf.Timestamp";

    private static readonly HashSet<string> Wrappers = new(
        new[] { "Double", "Float", "Int64", "UInt64", "Int32", "UInt32", "Bool", "String", "Bytes" }.Select(kind => $"google.protobuf.{kind}Value"), StringComparer.Ordinal);

    /// <summary>The message of which this is the JSON; null where it is none.</summary>
    public static JsonNode? Expand(MessageDescriptor message, JsonNode json)
    {
        if (Wrappers.Contains(message.FullName) && json is not JsonObject)
        {
            return new JsonObject { ["value"] = json.DeepClone() };
        }

        if (message.FullName != TimestampName || json is JsonObject)
        {
            return json;
        }

        if (json.GetValueKind() != JsonValueKind.String || !DateTimeOffset.TryParse(json.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
        {
            return null;
        }

        var nanos = (int)(instant.UtcTicks % TimeSpan.TicksPerSecond * 100);
        return new JsonObject { ["seconds"] = instant.ToUnixTimeSeconds(), ["nanos"] = nanos == 0 ? null : nanos };
    }

    public static JsonNode? Collapse(MessageDescriptor message, JsonObject read)
    {
        if (Wrappers.Contains(message.FullName))
        {
            return read["value"]?.DeepClone();
        }

        return message.FullName == TimestampName && long.TryParse(read["seconds"]?.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            && seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : read;
    }
}
