using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Delivery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Tests.Fixtures;

/// <summary>An agency's endpoint for pushes: a real server on a free port of loopback, which answers as the test says.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    public const string SecretName = "test-secret";
    public const string SecretText = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly WebApplication _server;

    private Receiver(WebApplication server) => _server = server;

    public ConcurrentQueue<ReceivedPush> Received { get; } = [];

    /// <summary>How it answers; by default 204.</summary>
    public Func<ReceivedPush, HttpContext, Task> Answer { get; set; } = static (_, context) =>
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    };

    public Uri Url { get; private set; } = new("http://127.0.0.1");

    public Channel.Push Channel => new(Url, [SecretName], ["127.0.0.0/8"]);

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new Receiver(builder.Build());
        receiver._server.Run(receiver.HandleAsync);
        await receiver._server.StartAsync();
        var address = receiver._server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(); // Kestrel has it
        receiver.Url = new Uri(address + "/legalaid/inbox");
        return receiver;
    }

    /// <summary>Always answers with this status.</summary>
    public void AnswerStatus(int status) => Answer = (_, context) =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer);
        var push = new ReceivedPush(
            context.Request.Path, context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()),
            buffer.ToArray());
        Received.Enqueue(push);
        await Answer(push, context);
    }
}

/// <summary>A push as it arrived.</summary>
internal sealed record ReceivedPush(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public JsonObject Event => JsonNode.Parse(Body)!.AsObject(); // the body is never the JSON null

    public string Id => Headers["webhook-id"];

    /// <summary>Verifies as a recipient would, from the published description of Standard Webhooks, without the gateway's code.</summary>
    public bool IsSignedWith(string secret)
    {
        using var hmac = new HMACSHA256(Convert.FromBase64String(secret["whsec_".Length..]));
        var signed = Encoding.UTF8.GetBytes(Headers["webhook-id"] + "." + Headers["webhook-timestamp"] + ".").Concat(Body).ToArray();
        var expected = "v1," + Convert.ToBase64String(hmac.ComputeHash(signed));
        return Headers["webhook-signature"].Split(' ').Contains(expected, StringComparer.Ordinal);
    }
}

/// <summary>Secrets by name.</summary>
internal sealed class TestSecrets(params (string Name, string Text)[] secrets) : IPushSecrets
{
    public static readonly TestSecrets One = new((Receiver.SecretName, Receiver.SecretText));

    public PushSecret? Find(string name) => PushSecret.TryParse(secrets.FirstOrDefault(secret => secret.Name == name).Text);
}
