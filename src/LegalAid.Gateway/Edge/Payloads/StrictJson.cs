using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Google.Protobuf;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge.Validation;

namespace LegalAid.Gateway.Edge.Payloads;

/// <summary>
/// Reads JSON as a message and refuses what proto3 JSON would let pass or throw on: unknown fields, a key twice, wrong types, overflow.
/// Everything that is wrong is told at once: what fits the type is still checked against its rules when another part does not.
/// </summary>
internal static class StrictJson
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>Form only, for text that another parser binds: the faults, none where the text is a good message of the shape.</summary>
    public static IReadOnlyList<Fault> CheckForm(ReadOnlySpan<byte> utf8, MessageShape shape, FaultSink sink, ulong elsewhere = 0)
    {
        if (!Utf8.IsValid(utf8))
        {
            sink.Add(EdgeFaults.InvalidUtf8);
            return sink.Faults;
        }

        try
        {
            JsonFormCheck.Run(utf8, shape, sink, elsewhere);
        }
        catch (JsonException) when (sink.Faults.Any(fault => fault.Code == EdgeFaults.TooDeep))
        {
            // What was skipped is deeper than the reader itself goes: told already.
        }
        catch (JsonException fault)
        {
            // The position is told, never the text around it.
            sink.AddWhole(EdgeFaults.MalformedJson, Position(fault.LineNumber), Position(fault.BytePositionInLine));
        }

        return sink.Faults;
    }

    /// <summary>
    /// Form and rules. The message, where nothing is wrong; else null and every fault, those of rules included for the parts that can be read.
    /// </summary>
    public static (IMessage? Message, IReadOnlyList<Fault> Faults) Read(
        ReadOnlyMemory<byte> utf8, MessageShape shape, EdgeOptions options, string prefix = "")
    {
        var sink = new FaultSink(options.FaultsMax, options.DepthMax, prefix);
        if (CheckForm(utf8.Span, shape, sink).Count > 0)
        {
            return (null, AddRules(utf8, shape, options, prefix, sink.Faults, elsewhere: []));
        }

        if (Parse(Encoding.UTF8.GetString(utf8.Span), shape) is not { } message)
        {
            sink.Add(EdgeFaults.MalformedRequest);
            return (null, sink.Faults);
        }

        MessageValidator.Validate(message, shape, sink);
        return sink.Faults.Count == 0 ? (message, []) : (null, sink.Faults);
    }

    /// <summary>
    /// The faults of form with those of the rules for all that can still be read. A field that has a fault of form, or that comes from
    /// <paramref name="elsewhere"/> (the path, a header), is not also called missing.
    /// </summary>
    public static IReadOnlyList<Fault> AddRules(
        ReadOnlyMemory<byte> utf8, MessageShape shape, EdgeOptions options, string prefix, IReadOnlyList<Fault> form,
        IReadOnlyCollection<string> elsewhere)
    {
        var told = form.Select(fault => fault.Field).ToHashSet(StringComparer.Ordinal);
        if (told.Contains(prefix) || form.Any(fault => fault.Code == EdgeFaults.TooDeep))
        {
            return form; // the whole cannot be read, or not safely
        }

        if (Parse(JsonSalvage.Copy(utf8, shape, told, prefix), shape) is not { } message)
        {
            return form;
        }

        var sink = new FaultSink(options.FaultsMax, options.DepthMax, prefix);
        MessageValidator.Validate(message, shape, sink);
        var rules = sink.Faults.Where(fault => !Covered(fault.Field, told) && !Covered(fault.Field, elsewhere));
        return [.. form.Concat(rules).Take(options.FaultsMax)];
    }

    private static bool Covered(string field, IReadOnlyCollection<string> told)
    {
        for (var end = field.Length; end > 0; end = field.LastIndexOfAny(['.', '['], end - 1))
        {
            if (told.Contains(field[..end]))
            {
                return true;
            }
        }

        return false;
    }

    private static IMessage? Parse(string json, MessageShape shape)
    {
        try
        {
            return Parser.Parse(json, shape.Descriptor);
        }
        catch (Exception fault) when (fault is InvalidProtocolBufferException or InvalidJsonException or FormatException or OverflowException)
        {
            return null;
        }
    }

    private static string Position(long? zeroBased) => ((zeroBased ?? 0) + 1).ToString(CultureInfo.InvariantCulture);
}
