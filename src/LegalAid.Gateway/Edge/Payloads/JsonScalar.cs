using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using LegalAid.Gateway.Edge.Validation;

namespace LegalAid.Gateway.Edge.Payloads;

/// <summary>The form of single values: numbers in their range, texts of enumerations, bytes and well-known types.</summary>
internal static class JsonScalar
{
    private static readonly SearchValues<char> FieldMaskChars =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,_");

    private static readonly SearchValues<byte> NumberBytes = SearchValues.Create("0123456789+-.eE"u8);

    /// <summary>A number, or a string that holds one, as proto3 JSON allows. Whole numbers are written as such: 1, not 1.0 or 1e0.</summary>
    public static void CheckNumber(ref Utf8JsonReader reader, ShapeKind kind, FaultSink sink)
    {
        var text = reader.ValueSpan;
        var real = kind is ShapeKind.Float or ShapeKind.Double;
        if (reader.ValueIsEscaped || (real ? text.IsEmpty || text.ContainsAnyExcept(NumberBytes) : !IsWhole(text)))
        {
            sink.Add(EdgeFaults.WrongType, Name(kind));
            return;
        }

        var fits = kind switch
        {
            ShapeKind.Int32 => Utf8Parser.TryParse(text, out int _, out var used) && used == text.Length,
            ShapeKind.UInt32 => Utf8Parser.TryParse(text, out uint _, out var used) && used == text.Length,
            ShapeKind.Int64 => Utf8Parser.TryParse(text, out long _, out var used) && used == text.Length,
            ShapeKind.UInt64 => Utf8Parser.TryParse(text, out ulong _, out var used) && used == text.Length,
            ShapeKind.Float => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value),
            ShapeKind.Double => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a number."),
        };
        if (!fits)
        {
            sink.Add(EdgeFaults.OutOfRange, Name(kind));
        }
    }

    /// <summary>The text of an enumeration, of bytes or of a well-known type. A plain string has no form of its own.</summary>
    public static void CheckText(ReadOnlySpan<char> text, FieldShape field, FaultSink sink)
    {
        switch (field.Kind)
        {
            case ShapeKind.Enum when !field.EnumNames.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text):
                sink.Add(EdgeFaults.UnknownEnumValue);
                break;
            case ShapeKind.Bytes when !Base64.IsValid(text):
                sink.Add(EdgeFaults.BadBase64);
                break;
            case ShapeKind.Timestamp when !IsTimestamp(text):
                sink.Add(EdgeFaults.BadTimestamp);
                break;
            case ShapeKind.Duration when !IsDuration(text):
                sink.Add(EdgeFaults.BadDuration);
                break;
            case ShapeKind.FieldMask when text.ContainsAnyExcept(FieldMaskChars):
                sink.Add(EdgeFaults.BadFormat, "field,field.field");
                break;
            default:
                break;
        }
    }

    /// <summary>What a caller is told to send.</summary>
    public static string Name(ShapeKind kind) => kind switch
    {
        ShapeKind.String or ShapeKind.Bytes or ShapeKind.Timestamp or ShapeKind.Duration or ShapeKind.FieldMask => "string",
        ShapeKind.Enum => "enum name",
        ShapeKind.Bool => "boolean",
        ShapeKind.Int32 => "int32",
        ShapeKind.UInt32 => "uint32",
        ShapeKind.Int64 => "int64",
        ShapeKind.UInt64 => "uint64",
        ShapeKind.Float or ShapeKind.Double => "number",
        ShapeKind.ListValue => "array",
        ShapeKind.Message or ShapeKind.Struct or ShapeKind.Value => "object",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A kind without a JSON name."),
    };

    private static bool IsWhole(ReadOnlySpan<byte> text)
    {
        var digits = text.StartsWith("-"u8) ? text[1..] : text;
        return digits.Length > 0 && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    /// <summary>RFC 3339 with upper-case T and Z, up to nine decimals, an offset; the instant lies in the years 0001 to 9999.</summary>
    internal static bool IsTimestamp(ReadOnlySpan<char> text)
    {
        const int SecondsLength = 19; // yyyy-MM-ddTHH:mm:ss
        if (text.Length <= SecondsLength
            || !DateTime.TryParseExact(text[..SecondsLength], "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            return false;
        }

        var rest = text[SecondsLength..];
        if (rest[0] == '.')
        {
            var decimals = rest[1..].IndexOfAnyExceptInRange('0', '9');
            if (decimals is < 1 or > 9)
            {
                return false;
            }

            rest = rest[(1 + decimals)..];
        }

        if (rest is "Z")
        {
            return true;
        }

        if (rest.Length != 6 || rest[0] is not ('+' or '-') || rest[3] != ':' || rest is "-00:00"
            || !int.TryParse(rest[1..3], NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
            || !int.TryParse(rest[4..], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes)
            || minutes > 59 || (hours * 60) + minutes > 18 * 60)
        {
            return false;
        }

        var offset = new TimeSpan(hours, minutes, 0).Ticks;
        return rest[0] == '+' ? local.Ticks >= offset : DateTime.MaxValue.Ticks - local.Ticks >= offset;
    }

    /// <summary>Seconds with up to nine decimals and an "s", at most 315,576,000,000 either way.</summary>
    internal static bool IsDuration(ReadOnlySpan<char> text)
    {
        const long SecondsMax = 315_576_000_000;
        if (text.Length < 2 || text[^1] != 's')
        {
            return false;
        }

        var digits = text[0] == '-' ? text[1..^1] : text[..^1];
        var dot = digits.IndexOf('.');
        var decimals = dot < 0 ? [] : digits[(dot + 1)..];
        return (dot < 0 || (decimals.Length is >= 1 and <= 9 && !decimals.ContainsAnyExceptInRange('0', '9')))
            && long.TryParse(dot < 0 ? digits : digits[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && (seconds < SecondsMax || (seconds == SecondsMax && decimals.IsEmpty));
    }
}
