using System.Security.Cryptography;
using System.Text;
using LegalAid.Gateway.Agencies.Connectors;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace LegalAid.Gateway.Tests.Connectors;

/// <summary>How connectors prove who asks, and what becomes of it when they cannot.</summary>
public sealed class AuthenticationTests : IAsyncLifetime
{
    private const string Secret = "top secret";

    private readonly ShiftedTime _time = new() { By = ConnectorScene.Now - TimeProvider.System.GetUtcNow() };
    private readonly ConnectorScene _scene;
    private StandInAgency _agency = null!; // set before each test by InitializeAsync

    public AuthenticationTests() => _scene = new ConnectorScene(_time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _agency = await StandInAgency.StartAsync();
        _agency.Answer = context => StandInAgency.Json(context, """{"type":"01"}""");
    }

    public async ValueTask DisposeAsync()
    {
        Assert.DoesNotContain(Secret, _scene.Logged, StringComparison.Ordinal);
        _scene.Dispose();
        await _agency.DisposeAsync();
    }

    private string Yaml(string auth, string request = "body: { n: \"{{person.number}}\" }", string? address = null, string more = "timeout: 10s") => $$"""
        id: register
        kind: http
        address: {{address ?? _agency.Address}}/api/q
        allowed-addresses: [127.0.0.0/8]
        auth: {{auth}}
        request: { {{request}} }
        {{more}}
        answers:
          - { fact: register, from: type, values: { "01": subsistence } }
        """;

    private Task<FactAnswer> AskAsync(string yaml) => _scene.Connector(yaml).AskAsync(ConnectorScene.Question(), Cancellation);

    private async Task<ConnectorFault> FaultAsync(string yaml) => Assert.IsType<FactAnswer.Unavailable>(await AskAsync(yaml)).Fault;

    [Fact]
    public async Task ApiKey_OfTheKeyFolder_IsSentAndRenewed()
    {
        var yaml = Yaml("{ kind: api-key, header: X-Api-Key, secret: relief }");
        Assert.Equal(ConnectorFault.NotConfigured, await FaultAsync(yaml));
        Assert.Empty(_agency.Seen);

        _scene.WithSecret("relief.secret", $"{Secret}\n");
        _time.Passed += TimeSpan.FromSeconds(2);
        Assert.IsType<FactAnswer.Answered>(await AskAsync(yaml));
        Assert.Equal(Secret, _agency.Seen[^1].Headers["X-Api-Key"]);

        _scene.WithSecret("relief.secret", "new");
        _time.Passed += TimeSpan.FromSeconds(2);
        await AskAsync(yaml);
        Assert.Equal("new", _agency.Seen[^1].Headers["X-Api-Key"]);

        _scene.WithSecret("relief.secret", "");
        _time.Passed += TimeSpan.FromSeconds(2);
        Assert.Equal(ConnectorFault.NotConfigured, await FaultAsync(yaml));
    }

    [Fact]
    public async Task SecretInTheRequest_IsFilledInByTheWriter()
    {
        var yaml = Yaml("{ kind: in-request, secret: relief }", "headers: { X-Pass: \"{{secret}}\" }, body: { pass: \"{{secret}}\" }");
        Assert.Equal(ConnectorFault.NotConfigured, await FaultAsync(yaml));
        _scene.WithSecret("relief.secret", "a\"b");
        _time.Passed += TimeSpan.FromSeconds(2);

        Assert.IsType<FactAnswer.Answered>(await AskAsync(yaml));

        Assert.Equal(("""{"pass":"a\"b"}""", "a%22b"), (_agency.Seen[^1].Body, _agency.Seen[^1].Headers["X-Pass"]));
    }

