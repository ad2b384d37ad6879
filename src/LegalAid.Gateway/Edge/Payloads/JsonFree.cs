using System.Text.Json;
using LegalAid.Gateway.Edge.Validation;

namespace LegalAid.Gateway.Edge.Payloads;

/// <summary>Any JSON, as a Struct or a Value holds it: no name twice, finite numbers, sound text, bounded depth.</summary>
internal static class JsonFree
{
    public static void Check(ref Utf8JsonReader reader, FaultSink sink)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                CheckObject(ref reader, sink);
                break;
            case JsonTokenType.StartArray:
                CheckArray(ref reader, sink);
                break;
            case JsonTokenType.Number when !reader.TryGetDouble(out var number) || !double.IsFinite(number):
                sink.Add(EdgeFaults.OutOfRange, "double");
                break;
            case JsonTokenType.String when reader.ValueIsEscaped && Unescaped(ref reader) is null:
                sink.Add(EdgeFaults.BadText);
                break;
            default:
                break;
        }
    }

    private static void CheckArray(ref Utf8JsonReader reader, FaultSink sink)
    {
        if (sink.IsTooDeep())
        {
            reader.Skip();
            return;
        }

        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            sink.Enter(i);
            Check(ref reader, sink);
            sink.Leave();
        }
    }

    private static void CheckObject(ref Utf8JsonReader reader, FaultSink sink)
    {
        if (sink.IsTooDeep())
        {
            reader.Skip();
            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Unescaped(ref reader);
            reader.Read();
            sink.Enter(FaultSink.SafeName(name ?? "?"));
            if (name is null)
            {
                sink.Add(EdgeFaults.BadText);
            }
            else if (!names.Add(name))
            {
                sink.Add(EdgeFaults.DuplicateKey);
            }

            Check(ref reader, sink);
            sink.Leave();
        }
    }

    private static string? Unescaped(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // an escape of a lone surrogate
        }
    }
}
