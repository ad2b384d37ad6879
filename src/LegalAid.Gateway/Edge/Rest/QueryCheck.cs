using System.Buffers;
using System.Text.Json;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge.Payloads;
using LegalAid.Gateway.Edge.Validation;

namespace LegalAid.Gateway.Edge.Rest;

/// <summary>
/// Checks query parameters by the rules of the fields they fill: they are put into JSON and go through the same strict reading as a body.
/// A parameter fills a field of the request itself; fields of fields are for a body.
/// </summary>
internal static class QueryCheck
{
    public static IReadOnlyList<Fault> Run(IQueryCollection query, RestRoute route, EdgeOptions options)
    {
        if (query.Count == 0)
        {
            return [];
        }

        var faults = new List<Fault>();
        var json = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach (var (name, values) in query)
            {
                var field = route.Request.Find(name);
                if (field is null || route.BodyTakesAll || !IsScalar(field.Kind) || field.Name == route.BodyPrefix)
                {
                    faults.Add(new Fault(EdgeFaults.UnknownParameter, FaultSink.SafeName(name)));
                }
                else if (route.PathFields.Contains(field.Name))
                {
                    faults.Add(new Fault(EdgeFaults.PathFieldInBody, field.Name));
                }
                else if (field.Repeated)
                {
                    writer.WriteStartArray(field.Name);
                    foreach (var value in values)
                    {
                        Write(writer, field.Kind, value ?? "");
                    }

                    writer.WriteEndArray();
                }
                else if (values.Count != 1)
                {
                    faults.Add(new Fault(EdgeFaults.DuplicateKey, field.Name));
                }
                else
                {
                    writer.WritePropertyName(field.Name);
                    Write(writer, field.Kind, values[0] ?? "");
                }
            }

            writer.WriteEndObject();
        }

        var (_, told) = StrictJson.Read(json.WrittenMemory, route.Request, options);
        var bound = faults.Select(fault => fault.Field).Concat(route.PathFields).ToHashSet(StringComparer.Ordinal);
        faults.AddRange(told.Where(fault => !bound.Contains(fault.Field) && (route.Body is null || fault.Code != GeneralFaults.Required)));
        return faults;
    }

    private static bool IsScalar(ShapeKind kind) =>
        kind is not (ShapeKind.Message or ShapeKind.Struct or ShapeKind.Value or ShapeKind.ListValue);

    private static void Write(Utf8JsonWriter writer, ShapeKind kind, string value)
    {
        if (kind == ShapeKind.Bool && value is "true" or "false")
        {
            writer.WriteBooleanValue(value == "true");
        }
        else
        {
            writer.WriteStringValue(value);
        }
    }
}
