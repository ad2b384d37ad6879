using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace LegalAid.Gateway.Demo.Agencies;

/// <summary>
/// A court's own case-status API, simulated: it knows every case, asks for its credential, and tells more than is anybody's business. Some case numbers make it
/// misbehave, so that a test can see what the gateway makes of that.
/// </summary>
public sealed class CaseStatusService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _calls;

    private CaseStatusService(WebApplication app, string secret) => (_app, Secret) = (app, secret);

    /// <summary>What the header Authorization must be.</summary>
    public string Secret { get; set; }

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>How often it was asked.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Path and headers of the last call.</summary>
    public (string Path, HeaderDictionary Headers) Last { get; private set; } = ("", []);

    public static async Task<CaseStatusService> StartAsync(string secret)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var app = builder.Build();
        var service = new CaseStatusService(app, secret);
        app.Run(service.AnswerAsync);
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        service.Address = new Uri(addresses.First() + "/api");
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _calls);
        Last = (context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, new HeaderDictionary(context.Request.Headers.ToDictionary(header => header.Key, header => header.Value)));
        var response = context.Response;
        if (context.Request.Headers.Authorization != Secret)
        {
            response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        response.Headers.SetCookie = "session=court-internal";
        response.Headers["X-Court-Node"] = "court-internal-7";
        response.ContentType = "application/json";
        var number = Uri.UnescapeDataString(context.Request.Path.Value?.Split('/') is [_, _, _, var segment, ..] ? segment : "");
        switch (number)
        {
            case "redirect": response.Redirect("http://court-internal/"); break;
            case "text": response.ContentType = "text/html"; await response.WriteAsync("<p>court-internal</p>"); break;
            case "malformed": await response.WriteAsync("{\"caseNumber\":\"court-internal\",}"); break;
            case "half": await response.WriteAsync("{\"caseNumber\":\"court-internal\""); break;
            case "compressed": response.Headers.ContentEncoding = "gzip"; await response.WriteAsync("court-internal"); break;
            case "empty": break;
            case "huge": await response.WriteAsync($"{{\"caseNumber\":\"{new string('a', 256 * 1024)}\"}}"); break;
            case "endless": await DripAsync(context, new string(' ', 4096), TimeSpan.Zero); break;
            case "broken-off": response.ContentLength = 100; await response.WriteAsync("{\"caseNumber\":\"court-internal\""); await response.Body.FlushAsync(); await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System); context.Abort(); break;
            case "slow": await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted); break;
            case "dripping": await DripAsync(context, " ", TimeSpan.FromMilliseconds(50)); break;
            case "failing": response.StatusCode = 500; await response.WriteAsync("{\"error\":\"court-internal\"}"); break;
            case "busy": response.StatusCode = 429; break;
            case "refusing": response.StatusCode = 422; await response.WriteAsync("{\"error\":\"court-internal\"}"); break;
            case "none": response.StatusCode = 404; await response.WriteAsync("{\"error\":\"court-internal\"}"); break;
            default: await response.WriteAsync(Case(number)); break;
        }
    }

    private static async Task DripAsync(HttpContext context, string piece, TimeSpan pause)
    {
        try
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(piece, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(pause, TimeProvider.System, context.RequestAborted);
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // the gateway had enough of it
        }
    }

    /// <summary>Every person is made up.</summary>
    private static string Case(string number) =>
        $$"""{"caseNumber":"{{number}}","stage":"first-instance","judge":"虚构","defendants":[{"name":"虚构","residentNumber":"450199199001010010"}],"court":{"name":"青秀区法院","node":7},"hearings":[{"time":"2026-04-01T09:00:00+08:00","courtroom":"3","notes":"内部"}]}""";
}
