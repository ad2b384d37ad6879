using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace LegalAid.Gateway.Demo.Agencies.Bodies;

/// <summary>What is wrong with a simulated body at the moment.</summary>
/// <param name="Down">Every connection is broken off.</param>
/// <param name="FailPercent">Share of requests that end in its internal error, 0 to 100.</param>
/// <param name="Delay">How long it thinks before each answer.</param>
public sealed record BodyFaults(bool Down = false, int FailPercent = 0, TimeSpan Delay = default)
{
    public static readonly BodyFaults None = new();
}

/// <summary>One body that knows people: a web server of its own with an interface of its own (<see cref="BodyInterface"/>), and faults on demand.</summary>
public sealed class SimulatedBody : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> _known = new(StringComparer.Ordinal);
    private readonly WebApplication _app;
    private readonly BodyInterface _interface;
    private readonly TimeProvider _time;
    private readonly Random _chance;
    private readonly Lock _gate = new();
    private int _asked;

    private SimulatedBody(WebApplication app, string agency, string body, BodyInterface own, int seed, TimeProvider time)
    {
        (_app, Agency, Body, _interface, _time) = (app, agency, body, own, time);
        _chance = new Random(seed);
        Secret = $"demo-{body}-key";
    }

    /// <summary>The agency of the shipped configuration that it stands for.</summary>
    public string Agency { get; }

    /// <summary>Its name in the vocabulary of facts.</summary>
    public string Body { get; }

    /// <summary>The facts that its interface can tell, by their names in the vocabulary.</summary>
    public IReadOnlyList<string> Facts => [.. _interface.Facts];

    /// <summary>What the gateway proves itself by.</summary>
    public string Secret { get; }

    /// <summary>Scheme, host and port.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>From the next request on.</summary>
    public BodyFaults Faults { get; set; } = BodyFaults.None;

    /// <summary>Questions about a person that it let in and answered.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>Told with every answer, beside what was asked for: what is nobody's business. Empty: nothing.</summary>
    public string Remark { get; set; } = "";

    /// <summary>Sees every answer's text, for what must not be kept anywhere.</summary>
    public Action<string>? Overheard { get; set; }

    /// <summary>What it knows of a person from now on, by fact; in place of what it knew.</summary>
    public void Know(string number, IReadOnlyDictionary<string, string> facts) => _known[number] = facts;

    internal static async Task<SimulatedBody> StartAsync(string agency, string body, BodyInterface own, int seed, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var app = builder.Build();
        var started = new SimulatedBody(app, agency, body, own, seed, time);
        app.Run(started.AnswerAsync);
        await app.StartAsync();
        started.Address = new Uri((app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? []).First());
        return started;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var faults = Faults;
        if (faults.Down)
        {
            context.Abort();
            return;
        }

        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var request = new BodyRequest(context.Request.Method, context.Request.Path.Value ?? "", context.Request.Headers, await reader.ReadToEndAsync(context.RequestAborted));
        if (faults.Delay > TimeSpan.Zero)
        {
            await Task.Delay(faults.Delay, _time, context.RequestAborted);
        }

        if (Fails(faults.FailPercent))
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            await context.Response.WriteAsync(request.Body, context.RequestAborted); // an error page that says too much
            return;
        }

        var reply = _interface.Answer(request, Secret, Find);
        reply = reply with { Text = WithRemark(reply) };
        Overheard?.Invoke(reply.Text);
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.MediaType;
        await context.Response.WriteAsync(reply.Text, context.RequestAborted);
    }

    private string WithRemark(BodyReply reply) => Remark.Length == 0 ? reply.Text
        : reply.Text.StartsWith("{\"", StringComparison.Ordinal) ? $"{{\"remark\":\"{Remark}\",{reply.Text[1..]}"
        : reply.Text.StartsWith('<') ? $"{reply.Text}<!--{Remark}-->"
        : reply.Text;

    private IReadOnlyDictionary<string, string>? Find(string number)
    {
        Interlocked.Increment(ref _asked);
        return _known.GetValueOrDefault(number);
    }

    private bool Fails(int percent)
    {
        lock (_gate)
        {
            return percent > 0 && _chance.Next(100) < percent;
        }
    }
}
