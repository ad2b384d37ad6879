using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Testing;

/// <summary>A push as it came, taken or not.</summary>
public sealed record RecordedPush(string Id, string Signature, int Answered, JsonObject Event)
{
    public JsonObject Envelope => Event["data"]!.AsObject(); // every event has data

    public string Name => Envelope["event"]!.GetValue<string>(); // every envelope has an event
}

/// <summary>A receiver that answers as it is told and remembers every attempt.</summary>
public sealed class RecordingReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<RecordedPush> _pushes = [];

    private RecordingReceiver(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Status of the next answers.</summary>
    public volatile int Status = StatusCodes.Status204NoContent;

    /// <summary>Every attempt, in the order of arrival.</summary>
    public IReadOnlyList<RecordedPush> Pushes => [.. _pushes];

    /// <summary>The attempts that were answered 2xx.</summary>
    public IReadOnlyList<RecordedPush> Taken => [.. _pushes.Where(push => push.Answered is >= 200 and < 300)];

    public static async Task<RecordingReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var receiver = new RecordingReceiver(app);
        app.MapPost("/inbox", receiver.TakeAsync);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First(); // Kestrel has one
        receiver.Address = new Uri(new Uri(address), "/inbox");
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        var body = await JsonNode.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
        var status = Status;
        _pushes.Enqueue(new RecordedPush(request.Headers["webhook-id"].ToString(), request.Headers["webhook-signature"].ToString(), status, body!.AsObject()));
        return Results.StatusCode(status);
    }
}
