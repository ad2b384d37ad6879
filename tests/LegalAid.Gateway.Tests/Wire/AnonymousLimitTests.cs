using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Edge.Limits.Anonymous;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Testing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>Whoever guesses or asks too much without a token is refused by network, and nobody else is. The tests' proxy says from where somebody comes.</summary>
public sealed class AnonymousLimitTests
{
    private const string Guesser = "198.51.100.7", Agency = "203.0.113.20", Another = "203.0.113.21";

    private static readonly AnonymousSettings BehindProxy = new()
    {
        FailuresMax = 3, FailuresAllMax = 1_000, RequestsMax = 4, RequestsAllMax = 1_000, TrustedProxies = new(["127.0.0.0/8"]),
    };

    private readonly ShiftedTime _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Guesses_AtTheTokenEndpoint_ShutOutTheirNetworkAloneUntilTheMinuteEnds()
    {
        await using var gateway = await StartAsync(BehindProxy);
        for (var guess = 0; guess < 3; guess++)
        {
            Assert.Equal((401, "invalid_client"), await TokenAsync(gateway, Guesser, "no.assertion.atall"));
        }

        var good = Assertion(gateway);
        using (var refused = await SendAsync(gateway, TokenRequest(good), Guesser))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.InRange(refused.Headers.RetryAfter?.Delta ?? default, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
            Assert.Equal("temporarily_unavailable", (await refused.Content.ReadFromJsonAsync<JsonNode>(Cancellation))?["error"]?.GetValue<string>());
        }

        Assert.Equal(429, await StatusAsync(gateway, new(HttpMethod.Post, "/connect/introspect") { Content = Form(("token", "x"), ("client_assertion", "x")) }, Guesser));
        Assert.Equal((200, ""), await TokenAsync(gateway, Agency, good)); // it was refused unseen: the assertion is not used up
        _time.Passed += TimeSpan.FromMinutes(1);
        Assert.Equal((200, ""), await TokenAsync(gateway, Guesser, Assertion(gateway)));
    }

    [Fact]
    public async Task Guesses_ByHundreds_LeaveTheClientsOfOtherNetworksAlone()
    {
        await using var gateway = await StartAsync(BehindProxy with { FailuresAllMax = 3 });
        var guesses = Enumerable.Range(0, 300).Select(async guess => (await TokenAsync(gateway, $"198.51.100.{guess % 100}", "no.assertion.atall")).Status);
        var clients = Enumerable.Range(0, 20).Select(async _ => (await TokenAsync(gateway, Agency, Assertion(gateway))).Status);

        var answers = await Task.WhenAll(Task.WhenAll(guesses), Task.WhenAll(clients));

        Assert.All(answers[0], status => Assert.True(status is 401 or 429));
        Assert.All(answers[1], status => Assert.Equal(200, status));
    }

    /// <summary>Once all networks together failed too often, each has a tenth of its bound: here one. Who has not failed is not touched by it.</summary>
    [Fact]
    public async Task Guesses_FromEverywhere_LeaveEachNetworkATenth()
    {
        await using var gateway = await StartAsync(BehindProxy with { FailuresMax = 10, FailuresAllMax = 12 });
        for (var network = 1; network <= 11; network++)
        {
            Assert.Equal(401, (await TokenAsync(gateway, $"198.51.100.{network}", "no.assertion.atall")).Status);
        }

        Assert.Equal(401, (await TokenAsync(gateway, "198.51.100.1", "no.assertion.atall")).Status); // the twelfth
        Assert.Equal(429, (await TokenAsync(gateway, "198.51.100.2", "no.assertion.atall")).Status);
        Assert.Equal((200, ""), await TokenAsync(gateway, Agency, Assertion(gateway)));
        Assert.Equal(401, (await TokenAsync(gateway, Agency, "no.assertion.atall")).Status);
        Assert.Equal(429, (await TokenAsync(gateway, Agency, "no.assertion.atall")).Status);
    }

