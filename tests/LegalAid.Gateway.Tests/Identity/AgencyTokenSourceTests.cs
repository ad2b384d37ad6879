using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Client;
using Microsoft.Extensions.Options;

namespace LegalAid.Gateway.Tests.Identity;

/// <summary>The client side, against the real provider.</summary>
public sealed class AgencyTokenSourceTests
{
    [Fact]
    public async Task Get_ManyAtOnce_FetchesOnceAndRenewsBeforeExpiry()
    {
        await using var host = await IdentityHost.StartAsync();
        using var counter = new Counter { InnerHandler = new HttpClientHandler() };
        using var http = new HttpClient(counter);
        using var tokens = host.TokenSource(http);
        var cancellation = TestContext.Current.CancellationToken;

        var first = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => tokens.GetAsync(cancellation).AsTask()));
        Assert.Single(first.Distinct());
        Assert.Equal(1, counter.Sent);

        host.Time.Advance(TimeSpan.FromSeconds(539));
        Assert.Equal(first[0], await tokens.GetAsync(cancellation));
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotEqual(first[0], await tokens.GetAsync(cancellation));
        Assert.Equal(2, counter.Sent);
    }

    [Fact]
    public async Task Get_ClientDisabled_ThrowsTheProvidersCode()
    {
        await using var host = await IdentityHost.StartAsync();
        host.Registry.Replace([IdentityHost.CourtClient(host.CourtKey) with { Enabled = false }]);
        using var tokens = host.TokenSource();

        var refused = await Assert.ThrowsAsync<TokenRefusedException>(async () => await tokens.GetAsync(TestContext.Current.CancellationToken));

        Assert.Equal((401, "invalid_client"), (refused.Status, refused.Error));
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    public async Task Get_EndpointCannotAtPresent_IsNoRefusalAndTheNextCallFetches(HttpStatusCode status)
    {
        await using var host = await IdentityHost.StartAsync();
        using var busy = new BusyOnce(status) { InnerHandler = new HttpClientHandler() };
        using var http = new HttpClient(busy);
        using var tokens = host.TokenSource(http);
        var cancellation = TestContext.Current.CancellationToken;

        var failed = await Assert.ThrowsAsync<HttpRequestException>(async () => await tokens.GetAsync(cancellation));

        Assert.Equal(status, failed.StatusCode);
        Assert.NotEmpty(await tokens.GetAsync(cancellation));
    }

    [Fact]
    public async Task Handler_OnAClient_CallsAsTheAgency()
    {
        await using var host = await IdentityHost.StartAsync();
        using var tokens = host.TokenSource();
        using var http = new HttpClient(new AgencyTokenHandler(tokens) { InnerHandler = new HttpClientHandler() }) { BaseAddress = host.Http.BaseAddress };

        Assert.StartsWith("qingxiu-court", await http.GetStringAsync("/whoami", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_UnsoundOptions_AreAllReported()
    {
        using var large = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(async () => await IdentityHost.StartAsync(options =>
        {
            options.Issuer = new Uri("https://gateway.test/?x=1");
            options.SigningKeys = [new SigningKeyEntry("k", large), new SigningKeyEntry("k", large, Retired: true)];
            options.AccessTokenLifetime = TimeSpan.FromSeconds(59);
            options.ValidatedTokensMax = 1;
            options.EncryptionKey = new byte[16];
        }));
        Assert.Equal(6, failure.Failures.Count());
    }

    [Theory]
    [InlineData(31, 32)]
    [InlineData(32, 32)]
    public void Key_NotAPointOfTheCurve_IsNull(int xBytes, int yBytes) =>
        Assert.Null(AgencyClientKey.TryCreate("k", JsonSerializer.SerializeToElement(new
        {
            kty = "EC", crv = "P-256", x = Base64Url.EncodeToString(new byte[xBytes]), y = Base64Url.EncodeToString(new byte[yBytes]),
        })));

    [Fact]
    public void Registry_MalformedOrRepeatedId_KeepsTheOldSnapshot()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var client = IdentityHost.CourtClient(key);
        var registry = new AgencyClientRegistry([client]);

        Assert.Throws<ArgumentException>(() => registry.Replace([client, client]));
        Assert.Throws<ArgumentException>(() => registry.Replace([client with { ClientId = "a b" }]));
        Assert.Same(client, registry.Find(IdentityHost.Court));
    }

    /// <summary>What stands before the provider answers once in its place, as the provider's own form would be.</summary>
    private sealed class BusyOnce(HttpStatusCode status) : DelegatingHandler
    {
        private bool _answered;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (_answered)
            {
                return await base.SendAsync(request, cancellationToken);
            }

            _answered = true;
            return new HttpResponseMessage(status) { Content = new StringContent("{\"error\":\"temporarily_unavailable\"}") };
        }
    }

    private sealed class Counter : DelegatingHandler
    {
        private int _sent;

        public int Sent => _sent;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _sent);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
