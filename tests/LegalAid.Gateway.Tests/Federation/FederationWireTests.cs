using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Testing;
using Microsoft.AspNetCore.WebUtilities;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>A whole gateway and a real provider: a person's token is exchanged and used, and what the configuration takes back is gone at once.</summary>
public sealed class FederationWireTests(StaffScene scene) : IClassFixture<StaffScene>, IAsyncLifetime
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Puts back what a test changed.</summary>
    public async ValueTask DisposeAsync() => await scene.RestartAsync(scene.Issuers());

    [Fact]
    public async Task PersonsToken_Exchanged_ActsForThePersonWithinTheirGrants()
    {
        var (status, body) = await ExchangeAsync(await PersonsTokenAsync("sun.reader"));
        Assert.Equal(200, status);
        Assert.Equal("urn:ietf:params:oauth:token-type:access_token", body["issued_token_type"]?.GetValue<string>());
        var token = body["access_token"]?.GetValue<string>() ?? "";

        var who = await CallAsync(token, "/v1/whoami");
        Assert.Equal((200, $"agencies/{StaffScene.Bureau}"), (who.Status, who.Body?["agency"]?["name"]?.GetValue<string>()));
        Assert.Equal($"{Authority}#sun.reader", who.Body?["onBehalfOf"]?.GetValue<string>());

        // The agency may list agencies; the person may not, and the refusal says for whom it was without naming them.
        Assert.Equal(200, (await scene.Gateway[StaffScene.Bureau].GetAsync("/v1/agencies", Cancellation)).Status);
        Assert.Equal(403, (await CallAsync(token, "/v1/agencies")).Status);
        var refusal = scene.Gateway.Store.Refusals()[^1];
        Assert.Equal(32, refusal["onBehalfOf"]?.GetValue<string>().Length);
        Assert.DoesNotContain("sun", refusal.ToJsonString(), StringComparison.Ordinal);
    }

    /// <summary>A person may do what the grants say, and no grant is about the system's own key.</summary>
    [Fact]
    public async Task PersonsToken_Exchanged_ChangesNoKeyOfTheSystem()
    {
        var (_, body) = await ExchangeAsync(await PersonsTokenAsync("sun.reader"));

        var refused = await CallAsync(body["access_token"]?.GetValue<string>() ?? "", "/v1/enrolments:changeKey", HttpMethod.Post);

        Assert.Equal((403, "PERMISSION_DENIED"), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task PersonsToken_OfSomebodyWithoutGrant_IsNotExchanged()
    {
        var (status, body) = await ExchangeAsync(await PersonsTokenAsync("sun.visitor"));

        Assert.Equal((400, "The person may do nothing here."), (status, body["error_description"]?.GetValue<string>()));
    }

    /// <summary>A system of another agency shows a token of the bureau's person, however it came by it.</summary>
    [Fact]
    public async Task PersonsToken_InAnotherAgencysHands_IsNotExchanged()
    {
        var (status, body) = await ExchangeAsync(await PersonsTokenAsync("sun.reader"), scene.Gateway[Notices.Court]);

        Assert.Equal((400, "The subject token is of no issuer that is trusted for this client's agency."), (status, body["error_description"]?.GetValue<string>()));
    }

    [Fact]
    public async Task Grant_TakenOutOfTheConfiguration_IsGoneAtTheNextCall()
    {
        var token = (await ExchangeAsync(await PersonsTokenAsync("sun.reader"))).Body["access_token"]?.GetValue<string>() ?? "";
        Assert.Equal(200, (await CallAsync(token, "/v1/whoami")).Status);

        await scene.RestartAsync(scene.Issuers().Replace("value: reader", "value: writer", StringComparison.Ordinal));

        Assert.Equal(403, (await CallAsync(token, "/v1/whoami")).Status);
    }

    [Fact]
    public async Task Session_GoesOnAfterARestart_AndEndsWithItsRole()
    {
        using var browser = await scene.SignedInAsync("li.gw-operator");
        await scene.RestartAsync(scene.Issuers());
        browser.Listener = scene.Gateway.Gateway.Rest;
        Assert.Equal("/console/approvals", (await browser.GetAsync("/console/approvals")).Address.AbsolutePath);

        await scene.RestartAsync(scene.Issuers(roles: "auditor, administrator"));
        browser.Listener = scene.Gateway.Gateway.Rest;
        Assert.Equal("/console/sign-in", (await browser.GetAsync("/console/approvals")).Address.AbsolutePath);
    }

    /// <summary>Server-side request forgery: whatever a provider's name or documents lead to, nothing is fetched outside of the allowed networks.</summary>
    [Fact]
    public async Task Provider_OutsideOfItsNetworks_IsNeverCalled()
    {
        var token = await PersonsTokenAsync("sun.reader");
        await scene.RestartAsync(scene.Issuers(networks: "10.99.0.0/16"));
        using var browser = scene.Open();

        Assert.Equal(503, (await browser.GetAsync(StaffScene.Start)).Status);
        Assert.Equal(400, (await ExchangeAsync(token)).Status);
        Assert.Contains(scene.Gateway.Logs.LinesFrom(0), line => line.Contains("no address of the recipient is in its allowed networks", StringComparison.Ordinal));
    }

    private string Authority => scene.Provider.Issuer.GetLeftPart(UriPartial.Authority);

    /// <summary>A person signs in at the agency's own desk, which gets a token for the gateway (RFC 8707).</summary>
    private async Task<string> PersonsTokenAsync(string login)
    {
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        using var browser = scene.Open();
        browser.StopBefore = address => address.AbsolutePath == "/desk";
        var answer = await browser.SignInAsync(login, QueryHelpers.AddQueryString($"{Authority}/auth", new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["client_id"] = AgencyProvider.DeskClient, ["redirect_uri"] = AgencyProvider.DeskAddress, ["response_type"] = "code", ["scope"] = "openid act",
            ["resource"] = StaffScene.Audience, ["code_challenge_method"] = "S256", ["state"] = "desk",
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))),
        }));
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code", ["client_id"] = AgencyProvider.DeskClient, ["redirect_uri"] = AgencyProvider.DeskAddress,
            ["code"] = QueryHelpers.ParseQuery(answer.Address.Query)["code"].ToString(), ["code_verifier"] = verifier, ["resource"] = StaffScene.Audience,
        });
        using var response = await http.PostAsync(new Uri($"{Authority}/token"), form, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)?["access_token"]?.GetValue<string>() ?? throw new InvalidOperationException("no token");
    }

    private async Task<(int Status, JsonNode Body)> ExchangeAsync(string subject, AgencySystem? system = null)
    {
        system ??= scene.Gateway[StaffScene.Bureau];
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
            ["subject_token"] = subject,
            ["subject_token_type"] = "urn:ietf:params:oauth:token-type:access_token",
            ["scope"] = "gateway",
            ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = system.Assertion(scene.PublicAddress.AbsoluteUri, TimeProvider.System.GetUtcNow()),
        });
        using var response = await http.PostAsync(new Uri(scene.Gateway.Gateway.Rest, "/connect/token"), form, Cancellation);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation)) ?? throw new InvalidOperationException("no JSON"));
    }

    private async Task<RestAnswer> CallAsync(string token, string path, HttpMethod? verb = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(verb ?? HttpMethod.Get, new Uri(scene.Gateway.Gateway.Rest, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request, Cancellation);
        return await RestAnswer.ReadAsync(response, Cancellation);
    }
}
