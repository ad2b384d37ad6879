using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace LegalAid.Gateway.Casework.Json;

/// <summary>
/// Writes nodes in canonical form. Every accepted message is written some ten times — digest, leaf, receipt, row, kept answer — so it
/// goes through the nodes once, without a text in between, into a buffer that the thread keeps for the next one.
/// </summary>
internal sealed class CanonicalWriter : IDisposable
{
    /// <summary>A buffer that a large document has grown beyond this is not kept.</summary>
    private const int KeptBytesMax = 256 << 10;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        "\"\\\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f"
        + "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f");

    [ThreadStatic]
    private static CanonicalWriter? _idle;

    private readonly ArrayBufferWriter<byte> _output = new(4096);

    private CanonicalWriter()
    {
    }

    /// <summary>A writer that nobody else has until it is disposed of.</summary>
    public static CanonicalWriter Rent()
    {
        var writer = _idle ?? new CanonicalWriter();
        _idle = null;
        return writer;
    }

    public byte[] ToArray() => _output.WrittenSpan.ToArray();

    public void Dispose()
    {
        if (_output.Capacity <= KeptBytesMax)
        {
            _output.ResetWrittenCount();
            _idle = this;
        }
    }

    public void Write(JsonNode? value) => Write(value, depth: 0);

    private void Write(JsonNode? value, int depth)
    {
        if (depth > CanonicalJson.DepthMax)
        {
            throw new FormatException("The value is nested too deep to be canonicalised.");
        }

        switch (value)
        {
            case null:
                _output.Write("null"u8);
                break;
            case JsonObject members:
                WriteObject(members, depth);
                break;
            case JsonArray items:
                WriteArray(items, depth);
                break;
            default:
                WriteValue(value.AsValue());
                break;
        }
    }

    private void WriteObject(JsonObject value, int depth)
    {
        var count = CountOf(value);
        var rented = ArrayPool<KeyValuePair<string, JsonNode?>>.Shared.Rent(count);
        ((ICollection<KeyValuePair<string, JsonNode?>>)value).CopyTo(rented, 0);

        // RFC 8785 section 3.2.3 sorts by UTF-16 code units, which is .NET's ordinal order.
        var members = rented.AsSpan(0, count);
        members.Sort(static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        _output.Write("{"u8);
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
            {
                _output.Write(","u8);
            }

            WriteString(members[i].Key);
            _output.Write(":"u8);
            Write(members[i].Value, depth + 1);
        }

        _output.Write("}"u8);
        ArrayPool<KeyValuePair<string, JsonNode?>>.Shared.Return(rented, clearArray: true);
    }

    /// <summary>Parsed objects are read on first use, and only then show that they are no I-JSON.</summary>
    private static int CountOf(JsonObject value)
    {
        try
        {
            return value.Count;
        }
        catch (ArgumentException fault)
        {
            throw new FormatException("A name stands twice in one object.", fault);
        }
        catch (InvalidOperationException fault)
        {
            throw new FormatException("A name holds a lone surrogate.", fault);
        }
    }

    private void WriteArray(JsonArray value, int depth)
    {
        _output.Write("["u8);
        for (var i = 0; i < value.Count; i++)
        {
            if (i > 0)
            {
                _output.Write(","u8);
            }

            Write(value[i], depth + 1);
        }

        _output.Write("]"u8);
    }

    private void WriteValue(JsonValue value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                WriteText(value);
                break;
            case JsonValueKind.Number:
                CanonicalNumber.Write(_output, NumberOf(value));
                break;
            case JsonValueKind.True:
                _output.Write("true"u8);
                break;
            case JsonValueKind.False:
                _output.Write("false"u8);
                break;
            default:
                throw new FormatException($"A value of kind {value.GetValueKind()} has no canonical form.");
        }
    }

    private void WriteText(JsonValue value)
    {
        // Parsed text without an escape stands in its source as it is to be written.
        if (value.TryGetValue<JsonElement>(out var parsed) && JsonMarshal.GetRawUtf8Value(parsed) is var raw && !raw.Contains((byte)'\\') && Utf8.IsValid(raw))
        {
            _output.Write(raw);
            return;
        }

        try
        {
            // What is text in JSON alone, such as a Guid, is written as JSON first.
            WriteString(value.TryGetValue<string>(out var text) ? text : JsonNode.Parse(value.ToJsonString())?.GetValue<string>() ?? "");
        }
        catch (InvalidOperationException fault)
        {
            throw new FormatException("A string holds a lone surrogate.", fault);
        }
    }

    private static double NumberOf(JsonValue value) =>
        value.TryGetValue<double>(out var number) ? number
        : value.TryGetValue<int>(out var whole) ? whole
        : value.TryGetValue<long>(out var large) ? large
        : double.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    private void WriteString(ReadOnlySpan<char> text)
    {
        _output.Write("\""u8);
        for (var at = text.IndexOfAny(Escaped); at >= 0; at = text.IndexOfAny(Escaped))
        {
            WriteUtf8(text[..at]);
            WriteEscape(text[at]);
            text = text[(at + 1)..];
        }

        WriteUtf8(text);
        _output.Write("\""u8);
    }

    private void WriteEscape(char c) => WriteUtf8(c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\f' => "\\f",
        '\r' => "\\r",
        _ => "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture),
    });

    private void WriteUtf8(ReadOnlySpan<char> text)
    {
        try
        {
            var span = _output.GetSpan(StrictUtf8.GetMaxByteCount(text.Length));
            _output.Advance(StrictUtf8.GetBytes(text, span));
        }
        catch (EncoderFallbackException fault)
        {
            throw new FormatException("A string holds a lone surrogate.", fault);
        }
    }
}
