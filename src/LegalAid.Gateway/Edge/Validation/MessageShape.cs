using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Edge.Validation;

/// <summary>What a field holds, as far as the checks differ.</summary>
internal enum ShapeKind
{
    String,
    Bytes,
    Bool,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Float,
    Double,
    Enum,
    Message,
    Timestamp,
    Duration,
    Struct,
    Value,
    ListValue,
    FieldMask,
}

/// <summary>One field of a message with its rules, read from the descriptor once.</summary>
internal sealed class FieldShape
{
    public required FieldDescriptor Field { get; init; }

    /// <summary>Position among the message's fields, for the set of fields seen.</summary>
    public required int Ordinal { get; init; }

    /// <summary>Name in JSON and in fault paths.</summary>
    public required string Name { get; init; }

    public required ShapeKind Kind { get; init; }

    public required bool Repeated { get; init; }

    public required bool Required { get; init; }

    public required int CharsMax { get; init; }

    public required int BytesMax { get; init; }

    public required int ItemsMax { get; init; }

    /// <summary>The check of the string's format, null where it is free text.</summary>
    public Func<string, Fault?>? Format { get; init; }

    /// <summary>Defined numbers of an enumeration, empty for other kinds.</summary>
    public FrozenSet<int> EnumNumbers { get; init; } = [];

    /// <summary>Defined names of an enumeration.</summary>
    public FrozenSet<string> EnumNames { get; init; } = [];

    /// <summary>The members' message, for <see cref="ShapeKind.Message"/>; set after all shapes exist, as messages may be recursive.</summary>
    public MessageShape? Child { get; internal set; }

    /// <summary>Index of the real oneof the field is in, or -1.</summary>
    public required int Oneof { get; init; }
}

/// <summary>A message type, compiled for the edge's checks: no descriptor is walked for a request. Immutable after start, thread-safe.</summary>
internal sealed class MessageShape
{
    private readonly Dictionary<string, FieldShape>.AlternateLookup<ReadOnlySpan<char>> _byName;

    public MessageShape(MessageDescriptor descriptor, IReadOnlyList<FieldShape> fields)
    {
        Descriptor = descriptor;
        Fields = [.. fields];
        var byName = new Dictionary<string, FieldShape>(StringComparer.Ordinal);
        foreach (var field in Fields)
        {
            // proto3 JSON lets a parser take the lowerCamel name and the name in the proto file.
            byName[field.Name] = field;
            byName.TryAdd(field.Field.Name, field);
        }

        _byName = byName.GetAlternateLookup<ReadOnlySpan<char>>();
        RequestId = Fields.FirstOrDefault(field => field.Field.Name == "request_id" && field is { Kind: ShapeKind.String, Repeated: false });
    }

    public MessageDescriptor Descriptor { get; }

    public FieldShape[] Fields { get; }

    /// <summary>The field that makes the call repeatable, if the message has one.</summary>
    public FieldShape? RequestId { get; }

    /// <summary>The field of a JSON or proto name, or null.</summary>
    public FieldShape? Find(ReadOnlySpan<char> name) => _byName.TryGetValue(name, out var field) ? field : null;
}
