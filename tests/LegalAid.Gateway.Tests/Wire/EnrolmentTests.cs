using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Identity.Enrolment;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>A system comes in, and not by anything that is no right way to.</summary>
[Collection(nameof(CommandLineTests))]
public sealed class EnrolmentTests : IAsyncLifetime
{
    private const string Client = "qingxiu-court-oa";

    private static readonly string Audience = new Uri(SigningClient.PublicAddress).AbsoluteUri;

    private GatewayFixture _gateway = null!; // set before each test by InitializeAsync

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await GatewayFixture.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Enrol_ByAProofOverTheCode_LivesThroughARestart()
    {
        using var key = NewKey();
        var code = await InviteAsync();
        var (status, enrolled) = await EnrolAsync(ByProof(key, code));
        Assert.Equal((200, Client), (status, enrolled["clientId"]?.GetValue<string>()));
        Assert.Equal(Client, await WhoAmIAsync(key, enrolled));
        Assert.Empty(_gateway.Store.FindInClear([code, code.Replace("-", "", StringComparison.Ordinal)]));

        await _gateway.StopAsync();
        await _gateway.StartAgainAsync();

        Assert.Equal(Client, await WhoAmIAsync(key, enrolled));
        var store = await CapturedConsole.RunAsync(
            "verify", "store", Path.Combine(_gateway.WorkingFolder, "var", "gateway.db"), "--key-folder", Path.Combine(_gateway.WorkingFolder, "var", "keys"));
        Assert.True(store.Code == 0, store.Output + store.Error);
    }

    [Fact]
    public async Task Enrol_SameCodeAndKeyAgain_IsAnsweredAsTheFirstTime()
    {
        using var key = NewKey();
        using var other = NewKey();
        var code = await InviteAsync();
        var first = await EnrolAsync(ByRequest(key, code));
        Assert.Equal(200, first.Status);

        var again = await EnrolAsync(ByRequest(key, $" {code.ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal)} "));
        Assert.Equal((200, first.Body.ToJsonString()), (again.Status, again.Body.ToJsonString()));
        Assert.Equal((403, "ENROLMENT_CODE_REFUSED"), CodeOf(await EnrolAsync(ByRequest(other, code))));
        Assert.Equal(2, _gateway.Store.Count("leaf", "kind = 'enrolment'"));
    }

