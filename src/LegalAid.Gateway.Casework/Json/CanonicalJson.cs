using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Casework.Json;

/// <summary>
/// The JSON Canonicalization Scheme (RFC 8785): one byte sequence for one JSON value, so that its digest can be agreed on
/// years later by whoever holds the value. Pure and thread-safe.
/// </summary>
/// <remarks>
/// The input is I-JSON (RFC 7493). What is not — a name twice in one object, a lone surrogate, a number outside a double's
/// range — has no canonical form: <see cref="FormatException"/>. Malformed JSON text: <see cref="JsonException"/>.
/// </remarks>
public static class CanonicalJson
{
    /// <summary>Deepest nesting that is canonicalised.</summary>
    public const int DepthMax = 64;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = DepthMax, AllowTrailingCommas = false, CommentHandling = JsonCommentHandling.Disallow };

    /// <summary>The canonical UTF-8 bytes of <paramref name="value"/>, without a byte order mark.</summary>
    public static byte[] Canonicalise(JsonElement value)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        Write(output, value, depth: 0);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The canonical bytes of a node; a null reference is the JSON null.</summary>
    public static byte[] Canonicalise(JsonNode? value)
    {
        var text = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(text, new JsonWriterOptions { SkipValidation = false, MaxDepth = DepthMax }))
        {
            if (value is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                value.WriteTo(writer);
            }
        }

        return Canonicalise(text.WrittenMemory);
    }

    /// <summary>The canonical bytes of JSON text in UTF-8.</summary>
    public static byte[] Canonicalise(ReadOnlyMemory<byte> utf8)
    {
        using var document = JsonDocument.Parse(utf8, Strict);
        return Canonicalise(document.RootElement);
    }

    /// <summary>The canonical bytes of JSON text in UTF-8; the span is copied once.</summary>
    public static byte[] Canonicalise(ReadOnlySpan<byte> utf8) => Canonicalise(new ReadOnlyMemory<byte>(utf8.ToArray()));

    /// <summary>SHA-256 of the bytes, 64 lower-case hexadecimal characters.</summary>
    public static string Digest(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return Convert.ToHexStringLower(hash);
    }

    private static void Write(ArrayBufferWriter<byte> output, JsonElement value, int depth)
    {
        if (depth > DepthMax)
        {
            throw new FormatException("The value is nested too deep to be canonicalised.");
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(output, value, depth);
                break;
            case JsonValueKind.Array:
                WriteArray(output, value, depth);
                break;
            case JsonValueKind.String:
                WriteString(output, Text(value));
                break;
            case JsonValueKind.Number:
                WriteAscii(output, Number(value));
                break;
            case JsonValueKind.True:
                output.Write("true"u8);
                break;
            case JsonValueKind.False:
                output.Write("false"u8);
                break;
            case JsonValueKind.Null:
                output.Write("null"u8);
                break;
            case JsonValueKind.Undefined:
            default:
                throw new FormatException("An undefined value has no canonical form.");
        }
    }

    private static void WriteObject(ArrayBufferWriter<byte> output, JsonElement value, int depth)
    {
        var members = new List<(string Name, JsonElement Value)>();
        foreach (var property in value.EnumerateObject())
        {
            members.Add((Name(property), property.Value));
        }

        // RFC 8785 section 3.2.3 sorts by UTF-16 code units, which is .NET's ordinal order.
        members.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        output.Write("{"u8);
        for (var i = 0; i < members.Count; i++)
        {
            if (i > 0)
            {
                if (string.Equals(members[i].Name, members[i - 1].Name, StringComparison.Ordinal))
                {
                    throw new FormatException("A name stands twice in one object.");
                }

                output.Write(","u8);
            }

            WriteString(output, members[i].Name);
            output.Write(":"u8);
            Write(output, members[i].Value, depth + 1);
        }

        output.Write("}"u8);
    }

    private static void WriteArray(ArrayBufferWriter<byte> output, JsonElement value, int depth)
    {
        output.Write("["u8);
        var first = true;
        foreach (var item in value.EnumerateArray())
        {
            if (!first)
            {
                output.Write(","u8);
            }

            first = false;
            Write(output, item, depth + 1);
        }

        output.Write("]"u8);
    }

    private static string Text(JsonElement value)
    {
        try
        {
            return value.GetString() ?? throw new FormatException("A string was expected.");
        }
        catch (InvalidOperationException fault)
        {
            throw new FormatException("A string holds a lone surrogate.", fault);
        }
    }

    private static string Name(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException fault)
        {
            throw new FormatException("A name holds a lone surrogate.", fault);
        }
    }

    private static string Number(JsonElement value)
    {
        var number = value.GetDouble();
        if (!double.IsFinite(number))
        {
            throw new FormatException("A number is outside the range of a double.");
        }

        return FormatNumber(number);
    }

    /// <summary>The text that ECMAScript's Number.toString gives (RFC 8785 section 3.2.2.3). Only for finite numbers.</summary>
    internal static string FormatNumber(double number)
    {
        if (number == 0)
        {
            return "0"; // minus zero too
        }

        // .NET gives the shortest digits that read back as the same double, as ECMAScript does; only the layout differs.
        var shortest = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture);
        var digits = ShortestDigits(shortest);
        var exponent = Exponent(shortest);
        var sign = number < 0 ? "-" : "";
        var point = exponent + 1; // digits before the decimal point
        if (point >= digits.Length && point <= 21)
        {
            return sign + digits + new string('0', point - digits.Length);
        }

        if (point > 0 && point <= 21)
        {
            return sign + digits[..point] + "." + digits[point..];
        }

        if (point <= 0 && point > -6)
        {
            return sign + "0." + new string('0', -point) + digits;
        }

        var mantissa = digits.Length == 1 ? digits : digits[..1] + "." + digits[1..];
        return sign + mantissa + "e" + (exponent < 0 ? "-" : "+") + Math.Abs(exponent).ToString(CultureInfo.InvariantCulture);
    }

    private static string ShortestDigits(string shortest)
    {
        var end = shortest.IndexOf('E');
        var mantissa = end < 0 ? shortest : shortest[..end];
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        return digits.Length == 0 ? "0" : digits;
    }

    /// <summary>The power of ten of the first digit. The text is never all zeros.</summary>
    private static int Exponent(string shortest)
    {
        var e = shortest.IndexOf('E');
        var mantissa = e < 0 ? shortest : shortest[..e];
        var written = e < 0 ? 0 : int.Parse(shortest.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var dot = mantissa.IndexOf('.');
        var whole = dot < 0 ? mantissa.Length : dot;
        for (var i = 0; i < mantissa.Length; i++)
        {
            if (mantissa[i] is not '0' and not '.')
            {
                return written + (i < whole ? whole - 1 - i : whole - i);
            }
        }

        throw new FormatException("Zero has no first digit.");
    }

    private static void WriteString(ArrayBufferWriter<byte> output, string text)
    {
        output.Write("\""u8);
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var escape = Escape(text[i]);
            if (escape is null)
            {
                continue;
            }

            WriteUtf8(output, text.AsSpan(start, i - start));
            WriteAscii(output, escape);
            start = i + 1;
        }

        WriteUtf8(output, text.AsSpan(start));
        output.Write("\""u8);
    }

    private static string? Escape(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\f' => "\\f",
        '\r' => "\\r",
        < ' ' => "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture),
        _ => null,
    };

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static void WriteUtf8(ArrayBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return;
        }

        try
        {
            var span = output.GetSpan(StrictUtf8.GetMaxByteCount(text.Length));
            output.Advance(StrictUtf8.GetBytes(text, span));
        }
        catch (EncoderFallbackException fault)
        {
            throw new FormatException("A string holds a lone surrogate.", fault);
        }
    }

    private static void WriteAscii(ArrayBufferWriter<byte> output, string text)
    {
        var span = output.GetSpan(text.Length);
        output.Advance(Encoding.ASCII.GetBytes(text, span));
    }
}
