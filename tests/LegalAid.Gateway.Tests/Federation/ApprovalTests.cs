using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Approvals;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using static LegalAid.Gateway.Tests.Federation.ApprovalSteps;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>What takes two people, as they do it in their browsers.</summary>
public sealed class ApprovalTests(StaffScene scene) : IClassFixture<StaffScene>
{

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Erasure_AskedByOneAndApprovedByAnother_IsDoneOnceAndProven()
    {
        var exchange = await FinalExchangeAsync(scene);
        using var first = await scene.SignedInAsync("li.gw-operator");
        using var second = await scene.SignedInAsync("chen.gw-administrator");

        // 1. One asks.
        var asked = await AskAsync(first, exchange, "当事人申请，\r\n销毁测试");
        Assert.Equal(200, asked.Status);
        Assert.Contains("待审批", asked.Words, StringComparison.Ordinal);
        Assert.Null(asked.Field("digest"));

        // 2. Another sees exactly what will be done, and approves.
        var seen = await second.GetAsync(asked.Address.AbsolutePath);
        Assert.Contains(exchange.ToString(), seen.Words, StringComparison.Ordinal);
        var done = await DecideAsync(second, seen, "approve");
        Assert.Contains("已执行", done.Words, StringComparison.Ordinal);
        Assert.Contains("用户 chen", done.Words, StringComparison.Ordinal);

        // 3. It is gone, and the evidence says by which approval.
        var row = await scene.Store.FindExchangeAsync(exchange, Cancellation);
        Assert.Null(row?.DataKey);
        var id = asked.Address.Segments[^1];
        var erased = Assert.Single(await scene.Store.ListLeavesAsync(exchange, null, 100, Cancellation), leaf => leaf.Kind == LeafKinds.Erased);
        Assert.Equal(id, JsonNode.Parse(erased.Entry)?["approval"]?.GetValue<string>());
        var leaves = await LeavesOfAsync(scene, Guid.Parse(id));
        Assert.Equal(["asked", "approved", "done"], leaves.Select(leaf => leaf["event"]?.GetValue<string>()));
        Assert.Equal(["operator", "administrator", null], leaves.Select(leaf => leaf["role"]?.GetValue<string>()));
        Assert.NotEqual(leaves[0]["by"]?.GetValue<string>(), leaves[1]["by"]?.GetValue<string>());
        Assert.All(leaves, leaf => Assert.DoesNotContain("li", leaf.ToJsonString().Replace("null", "", StringComparison.Ordinal).Split('"').Where(part => part is "li" or "用户 li")));
        Assert.DoesNotContain("销毁测试", string.Concat(leaves.Select(leaf => leaf.ToString())), StringComparison.Ordinal);

        // 4. The whole store holds, as an auditor finds it.
        await scene.VerifiesAsync();

        // 5. Twice is once.
        Assert.Equal(409, (await second.PostAsync($"{asked.Address.AbsolutePath}/decision",
            ("form", done.Field("form")), ("digest", seen.Field("digest")), ("decision", "approve"))).Status);
    }

    [Fact]
    public async Task Erasure_Refused_ErasesNothing()
    {
        var exchange = await FinalExchangeAsync(scene);
        using var first = await scene.SignedInAsync("li.gw-operator");
        using var second = await scene.SignedInAsync("chen.gw-administrator");
        var asked = await AskAsync(first, exchange);

        var refused = await DecideAsync(second, await second.GetAsync(asked.Address.AbsolutePath), "refuse");

        Assert.Contains("未批准", refused.Words, StringComparison.Ordinal);
        Assert.NotNull((await scene.Store.FindExchangeAsync(exchange, Cancellation))?.DataKey);
    }

    [Fact]
    public async Task Decision_ByWhoeverAsked_IsRefused_EvenInAnotherSession()
    {
        var exchange = await FinalExchangeAsync(scene);
        using var first = await scene.SignedInAsync("chen.gw-administrator");
        var asked = await AskAsync(first, exchange);
        Assert.Contains("须由另一名管理员决定", asked.Words, StringComparison.Ordinal);
        using var again = await scene.SignedInAsync("chen.gw-administrator");
        var seen = await again.GetAsync(asked.Address.AbsolutePath);
        var row = await scene.Store.FindApprovalAsync(new ApprovalId(Guid.Parse(asked.Address.Segments[^1])), Cancellation);

        var decided = await again.PostAsync(
            $"{asked.Address.AbsolutePath}/decision", ("form", seen.Field("form")), ("digest", row?.Digest), ("decision", "approve"));

        Assert.Equal(409, decided.Status);
        Assert.Contains("申请人不能审批自己的申请", decided.Words, StringComparison.Ordinal);
        Assert.NotNull((await scene.Store.FindExchangeAsync(exchange, Cancellation))?.DataKey);
    }