    [Fact]
    public async Task Guesses_OfEnrolmentCodes_AreRefusedWithTheirCode()
    {
        await using var gateway = await StartAsync(BehindProxy);
        for (var guess = 0; guess < 3; guess++)
        {
            Assert.Equal(403, await StatusAsync(gateway, Enrolment(), Guesser));
        }

        using var refused = await SendAsync(gateway, Enrolment(), Guesser);
        var problem = await refused.Content.ReadFromJsonAsync<JsonNode>(Cancellation);
        Assert.Equal((HttpStatusCode.TooManyRequests, "TOO_MANY_ATTEMPTS"), (refused.StatusCode, problem?["code"]?.GetValue<string>()));
        Assert.InRange(refused.Headers.RetryAfter?.Delta ?? default, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Assert.Equal(403, await StatusAsync(gateway, Enrolment(), Another));
    }

    [Fact]
    public async Task Guesses_AtTheReturnOfASignIn_AreRefused()
    {
        await using var gateway = await StartAsync(BehindProxy);
        for (var guess = 0; guess < 3; guess++)
        {
            Assert.InRange(await StatusAsync(gateway, Get("/console/sign-in/nanning-justice-bureau?state=x&code=y"), Guesser), 400, 404);
        }

        Assert.Equal(429, await StatusAsync(gateway, Get("/console/sign-in/nanning-justice-bureau?state=x&code=y"), Guesser));
        Assert.InRange(await StatusAsync(gateway, Get("/console/sign-in/nanning-justice-bureau?state=x&code=y"), Another), 400, 404);
    }

    [Theory]
    [InlineData("/log/tile/0/000")]
    [InlineData("/log/checkpoint")]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/jwks")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/console/sign-in")]
    [InlineData("/console/sign-in/nanning-justice-bureau/start")]
    [InlineData("/calendars/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.ics")]
    public async Task Reading_WithoutToken_IsBoundedByNetwork(string path)
    {
        await using var gateway = await StartAsync(BehindProxy);
        for (var read = 0; read < 4; read++)
        {
            Assert.NotEqual(429, await StatusAsync(gateway, Get(path), Guesser));
        }

        using var refused = await SendAsync(gateway, Get(path), Guesser);
        Assert.Equal((HttpStatusCode.TooManyRequests, "application/problem+json"), (refused.StatusCode, refused.Content.Headers.ContentType?.MediaType));
        Assert.NotNull(refused.Headers.RetryAfter?.Delta);
        Assert.NotEqual(429, await StatusAsync(gateway, Get(path), Another));
        Assert.Equal(200, await StatusAsync(gateway, Get("/health/ready"), Guesser)); // a balancer is told the truth
        Assert.Equal((429, "temporarily_unavailable"), await TokenAsync(gateway, Guesser, "no.assertion.atall")); // who asks too much asks for no token either
    }

    [Theory]
    [InlineData("IPv6, one /64", "2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:1:ffff::3", "2001:db8:0:1:8000::", "2001:db8:0:2::1")]
    [InlineData("IPv4, also written as IPv6", "198.51.100.7", "::ffff:198.51.100.7", "198.51.100.7:1234", "198.51.100.7", "198.51.100.8")]
    [InlineData("whatever stands to the left", "10.0.0.1, 198.51.100.7", "203.0.113.20, 198.51.100.7", "198.51.100.7", "unknown, 198.51.100.7", "198.51.100.7, 198.51.100.8")]
    [InlineData("two proxies", "198.51.100.7, 127.0.0.9", "198.51.100.7", "198.51.100.7, 127.0.0.9, 127.0.0.10", "1.2.3.4, 198.51.100.7, 127.0.0.9", "198.51.100.8, 127.0.0.9")]
    public async Task Network_AsTheProxySaysIt_IsOneOrAnother(string what, string first, string second, string third, string same, string other)
    {
        await using var gateway = await StartAsync(BehindProxy);
        foreach (var from in new[] { first, second, third })
        {
            Assert.Equal(401, (await TokenAsync(gateway, from, "no.assertion.atall")).Status);
        }

        Assert.Equal((what, 429), (what, (await TokenAsync(gateway, same, "no.assertion.atall")).Status));
        Assert.Equal((what, 401), (what, (await TokenAsync(gateway, other, "no.assertion.atall")).Status));
    }

    [Theory]
    [InlineData("no address")]
    [InlineData("127.0.0.9, 127.0.0.10")]
    [InlineData("198.51.100.7, nobody")]
    [InlineData(null)]
    public async Task Network_ThatTheProxyDoesNotSay_IsNotCountedAsOne(string? from)
    {
        await using var gateway = await StartAsync(BehindProxy);
        for (var guess = 0; guess < 6; guess++)
        {
            Assert.Equal(401, (await TokenAsync(gateway, from, "no.assertion.atall")).Status);
        }
    }

    [Fact]
    public async Task ForwardedAddress_FromNoProxy_IsNotLookedAt()
    {
        await using var gateway = await StartAsync(BehindProxy with { TrustedProxies = new([]), CountLoopback = true });
        for (var guess = 1; guess <= 3; guess++)
        {
            Assert.Equal(401, (await TokenAsync(gateway, $"198.51.100.{guess}", "no.assertion.atall")).Status);
        }

        Assert.Equal(429, (await TokenAsync(gateway, "198.51.100.4", "no.assertion.atall")).Status);
    }

    /// <summary>A terminator on this machine that is not named brings everybody: one count for all would let one shut out the others.</summary>
    [Fact]
    public async Task Loopback_ByDefault_IsNotCountedAsOneNetwork()
    {
        await using var gateway = await StartAsync(BehindProxy with { TrustedProxies = new([]) });
        for (var guess = 0; guess < 6; guess++)
        {
            Assert.Equal(401, (await TokenAsync(gateway, Guesser, "no.assertion.atall")).Status);
        }

        Assert.Equal((200, ""), await TokenAsync(gateway, Guesser, Assertion(gateway)));
    }

    [Fact]
    public async Task Endpoints_ThatNeedNoToken_SayHowTheyAreLimited()
    {
        await using var gateway = await StartAsync(BehindProxy);
        var open = gateway.Gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null).ToList();

        Assert.True(open.Count >= 10, $"{open.Count} endpoints");
        Assert.All(open, endpoint => Assert.NotNull(endpoint.Metadata.GetMetadata<AnonymousUse>()));
    }

    private Task<GatewayFixture> StartAsync(AnonymousSettings anonymous) =>
        GatewayFixture.StartAsync(new GatewayStart { Time = _time, Adjust = settings => settings with { Anonymous = anonymous } });

    private static string Assertion(GatewayFixture gateway) => gateway[Notices.Court].Assertion(gateway.Issuer, TimeProvider.System.GetUtcNow());

    private static async Task<(int Status, string Error)> TokenAsync(GatewayFixture gateway, string? from, string assertion)
    {
        using var response = await SendAsync(gateway, TokenRequest(assertion), from);
        return ((int)response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonNode>(Cancellation))?["error"]?.GetValue<string>() ?? "");
    }

    private static HttpRequestMessage TokenRequest(string assertion) => new(HttpMethod.Post, "/connect/token")
    {
        Content = Form(
            ("grant_type", "client_credentials"), ("scope", GatewayIdentity.Scope), ("client_assertion_type", ClientAssertion.Type), ("client_assertion", assertion)),
    };

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) => new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private static HttpRequestMessage Enrolment() => new(HttpMethod.Post, "/v1/enrolments")
    {
        Content = new StringContent("""{"code":"AAAA-AAAA-AAAA-AAAA","csr":"x"}""", Encoding.UTF8, "application/json"),
    };

    private static HttpRequestMessage Get(string path) => new(HttpMethod.Get, path);

    private static async Task<int> StatusAsync(GatewayFixture gateway, HttpRequestMessage request, string? from)
    {
        using var response = await SendAsync(gateway, request, from);
        return (int)response.StatusCode;
    }

    private static async Task<HttpResponseMessage> SendAsync(GatewayFixture gateway, HttpRequestMessage request, string? from)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = gateway.Gateway.Rest };
        using (request)
        {
            if (from is not null)
            {
                request.Headers.TryAddWithoutValidation("X-Forwarded-For", from);
            }

            return await http.SendAsync(request, Cancellation);
        }
    }
}
