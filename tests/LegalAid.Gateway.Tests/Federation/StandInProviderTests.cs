using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Federation;
using LegalAid.Gateway.Tests.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>A province's provider in the place of the gateway's own: whose tokens are good then, and how soon they are not. It holds its key, so that it can also err.</summary>
public sealed class StandInProviderTests : IAsyncLifetime
{
    private const string Audience = "https://nanning.gateway.test", Us = "nanning-gateway";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly HashSet<string> _revoked = new(StringComparer.Ordinal);
    private WebApplication _provider = null!; // set before each test by InitializeAsync
    private IdentityHost _host = null!; // same
    private IFormCollection? _asked;
    private int _askedTimes;
    private bool _away;

    private string Issuer => _provider.Urls.Single();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _provider = builder.Build();
        _provider.Use((context, next) => _away ? Task.FromException(new BadHttpRequestException("away", 503)) : next(context));
        _provider.MapGet("/.well-known/openid-configuration", () => Json(new JsonObject
        {
            ["issuer"] = Issuer, ["jwks_uri"] = $"{Issuer}/keys", ["introspection_endpoint"] = $"{Issuer}/introspect",
        }));
        _provider.MapGet("/keys", () => Json(new JsonObject { ["keys"] = new JsonArray(StandInIssuer.Jwk(_key, StandInIssuer.Kid)) }));
        _provider.MapPost("/introspect", async (HttpContext context) =>
        {
            Interlocked.Increment(ref _askedTimes);
            _asked = await context.Request.ReadFormAsync(Cancellation);
            return Json(new JsonObject { ["active"] = !_revoked.Contains((string?)_asked["token"] ?? "") });
        });
        await _provider.StartAsync(Cancellation);
        _host = await StartAsync(introspects: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _provider.DisposeAsync();
        _key.Dispose();
    }

    /// <summary>Each case changes one thing in a sound token of the provider.</summary>
    [Theory]
    [InlineData("sound", 200, "")]
    [InlineData("one audience in a list", 200, "")]
    [InlineData("audience of another city", 401, "TOKEN_WRONG_AUDIENCE")]
    [InlineData("two audiences", 401, "TOKEN_WRONG_AUDIENCE")]
    [InlineData("another issuer", 401, "TOKEN_INVALID")]
    [InlineData("by another key", 401, "TOKEN_INVALID")]
    [InlineData("by our key", 401, "TOKEN_INVALID")]
    [InlineData("unknown kid", 401, "TOKEN_INVALID")]
    [InlineData("key that comes along", 401, "TOKEN_INVALID")]
    [InlineData("an ID token", 401, "TOKEN_INVALID")]
    [InlineData("of nobody's system", 401, "CLIENT_UNKNOWN")]
    [InlineData("for a person", 401, "TOKEN_INVALID")]
    [InlineData("with an actor", 401, "TOKEN_INVALID")]
    [InlineData("without id", 401, "TOKEN_INVALID")]
    [InlineData("of another agency", 401, "TOKEN_REVOKED")]
    [InlineData("expired", 401, "TOKEN_EXPIRED")]
    [InlineData("not yet valid", 401, "TOKEN_NOT_YET_VALID")]
    [InlineData("living an hour", 401, "TOKEN_INVALID")]
    [InlineData("bound to what is not understood", 401, "TOKEN_INVALID")]
    [InlineData("without the scope", 403, "insufficient_scope")]
    public async Task Call_TokenOfTheProviderWithOneThingChanged_IsJudged(string what, int status, string saying)
    {
        var (header, claims) = (StandInIssuer.Header(), Claims());
        var at = _host.Now.ToUnixTimeSeconds();
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _ = what switch
        {
            "sound" or "by another key" or "by our key" => header,
            "one audience in a list" => claims.With("aud", new JsonArray(Audience)),
            "audience of another city" => claims.With("aud", "https://liuzhou.gateway.test"),
            "two audiences" => claims.With("aud", new JsonArray(Audience, "https://liuzhou.gateway.test")),
            "another issuer" => claims.With("iss", "https://evil.test"),
            "unknown kid" => header.With("kid", "province-0"),
            "key that comes along" => header.With("jwk", StandInIssuer.Jwk(_key, StandInIssuer.Kid)),
            "an ID token" => header.With("typ", "JWT"),
            "of nobody's system" => claims.With("sub", "nobody").With("client_id", "nobody"),
            "for a person" => claims.With("sub", "person-7"),
            "with an actor" => claims.With("act", new JsonObject { ["sub"] = IdentityHost.Court }),
            "without id" => claims.With("jti", null),
            "of another agency" => claims.With("agency", "qingxiu-police"),
            "expired" => claims.With("iat", at - 300).With("exp", at - 1),
            "not yet valid" => claims.With("nbf", at + 61),
            "living an hour" => claims.With("exp", at + 3600),
            "bound to what is not understood" => claims.With("cnf", new JsonObject { ["jwk"] = new JsonObject() }),
            "without the scope" => claims.With("scope", "openid"),
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };

        var (answered, said) = await _host.CallAsync(Forge.Sign(header, claims, what == "by another key" ? foreign : what == "by our key" ? _host.SigningKey : _key));

        Assert.Equal(status, answered);
        Assert.Contains(status == 200 ? "qingxiu-court court-system Bearer gateway" : saying, said, StringComparison.Ordinal);
    }

