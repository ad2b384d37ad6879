using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Identity.Federation;
using LegalAid.Gateway.Identity.Staff;
using LegalAid.Gateway.Tests.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>A sign-in at a provider that answers what no sound one would, over HTTP: its discovery, its token endpoint, its ID tokens.</summary>
public sealed class StaffIdTokenTests : IAsyncLifetime
{
    private const string Client = "legalaid-console", Code = "code-1";

    private static readonly AgencyId Court = AgencyId.Parse("qingxiu-court");

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly JsonObject _discovery = [];
    private WebApplication _provider = null!; // set before each test by InitializeAsync
    private IdentityHost _host = null!; // same
    private string _idToken = "";
    private IFormCollection? _asked;
    private int _status = 200;

    private string Issuer => _provider.Urls.Single();

    private StaffSignIn SignIn => _host.Services.GetRequiredService<StaffSignIn>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _provider = builder.Build();
        _provider.MapGet("/.well-known/openid-configuration", () => Results.Text(_discovery.ToJsonString(), "application/json"));
        _provider.MapGet("/keys", () => Results.Text(new JsonObject { ["keys"] = new JsonArray(StandInIssuer.Jwk(_key, StandInIssuer.Kid)) }.ToJsonString(), "application/json"));
        _provider.MapPost("/token", async (HttpContext context) =>
        {
            _asked = await context.Request.ReadFormAsync(Cancellation);
            return Results.Text(new JsonObject { ["id_token"] = _idToken, ["access_token"] = "unused", ["token_type"] = "Bearer" }.ToJsonString(), "application/json", Encoding.UTF8, _status);
        });
        await _provider.StartAsync(Cancellation);
        foreach (var (name, value) in new (string, JsonNode)[]
        {
            ("issuer", Issuer), ("jwks_uri", $"{Issuer}/keys"), ("authorization_endpoint", $"{Issuer}/auth?tenant=1"), ("token_endpoint", $"{Issuer}/token"),
            ("code_challenge_methods_supported", new JsonArray("S256")), ("authorization_response_iss_parameter_supported", true),
        })
        {
            _discovery[name] = value;
        }

        var issuer = new AgencyIssuer(
            Issuer, null, ["127.0.0.0/8"], ["ES256"], null,
            new StaffRules(Client, [new StaffGrant(new ClaimRule("roles", "op"), StaffRole.Operator), new StaffGrant(new ClaimRule("roles", "au"), StaffRole.Auditor)], ["strong"]));
        _host = await IdentityHost.StartAsync(more: services =>
        {
            services.AddSingleton<IAgencyIssuers>(new StandInIssuer.Issuers(issuer));
            services.AddSingleton<IIssuerHandlers, StandInIssuer.Handlers>();
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _provider.DisposeAsync();
        _key.Dispose();
    }

    [Fact]
    public async Task SignIn_AtASoundProvider_ProvesTheGatewayAndTheCodesOwner()
    {
        var (completed, request) = await WalkAsync(claims => claims);

        Assert.Equal((SignInOutcome.Accepted, "person-7", StaffRole.Operator), (completed.Outcome, completed.Member?.Subject, completed.Member?.Role));
        Assert.Equal(("code", "S256", "1", "openid profile"), (request["response_type"], request["code_challenge_method"], request["tenant"], request["scope"]));
        Assert.Equal("http://gateway.test/console/sign-in/qingxiu-court", request["redirect_uri"]);
        var asked = _asked ?? throw new InvalidOperationException("the code was not shown");
        Assert.Equal(request["code_challenge"], Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(asked["code_verifier"].ToString()))));
        Assert.False(asked.ContainsKey("client_secret"));
        var assertion = asked["client_assertion"].ToString();
        Assert.Equal((Client, Client, Issuer), (Claim(assertion, "iss"), Claim(assertion, "sub"), Claim(assertion, "aud")));
        var parts = assertion.Split('.');
        Assert.True(_host.SigningKey.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    [Theory]
    [InlineData("nonce of another sign-in")]
    [InlineData("nonce absent")]
    [InlineData("issuer mixed up")]
    [InlineData("audience swapped")]
    [InlineData("two audiences")]
    [InlineData("for another party")]
    [InlineData("expired")]
    [InlineData("issued in the future")]
    [InlineData("authenticated in the future")]
    [InlineData("no time of authentication")]
    [InlineData("no subject")]
    public async Task IdToken_ThatSaysOtherwise_LetsNobodyIn(string fault)
    {
        var now = _host.Now;
        var (completed, _) = await WalkAsync(claims => fault switch
        {
            "nonce of another sign-in" => claims.With("nonce", "another"),
            "nonce absent" => claims.With("nonce", null),
            "issuer mixed up" => claims.With("iss", "https://login.other.test"),
            "audience swapped" => claims.With("aud", "another-client"),
            "two audiences" => claims.With("aud", new JsonArray(Client, "another-client")),
            "for another party" => claims.With("azp", "another-client"),
            "expired" => claims.With("exp", now.AddMinutes(-2).ToUnixTimeSeconds()),
            "issued in the future" => claims.With("iat", now.AddMinutes(2).ToUnixTimeSeconds()),
            "authenticated in the future" => claims.With("auth_time", now.AddMinutes(2).ToUnixTimeSeconds()),
            "no time of authentication" => claims.With("auth_time", null),
            "no subject" => claims.With("sub", null),
            _ => throw new ArgumentException(fault, nameof(fault)),
        });

        Assert.Equal((SignInOutcome.TokenRefused, null), (completed.Outcome, completed.Member));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("another key")]
    [InlineData("unknown kid")]
    [InlineData("an access token")]
    public async Task IdToken_ThatTheProviderDidNotSignAsOne_LetsNobodyIn(string fault)
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        JsonObject Header() => StandInIssuer.Header().With("typ", "JWT");
        var (completed, _) = await WalkAsync(claims => claims, claims => fault switch
        {
            "none" => Forge.Unsigned(Header().With("alg", "none"), claims),
            "HS256" => Forge.SignHmac(Header().With("alg", "HS256"), claims, _key),
            "another key" => Forge.Sign(Header(), claims, stranger),
            "unknown kid" => Forge.Sign(Header().With("kid", "other"), claims, _key),
            "an access token" => Forge.Sign(Header().With("typ", "at+jwt"), claims, _key),
            _ => throw new ArgumentException(fault, nameof(fault)),
        });

        Assert.Equal((SignInOutcome.TokenRefused, null), (completed.Outcome, completed.Member));
    }

