using System.Net;
using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using LegalAid.Gateway.Benchmarks.Gateway;
using LegalAid.Gateway.Benchmarks.Measure;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Demo;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Identity.Client;
using LegalAid.Gateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Benchmarks;

/// <summary>
/// Calls of a published service a second, against YARP that passes the same answer on unread: by a bearer token and by one that is bound to a key (DPoP, a proof for
/// each call), each with the audit leaf and without. Then the same by a token that is bound to the connection's certificate, against YARP behind mutual TLS too. Agency,
/// gateway, bare proxies and callers share the process and the processor. SQLite.
/// </summary>
internal static class Published
{
    private const int WarmUp = 500;
    private const string Path = "/svc/nanning-qingxiu-court/case-status/cases/1";

    /// <summary>1 KB as a court might answer, of which a third is granted.</summary>
    private static readonly byte[] Answer = Encoding.UTF8.GetBytes(
        $$"""{"caseNumber":"1","stage":"first-instance","judge":"x","court":{"name":"y","node":7},"hearings":[{{string.Join(',', Enumerable.Range(0, 6).Select(day => $$"""{"time":"2026-04-0{{day + 1}}T09:00:00+08:00","courtroom":"3","notes":"{{new string('n', 50)}}"}"""))}}],"rest":"{{new string('r', 200)}}"}""");

