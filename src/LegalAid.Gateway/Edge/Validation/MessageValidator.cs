using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Edge.Validation;

/// <summary>
/// Checks a message against its shape: required fields, bounds, formats, defined enumeration values, well-known types in their range. All
/// faults are told together, each with the path it has in the JSON form. Pure and thread-safe.
/// </summary>
internal static class MessageValidator
{
    private const long SecondsMin = -62_135_596_800; // 0001-01-01T00:00:00Z
    private const long SecondsMax = 253_402_300_799; // 9999-12-31T23:59:59Z
    private const long DurationSecondsMax = 315_576_000_000;
    private const int NanosMax = 999_999_999;

    public static void Validate(IMessage message, MessageShape shape, FaultSink sink)
    {
        if (sink.IsTooDeep())
        {
            return;
        }

        foreach (var field in shape.Fields)
        {
            if (sink.IsFull)
            {
                return;
            }

            sink.Enter(field.Name);
            if (field.Repeated)
            {
                ValidateList(message, field, sink);
            }
            else
            {
                ValidateOne(field.Field.Accessor.GetValue(message), field, sink, field.Required);
            }

            sink.Leave();
        }
    }

    private static void ValidateList(IMessage message, FieldShape field, FaultSink sink)
    {
        var list = (IList)field.Field.Accessor.GetValue(message);
        if (list.Count == 0)
        {
            if (field.Required)
            {
                sink.Add(GeneralFaults.Required);
            }

            return;
        }

        if (list.Count > field.ItemsMax)
        {
            sink.Add(EdgeFaults.TooManyItems, Number(field.ItemsMax));
            return;
        }

        for (var i = 0; i < list.Count && !sink.IsFull; i++)
        {
            sink.Enter(i);
            // An empty element says nothing: a list is shortened instead.
            ValidateOne(list[i], field, sink, required: field.Kind is ShapeKind.String or ShapeKind.Enum or ShapeKind.Bytes);
            sink.Leave();
        }
    }

    private static void ValidateOne(object? value, FieldShape field, FaultSink sink, bool required)
    {
        switch (field.Kind)
        {
            case ShapeKind.String:
                ValidateText((string?)value ?? "", field, sink, required);
                break;
            case ShapeKind.Bytes:
                ValidateBytes((ByteString?)value ?? ByteString.Empty, field, sink, required);
                break;
            case ShapeKind.Enum:
                ValidateEnum(Convert.ToInt32(value, CultureInfo.InvariantCulture), field, sink, required);
                break;
            case ShapeKind.Message or ShapeKind.Timestamp or ShapeKind.Duration or ShapeKind.Struct or ShapeKind.Value
                or ShapeKind.ListValue or ShapeKind.FieldMask:
                ValidateMessage((IMessage?)value, field, sink, required);
                break;
            case ShapeKind.Float or ShapeKind.Double:
                if (!double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture)))
                {
                    sink.Add(EdgeFaults.OutOfRange, "double");
                }