    [Theory]
    [InlineData(0, "strong", SignInOutcome.Accepted)]
    [InlineData(299, "strong", SignInOutcome.Accepted)]
    [InlineData(301, "strong", SignInOutcome.NotFresh)]
    [InlineData(0, "weak", SignInOutcome.NotFresh)]
    [InlineData(0, null, SignInOutcome.NotFresh)]
    public async Task StepUp_TakesAFreshAndStrongSignIn(int secondsAgo, string? acr, SignInOutcome outcome)
    {
        var (completed, request) = await WalkAsync(
            claims => claims.With("auth_time", _host.Now.AddSeconds(-secondsAgo).ToUnixTimeSeconds()).With("acr", acr), stepUp: true);

        Assert.Equal(outcome, completed.Outcome);
        Assert.Equal(("login", "0", "strong"), (request["prompt"], request["max_age"], request["acr_values"]));
    }

    [Theory]
    [InlineData("code_challenge_methods_supported")]
    [InlineData("authorization_endpoint")]
    [InlineData("token_endpoint")]
    [InlineData("issuer")]
    public async Task Provider_ThatCannotDoWhatIsAsked_IsNotUsed(string missing)
    {
        _discovery.Remove(missing);

        Assert.Equal(SignInOutcome.ProviderUnavailable, (await SignIn.BeginAsync(Court, null, stepUp: false, Cancellation)).Outcome);
    }

    [Fact]
    public async Task Provider_ThatDoesNotTakeTheCode_LetsNobodyIn()
    {
        _status = 400;

        Assert.Equal(SignInOutcome.CodeRefused, (await WalkAsync(claims => claims)).Completed.Outcome);
    }

    [Theory]
    [InlineData(600, SignInOutcome.Accepted)]
    [InlineData(601, SignInOutcome.UnknownSignIn)]
    public async Task SignIn_ThatTakesTooLong_IsForgotten(int seconds, SignInOutcome outcome) =>
        Assert.Equal(outcome, (await WalkAsync(claims => claims, meanwhile: TimeSpan.FromSeconds(seconds))).Completed.Outcome);

    private async Task<(SignInCompleted Completed, Dictionary<string, string> Request)> WalkAsync(
        Func<JsonObject, JsonObject> change, Func<JsonObject, string>? sign = null, bool stepUp = false, TimeSpan meanwhile = default)
    {
        var begun = await SignIn.BeginAsync(Court, null, stepUp, Cancellation);
        Assert.Equal(SignInOutcome.Accepted, begun.Outcome);
        var request = QueryHelpers.ParseQuery(begun.Where?.Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);
        _host.Time.Advance(meanwhile);
        var claims = change(new JsonObject
        {
            ["iss"] = Issuer, ["sub"] = "person-7", ["aud"] = Client, ["nonce"] = request["nonce"], ["roles"] = new JsonArray("op"),
            ["iat"] = _host.Now.ToUnixTimeSeconds(), ["exp"] = _host.Now.AddMinutes(5).ToUnixTimeSeconds(), ["auth_time"] = _host.Now.ToUnixTimeSeconds(),
        });
        _idToken = sign?.Invoke(claims) ?? Forge.Sign(StandInIssuer.Header().With("typ", "JWT"), claims, _key);
        var answer = new QueryCollection(new Dictionary<string, Microsoft.Extensions.Primitives.StringValues>(StringComparer.Ordinal)
        {
            ["code"] = Code, ["state"] = request["state"], ["iss"] = Issuer,
        });
        return (await SignIn.CompleteAsync(Court, answer, begun.Cookie, Cancellation), request);
    }

    private static string? Claim(string token, string name) => Forge.Read(token, 1).GetProperty(name).GetString();
}
