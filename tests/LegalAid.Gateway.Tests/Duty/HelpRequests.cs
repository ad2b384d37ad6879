using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Duty;

/// <summary>Requests for a duty lawyer and their steps by the typed face, at the demo's date (2026-03-02).</summary>
internal static class HelpRequests
{
    public const string CaseNumber = "南公（青）拘字〔2026〕88号";

    /// <summary>The payload of an opening, for a person of its own.</summary>
    public static JsonObject Request(string? centre = Notices.AidCentre, string? detentionCentre = null, JsonObject? person = null)
    {
        var request = new JsonObject
        {
            ["caseNumber"] = CaseNumber,
            ["source"] = "HELP_SOURCE_CUSTODY",
            ["stage"] = "STAGE_INVESTIGATION",
            ["person"] = person ?? SyntheticPeople.Adult(SyntheticPeople.NextSerial()),
            ["custody"] = new JsonObject { ["status"] = "CUSTODY_STATUS_DETAINED" },
            ["presence"] = "DUTY_PRESENCE_ON_DUTY",
            ["askTime"] = "2026-03-02T08:30:00+08:00",
            ["contact"] = new JsonObject { ["name"] = "虚构管教", ["phone"] = "0771-0000009" },
        };
        if (centre is not null)
        {
            request["aidCentre"] = $"agencies/{centre}";
        }

        if (detentionCentre is not null)
        {
            request["custody"]!["detentionCentre"] = $"agencies/{detentionCentre}"; // it has one
        }

        return request;
    }

    /// <summary>One notice for these people.</summary>
    public static JsonObject Notice(params JsonObject[] people) => new()
    {
        ["people"] = new JsonArray([.. people.Select(person => new JsonObject { ["request"] = person.DeepClone(), ["attachments"] = new JsonArray(Notices.Document("help-notice")) })]),
        ["requestId"] = NoticeSteps.NewRequestId(),
    };

    /// <summary>The same by ExchangeService.</summary>
    public static JsonObject Generic(JsonObject notice) => new()
    {
        ["type"] = "exchangeTypes/help-request",
        ["openings"] = new JsonArray(
        [
            .. notice["people"]!.AsArray().Select(person => new JsonObject // a notice has people, each with both
            {
                ["payload"] = person!["request"]!.DeepClone(), ["attachments"] = person["attachments"]!.DeepClone(),
            }),
        ]),
        ["requestId"] = notice["requestId"]!.DeepClone(), // a notice has one
    };

    public static async Task<string> OpenAsync(GatewayFixture gateway, string organ, JsonObject request) =>
        (string)(await gateway[organ].CallAsync(Face.Grpc, "RequestHelp", Notice(request))).Required["outcomes"]![0]!["help"]!["name"]!; // accepted

    /// <summary>A step's request.</summary>
    public static JsonObject Step(string method, string name, JsonObject? payload = null)
    {
        var (field, usual) = method switch
        {
            "NotifyLawyer" or "NameLawyer" => ("naming", Naming(NoticeSteps.FirstCounsel)),
            "DeclareConflict" => ("conflict", new JsonObject { ["reason"] = "曾为被害人代理" }),
            "RefuseHelp" => ("refusal", Refusal("INVESTIGATION")),
            "AskHelpAgain" => ("asking", new JsonObject
            {
                ["changes"] = new JsonObject { ["stage"] = "STAGE_PROSECUTION", ["presence"] = "DUTY_PRESENCE_ON_DUTY", ["askTime"] = "2026-03-02T09:00:00+08:00" },
            }),
            "MovePerson" => ("move", new JsonObject
            {
                ["kind"] = "MOVE_KIND_TRANSFER",
                ["moveTime"] = "2026-03-02T09:00:00+08:00",
                ["changes"] = new JsonObject
                {
                    ["custody"] = new JsonObject { ["status"] = "CUSTODY_STATUS_DETAINED", ["place"] = "南宁市第二看守所" }, ["presence"] = "DUTY_PRESENCE_NOBODY",
                },
            }),
            "RecordHelp" => ("record", new JsonObject
            {
                ["startTime"] = "2026-03-02T08:40:00+08:00", ["endTime"] = "2026-03-02T08:55:00+08:00", ["services"] = new JsonArray("HELP_SERVICE_ADVICE"),
            }),
            "WithdrawHelpRequest" => ("withdrawal", new JsonObject { ["reason"] = "已自行委托" }),
            "CloseHelpRequest" => ("closing", new JsonObject { ["outcome"] = "已提供法律帮助" }),
            _ => throw new ArgumentException(method, nameof(method)),
        };
        return new JsonObject { ["name"] = name, [field] = (payload ?? usual).DeepClone(), ["requestId"] = NoticeSteps.NewRequestId() };
    }

    public static JsonObject Naming(JsonObject counsel) => new() { ["counsel"] = counsel, ["capacity"] = "HELP_CAPACITY_HELP", ["mode"] = "DUTY_MODE_ON_SITE" };

    public static JsonObject Refusal(string stage) => new() { ["stage"] = $"STAGE_{stage}", ["refuseTime"] = "2026-03-02T08:50:00+08:00", ["signed"] = true };

    /// <summary>Takes a step that must be accepted, and gives the request after it.</summary>
    public static async Task<JsonNode> TakeAsync(GatewayFixture gateway, string agency, string method, string name, JsonObject? payload = null, Face face = Face.Rest) =>
        (await gateway[agency].CallAsync(face, method, Step(method, name, payload))).Required["help"]!; // an outcome has one
}