    public static async Task RunAsync(BenchmarkSettings settings, CancellationToken cancellationToken)
    {
        await using var court = await ServeAsync(services => { }, app => app.Run(static async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = Answer.Length;
            await context.Response.Body.WriteAsync(Answer);
        }));
        var upstream = AddressOf(court);
        await using var bare = await ServeAsync(static services => services.AddHttpForwarder(), app => app.MapForwarder("/{**rest}", upstream));
        using var plain = new HttpClient { BaseAddress = new Uri(AddressOf(bare)) };
        using var authority = new TestAuthority();
        using var shown = TestAuthority.SelfSigned("CN=centre.example");
        using var server = X509CertificateLoader.LoadPkcs12(authority.IssueServer().Export(X509ContentType.Pkcs12), null);
        await using var bareTls = await ServeAsync(static services => services.AddHttpForwarder(), app => app.MapForwarder("/{**rest}", upstream), listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = server;
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = static (_, _, _) => true;
        }));
        using var mutual = new HttpClient(authority.Handler(shown)) { BaseAddress = new Uri(AddressOf(bareTls)) };
        Report.Line($"published: {Answer.Length} bytes from the agency; one process");
        var rows = new List<IReadOnlyList<string>>();
        foreach (var (name, bound, kept, certified) in new[]
        {
            ("bearer, leaf", false, true, false), ("bearer, no leaf", false, false, false), ("DPoP, leaf", true, true, false), ("DPoP, no leaf", true, false, false),
            ("certificate, leaf", false, true, true), ("certificate, no leaf", false, false, true),
        })
        {
            await using var gateway = await PublishingGateway.StartAsync(upstream, bound, kept, certified ? (authority, shown) : null, cancellationToken);
            var floor = certified ? mutual : plain;
            foreach (var callers in settings.Producers)
            {
                var count = settings.Scaled(callers == 1 ? 8_000 : 40_000);
                var runs = await PairedRuns.RunAsync(
                    settings.Pairs,
                    () => MeasureAsync(floor, callers, count, settings.Longest, cancellationToken),
                    () => MeasureAsync(gateway.Rest, callers, count, settings.Longest, cancellationToken));
                rows.Add(runs.Row($"{name}, {callers}"));
            }
        }

        Report.Table(PairedRuns.Heads, rows);
    }

    private static async Task<RunFigures> MeasureAsync(HttpClient client, int callers, int count, TimeSpan longest, CancellationToken cancellationToken)
    {
        var address = new Uri(Path, UriKind.Relative);
        _ = await Load.RunAsync(callers, WarmUp, CallAsync);
        return await Load.RunAsync(callers, count, CallAsync, longest);

        async Task CallAsync(int number)
        {
            using var response = await client.GetAsync(address, cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK || (await response.Content.ReadAsByteArrayAsync(cancellationToken)).Length < 100)
            {
                throw new InvalidOperationException($"call {number} was answered {response.StatusCode}");
            }
        }
    }

    private static async Task<WebApplication> ServeAsync(Action<IServiceCollection> add, Action<WebApplication> map, Action<ListenOptions>? how = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, how ?? (static _ => { })));
        add(builder.Services);
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        return app;
    }

    private static string AddressOf(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.Single() ?? throw new InvalidOperationException("it has no address");

    /// <summary>The shipped gateway with the service's address and without its quota; the leaf may be left out, and nothing else.</summary>
    private sealed class PublishingGateway : IAsyncDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("legalaid-bench-");
        private readonly AgencySystem _centre;
        private readonly FileLogs _logs;
        private DemoGateway? _gateway;
        private AgencyTokenSource? _tokens;
        private HttpClient? _mutual;

        private PublishingGateway(bool bound) =>
            (_centre, _logs) = (new AgencySystem(Notices.AidCentre, bound), new FileLogs(System.IO.Path.Combine(_folder.FullName, "gateway.log")));

        /// <summary>The centre's client, over the listener for certificates where there is one.</summary>
        public HttpClient Rest => _mutual ?? _centre.Rest;

        /// <param name="certified">Whose certificate the client shows, and who vouches for the gateway's; null: neither.</param>
        public static async Task<PublishingGateway> StartAsync(
            string upstream, bool bound, bool kept, (TestAuthority Authority, X509Certificate2 Client)? certified, CancellationToken cancellationToken)
        {
            var gateway = new PublishingGateway(bound);
            var secrets = Directory.CreateDirectory(System.IO.Path.Combine(gateway._folder.FullName, "var", "keys", "services"));
            await File.WriteAllTextAsync(System.IO.Path.Combine(secrets.FullName, "court-case-status.secret"), "Basic bench", cancellationToken);
            if (certified is { Authority: var issuing })
            {
                using var server = issuing.IssueServer();
                await File.WriteAllTextAsync(gateway.Key("tls.pem"), TestAuthority.PemOf(server), cancellationToken);
                await File.WriteAllTextAsync(gateway.Key("authorities.pem"), issuing.Root.ExportCertificatePem(), cancellationToken);
            }

            var options = new GatewayHostOptions
            {
                ConfigurationFolder = GatewayFixture.ConfigurationFolder,
                WorkingFolder = gateway._folder.FullName,
                Overlay =
                [
                    Shipped("services/case-status.yaml", text => text.Replace("http://127.0.0.1:8082/api", upstream, StringComparison.Ordinal)),
                    Shipped("sharing/services.yaml", text => text.Replace("    quota: { count: 600, per: minute }\n", "", StringComparison.Ordinal)),
                ],
                Adjust = settings => DemoSettings.Of(settings, GatewayFixture.SeedFolder, freePorts: true) with
                {
                    MutualTls = certified is null ? null : new MutualTlsSettings
                    {
                        PublicAddress = new Uri("https://localhost:8444"), Listener = new Uri("https://127.0.0.1:0"), Authorities = gateway.Key("authorities.pem"),
                    },
                },
                Logs = gateway._logs,
                AroundStore = kept ? null : LeaflessStore.Before,
            };
            gateway._gateway = await DemoGateway.StartAsync(
                options, new Dictionary<string, AgencySystem>(StringComparer.Ordinal) { [Notices.AidCentre] = gateway._centre }, [], cancellationToken);
            if (certified is var (authority, client))
            {
                var services = gateway._gateway.Services;
                var address = new Uri(services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.ElementAt(2)); // after REST and gRPC
                var credential = gateway._centre.Credential(new Uri(address, "/connect/token"), services.GetRequiredService<GatewaySettings>().PublicAddress.AbsoluteUri);
                gateway._tokens = new AgencyTokenSource(new HttpClient(authority.Handler(client)), credential, TimeProvider.System);
                gateway._mutual = new HttpClient(new AgencyTokenHandler(gateway._tokens) { InnerHandler = authority.Handler(client) }) { BaseAddress = address };
            }

            return gateway;
        }

        public async ValueTask DisposeAsync()
        {
            _mutual?.Dispose();
            _tokens?.Dispose();
            if (_gateway is not null)
            {
                await _gateway.DisposeAsync();
            }

            _centre.Dispose();
            _logs.Close();
            _folder.Delete(recursive: true);
        }

        private string Key(string file) => System.IO.Path.Combine(_folder.FullName, "var", "keys", file);

        private static ConfigurationFile Shipped(string path, Func<string, string> change) =>
            new(path, change(File.ReadAllText(System.IO.Path.Combine(GatewayFixture.ConfigurationFolder, path))));
    }
}

/// <summary>Says of the leaf of an access that it is kept, and keeps nothing; the rest goes to the real store.</summary>
public class LeaflessStore : DispatchProxy
{
    private ILedgerStore? _inner;

    public static ILedgerStore Before(ILedgerStore inner)
    {
        var store = Create<ILedgerStore, LeaflessStore>();
        ((LeaflessStore)store)._inner = inner;
        return store;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod?.Name == nameof(ILedgerStore.AppendLeafAsync) && args is [LeafRow { Kind: LeafKinds.Access }, ..]
            ? ValueTask.CompletedTask
            : targetMethod?.Invoke(_inner, args);
}
