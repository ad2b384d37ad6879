using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Approvals;
using LegalAid.Gateway.Operations.Enrolment;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using static LegalAid.Gateway.Tests.Federation.ApprovalSteps;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>Where staff sign in, letting a system enrol takes two people, whoever runs the verb.</summary>
[Collection(nameof(CommandLineTests))]
public sealed class EnrolmentApprovalTests(StaffScene scene) : IClassFixture<StaffScene>
{
    private const string AskSystem = "/console/approvals/new-system";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Invite_AskedByOneAndApprovedByAnother_MakesOneCodeAndIsProven()
    {
        const string Client = "approved-system";
        Assert.Contains("登记须双人复核", (await InviteAsync(Client)).Error, StringComparison.Ordinal);
        using var first = await scene.SignedInAsync("li.gw-operator");
        using var second = await scene.SignedInAsync("chen.gw-administrator");

        // 1. One asks; nothing is permitted by that.
        var asked = await AskAsync(first, Client);
        Assert.Contains("待审批", asked.Words, StringComparison.Ordinal);
        Assert.Equal(1, (await InviteAsync(Client)).Code);

        // 2. Another sees exactly what will be done, and approves.
        var seen = await second.GetAsync(asked.Address.AbsolutePath);
        Assert.Contains($"\"clientId\":\"{Client}\"", seen.Words, StringComparison.Ordinal);
        Assert.Contains("已执行", (await DecideAsync(second, seen, "approve")).Words, StringComparison.Ordinal);

        // 3. What was approved, and nothing else, and once.
        Assert.Contains("与批准的内容不一致", (await InviteAsync(Client, "--binding", "none")).Error, StringComparison.Ordinal);
        Assert.Contains("与批准的内容不一致", (await InviteAsync(Client, "--signs")).Error, StringComparison.Ordinal);
        var invited = await InviteAsync(Client);
        Assert.True(invited.Code == 0, invited.Error);
        Assert.Contains("登记须双人复核", (await InviteAsync(Client)).Error, StringComparison.Ordinal);

        // 4. The code is good, and the whole store holds, as an auditor finds it.
        var folder = Path.Combine(scene.Gateway.WorkingFolder, "engineer");
        var connected = await CapturedConsole.RunAsync(
            "connect", "--gateway", scene.Gateway.Gateway.Rest.AbsoluteUri, "--code", invited.Output.Split('\n')[0].Split(": ")[1].Trim(), "--folder", folder);
        Assert.True(connected.Code == 0, connected.Output + connected.Error);
        var leaves = await LeavesAsync(Client);
        Assert.Equal(["permitted", "invited", "enrolled"], leaves.Select(leaf => leaf["what"]?.GetValue<string>()));
        Assert.All(leaves.Take(2), leaf => Assert.Equal(asked.Address.Segments[^1], leaf["approval"]?.GetValue<string>()));
        var verified = await CapturedConsole.RunAsync(
            "verify", "store", Path.Combine(scene.Gateway.WorkingFolder, "var", "gateway.db"), "--key-folder", Path.Combine(scene.Gateway.WorkingFolder, "var", "keys"));
        Assert.True(verified.Code == 0, verified.Output + verified.Error);
    }

    [Fact]
    public async Task Invite_Refused_MakesNoCode()
    {
        using var first = await scene.SignedInAsync("li.gw-operator");
        using var second = await scene.SignedInAsync("chen.gw-administrator");
        var asked = await AskAsync(first, "refused-system");

        await DecideAsync(second, await second.GetAsync(asked.Address.AbsolutePath), "refuse");

        Assert.Equal(1, (await InviteAsync("refused-system")).Code);
        Assert.Empty(await LeavesAsync("refused-system"));
    }

    /// <summary>The process died after the act and before its outcome was kept, and the code was made meanwhile: carried out again, it makes no second.</summary>
    [Fact]
    public async Task Approved_CarriedOutTwice_IsOneCode()
    {
        const string Client = "resumed-system";
        var terms = new InviteTerms(Notices.Court, Client, "bound", Signs: false, EnrolVerbs.HoursUsual);
        var desk = scene.Gateway.Gateway.Services.GetRequiredService<InvitationDesk>();
        var approval = await ApprovedAsync(Client);
        Assert.Equal(InviteFault.None, (await desk.InviteAsync(terms, "li", Cancellation)).Fault);

        Assert.Equal(new ActOutcome(Done: true, "permitted"), await desk.PermitAsync(terms, approval, Cancellation));

        Assert.Equal(InviteFault.NotApproved, (await desk.InviteAsync(terms, "li", Cancellation)).Fault);
    }

