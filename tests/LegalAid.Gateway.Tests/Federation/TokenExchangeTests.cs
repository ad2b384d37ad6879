using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Identity.Federation;
using LegalAid.Gateway.Tests.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>Token exchange (RFC 8693) over the wire: what comes of a person's token, and every way in which it is not taken.</summary>
public sealed class TokenExchangeTests : IAsyncLifetime
{
    private const string Grant = "urn:ietf:params:oauth:grant-type:token-exchange";
    private const string AccessToken = "urn:ietf:params:oauth:token-type:access_token";
    private const string IdToken = "urn:ietf:params:oauth:token-type:id_token";
    private const string NotTrusted = "The subject token is of no issuer that is trusted for this client's agency.";

    private readonly StandInIssuer _provider = new();
    private readonly StandInIssuer _foreign = new();
    private IdentityHost _host = null!; // set before each test by InitializeAsync
    private StandInIssuer.Issuers _issuers = null!; // same

    public async ValueTask InitializeAsync()
    {
        _issuers = new(_provider.Pinned(), _foreign.Pinned(url: "https://login.procuratorate.test"));
        _host = await StartAsync(_issuers);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _provider.Dispose();
        _foreign.Dispose();
    }

    [Fact]
    public async Task Exchange_OfAPersonsToken_GivesOneThatNamesBoth()
    {
        var answer = await ExchangeAsync(_provider.Token(_host.Now));

        Assert.Equal((200, null), (answer.Status, answer.Error));
        var claims = Forge.Read(answer.Token!, 1); // 200: there is one
        Assert.Equal("person-7", claims.GetProperty("sub").GetString());
        Assert.Equal(IdentityHost.Court, claims.GetProperty("act").GetProperty("sub").GetString());
        Assert.Equal(IdentityHost.Court, claims.GetProperty("client_id").GetString());
        Assert.Equal(StandInIssuer.Url, claims.GetProperty("sub_iss").GetString());
        Assert.Equal("qingxiu-court", claims.GetProperty("agency").GetString());
        var (status, said) = await _host.CallAsync(answer.Token);
        Assert.Equal(200, status);
        Assert.EndsWith($"for {StandInIssuer.Url}#person-7", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exchange_OfAnIdToken_AndWithActorsBefore_KeepsThem()
    {
        var claims = StandInIssuer.Claims(_host.Now).With("act", new JsonObject { ["sub"] = "desk" });
        var answer = await ExchangeAsync(Forge.Sign(StandInIssuer.Header().With("typ", "JWT"), claims, _provider.Key), IdToken);

        Assert.Equal(200, answer.Status);
        Assert.Equal("desk", Forge.Read(answer.Token!, 1).GetProperty("act").GetProperty("act").GetProperty("sub").GetString()); // 200: there is one
    }

    [Fact]
    public async Task Exchanged_Token_EndsNoLaterThanThePersons()
    {
        var answer = await ExchangeAsync(Forge.Sign(
            StandInIssuer.Header(), StandInIssuer.Claims(_host.Now).With("exp", _host.Now.AddSeconds(90).ToUnixTimeSeconds()), _provider.Key));

        Assert.Equal(200, answer.Status);
        Assert.InRange(int.Parse(answer.ExpiresIn!, System.Globalization.CultureInfo.InvariantCulture), 85, 90); // 200: there is one
    }

    /// <summary>The new token is bound as the client's others are: a stolen one is of no use, whomever it is for.</summary>
    [Fact]
    public async Task Exchange_WithAProof_BindsTheTokenToItsKey()
    {
        using var possessor = new Possessor(_host);
        (string, string)[] exchange = [("grant_type", Grant), ("subject_token", _provider.Token(_host.Now)), ("subject_token_type", AccessToken)];
        possessor.Nonce = (await _host.FetchAsync(possessor.Assertion(), [possessor.Proof()], exchange)).Nonce;

        var answer = await _host.FetchAsync(possessor.Assertion(), [possessor.Proof()], exchange);

        Assert.Equal((200, "DPoP"), (answer.Status, answer.Type));
        var claims = Forge.Read(answer.Token!, 1); // 200: there is one
        Assert.Equal((possessor.Thumbprint, "person-7"), (claims.GetProperty("cnf").GetProperty("jkt").GetString(), claims.GetProperty("sub").GetString()));
        Assert.Equal(401, (await _host.CallAsync(answer.Token)).Status);
        possessor.Nonce = answer.Nonce;
        Assert.Equal(200, (await Possessor.CallAsync(_host, answer.Token!, [possessor.Proof(answer.Token)])).Status); // as above
    }

    /// <summary>One row for each check. The description is what the client is told.</summary>
    public static TheoryData<string, string> Refusals => new()
    {
        { "issuer unknown", NotTrusted },
        { "issuer mixed up: signed by another's key", NotTrusted },
        { "issuer of another agency", NotTrusted },
        { "issuer absent", NotTrusted },
        { "audience swapped", "The subject token is for another audience." },
        { "audience absent", "The subject token is for another audience." },
        { "two audiences", "The subject token is for another audience." },
        { "alg none", "The subject token is signed by an algorithm that is not accepted of its issuer." },
        { "alg HS256 under the public key", "The subject token is signed by an algorithm that is not accepted of its issuer." },
        { "alg not accepted", "The subject token is signed by an algorithm that is not accepted of its issuer." },
        { "kid absent", NotTrusted },
        { "kid a path", NotTrusted },
        { "kid a statement", NotTrusted },
        { "kid an address", NotTrusted },
        { "kid too long", NotTrusted },
        { "kid of the gateway's own key", NotTrusted },
        { "jwk in the header", "The subject token may not bring keys or critical extensions." },
        { "jku in the header", "The subject token may not bring keys or critical extensions." },
        { "x5u in the header", "The subject token may not bring keys or critical extensions." },
        { "crit in the header", "The subject token may not bring keys or critical extensions." },
        { "changed after signing", NotTrusted },
        { "expired", "The subject token has expired." },
        { "not yet valid", "The subject token is not valid yet." },
        { "issued in the future", "The subject token is not valid yet." },
        { "no expiry", "The subject token needs exp and iat." },
        { "no issue time", "The subject token needs exp and iat." },
        { "lives for days", "The subject token lives too long." },
        { "typ of another token", "The subject token is of another type than it is said to be." },
        { "no subject", "The subject token names no person." },
        { "no grant", "The person may do nothing here." },
        { "actor chain malformed", "The subject token, or its type, is malformed: an access token or ID token is exchanged, and no actor token." },
        { "a claim twice", "The subject token, or its type, is malformed: an access token or ID token is exchanged, and no actor token." },
        { "no JWT", "The subject token, or its type, is malformed: an access token or ID token is exchanged, and no actor token." },
        { "too large", "The subject token is too large." },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Exchange_OfAnUnsoundToken_IsRefusedWithItsFault(string fault, string description)
    {
        var answer = await ExchangeAsync(Unsound(fault));

        Assert.Equal((400, "invalid_request", description), (answer.Status, answer.Error, answer.Description));
        Assert.Null(answer.Token);
        Assert.Equal(200, (await ExchangeAsync(_provider.Token(_host.Now))).Status); // and a sound one is taken all the same
    }

    [Theory]
    [InlineData("urn:ietf:params:oauth:token-type:refresh_token")]
    [InlineData("urn:ietf:params:oauth:token-type:saml2")]
    public async Task Exchange_OfAnotherType_IsRefused(string type) =>
        Assert.Equal((400, "invalid_request"), await StatusAsync(_provider.Token(_host.Now), type));

    [Fact]
    public async Task Exchange_WithAnActorToken_IsRefused()
    {
        var token = _provider.Token(_host.Now);
        var answer = await _host.FetchAsync(
            Forge.Sign(Forge.Header(), Forge.Claims(_host.Now), _host.CourtKey), ("grant_type", Grant), ("subject_token", token), ("subject_token_type", AccessToken),
            ("actor_token", token), ("actor_token_type", AccessToken));

        Assert.Equal((400, "invalid_request"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task Exchange_WithoutAClient_IsRefused()
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = Grant, ["subject_token"] = _provider.Token(_host.Now), ["subject_token_type"] = AccessToken,
        });

        Assert.Null((await _host.PostAsync(form)).Token);
    }

    [Fact]
    public async Task Exchange_OfASingleUseToken_IsRefusedTheSecondTime()
    {
        _issuers.OfCourt = _provider.Pinned(singleUse: true);
        var token = _provider.Token(_host.Now);

        Assert.Equal(200, (await ExchangeAsync(token)).Status);
        Assert.Equal("The subject token has been exchanged already.", (await ExchangeAsync(token)).Description);
        var nameless = Forge.Sign(StandInIssuer.Header(), StandInIssuer.Claims(_host.Now).With("jti", null), _provider.Key);
        Assert.Equal("The subject token needs a jti.", (await ExchangeAsync(nameless)).Description);
    }

    [Fact]
    public async Task Exchange_WhereNoIssuerIsTrusted_IsRefused()
    {
        _issuers.OfCourt = null;

        Assert.Equal(NotTrusted, (await ExchangeAsync(_provider.Token(_host.Now))).Description);
    }

    [Theory]
    [InlineData(59, 200)]
    [InlineData(60, 400)]
    public async Task Exchange_AtTheEdgeOfTheSkew_Decides(int secondsAfterExpiry, int status)
    {
        var token = _provider.Token(_host.Now);
        _host.Time.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(secondsAfterExpiry));

        Assert.Equal(status, (await ExchangeAsync(token)).Status);
    }

    /// <summary>A token of ours that names an actor who is not its client is not ours.</summary>
    [Fact]
    public async Task Call_WithATokenOfAnotherActor_IsRefused()
    {
        var forged = Forge.Sign(
            Forge.TokenHeader(), Forge.TokenClaims(_host.Now).With("sub", "person-7").With("sub_iss", StandInIssuer.Url).With("grants", new JsonArray())
                .With("act", new JsonObject { ["sub"] = "other-system" }), _host.SigningKey);

        Assert.Equal(401, (await _host.CallAsync(forged)).Status);
    }

    private string Unsound(string fault)
    {
        var (now, header, claims) = (_host.Now, StandInIssuer.Header(), StandInIssuer.Claims(_host.Now));
        string Signed(ECDsa? key = null) => Forge.Sign(header, claims, key ?? _provider.Key);
        switch (fault)
        {
            case "issuer unknown": claims.With("iss", "https://login.nobody.test"); return Signed();
            case "issuer mixed up: signed by another's key": return Signed(_foreign.Key);
            case "issuer of another agency": claims.With("iss", "https://login.procuratorate.test"); return Signed(_foreign.Key);
            case "issuer absent": claims.With("iss", null); return Signed();
            case "audience swapped": claims.With("aud", "https://other.test"); return Signed();
            case "audience absent": claims.With("aud", null); return Signed();
            case "two audiences": claims.With("aud", new JsonArray(StandInIssuer.Audience, "https://other.test")); return Signed();
            case "alg none": return Forge.Unsigned(header.With("alg", "none"), claims);
            case "alg HS256 under the public key": return Forge.SignHmac(header.With("alg", "HS256"), claims, _provider.Key);
            case "alg not accepted": header.With("alg", "ES384"); return Signed();
            case "kid absent": header.With("kid", null); return Signed();
            case "kid a path": header.With("kid", "../../keys/token.pem"); return Signed();
            case "kid a statement": header.With("kid", "x' OR '1'='1"); return Signed();
            case "kid an address": header.With("kid", "http://127.0.0.1:1/keys"); return Signed();
            case "kid too long": header.With("kid", new string('k', 201)); return Signed();
            case "kid of the gateway's own key": header.With("kid", "gw-1"); return Signed(_host.SigningKey);
            case "jwk in the header": header.With("jwk", StandInIssuer.Jwk(_foreign.Key, StandInIssuer.Kid)); return Signed(_foreign.Key);
            case "jku in the header": header.With("jku", "https://login.nobody.test/keys"); return Signed();
            case "x5u in the header": header.With("x5u", "https://login.nobody.test/cert"); return Signed();
            case "crit in the header": header.With("crit", new JsonArray("exp")); return Signed();
            case "changed after signing":
                var parts = Signed().Split('.');
                return $"{parts[0]}.{Forge.Sign(header, claims.With("sub", "person-8"), _foreign.Key).Split('.')[1]}.{parts[2]}";
            case "expired": claims.With("iat", now.AddMinutes(-10).ToUnixTimeSeconds()).With("exp", now.AddMinutes(-2).ToUnixTimeSeconds()); return Signed();
            case "not yet valid": claims.With("nbf", now.AddMinutes(2).ToUnixTimeSeconds()); return Signed();
            case "issued in the future": claims.With("iat", now.AddMinutes(2).ToUnixTimeSeconds()); return Signed();
            case "no expiry": claims.With("exp", null); return Signed();
            case "no issue time": claims.With("iat", null); return Signed();
            case "lives for days": claims.With("exp", now.AddDays(2).ToUnixTimeSeconds()); return Signed();
            case "typ of another token": header.With("typ", "logout+jwt"); return Signed();
            case "no subject": claims.With("sub", null); return Signed();
            case "no grant": claims.With("roles", new JsonArray("other")); return Signed();
            case "actor chain malformed": claims.With("act", "desk"); return Signed();
            case "a claim twice": return Forge.Sign(header.ToJsonString(), claims.ToJsonString()[..^1] + ",\"sub\":\"person-8\"}", _provider.Key);
            case "no JWT": return "a.b";
            case "too large": claims.With("padding", new string('p', 9000)); return Signed();
            default: throw new ArgumentException(fault, nameof(fault));
        }
    }

    private async Task<(int Status, string? Error)> StatusAsync(string token, string type)
    {
        var answer = await ExchangeAsync(token, type);
        return (answer.Status, answer.Error);
    }

    private Task<IdentityHost.TokenAnswer> ExchangeAsync(string token, string type = AccessToken) => _host.FetchAsync(
        Forge.Sign(Forge.Header(), Forge.Claims(_host.Now), _host.CourtKey), ("grant_type", Grant), ("subject_token", token), ("subject_token_type", type));

    private static Task<IdentityHost> StartAsync(IAgencyIssuers issuers) => IdentityHost.StartAsync(more: services =>
    {
        services.AddSingleton(issuers);
        services.AddSingleton<IIssuerHandlers, StandInIssuer.Handlers>();
    });
}
