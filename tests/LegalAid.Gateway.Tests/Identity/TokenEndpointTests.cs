using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Client;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Identity;

/// <summary>Tokens over the wire: what is issued, and every assertion that must not be believed.</summary>
public sealed class TokenEndpointTests
{
    [Fact]
    public async Task Fetch_SoundAssertion_IssuesShortTypedToken()
    {
        await using var host = await IdentityHost.StartAsync();

        var answer = await host.FetchAsync(Forge.Sign(Forge.Header(), Forge.Claims(host.Now), host.CourtKey), ("scope", "gateway"));

        Assert.Equal(200, answer.Status);
        Assert.Equal("600", answer.ExpiresIn);
        var header = Forge.Read(answer.Token!, 0);
        Assert.Equal(("ES256", "at+jwt", "gw-1"), (header.GetProperty("alg").GetString(), header.GetProperty("typ").GetString(), header.GetProperty("kid").GetString()));
        var claims = Forge.Read(answer.Token!, 1);
        Assert.Equal(IdentityHost.Issuer, claims.GetProperty("iss").GetString());
        Assert.Equal("legalaid.gateway", claims.GetProperty("aud").GetString());
        Assert.Equal(IdentityHost.Court, claims.GetProperty("client_id").GetString());
        Assert.Equal("qingxiu-court", claims.GetProperty("agency").GetString());
        Assert.Equal("gateway", claims.GetProperty("scope").GetString());
        Assert.Equal(host.Now.AddMinutes(10).ToUnixTimeSeconds(), claims.GetProperty("exp").GetInt64());
        Assert.Equal((200, $"qingxiu-court court-system Bearer gateway {host.Now.AddMinutes(10).ToUnixTimeSeconds()}"), await host.CallAsync(answer.Token));
    }

    [Theory]
    [InlineData("client-authentication+jwt", IdentityHost.Issuer)]
    [InlineData("JWT", IdentityHost.Issuer)]
    [InlineData("jwt", "http://gateway.test")]
    [InlineData("application/client-authentication+jwt", IdentityHost.Issuer)]
    [InlineData(null, IdentityHost.Issuer)]
    public async Task Fetch_AcceptedTypeAndAudience_Issues(string? type, string audience)
    {
        await using var host = await IdentityHost.StartAsync();
        var header = Forge.Header().With("typ", type);

        Assert.Equal(200, (await host.FetchAsync(Forge.Sign(header, Forge.Claims(host.Now).With("aud", audience), host.CourtKey))).Status);
    }

    /// <summary>Each case changes one thing in a sound assertion that the court's own key signs.</summary>
    public static TheoryData<string, string> BadlyMade() => new()
    {
        { "alg none in name", "ES256" },
        { "alg ES384", "ES256" },
        { "typ number", "typ" },
        { "typ at+jwt", "typ" },
        { "kid missing", "does not authenticate" },
        { "kid unknown", "does not authenticate" },
        { "kid path", "does not authenticate" },
        { "jwk embedded", "keys or critical" },
        { "jku", "keys or critical" },
        { "x5u", "keys or critical" },
        { "x5c", "keys or critical" },
        { "crit", "keys or critical" },
        { "iss other", "iss and sub" },
        { "sub other", "iss and sub" },
        { "iss missing", "iss and sub" },
        { "both other", "does not authenticate" },
        { "aud missing", "aud" },
        { "aud other", "aud" },
        { "aud token endpoint", "aud" },
        { "aud list of ours", "aud" },
        { "aud ours and another", "aud" },
        { "aud number", "aud" },
        { "exp missing", "exp" },
        { "exp text", "malformed" },
        { "exp fraction", "malformed" },
        { "exp huge", "malformed" },
        { "expired at skew", "expired" },
        { "lives 1 s beyond bound", "lives too long" },
        { "no iat, exp 1 s beyond bound", "lives too long" },
        { "iat 61 s ahead", "not valid yet" },
        { "nbf 61 s ahead", "not valid yet" },
        { "jti missing", "jti" },
        { "jti empty", "jti" },
        { "jti 129", "jti" },
        { "jti number", "jti" },
        { "nested deep", "malformed" },
        { "oversized", "too large" },
    };

