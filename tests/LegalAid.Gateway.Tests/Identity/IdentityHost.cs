using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Identity;
using LegalAid.Gateway.Identity.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace LegalAid.Gateway.Tests.Identity;

/// <summary>The identity module alone on a real Kestrel, with one court's client, and a clock that the test moves.</summary>
public sealed class IdentityHost : IAsyncDisposable
{
    public const string Issuer = "http://gateway.test/";
    public const string Court = "court-system";
    public const string CourtKid = "court-2026";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _errors;

    private IdentityHost(WebApplication app, ConcurrentQueue<string> errors, AgencyClientRegistry registry, ECDsa courtKey, ECDsa signingKey, FakeTimeProvider time)
    {
        _app = app;
        _errors = errors;
        Registry = registry;
        CourtKey = courtKey;
        SigningKey = signingKey;
        Time = time;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Http { get; }

    public AgencyClientRegistry Registry { get; }

    public ECDsa CourtKey { get; }

    /// <summary>The gateway's own key, for tokens that only a test would make.</summary>
    public ECDsa SigningKey { get; }

    public FakeTimeProvider Time { get; }

    public IServiceProvider Services => _app.Services;

    public DateTimeOffset Now => Time.GetUtcNow();

    public static AgencyClient CourtClient(ECDsa key) => new(
        Court, AgencyId.Parse("qingxiu-court"), "青秀区法院业务系统",
        new EquatableList<AgencyClientKey>([AgencyClientKey.From(CourtKid, key)]),
        Binding: BindingDemand.None);

    /// <param name="tls">Serves https in place of http, and takes any client certificate or none.</param>
    public static async Task<IdentityHost> StartAsync(
        Action<IdentityOptions>? configure = null, IReplayStore? replays = null, X509Certificate2? tls = null,
        IRevocationStore? revocations = null, Action<IServiceCollection>? more = null)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 1, 0, 0, TimeSpan.Zero));
        var courtKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signingKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var registry = new AgencyClientRegistry([CourtClient(courtKey)]);
        var errors = new ConcurrentQueue<string>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (tls is not null)
            {
                listen.UseHttps(tls, https =>
                {
                    https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                    https.AllowAnyClientCertificate();
                });
            }
        }));
        builder.Logging.ClearProviders().AddProvider(new ErrorCollector(errors));
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton<IAgencyClientRegistry>(registry);
        builder.Services.AddSingleton(replays ?? new MemoryReplayStore(time, entriesMax: 10_000));
        builder.Services.AddSingleton(revocations ?? new MemoryRevocations());
        builder.Services.AddGatewayIdentity(options =>
        {
            options.Issuer = new Uri(Issuer);
            options.SigningKeys = [new SigningKeyEntry("gw-1", signingKey)];
            options.AllowPlainHttp = true;
            configure?.Invoke(options);
        });
        more?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseRouting();
        app.UseGatewayIdentity();
        app.MapGet("/whoami", (HttpContext context) => context.GetCaller() is var caller
            ? $"{caller.Agency} {caller.ClientId} {caller.Binding} {string.Join(',', caller.Scopes)} {caller.TokenExpires.ToUnixTimeSeconds()}"
                + (caller.OnBehalfOf is { } person ? $" for {person.Issuer}#{person.Subject}" : "")
            : "");
        app.MapGet("/open", () => "open").AllowAnonymous();
        await app.StartAsync();
        return new IdentityHost(app, errors, registry, courtKey, signingKey, time);
    }

    public AgencyTokenSource TokenSource(HttpClient? http = null, ECDsa? proofKey = null) => new(
        http ?? Http, new AgencyCredential(new Uri(Http.BaseAddress!, "connect/token"), Issuer, Court, CourtKid, CourtKey, proofKey), Time);

    /// <summary>Shows an assertion at the token endpoint.</summary>
    public Task<TokenAnswer> FetchAsync(string assertion, params (string Name, string Value)[] more) => FetchAsync(assertion, [], more);

    /// <summary>The same with proofs of possession.</summary>
    public async Task<TokenAnswer> FetchAsync(string assertion, string[] proofs, params (string Name, string Value)[] more)
    {
        List<KeyValuePair<string, string>> form =
        [
            new("client_assertion_type", ClientAssertion.Type),
            new("client_assertion", assertion),
        ];
        if (!more.Any(pair => pair.Name == "grant_type"))
        {
            form.Add(new("grant_type", "client_credentials"));
        }

        form.AddRange(more.Select(pair => new KeyValuePair<string, string>(pair.Name, pair.Value)));
        using var content = new FormUrlEncodedContent(form);
        return await PostAsync(content, proofs);
    }

    public async Task<TokenAnswer> PostAsync(HttpContent content, params string[] proofs)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token") { Content = content }; // the content stays the caller's
        request.Headers.TryAddWithoutValidation("DPoP", proofs);
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("application/json", response.Content.Headers.ContentType?.ToString());
        using var json = JsonDocument.Parse(text);
        string? Member(string name) => json.RootElement.TryGetProperty(name, out var value) ? value.ToString() : null;
        return new TokenAnswer((int)response.StatusCode, Member("access_token"), Member("error"), Member("error_description"), Member("expires_in"),
            Member("token_type"), response.Headers.TryGetValues("DPoP-Nonce", out var nonces) ? nonces.Single() : null);
    }

    /// <summary>Calls with a token; the status and the fault that the challenge names (or the body, where it is 200).</summary>
    public async Task<(int Status, string Said)> CallAsync(string? token, string path = "/whoami")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, response.IsSuccessStatusCode
            ? await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
            : response.Headers.WwwAuthenticate.ToString());
    }

    /// <summary>Stops the host. Fails where anything was logged as Error.</summary>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        CourtKey.Dispose();
        SigningKey.Dispose();
        Assert.True(_errors.IsEmpty, string.Join(Environment.NewLine, _errors));
    }

    public sealed record TokenAnswer(int Status, string? Token, string? Error, string? Description, string? ExpiresIn, string? Type, string? Nonce);

    private sealed class ErrorCollector(ConcurrentQueue<string> errors) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                errors.Enqueue($"{formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
        }
    }
}
