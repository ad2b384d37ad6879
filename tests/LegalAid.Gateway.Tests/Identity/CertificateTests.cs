using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Identity;

/// <summary>Certificates over real TLS: as a client's proof of itself, and as what a token is bound to (RFC 8705).</summary>
public sealed class CertificateTests : IDisposable
{
    private const string Subject = "CN=court.example, O=Qingxiu Court, C=CN";
    private const string Dns = "court.example";

    private readonly TestAuthority _authority = new();
    private readonly X509Certificate2 _server;

    public CertificateTests() => _server = _authority.IssueServer();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _server.Dispose();
        _authority.Dispose();
    }

    [Theory]
    [InlineData("pinned")]
    [InlineData("dns")]
    [InlineData("subject")]
    public async Task Fetch_EnrolledCertificate_IssuesATokenBoundToIt(string rule)
    {
        await using var host = await StartAsync();
        using var certificate = _authority.IssueClient(Subject, Dns);
        Enrol(host, RuleOf(rule, certificate));
        using var http = Client(host, certificate);

        var (status, token, _) = await FetchAsync(http);

        Assert.Equal(200, status);
        var bound = Forge.Read(token!, 1).GetProperty("cnf"); // it was issued
        Assert.Equal(Base64(certificate), bound.GetProperty("x5t#S256").GetString());
        Assert.Single(bound.EnumerateObject());
        Assert.StartsWith("200 qingxiu-court court-system Certificate", await CallAsync(http, token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pinned", "another of the same name")]
    [InlineData("pinned", "none")]
    [InlineData("dns", "another name")]
    [InlineData("dns", "a wildcard")]
    [InlineData("dns", "self-signed")]
    [InlineData("dns", "of another authority")]
    [InlineData("dns", "for servers")]
    [InlineData("subject", "another name")]
    [InlineData("subject", "one part more")]
    [InlineData("subject", "self-signed")]
    [InlineData("subject", "of another authority")]
    [InlineData("subject", "expired")]
    [InlineData("subject", "not yet valid")]
    [InlineData("pinned", "expired")]
    [InlineData("no rule", "enrolled by nobody")]
    public async Task Fetch_OtherCertificate_IsOneAndTheSameRefusal(string rule, string shown)
    {
        await using var host = await StartAsync();
        using var stranger = new TestAuthority();
        using var certificate = shown switch
        {
            "none" => null,
            "another name" => _authority.IssueClient("CN=police.example, O=Qingxiu Police, C=CN", "police.example"),
            "a wildcard" => _authority.IssueClient(Subject, "*.example"),
            "one part more" => _authority.IssueClient($"{Subject}, OU=x", Dns),
            "self-signed" => TestAuthority.SelfSigned(Subject),
            "of another authority" => stranger.IssueClient(Subject, Dns),
            "for servers" => _authority.IssueServer(),
            "expired" => _authority.IssueClient(Subject, Dns, host.Now.AddDays(-2), host.Now),
            "not yet valid" => _authority.IssueClient(Subject, Dns, host.Now.AddSeconds(1), host.Now.AddDays(2)),
            _ => _authority.IssueClient(Subject, Dns),
        };
        using var enrolled = shown == "expired" && rule == "pinned" ? new X509Certificate2(certificate!) : _authority.IssueClient(Subject, Dns); // "expired" made one
        Enrol(host, shown == "for servers" ? new CertificateRule.DnsName("localhost") : RuleOf(rule, enrolled));
        using var http = Client(host, certificate);

        var (status, token, error) = await FetchAsync(http);

        Assert.Null(token);
        Assert.Equal(shown == "none" ? (400, "invalid_request") : (401, "invalid_client"), (status, error));
    }

    [Fact]
    public async Task Fetch_CertificateOfAnotherClient_IsRefused()
    {
        await using var host = await StartAsync();
        using var police = _authority.IssueClient("CN=police.example", "police.example");
        using var court = _authority.IssueClient(Subject, Dns);
        host.Registry.Replace([Court(host, RuleOf("pinned", court)), Court(host, RuleOf("pinned", police)) with { ClientId = "police-system", Agency = AgencyId.Parse("qingxiu-police") }]);
        using var http = Client(host, police);

        Assert.Equal((401, null, "invalid_client"), await FetchAsync(http));
        Assert.Equal(200, (await FetchAsync(http, "police-system")).Status);
    }

    [Fact]
    public async Task Fetch_AssertionOverACertificatesConnection_BindsTheTokenToIt()
    {
        await using var host = await StartAsync();
        using var certificate = TestAuthority.SelfSigned("CN=whoever");
        using var http = Client(host, certificate);
        host.Registry.Replace([IdentityHost.CourtClient(host.CourtKey) with { Binding = BindingDemand.Certificate }]);

        var (status, token, _) = await FetchAsync(http, IdentityHost.Court, ("client_assertion", Forge.Sign(Forge.Header(), Forge.Claims(host.Now), host.CourtKey)));

        Assert.Equal(200, status);
        Assert.StartsWith("200 ", await CallAsync(http, token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_StolenCertificateBoundToken_IsOfNoUseWithoutTheCertificate()
    {
        await using var host = await StartAsync();
        using var certificate = _authority.IssueClient(Subject, Dns);
        using var another = _authority.IssueClient(Subject, Dns);
        Enrol(host, RuleOf("subject", certificate));
        using var http = Client(host, certificate);
        using var bare = Client(host, null);
        using var thief = Client(host, another);
        var token = (await FetchAsync(http)).Token;

        Assert.Contains("TOKEN_OTHER_CERTIFICATE", await CallAsync(bare, token), StringComparison.Ordinal);
        Assert.Contains("TOKEN_OTHER_CERTIFICATE", await CallAsync(thief, token), StringComparison.Ordinal);
        Assert.Contains("TOKEN_DOWNGRADED", await CallAsync(http, token, "DPoP"), StringComparison.Ordinal);
        Assert.StartsWith("200 ", await CallAsync(http, token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Client-Cert")]
    [InlineData("X-Client-Cert")]
    [InlineData("X-ARR-ClientCert")]
    [InlineData("X-SSL-Client-Cert")]
    [InlineData("X-Forwarded-Client-Cert")]
    public async Task Call_ForwardedCertificateFromNoProxy_IsNotBelieved(string header)
    {
        await using var host = await StartAsync();
        using var certificate = _authority.IssueClient(Subject, Dns);
        Enrol(host, RuleOf("pinned", certificate));
        using var http = Client(host, certificate);
        var token = (await FetchAsync(http)).Token;
        using var thief = Client(host, null);
        thief.DefaultRequestHeaders.TryAddWithoutValidation(header, Forwarded(certificate));

        Assert.Contains("TOKEN_OTHER_CERTIFICATE", await CallAsync(thief, token), StringComparison.Ordinal);
        Assert.Null((await FetchAsync(thief)).Token);
    }

    [Fact]
    public async Task Call_ForwardedByATrustedProxy_CountsAsShownAndTheProxysOwnDoesNot()
    {
        await using var host = await StartAsync(options => options.TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")]);
        using var certificate = _authority.IssueClient(Subject, Dns);
        using var proxys = _authority.IssueClient("CN=proxy.example", "proxy.example");
        Enrol(host, RuleOf("pinned", certificate));
        using var proxy = Client(host, proxys);
        proxy.DefaultRequestHeaders.TryAddWithoutValidation("Client-Cert", Forwarded(certificate));
        using var bare = Client(host, certificate); // the handshake is the proxy's, whoever it says it is
        using var doubled = Client(host, null);
        doubled.DefaultRequestHeaders.TryAddWithoutValidation("Client-Cert", [Forwarded(certificate), Forwarded(certificate)]);

        var (status, token, _) = await FetchAsync(proxy);

        Assert.Equal(200, status);
        Assert.StartsWith("200 ", await CallAsync(proxy, token), StringComparison.Ordinal);
        Assert.Contains("TOKEN_OTHER_CERTIFICATE", await CallAsync(bare, token), StringComparison.Ordinal);
        Assert.Contains("TOKEN_OTHER_CERTIFICATE", await CallAsync(doubled, token), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("certificate")]
    [InlineData("x")]
    public async Task Fetch_PosingAsTheStandIn_IsRefused(string assertion)
    {
        await using var host = await StartAsync();
        using var certificate = _authority.IssueClient(Subject, Dns);
        Enrol(host, RuleOf("pinned", certificate));
        using var bare = Client(host, null);
        using var shown = Client(host, certificate);

        Assert.Equal(401, (await FetchAsync(bare, IdentityHost.Court, ("client_assertion", assertion))).Status);
        Assert.Equal(401, (await FetchAsync(shown, IdentityHost.Court, ("client_assertion", assertion))).Status);
    }

    [Fact]
    public async Task Discovery_WithMutualTls_NamesMethodsAndAlias()
    {
        await using var host = await StartAsync();
        using var http = Client(host, null);
        using var document = JsonDocument.Parse(await http.GetStringAsync("/.well-known/openid-configuration", Cancellation));
        var root = document.RootElement;

        Assert.True(root.GetProperty("tls_client_certificate_bound_access_tokens").GetBoolean());
        Assert.Equal("https://mtls.gateway.test:8444/connect/token", root.GetProperty("mtls_endpoint_aliases").GetProperty("token_endpoint").GetString());
        Assert.Equal(
            ["private_key_jwt", "self_signed_tls_client_auth", "tls_client_auth"],
            root.GetProperty("token_endpoint_auth_methods_supported").EnumerateArray().Select(method => method.GetString()).Order(StringComparer.Ordinal));
    }

    private Task<IdentityHost> StartAsync(Action<IdentityOptions>? configure = null) => IdentityHost.StartAsync(
        options =>
        {
            options.MutualTlsAddress = new Uri("https://mtls.gateway.test:8444");
            options.CertificateAuthorities = [_authority.Root];
            configure?.Invoke(options);
        },
        tls: _server);

    private static CertificateRule? RuleOf(string rule, X509Certificate2 certificate) => rule switch
    {
        "pinned" => new CertificateRule.Pinned(new EquatableList<string>([TestAuthority.ThumbprintOf(certificate)])),
        "dns" => new CertificateRule.DnsName("Court.Example"),
        "subject" => new CertificateRule.Subject("CN=court.example,O=Qingxiu Court,C=CN"),
        _ => null,
    };

    private static AgencyClient Court(IdentityHost host, CertificateRule? rule) =>
        IdentityHost.CourtClient(host.CourtKey) with { Binding = BindingDemand.Certificate, Certificate = rule };

    private static void Enrol(IdentityHost host, CertificateRule? rule) => host.Registry.Replace([Court(host, rule)]);

    private HttpClient Client(IdentityHost host, X509Certificate2? certificate) => new(_authority.Handler(certificate)) { BaseAddress = host.Http.BaseAddress };

    private static async Task<(int Status, string? Token, string? Error)> FetchAsync(
        HttpClient http, string clientId = IdentityHost.Court, params (string Name, string Value)[] more)
    {
        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"), new("client_id", clientId), .. more.Select(one => new KeyValuePair<string, string>(one.Name, one.Value)),
            .. more.Length == 0 ? Array.Empty<KeyValuePair<string, string>>() : [new("client_assertion_type", LegalAid.Gateway.Identity.Client.ClientAssertion.Type)],
        ]);
        using var response = await http.PostAsync("/connect/token", form, Cancellation);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation));
        string? Member(string name) => answer.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
        return ((int)response.StatusCode, Member("access_token"), Member("error"));
    }

    private static async Task<string> CallAsync(HttpClient http, string? token, string scheme = "Bearer")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/whoami");
        request.Headers.Authorization = new AuthenticationHeaderValue(scheme, token);
        using var response = await http.SendAsync(request, Cancellation);
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Cancellation)} {response.Headers.WwwAuthenticate}";
    }

    private static string Base64(X509Certificate2 certificate) =>
        System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(certificate.RawData));

    private static string Forwarded(X509Certificate2 certificate) => $":{Convert.ToBase64String(certificate.RawData)}:";
}