    [Theory]
    [InlineData("li.gw-operator", 200, 403)]
    [InlineData("zhou.gw-auditor", 403, 403)]
    [InlineData("chen.gw-administrator", 200, 409)]
    public async Task Roles_AreKeptApart(string login, int asks, int decides)
    {
        var exchange = await FinalExchangeAsync(scene);
        using var other = await scene.SignedInAsync("wu.gw-administrator");
        var asked = await AskAsync(other, exchange);
        using var browser = await scene.SignedInAsync(login);
        var page = await browser.GetAsync(List);
        Assert.Contains(exchange.ToString(), page.Words, StringComparison.Ordinal); // all of them may look

        Assert.Equal(asks, (await browser.GetAsync(Ask)).Status);
        Assert.Equal(decides, (await browser.PostAsync(
            $"{asked.Address.AbsolutePath}/decision", ("form", page.Field("form")), ("digest", "another"), ("decision", "approve"))).Status);
        Assert.NotNull((await scene.Store.FindExchangeAsync(exchange, Cancellation))?.DataKey);
    }

    [Fact]
    public async Task Form_OfAnotherSession_ChangesNothing()
    {
        var exchange = await FinalExchangeAsync(scene);
        using var victim = await scene.SignedInAsync("chen.gw-administrator");
        using var thief = await scene.SignedInAsync("li.gw-operator");
        var stolen = (await thief.GetAsync(Ask)).Field("form");
        foreach (var form in new[] { null, "", "invented", stolen })
        {
            var page = await victim.PostAsync(List, ("form", form), ("exchange", exchange.ToString()), ("reason", "x"));
            Assert.Equal(400, page.Status);
        }

        Assert.DoesNotContain(exchange.ToString(), (await victim.GetAsync(List)).Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-id", "理由", "没有这个往来编号")]
    [InlineData("00000000-0000-7000-8000-000000000000", "理由", "没有这个往来编号")]
    [InlineData("final", "", "请填写 500 字以内的理由")]
    public async Task Ask_ForWhatCannotBe_SaysWhyAndKeepsWhatWasTyped(string target, string reason, string said)
    {
        using var browser = await scene.SignedInAsync("li.gw-operator");
        var exchange = target == "final" ? (await FinalExchangeAsync(scene)).ToString() : target;

        var page = await AskAsync(browser, exchange, reason);

        Assert.Equal(400, page.Status);
        Assert.Contains(said, page.Words, StringComparison.Ordinal);
        Assert.Equal(exchange, page.Field("exchange"));
    }

    /// <summary>The step-up asks the provider for a new sign-in, and the provider asks the person.</summary>
    [Fact]
    public async Task StepUp_AtTheProvider_AsksForThePasswordAgain()
    {
        using var browser = await scene.SignedInAsync("li.gw-operator");

        var provider = await browser.GetAsync($"{StaffScene.Start}?fresh=1&return={Ask}");
        Assert.Equal(scene.Provider.Issuer.Authority, provider.Address.Authority);
        var page = await browser.SignInAsync("li.gw-operator", $"{StaffScene.Start}?fresh=1&return={Ask}");

        Assert.Equal((200, Ask), (page.Status, page.Address.AbsolutePath));
    }

    /// <summary>The process died after the decision was kept, and before or after its act: the next look brings it to its end, and erases once.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Approved_ButNotCarriedOut_IsResumed(bool erasedBefore)
    {
        var exchange = await FinalExchangeAsync(scene);
        using var first = await scene.SignedInAsync("li.gw-operator");
        var asked = await AskAsync(first, exchange);
        var id = new ApprovalId(Guid.Parse(asked.Address.Segments[^1]));
        var row = await scene.Store.FindApprovalAsync(id, Cancellation) ?? throw new InvalidOperationException("it was asked for");
        var services = scene.Gateway.Gateway.Services;
        var leaf = Leaf.Of(new LeafId(services.GetRequiredService<IIdSource>().NewId()), LeafKinds.Approval, null, id.Value, null, row.AskedAt, new JsonObject
        {
            ["event"] = "approved", ["by"] = "another", ["digest"] = row.Digest,
        });
        Assert.True(await scene.Store.MoveApprovalAsync(
            row with { Status = ApprovalStatus.Approved, DecidedBy = "x#y", DecidedName = "y", DecidedAt = row.AskedAt }, ApprovalStatus.Asked, leaf, Cancellation));
        if (erasedBefore)
        {
            var version = (await scene.Store.FindExchangeAsync(exchange, Cancellation))?.Version ?? 0;
            Assert.Equal(OrderedErasure.Erased, await services.GetRequiredService<ExchangeLedger>().EraseByOrderAsync(exchange, version, id, Cancellation));
        }

        await services.GetRequiredService<ApprovalDesk>().ResumeAsync(Cancellation);

        Assert.Equal(ApprovalStatus.Done, (await scene.Store.FindApprovalAsync(id, Cancellation))?.Status);
        Assert.Null((await scene.Store.FindExchangeAsync(exchange, Cancellation))?.DataKey);
        Assert.Single(await scene.Store.ListLeavesAsync(exchange, null, 100, Cancellation), row => row.Kind == LeafKinds.Erased);
    }
}
