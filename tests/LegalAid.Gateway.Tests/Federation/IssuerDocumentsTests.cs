using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Identity.Federation;
using LegalAid.Gateway.Tests.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>A provider's keys come and go, or it is away: what the token endpoint makes of it, and how often it asks.</summary>
public sealed class IssuerDocumentsTests : IAsyncLifetime
{
    private const string AccessToken = "urn:ietf:params:oauth:token-type:access_token";

    private readonly Dictionary<string, ECDsa> _keys = new(StringComparer.Ordinal);
    private WebApplication _provider = null!; // set before each test by InitializeAsync
    private IdentityHost _host = null!; // same
    private Func<JsonObject, JsonObject> _discovery = document => document;
    private bool _away;
    private int _keyFetches;

    private string Issuer => _provider.Urls.Single();

    public async ValueTask InitializeAsync()
    {
        _keys["one"] = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _provider = builder.Build();
        _provider.MapGet("/.well-known/openid-configuration", () => _away
            ? Results.StatusCode(503)
            : Results.Text(_discovery(new JsonObject { ["issuer"] = Issuer, ["jwks_uri"] = $"{Issuer}/keys" }).ToJsonString(), "application/json"));
        _provider.MapGet("/keys", () =>
        {
            Interlocked.Increment(ref _keyFetches);
            return _away
                ? Results.StatusCode(503)
                : Results.Text(new JsonObject { ["keys"] = new JsonArray([.. _keys.Select(key => StandInIssuer.Jwk(key.Value, key.Key))]) }.ToJsonString(), "application/json");
        });
        _provider.MapGet("/elsewhere", () => Results.Redirect($"{Issuer}/keys"));
        await _provider.StartAsync();
        var issuer = new AgencyIssuer(
            Issuer, null, ["127.0.0.0/8"], ["ES256"],
            new DelegationRules(StandInIssuer.Audience, false, [new DelegationGrant(new ClaimRule("roles", "handler"), ["legalaid.directory.v1.DirectoryService/*"])]), null);
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
    }

    [Fact]
    public async Task Keys_AreFetchedOnce_AndKeptTenMinutes()
    {
        Assert.Equal(200, await ExchangeAsync("one"));
        Assert.Equal(200, await ExchangeAsync("one"));
        Assert.Equal(1, _keyFetches);

        _host.Time.Advance(IssuerDocuments.KeysFresh);
        Assert.Equal(200, await ExchangeAsync("one"));
        Assert.Equal(2, _keyFetches);
    }

    [Fact]
    public async Task Key_ThatIsNew_IsTakenAtOnce_ButInventedIdsAskOnceInHalfAMinute()
    {
        Assert.Equal(200, await ExchangeAsync("one"));
        _keys["two"] = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _host.Time.Advance(IssuerDocuments.Pause);
        Assert.Equal(200, await ExchangeAsync("two"));
        Assert.Equal(2, _keyFetches);

        for (var attempt = 0; attempt < 20; attempt++)
        {
            Assert.Equal(400, await ExchangeAsync($"invented-{attempt}", _keys["one"]));
        }

        Assert.Equal(2, _keyFetches);
        _host.Time.Advance(IssuerDocuments.Pause);
        Assert.Equal(400, await ExchangeAsync("invented", _keys["one"]));
        Assert.Equal(3, _keyFetches);
    }

    [Fact]
    public async Task Key_ThatIsWithdrawn_IsRefusedWhenTheKeysAreFetchedNext()
    {
        Assert.Equal(200, await ExchangeAsync("one"));
        var (withdrawn, other) = (_keys["one"], ECDsa.Create(ECCurve.NamedCurves.nistP256));
        _keys.Clear();
        _keys["two"] = other;
        _host.Time.Advance(IssuerDocuments.KeysFresh);

        Assert.Equal(400, await ExchangeAsync("one", withdrawn));
        Assert.Equal(200, await ExchangeAsync("two"));
    }

    [Fact]
    public async Task Provider_ThatIsAway_IsMissedAfterAnHourAndNotBefore()
    {
        Assert.Equal(200, await ExchangeAsync("one"));
        _away = true;
        _host.Time.Advance(IssuerDocuments.KeysUsable - TimeSpan.FromSeconds(1));
        Assert.Equal(200, await ExchangeAsync("one"));
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(400, await ExchangeAsync("one"));

        _away = false;
        _host.Time.Advance(IssuerDocuments.Pause);
        Assert.Equal(200, await ExchangeAsync("one"));
    }