    [Fact]
    public async Task Invite_LongAfterItWasApproved_TakesAnotherApproval()
    {
        const string Client = "late-system";
        await ApprovedAsync(Client);
        using (scene.Ahead(InvitationDesk.PermitLife))
        {
            Assert.Contains("登记须双人复核", (await InviteAsync(Client)).Error, StringComparison.Ordinal);
        }

        await ApprovedAsync(Client);
        Assert.Equal(0, (await InviteAsync(Client)).Code);
    }

    [Theory]
    [InlineData("no-such-agency", "some-system", "bound", "72", "理由", "配置中没有这个机构")]
    [InlineData(Notices.Court, "Not An Id", "bound", "72", "理由", "客户端编号不合规或已使用")]
    [InlineData(Notices.Court, $"{Notices.Court}-system", "bound", "72", "理由", "客户端编号不合规或已使用")]
    [InlineData(Notices.Court, "some-system", "rope", "72", "理由", "令牌绑定须为")]
    [InlineData(Notices.Court, "some-system", "bound", "721", "理由", "有效期为")]
    [InlineData(Notices.Court, "some-system", "bound", "soon", "理由", "有效期为")]
    [InlineData(Notices.Court, "some-system", "bound", "72", "", "请填写 500 字以内的理由")]
    public async Task Ask_ForWhatCannotBe_SaysWhyAndKeepsWhatWasTyped(string agency, string client, string binding, string hours, string reason, string said)
    {
        using var browser = await scene.SignedInAsync("li.gw-operator");

        var page = await AskAsync(browser, client, agency, binding, hours, reason);

        Assert.Equal(400, page.Status);
        Assert.Contains(said, page.Words, StringComparison.Ordinal);
        Assert.Equal((agency, client, binding, hours), (page.Field("agency"), page.Field("client"), page.Field("binding"), page.Field("hours")));
    }

    [Fact]
    public async Task Ask_ByAnAuditorOrWithoutAForm_IsRefused()
    {
        using var auditor = await scene.SignedInAsync("zhou.gw-auditor");
        Assert.Equal(403, (await auditor.GetAsync(AskSystem)).Status);
        using var operatorsBrowser = await scene.SignedInAsync("li.gw-operator");
        Assert.Equal(400, (await operatorsBrowser.PostAsync(AskSystem, ("agency", Notices.Court), ("client", "x"), ("reason", "x"))).Status);
    }

    /// <summary>Two people agree on a system.</summary>
    private async Task<ApprovalId> ApprovedAsync(string client)
    {
        using var first = await scene.SignedInAsync("li.gw-operator");
        using var second = await scene.SignedInAsync("chen.gw-administrator");
        var asked = await AskAsync(first, client);
        Assert.Contains("已执行", (await DecideAsync(second, await second.GetAsync(asked.Address.AbsolutePath), "approve")).Words, StringComparison.Ordinal);
        return new ApprovalId(Guid.Parse(asked.Address.Segments[^1]));
    }

    private static async Task<VisitedPage> AskAsync(
        Browser browser, string client, string agency = Notices.Court, string binding = "bound", string hours = "72", string reason = "新建业务系统")
    {
        var form = await browser.GetAsync(AskSystem);
        return await browser.PostAsync(
            AskSystem, ("form", form.Field("form")), ("agency", agency), ("client", client), ("binding", binding), ("hours", hours), ("reason", reason));
    }

    private Task<(int Code, string Output, string Error)> InviteAsync(string client, params string[] more) =>
        CapturedConsole.RunAsync(["enrol", "invite", Notices.Court, client, "--as", "李", "--work", scene.Gateway.WorkingFolder, .. more]);

    private Task<List<JsonNode>> LeavesAsync(string client) =>
        ApprovalSteps.LeavesAsync(scene, leaf => leaf["what"] is not null && leaf["client"]?.GetValue<string>() == client);
}
