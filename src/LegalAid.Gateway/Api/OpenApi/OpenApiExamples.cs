using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using LegalAid.Gateway.Contracts.Options.V1;

namespace LegalAid.Gateway.Api.OpenApi;

/// <summary>Examples that spare a reader a guess. People are invented; their region code 450199 is assigned to nobody.</summary>
internal static class OpenApiExamples
{
    /// <summary>An example for the field, or null where its comment says enough.</summary>
    public static JsonNode? Of(FieldDescriptor field) =>
        field.FieldType == FieldType.Message
            ? OfMessage(field.MessageType.FullName)
            : OfFormat(field.GetOptions()?.GetExtension(RulesExtensions.Rules)?.Format) ?? OfName(field.Name);

    private static JsonNode? OfMessage(string fullName) => fullName switch
    {
        "google.protobuf.Timestamp" => "2026-03-02T09:00:00+08:00",
        "google.protobuf.Duration" => "60s",
        _ => null,
    };

    private static JsonNode? OfFormat(Format? format) => format switch
    {
        Format.Date => "2009-01-01",
        Format.RequestId => "5f0c9a52-notice-0001",
        Format.RegionCode => "450100",
        Format.ResidentNumber => "450199200901011231",
        Format.AgencyName => "agencies/example-aid-centre",
        Format.Telephone => "0771-0000000",
        Format.MediaType => "application/pdf",
        _ => null,
    };

    private static JsonNode? OfName(string field) => field switch
    {
        "case_number" => "（2026）桂0199刑初7号",
        _ => null,
    };
}