    [Theory]
    [MemberData(nameof(BadlyMade))]
    public async Task Fetch_BadlyMadeAssertion_IsRefused(string what, string saying)
    {
        await using var host = await IdentityHost.StartAsync();
        var header = Forge.Header();
        var claims = Forge.Claims(host.Now);
        long At(int seconds) => host.Now.AddSeconds(seconds).ToUnixTimeSeconds();
        _ = what switch
        {
            "alg none in name" => header.With("alg", "none"),
            "alg ES384" => header.With("alg", "ES384"),
            "typ number" => header.With("typ", 1),
            "typ at+jwt" => header.With("typ", "at+jwt"),
            "kid missing" => header.With("kid", null),
            "kid unknown" => header.With("kid", "nobody"),
            "kid path" => header.With("kid", "../../dev/null"),
            "jwk embedded" => header.With("jwk", new JsonObject { ["kty"] = "EC" }),
            "jku" => header.With("jku", "https://evil.test/jwks"),
            "x5u" => header.With("x5u", "https://evil.test/cert"),
            "x5c" => header.With("x5c", new JsonArray("AA")),
            "crit" => header.With("crit", new JsonArray("b64")),
            "iss other" => claims.With("iss", "police-system"),
            "sub other" => claims.With("sub", "police-system"),
            "iss missing" => claims.With("iss", null),
            "both other" => claims.With("iss", "police-system").With("sub", "police-system"),
            "aud missing" => claims.With("aud", null),
            "aud other" => claims.With("aud", "https://other.test/"),
            "aud ours and another" => claims.With("aud", new JsonArray(IdentityHost.Issuer, "https://other.test/")),
            "aud token endpoint" => claims.With("aud", "http://gateway.test/connect/token"),
            "aud list of ours" => claims.With("aud", new JsonArray(IdentityHost.Issuer)),
            "aud number" => claims.With("aud", 7),
            "exp missing" => claims.With("exp", null),
            "exp text" => claims.With("exp", "soon"),
            "exp fraction" => claims.With("exp", At(60) + 0.5),
            "exp huge" => claims.With("exp", long.MaxValue),
            "expired at skew" => claims.With("iat", At(-120)).With("exp", At(-60)),
            "lives 1 s beyond bound" => claims.With("exp", At(361)),
            "no iat, exp 1 s beyond bound" => claims.With("iat", null).With("exp", At(361)),
            "iat 61 s ahead" => claims.With("iat", At(61)),
            "nbf 61 s ahead" => claims.With("nbf", At(61)),
            "jti missing" => claims.With("jti", null),
            "jti empty" => claims.With("jti", ""),
            "jti 129" => claims.With("jti", new string('j', 129)),
            "jti number" => claims.With("jti", 7),
            "nested deep" => claims.With("x", JsonNode.Parse("[[[[[[[[1]]]]]]]]")),
            "oversized" => claims.With("x", new string('x', 4000)),
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };

        var answer = await host.FetchAsync(Forge.Sign(header, claims, host.CourtKey));

        Assert.Equal((401, "invalid_client"), (answer.Status, answer.Error));
        Assert.Contains(saying, answer.Description, StringComparison.Ordinal);
        Assert.Null(answer.Token);
    }

    [Theory]
    [InlineData(-59, 1)]
    [InlineData(0, 360)]
    [InlineData(60, 360)]
    public async Task Fetch_TimesAtTheBound_Issues(int issuedIn, int expiresIn)
    {
        await using var host = await IdentityHost.StartAsync();
        var claims = Forge.Claims(host.Now)
            .With("iat", host.Now.AddSeconds(issuedIn).ToUnixTimeSeconds())
            .With("nbf", host.Now.AddSeconds(issuedIn).ToUnixTimeSeconds())
            .With("exp", host.Now.AddSeconds(expiresIn).ToUnixTimeSeconds())
            .With("jti", new string('j', 128));

        Assert.Equal(200, (await host.FetchAsync(Forge.Sign(Forge.Header(), claims, host.CourtKey))).Status);
    }