    /// <summary>The gateway's own key, issuer and audience: what was a token yesterday is none now.</summary>
    [Fact]
    public async Task Call_TokenOfTheGatewaysOwn_IsNoneAnyMore()
    {
        var (status, said) = await _host.CallAsync(Forge.Sign(Forge.TokenHeader(), Forge.TokenClaims(_host.Now), _host.SigningKey));

        Assert.Equal(401, status);
        Assert.Contains("TOKEN_INVALID", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_BindingDemanded_TheProvidersUnboundTokenIsRefused()
    {
        _host.Registry.Replace([IdentityHost.CourtClient(_host.CourtKey) with { Binding = BindingDemand.Bound }]);

        var (status, said) = await _host.CallAsync(Forge.Sign(StandInIssuer.Header(), Claims(), _key));

        Assert.Equal(401, status);
        Assert.Contains("TOKEN_UNBOUND", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_TokenRevokedAtTheProvider_DiesWithinFiveSecondsAndIsAskedForSparingly()
    {
        var token = Forge.Sign(StandInIssuer.Header(), Claims(), _key);
        for (var call = 0; call < 50; call++)
        {
            Assert.Equal(200, (await _host.CallAsync(token)).Status);
        }

        Assert.Equal(1, _askedTimes);
        Assert.Equal((token, Us), ((string?)_asked!["token"], (string?)_asked["client_id"])); // asked once
        Assert.Equal(Issuer, Forge.Read((string?)_asked["client_assertion"] ?? "", 1).GetProperty("aud").GetString());

        _revoked.Add(token);
        _host.Time.Advance(TimeSpan.FromSeconds(3.1));

        var (status, said) = await _host.CallAsync(token);
        Assert.Equal(401, status);
        Assert.Contains("TOKEN_REVOKED", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_ProviderAway_NobodyIsLetInOnWhatCannotBeCheckedAndItHeals()
    {
        var (known, unknown) = (Forge.Sign(StandInIssuer.Header(), Claims(), _key), Forge.Sign(StandInIssuer.Header(), Claims(), _key));
        Assert.Equal(200, (await _host.CallAsync(known)).Status);

        _away = true;
        Assert.Equal(200, (await _host.CallAsync(known)).Status); // checked just now
        Assert.Equal(503, (await _host.CallAsync(unknown)).Status);
        _host.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(503, (await _host.CallAsync(known)).Status);

        _away = false;
        Assert.Equal(200, (await _host.CallAsync(known)).Status);
        Assert.Equal(200, (await _host.CallAsync(unknown)).Status);
    }

    /// <summary>It was never reached: no key is known, and a token that may be good is not called bad.</summary>
    [Fact]
    public async Task Call_ProviderNeverReached_IsUncheckedAndNotInvalid()
    {
        _away = true;

        Assert.Equal(503, (await _host.CallAsync(Forge.Sign(StandInIssuer.Header(), Claims(), _key))).Status);
    }

    [Fact]
    public async Task Call_ClientDisabledHere_IsRefusedAtOnceWhateverTheProviderSays()
    {
        var token = Forge.Sign(StandInIssuer.Header(), Claims(), _key);
        Assert.Equal(200, (await _host.CallAsync(token)).Status);

        _host.Registry.Replace([IdentityHost.CourtClient(_host.CourtKey) with { Enabled = false }]);

        Assert.Contains("CLIENT_DISABLED", (await _host.CallAsync(token)).Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_ProviderIsNotAskedOfRevocations_NothingIsAsked()
    {
        await using var host = await StartAsync(introspects: false);

        Assert.Equal(200, (await host.CallAsync(Forge.Sign(StandInIssuer.Header(), Claims(), _key))).Status);
        Assert.Equal(0, _askedTimes);
    }

    [Theory]
    [InlineData("/connect/token")]
    [InlineData("/connect/revoke")]
    [InlineData("/connect/introspect")]
    [InlineData("/.well-known/openid-configuration")]
    public async Task Endpoint_OfOurOwnProvider_IsClosedAndNamesTheOther(string path)
    {
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials")]);
        using var answer = path.StartsWith("/connect", StringComparison.Ordinal) ? await _host.Http.PostAsync(path, form, Cancellation) : await _host.Http.GetAsync(path, Cancellation);

        Assert.Equal(404, (int)answer.StatusCode);
        Assert.Contains(Issuer, (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("error_description").GetString(), StringComparison.Ordinal);
    }

    /// <summary>RFC 9728 section 3: whoever has the gateway's address finds whose tokens are good there.</summary>
    [Fact]
    public async Task Metadata_OfTheResource_NamesWhoIssuesItsTokens()
    {
        await using var own = await IdentityHost.StartAsync();

        var theirs = await _host.Http.GetFromJsonAsync<JsonElement>("/.well-known/oauth-protected-resource", Cancellation);
        var ours = await own.Http.GetFromJsonAsync<JsonElement>("/.well-known/oauth-protected-resource", Cancellation);
        var keys = await _host.Http.GetFromJsonAsync<JsonElement>("/.well-known/jwks", Cancellation);

        Assert.Equal((Issuer, "http://gateway.test"), (theirs.GetProperty("authorization_servers")[0].GetString(), theirs.GetProperty("resource").GetString()));
        Assert.Equal(IdentityHost.Issuer, ours.GetProperty("authorization_servers")[0].GetString());
        Assert.Equal("gw-1", keys.GetProperty("keys")[0].GetProperty("kid").GetString());
    }

    private Task<IdentityHost> StartAsync(bool introspects) => IdentityHost.StartAsync(
        options => options.Provider = new StandInProvider(
            new AgencyIssuer(Issuer, Jwks: null, ["127.0.0.0/8"], ["ES256"], People: null, Staff: null), Audience, Us, TimeSpan.FromMinutes(10), introspects),
        more: services => services.AddSingleton<IIssuerHandlers, StandInIssuer.Handlers>());

    private JsonObject Claims() => new()
    {
        ["iss"] = Issuer, ["sub"] = IdentityHost.Court, ["client_id"] = IdentityHost.Court, ["aud"] = Audience, ["scope"] = "gateway",
        ["jti"] = RandomNumberGenerator.GetHexString(16), ["iat"] = _host.Now.ToUnixTimeSeconds(), ["exp"] = _host.Now.AddMinutes(5).ToUnixTimeSeconds(),
    };

    private static IResult Json(JsonObject document) => Results.Text(document.ToJsonString(), "application/json", Encoding.UTF8);
}
