using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>Staff sign in at their agency's provider, a real one, over real HTTP; and every way in which they are not let in.</summary>
public sealed class StaffSignInTests(StaffScene scene) : IClassFixture<StaffScene>
{
    [Fact]
    public async Task SignIn_AtTheProvider_ShowsThePageAndOneRole()
    {
        using var browser = scene.Open();
        var first = await browser.GetAsync("/console");
        Assert.Equal("/console/sign-in", first.Address.AbsolutePath);
        Assert.Contains("南宁市司法局", first.Words, StringComparison.Ordinal);

        var page = await browser.SignInAsync("li.gw-operator", StaffScene.Start);

        Assert.Equal((200, "/console/approvals"), (page.Status, page.Address.AbsolutePath));
        Assert.Contains("用户 li", page.Words, StringComparison.Ordinal);
        Assert.Contains("业务操作员", page.Words, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Contains("no-store", page.Headers["Cache-Control"], StringComparison.Ordinal);
        Assert.Equal("DENY", page.Headers["X-Frame-Options"]);
    }

    [Fact]
    public async Task SignIn_CookiesOfTheGateway_AreOutOfOthersReach()
    {
        using var browser = await scene.SignedInAsync("li.gw-operator");

        Assert.NotEmpty(browser.CookiesSet);
        Assert.All(browser.CookiesSet, line =>
        {
            Assert.StartsWith("__Host-", line, StringComparison.Ordinal);
            Assert.Contains("; secure", line, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("; httponly", line, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("; samesite=", line, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("; path=/", line, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("domain=", line, StringComparison.OrdinalIgnoreCase);
        });
    }

    /// <summary>The request goes to the provider behind the browser's back: the browser carries a name for it and nothing else.</summary>
    [Fact]
    public async Task SignIn_WhereTheProviderTakesPushedRequests_PushesIt()
    {
        using var browser = scene.Open();
        browser.StopBefore = address => address.Authority == scene.Provider.Issuer.Authority;

        var query = (await browser.GetAsync(StaffScene.Start)).Address.Query;

        Assert.Contains("request_uri=", query, StringComparison.Ordinal);
        Assert.DoesNotContain("redirect_uri=", query, StringComparison.Ordinal);
        Assert.DoesNotContain("state=", query, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wang", "您在本网关没有角色")]
    [InlineData("wang.gw-operator.gw-administrator", "必须由不同的人担任")]
    [InlineData("wang.gw-auditor.gw-operator.gw-administrator", "必须由不同的人担任")]
    public async Task SignIn_WithoutExactlyOneRole_IsRefused(string login, string said)
    {
        using var browser = scene.Open();

        var page = await browser.SignInAsync(login, StaffScene.Start);

        Assert.Equal(403, page.Status);
        Assert.Contains(said, page.Words, StringComparison.Ordinal);
        Assert.Equal("/console/sign-in", (await browser.GetAsync("/console/approvals")).Address.AbsolutePath);
    }

    [Theory]
    [InlineData("another browser")]
    [InlineData("replayed")]
    [InlineData("state swapped")]
    [InlineData("state absent")]
    [InlineData("another issuer")]
    [InlineData("issuer absent")]
    [InlineData("issuer twice")]
    [InlineData("code swapped")]
    [InlineData("another agency")]
    [InlineData("error")]
    public async Task Answer_ThatIsNotTheSignIns_LetsNobodyIn(string fault)
    {
        using var browser = scene.Open();
        browser.StopBefore = address => address.AbsolutePath == $"/console/sign-in/{StaffScene.Bureau}";
        var answer = (await browser.SignInAsync("li.gw-operator", StaffScene.Start)).Address;
        Assert.Contains("code=", answer.Query, StringComparison.Ordinal);
        browser.StopBefore = _ => false;

        VisitedPage page;
        switch (fault)
        {
            case "another browser":
                using (var other = scene.Open())
                {
                    page = await other.GetAsync(answer.PathAndQuery);
                }

                break;
            case "replayed":
                Assert.Equal(200, (await browser.GetAsync(answer.PathAndQuery)).Status);
                using (var thief = scene.Open())
                {
                    page = await thief.GetAsync(answer.PathAndQuery);
                }

                Assert.Equal(400, (await browser.GetAsync(answer.PathAndQuery)).Status);
                break;
            default:
                page = await browser.GetAsync(Changed(answer, fault));
                break;
        }

        Assert.InRange(page.Status, 400, 404);
        if (fault != "replayed")
        {
            Assert.Equal("/console/sign-in", (await browser.GetAsync("/console/approvals")).Address.AbsolutePath);
        }
    }

    [Fact]
    public async Task Session_IsNoToken_AndATokenIsNoSession()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(scene.Gateway.Gateway.Rest, "/console/approvals"));
        request.Headers.Authorization = new("Bearer", await scene.Gateway[StaffScene.Bureau].TokenAsync(TestContext.Current.CancellationToken));
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(302, (int)response.StatusCode);

        using var browser = await scene.SignedInAsync("li.gw-operator");
        Assert.Equal(401, (await browser.GetAsync("/v1/whoami")).Status);
    }

    [Fact]
    public async Task Session_LastsEightHoursAndNoLonger()
    {
        using var browser = await scene.SignedInAsync("li.gw-operator");
        using (scene.Ahead(TimeSpan.FromHours(8) - TimeSpan.FromMinutes(1)))
        {
            Assert.Equal("/console/approvals", (await browser.GetAsync("/console/approvals")).Address.AbsolutePath);
        }

        using (scene.Ahead(TimeSpan.FromHours(8) + TimeSpan.FromSeconds(2)))
        {
            Assert.Equal("/console/sign-in", (await browser.GetAsync("/console/approvals")).Address.AbsolutePath);
        }
    }

    [Fact]
    public async Task SignOut_EndsTheSession_AndTakesAFormOfIt()
    {
        using var browser = await scene.SignedInAsync("li.gw-operator");
        Assert.Equal(400, (await browser.PostAsync("/console/sign-out")).Status);
        var page = await browser.GetAsync("/console/approvals");

        await browser.PostAsync("/console/sign-out", ("form", page.Field("form")));

        Assert.Equal("/console/sign-in", (await browser.GetAsync("/console/approvals")).Address.AbsolutePath);
    }

    [Theory]
    [InlineData("https://evil.test/")]
    [InlineData("//evil.test")]
    [InlineData("/console/../v1/whoami")]
    [InlineData("/console/\\evil.test")]
    public async Task SignIn_ToReturnElsewhere_ReturnsToTheConsole(string elsewhere)
    {
        using var browser = scene.Open();

        var page = await browser.SignInAsync("li.gw-operator", $"{StaffScene.Start}?return={Uri.EscapeDataString(elsewhere)}");

        Assert.Equal((scene.PublicAddress.Authority, "/console/approvals"), (page.Address.Authority, page.Address.AbsolutePath));
    }

    [Fact]
    public async Task SignIn_AtAnAgencyWithoutProvider_IsNotFound()
    {
        using var browser = scene.Open();

        Assert.Equal(404, (await browser.GetAsync("/console/sign-in/nanning-police/start")).Status);
        Assert.Equal(404, (await browser.GetAsync("/console/sign-in/No-Agency/start")).Status);
    }

    private static string Changed(Uri answer, string fault)
    {
        var parts = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(answer.Query);
        var path = answer.AbsolutePath;
        switch (fault)
        {
            case "state swapped": parts["state"] = new string('a', 43); break;
            case "state absent": parts.Remove("state"); break;
            case "another issuer": parts["iss"] = "https://login.evil.test"; break;
            case "issuer absent": Assert.True(parts.Remove("iss")); break;
            case "issuer twice": parts["iss"] = new([parts["iss"].ToString(), parts["iss"].ToString()]); break;
            case "code swapped": parts["code"] = "stolen-code"; break;
            case "another agency": path = "/console/sign-in/nanning-police"; break;
            case "error": parts.Remove("code"); parts["error"] = "access_denied"; break;
            default: throw new ArgumentException(fault, nameof(fault));
        }

        return Microsoft.AspNetCore.WebUtilities.QueryHelpers.AddQueryString(path, parts);
    }
}