    [Fact]
    public async Task Fetch_ReplayedAssertion_IsRefusedUntilItsTimeRefusesIt()
    {
        await using var host = await IdentityHost.StartAsync();
        var assertion = Forge.Sign(Forge.Header(), Forge.Claims(host.Now), host.CourtKey);
        Assert.Equal(200, (await host.FetchAsync(assertion)).Status);

        Assert.Contains("used already", (await host.FetchAsync(assertion)).Description, StringComparison.Ordinal);
        host.Time.Advance(TimeSpan.FromSeconds(119));
        Assert.Contains("used already", (await host.FetchAsync(assertion)).Description, StringComparison.Ordinal);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("expired", (await host.FetchAsync(assertion)).Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_OneAssertionRacing_IssuesOnce()
    {
        await using var host = await IdentityHost.StartAsync();
        var assertion = Forge.Sign(Forge.Header(), Forge.Claims(host.Now), host.CourtKey);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => host.FetchAsync(assertion)));

        Assert.Single(answers, answer => answer.Status == 200);
    }

    [Fact]
    public async Task Fetch_UnsignedOrConfusedOrForeignSignature_IsRefused()
    {
        await using var host = await IdentityHost.StartAsync();
        using var strange = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var sound = Forge.Sign(Forge.Header(), Forge.Claims(host.Now), host.CourtKey);
        var parts = sound.Split('.');
        var otherClaims = Forge.Sign(Forge.Header(), Forge.Claims(host.Now), strange).Split('.')[1];
        var signedByDer = host.CourtKey.SignData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        string[] attacks =
        [
            sound[..^1], // of a length that no base64url text has
            sound[..^2],
            Forge.Unsigned(Forge.Header().With("alg", "none"), Forge.Claims(host.Now)),
            Forge.Unsigned(Forge.Header(), Forge.Claims(host.Now)),
            Forge.SignHmac(Forge.Header().With("alg", "HS256"), Forge.Claims(host.Now), host.CourtKey),
            Forge.SignHmac(Forge.Header(), Forge.Claims(host.Now), host.CourtKey),
            Forge.Sign(Forge.Header(), Forge.Claims(host.Now), strange),
            $"{parts[0]}.{otherClaims}.{parts[2]}",
            $"{parts[0]}.{parts[1]}.{Convert.ToBase64String(signedByDer).TrimEnd('=').Replace('+', '-').Replace('/', '_')}",
            $"{parts[0]}.{parts[1]}.{new string('A', 86)}",
            $"{parts[0]}.{parts[1]}.{parts[2]}=",
            $"{sound}.x",
            $"{parts[0]}.{parts[1]}",
            "not-a-token",
            Forge.Sign("""{"alg":"ES256","alg":"none","typ":"JWT","kid":"court-2026"}""", Forge.Claims(host.Now).ToJsonString(), host.CourtKey),
            Forge.Sign(Forge.Header().ToJsonString(), "[]", host.CourtKey),
            Forge.Sign(Forge.Header().ToJsonString(), """{"iss":"\ud800","sub":"\ud800"}""", host.CourtKey),
        ];

        foreach (var attack in attacks)
        {
            var answer = await host.FetchAsync(attack);
            Assert.Equal((401, "invalid_client"), (answer.Status, answer.Error));
        }

        Assert.Equal(200, (await host.FetchAsync(sound)).Status);
    }

    [Fact]
    public async Task Fetch_KeyOfAnotherClient_IsRefused()
    {
        await using var host = await IdentityHost.StartAsync();
        using var policeKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var police = new AgencyClient(
            "police-system", AgencyId.Parse("qingxiu-police"), "公安", new EquatableList<AgencyClientKey>([AgencyClientKey.From("police-2026", policeKey)]),
            Binding: BindingDemand.None);
        host.Registry.Replace([IdentityHost.CourtClient(host.CourtKey), police]);

        var posing = await host.FetchAsync(Forge.Sign(Forge.Header().With("kid", "police-2026"), Forge.Claims(host.Now), policeKey));
        var named = await host.FetchAsync(Forge.Sign(Forge.Header(), Forge.Claims(host.Now), host.CourtKey), ("client_id", "police-system"));

        Assert.Equal((401, "invalid_client"), (posing.Status, posing.Error));
        Assert.Null(named.Token);
        Assert.InRange(named.Status, 400, 401);
    }

