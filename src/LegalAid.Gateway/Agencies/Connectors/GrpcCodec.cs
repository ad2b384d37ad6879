using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>
/// Messages by their descriptors alone, between the wire and the JSON form of proto3: the library has messages of generated types only. Timestamps and wrappers have
/// their own JSON form; other well-known types are read as the messages that they are, and groups of proto2 are passed over. Scalars without presence are told with their default, as
/// false on the wire is nothing at all.
/// </summary>
internal static class GrpcCodec
{
    private const int DepthMax = 32;

    /// <summary>The message's bytes; null where the JSON does not fit it.</summary>
    /// <param name="misfit">The field that does not.</param>
    public static byte[]? Write(MessageDescriptor message, JsonNode? json, out string misfit)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            if (!TryWrite(message, json, output, 0, out misfit))
            {
                return null;
            }
        }

        return bytes.ToArray();
    }

    /// <summary>The JSON of a message; null where the bytes are none.</summary>
    public static JsonObject? Read(MessageDescriptor message, byte[] bytes)
    {
        try
        {
            return Read(message, bytes, 0);
        }
        catch (Exception malformed) when (malformed is InvalidProtocolBufferException or TooDeepException)
        {
            return null;
        }
    }

    private static bool TryWrite(MessageDescriptor message, JsonNode? json, CodedOutputStream output, int depth, out string misfit)
    {
        misfit = message.FullName;
        if (json is not JsonObject map || depth > DepthMax)
        {
            return false;
        }

        foreach (var (name, value) in map)
        {
            misfit = $"{message.FullName}.{name}";
            var field = message.Fields.InFieldNumberOrder().FirstOrDefault(field => field.JsonName == name || field.Name == name);
            if (field is null || (value is not null && !TryWriteField(field, value, output, depth, ref misfit)))
            {
                return false;
            }
        }

        misfit = "";
        return true;
    }

    private static bool TryWriteField(FieldDescriptor field, JsonNode value, CodedOutputStream output, int depth, ref string misfit)
    {
        if (field.IsMap)
        {
            foreach (var (key, item) in value as JsonObject ?? [])
            {
                var entry = new JsonObject { ["key"] = key, ["value"] = item?.DeepClone() };
                if (!TryWriteOne(field, entry, output, depth, ref misfit))
                {
                    return false;
                }
            }

            return value is JsonObject;
        }

        if (!field.IsRepeated)
        {
            return TryWriteOne(field, value, output, depth, ref misfit);
        }

        foreach (var item in value as JsonArray ?? [])
        {
            if (item is null || !TryWriteOne(field, item, output, depth, ref misfit)) // never packed: every reader takes both
            {
                return false;
            }
        }

        return value is JsonArray;
    }

    private static bool TryWriteOne(FieldDescriptor field, JsonNode value, CodedOutputStream output, int depth, ref string misfit)
    {
        if (field.FieldType == FieldType.Message)
        {
            using var inner = new MemoryStream();
            using (var nested = new CodedOutputStream(inner, leaveOpen: true))
            {
                var json = GrpcWellKnown.Expand(field.MessageType, value);
                if (json is null || !TryWrite(field.MessageType, json, nested, depth + 1, out misfit))
                {
                    return false;
                }
            }

            output.WriteTag(field.FieldNumber, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(inner.ToArray()));
            return true;
        }

        return GrpcScalars.TryWrite(field, value, output);
    }

    private static JsonObject Read(MessageDescriptor message, byte[] bytes, int depth)
    {
        if (depth > DepthMax)
        {
            throw new TooDeepException();
        }

        var read = new JsonObject();
        foreach (var field in message.Fields.InFieldNumberOrder().Where(field => !field.HasPresence))
        {
            read[field.JsonName] = field.IsMap ? new JsonObject() : field.IsRepeated ? new JsonArray() : GrpcScalars.DefaultOf(field);
        }

        using var input = new CodedInputStream(bytes);
        while (input.ReadTag() is var tag and not 0)
        {
            var field = message.FindFieldByNumber(WireFormat.GetTagFieldNumber(tag));
            var wire = WireFormat.GetTagWireType(tag);
            if (field is null || field.FieldType == FieldType.Group)
            {
                input.SkipLastField();
                continue;
            }

            if (field.IsRepeated && wire == WireFormat.WireType.LengthDelimited && GrpcScalars.IsPackable(field))
            {
                using var packed = new CodedInputStream(input.ReadBytes().ToByteArray());
                while (!packed.IsAtEnd)
                {
                    Put(read, field, GrpcScalars.Read(field, packed));
                }

                continue;
            }

            if (wire != GrpcScalars.WireOf(field))
            {
                input.SkipLastField(); // of another type than is described: as if it were unknown
                continue;
            }

            Put(read, field, field.FieldType == FieldType.Message
                ? GrpcWellKnown.Collapse(field.MessageType, Read(field.MessageType, input.ReadBytes().ToByteArray(), depth + 1))
                : GrpcScalars.Read(field, input));
        }

        return read;
    }

    private static void Put(JsonObject read, FieldDescriptor field, JsonNode? value)
    {
        if (field.IsMap)
        {
            var map = read[field.JsonName] as JsonObject ?? throw new InvalidOperationException("a map without its place");
            map[value?["key"]?.ToString() ?? ""] = value?["value"]?.DeepClone();
        }
        else if (field.IsRepeated)
        {
            (read[field.JsonName] as JsonArray ?? throw new InvalidOperationException("a list without its place")).Add(value);
        }
        else
        {
            read[field.JsonName] = value; // the last one counts
        }
    }

    /// <summary>Nested deeper than any answer is; never leaves this class.</summary>
    private sealed class TooDeepException : Exception;
}
