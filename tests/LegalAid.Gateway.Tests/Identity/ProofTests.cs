using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Client;

namespace LegalAid.Gateway.Tests.Identity;

/// <summary>Tokens bound to a key by proofs of possession (RFC 9449), over the wire: what is let in, and each class of attack.</summary>
public sealed class ProofTests
{
    [Fact]
    public async Task Fetch_WithProof_BindsTheTokenToItsKey()
    {
        await using var host = await IdentityHost.StartAsync();
        using var court = new Possessor(host);

        var token = await court.FetchAsync();

        Assert.Equal(court.Thumbprint, Forge.Read(token, 1).GetProperty("cnf").GetProperty("jkt").GetString());
        var (status, said) = await Possessor.CallAsync(host, token, [court.Proof(token)]);
        Assert.Equal(200, status);
        Assert.StartsWith("qingxiu-court court-system DPoP gateway", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_ProofWithoutNonce_IsAskedForOneAndTheAssertionIsNotUsedUp()
    {
        await using var host = await IdentityHost.StartAsync();
        using var court = new Possessor(host);
        var assertion = court.Assertion();

        var asked = await host.FetchAsync(assertion, [court.Proof()]);

        Assert.Equal((400, "use_dpop_nonce"), (asked.Status, asked.Error));
        court.Nonce = asked.Nonce;
        Assert.NotNull(court.Nonce);
        Assert.Equal(200, (await host.FetchAsync(assertion, [court.Proof()])).Status);
    }

    /// <summary>Each case changes one thing in a sound proof; the court's key signs it where nothing else is said.</summary>
    public static TheoryData<string, string, string> BadlyMade() => new()
    {
        { "typ missing", "WrongType", "PROOF_INVALID" },
        { "typ JWT", "WrongType", "PROOF_INVALID" },
        { "alg none", "WrongAlgorithm", "PROOF_INVALID" },
        { "alg HS256 under the public key", "WrongAlgorithm", "PROOF_INVALID" },
        { "alg ES384", "WrongAlgorithm", "PROOF_INVALID" },
        { "alg lower case", "WrongAlgorithm", "PROOF_INVALID" },
        { "crit", "ForeignHeader", "PROOF_INVALID" },
        { "jku", "ForeignHeader", "PROOF_INVALID" },
        { "x5c", "ForeignHeader", "PROOF_INVALID" },
        { "jwk missing", "NoKey", "PROOF_INVALID" },
        { "jwk with private half", "PrivateKey", "PROOF_INVALID" },
        { "jwk off the curve", "BadKey", "PROOF_INVALID" },
        { "jwk of another curve", "BadKey", "PROOF_INVALID" },
        { "signed by another key", "BadSignature", "PROOF_INVALID" },
        { "claims changed after signing", "BadSignature", "PROOF_INVALID" },
        { "htm other", "WrongMethod", "PROOF_WRONG_TARGET" },
        { "htm lower case", "WrongMethod", "PROOF_WRONG_TARGET" },
        { "htu other host", "WrongTarget", "PROOF_WRONG_TARGET" },
        { "htu other path", "WrongTarget", "PROOF_WRONG_TARGET" },
        { "htu https", "WrongTarget", "PROOF_WRONG_TARGET" },
        { "htu with user", "WrongTarget", "PROOF_WRONG_TARGET" },
        { "htu missing", "WrongTarget", "PROOF_WRONG_TARGET" },
        { "iat missing", "NoIssueTime", "PROOF_INVALID" },
        { "iat text", "NoIssueTime", "PROOF_INVALID" },
        { "iat 120 s ago", "TooOld", "PROOF_EXPIRED" },
        { "iat 61 s ahead", "NotYetValid", "PROOF_EXPIRED" },
        { "jti missing", "BadId", "PROOF_INVALID" },
        { "jti 129", "BadId", "PROOF_INVALID" },
        { "nonce missing", "use_dpop_nonce", "PROOF_NONCE_REQUIRED" },
        { "nonce invented", "use_dpop_nonce", "PROOF_NONCE_REQUIRED" },
        { "two proofs", "Malformed", "PROOF_INVALID" },
        { "two parts", "Malformed", "PROOF_INVALID" },
        { "oversized", "Oversized", "PROOF_INVALID" },
    };

    [Theory]
    [MemberData(nameof(BadlyMade))]
    public async Task Proof_WithOneThingChanged_IsRefusedAtBothEnds(string what, string outcome, string code)
    {
        await using var host = await IdentityHost.StartAsync();
        using var court = new Possessor(host);
        var token = await court.FetchAsync();

        var fetched = await host.FetchAsync(court.Assertion(), Spoil(what, court, court.Claims(), host));
        var (status, said) = await Possessor.CallAsync(host, token, Spoil(what, court, court.Claims(token), host));

        Assert.Equal(400, fetched.Status);
        Assert.Equal(outcome == "use_dpop_nonce" ? outcome : "invalid_dpop_proof", fetched.Error);
        Assert.True(fetched.Error == outcome || fetched.Description!.Contains(outcome, StringComparison.Ordinal), fetched.Description);
        Assert.Equal(401, status);
        Assert.Contains($"error_description=\"{code}\", algs=\"ES256 SM2\"", said, StringComparison.Ordinal);
        Assert.Equal(200, (await Possessor.CallAsync(host, token, [court.Proof(token)])).Status);
    }

    [Theory]
    [InlineData("http://gateway.test/whoami", 200)]
    [InlineData("HTTP://GATEWAY.TEST:80/whoami", 200)]
    [InlineData("http://gateway.test/%77hoami", 200)]
    [InlineData("http://gateway.test/x/../whoami", 200)]
    [InlineData("http://gateway.test/whoami?other=1#part", 200)]
    [InlineData("http://gateway.test/WHOAMI", 401)]
    [InlineData("http://gateway.test:81/whoami", 401)]
    [InlineData("http://gateway.test/whoami/", 401)]
    [InlineData("http://gateway.test\\whoami", 401)]
    [InlineData("//gateway.test/whoami", 401)]
    [InlineData("whoami", 401)]
    public async Task Call_TargetInAnotherForm_IsComparedNormalised(string target, int status)
    {
        await using var host = await IdentityHost.StartAsync();
        using var court = new Possessor(host);
        var token = await court.FetchAsync();

        var proof = Forge.Sign(court.Header(), court.Claims(token).With("htu", target), court.Key);

        Assert.Equal(status, (await Possessor.CallAsync(host, token, [proof], path: "/whoami?q=1")).Status);
    }

    [Theory]
    [InlineData("Host")]
    [InlineData("X-Forwarded-Host")]
    [InlineData("Forwarded")]
    [InlineData("X-Original-Host")]
    public async Task Call_ForwardedHeadersThatNameTheProofsHost_ChangeNothing(string header)
    {
        await using var host = await IdentityHost.StartAsync();
        using var court = new Possessor(host);
        var token = await court.FetchAsync();
        var madeForAnother = Forge.Sign(court.Header(), court.Claims(token, root: "http://elsewhere.test"), court.Key);

        var (status, said) = await Possessor.CallAsync(
            host, token, [madeForAnother], headers: (header, header == "Forwarded" ? "host=elsewhere.test;proto=http" : "elsewhere.test"));

        Assert.Equal(401, status);
        Assert.Contains("PROOF_WRONG_TARGET", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_ProofShownTwice_IsRefusedHereOnAnotherNodeAndAfterARestart()
    {
        using var signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var nonces = RandomNumberGenerator.GetBytes(32);
        var replays = new SharedReplays();
        void Same(IdentityOptions options) => (options.SigningKeys, options.NonceKey) = ([new SigningKeyEntry("gw-1", signing)], nonces);
        await using var host = await IdentityHost.StartAsync(Same, replays);
        await using var other = await IdentityHost.StartAsync(Same, replays);
        using var court = new Possessor(host);
        var token = await court.FetchAsync();
        var proof = court.Proof(token);

        Assert.Equal(200, (await Possessor.CallAsync(host, token, [proof])).Status);
        Assert.Contains("PROOF_REPLAYED", (await Possessor.CallAsync(host, token, [proof])).Said, StringComparison.Ordinal);
        Assert.Contains("PROOF_REPLAYED", (await Possessor.CallAsync(other, token, [proof])).Said, StringComparison.Ordinal);
        Assert.Equal(200, (await Possessor.CallAsync(other, token, [court.Proof(token)])).Status); // a node's nonce is good at every node
        await using var again = await IdentityHost.StartAsync(Same, replays);
        Assert.Contains("PROOF_REPLAYED", (await Possessor.CallAsync(again, token, [proof])).Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_ProofShownTwice_BuysOneToken()
    {
        await using var host = await IdentityHost.StartAsync();
        using var court = new Possessor(host);
        await court.FetchAsync();
        var proof = court.Proof();

        Assert.Equal(200, (await host.FetchAsync(court.Assertion(), [proof])).Status);
        var again = await host.FetchAsync(court.Assertion(), [proof]);

        Assert.Equal((400, "invalid_dpop_proof", "The proof has been used already."), (again.Status, again.Error, again.Description));
    }

    [Fact]
    public async Task Call_ManyAtOnceWithOneProof_OneIsLetIn()
    {
        await using var host = await IdentityHost.StartAsync();
        using var court = new Possessor(host);
        var token = await court.FetchAsync();
        var proof = court.Proof(token);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Possessor.CallAsync(host, token, [proof])));

        Assert.Single(answers, answer => answer.Status == 200);
    }

    [Fact]
    public async Task Call_ReplayMemoryAway_IsNotLetInAndNotCalledAnError()
    {
        var replays = new SharedReplays();
        await using var host = await IdentityHost.StartAsync(replays: replays);
        using var court = new Possessor(host);
        var token = await court.FetchAsync();
        replays.Away = true;

        Assert.Equal((503, ""), await Possessor.CallAsync(host, token, [court.Proof(token)]));
        replays.Away = false;
        Assert.Equal(200, (await Possessor.CallAsync(host, token, [court.Proof(token)])).Status);
    }

    [Fact]
    public async Task Call_StolenToken_IsOfNoUseWithoutItsKey()
    {
        await using var host = await IdentityHost.StartAsync();
        using var court = new Possessor(host);
        using var thief = new Possessor(host);
        var token = await court.FetchAsync();
        thief.Nonce = court.Nonce;

        Assert.Contains("TOKEN_DOWNGRADED", (await host.CallAsync(token)).Said, StringComparison.Ordinal);
        Assert.Contains("TOKEN_DOWNGRADED", (await Possessor.CallAsync(host, token, [court.Proof(token)], "Bearer")).Said, StringComparison.Ordinal);
        Assert.Contains("PROOF_INVALID", (await Possessor.CallAsync(host, token, [])).Said, StringComparison.Ordinal);
        Assert.Contains("PROOF_OTHER_KEY", (await Possessor.CallAsync(host, token, [thief.Proof(token)])).Said, StringComparison.Ordinal);
        var another = await court.FetchAsync();
        Assert.Contains("PROOF_WRONG_TARGET", (await Possessor.CallAsync(host, token, [court.Proof(another)])).Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_UnboundTokenDressedAsBound_IsRefused()
    {
        await using var host = await IdentityHost.StartAsync();
        using var court = new Possessor(host);
        await court.FetchAsync();
        var unbound = (await host.FetchAsync(court.Assertion())).Token!; // it was issued

        Assert.Equal(200, (await host.CallAsync(unbound)).Status);
        Assert.Contains("TOKEN_DOWNGRADED", (await Possessor.CallAsync(host, unbound, [court.Proof(unbound)])).Said, StringComparison.Ordinal);
        Assert.Contains("TOKEN_DOWNGRADED", (await Possessor.CallAsync(host, unbound, [court.Proof(unbound)], "Bearer")).Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_BearerAndDPoPTogether_IsMalformed()
    {
        await using var host = await IdentityHost.StartAsync();
        using var court = new Possessor(host);
        var token = await court.FetchAsync();

        var (status, said) = await Possessor.CallAsync(
            host, token, [court.Proof(token)], headers: ("Authorization", $"Bearer {token}"));

        Assert.Equal(401, status);
        Assert.Contains("TOKEN_MALFORMED", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"jkt":1}""")]
    [InlineData("""{"jwk":{}}""")]
    [InlineData("\"jkt\"")]
    [InlineData("{}")]
    public async Task Call_TokenBoundToWhatIsNotUnderstood_IsNotTakenForUnbound(string bound)
    {
        await using var host = await IdentityHost.StartAsync();
        var token = Forge.Sign(Forge.TokenHeader(), Forge.TokenClaims(host.Now).With("cnf", JsonNode.Parse(bound)), host.SigningKey);

        Assert.Contains("TOKEN_INVALID", (await host.CallAsync(token)).Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nonce_OfTheWindowBefore_IsGoodAndTheAnswerBringsANewerOne()
    {
        await using var host = await IdentityHost.StartAsync();
        using var court = new Possessor(host);
        using var tokens = host.TokenSource(proofKey: court.Key);
        await court.FetchAsync();
        host.Time.Advance(TimeSpan.FromMinutes(10));

        var aging = await host.FetchAsync(court.Assertion(), [court.Proof()]);
        Assert.Equal(200, aging.Status);
        Assert.NotEqual(court.Nonce, aging.Nonce);
        host.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("use_dpop_nonce", (await host.FetchAsync(court.Assertion(), [court.Proof()])).Error);
    }

    [Fact]
    public async Task Discovery_NamesTheAlgorithmsOfProofs()
    {
        await using var host = await IdentityHost.StartAsync();
        var document = JsonNode.Parse(await host.Http.GetStringAsync("/.well-known/openid-configuration", TestContext.Current.CancellationToken))!;
        Assert.Contains("ES256", document["dpop_signing_alg_values_supported"]!.AsArray().Select(name => name!.GetValue<string>()));
    }

    [Fact]
    public async Task Handler_WithAProofKey_CallsBoundAndFollowsTheNonces()
    {
        await using var host = await IdentityHost.StartAsync(options => options.AccessTokenLifetime = TimeSpan.FromMinutes(1));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var tokens = host.TokenSource(proofKey: key);
        using var http = new HttpClient(new AgencyTokenHandler(tokens) { InnerHandler = new HttpClientHandler() }) { BaseAddress = host.Http.BaseAddress };
        for (var minute = 0; minute < 5; minute++)
        {
            Assert.StartsWith(
                "qingxiu-court court-system DPoP", await http.GetStringAsync("/whoami?page=1", TestContext.Current.CancellationToken), StringComparison.Ordinal);
            host.Time.Advance(TimeSpan.FromMinutes(minute));
        }
    }

    private static string[] Spoil(string what, Possessor court, JsonObject claims, IdentityHost host)
    {
        var header = court.Header();
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var sound = Forge.Sign(court.Header(), claims, court.Key);
        long At(int seconds) => host.Now.AddSeconds(seconds).ToUnixTimeSeconds();
        return what switch
        {
            "alg none" => [Forge.Unsigned(header.With("alg", "none"), claims)],
            "alg HS256 under the public key" => [Forge.SignHmac(header.With("alg", "HS256"), claims, court.Key)],
            "signed by another key" => [Forge.Sign(header, claims, stranger)],
            "claims changed after signing" => [string.Join('.', sound.Split('.')[0], Forge.Sign(header, claims.With("jti", "x"), court.Key).Split('.')[1], sound.Split('.')[2])],
            "two proofs" => [sound, Forge.Sign(court.Header(), claims.With("jti", "other"), court.Key)],
            "two parts" => [sound[..sound.LastIndexOf('.')]],
            _ => [Forge.Sign(SpoiltHeader(what, header), SpoiltClaims(what, claims, At), court.Key)],
        };
    }

    private static JsonObject SpoiltHeader(string what, JsonObject header) => what switch
    {
        "typ missing" => header.With("typ", null),
        "typ JWT" => header.With("typ", "JWT"),
        "alg ES384" => header.With("alg", "ES384"),
        "alg lower case" => header.With("alg", "es256"),
        "crit" => header.With("crit", new JsonArray("b64")),
        "jku" => header.With("jku", "https://evil.test/jwks"),
        "x5c" => header.With("x5c", new JsonArray("AA")),
        "jwk missing" => header.With("jwk", null),
        "jwk with private half" => header.With("jwk", header["jwk"]!.DeepClone().AsObject().With("d", "AA")),
        "jwk off the curve" => header.With("jwk", header["jwk"]!.DeepClone().AsObject().With("y", header["jwk"]!["x"]!.GetValue<string>())),
        "jwk of another curve" => header.With("jwk", header["jwk"]!.DeepClone().AsObject().With("crv", "P-384")),
        _ => header,
    };

    private static JsonObject SpoiltClaims(string what, JsonObject claims, Func<int, long> at) => what switch
    {
        "htm other" => claims.With("htm", "PUT"),
        "htm lower case" => claims.With("htm", claims["htm"]!.GetValue<string>().ToLowerInvariant()),
        "htu other host" => claims.With("htu", claims["htu"]!.GetValue<string>().Replace("gateway.test", "other.test", StringComparison.Ordinal)),
        "htu other path" => claims.With("htu", "http://gateway.test/open"),
        "htu https" => claims.With("htu", claims["htu"]!.GetValue<string>().Replace("http:", "https:", StringComparison.Ordinal)),
        "htu with user" => claims.With("htu", claims["htu"]!.GetValue<string>().Replace("//", "//court@", StringComparison.Ordinal)),
        "htu missing" => claims.With("htu", null),
        "iat missing" => claims.With("iat", null),
        "iat text" => claims.With("iat", "now"),
        "iat 120 s ago" => claims.With("iat", at(-120)),
        "iat 61 s ahead" => claims.With("iat", at(61)),
        "jti missing" => claims.With("jti", null),
        "jti 129" => claims.With("jti", new string('j', 129)),
        "nonce missing" => claims.With("nonce", null),
        "nonce invented" => claims.With("nonce", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        "oversized" => claims.With("more", new string('x', 4000)),
        _ => claims,
    };

    /// <summary>A memory that several nodes share and that outlives them, as the ledger's store does.</summary>
    private sealed class SharedReplays : IReplayStore
    {
        private readonly HashSet<string> _known = new(StringComparer.Ordinal);

        public bool Away { get; set; }

        public ValueTask<bool> TryRememberAsync(byte[] keyHash, DateTimeOffset expires, CancellationToken cancellationToken)
        {
            lock (_known)
            {
                return Away ? throw new ReplayStoreUnavailableException(new IOException("away")) : new(_known.Add(Convert.ToHexString(keyHash)));
            }
        }
    }
}
