using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Identity.Enrolment;
using LegalAid.Gateway.Operations.Connect;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>The executable in the hands of an agency's engineer: from a code to a readiness report, and again after whatever ended it.</summary>
[Collection(nameof(CommandLineTests))]
public sealed class ConnectVerbTests : IAsyncLifetime
{
    private const string Client = "qingxiu-court-oa";

    private GatewayFixture _gateway = null!; // set before each test by InitializeAsync

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_gateway.WorkingFolder, "engineer");

    public async ValueTask InitializeAsync() => _gateway = await GatewayFixture.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("--csr")]
    public async Task Connect_ByACode_IsReadyAndStandsWhenRunAgain(string more)
    {
        var first = await ConnectAsync(["--code", await InviteAsync(), .. more.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.True(first.Code == 0, first.Output + first.Error);
        Assert.Contains("已就绪 · READY", first.Output, StringComparison.Ordinal);
        var key = Path.Combine(Folder, "client.key");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(key));
        Assert.Equal((1L, 2L), (_gateway.Store.Count("delivery", "status = 2"), _gateway.Store.Count("leaf", "kind = 'enrolment'")));

        var (code, said) = await ConnectJsonAsync();
        Assert.Equal(0, code);
        Assert.Equal("done stands stands done done stands done", States(said));
        Assert.Equal((Client, "dpop"), (Text(said["whoAmI"], "clientId"), Text(said["whoAmI"], "binding")));
        var readiness = said["readiness"];
        using var own = KeyOf("client.key");
        Assert.Equal((EnrolmentKey.KidOf(own), "mailbox"), (Text(readiness?["keys"]?[0], "kid"), Text(readiness?["delivery"], "channel")));
        var whoAmI = readiness?["operations"]?.AsArray().Single(one => Text(one, "operation") == "legalaid.directory.v1.DirectoryService/WhoAmI");
        Assert.Contains("directory", whoAmI?["purposes"]?.AsArray().Select(purpose => purpose?.GetValue<string>()) ?? []);
        Assert.Equal((1L, 2L), (_gateway.Store.Count("delivery", "status = 2"), _gateway.Store.Count("leaf", "kind = 'enrolment'")));
    }

    [Fact]
    public async Task Connect_ASystemThatMustSign_Signs()
    {
        var (code, output, error) = await ConnectAsync("--code", await InviteAsync("--signs"));

        Assert.True(code == 0, output + error);
    }

    /// <summary>Each place where a run may have died, as it leaves the folder and the gateway.</summary>
    [Fact]
    public async Task Connect_AfterARunThatDied_GoesOnWhereItStopped()
    {
        Assert.Equal("done done failed skipped skipped skipped skipped", States((await ConnectJsonAsync()).Said)); // no code yet, and a key
        using var key = KeyOf("client.key");
        var invitation = await InviteAsync();
        Assert.Equal("done stands done done done done done", States((await ConnectJsonAsync("--code", invitation)).Said));
        using var same = KeyOf("client.key");
        Assert.Equal(EnrolmentKey.KidOf(key), EnrolmentKey.KidOf(same));

        File.Delete(Path.Combine(Folder, "client.json")); // the gateway answered, and the answer was not kept
        Assert.Equal("done stands done done done stands done", States((await ConnectJsonAsync("--code", invitation)).Said));

        File.Delete(Path.Combine(Folder, "client.test.json")); // another test is not the first one's repetition
        Assert.Equal("done stands stands done done done done", States((await ConnectJsonAsync()).Said));
        Assert.Equal((2L, 2L), (_gateway.Store.Count("delivery", "status = 2"), _gateway.Store.Count("leaf", "kind = 'enrolment'")));
    }

    [Fact]
    public async Task Rotate_ConnectedSystem_HasTwoKeysForADay()
    {
        await ConnectAsync("--code", await InviteAsync());
        using var before = KeyOf("client.key");

        var (code, said) = await ConnectJsonAsync("--rotate");

        Assert.Equal((0, "done stands stands done done done stands done"), (code, States(said)));
        using var after = KeyOf("client.key");
        var keys = said["readiness"]?["keys"]?.AsArray() ?? [];
        Assert.Equal([EnrolmentKey.KidOf(after), EnrolmentKey.KidOf(before)], keys.Select(one => Text(one, "kid")));
        Assert.Null(keys[0]?["notAfter"]);
        Assert.NotNull(keys[1]?["notAfter"]);
        Assert.False(File.Exists(Path.Combine(Folder, "client.next.key")));
    }

    [Fact]
    public async Task Rotate_AfterARunThatDied_EndsWithTheNextKey()
    {
        await ConnectAsync("--code", await InviteAsync());
        var first = await File.ReadAllTextAsync(Path.Combine(Folder, "client.key"), Cancellation);
        await ConnectAsync("--rotate");
        using var second = KeyOf("client.key");
        var next = await File.ReadAllTextAsync(Path.Combine(Folder, "client.key"), Cancellation);

        // The gateway had the next key, and it did not take the other's place.
        await LeaveAsync(first, next);
        Assert.Equal("done stands stands done done done stands done", States((await ConnectJsonAsync()).Said));
        using var taken = KeyOf("client.key");
        Assert.Equal(EnrolmentKey.KidOf(second), EnrolmentKey.KidOf(taken));

        // The same, long after: by then the gateway no longer knows the first.
        await ConnectAsync("--rotate");
        var third = await File.ReadAllTextAsync(Path.Combine(Folder, "client.key"), Cancellation);
        await LeaveAsync(first, third);
        Assert.Equal("done stands stands done done stands done", States((await ConnectJsonAsync()).Said));

        // The gateway had not heard of the next key.
        using var unheard = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await LeaveAsync(third, unheard.ExportPkcs8PrivateKeyPem());
        Assert.Equal("done stands stands done done done stands done", States((await ConnectJsonAsync()).Said));
        using var last = KeyOf("client.key");
        Assert.Equal(EnrolmentKey.KidOf(unheard), EnrolmentKey.KidOf(last));
    }

    [Fact]
    public async Task Connect_WhatCannotBe_SaysWhyAndSkipsTheRest()
    {
        var (code, said) = await ConnectJsonAsync("--code", EnrolmentCode.New());
        Assert.Equal((1, "done done failed skipped skipped skipped skipped"), (code, States(said)));
        Assert.Equal("ENROLMENT_CODE_REFUSED", Text(said["steps"]?[2], "code"));
        Assert.False(said["ready"]?.GetValue<bool>());

        var unreached = await CapturedConsole.RunAsync("connect", "--gateway", "http://127.0.0.1:1", "--folder", Folder);
        Assert.Equal(1, unreached.Code);
        Assert.Contains("未就绪 · NOT READY", unreached.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await CapturedConsole.RunAsync("connect", "--gateway", "gateway", "--folder", Folder)).Code);

        await File.WriteAllTextAsync(Path.Combine(Folder, "client.key"), "no key", Cancellation);
        var broken = await ConnectAsync();
        Assert.Equal(1, broken.Code);
        Assert.NotEmpty(broken.Error);
    }

    [Fact]
    public async Task Connect_DeliverySuspended_IsNotReadyAndSaysSo()
    {
        await ConnectAsync("--code", await InviteAsync());
        Assert.Equal(0, (await CapturedConsole.RunAsync("deliveries", "suspend", Notices.Court, "--reason", "演练", "--work", _gateway.WorkingFolder)).Code);

        var (code, output, _) = await ConnectAsync();

        Assert.Equal(1, code);
        Assert.Contains("DELIVERY_SUSPENDED", output, StringComparison.Ordinal);
        Assert.Contains("未就绪 · NOT READY", output, StringComparison.Ordinal);
    }

    /// <summary>The test message does not arrive, and the readiness says why; once it can, the next run finds the same message.</summary>
    [Fact]
    public async Task Connect_TestMessageThatDoesNotArrive_SaysWhyAndGoesOnWithTheSameOne()
    {
        await CapturedConsole.RunAsync("deliveries", "suspend", Notices.Court, "--reason", "演练", "--work", _gateway.WorkingFolder);

        var (code, output, _) = await ConnectAsync("--code", await InviteAsync(), "--wait", "1");
        Assert.Equal(1, code);
        Assert.Contains("TEST_NOT_DELIVERED", output, StringComparison.Ordinal);
        Assert.Contains("DELIVERY_SUSPENDED", output, StringComparison.Ordinal);

        await CapturedConsole.RunAsync("deliveries", "resume", Notices.Court, "--reason", "演练", "--work", _gateway.WorkingFolder);
        Assert.Equal("done stands stands done done done done", States((await ConnectJsonAsync()).Said));
        Assert.Equal(1, _gateway.Store.Count("exchange"));
        Assert.Equal("done stands stands done done done done", States((await ConnectJsonAsync("--again")).Said));
        Assert.Equal(2, _gateway.Store.Count("exchange"));
    }

    /// <summary>A province's provider issues the tokens: the gateway still has to know whose the system is.</summary>
    [Fact]
    public async Task Connect_WhereAnotherIssuesTheTokens_EnrolsAndNamesIt()
    {
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart
        {
            Adjust = settings => settings with
            {
                Tokens = settings.Tokens with
                {
                    Provider = new TokenProviderSettings
                    {
                        Issuer = new AgencyIssuer("https://province.example", Jwks: null, [], ["ES256"], People: null, Staff: null),
                        Audience = "https://gateway.test", ClientId = "gateway", Introspects = false,
                    },
                },
            },
        });

        var (code, output, _) = await CapturedConsole.RunAsync(
            "connect", "--gateway", gateway.Gateway.Rest.AbsoluteUri, "--folder", Folder, "--code", await InviteAsync(gateway), "--json");

        var said = JsonNode.Parse(output) as JsonObject ?? [];
        Assert.Equal((1, "done done done failed skipped skipped skipped"), (code, States(said)));
        Assert.Equal("TOKENS_ISSUED_ELSEWHERE", Text(said["steps"]?[3], "code"));
        Assert.Contains("https://province.example/", Text(said["steps"]?[3], "en"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_ClockThatIsOff_StopsBeforeAnythingIsMade()
    {
        using var handler = new SocketsHttpHandler();
        using var connecting = new Connecting(
            new ConnectFolder(Folder), handler, _gateway.Gateway.Rest, new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(5)),
            new ConnectWishes(await InviteAsync(), ByRequest: false, Rotate: false, Again: false, TimeSpan.Zero));

        var report = await connecting.RunAsync(Cancellation);

        Assert.Equal(("CLOCK_OFF", StepState.Skipped), (report.Steps[0].Code, report.Steps[1].State));
        Assert.False(Directory.Exists(Folder));
    }

    /// <summary>A gateway behind a certificate of the province's own authority.</summary>
    [Fact]
    public async Task Connect_OverTls_TrustsTheAuthorityThatIsNamedAndNoOther()
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority("CN=Another authority");
        using var server = authority.IssueServer();
        var keys = Directory.CreateDirectory(Path.Combine(_gateway.WorkingFolder, "tls-keys")).FullName;
        await File.WriteAllTextAsync(Path.Combine(keys, "tls.pem"), TestAuthority.PemOf(server), Cancellation);
        await using var secure = await GatewayFixture.StartAsync(new GatewayStart
        {
            Adjust = settings => settings with { KeyFolder = keys, Listeners = settings.Listeners with { Rest = new Uri("https://127.0.0.1:0") } },
        });
        Task<(int Code, string Output, string Error)> TryAsync(TestAuthority trusted, params string[] more)
        {
            var pem = Path.Combine(_gateway.WorkingFolder, "authority.pem");
            File.WriteAllText(pem, trusted.Root.ExportCertificatePem());
            return CapturedConsole.RunAsync(["connect", "--gateway", secure.Gateway.Rest.AbsoluteUri, "--folder", Folder, "--authority", pem, .. more]);
        }

        Assert.Contains("失败 FAILED", (await TryAsync(other)).Output.Split('\n')[1], StringComparison.Ordinal);
        var (code, output, error) = await TryAsync(authority, "--code", await InviteAsync(secure));
        Assert.True(code == 0, output + error);
    }

    [Fact]
    public async Task Readiness_OfAConfiguredSystem_TellsWhatItHasAndAdvises()
    {
        var answer = await _gateway[Notices.Court].GetAsync("/v1/enrolments:readiness", Cancellation);

        Assert.Equal((200, $"agencies/{Notices.Court}"), (answer.Status, Text(answer.Body, "agency")));
        Assert.Equal(("none", "bearer"), (Text(answer.Body?["binding"], "demanded"), Text(answer.Body?["binding"], "shown")));
        Assert.Null(answer.Body?["enrolledAt"]);
        var finding = Assert.Single(answer.Body?["findings"]?.AsArray() ?? []);
        Assert.Equal(("TOKENS_UNBOUND", false), (Text(finding, "code"), finding?["blocks"]?.GetValue<bool>()));
        Assert.True(answer.Body?["ready"]?.GetValue<bool>());
        using var stranger = new HttpClient { BaseAddress = _gateway.Gateway.Rest };
        Assert.Equal(401, (await RestAnswer.ReadAsync(await stranger.GetAsync(new Uri("/v1/enrolments:readiness", UriKind.Relative), Cancellation), Cancellation)).Status);
    }

    private async Task LeaveAsync(string key, string next)
    {
        await File.WriteAllTextAsync(Path.Combine(Folder, "client.key"), key, Cancellation);
        await File.WriteAllTextAsync(Path.Combine(Folder, "client.next.key"), next, Cancellation);
    }

    private ECDsa KeyOf(string file)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(Folder, file)));
        return key;
    }

    private Task<string> InviteAsync(params string[] more) => InviteAsync(_gateway, more);

    private static async Task<string> InviteAsync(GatewayFixture gateway, params string[] more)
    {
        var (code, output, error) = await CapturedConsole.RunAsync(["enrol", "invite", Notices.Court, Client, "--as", "管理员", "--work", gateway.WorkingFolder, .. more]);
        Assert.True(code == 0, error);
        return output.Split('\n')[0].Split(": ")[1].Trim();
    }

    private Task<(int Code, string Output, string Error)> ConnectAsync(params string[] more) =>
        CapturedConsole.RunAsync(["connect", "--gateway", _gateway.Gateway.Rest.AbsoluteUri, "--folder", Folder, .. more]);

    private async Task<(int Code, JsonObject Said)> ConnectJsonAsync(params string[] more)
    {
        var (code, output, error) = await ConnectAsync([.. more, "--json"]);
        return (code, JsonNode.Parse(output) as JsonObject ?? throw new InvalidOperationException(output + error));
    }

    private static string States(JsonObject said) => string.Join(' ', said["steps"]?.AsArray().Select(step => Text(step, "state")) ?? []);

    private static string? Text(JsonNode? from, string name) => from?[name]?.GetValue<string>();
}
