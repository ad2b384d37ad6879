using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Benchmarks.Gateway;

/// <summary>A recipient's endpoint that reads a push and answers 204, and remembers what came and when: Kestrel and nothing else.</summary>
internal sealed class BareReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private BareReceiver(WebApplication app)
    {
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.Single()
            ?? throw new InvalidOperationException("the receiver has no address");
        (_app, Address) = (app, new Uri(new Uri(address), "/inbox"));
    }

    public Uri Address { get; }

    /// <summary>Whether what comes is kept in <see cref="Received"/>.</summary>
    public bool Remembers { get; set; } = true;

    /// <summary>Bodies with the instant (<see cref="TimeProvider.GetTimestamp"/>) at which each had been read.</summary>
    public ConcurrentQueue<(long At, byte[] Body)> Received { get; } = [];

    public static async Task<BareReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        BareReceiver? receiver = null;
        app.Run(context => receiver is null ? Task.CompletedTask : receiver.TakeAsync(context));
        await app.StartAsync();
        return receiver = new BareReceiver(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        var body = new byte[context.Request.ContentLength ?? 0];
        await context.Request.Body.ReadExactlyAsync(body, context.RequestAborted);
        if (Remembers)
        {
            Received.Enqueue((TimeProvider.System.GetTimestamp(), body));
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
