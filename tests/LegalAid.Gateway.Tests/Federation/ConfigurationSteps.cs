using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Approvals;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using static LegalAid.Gateway.Tests.Federation.ApprovalSteps;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>What two people do with a changed configuration.</summary>
internal static class ConfigurationSteps
{
    public const string Configuration = "/console/configuration", AskConfiguration = "/console/approvals/new-configuration";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<VisitedPage> AskAsync(Browser browser, string digest, string reason = "年度调整")
    {
        var form = await browser.GetAsync($"{AskConfiguration}?digest={digest}");
        return await browser.PostAsync(AskConfiguration, ("form", form.Field("form")), ("digest", form.Field("digest")), ("reason", reason));
    }

    /// <summary>Two people agree on it.</summary>
    public static async Task ApprovedAsync(StaffScene scene, string digest)
    {
        using var first = await scene.SignedInAsync("li.gw-operator");
        using var second = await scene.SignedInAsync("chen.gw-administrator");
        var asked = await AskAsync(first, digest);
        Assert.Contains("已执行", (await DecideAsync(second, await second.GetAsync(asked.Address.AbsolutePath), "approve")).Words, StringComparison.Ordinal);
    }

    /// <summary>The decision is kept, and the process dies.</summary>
    public static async Task DecidedOnlyAsync(StaffScene scene, ApprovalId id)
    {
        var row = await scene.Store.FindApprovalAsync(id, Cancellation) ?? throw new InvalidOperationException("it was asked for");
        var ids = scene.Gateway.Gateway.Services.GetRequiredService<IIdSource>();
        var leaf = Leaf.Of(new LeafId(ids.NewId()), LeafKinds.Approval, null, id.Value, null, row.AskedAt, new JsonObject
        {
            ["event"] = "approved", ["by"] = "another", ["digest"] = row.Digest,
        });
        Assert.True(await scene.Store.MoveApprovalAsync(
            row with { Status = ApprovalStatus.Approved, DecidedBy = "x#y", DecidedName = "y", DecidedAt = row.AskedAt }, ApprovalStatus.Asked, leaf, Cancellation));
    }
}
