using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using LegalAid.Gateway.Edge.Validation;

namespace LegalAid.Gateway.Edge.Payloads;

/// <summary>
/// One pass over JSON text against a shape, without building anything: the text is bound later by another parser. Malformed text ends the
/// walk with <see cref="JsonException"/>; everything else goes to the sink and the walk goes on. Recursion is bounded by the sink's depth.
/// </summary>
internal static class JsonFormCheck
{
    private const int NameCharsMax = 128; // longer than any field of the contracts

    private static readonly JsonReaderOptions Options =
        new() { MaxDepth = 1000, CommentHandling = JsonCommentHandling.Disallow, AllowTrailingCommas = false };

    /// <param name="elsewhere">
    /// Ordinals of the top message's fields that the path gives, as bits. A body may leave them out, null or empty, as clients write defaults.
    /// </param>
    public static void Run(ReadOnlySpan<byte> utf8, MessageShape shape, FaultSink sink, ulong elsewhere)
    {
        var reader = new Utf8JsonReader(utf8, Options);
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            Message(ref reader, shape, sink, elsewhere);
        }
        else
        {
            sink.Add(EdgeFaults.WrongType, "object");
            reader.Skip();
        }

        // Anything but white space after the value is malformed; the reader itself says so.
        while (reader.Read())
        {
        }
    }

    private static void Message(ref Utf8JsonReader reader, MessageShape shape, FaultSink sink, ulong elsewhere = 0)
    {
        if (sink.IsTooDeep())
        {
            reader.Skip();
            return;
        }

        var seen = new FieldSet(shape.Fields.Length);
        var oneofs = new FieldSet(shape.Descriptor.Oneofs.Count);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = Find(ref reader, shape, out var name);
            reader.Read();
            sink.Enter(field?.Name ?? FaultSink.SafeName(name));
            if (field is null)
            {
                sink.Add(EdgeFaults.UnknownField);
                reader.Skip();
            }
            else if (!seen.Add(field.Ordinal))
            {
                sink.Add(EdgeFaults.DuplicateKey);
                reader.Skip();
            }
            else if (field.Ordinal < 64 && (elsewhere & (1UL << field.Ordinal)) != 0 && !IsEmpty(ref reader))
            {
                sink.Add(EdgeFaults.PathFieldInBody);
                reader.Skip();
            }
            else if (field.Oneof >= 0 && reader.TokenType != JsonTokenType.Null && !oneofs.Add(field.Oneof))
            {
                sink.Add(EdgeFaults.OneofConflict);
                reader.Skip();
            }
            else if (field.Repeated)
            {
                List(ref reader, field, sink);
            }
            else
            {
                One(ref reader, field, sink, element: false);
            }

            sink.Leave();
        }
    }

    private static bool IsEmpty(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Null || (reader.TokenType == JsonTokenType.String && reader.ValueSpan.IsEmpty);

    private static FieldShape? Find(ref Utf8JsonReader reader, MessageShape shape, out string name)
    {
        name = "?";
        if (reader.ValueSpan.Length > NameCharsMax)
        {
            return null;
        }

        Span<char> text = stackalloc char[NameCharsMax];
        if (!TryCopy(ref reader, text, out var length))
        {
            return null;
        }

        if (shape.Find(text[..length]) is { } field)
        {
            return field;
        }

        name = text[..length].ToString();
        return null;
    }

    private static void List(ref Utf8JsonReader reader, FieldShape field, FaultSink sink)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return; // proto3 JSON: null is absent
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            sink.Add(EdgeFaults.WrongType, "array");
            reader.Skip();
            return;
        }

        if (sink.IsTooDeep())
        {
            reader.Skip();
            return;
        }

        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            sink.Enter(i);
            One(ref reader, field, sink, element: true);
            sink.Leave();
        }
    }

    private static void One(ref Utf8JsonReader reader, FieldShape field, FaultSink sink, bool element)
    {
        var token = reader.TokenType;
        if (token == JsonTokenType.Null && field.Kind != ShapeKind.Value)
        {
            if (element)
            {
                sink.Add(EdgeFaults.WrongType, JsonScalar.Name(field.Kind));
            }

            return;
        }

        switch (field.Kind)
        {
            case ShapeKind.Message when token == JsonTokenType.StartObject:
                Message(ref reader, field.Child!, sink); // a compiled shape of this kind always has a child
                return;
            case ShapeKind.Struct when token == JsonTokenType.StartObject:
            case ShapeKind.ListValue when token == JsonTokenType.StartArray:
            case ShapeKind.Value:
                JsonFree.Check(ref reader, sink);
                return;
            case ShapeKind.Bool when token is JsonTokenType.True or JsonTokenType.False:
                return;
            case ShapeKind.Int32 or ShapeKind.UInt32 or ShapeKind.Int64 or ShapeKind.UInt64 or ShapeKind.Float or ShapeKind.Double
                when token is JsonTokenType.Number or JsonTokenType.String:
                JsonScalar.CheckNumber(ref reader, field.Kind, sink);
                return;
            case ShapeKind.Enum when token == JsonTokenType.Number:
                if (!reader.TryGetInt32(out var number) || !field.EnumNumbers.Contains(number))
                {
                    sink.Add(EdgeFaults.UnknownEnumValue);
                }

                return;
            case ShapeKind.String or ShapeKind.Enum or ShapeKind.Bytes or ShapeKind.Timestamp or ShapeKind.Duration or ShapeKind.FieldMask
                when token == JsonTokenType.String:
                Text(ref reader, field, sink);
                return;
            default:
                sink.Add(EdgeFaults.WrongType, JsonScalar.Name(field.Kind));
                reader.Skip();
                return;
        }
    }

    private static void Text(ref Utf8JsonReader reader, FieldShape field, FaultSink sink)
    {
        if (!reader.ValueIsEscaped && field.Kind == ShapeKind.String)
        {
            return; // the whole text is valid UTF-8 already
        }

        if (!reader.ValueIsEscaped && field.Kind == ShapeKind.Bytes)
        {
            // The bulk of a large body: checked where it lies.
            if (!Base64.IsValid(reader.ValueSpan))
            {
                sink.Add(EdgeFaults.BadBase64);
            }

            return;
        }

        var rented = ArrayPool<char>.Shared.Rent(reader.ValueSpan.Length + 1);
        try
        {
            if (TryCopy(ref reader, rented, out var length))
            {
                JsonScalar.CheckText(rented.AsSpan(0, length), field, sink);
            }
            else
            {
                sink.Add(EdgeFaults.BadText);
            }
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented, clearArray: true); // it may hold personal data
        }
    }

    /// <summary>False where an escape stands for a lone surrogate.</summary>
    private static bool TryCopy(ref Utf8JsonReader reader, scoped Span<char> text, out int length)
    {
        try
        {
            length = reader.CopyString(text);
            return true;
        }
        catch (InvalidOperationException)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>Which fields stood already: one word for all messages of the contracts, an array beyond 64 fields.</summary>
    private struct FieldSet(int count)
    {
        private readonly bool[]? _many = count > 64 ? new bool[count] : null;
        private ulong _bits;

        public bool Add(int ordinal)
        {
            if (_many is not null)
            {
                var fresh = !_many[ordinal];
                _many[ordinal] = true;
                return fresh;
            }

            var bit = 1UL << ordinal;
            var added = (_bits & bit) == 0;
            _bits |= bit;
            return added;
        }
    }
}