    /// <summary>RFC 4231, test case 2; the values of SM3 are those of OpenSSL's <c>dgst -sm3 -hmac</c>.</summary>
    [Theory]
    [InlineData(SignatureAlgorithm.HmacSha256, BytesForm.HexLower, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")]
    [InlineData(SignatureAlgorithm.HmacSha256, BytesForm.Base64, "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=")]
    [InlineData(SignatureAlgorithm.HmacSm3, BytesForm.HexLower, "2e87f1d16862e6d964b50a5200bf2b10b764faa9680a296a2405f24bec39f882")]
    [InlineData(SignatureAlgorithm.HmacSm3, BytesForm.HexUpper, "2E87F1D16862E6D964B50A5200BF2B10B764FAA9680A296A2405F24BEC39F882")]
    public void Signature_OfTheBodyAlone_IsTheVector(SignatureAlgorithm algorithm, BytesForm encoding, string expected)
    {
        var rule = new SignatureRule(algorithm, "app", "x", encoding, TimestampForm.UnixSeconds, new([SignedPart.Body]), "\n", "S", "T", "N", "K");
        using var message = new HttpRequestMessage(HttpMethod.Post, "http://localhost/api/q?a=1");

        Assert.Equal(expected, RequestSigner.Sign(rule, new OutgoingRequest(message, "what do ya want for nothing?"u8.ToArray(), "text/plain"), "1", "2", "Jefe"));
    }

    /// <summary>Values of OpenSSL over a string that was put together by hand.</summary>
    [Fact]
    public void Signature_OfTheWholeRequest_IsTheVector()
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "http://localhost/api/q?a=1");
        var request = new OutgoingRequest(message, Encoding.UTF8.GetBytes("""{"a":"虚"}"""), "application/json");
        EquatableList<SignedPart> usual = new([SignedPart.Method, SignedPart.Path, SignedPart.Query, SignedPart.Timestamp, SignedPart.Nonce, SignedPart.BodyDigest]);
        var sm3 = new SignatureRule(SignatureAlgorithm.HmacSm3, "app-1", "x", BytesForm.HexLower, TimestampForm.UnixMilliseconds, usual, "\n", "S", "T", "N", "K");
        var sha = sm3 with { Algorithm = SignatureAlgorithm.HmacSha256, Encoding = BytesForm.Base64, Parts = new([SignedPart.KeyId, SignedPart.Timestamp, SignedPart.Body]), Separator = "" };

        Assert.Equal("08187c3c7bc6ac92f9259c439c57ef8ebcdb03a4b8927efcf1751914cdf9b28a", RequestSigner.Sign(sm3, request, "1772433000000", "00ff", Secret));
        Assert.Equal("NFpRbZyqT2Jtc7Sv8Ui49Azp7InmSQo1P2gfMnVV+TU=", RequestSigner.Sign(sha, request, "1772433000", "00ff", Secret));
    }

