using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Wire;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>What two people do in their browsers.</summary>
internal static class ApprovalSteps
{
    public const string Ask = "/console/approvals/new", List = "/console/approvals";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<VisitedPage> AskAsync(Browser browser, object exchange, string reason = "当事人申请，销毁测试")
    {
        var form = await browser.GetAsync(Ask);
        return await browser.PostAsync(List, ("form", form.Field("form")), ("exchange", exchange.ToString()), ("reason", reason));
    }

    public static Task<VisitedPage> DecideAsync(Browser browser, VisitedPage seen, string decision) => browser.PostAsync(
        $"{seen.Address.AbsolutePath}/decision", ("form", seen.Field("form")), ("digest", seen.Field("digest")), ("reason", "已核对"), ("decision", decision));

    public static Task<List<JsonNode>> LeavesOfAsync(StaffScene scene, Guid approval) =>
        LeavesAsync(scene, leaf => leaf["subject"]?.GetValue<string>() == approval.ToString());

    /// <summary>Leaves of the log, in its order.</summary>
    public static Task<List<JsonNode>> LeavesAsync(StaffScene scene, Func<JsonNode, bool> which) => LogReading.LeavesAsync(scene.Store, which);

    /// <summary>An exchange that is final the moment it is opened.</summary>
    public static async Task<ExchangeId> FinalExchangeAsync(StaffScene scene)
    {
        var (agency, request) = scene.NextRequest();
        var answer = await scene.Gateway[agency].PostAsync(
            "/v1/mailbox:requestTestEvent", new JsonObject { ["reference"] = "复核", ["requestId"] = request }, Cancellation);
        Assert.True(answer.Succeeded, answer.Code);
        return ExchangeId.TryParseResourceName(answer.Body?["exchange"]?.GetValue<string>(), out var id) ? id : throw new InvalidOperationException("no exchange");
    }
}
