using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Approvals;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Operations.KeyChanges;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Identity;
using LegalAid.Gateway.Tests.Wire;
using Microsoft.Extensions.DependencyInjection;
using static LegalAid.Gateway.Tests.Federation.ApprovalSteps;
using static LegalAid.Gateway.Tests.Wire.LogReading;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>Where staff sign in, a key of the gateway's own is used once two people agreed on this very key, and taken out the same way.</summary>
[Collection(nameof(CommandLineTests))]
public sealed class KeyApprovalTests(KeyApprovalTests.KeyScene scene) : IClassFixture<KeyApprovalTests.KeyScene>
{
    private const string Keys = "/console/keys", AskKey = "/console/approvals/new-key";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Token keys roll over soon here.</summary>
    public sealed class KeyScene : StaffScene
    {
        protected override GatewayStart Adjust(GatewayStart start) => start with
        {
            Adjust = settings => settings with { Tokens = settings.Tokens with { KeyNotice = TimeSpan.FromSeconds(2), Lifetime = Lifetime } },
        };
    }

    [Fact]
    public async Task TokenKey_AskedByOneAndApprovedByAnother_IsAnnouncedAndThenTheOldOneRetired()
    {
        // 1. The verb adds a file, and that is all: the gateway finds it and waits.
        var old = await SigningAsync();
        var rotated = await RunAsync("keys", "rotate", "token", "--config", GatewayFixture.ConfigurationFolder);
        Assert.True(rotated.Code == 0, rotated.Error);
        var kid = Folder.LoadSigningKeys(SigningPurpose.Token)[^1].Kid;
        using var first = await scene.SignedInAsync("li.gw-operator");
        using var second = await scene.SignedInAsync("chen.gw-administrator");
        await Eventually.HoldsAsync(async () => await scene.Store.FindSettingAsync(WaitingKey.Prefix + kid, Cancellation) is not null, "it is found");
        Assert.Contains("待批准", (await first.GetAsync(Keys)).Words, StringComparison.Ordinal);
        Assert.DoesNotContain(kid, await KidsAsync());

        // 2. One asks for this key, by its thumbprint; another approves.
        var asked = await AskAsync(first, "take", kid);
        Assert.Contains("待审批", asked.Words, StringComparison.Ordinal);
        Assert.DoesNotContain(kid, await KidsAsync());
        var seen = await second.GetAsync(asked.Address.AbsolutePath);
        Assert.Contains($"\"key\":\"{kid}\"", seen.Words, StringComparison.Ordinal);
        Assert.Contains("已执行", (await DecideAsync(second, seen, "approve")).Words, StringComparison.Ordinal);
        await Eventually.HoldsAsync(async () => (await KidsAsync()).Contains(kid), "it is published");
        await Eventually.HoldsAsync(async () => await SigningAsync() == kid, "it signs");

        // 3. The old one is not one person's to take out; two may ask once its tokens have ended.
        Assert.Contains("须双人复核", (await RunAsync("keys", "retire", old)).Error, StringComparison.Ordinal);
        var early = await AskAsync(first, "retire", old);
        Assert.Equal(400, early.Status);
        Assert.Contains("尚未全部到期", early.Words, StringComparison.Ordinal);
        using (scene.Ahead(Lifetime + TimeSpan.FromMinutes(1.5)))
        {
            var retiring = await AskAsync(first, "retire", old);
            Assert.Contains("已执行", (await DecideAsync(second, await second.GetAsync(retiring.Address.AbsolutePath), "approve")).Words, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(old, await KidsAsync());

        // 4. Each step names its approval, and the whole store holds.
        Assert.Equal(
            [("announced", asked.Address.Segments[^1]), ("in-use", asked.Address.Segments[^1])], (await LeavesAsync(kid)).Select(leaf => (Text(leaf, "act"), Text(leaf, "approval"))));
        Assert.Equal("retired", Text((await LeavesAsync(old))[^1], "act"));
        Assert.NotNull(Text((await LeavesAsync(old))[^1], "approval"));
        await scene.VerifiesAsync();
    }

    [Fact]
    public async Task TokenKey_Compromised_IsOutAtOnceAndReviewedAfterwards()
    {
        var kid = await TakenAsync();
        using var first = await scene.SignedInAsync("li.gw-operator");
        using var second = await scene.SignedInAsync("chen.gw-administrator");
        await Eventually.HoldsAsync(async () => await SigningAsync() == kid, "it signs");
        var old = (await KidsAsync()).First(other => other.StartsWith("token-", StringComparison.Ordinal) && other != kid);

        var retired = await RunAsync("keys", "retire", old, "--compromised", "--as", "王", "--reason", "私钥外泄");

        Assert.True(retired.Code == 0, retired.Error);
        Assert.DoesNotContain(old, await KidsAsync());
        var leaf = (await LeavesAsync(old))[^1];
        Assert.Equal((true, true, "王", "私钥外泄"), (leaf["compromised"]?.GetValue<bool>(), leaf["withoutApproval"]?.GetValue<bool>(), Text(leaf, "operator"), Text(leaf, "reason")));
        var review = $"{List}/{Text(leaf, "review")}";
        Assert.Contains("待事后复核", (await first.GetAsync(List)).Words, StringComparison.Ordinal);
        Assert.Null((await first.GetAsync(review)).Field("digest")); // an operator looks
        var seen = await second.GetAsync(review);
        Assert.Contains("王（本机 on the machine）", seen.Words, StringComparison.Ordinal);
        Assert.Contains("已复核", (await DecideAsync(second, seen, "approve")).Words, StringComparison.Ordinal);
        await scene.VerifiesAsync();

        // What cannot be taken out leaves no review behind.
        var count = (await scene.Store.ListApprovalsAsync(ApprovalStatus.Asked, null, 100, Cancellation)).Length;
        Assert.Equal(1, (await RunAsync("keys", "retire", old, "--compromised")).Code);
        Assert.Equal(count, (await scene.Store.ListApprovalsAsync(ApprovalStatus.Asked, null, 100, Cancellation)).Length);
    }

    [Fact]
    public async Task Key_TakenWithoutApproval_SaysSoAloud()
    {
        var kid = Folder.AddSigningKey(SigningPurpose.Token);
        await Eventually.HoldsAsync(async () => await scene.Store.FindSettingAsync(WaitingKey.Prefix + kid, Cancellation) is not null, "it waits");
        Assert.Equal(CommandLine.Misuse, (await RunAsync("keys", "take", kid, "--without-approval")).Code);
        Assert.Contains("--without-approval", (await RunAsync("keys", "take", kid, "--reason", "x")).Error, StringComparison.Ordinal);
        Assert.Contains("须说明事由", (await RunAsync("keys", "take", kid, "--without-approval", "--reason", " ")).Error, StringComparison.Ordinal);
        Assert.Contains("没有等待批准", (await RunAsync("keys", "take", "token-of-nobody", "--without-approval", "--reason", "x")).Error, StringComparison.Ordinal);

        var taken = await RunAsync("keys", "take", kid, "--without-approval", "--reason", "身份提供方停机", "--as", "王");

        Assert.True(taken.Code == 0, taken.Error);
        await Eventually.HoldsAsync(async () => (await KidsAsync()).Contains(kid), "it is published");
        var leaf = (await LeavesAsync(kid))[0];
        Assert.Equal((true, "王", "身份提供方停机"), (leaf["withoutApproval"]?.GetValue<bool>(), Text(leaf, "operator"), Text(leaf, "reason")));
        Assert.Equal(ApprovalStatus.Asked, (await scene.Store.FindApprovalAsync(new ApprovalId(Guid.Parse(Text(leaf, "review") ?? "")), Cancellation))?.Status);
    }

    [Fact]
    public async Task Keys_ReadAtAStart_WaitAcrossStartsAndAreUsedAtTheFirstAfterTheirApproval()
    {
        var (receipt, log) = (Folder.AddSigningKey(SigningPurpose.Receipt), Folder.AddLogKey());
        var ring = Folder.AddWrappingKey().Split('-')[^1];
        var before = await LogKeysAsync();
        await scene.RestartAsync();
        Assert.DoesNotContain(receipt, await KidsAsync());
        Assert.Equal(before, await LogKeysAsync());
        Assert.NotEqual(ring, scene.Gateway.Gateway.Services.GetRequiredService<Exchange.Keys.KeyRing>().Newest.Name);

        string[] approvals = [await ApprovedAsync(receipt), await ApprovedAsync(log), await ApprovedAsync(ring)];
        Assert.DoesNotContain(receipt, await KidsAsync());
        await scene.RestartAsync();

        Assert.Contains(receipt, await KidsAsync());
        Assert.Equal(before.Length + 1, (await LogKeysAsync()).Length);
        Assert.Equal(ring, scene.Gateway.Gateway.Services.GetRequiredService<Exchange.Keys.KeyRing>().Newest.Name);
        foreach (var (key, approval) in new[] { receipt, log, ring }.Zip(approvals))
        {
            Assert.Equal([("announced", approval), ("in-use", approval)], (await LeavesAsync(key)).Select(leaf => (Text(leaf, "act"), Text(leaf, "approval"))));
        }
    }

    /// <summary>What was approved is a key, not a file's name.</summary>
    [Fact]
    public async Task Key_WhoseFileIsAnotherThanWasApproved_IsNotUsed()
    {
        var receipt = Folder.AddSigningKey(SigningPurpose.Receipt);
        await ApprovedAsync(receipt);
        var token = await TakenAsync();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (var kid in new[] { receipt, token })
        {
            await File.WriteAllTextAsync(Path.Combine(scene.Gateway.WorkingFolder, "var", "keys", $"{kid}.pem"), other.ExportPkcs8PrivateKeyPem(), Cancellation);
        }

        await scene.RestartAsync();

        Assert.DoesNotContain(receipt, await KidsAsync());
        Assert.NotEqual(token, await SigningAsync());
        foreach (var kid in new[] { receipt, token })
        {
            File.Delete(Path.Combine(scene.Gateway.WorkingFolder, "var", "keys", $"{kid}.pem"));
        }

        await scene.RestartAsync();
    }

    /// <summary>A bureau that lost its files must still answer.</summary>
    [Fact]
    public async Task Keys_AllLost_AreReplacedAtOnceAndReviewedAfterwards()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(scene.Gateway.WorkingFolder, "var", "keys"), "*.pem"))
        {
            File.Delete(file);
        }

