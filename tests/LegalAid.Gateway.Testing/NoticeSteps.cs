using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Testing;

/// <summary>Steps of notices over either face. Each has a request id of its own, unless one is given.</summary>
public static class NoticeSteps
{
    /// <summary>A request id that no other call in this process gives.</summary>
    public static string NewRequestId() => Notices.RequestId(SyntheticPeople.NextSerial(), 'b');

    /// <summary>Counsel of the demo's register.</summary>
    public static JsonObject FirstCounsel => Counsel("14501201510000011", "虚构甲律师", Notices.FirstFirm);

    public static JsonObject SecondCounsel => Counsel("14501201210000042", "虚构丁律师", Notices.SecondFirm);

    public static JsonObject Counsel(string licence, string name, string firm) => new()
    {
        ["licenceNumber"] = licence,
        ["name"] = name,
        ["firm"] = $"agencies/{firm}",
        ["firmName"] = "广西演示律师事务所",
        ["phone"] = "0771-0000011",
    };

    public static JsonObject Assign(string name, JsonObject? counsel = null) => new()
    {
        ["name"] = name,
        ["requestId"] = NewRequestId(),
        ["assignment"] = new JsonObject { ["counsel"] = counsel ?? FirstCounsel, ["letterNumber"] = "青法援公函〔2026〕18号" },
    };

    public static JsonObject Replace(string name, JsonObject? counsel = null) => new()
    {
        ["name"] = name,
        ["requestId"] = NewRequestId(),
        ["replacement"] = new JsonObject { ["counsel"] = counsel ?? SecondCounsel, ["letterNumber"] = "青法援公函〔2026〕19号", ["reason"] = "原承办律师不能继续办理" },
    };

    public static JsonObject Answer(string name, string answer = "ACCEPTED", string? reason = null)
    {
        var response = new JsonObject { ["answer"] = $"ASSIGNMENT_ANSWER_{answer}" };
        if (reason is not null)
        {
            response["reason"] = reason;
        }

        return new JsonObject { ["name"] = name, ["requestId"] = NewRequestId(), ["response"] = response };
    }

    public static JsonObject Withdraw(string name) => new()
    {
        ["name"] = name,
        ["requestId"] = NewRequestId(),
        ["withdrawal"] = new JsonObject { ["ground"] = "WITHDRAWAL_GROUND_OWN_COUNSEL", ["ownCounselName"] = "虚构自聘律师" },
    };

    public static JsonObject Decline(string name) => new()
    {
        ["name"] = name,
        ["requestId"] = NewRequestId(),
        ["declination"] = new JsonObject { ["ground"] = "DECLINE_GROUND_NO_STATUTORY_GROUND", ["reasons"] = "不符合通知辩护情形" },
    };

    public static JsonObject Refuse(string name) => new()
    {
        ["name"] = name,
        ["requestId"] = NewRequestId(),
        ["refusal"] = new JsonObject { ["refuseTime"] = "2026-03-02T09:30:00+08:00", ["reason"] = "要求更换" },
    };

    public static JsonObject Renotify(string name) => new()
    {
        ["name"] = name,
        ["requestId"] = NewRequestId(),
        ["renotification"] = new JsonObject { ["reason"] = "未另行委托" },
    };

    public static JsonObject Terminate(string name) => new()
    {
        ["name"] = name,
        ["requestId"] = NewRequestId(),
        ["termination"] = new JsonObject { ["ground"] = "TERMINATION_GROUND_CASE_ENDED", ["reasons"] = "案件终止" },
    };

    public static JsonObject Close(string name) => new()
    {
        ["name"] = name,
        ["requestId"] = NewRequestId(),
        ["closing"] = new JsonObject { ["outcome"] = "一审判决已送达" },
    };

    public static JsonObject Amend(string name, JsonObject? changes = null) => new()
    {
        ["name"] = name,
        ["requestId"] = NewRequestId(),
        ["amendment"] = new JsonObject
        {
            ["reason"] = "排期调整",
            ["changes"] = changes ?? new JsonObject { ["hearing"] = new JsonObject { ["startTime"] = "2026-04-22T09:00:00+08:00" } },
        },
    };

    /// <summary>A step of the generic service.</summary>
    public static JsonObject Take(string exchange, string step, JsonObject payload) => new()
    {
        ["name"] = exchange,
        ["step"] = step,
        ["requestId"] = NewRequestId(),
        ["payload"] = payload,
    };

    public static JsonObject Visit => new() { ["lawyerName"] = "虚构甲律师", ["personName"] = "虚构试号" };

    /// <summary>Submits a notice and gives the first outcome's notice.</summary>
    public static async Task<JsonObject> SubmitAsync(this GatewayFixture gateway, NoticeSample sample, Face face = Face.Grpc)
    {
        var answer = await gateway[sample.Organ].CallAsync(face, "SubmitDefenceNotice", sample.Request);
        return answer.Required["outcomes"]![0]!["notice"]!.AsObject(); // accepted
    }

    /// <summary>Takes a step that must be accepted, and gives the notice after it.</summary>
    public static async Task<JsonObject> StepAsync(this GatewayFixture gateway, string agency, string method, JsonObject request, Face face = Face.Grpc)
    {
        var answer = await gateway[agency].CallAsync(face, method, request);
        return answer.Required["notice"]!.AsObject(); // accepted
    }

    /// <summary>Brings a new court notice to a state by the steps that lead there; gives its resource name.</summary>
    public static async Task<string> NoticeInAsync(this GatewayFixture gateway, string state, NoticeSample? sample = null)
    {
        sample ??= Notices.Of("COURT");
        var name = (await gateway.SubmitAsync(sample))["name"]!.GetValue<string>(); // every notice has a name
        (string Agency, string Method, JsonObject Request)[] path = state switch
        {
            "notified" => [],
            "assigned" => [Assigned()],
            "accepted" => [Assigned(), Accepted()],
            "refused" => [Assigned(), (sample.Organ, "ReportCounselRefusal", Refuse(name))],
            "declined" => [(sample.AidCentre, "DeclineDefenceNotice", Decline(name))],
            "withdrawn" => [(sample.Organ, "WithdrawDefenceNotice", Withdraw(name))],
            "terminated" => [(sample.AidCentre, "TerminateDefence", Terminate(name))],
            "closed" => [Assigned(), Accepted(), (sample.AidCentre, "CloseDefenceNotice", Close(name))],
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "no such state"),
        };
        foreach (var (agency, method, request) in path)
        {
            await gateway.StepAsync(agency, method, request);
        }

        return name;

        (string, string, JsonObject) Assigned() => (sample.AidCentre, "AssignCounsel", Assign(name));

        (string, string, JsonObject) Accepted() => (Notices.FirstFirm, "RespondToAssignment", Answer(name));
    }
}