                break;
            case ShapeKind.Bool or ShapeKind.Int32 or ShapeKind.UInt32 or ShapeKind.Int64 or ShapeKind.UInt64:
                break; // any value of the type is allowed, and zero cannot be told from absent
            default:
                throw new ArgumentOutOfRangeException(nameof(field), field.Kind, "A kind without a check.");
        }
    }

    private static void ValidateText(string text, FieldShape field, FaultSink sink, bool required)
    {
        if (text.Length == 0)
        {
            if (required)
            {
                sink.Add(GeneralFaults.Required);
            }

            return;
        }

        if (!IsSound(text))
        {
            sink.Add(EdgeFaults.BadText);
        }
        else if (IsLonger(text, field.CharsMax))
        {
            sink.Add(EdgeFaults.TooLong, Number(field.CharsMax));
        }
        else if (field.Format?.Invoke(text) is { } fault)
        {
            sink.Add(fault.Code, [.. fault.Arguments]);
        }
        else if (required && string.IsNullOrWhiteSpace(text))
        {
            sink.Add(GeneralFaults.Required);
        }
    }

    private static void ValidateBytes(ByteString bytes, FieldShape field, FaultSink sink, bool required)
    {
        if (bytes.IsEmpty && required)
        {
            sink.Add(GeneralFaults.Required);
        }
        else if (bytes.Length > field.BytesMax)
        {
            sink.Add(EdgeFaults.TooManyBytes, Number(field.BytesMax));
        }
    }

    private static void ValidateEnum(int number, FieldShape field, FaultSink sink, bool required)
    {
        if (number == 0 && required)
        {
            sink.Add(GeneralFaults.Required);
        }
        else if (!field.EnumNumbers.Contains(number))
        {
            sink.Add(EdgeFaults.UnknownEnumValue);
        }
    }

    private static void ValidateMessage(IMessage? message, FieldShape field, FaultSink sink, bool required)
    {
        switch (message)
        {
            case null:
                if (required)
                {
                    sink.Add(GeneralFaults.Required);
                }

                break;
            case Timestamp { Seconds: < SecondsMin or > SecondsMax } or Timestamp { Nanos: < 0 or > NanosMax }:
                sink.Add(EdgeFaults.BadTimestamp);
                break;
            case Duration duration when !IsSound(duration):
                sink.Add(EdgeFaults.BadDuration);
                break;
            case Struct { Fields.Count: 0 } when required:
                sink.Add(GeneralFaults.Required);
                break;
            case Struct value:
                ValidateStruct(value, sink);
                break;
            case Value value:
                ValidateValue(value, sink);
                break;
            case ListValue value:
                ValidateValues(value, sink);
                break;
            default:
                if (field.Child is { } child)
                {
                    Validate(message, child, sink);
                }

                break;
        }
    }

    private static void ValidateStruct(Struct value, FaultSink sink)
    {
        if (sink.IsTooDeep())
        {
            return;
        }

        foreach (var (key, item) in value.Fields)
        {
            if (sink.IsFull)
            {
                return;
            }

            sink.Enter(FaultSink.SafeName(key));
            if (!IsSound(key))
            {
                sink.Add(EdgeFaults.BadText);
            }

            ValidateValue(item, sink);
            sink.Leave();
        }
    }

    private static void ValidateValues(ListValue value, FaultSink sink)
    {
        if (sink.IsTooDeep())
        {
            return;
        }

        for (var i = 0; i < value.Values.Count && !sink.IsFull; i++)
        {
            sink.Enter(i);
            ValidateValue(value.Values[i], sink);
            sink.Leave();
        }
    }

    private static void ValidateValue(Value value, FaultSink sink)
    {
        switch (value.KindCase)
        {
            case Value.KindOneofCase.StringValue when !IsSound(value.StringValue):
                sink.Add(EdgeFaults.BadText);
                break;
            case Value.KindOneofCase.NumberValue when !double.IsFinite(value.NumberValue):
                sink.Add(EdgeFaults.OutOfRange, "double");
                break;
            case Value.KindOneofCase.StructValue:
                ValidateStruct(value.StructValue, sink);
                break;
            case Value.KindOneofCase.ListValue:
                ValidateValues(value.ListValue, sink);
                break;
            case Value.KindOneofCase.None:
                sink.Add(EdgeFaults.MalformedMessage); // protobuf's own JSON cannot say it
                break;
            case Value.KindOneofCase.NullValue or Value.KindOneofCase.BoolValue or Value.KindOneofCase.StringValue
                or Value.KindOneofCase.NumberValue:
            default:
                break;
        }
    }

    private static bool IsSound(Duration value) =>
        Math.Abs(value.Seconds) <= DurationSecondsMax && value.Nanos is >= -NanosMax and <= NanosMax
        && (value.Seconds == 0 || value.Nanos == 0 || value.Seconds > 0 == value.Nanos > 0);

    /// <summary>No lone surrogate, and no U+0000, which PostgreSQL cannot store.</summary>
    private static bool IsSound(string text)
    {
        if (text.Contains('\0'))
        {
            return false;
        }

        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return true;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]))
            {
                if (!char.IsSurrogatePair(text, i) || i + 1 == text.Length)
                {
                    return false;
                }

                i++;
            }
        }

        return true;
    }

    private static bool IsLonger(string text, int charsMax)
    {
        if (text.Length <= charsMax)
        {
            return false; // scalars are never more than code units
        }

        var scalars = 0;
        foreach (var c in text)
        {
            scalars += char.IsLowSurrogate(c) ? 0 : 1;
        }

        return scalars > charsMax;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
