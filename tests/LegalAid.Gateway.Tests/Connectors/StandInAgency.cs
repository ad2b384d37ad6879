using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Tests.Connectors;

/// <summary>An agency's system on a real socket, which behaves as the test says.</summary>
internal sealed class StandInAgency : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<SeenRequest> _seen = [];

    private StandInAgency(WebApplication app) => _app = app;

    /// <summary>What it answers; by default nothing of use.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context => Json(context, "{}");

    public IReadOnlyList<SeenRequest> Seen => [.. _seen];

    public string Address => _app.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    public static async Task<StandInAgency> StartAsync(X509Certificate2? server = null, X509Certificate2Collection? clientAuthorities = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            if (server is not null)
            {
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = server;
                    https.ClientCertificateMode = clientAuthorities is null ? ClientCertificateMode.NoCertificate : ClientCertificateMode.RequireCertificate;
                    https.ClientCertificateValidation = (shown, _, _) =>
                    {
                        using var chain = new X509Chain();
                        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
                        chain.ChainPolicy.CustomTrustStore.AddRange(clientAuthorities ?? []);
                        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
                        return chain.Build(shown);
                    };
                });
            }
        }));
        var agency = new StandInAgency(builder.Build());
        agency._app.Run(agency.ServeAsync);
        await agency._app.StartAsync(TestContext.Current.CancellationToken);
        return agency;
    }

    public static Task Json(HttpContext context, string json, int status = 200) => Text(context, json, "application/json; charset=utf-8", status);

    public static Task Xml(HttpContext context, string xml, int status = 200) => Text(context, xml, "text/xml; charset=utf-8", status);

    public static async Task Text(HttpContext context, string text, string type, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), context.RequestAborted);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()?.RawTarget ?? "";
        _seen.Enqueue(new SeenRequest(context.Request.Method, target, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body)
        {
            Certificate = context.Connection.ClientCertificate?.Subject,
        });
        await Answer(context);
    }
}

/// <param name="Target">As it came over the wire.</param>
internal sealed record SeenRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>Subject of the client's certificate.</summary>
    public string? Certificate { get; init; }
}