    [Fact]
    public async Task Enrol_ManyKeysAtOnceByOneCode_LetsExactlyOneIn()
    {
        var code = await InviteAsync();
        var keys = Enumerable.Range(0, 8).Select(_ => NewKey()).ToList();
        var answers = await Task.WhenAll(keys.Select(key => EnrolAsync(ByProof(key, code))));
        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => Assert.Equal((403, "ENROLMENT_CODE_REFUSED"), CodeOf(answer)));
        keys.ForEach(key => key.Dispose());
    }

    /// <summary>What is not right leaves the code as it was.</summary>
    [Fact]
    public async Task Enrol_Wrongly_IsRefusedAndSpendsNothing()
    {
        using var key = NewKey();
        using var thief = NewKey();
        using var large = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var code = await InviteAsync();
        var withSecret = ByProof(key, code);
        withSecret["jwk"]!["d"] = "AAAA"; // just put in
        var forAnother = ByProof(key, code);
        forAnother["proof"] = EnrolmentKey.Prove(key, "https://gateway.example/", code);
        var byAnother = ByProof(key, code);
        byAnother["proof"] = EnrolmentKey.Prove(thief, Audience, code);
        var bothWays = ByProof(key, code);
        bothWays["csr"] = ByRequest(key, code)["csr"]!.DeepClone(); // just made
        var edited = ByRequest(key, code);
        var pem = edited["csr"]!.GetValue<string>(); // just made
        var place = pem.IndexOf("-----END", StringComparison.Ordinal) - 20; // within the signature
        edited["csr"] = $"{pem[..place]}{(pem[place] == 'A' ? 'B' : 'A')}{pem[(place + 1)..]}";
        (JsonObject Body, int Status, string Code)[] wrong =
        [
            (ByProof(key, EnrolmentCode.New()), 403, "ENROLMENT_CODE_REFUSED"),
            (ByProof(key, "no code"), 403, "ENROLMENT_CODE_REFUSED"),
            (withSecret, 400, "ENROLMENT_KEY_REFUSED"),
            (forAnother, 400, "ENROLMENT_KEY_REFUSED"),
            (byAnother, 400, "ENROLMENT_KEY_REFUSED"),
            (bothWays, 400, "ENROLMENT_KEY_REFUSED"),
            (edited, 400, "ENROLMENT_KEY_REFUSED"),
            (ByRequest(large, code), 400, "ENROLMENT_KEY_REFUSED"),
            (new JsonObject { ["code"] = code }, 400, "ENROLMENT_KEY_REFUSED"),
            (new JsonObject { ["code"] = code, ["clientId"] = "other" }, 400, "MALFORMED_REQUEST"),
            (new JsonObject { ["code"] = new string('x', 20_000) }, 400, "MALFORMED_REQUEST"),
        ];
        foreach (var (body, status, expected) in wrong)
        {
            Assert.Equal((status, expected), CodeOf(await EnrolAsync(body)));
        }

        using var demo = _gateway[Notices.Police].Credential(new Uri(SigningClient.PublicAddress), "").Key;
        Assert.Equal((409, "ENROLMENT_KEY_IN_USE"), CodeOf(await EnrolAsync(ByProof(demo, code))));
        Assert.Equal(200, (await EnrolAsync(ByProof(key, code))).Status);
    }

    [Fact]
    public async Task ChangeKey_OfAnEnrolledSystem_BothAreGoodForAWhile()
    {
        using var before = NewKey();
        using var after = NewKey();
        var (_, enrolled) = await EnrolAsync(ByProof(before, await InviteAsync()));

        using var http = Http(before, enrolled);
        using var answer = await http.PostAsJsonAsync(
            EnrolmentPath(":changeKey"), new JsonObject { ["jwk"] = Jwk(after), ["proof"] = EnrolmentKey.Prove(after, Audience, Client) }, Cancellation);
        var changed = await answer.Content.ReadFromJsonAsync<JsonObject>(Cancellation) ?? [];
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.NotEqual(enrolled["kid"]?.GetValue<string>(), changed["kid"]?.GetValue<string>());

        Assert.Equal(Client, await WhoAmIAsync(after, changed));
        Assert.Equal(Client, await WhoAmIAsync(before, enrolled));

        using var configured = await _gateway[Notices.Court].Rest.PostAsJsonAsync(
            EnrolmentPath(":changeKey"), new JsonObject { ["jwk"] = Jwk(after), ["proof"] = EnrolmentKey.Prove(after, Audience, _gateway[Notices.Court].ClientId) }, Cancellation);
        Assert.Equal("CLIENT_IS_CONFIGURED", (await configured.Content.ReadFromJsonAsync<JsonObject>(Cancellation))?["code"]?.GetValue<string>());
    }

    /// <summary>A token for one operation is handed to a part that shall do no more than that: it must not become the whole system by a key of its own.</summary>
    [Fact]
    public async Task ChangeKey_ByATokenThatWasAskedForLess_IsRefused()
    {
        using var before = NewKey();
        using var after = NewKey();
        var (_, enrolled) = await EnrolAsync(ByProof(before, await InviteAsync()));
        using var http = Http(before, enrolled, new TokenBounds(new EquatableList<string>(["legalaid.directory.v1.DirectoryService/WhoAmI"]), Purposes: null));
        Assert.Equal(200, (int)(await http.GetAsync(new Uri("/v1/whoami", UriKind.Relative), Cancellation)).StatusCode);

        using var refused = await http.PostAsJsonAsync(
            EnrolmentPath(":changeKey"), new JsonObject { ["jwk"] = Jwk(after), ["proof"] = EnrolmentKey.Prove(after, Audience, Client) }, Cancellation);

        var told = await refused.Content.ReadFromJsonAsync<JsonObject>(Cancellation) ?? [];
        Assert.Equal((403, "TOKEN_BOUNDED"), ((int)refused.StatusCode, told["code"]?.GetValue<string>()));
        Assert.Equal(2, _gateway.Store.Count("leaf", "kind = 'enrolment'")); // invited and enrolled
    }

    [Fact]
    public async Task ShutOut_EndsTheTokensThatAreOut()
    {
        using var key = NewKey();
        var (_, enrolled) = await EnrolAsync(ByProof(key, await InviteAsync()));
        using var http = Http(key, enrolled);
        Assert.Equal(200, (int)(await http.GetAsync(new Uri("/v1/whoami", UriKind.Relative), Cancellation)).StatusCode);

        Assert.Contains("已完成", (await VerbAsync("enrol", "shut-out", Client)).Output, StringComparison.Ordinal);
        Assert.Equal(401, (int)(await http.GetAsync(new Uri("/v1/whoami", UriKind.Relative), Cancellation)).StatusCode);
        Assert.Contains("停用", (await VerbAsync("enrol", "list")).Output, StringComparison.Ordinal);
        Assert.Contains("已完成", (await VerbAsync("enrol", "let-in", Client)).Output, StringComparison.Ordinal);
        Assert.Equal(Client, await WhoAmIAsync(key, enrolled));
    }

    [Theory]
    [InlineData("no-such-agency", Client, "72")]
    [InlineData(Notices.Court, "Not An Id", "72")]
    [InlineData(Notices.Court, $"{Notices.Court}-system", "72")]
    [InlineData(Notices.Court, Client, "0")]
    public async Task Invite_OfWhatCannotBe_SaysWhy(string agency, string client, string hours)
    {
        var (code, _, error) = await VerbAsync("enrol", "invite", agency, client, "--hours", hours);
        Assert.Equal(1, code);
        Assert.NotEmpty(error);
        Assert.Equal(0, _gateway.Store.Count("leaf", "kind = 'enrolment'"));
    }

    private async Task<string> InviteAsync()
    {
        var (code, output, error) = await VerbAsync("enrol", "invite", Notices.Court, Client, "--as", "管理员");
        Assert.True(code == 0, error);
        return output.Split('\n')[0].Split(": ")[1].Trim();
    }

    private Task<(int Code, string Output, string Error)> VerbAsync(params string[] verb) => CapturedConsole.RunAsync([.. verb, "--work", _gateway.WorkingFolder]);

    private async Task<(int Status, JsonObject Body)> EnrolAsync(JsonObject body)
    {
        using var http = new HttpClient { BaseAddress = _gateway.Gateway.Rest };
        using var answer = await http.PostAsJsonAsync(EnrolmentPath(""), body, Cancellation);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonObject>(Cancellation) ?? []);
    }

    private static Uri EnrolmentPath(string verb) => new("/v1/enrolments" + verb, UriKind.Relative);

    private static (int Status, string Code) CodeOf((int Status, JsonObject Body) answer) => (answer.Status, answer.Body["code"]?.GetValue<string>() ?? "");

    private async Task<string?> WhoAmIAsync(ECDsa key, JsonObject enrolled)
    {
        using var http = Http(key, enrolled);
        return (await http.GetFromJsonAsync<JsonObject>(new Uri("/v1/whoami", UriKind.Relative), Cancellation))?["clientId"]?.GetValue<string>();
    }

    private HttpClient Http(ECDsa key, JsonObject enrolled, TokenBounds? bounds = null)
    {
        string Text(string name) => enrolled[name]?.GetValue<string>() ?? "";
        var tokens = new AgencyTokenSource(
            new HttpClient(SigningClient.To(_gateway.Gateway.Rest)),
            new AgencyCredential(new Uri(Text("tokenEndpoint")), Text("issuer"), Text("clientId"), Text("kid"), key) with { ProofKey = key, Bounds = bounds }, TimeProvider.System);
        return new HttpClient(new AgencyTokenHandler(tokens) { InnerHandler = SigningClient.To(_gateway.Gateway.Rest) }) { BaseAddress = new Uri(SigningClient.PublicAddress) };
    }

    private static JsonObject ByProof(ECDsa key, string code) => new() { ["code"] = code, ["jwk"] = Jwk(key), ["proof"] = EnrolmentKey.Prove(key, Audience, code) };

    private static JsonObject ByRequest(ECDsa key, string code) => new()
    {
        ["code"] = code,
        ["csr"] = new CertificateRequest("CN=whatever", key, HashAlgorithmName.SHA256).CreateSigningRequestPem(),
    };

    private static JsonObject Jwk(ECDsa key)
    {
        var jwk = AgencyClientKey.From("none", key).ToJwk();
        jwk.Remove("kid");
        return jwk;
    }

    private static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);
}
