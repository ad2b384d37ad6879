using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>A court's notice to which each party has done something, and of which each may see something else.</summary>
internal static class RichNotice
{
    /// <summary>Takes the steps of <see cref="Expectations.Messages"/>, then names counsel once more, so that the firm is a party again. The exchange's name.</summary>
    public static async Task<string> OpenAsync(GatewayFixture gateway, NoticeSample sample)
    {
        var name = await gateway.NoticeInAsync("accepted", sample);
        var exchange = name.Replace("defenceNotices/", "exchanges/", StringComparison.Ordinal);
        await TakeAsync(Notices.FirstFirm, "request-visit", NoticeSteps.Visit);
        await TakeAsync(Notices.DetentionCentre, "arrange-visit", new JsonObject { ["visitTime"] = "2026-03-03T10:00:00+08:00" });
        await gateway.StepAsync(sample.Organ, "ReportCounselRefusal", NoticeSteps.Refuse(name));
        await gateway.StepAsync(sample.Organ, "RenotifyDefence", NoticeSteps.Renotify(name));
        await gateway.StepAsync(sample.AidCentre, "AssignCounsel", NoticeSteps.Assign(name));
        return exchange;

        async Task TakeAsync(string agency, string step, JsonObject payload) =>
            _ = (await gateway[agency].CallAsync(Face.Grpc, "TakeStep", NoticeSteps.Take(exchange, step, payload))).Required;
    }
}