    [Fact]
    public async Task Fetch_KeysOverlapping_OnlyThoseInForceAuthenticate()
    {
        await using var host = await IdentityHost.StartAsync();
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        host.Registry.Replace([IdentityHost.CourtClient(host.CourtKey) with
        {
            Keys = new EquatableList<AgencyClientKey>(
            [
                AgencyClientKey.From(IdentityHost.CourtKid, host.CourtKey, notAfter: host.Now.AddMinutes(2)),
                AgencyClientKey.From("court-2027", next, notBefore: host.Now.AddMinutes(1)),
            ]),
        }]);
        async Task<(int Old, int New)> Both() => (
            (await host.FetchAsync(Forge.Sign(Forge.Header(), Forge.Claims(host.Now), host.CourtKey))).Status,
            (await host.FetchAsync(Forge.Sign(Forge.Header().With("kid", "court-2027"), Forge.Claims(host.Now), next))).Status);

        Assert.Equal((200, 401), await Both());
        host.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((200, 200), await Both());
        host.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((401, 200), await Both());
    }

    [Fact]
    public async Task Fetch_DisabledOrUnknownClient_AreTheSameRefusal()
    {
        await using var host = await IdentityHost.StartAsync();
        host.Registry.Replace([IdentityHost.CourtClient(host.CourtKey) with { Enabled = false }]);
        var disabled = await host.FetchAsync(Forge.Sign(Forge.Header(), Forge.Claims(host.Now), host.CourtKey));
        host.Registry.Replace([]);
        var unknown = await host.FetchAsync(Forge.Sign(Forge.Header(), Forge.Claims(host.Now), host.CourtKey));

        Assert.Equal((401, "invalid_client"), (disabled.Status, disabled.Error));
        Assert.Equal(disabled, unknown);
    }

    [Theory]
    [InlineData("password", "unsupported_grant_type")]
    [InlineData("authorization_code", "unsupported_grant_type")]
    [InlineData("refresh_token", "unsupported_grant_type")]
    [InlineData("urn:ietf:params:oauth:grant-type:jwt-bearer", "unsupported_grant_type")]
    [InlineData("", "invalid_request")]
    public async Task Fetch_OtherGrant_IsRefused(string grant, string error)
    {
        await using var host = await IdentityHost.StartAsync();

        var answer = await host.FetchAsync(Forge.Sign(Forge.Header(), Forge.Claims(host.Now), host.CourtKey), ("grant_type", grant));

        Assert.Equal((400, error), (answer.Status, answer.Error));
    }

    [Theory]
    [InlineData("grant_type", "client_credentials")]
    [InlineData("client_assertion", "x")]
    [InlineData("client_assertion_type", ClientAssertion.Type)]
    [InlineData("scope", "gateway")]
    public async Task Fetch_ParameterTwice_IsRefused(string name, string value)
    {
        await using var host = await IdentityHost.StartAsync();
        var answer = await host.FetchAsync(
            Forge.Sign(Forge.Header(), Forge.Claims(host.Now), host.CourtKey),
            name == "grant_type" ? [(name, value), (name, value)] : [("scope", "gateway"), (name, value)]);

        Assert.Equal((400, "invalid_request"), (answer.Status, answer.Error));
    }

