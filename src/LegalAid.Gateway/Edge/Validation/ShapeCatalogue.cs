using System.Collections.Frozen;
using System.Reflection;
using Google.Api;
using Google.Protobuf.Reflection;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Options.V1;

namespace LegalAid.Gateway.Edge.Validation;

/// <summary>
/// All message types of the contracts, compiled once at start. A field that the edge cannot check (an Any, a map) stops the start: a
/// request must never pass because its type was not understood.
/// </summary>
internal sealed class ShapeCatalogue
{
    private const int CharsDefault = 200;
    private const int BytesDefault = 8 * 1024 * 1024;
    private const int ItemsDefault = 100;

    private readonly FrozenDictionary<string, MessageShape> _byFullName;
    private readonly FrozenDictionary<System.Type, MessageShape> _byType;

    public ShapeCatalogue(IEnumerable<FileDescriptor> files, IReadOnlyDictionary<Format, Func<string, FaultCode?>> formats)
    {
        var checks = Formats.With(formats);
        var messages = files.Distinct().SelectMany(file => file.MessageTypes).SelectMany(WithNested).ToList();
        var shapes = messages.ToDictionary(message => message.FullName, message => Compile(message, checks), StringComparer.Ordinal);
        foreach (var field in shapes.Values.SelectMany(shape => shape.Fields).Where(field => field.Kind == ShapeKind.Message))
        {
            field.Child = shapes.TryGetValue(field.Field.MessageType.FullName, out var child)
                ? child
                : throw new NotSupportedException($"The edge has no check for {field.Field.MessageType.FullName}, used by {field.Field.FullName}.");
        }

        _byFullName = shapes.ToFrozenDictionary(StringComparer.Ordinal);
        _byType = shapes.Values.Where(shape => shape.Descriptor.ClrType is not null).ToFrozenDictionary(shape => shape.Descriptor.ClrType);
    }

    /// <summary>Files of an assembly of generated contracts.</summary>
    public static IEnumerable<FileDescriptor> FilesOf(Assembly contracts) =>
        contracts.GetExportedTypes()
            .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
            .OfType<FileDescriptor>();

    /// <summary>The shape of a generated type, or null where it is not one of the contracts'.</summary>
    public MessageShape? Find(System.Type type) => _byType.GetValueOrDefault(type);

    /// <summary>The shape of a message by full name, such as <c>legalaid.defence.v1.Notice</c>, or null.</summary>
    public MessageShape? Find(string fullName) => _byFullName.GetValueOrDefault(fullName);

    private static IEnumerable<MessageDescriptor> WithNested(MessageDescriptor message) =>
        message.NestedTypes.SelectMany(WithNested).Prepend(message);

    private static MessageShape Compile(MessageDescriptor message, FrozenDictionary<Format, Func<string, Fault?>> checks) =>
        new(message, [.. message.Fields.InDeclarationOrder().Select((field, ordinal) => Compile(field, ordinal, checks))]);

    private static FieldShape Compile(FieldDescriptor field, int ordinal, FrozenDictionary<Format, Func<string, Fault?>> checks)
    {
        if (field.IsMap)
        {
            throw new NotSupportedException($"The edge has no check for maps: {field.FullName}.");
        }

        var rules = field.GetOptions()?.GetExtension(RulesExtensions.Rules);
        var behaviours = field.GetOptions()?.GetExtension(FieldBehaviorExtensions.FieldBehavior);
        var kind = KindOf(field);
        return new FieldShape
        {
            Field = field,
            Ordinal = ordinal,
            Name = field.JsonName,
            Kind = kind,
            Repeated = field.IsRepeated,
            Required = behaviours?.Contains(FieldBehavior.Required) ?? false,
            CharsMax = Bound(rules?.MaxChars, CharsDefault),
            BytesMax = Bound(rules?.MaxBytes, BytesDefault),
            ItemsMax = Bound(rules?.MaxItems, ItemsDefault),
            Format = rules is { Format: not Contracts.Options.V1.Format.Unspecified } ? checks[rules.Format] : null,
            EnumNumbers = kind == ShapeKind.Enum ? field.EnumType.Values.Select(value => value.Number).ToFrozenSet() : [],
            EnumNames = kind == ShapeKind.Enum ? field.EnumType.Values.Select(value => value.Name).ToFrozenSet(StringComparer.Ordinal) : [],
            Oneof = field.RealContainingOneof?.Index ?? -1,
        };
    }

    private static int Bound(uint? rule, int otherwise) => rule is > 0 and { } bound ? checked((int)bound) : otherwise;

    private static ShapeKind KindOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String => ShapeKind.String,
        FieldType.Bytes => ShapeKind.Bytes,
        FieldType.Bool => ShapeKind.Bool,
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => ShapeKind.Int32,
        FieldType.UInt32 or FieldType.Fixed32 => ShapeKind.UInt32,
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => ShapeKind.Int64,
        FieldType.UInt64 or FieldType.Fixed64 => ShapeKind.UInt64,
        FieldType.Float => ShapeKind.Float,
        FieldType.Double => ShapeKind.Double,
        FieldType.Enum => ShapeKind.Enum,
        FieldType.Message => field.MessageType.FullName switch
        {
            "google.protobuf.Timestamp" => ShapeKind.Timestamp,
            "google.protobuf.Duration" => ShapeKind.Duration,
            "google.protobuf.Struct" => ShapeKind.Struct,
            "google.protobuf.Value" => ShapeKind.Value,
            "google.protobuf.ListValue" => ShapeKind.ListValue,
            "google.protobuf.FieldMask" => ShapeKind.FieldMask,
            _ => ShapeKind.Message,
        },
        FieldType.Group => throw new NotSupportedException($"The edge has no check for groups: {field.FullName}."),
        _ => throw new NotSupportedException($"The edge has no check for {field.FieldType}: {field.FullName}."),
    };
}
