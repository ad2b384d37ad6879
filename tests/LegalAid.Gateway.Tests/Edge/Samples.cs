using System.Text.Json.Nodes;
using LegalAid.Gateway.Contracts.Defence.V1;

namespace LegalAid.Gateway.Tests.Edge;

/// <summary>Requests that are right, to be spoiled one way at a time. The people are invented; their region code 450199 is unassigned.</summary>
internal static class Samples
{
    public static JsonObject Notice() => JsonNode.Parse("""
        {
          "caseNumber": "（2026）桂0199刑初7号", "cause": "盗窃罪", "stage": "STAGE_FIRST_INSTANCE",
          "grounds": ["GROUND_MINOR"], "foundTime": "2026-03-02T09:00:00+08:00",
          "person": {"name": "试甲", "residentNumber": "450199200901011231"},
          "custody": {"status": "CUSTODY_STATUS_BAIL"},
          "contact": {"name": "试乙", "phone": "0771-0000000"}
        }
        """)!.AsObject(); // the text is above

    public static JsonObject Submission() => new()
    {
        ["kind"] = "NOTICE_KIND_COURT",
        ["requestId"] = "request-0001",
        ["people"] = new JsonArray(new JsonObject { ["notice"] = Notice() }),
    };

    public static SubmitDefenceNoticeRequest Message() =>
        SubmitDefenceNoticeRequest.Parser.ParseJson(Submission().ToJsonString());
}
