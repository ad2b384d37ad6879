using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Cooperation;

/// <summary>Requests of one centre to another, and their steps, at the demo's date (2026-03-02).</summary>
internal static class Cooperations
{
    public const string Origin = "nanning-qingxiu-aid-centre", Asked = "liuzhou-aid-centre", Next = "guangxi-aid-centre", Third = "nanning-xingning-aid-centre";

    public static readonly IReadOnlyDictionary<string, string> Kinds = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["TRANSFER"] = "transfer", ["VERIFY_FACTS"] = "verify-facts", ["TAKE_EVIDENCE"] = "take-evidence", ["SERVE_DOCUMENTS"] = "serve-documents", ["REMOTE_HELP"] = "remote-help",
        ["LEND_LAWYER"] = "lend-lawyer",
    };

    /// <summary>The payload of an opening: two items.</summary>
    public static JsonObject Letter(string kind = "VERIFY_FACTS", string to = Asked, string? exchange = null, JsonObject? person = null)
    {
        var letter = new JsonObject
        {
            ["kind"] = $"COOPERATION_KIND_{kind}",
            ["recipient"] = $"agencies/{to}",
            ["person"] = person ?? SyntheticPeople.Adult(SyntheticPeople.NextSerial()),
            ["facts"] = "申请人称在柳州务工期间被拖欠工资",
            ["items"] = new JsonArray(Item("1", "核实用工单位"), Item("2", "核实工资发放情况")),
            ["dueDate"] = "2026-03-20",
            ["contact"] = new JsonObject { ["name"] = "虚构经办人", ["phone"] = "0771-0000021" },
            ["letterNumber"] = "青法援协〔2026〕1号",
        };
        if (exchange is not null)
        {
            letter["exchange"] = exchange;
        }

        return letter;
    }

    public static JsonArray Documents(string kind) =>
    [
        Document("cooperation-letter"), .. kind switch { "TRANSFER" => [Document("application-form")], "SERVE_DOCUMENTS" => [Document("document-to-serve")], _ => Array.Empty<JsonNode>() },
    ];

    public static JsonObject Request(JsonObject letter) => new()
    {
        ["request"] = letter, ["attachments"] = Documents(KindOf(letter)), ["requestId"] = NoticeSteps.NewRequestId(),
    };

    /// <summary>The same by ExchangeService.</summary>
    public static JsonObject Generic(JsonObject request) => new()
    {
        ["type"] = $"exchangeTypes/cooperation.{Kinds[KindOf(request["request"]!.AsObject())]}", // a request has one
        ["openings"] = new JsonArray(new JsonObject { ["payload"] = request["request"]!.DeepClone(), ["attachments"] = request["attachments"]!.DeepClone() }), // likewise
        ["requestId"] = request["requestId"]!.DeepClone(), // likewise
    };

    public static async Task<string> OpenAsync(GatewayFixture gateway, JsonObject? letter = null, string origin = Origin)
    {
        var outcome = (await gateway[origin].CallAsync(Face.Grpc, "RequestCooperation", Request(letter ?? Letter()))).Required;
        return (string)outcome["cooperation"]!["name"]!; // an outcome has one
    }

    /// <summary>A step's request.</summary>
    public static JsonObject Step(string method, string name, JsonObject? payload = null)
    {
        var (field, usual) = method switch
        {
            "AcceptCooperation" => ("acceptance", new JsonObject { ["contact"] = new JsonObject { ["name"] = "虚构联系人", ["phone"] = "0772-0000022" } }),
            "DeclineCooperation" => ("declination", new JsonObject { ["ground"] = "COOPERATION_DECLINE_GROUND_BEYOND_MEANS", ["reasons"] = "无力办理" }),
            "ForwardCooperation" => ("forwarding", new JsonObject { ["to"] = $"agencies/{Next}", ["reasons"] = "不属本机构辖区" }),
            "AskForSupplement" => ("question", new JsonObject { ["needed"] = new JsonArray("劳动合同") }),
            "SupplyCooperation" => ("answer", new JsonObject { ["text"] = "附劳动合同" }),
            "ProposeCooperationDate" => ("proposal", new JsonObject { ["dueDate"] = "2026-03-30", ["reasons"] = "当事人外出" }),
            "AgreeToCooperationDate" => ("agreement", new JsonObject { ["agreed"] = new JsonObject { ["dueDate"] = "2026-03-30" } }),
            "RefuseCooperationDate" => ("refusal", new JsonObject { ["reasons"] = "开庭在即" }),
            "ReportCooperationProgress" => ("progress", new JsonObject { ["text"] = "已联系用工单位", ["itemsDone"] = new JsonArray("1") }),
            "DeliverCooperationResults" => ("results", Results(("1", "DONE"), ("2", "NOT_DONE"))),
            "ReturnCooperationResults" => ("return", new JsonObject { ["items"] = new JsonArray("2"), ["reasons"] = "未说明向谁核实" }),
            "AcceptCooperationResults" => ("acceptance", []),
            "ReviewCooperation" => ("review", new JsonObject { ["grade"] = "COOPERATION_GRADE_GOOD" }),
            "CloseCooperation" => ("closing", []),
            "WithdrawCooperation" => ("withdrawal", new JsonObject { ["reasons"] = "申请人撤回申请" }),
            "AmendCooperation" => ("amendment", new JsonObject { ["reason"] = "补充案情", ["changes"] = new JsonObject { ["facts"] = "申请人补充说明" } }),
            _ => throw new ArgumentException(method, nameof(method)),
        };
        return new JsonObject { ["name"] = name, [field] = payload ?? usual, ["requestId"] = NoticeSteps.NewRequestId() };
    }

    public static JsonObject Results(params (string Number, string Outcome)[] items) => new()
    {
        ["results"] = new JsonArray([.. items.Select(item => new JsonObject
        {
            ["number"] = item.Number, ["outcome"] = $"ITEM_OUTCOME_{item.Outcome}", [item.Outcome == "NOT_DONE" ? "reasons" : "result"] = "已核",
        })]),
    };

    /// <summary>Takes a step and gives the cooperation after it.</summary>
    public static async Task<JsonNode> TakeAsync(GatewayFixture gateway, string agency, Face face, string method, string name, JsonObject? payload = null) =>
        (await gateway[agency].CallAsync(face, method, Step(method, name, payload))).Required["cooperation"]!; // an outcome has one

    public static JsonNode? Clock(JsonNode cooperation, string clock) =>
        cooperation["exchange"]?["clocks"]?.AsArray().FirstOrDefault(one => (string?)one?["clock"] == clock);

    private static string KindOf(JsonObject letter) => ((string)letter["kind"]!)["COOPERATION_KIND_".Length..]; // a letter has one

    private static JsonObject Item(string number, string content) => new() { ["number"] = number, ["content"] = content };

    private static JsonObject Document(string kind) => new()
    {
        ["kind"] = kind, ["fileName"] = $"{kind}.pdf", ["mediaType"] = "application/pdf", ["content"] = Convert.ToBase64String("%PDF-1.7 测试"u8.ToArray()),
    };
}