    /// <summary>Mix-up by discovery: the document must be the issuer's own, and its key address is fetched as it stands, with no redirect followed.</summary>
    [Theory]
    [InlineData("issuer", "https://login.evil.test")]
    [InlineData("issuer", null)]
    [InlineData("jwks_uri", null)]
    [InlineData("jwks_uri", "file:///etc/passwd")]
    [InlineData("jwks_uri", "redirect")]
    public async Task Discovery_ThatIsNotTheIssuersOwn_IsNotBelieved(string member, string? value)
    {
        _discovery = document => document.With(member, value == "redirect" ? $"{Issuer}/elsewhere" : value);

        Assert.Equal(400, await ExchangeAsync("one"));
        Assert.Equal(0, _keyFetches);
    }

    [Theory]
    [InlineData("https://login.court.test", "http://login.court.test/keys", false)]
    [InlineData("https://login.court.test", "https://keys.court.test/keys", true)]
    [InlineData("http://127.0.0.1:1", "http://127.0.0.1:1/keys", true)]
    [InlineData("https://login.court.test", "https://user:pw@login.court.test/keys", false)]
    public void Metadata_NamesNoAddressThatIsLessSafeThanTheIssuers(string issuer, string keys, bool taken)
    {
        using var document = JsonDocument.Parse(new JsonObject { ["issuer"] = issuer, ["jwks_uri"] = keys }.ToJsonString());

        Assert.Equal(taken, ProviderMetadata.TryRead(document.RootElement, issuer) is not null);
    }

    /// <summary>A set with keys that are none for us: what is left is what can be used.</summary>
    [Fact]
    public void KeySet_WithStrangeKeys_KeepsTheUsable()
    {
        using var rsa = RSA.Create(2048);
        using var small = RSA.Create(1024);
        static string Text(byte[]? bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes ?? []);
        JsonObject Rsa(RSA key, string kid) => new() { ["kty"] = "RSA", ["kid"] = kid, ["n"] = Text(key.ExportParameters(false).Modulus), ["e"] = Text(key.ExportParameters(false).Exponent) };
        var set = new JsonObject
        {
            ["keys"] = new JsonArray(
                StandInIssuer.Jwk(_keys["one"], "good"), StandInIssuer.Jwk(_keys["one"], "twice"), StandInIssuer.Jwk(_keys["one"], "twice"),
                StandInIssuer.Jwk(_keys["one"], "for-encryption").With("use", "enc"), StandInIssuer.Jwk(_keys["one"], "private").With("d", "AA"),
                StandInIssuer.Jwk(_keys["one"], "off-the-curve").With("x", new string('A', 43)), new JsonObject { ["kty"] = "oct", ["kid"] = "symmetric", ["k"] = "AAAA" },
                Rsa(rsa, "rsa"), Rsa(small, "small-rsa"), "text", StandInIssuer.Jwk(_keys["one"], "").With("kid", null)),
        };
        using var document = JsonDocument.Parse(set.ToJsonString());

        Assert.Equal(["good", "rsa"], IssuerKey.ReadSet(document.RootElement).Keys.Order(StringComparer.Ordinal));
    }

    /// <summary>A key never verifies by an algorithm of another kind of key, whatever the header says.</summary>
    [Theory]
    [InlineData("RS256", true)]
    [InlineData("PS256", false)]
    [InlineData("ES256", false)]
    [InlineData("HS256", false)]
    [InlineData("none", false)]
    public void Key_VerifiesByItsOwnAlgorithmAlone(string algorithm, bool verifies)
    {
        using var rsa = RSA.Create(2048);
        var parameters = rsa.ExportParameters(false);
        var jwk = new JsonObject
        {
            ["kty"] = "RSA", ["kid"] = "rsa", ["alg"] = "RS256",
            ["n"] = System.Buffers.Text.Base64Url.EncodeToString(parameters.Modulus), ["e"] = System.Buffers.Text.Base64Url.EncodeToString(parameters.Exponent),
        };
        using var document = JsonDocument.Parse(new JsonObject { ["keys"] = new JsonArray(jwk) }.ToJsonString());
        var key = IssuerKey.ReadSet(document.RootElement)["rsa"];
        var padding = algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;

        Assert.Equal(verifies, key.Verifies(algorithm, "signed"u8, rsa.SignData("signed"u8, HashAlgorithmName.SHA256, padding)));
    }

    private async Task<int> ExchangeAsync(string kid, ECDsa? key = null)
    {
        var token = Forge.Sign(StandInIssuer.Header().With("kid", kid), StandInIssuer.Claims(_host.Now).With("iss", Issuer), key ?? _keys[kid]);
        var answer = await _host.FetchAsync(
            Forge.Sign(Forge.Header(), Forge.Claims(_host.Now), _host.CourtKey), ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("subject_token", token), ("subject_token_type", AccessToken));
        return answer.Status;
    }
}
