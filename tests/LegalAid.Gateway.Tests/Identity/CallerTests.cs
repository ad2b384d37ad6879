using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Provider;
using LegalAid.Gateway.Identity.Resource;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Identity;

/// <summary>Access tokens over the wire: who is let in, who is not, and how soon.</summary>
public sealed class CallerTests
{
    [Theory]
    [InlineData("/whoami")]
    [InlineData("/nowhere")]
    public async Task Call_WithoutToken_IsChallengedWithoutErrorCode(string path)
    {
        await using var host = await IdentityHost.StartAsync();
        Assert.Equal((401, "Bearer realm=\"legalaid.gateway\", DPoP realm=\"legalaid.gateway\", algs=\"ES256 SM2\""), await host.CallAsync(null, path));
    }

    [Fact]
    public async Task Call_AnonymousEndpoint_NeedsNoTokenAndIgnoresABadOne()
    {
        await using var host = await IdentityHost.StartAsync();
        Assert.Equal((200, "open"), await host.CallAsync(null, "/open"));
        Assert.Equal((200, "open"), await host.CallAsync("rubbish", "/open"));
    }

    /// <summary>Each case changes one thing in a sound access token that the gateway's own key signs.</summary>
    [Theory]
    [InlineData("sound", null)]
    [InlineData("application/at+jwt", null)]
    [InlineData("typ JWT", "TOKEN_INVALID")]
    [InlineData("typ missing", "TOKEN_INVALID")]
    [InlineData("typ assertion", "TOKEN_INVALID")]
    [InlineData("kid unknown", "TOKEN_INVALID")]
    [InlineData("iss other", "TOKEN_INVALID")]
    [InlineData("iss missing", "TOKEN_INVALID")]
    [InlineData("agency missing", "TOKEN_INVALID")]
    [InlineData("agency malformed", "TOKEN_INVALID")]
    [InlineData("client missing", "TOKEN_INVALID")]
    [InlineData("exp missing", "TOKEN_INVALID")]
    [InlineData("exp out of range", "TOKEN_INVALID")]
    [InlineData("iat out of range", "TOKEN_INVALID")]
    [InlineData("iat missing", "TOKEN_INVALID")]
    [InlineData("exp text", "TOKEN_INVALID")]
    [InlineData("exp object", "TOKEN_MALFORMED")]
    [InlineData("nbf text", "TOKEN_MALFORMED")]
    [InlineData("client number", "TOKEN_INVALID")]
    [InlineData("jti missing", "TOKEN_INVALID")]
    [InlineData("bounds of another type", "TOKEN_INVALID")]
    [InlineData("bounds empty", "TOKEN_INVALID")]
    [InlineData("agency list", "TOKEN_INVALID")]
    [InlineData("aud other", "TOKEN_WRONG_AUDIENCE")]
    [InlineData("aud missing", "TOKEN_WRONG_AUDIENCE")]
    [InlineData("expired", "TOKEN_EXPIRED")]
    [InlineData("nbf 60 s ahead", null)]
    [InlineData("nbf 61 s ahead", "TOKEN_NOT_YET_VALID")]
    [InlineData("iat 61 s ahead", "TOKEN_NOT_YET_VALID")]
    [InlineData("client unknown", "CLIENT_UNKNOWN")]
    [InlineData("agency other", "TOKEN_REVOKED")]
    public async Task Call_TokenWithOneThingChanged_IsJudged(string what, string? code)
    {
        await using var host = await IdentityHost.StartAsync();
        var header = Forge.TokenHeader();
        var claims = Forge.TokenClaims(host.Now);
        long At(int seconds) => host.Now.AddSeconds(seconds).ToUnixTimeSeconds();
        _ = what switch
        {
            "sound" => header,
            "application/at+jwt" => header.With("typ", "application/at+jwt"),
            "typ JWT" => header.With("typ", "JWT"),
            "typ missing" => header.With("typ", null),
            "typ assertion" => header.With("typ", "client-authentication+jwt"),
            "kid unknown" => header.With("kid", "gw-0"),
            "iss other" => claims.With("iss", "https://other.test/"),
            "iss missing" => claims.With("iss", null),
            "agency missing" => claims.With("agency", null),
            "agency malformed" => claims.With("agency", "../court"),
            "client missing" => claims.With("client_id", null),
            "exp missing" => claims.With("exp", null),
            "exp out of range" => claims.With("exp", long.MaxValue),
            "iat out of range" => claims.With("iat", long.MinValue),
            "exp text" => claims.With("exp", "1900000000"),
            "exp object" => claims.With("exp", new JsonObject()),
            "nbf text" => claims.With("nbf", "now"),
            "client number" => claims.With("client_id", 7),
            "jti missing" => claims.With("jti", null),
            "bounds of another type" => claims.With("authorization_details", new JsonArray(new JsonObject { ["type"] = "payment" })),
            "bounds empty" => claims.With("authorization_details", new JsonArray()),
            "agency list" => claims.With("agency", new JsonArray("qingxiu-court")),
            "iat missing" => claims.With("iat", null),
            "aud other" => claims.With("aud", "https://other.test/"),
            "aud missing" => claims.With("aud", null),
            "expired" => claims.With("exp", At(0)),
            "nbf 60 s ahead" => claims.With("nbf", At(60)),
            "nbf 61 s ahead" => claims.With("nbf", At(61)),
            "iat 61 s ahead" => claims.With("iat", At(61)),
            "client unknown" => claims.With("client_id", "nobody"),
            "agency other" => claims.With("agency", "qingxiu-police"),
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };

        var (status, said) = await host.CallAsync(Forge.Sign(header, claims, host.SigningKey));

        Assert.Equal(code is null ? 200 : 401, status);
        Assert.Equal(code is not null, said.Contains($"error=\"invalid_token\", error_description=\"{code}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Call_ForgedToken_IsRefused()
    {
        using var receipts = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var host = await IdentityHost.StartAsync(options => options.PublishedKeys = [new PublishedKey("receipts-1", receipts)]);
        var sound = Forge.Sign(Forge.TokenHeader(), Forge.TokenClaims(host.Now), host.SigningKey).Split('.');
        var otherClaims = Forge.Sign(Forge.TokenHeader(), Forge.TokenClaims(host.Now).With("client_id", "police-system"), host.SigningKey).Split('.')[1];
        (string Token, string Code)[] attacks =
        [
            ($"{sound[0]}.{otherClaims}.{sound[2]}", "TOKEN_INVALID"),
            ($"{sound[0]}.{sound[1]}.", "TOKEN_INVALID"),
            (Forge.Unsigned(Forge.TokenHeader().With("alg", "none"), Forge.TokenClaims(host.Now)), "TOKEN_INVALID"),
            (Forge.SignHmac(Forge.TokenHeader().With("alg", "HS256"), Forge.TokenClaims(host.Now), host.SigningKey), "TOKEN_INVALID"),
            (Forge.Sign(Forge.TokenHeader(), Forge.TokenClaims(host.Now), host.CourtKey), "TOKEN_INVALID"),
            (Forge.Sign(Forge.TokenHeader().With("kid", IdentityHost.CourtKid), Forge.TokenClaims(host.Now), host.CourtKey), "TOKEN_INVALID"),
            (Forge.Sign(Forge.TokenHeader().With("kid", "receipts-1"), Forge.TokenClaims(host.Now), receipts), "TOKEN_INVALID"),
            (Forge.Sign(Forge.Header(), Forge.Claims(host.Now), host.CourtKey), "TOKEN_INVALID"), // a client assertion
            (Forge.Sign(Forge.TokenHeader().With("jwk", "x"), Forge.TokenClaims(host.Now), host.CourtKey), "TOKEN_INVALID"),
            ("rubbish", "TOKEN_MALFORMED"),
            ("a.b.c", "TOKEN_MALFORMED"),
            ("....", "TOKEN_MALFORMED"),
            (new string('a', 4097), "TOKEN_MALFORMED"),
        ];

        foreach (var (token, code) in attacks)
        {
            var (status, said) = await host.CallAsync(token);
            Assert.Equal(401, status);
            Assert.Contains(code, said, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Basic Y291cnQ6eA==")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    public async Task Call_OtherAuthorization_IsMalformed(string header)
    {
        await using var host = await IdentityHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/whoami");
        request.Headers.TryAddWithoutValidation("Authorization", header);

        using var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("TOKEN_MALFORMED", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_TokenInUrl_IsNotSeen()
    {
        await using var host = await IdentityHost.StartAsync();
        var token = Forge.Sign(Forge.TokenHeader(), Forge.TokenClaims(host.Now), host.SigningKey);
        Assert.Equal((401, "Bearer realm=\"legalaid.gateway\", DPoP realm=\"legalaid.gateway\", algs=\"ES256 SM2\""), await host.CallAsync(null, "/whoami?access_token=" + token));
    }

    [Theory]
    [InlineData("other")]
    [InlineData("")]
    public async Task Call_TokenWithoutScope_IsForbidden(string scope)
    {
        await using var host = await IdentityHost.StartAsync();
        var (status, said) = await host.CallAsync(
            Forge.Sign(Forge.TokenHeader(), Forge.TokenClaims(host.Now).With("scope", scope), host.SigningKey));
        Assert.Equal(403, status);
        Assert.Contains("insufficient_scope", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_CachedTokenAtItsExpiry_DiesToTheSecond()
    {
        await using var host = await IdentityHost.StartAsync();
        using var tokens = host.TokenSource();
        var token = await tokens.GetAsync(TestContext.Current.CancellationToken);
        Assert.Equal(200, (await host.CallAsync(token)).Status);

        host.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(200, (await host.CallAsync(token)).Status);
        host.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Contains("TOKEN_EXPIRED", (await host.CallAsync(token)).Said, StringComparison.Ordinal);
        Assert.Contains("TOKEN_EXPIRED", (await host.CallAsync(token)).Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_ClientChanged_NextCallOnCachedTokenKnows()
    {
        await using var host = await IdentityHost.StartAsync();
        using var tokens = host.TokenSource();
        var token = await tokens.GetAsync(TestContext.Current.CancellationToken);
        var client = IdentityHost.CourtClient(host.CourtKey);
        async Task<string> After(params AgencyClient[] clients)
        {
            host.Registry.Replace(clients);
            return (await host.CallAsync(token)).Said;
        }

        Assert.Equal(200, (await host.CallAsync(token)).Status);
        Assert.Contains("CLIENT_DISABLED", await After(client with { Enabled = false }), StringComparison.Ordinal);
        Assert.Contains("CLIENT_UNKNOWN", await After(), StringComparison.Ordinal);
        Assert.Contains("TOKEN_REVOKED", await After(client with { Agency = AgencyId.Parse("qingxiu-police") }), StringComparison.Ordinal);
        Assert.Contains("TOKEN_REVOKED", await After(client with { TokensNotBefore = host.Now.AddSeconds(1) }), StringComparison.Ordinal);
        Assert.Contains("qingxiu-court", await After(client with { TokensNotBefore = host.Now }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_MoreTokensThanTheCacheHolds_AllAreServedWithinTheBound()
    {
        await using var host = await IdentityHost.StartAsync(options => options.ValidatedTokensMax = 8);
        var validated = host.Services.GetRequiredService<AccessTokens>();
        var tokens = Enumerable.Range(0, 30)
            .Select(i => Forge.Sign(Forge.TokenHeader(), Forge.TokenClaims(host.Now).With("jti", $"t{i}"), host.SigningKey)).ToList();

        foreach (var token in tokens.Concat(tokens))
        {
            Assert.Equal(200, (await host.CallAsync(token)).Status);
            Assert.InRange(validated.ValidatedCount, 1, 8);
        }

        await host.CallAsync("rubbish");
        Assert.InRange(validated.ValidatedCount, 1, 8);
    }

    [Fact]
    public void Cache_EntryInUse_OutlivesEntriesThatAreNot()
    {
        var cache = new ValidatedTokens<string>(8);
        var used = TokenDigest.Of("used");
        cache.Remember(used, "used");
        for (var i = 0; i < 100; i++)
        {
            cache.Remember(TokenDigest.Of($"other {i}"), "other");
            Assert.Equal("used", cache.Find(used));
            Assert.InRange(cache.Count, 1, 8);
        }

        Assert.Null(cache.Find(TokenDigest.Of("other 0")));
        cache.Forget(used);
        Assert.Null(cache.Find(used));
    }

    [Fact]
    public async Task Keys_NewOneBegins_OldTokensLiveOnUntilTheKeyIsTakenOut()
    {
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var host = await IdentityHost.StartAsync(options => options.SigningKeys =
        [
            options.SigningKeys[0] with { NotAfter = new DateTimeOffset(2026, 3, 2, 1, 5, 0, TimeSpan.Zero) },
            new SigningKeyEntry("gw-2", next),
        ]);
        using var tokens = host.TokenSource();
        var first = await tokens.GetAsync(TestContext.Current.CancellationToken);
        host.Time.Advance(TimeSpan.FromMinutes(5));
        tokens.Forget();
        var second = await tokens.GetAsync(TestContext.Current.CancellationToken);

        Assert.Equal(("gw-1", "gw-2"), (Forge.Read(first, 0).GetProperty("kid").GetString(), Forge.Read(second, 0).GetProperty("kid").GetString()));
        Assert.Equal(200, (await host.CallAsync(first)).Status);
        Assert.Equal(200, (await host.CallAsync(second)).Status);
    }

    /// <summary>A node that has not the private half of a new key takes its tokens, goes on signing with the old one, and forgets both at once.</summary>
    [Fact]
    public async Task Keys_AnotherNodesKey_IsTakenAndNotSignedWithUntilItIsTakenOut()
    {
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var half = ECDsa.Create(next.ExportParameters(includePrivateParameters: false));
        await using var host = await IdentityHost.StartAsync();
        var keys = host.Services.GetRequiredService<ISigningKeys>();
        var ours = new SigningKeyEntry("gw-1", host.SigningKey);
        var theirs = Forge.Sign(Forge.TokenHeader().With("kid", "gw-2"), Forge.TokenClaims(host.Now), next);
        Assert.Equal(401, (await host.CallAsync(theirs)).Status);

        keys.Replace([new SigningKeyEntry("gw-2", half, Retired: true), ours]);
        Assert.Equal(200, (await host.CallAsync(theirs)).Status);
        using var tokens = host.TokenSource();
        Assert.Equal("gw-1", Forge.Read(await tokens.GetAsync(TestContext.Current.CancellationToken), 0).GetProperty("kid").GetString());
        Assert.Contains("\"gw-2\"", await host.Http.GetStringAsync("/.well-known/jwks", TestContext.Current.CancellationToken), StringComparison.Ordinal);

        keys.Replace([ours]);
        var (status, said) = await host.CallAsync(theirs);
        Assert.Equal(401, status);
        Assert.Contains("TOKEN_REVOKED", said, StringComparison.Ordinal); // it was validated before
        Assert.DoesNotContain("\"gw-2\"", await host.Http.GetStringAsync("/.well-known/jwks", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_Write_IsRefused()
    {
        await using var host = await IdentityHost.StartAsync();
        var store = new AgencyClientStore(host.Registry);
        await Assert.ThrowsAsync<NotSupportedException>(async () =>
            await store.CreateAsync(IdentityHost.CourtClient(host.CourtKey), TestContext.Current.CancellationToken));
    }
}