    [Theory]
    [InlineData("unix-ms", 13)]
    [InlineData("unix", 10)]
    [InlineData("compact", 14)]
    public async Task Signed_Request_CarriesWhatTheAgencyNeedsToCheckIt(string timestamp, int digits)
    {
        _scene.WithSecret("relief.secret", Secret);
        var yaml = Yaml($"{{ kind: signed, algorithm: hmac-sha256, key-id: app-1, secret: relief, timestamp: {timestamp}, headers: {{ signature: X-Sign, timestamp: X-Time, nonce: X-Nonce, key-id: X-App }} }}", "query: { v: \"1 0\" }, body: { n: \"{{person.name}}\" }");

        await AskAsync(yaml);
        await AskAsync(yaml);

        foreach (var seen in _agency.Seen)
        {
            var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(seen.Body)));
            var canonical = $"POST\n/api/q\nv=1%200\n{seen.Headers["X-Time"]}\n{seen.Headers["X-Nonce"]}\n{digest}";
            Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(canonical))), seen.Headers["X-Sign"]);
            Assert.Equal(("app-1", digits), (seen.Headers["X-App"], seen.Headers["X-Time"].Length));
        }

        Assert.Equal(2, _agency.Seen.Select(seen => seen.Headers["X-Nonce"]).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Signed_WithoutSecret_IsNotSent()
    {
        Assert.Equal(ConnectorFault.NotConfigured, await FaultAsync(Yaml("{ kind: signed, algorithm: hmac-sm3, key-id: app-1, secret: relief, headers: { signature: X-Sign, timestamp: X-Time, nonce: X-Nonce } }")));
        Assert.Empty(_agency.Seen);
    }

    [Fact]
    public async Task Token_ManyAskingAtOnce_IsFetchedOnceAndKeptUntilShortlyBeforeItsEnd()
    {
        var (issued, gate) = (0, new TaskCompletionSource());
        _scene.WithSecret("relief.secret", "se:cret+");
        _agency.Answer = async context =>
        {
            if (context.Request.Path == "/token")
            {
                await gate.Task.WaitAsync(Cancellation);
                await StandInAgency.Json(context, $$"""{"access_token":"t{{Interlocked.Increment(ref issued)}}","token_type":"Bearer","expires_in":600}""");
                return;
            }

            await StandInAgency.Json(context, """{"type":"01"}""");
        };
        var yaml = Yaml(Client());
        var connector = _scene.Connector(yaml);

        var asking = Enumerable.Range(0, 20).Select(_ => connector.AskAsync(ConnectorScene.Question(), Cancellation)).ToList();
        using var hasty = new CancellationTokenSource();
        var gaveUp = connector.AskAsync(ConnectorScene.Question(), hasty.Token);
        await hasty.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gaveUp);
        gate.SetResult();
        Assert.All(await Task.WhenAll(asking), answer => Assert.IsType<FactAnswer.Answered>(answer));

        Assert.Equal(1, issued);
        Assert.All(_agency.Seen.Where(seen => seen.Target == "/api/q"), seen => Assert.Equal("Bearer t1", seen.Headers["Authorization"]));
        var token = _agency.Seen.Single(seen => seen.Target == "/token");
        Assert.Equal("Basic " + Convert.ToBase64String("gate%3Away:se%3Acret%2B"u8.ToArray()), token.Headers["Authorization"]);
        Assert.Equal("grant_type=client_credentials&scope=a+b", token.Body);
        _time.By += TimeSpan.FromSeconds(535);
        await connector.AskAsync(ConnectorScene.Question(), Cancellation);
        Assert.Equal(1, issued);
        _time.By += TimeSpan.FromSeconds(10);
        await connector.AskAsync(ConnectorScene.Question(), Cancellation);
        Assert.Equal("Bearer t2", _agency.Seen[^1].Headers["Authorization"]);
    }

    [Fact]
    public async Task Token_RefusedByTheAgency_IsDroppedAndTheNextAttemptBringsAnother()
    {
        var issued = 0;
        _scene.WithSecret("relief.secret", Secret);
        _agency.Answer = context => context.Request.Path == "/token" ? StandInAgency.Json(context, $$"""{"access_token":"t{{++issued}}","expires_in":"600"}""")
            : context.Request.Headers.Authorization == "Bearer t1" ? StandInAgency.Json(context, "{}", 401)
            : StandInAgency.Json(context, """{"type":"01"}""");
        var yaml = Yaml(Client("client-in: body"));

        var gone = Assert.IsType<FactAnswer.Unavailable>(await AskAsync(yaml));
        Assert.Equal((ConnectorFault.CredentialRefused, true), (gone.Fault, gone.Retryable));
        Assert.IsType<FactAnswer.Answered>(await AskAsync(yaml));
        Assert.Equal("grant_type=client_credentials&scope=a+b&client_id=gate%3Away&client_secret=top+secret", _agency.Seen[0].Body);
    }

    [Theory]
    [InlineData(400, "{\"error\":\"invalid_client\"}", "TokenRefused", false)]
    [InlineData(401, "{}", "TokenRefused", false)]
    [InlineData(500, "{}", "TokenUnavailable", true)]
    [InlineData(302, "{}", "TokenUnavailable", true)]
    [InlineData(200, "{}", "TokenUnavailable", true)]
    [InlineData(200, "no", "TokenUnavailable", true)]
    [InlineData(200, "[]", "TokenUnavailable", true)]
    [InlineData(200, "{\"access_token\":\"a b\"}", "TokenUnavailable", true)]
    [InlineData(200, "@long", "TokenUnavailable", true)]
    public async Task Token_NotToBeHad_IsNoQuestion(int status, string body, string fault, bool retryable)
    {
        _scene.WithSecret("relief.secret", Secret);
        _agency.Answer = context => StandInAgency.Json(context, body == "@long" ? new string(' ', 70_000) : body, status);

        var gone = Assert.IsType<FactAnswer.Unavailable>(await AskAsync(Yaml(Client())));

        Assert.Equal((fault, retryable), (gone.Fault.ToString(), gone.Retryable));
        Assert.All(_agency.Seen, seen => Assert.Equal("/token", seen.Target));
    }

    [Fact]
    public async Task Token_WithoutSecretOrServer_HasItsName()
    {
        Assert.Equal(ConnectorFault.NotConfigured, await FaultAsync(Yaml(Client())));
        _scene.WithSecret("relief.secret", Secret);
        _time.Passed += TimeSpan.FromSeconds(2);
        Assert.Equal(ConnectorFault.TokenUnavailable, await FaultAsync(Yaml(Client(address: "http://localhost:1"))));
        Assert.Equal(ConnectorFault.AddressRefused, await FaultAsync(Yaml(Client(address: "http://[::1]:1"))));
    }

    [Fact]
    public async Task Token_SlowServer_TimesOut()
    {
        _scene.WithSecret("relief.secret", Secret);
        _agency.Answer = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);

        var gone = Assert.IsType<FactAnswer.Unavailable>(await AskAsync(Yaml(Client(), more: "timeout: 200ms")));

        Assert.Contains(gone.Fault, new[] { ConnectorFault.TimedOut, ConnectorFault.TokenUnavailable }); // whichever clock of the same length comes first
    }

    [Fact]
    public async Task Certificate_OfTheKeyFolder_IsShownToAServerThatIsTrusted()
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority("CN=Other authority");
        using var server = authority.IssueServer();
        using var client = authority.IssueClient("CN=gateway");
        await using var agency = await StandInAgency.StartAsync(server, [authority.Root]);
        agency.Answer = context => StandInAgency.Json(context, """{"type":"01"}""");
        var yaml = Yaml("{ kind: none }", address: agency.Address, more: "certificate: gateway\nauthority: network");

        Assert.Equal(ConnectorFault.NotConfigured, await FaultAsync(yaml));
        _scene.WithSecret("gateway.pem", "no certificate");
        _time.Passed += TimeSpan.FromSeconds(2);
        Assert.Equal(ConnectorFault.NotConfigured, await FaultAsync(yaml));
        _scene.WithSecret("gateway.pem", TestAuthority.PemOf(client));
        _time.Passed += TimeSpan.FromSeconds(2);
        Assert.Equal(ConnectorFault.NotTrusted, await FaultAsync(yaml)); // no authorities
        _scene.WithSecret("network.ca.pem", other.Root.ExportCertificatePem());
        _time.Passed += TimeSpan.FromSeconds(2);
        Assert.Equal(ConnectorFault.NotTrusted, await FaultAsync(yaml));
        Assert.Empty(agency.Seen);

        _scene.WithSecret("network.ca.pem", other.Root.ExportCertificatePem() + "\n" + authority.Root.ExportCertificatePem());
        _time.Passed += TimeSpan.FromSeconds(2);
        Assert.IsType<FactAnswer.Answered>(await AskAsync(yaml));
        Assert.Equal("CN=gateway", Assert.Single(agency.Seen).Certificate);
        Assert.Equal(ConnectorFault.NotTrusted, await FaultAsync(Yaml("{ kind: none }", address: agency.Address))); // not the system's authorities
    }

    private string Client(string more = "client-in: header", string? address = null) =>
        $"{{ kind: client-credentials, token-address: \"{address ?? _agency.Address}/token\", client-id: \"gate:way\", secret: relief, scope: a b, {more} }}";
}
