using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Client;

namespace LegalAid.Gateway.Tests.Identity;

/// <summary>What becomes of a token after it was issued: revoked (RFC 7009) and asked about (RFC 7662).</summary>
public sealed class RevocationTests
{
    private const string Details =
        """[{"type":"legalaid_gateway","actions":["legalaid.directory.v1.DirectoryService/WhoAmI"],"purposes":["directory","legal-aid-case"]}]""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Revoke_OwnToken_DiesHereAtOnceAndOnEachNodeWithinFiveSeconds()
    {
        using var signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var revocations = new MemoryRevocations();
        void Same(IdentityOptions options) => options.SigningKeys = [new SigningKeyEntry("gw-1", signing)];
        await using var host = await IdentityHost.StartAsync(Same, revocations: revocations);
        await using var other = await IdentityHost.StartAsync(Same, revocations: revocations);
        var (token, bystander) = (await FetchAsync(host), await FetchAsync(host));
        Assert.Equal(200, (await other.CallAsync(token)).Status);

        Assert.Equal((200, ""), await AskAsync(host, "revoke", token));

        Assert.Contains("TOKEN_REVOKED", (await host.CallAsync(token)).Said, StringComparison.Ordinal);
        other.Time.Advance(TimeSpan.FromSeconds(3.5));
        Assert.Contains("TOKEN_REVOKED", (await other.CallAsync(token)).Said, StringComparison.Ordinal);
        Assert.Equal(200, (await host.CallAsync(bystander)).Status);
        Assert.Equal(200, (await other.CallAsync(bystander)).Status);
        Assert.Equal((200, ""), await AskAsync(host, "revoke", token)); // again changes nothing
    }

    [Fact]
    public async Task Revoke_Token_DiesInEveryFormOfItsSignature()
    {
        await using var host = await IdentityHost.StartAsync();
        var token = await FetchAsync(host);
        var twin = OtherSignature(token);
        Assert.Equal(200, (await host.CallAsync(twin)).Status); // it verifies

        await AskAsync(host, "revoke", token);

        Assert.Contains("TOKEN_REVOKED", (await host.CallAsync(twin)).Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_ListOfRevokedTokensUnread_IsRefusedOnceTheListIsTooOld()
    {
        var revocations = new MemoryRevocations();
        await using var host = await IdentityHost.StartAsync(revocations: revocations);
        var token = await FetchAsync(host);
        Assert.Equal(200, (await host.CallAsync(token)).Status);
        revocations.Away = true;
        host.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(200, (await host.CallAsync(token)).Status);
        host.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((503, ""), await host.CallAsync(token));
        Assert.Equal(503, (await AskAsync(host, "revoke", token)).Status);
        Assert.Equal(503, (await AskAsync(host, "introspect", token)).Status);
        revocations.Away = false;
        Assert.Equal(200, (await host.CallAsync(token)).Status);
    }

    [Fact]
    public async Task Revoke_TokenOfAnotherClient_IsRefusedAndTheTokenLives()
    {
        await using var host = await IdentityHost.StartAsync();
        using var police = EnrolPolice(host);
        var token = await FetchAsync(host);

        var (status, said) = await AskAsync(host, "revoke", token, PoliceAssertion(host, police));

        Assert.Equal(400, status);
        Assert.Contains("unauthorized_client", said, StringComparison.Ordinal);
        Assert.Equal(200, (await host.CallAsync(token)).Status);
    }

    [Theory]
    [InlineData("revoke")]
    [InlineData("introspect")]
    public async Task Ask_WithoutProofOfTheClient_IsRefused(string endpoint)
    {
        await using var host = await IdentityHost.StartAsync();
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var token = await FetchAsync(host);
        var used = Assertion(host);
        Assert.Equal(200, (await host.FetchAsync(used)).Status);

        Assert.Contains("invalid_client", (await AskAsync(host, endpoint, token, used)).Said, StringComparison.Ordinal);
        Assert.Contains("invalid_client", (await AskAsync(host, endpoint, token, Forge.Sign(Forge.Header(), Forge.Claims(host.Now), stranger))).Said, StringComparison.Ordinal);
        Assert.Contains("invalid_client", (await AskAsync(host, endpoint, token, assertion: "")).Said, StringComparison.Ordinal);
        Assert.Contains("invalid_client", (await AskAsync(host, endpoint, token, Assertion(host), ("client_id", "police-system"))).Said, StringComparison.Ordinal);
        Assert.Contains("invalid_request", (await AskAsync(host, endpoint, token, Assertion(host), ("token", token))).Said, StringComparison.Ordinal);
        using var got = await host.Http.GetAsync($"/connect/{endpoint}?token=x", Cancellation);
        Assert.Equal(400, (int)got.StatusCode);
        Assert.Equal(200, (await host.CallAsync(token)).Status);
    }

    [Theory]
    [InlineData("rubbish")]
    [InlineData("a.b.c")]
    public async Task Ask_AboutNoToken_SaysNothing(string token)
    {
        await using var host = await IdentityHost.StartAsync();

        Assert.Equal((200, ""), await AskAsync(host, "revoke", token));
        Assert.Equal((200, """{"active":false}"""), await AskAsync(host, "introspect", token));
    }

    [Fact]
    public async Task Introspect_OwnToken_SaysWhoseForWhatAndHowBound()
    {
        await using var host = await IdentityHost.StartAsync();
        using var court = new Possessor(host);
        court.Nonce = (await host.FetchAsync(Assertion(host), [court.Proof()])).Nonce;
        var token = (await host.FetchAsync(Assertion(host), [court.Proof()], ("authorization_details", Details))).Token!; // it was issued

        var (_, said) = await AskAsync(host, "introspect", token);

        using var answer = JsonDocument.Parse(said);
        var root = answer.RootElement;
        Assert.True(root.GetProperty("active").GetBoolean());
        Assert.Equal(("qingxiu-court", "court-system", "gateway", "DPoP"), (Text("agency"), Text("client_id"), Text("scope"), Text("token_type")));
        Assert.Equal(court.Thumbprint, root.GetProperty("cnf").GetProperty("jkt").GetString());
        Assert.Equal(host.Now.AddMinutes(10).ToUnixTimeSeconds(), root.GetProperty("exp").GetInt64());
        Assert.Equal("legal-aid-case", root.GetProperty("authorization_details")[0].GetProperty("purposes")[1].GetString());
        string? Text(string name) => root.GetProperty(name).GetString();
    }

    [Fact]
    public async Task Introspect_RevokedExpiredOrAnotherAgencys_IsInactiveAndNoMore()
    {
        await using var host = await IdentityHost.StartAsync();
        using var police = EnrolPolice(host);
        var (revoked, own) = (await FetchAsync(host), await FetchAsync(host));
        await AskAsync(host, "revoke", revoked);

        Assert.Equal((200, """{"active":false}"""), await AskAsync(host, "introspect", revoked));
        Assert.Equal((200, """{"active":false}"""), await AskAsync(host, "introspect", own, PoliceAssertion(host, police)));
        host.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal((200, """{"active":false}"""), await AskAsync(host, "introspect", own));
    }

    [Fact]
    public async Task Fetch_Bounds_StandInTokenAndAnswer()
    {
        await using var host = await IdentityHost.StartAsync();

        var answer = await host.FetchAsync(Assertion(host), ("authorization_details", Details));

        var claim = Forge.Read(answer.Token!, 1).GetProperty("authorization_details"); // it was issued
        Assert.Equal("legalaid_gateway", claim[0].GetProperty("type").GetString());
        Assert.Equal("legalaid.directory.v1.DirectoryService/WhoAmI", claim[0].GetProperty("actions")[0].GetString());
        Assert.Equal(200, (await host.CallAsync(answer.Token)).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""[{"type":"payment_initiation"}]""")]
    [InlineData("""[{"type":"legalaid_gateway"}]""")]
    [InlineData("""[{"type":"legalaid_gateway","purposes":[]}]""")]
    [InlineData("""[{"type":"legalaid_gateway","purposes":["curiosity"]}]""")]
    [InlineData("""[{"type":"legalaid_gateway","actions":["legalaid.directory.v1.DirectoryService/Everything"]}]""")]
    [InlineData("""[{"type":"legalaid_gateway","purposes":["directory"],"locations":["https://other.test"]}]""")]
    [InlineData("""[{"type":"legalaid_gateway","purposes":["directory"]},{"type":"legalaid_gateway","purposes":["directory"]}]""")]
    [InlineData("""[{"type":"legalaid_gateway","purposes":["directory"],"purposes":["cooperation"]}]""")]
    public async Task Fetch_BoundsNotUnderstood_IssueNoToken(string details)
    {
        await using var host = await IdentityHost.StartAsync();

        var answer = await host.FetchAsync(Assertion(host), ("authorization_details", details));

        Assert.Null(answer.Token);
        Assert.Equal(400, answer.Status);
    }

    private static async Task<string> FetchAsync(IdentityHost host) => (await host.FetchAsync(Assertion(host))).Token!; // it was issued

    private static string Assertion(IdentityHost host) => Forge.Sign(Forge.Header(), Forge.Claims(host.Now), host.CourtKey);

    private static ECDsa EnrolPolice(IdentityHost host)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        host.Registry.Replace(
        [
            IdentityHost.CourtClient(host.CourtKey),
            new AgencyClient(
                "police-system", AgencyId.Parse("qingxiu-police"), "公安", new EquatableList<AgencyClientKey>([AgencyClientKey.From("police-2026", key)]),
                Binding: BindingDemand.None),
        ]);
        return key;
    }

    private static string PoliceAssertion(IdentityHost host, ECDsa key) => Forge.Sign(
        Forge.Header().With("kid", "police-2026"), Forge.Claims(host.Now).With("iss", "police-system").With("sub", "police-system"), key);

    private static async Task<(int Status, string Said)> AskAsync(
        IdentityHost host, string endpoint, string token, string? assertion = null, params (string Name, string Value)[] more)
    {
        using var form = new FormUrlEncodedContent(
        [
            new("token", token), new("client_assertion_type", ClientAssertion.Type), new("client_assertion", assertion ?? Assertion(host)),
            .. more.Select(one => new KeyValuePair<string, string>(one.Name, one.Value)),
        ]);
        using var response = await host.Http.PostAsync($"/connect/{endpoint}", form, Cancellation);
        Assert.True(response.Headers.CacheControl?.NoStore);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }

    /// <summary>The same token with the signature (r, n − s), which verifies as well as (r, s).</summary>
    private static string OtherSignature(string token)
    {
        var parts = token.Split('.');
        var signature = Base64Url.DecodeFromChars(parts[2]);
        var order = BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var other = (order - new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true)).ToByteArray(isUnsigned: true, isBigEndian: true);
        signature.AsSpan(32).Clear();
        other.CopyTo(signature.AsSpan(64 - other.Length));
        return $"{parts[0]}.{parts[1]}.{Base64Url.EncodeToString(signature)}";
    }
}
