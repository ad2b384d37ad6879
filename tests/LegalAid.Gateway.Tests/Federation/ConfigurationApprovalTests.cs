using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Approvals;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using static LegalAid.Gateway.Tests.Federation.ApprovalSteps;
using static LegalAid.Gateway.Tests.Federation.ConfigurationSteps;
using static LegalAid.Gateway.Tests.Wire.LogReading;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>Where staff sign in, a change of the configuration becomes active once two people agreed on its digest.</summary>
[Collection(nameof(CommandLineTests))]
public sealed class ConfigurationApprovalTests(ConfigurationScene scene) : IClassFixture<ConfigurationScene>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Change_AskedByOneAndApprovedByAnother_BecomesActiveAndNamesItsApproval()
    {
        var before = scene.Archive.Current.Digest;
        using var first = await scene.SignedInAsync("li.gw-operator");
        using var second = await scene.SignedInAsync("chen.gw-administrator");
        Assert.True(await MayGetAsync());

        // 1. Somebody edits the folder. It waits, and what was goes on.
        var digest = await scene.ChangeAsync(ConfigurationScene.Operations, text => text.Replace(ConfigurationScene.Granted, "", StringComparison.Ordinal));
        Assert.NotEqual(before, digest);
        Assert.Equal(before, scene.Archive.Current.Digest);
        Assert.True(await MayGetAsync());
        var status = await CapturedConsole.RunAsync("configuration", "status", "--work", scene.Gateway.WorkingFolder);
        Assert.Contains(before, status.Output, StringComparison.Ordinal);
        Assert.Contains($"Waits for two people: {digest}", status.Output, StringComparison.Ordinal);

        // 2. One looks at what would be otherwise, and asks.
        Assert.Contains(digest, (await first.GetAsync(Configuration)).Words, StringComparison.Ordinal);
        var looked = await first.GetAsync($"{AskConfiguration}?digest={digest}");
        Assert.Contains(ConfigurationScene.Operations, looked.Words, StringComparison.Ordinal);
        Assert.Contains("operations-directory", looked.Words, StringComparison.Ordinal);
        Assert.Contains("SETTINGS_PLAIN_TEXT", looked.Words, StringComparison.Ordinal); // as check warns
        var asked = await ConfigurationSteps.AskAsync(first, digest);
        Assert.Contains("待审批", asked.Words, StringComparison.Ordinal);
        Assert.Equal(before, scene.Archive.Current.Digest);

        // 3. Another sees the same, and approves.
        var seen = await second.GetAsync(asked.Address.AbsolutePath);
        Assert.Contains("operations-directory", seen.Words, StringComparison.Ordinal);
        Assert.Contains("已执行", (await DecideAsync(second, seen, "approve")).Words, StringComparison.Ordinal);
        Assert.Equal((digest, null), (scene.Archive.Current.Digest, scene.Archive.Waiting));
        Assert.False(await MayGetAsync());

        // 4. The evidence names the approval, and the whole store holds.
        var leaf = (await LeavesOfKindAsync(scene.Store, LeafKinds.Configuration))[^1];
        Assert.Equal((digest, before, asked.Address.Segments[^1]), (Text(leaf, "digest"), Text(leaf, "from"), Text(leaf, "approval")));
        await scene.VerifiesAsync();

        await ApprovedAsync(scene, await scene.ChangeAsync(ConfigurationScene.Operations, text => text.Replace(
            "        - legalaid.directory.v1.DirectoryService/ListAgencies\n", "        - legalaid.directory.v1.DirectoryService/ListAgencies\n" + ConfigurationScene.Granted,
            StringComparison.Ordinal)));
        Assert.True(await MayGetAsync());
    }

    [Fact]
    public async Task Approval_OfOneDigest_ActivatesNoOther()
    {
        using var first = await scene.SignedInAsync("li.gw-operator");
        using var second = await scene.SignedInAsync("chen.gw-administrator");
        var one = await scene.RemarkAsync("one");
        var askedOne = await ConfigurationSteps.AskAsync(first, one);

        // The folder moves on: what was asked for is what becomes active, and the page says that the folder is elsewhere.
        var two = await scene.RemarkAsync("two");
        var askedTwo = await ConfigurationSteps.AskAsync(first, two);
        var seen = await second.GetAsync(askedOne.Address.AbsolutePath);
        Assert.Contains("本节点的配置目录现在是另一份内容", seen.Words, StringComparison.Ordinal);
        await DecideAsync(second, seen, "approve");
        Assert.Equal((one, two), (scene.Archive.Current.Digest, scene.Archive.Waiting));

        // The second was compared with what is active no more.
        var failed = await DecideAsync(second, await second.GetAsync(askedTwo.Address.AbsolutePath), "approve");
        Assert.Contains("未能执行", failed.Words, StringComparison.Ordinal);
        Assert.Contains("changed-since", failed.Words, StringComparison.Ordinal);
        Assert.Equal(one, scene.Archive.Current.Digest);
        await ApprovedAsync(scene, two);
        Assert.Equal(two, scene.Archive.Current.Digest);
    }

    [Fact]
    public async Task Decision_ByWhoeverAskedOrByAnotherRole_ActivatesNothing()
    {
        var before = scene.Archive.Current.Digest;
        var digest = await scene.RemarkAsync("by one");
        using var administrator = await scene.SignedInAsync("chen.gw-administrator");
        using var auditor = await scene.SignedInAsync("zhou.gw-auditor");
        using var other = await scene.SignedInAsync("li.gw-operator");
        var looked = await auditor.GetAsync($"{AskConfiguration}?digest={digest}");
        Assert.Equal(200, looked.Status); // an auditor looks
        Assert.Null(looked.Field("digest"));
        Assert.Equal(403, (await auditor.PostAsync(AskConfiguration, ("form", looked.Field("form")), ("digest", digest), ("reason", "x"))).Status);
        var asked = await ConfigurationSteps.AskAsync(administrator, digest);
        var row = await scene.Store.FindApprovalAsync(new ApprovalId(Guid.Parse(asked.Address.Segments[^1])), Cancellation);
        foreach (var (browser, status) in new[] { (administrator, 409), (auditor, 403), (other, 403) })
        {
            var page = await browser.GetAsync(asked.Address.AbsolutePath);
            Assert.Equal(status, (await browser.PostAsync(
                $"{asked.Address.AbsolutePath}/decision", ("form", page.Field("form")), ("digest", row?.Digest), ("decision", "approve"))).Status);
        }

        Assert.Equal(before, scene.Archive.Current.Digest);
    }

    [Fact]
    public async Task Request_ThatNobodyDecidesOn_ExpiresAndActivatesNothing()
    {
        var before = scene.Archive.Current.Digest;
        using var first = await scene.SignedInAsync("li.gw-operator");
        var asked = await ConfigurationSteps.AskAsync(first, await scene.RemarkAsync("too late"));
        var id = new ApprovalId(Guid.Parse(asked.Address.Segments[^1]));
        var desk = scene.Gateway.Gateway.Services.GetRequiredService<ApprovalDesk>();
        var row = await scene.Store.FindApprovalAsync(id, Cancellation);
        using (scene.Ahead(ApprovalDesk.OpenFor + TimeSpan.FromSeconds(1)))
        {
            Assert.Equal(DecideOutcome.Closed, await desk.DecideAsync(id, approve: true, row?.Digest ?? "", "", new ApprovalPerson("x#y", "y", "mark", "administrator"), Cancellation));
            await desk.ResumeAsync(Cancellation);
        }

        Assert.Equal(ApprovalStatus.Expired, (await scene.Store.FindApprovalAsync(id, Cancellation))?.Status);
        Assert.Equal(before, scene.Archive.Current.Digest);
    }

    /// <summary>A node that starts on a folder that nobody approved runs on what was approved, its settings included, and takes writes.</summary>
    [Fact]
    public async Task Start_OnAFolderThatWaits_GoesOnWithTheActiveOne()
    {
        var before = scene.Archive.Current.Digest;
        var digest = await scene.ChangeAsync("gateway.yaml", text => text.Replace("people-max: 50", "people-max: 7", StringComparison.Ordinal));
        Assert.NotEmpty(digest);

        await scene.RestartAsync();

        Assert.Equal((before, digest), (scene.Archive.Current.Digest, scene.Archive.Waiting));
        Assert.NotEqual(7, scene.Gateway.Gateway.Services.GetRequiredService<GatewaySettings>().Limits.PeopleMax);
        await FinalExchangeAsync(scene);
        Assert.Contains(scene.Gateway.Logs.LinesFrom(0), line => line.Contains(digest, StringComparison.Ordinal) && line.Contains("waits for two people", StringComparison.Ordinal));
        await ApprovedAsync(scene, digest);
        await scene.RestartAsync();
        Assert.Equal(7, scene.Gateway.Gateway.Services.GetRequiredService<GatewaySettings>().Limits.PeopleMax);
    }

    /// <summary>Whoever could switch the approvals off by an edit would need none.</summary>
    [Fact]
    public async Task Staff_SwitchedOffOrGivenOtherRoles_TakesTwoPeople()
    {
        var (overlay, before) = (scene.Gateway.Overlay, scene.Archive.Current.Digest);
        foreach (var (issuers, said) in new[] { ("", "此更改关闭工作人员登录"), (scene.Issuers(roles: "operator, auditor"), "此更改后没有管理员") })
        {
            await scene.Gateway.StopAsync();
            scene.Gateway.Overlay = [.. overlay.Select(file => file with { Text = file.Text[..file.Text.IndexOf("\nissuers:", StringComparison.Ordinal)] + "\n" + issuers })];
            await scene.Gateway.StartAgainAsync();
            Assert.Equal(before, scene.Archive.Current.Digest);
            using var browser = await scene.SignedInAsync("li.gw-operator");
            Assert.Contains(said, (await browser.GetAsync($"{AskConfiguration}?digest={scene.Archive.Waiting}")).Words, StringComparison.Ordinal);
        }

        scene.Gateway.Overlay = overlay;
        await scene.RestartAsync();
    }

    [Fact]
    public async Task Ask_ForWhatCannotBe_SaysWhy()
    {
        using var browser = await scene.SignedInAsync("li.gw-operator");
        var page = await browser.GetAsync(Configuration);
        Assert.Equal(404, (await browser.GetAsync($"{AskConfiguration}?digest=invented")).Status);
        Assert.Equal(404, (await browser.PostAsync(AskConfiguration, ("form", page.Field("form")), ("digest", "invented"), ("reason", "x"))).Status);
        var active = await browser.PostAsync(AskConfiguration, ("form", page.Field("form")), ("digest", scene.Archive.Current.Digest), ("reason", "x"));
        Assert.Equal(400, active.Status);
        Assert.Contains("该配置已经生效", active.Words, StringComparison.Ordinal);
        var digest = await scene.RemarkAsync("without a reason");
        Assert.Contains("请填写 500 字以内的理由", (await ConfigurationSteps.AskAsync(browser, digest, reason: "")).Words, StringComparison.Ordinal);
    }

    /// <summary>The process died after the decision was kept: the next look activates it.</summary>
    [Fact]
    public async Task Approved_ButNotCarriedOut_IsResumed()
    {
        var digest = await scene.RemarkAsync("resumed");
        using var first = await scene.SignedInAsync("li.gw-operator");
        var id = new ApprovalId(Guid.Parse((await ConfigurationSteps.AskAsync(first, digest)).Address.Segments[^1]));
        await DecidedOnlyAsync(scene, id);

        await scene.RestartAsync();
        await scene.Gateway.Gateway.Services.GetRequiredService<ApprovalDesk>().ResumeAsync(Cancellation);

        await Eventually.HoldsAsync(async () => (await scene.Store.FindApprovalAsync(id, Cancellation))?.Status == ApprovalStatus.Done, "it is carried out");
        Assert.Equal(digest, scene.Archive.Current.Digest);
    }

    /// <summary>The process died after the activation and before that was noted, and another became active meanwhile: it is not undone, and not said to have failed.</summary>
    [Fact]
    public async Task Approved_CarriedOutAndThenOvertaken_IsDoneOnce()
    {
        var from = scene.Archive.Current.Digest;
        var one = await scene.RemarkAsync("overtaken");
        using var first = await scene.SignedInAsync("li.gw-operator");
        var id = new ApprovalId(Guid.Parse((await ConfigurationSteps.AskAsync(first, one)).Address.Segments[^1]));
        await DecidedOnlyAsync(scene, id);
        Assert.Equal(new ActOutcome(Done: true, "active"), await scene.Archive.TakeAsync(one, from, id, Cancellation));
        var two = await scene.RemarkAsync("overtaking");
        Assert.Equal(new ActOutcome(Done: true, "active"), await scene.Archive.TakeAsync(two, one, new ApprovalId(Guid.Parse("01950000-0000-7000-8000-00000000000c")), Cancellation));

        await scene.Gateway.Gateway.Services.GetRequiredService<ApprovalDesk>().ResumeAsync(Cancellation);

        var row = await scene.Store.FindApprovalAsync(id, Cancellation);
        Assert.Equal((ApprovalStatus.Done, "active-already", two), (row?.Status, row?.Outcome, scene.Archive.Current.Digest));
    }

    /// <summary>The process died between the archive and the proposal: the next look at the folder proposes it.</summary>
    [Fact]
    public async Task Archived_ButNotProposed_IsProposedAtTheNextLook()
    {
        using var browser = await scene.SignedInAsync("li.gw-operator");
        await File.AppendAllTextAsync(Path.Combine(scene.Folder, "regions.yaml"), "\n# archived only\n", Cancellation);
        var snapshot = HostConfiguration.Read(scene.Gateway.Options with { Overlay = [.. scene.Archive.Current.Files.Where(file => file.Path != "regions.yaml")] }).Snapshot;
        await scene.Store.ArchiveConfigurationAsync(snapshot.Digest, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(snapshot.Files), Cancellation);
        Assert.DoesNotContain(snapshot.Digest, (await browser.GetAsync(Configuration)).Words, StringComparison.Ordinal);

        Assert.False(await scene.Archive.OfferAsync(snapshot, Cancellation));
        Assert.Equal(snapshot.Digest, scene.Archive.Waiting);
        Assert.Contains(snapshot.Digest, (await browser.GetAsync(Configuration)).Words, StringComparison.Ordinal);
    }

    /// <summary>By the rules of a build that cannot read what is active, nobody knows who could approve: the start says by which verb to go on.</summary>
    [Fact]
    public async Task Start_WhereTheActiveOneIsUnsoundByNow_IsRefusedOrTakesTheFolders()
    {
        var active = scene.Archive.Current;
        LoadOutcome Unsound(System.Collections.Immutable.ImmutableArray<ConfigurationFile> files) => new LoadOutcome.Faulty([], []);
        var archive = new ConfigurationArchive(scene.Store, Unsound, TimeProvider.System, new Exchange.Ledger.SystemIds(TimeProvider.System));

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => archive.StartAsync(active with { Digest = "another" }, Cancellation));

        Assert.Contains("configuration activate --offline --without-approval", refused.Message, StringComparison.Ordinal);
        Assert.Equal((active.Digest, true), await archive.StandingAsync(Cancellation));
    }

    private async Task<bool> MayGetAsync() =>
        (await scene.Gateway[Notices.Court].CallAsync(Face.Rest, "GetAgency", new JsonObject { ["name"] = $"agencies/{Notices.Court}" })).Accepted;
}