        await scene.RestartAsync();

        var keys = new[] { SigningPurpose.Token, SigningPurpose.Receipt }.Select(purpose => Assert.Single(Folder.LoadSigningKeys(purpose)).Kid).ToList();
        Assert.Equal(keys[0], await SigningAsync());
        Assert.Contains(keys[1], await KidsAsync());
        foreach (var kid in keys)
        {
            var leaf = (await LeavesAsync(kid))[0];
            Assert.True(leaf["withoutApproval"]?.GetValue<bool>());
            Assert.Equal(ApprovalStatus.Asked, (await scene.Store.FindApprovalAsync(new ApprovalId(Guid.Parse(Text(leaf, "review") ?? "")), Cancellation))?.Status);
        }
    }

    /// <summary>The process died after the key was announced and before that was noted, or the file came again: nothing happens twice.</summary>
    [Fact]
    public async Task Approved_CarriedOutTwice_IsAnnouncedOnce()
    {
        var kid = await TakenAsync();
        var desk = scene.Gateway.Gateway.Services.GetRequiredService<KeyDesk>();
        var key = (await desk.ListAsync(Cancellation)).Single(line => line.Key.Name == kid).Key;

        Assert.Equal(new ActOutcome(Done: true, "announced-already"), await desk.TakeAsync(key, Authority.None, Cancellation));
        Assert.Equal(new ActOutcome(Done: false, "unknown-key"), await desk.TakeAsync(key with { Thumbprint = "another" }, Authority.None, Cancellation));

        Assert.Single(await LeavesAsync(kid), leaf => Text(leaf, "act") == "announced");
    }

    [Fact]
    public async Task Approval_OfOneKey_TakesNoOther()
    {
        var kid = Folder.AddSigningKey(SigningPurpose.Token);
        await Eventually.HoldsAsync(async () => await scene.Store.FindSettingAsync(WaitingKey.Prefix + kid, Cancellation) is not null, "it waits");
        var desk = scene.Gateway.Gateway.Services.GetRequiredService<KeyDesk>();
        var key = (await desk.FindWaitingAsync(kid, Cancellation))?.Key ?? throw new InvalidOperationException("it waits");

        Assert.Equal(new ActOutcome(Done: false, "other-key"), await desk.TakeAsync(key with { Thumbprint = "another" }, Authority.None, Cancellation));

        Assert.DoesNotContain(kid, await KidsAsync());
    }

    [Fact]
    public async Task Ask_ByAnAuditor_OrForWhatCannotBe_IsRefused()
    {
        using var auditor = await scene.SignedInAsync("zhou.gw-auditor");
        var page = await auditor.GetAsync(Keys);
        Assert.Contains("使用中", page.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("申请停用", page.Words, StringComparison.Ordinal);
        Assert.Equal(403, (await auditor.GetAsync($"{AskKey}?act=take&key=x")).Status);
        Assert.Equal(403, (await auditor.PostAsync(AskKey, ("form", page.Field("form")), ("act", "take"), ("key", "x"), ("reason", "x"))).Status);
        using var browser = await scene.SignedInAsync("li.gw-operator");
        Assert.Equal(400, (await browser.GetAsync($"{AskKey}?act=steal&key=x")).Status);
        Assert.Contains("没有这把密钥", (await AskAsync(browser, "take", "token-of-nobody")).Words, StringComparison.Ordinal);
        Assert.Contains("没有这把密钥", (await AskAsync(browser, "retire", "token-of-nobody")).Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decision_ByWhoeverAsked_IsRefused()
    {
        var kid = Folder.AddSigningKey(SigningPurpose.Token);
        await Eventually.HoldsAsync(async () => await scene.Store.FindSettingAsync(WaitingKey.Prefix + kid, Cancellation) is not null, "it waits");
        using var administrator = await scene.SignedInAsync("chen.gw-administrator");
        var asked = await AskAsync(administrator, "take", kid);
        var row = await scene.Store.FindApprovalAsync(new ApprovalId(Guid.Parse(asked.Address.Segments[^1])), Cancellation);

        var decided = await administrator.PostAsync(
            $"{asked.Address.AbsolutePath}/decision", ("form", asked.Field("form")), ("digest", row?.Digest), ("decision", "approve"));

        Assert.Equal(409, decided.Status);
        Assert.DoesNotContain(kid, await KidsAsync());
    }

    private KeyFolder Folder => KeyFolder.Open(Path.Combine(scene.Gateway.WorkingFolder, "var", "keys"), TimeProvider.System);

    /// <summary>A new token key that two people agreed on.</summary>
    private async Task<string> TakenAsync()
    {
        var kid = Folder.AddSigningKey(SigningPurpose.Token);
        await Eventually.HoldsAsync(async () => await scene.Store.FindSettingAsync(WaitingKey.Prefix + kid, Cancellation) is not null, "it waits");
        await ApprovedAsync(kid);
        return kid;
    }

    /// <returns>The approval.</returns>
    private async Task<string> ApprovedAsync(string key)
    {
        using var first = await scene.SignedInAsync("li.gw-operator");
        using var second = await scene.SignedInAsync("chen.gw-administrator");
        await first.GetAsync(Keys);
        var asked = await AskAsync(first, "take", key);
        Assert.Contains("已执行", (await DecideAsync(second, await second.GetAsync(asked.Address.AbsolutePath), "approve")).Words, StringComparison.Ordinal);
        return asked.Address.Segments[^1];
    }

    private static async Task<VisitedPage> AskAsync(Browser browser, string act, string key)
    {
        var form = await browser.GetAsync($"{AskKey}?act={act}&key={key}");
        return await browser.PostAsync(AskKey, ("form", form.Field("form")), ("act", act), ("key", key), ("reason", "例行轮换"));
    }

    private Task<List<JsonNode>> LeavesAsync(string key) =>
        LogReading.LeavesAsync(scene.Store, leaf => Text(leaf, "kind") == LeafKinds.Key && Text(leaf, "key") == key);

    private async Task<string> SigningAsync()
    {
        using var http = new HttpClient();
        using var tokens = new AgencyTokenSource(
            http, scene.Gateway[Notices.Court].Credential(new Uri(scene.Gateway.Gateway.Rest, "/connect/token"), scene.Gateway.Issuer), TimeProvider.System);
        return Forge.Read(await tokens.GetAsync(Cancellation), 0).GetProperty("kid").GetString() ?? "";
    }

    private async Task<List<string>> KidsAsync()
    {
        using var http = new HttpClient();
        var set = await http.GetFromJsonAsync<JsonElement>(new Uri(scene.Gateway.Gateway.Rest, "/.well-known/jwks"), Cancellation);
        return [.. set.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString() ?? "")];
    }

    private async Task<string[]> LogKeysAsync()
    {
        using var http = new HttpClient();
        return (await http.GetStringAsync(new Uri(scene.Gateway.Gateway.Rest, "/.well-known/gateway-log-keys"), Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => CapturedConsole.RunAsync([.. arguments, "--work", scene.Gateway.WorkingFolder]);
}
