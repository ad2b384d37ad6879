using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Eligibility;

/// <summary>Applications of synthetic people at the demo's date (2026-03).</summary>
internal static class Applicants
{
    public const string Centre = "nanning-qingxiu-aid-centre";

    /// <summary>A worker who claims wages.</summary>
    public static JsonObject Application(JsonObject? person = null)
    {
        person ??= SyntheticPeople.Adult(SyntheticPeople.NextSerial());
        (string Fact, string Value)[] desk =
            [("matter", "labour-pay"), ("has-counsel", "false"), ("other-scope", "false"), ("family-dispute", "false"), ("birth-date", "1985-06-15")];
        return new JsonObject
        {
            ["person"] = person,
            ["receivedDate"] = "2026-03-02",
            ["place"] = "450103",
            ["facts"] = new JsonArray([.. desk.Select(fact => (JsonNode)Stated(fact.Fact, fact.Value))]),
            ["authorisation"] = new JsonObject { ["people"] = new JsonArray(person.DeepClone()), ["expireDate"] = "2026-12-31", ["paperSha256"] = new string('a', 64) },
        };
    }

    public static JsonObject Stated(string fact, string value, string ground = "FACT_GROUND_STATED") => new() { ["fact"] = fact, ["value"] = value, ["ground"] = ground };

    public static string NumberOf(JsonObject application) => application["person"]!["residentNumber"]!.GetValue<string>(); // a synthetic person has one

    public static JsonObject Verify(JsonObject application, string? wait = null)
    {
        var request = new JsonObject { ["application"] = application.DeepClone(), ["requestId"] = NoticeSteps.NewRequestId() };
        if (wait is not null)
        {
            request["waitDuration"] = wait;
        }

        return request;
    }
}