    [Theory]
    [InlineData("scope", "gateway console.admin", "invalid_scope")]
    [InlineData("resource", "https://other.test/", "invalid_target")]
    [InlineData("audience", "other", "invalid_target")]
    public async Task Fetch_ForeignScopeOrTarget_IsRefused(string name, string value, string error)
    {
        await using var host = await IdentityHost.StartAsync();

        var answer = await host.FetchAsync(Forge.Sign(Forge.Header(), Forge.Claims(host.Now), host.CourtKey), (name, value));

        Assert.Equal((400, error), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task Fetch_WithoutAssertionOrWithSecret_IsRefused()
    {
        await using var host = await IdentityHost.StartAsync();
        using var bare = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", IdentityHost.Court)]);
        using var secret = new FormUrlEncodedContent(
            [new("grant_type", "client_credentials"), new("client_id", IdentityHost.Court), new("client_secret", "guess")]);

        Assert.Null((await host.PostAsync(bare)).Token);
        Assert.Null((await host.PostAsync(secret)).Token);
        Assert.InRange((await host.PostAsync(secret)).Status, 400, 401);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fetch_OversizedBody_IsRefusedAsJson(bool chunked)
    {
        await using var host = await IdentityHost.StartAsync();
        using var content = chunked
            ? new StreamContent(new UnsizedStream(Encoding.ASCII.GetBytes("grant_type=client_credentials&x=" + new string('x', 20_000))))
            : (HttpContent)new StringContent("grant_type=client_credentials&x=" + new string('x', 20_000));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");

        var answer = await host.PostAsync(content);

        Assert.Equal((413, "invalid_request"), (answer.Status, answer.Error));
    }

    /// <summary>A client that is removed while its request is under way gets its token or a refusal: at whichever look it is gone.</summary>
    [Fact]
    public async Task Fetch_ClientRemovedAtAnyLook_IsLetInOrRefused()
    {
        var registry = new VanishingRegistry();
        await using var host = await IdentityHost.StartAsync(more: services => services.AddSingleton<IAgencyClientRegistry>(registry));
        var answers = new List<int>();
        for (var looks = 0; looks < 20; looks++)
        {
            registry.Put(host.Registry, looks);
            var answer = await host.FetchAsync(Forge.Sign(Forge.Header(), Forge.Claims(host.Now), host.CourtKey));
            Assert.Contains((answer.Status, answer.Error), new (int, string?)[] { (200, null), (401, "invalid_client") });
            answers.Add(answer.Status);
        }

        Assert.True(answers.IndexOf(200) >= 2, string.Join(' ', answers));
        Assert.Equal(200, answers[^1]);
    }

    [Fact]
    public async Task Discovery_NamesTheIssuerAndWhatIsServed()
    {
        using var receipts = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var host = await IdentityHost.StartAsync(options => options.PublishedKeys = [new PublishedKey("receipts-1", receipts)]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/openid-configuration") { Headers = { Host = "evil.test" } };
        using var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var discovery = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        var keys = JsonDocument.Parse(await host.Http.GetStringAsync("/.well-known/jwks", TestContext.Current.CancellationToken)).RootElement;

        Assert.Equal(IdentityHost.Issuer, discovery.GetProperty("issuer").GetString());
        Assert.Equal("http://gateway.test/connect/token", discovery.GetProperty("token_endpoint").GetString());
        Assert.Equal("http://gateway.test/.well-known/jwks", discovery.GetProperty("jwks_uri").GetString());
        Assert.Equal(["client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"], discovery.GetProperty("grant_types_supported").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(["private_key_jwt"], discovery.GetProperty("token_endpoint_auth_methods_supported").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(["ES256", "SM2"], discovery.GetProperty("token_endpoint_auth_signing_alg_values_supported").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(["gw-1", "receipts-1"], keys.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()));
        Assert.All(keys.GetProperty("keys").EnumerateArray(), key => Assert.False(key.TryGetProperty("d", out _)));
        Assert.DoesNotContain("evil.test", discovery.GetRawText(), StringComparison.Ordinal);
    }

    /// <summary>A body whose length is not told beforehand.</summary>
    private sealed class UnsizedStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }

    /// <summary>Its clients are gone after some looks.</summary>
    private sealed class VanishingRegistry : IAgencyClientRegistry
    {
        private AgencyClientRegistry _clients = new([]);
        private int _left;

        public IReadOnlyCollection<AgencyClient> All => _clients.All;

        public AgencyClient? Find(string clientId) => Interlocked.Decrement(ref _left) >= 0 ? _clients.Find(clientId) : null;

        public void Put(AgencyClientRegistry clients, int looks) => (_clients, _left) = (clients, looks);
    }
}
