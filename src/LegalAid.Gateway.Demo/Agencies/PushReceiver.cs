using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace LegalAid.Gateway.Demo.Agencies;

/// <summary>A pushed message as an agency's system took it.</summary>
/// <param name="Id">The same over retries: what deduplicates by it sees one effect.</param>
public sealed record PushedEvent(string Id, JsonObject CloudEvent)
{
    /// <summary>The envelope: the same that a mailbox would have given.</summary>
    public JsonObject Envelope => CloudEvent["data"]?.AsObject() ?? [];

    public string Event => Envelope["event"]?.GetValue<string>() ?? "";
}

/// <summary>
/// The receiving end of pushes, as an agency would write it: its own web server, the signature checked by its own code after Standard
/// Webhooks, repeated ids taken once.
/// </summary>
public sealed class PushReceiver : IAsyncDisposable
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private readonly WebApplication _app;
    private readonly TimeProvider _time;
    private readonly Channel<PushedEvent> _events = Channel.CreateUnbounded<PushedEvent>();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private volatile byte[] _secret = [];

    private PushReceiver(WebApplication app, TimeProvider time) => (_app, _time) = (app, time);

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Pushes whose signature did not hold; they were answered 401.</summary>
    public int Refused { get; private set; }

    /// <summary>Pushes that it held already: acknowledged again, without an effect.</summary>
    public int Repeated { get; private set; }

    public static async Task<PushReceiver> StartAsync(TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var app = builder.Build();
        var receiver = new PushReceiver(app, time);
        app.MapPost("/legalaid", receiver.TakeAsync);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.First()
            ?? throw new InvalidOperationException("the receiver has no address");
        receiver.Address = new Uri(new Uri(address), "/legalaid");
        return receiver;
    }

    /// <summary>The secret that the gateway's operator gave, <c>whsec_…</c>.</summary>
    public void Trust(string secret) => _secret = Convert.FromBase64String(secret["whsec_".Length..]);

    /// <summary>The next event for which the condition holds; others are passed over.</summary>
    public async Task<PushedEvent> NextAsync(Func<PushedEvent, bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            var pushed = await _events.Reader.ReadAsync(cancellationToken);
            if (condition(pushed))
            {
                return pushed;
            }
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        var id = request.Headers["webhook-id"].ToString();
        if (!Verifies(id, request.Headers["webhook-timestamp"].ToString(), request.Headers["webhook-signature"].ToString(), body))
        {
            Refused++;
            return Results.Unauthorized();
        }

        lock (_seen)
        {
            if (!_seen.Add(id))
            {
                Repeated++;
            }
            else if (JsonNode.Parse(body) is JsonObject cloudEvent)
            {
                _events.Writer.TryWrite(new PushedEvent(id, cloudEvent));
            }
        }

        return Results.NoContent();
    }

    private bool Verifies(string id, string timestamp, string signatures, string body)
    {
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || (_time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > Tolerance)
        {
            return false;
        }

        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));
        return signatures.Split(' ').Any(signature =>
            CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(signature), Encoding.ASCII.GetBytes(expected)));
    }
}
