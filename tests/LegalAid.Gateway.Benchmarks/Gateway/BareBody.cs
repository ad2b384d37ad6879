using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Benchmarks.Gateway;

/// <summary>When a question had come to a body, and when its answer was written (<see cref="TimeProvider.GetTimestamp"/>).</summary>
internal readonly record struct BodyTimes(long Asked, long Answered)
{
    public TimeSpan Took => TimeProvider.System.GetElapsedTime(Asked, Answered);
}

/// <summary>
/// A body that answers everybody the same after a known time, and remembers by the person's number how long that really was: Kestrel and nothing else. It looks at no
/// proof of who asks.
/// </summary>
internal sealed class BareBody : IAsyncDisposable
{
    private static readonly byte[] Token = """{"access_token":"bench","token_type":"Bearer","expires_in":3600}"""u8.ToArray();

    private readonly WebApplication _app;
    private readonly TimeSpan _delay;
    private readonly string[] _numberPath;
    private readonly ConcurrentDictionary<string, BodyTimes> _times = new(StringComparer.Ordinal);
    private int _askedTwice;

    private BareBody(WebApplication app, string name, string agency, string shippedAddress, string path, string numberPath, TimeSpan delay)
    {
        (_app, Name, Agency, ShippedAddress, Path, _delay, _numberPath) = (app, name, agency, shippedAddress, path, delay, numberPath.Split('.'));
        app.Run(ServeAsync);
    }

    /// <summary>Its name in the vocabulary.</summary>
    public string Name { get; }

    public string Agency { get; }

    /// <summary>Where the shipped configuration asks it.</summary>
    public string ShippedAddress { get; }

    public string Path { get; }

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.Single() ?? throw new InvalidOperationException("the body has no address"));

    /// <summary>What it answers.</summary>
    public byte[] Answer { get; set; } = [];

    /// <summary>Persons that were asked about more than once.</summary>
    public int AskedTwice => _askedTwice;

    /// <param name="numberPath">Where a question has the person's number.</param>
    public static async Task<BareBody> StartAsync(string name, string agency, string shippedAddress, string path, string numberPath, TimeSpan delay)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var body = new BareBody(builder.Build(), name, agency, shippedAddress, path, numberPath, delay);
        await body._app.StartAsync();
        return body;
    }

    /// <summary>The question about the person, with nothing in it that is not needed.</summary>
    public byte[] QuestionOf(string number) => Encoding.UTF8.GetBytes(_numberPath.Reverse().Aggregate($"\"{number}\"", (inner, name) => $$"""{"{{name}}":{{inner}}}"""));

    /// <summary>How the question about the person went; null where it did not come.</summary>
    public BodyTimes? Of(string number) => _times.TryGetValue(number, out var times) ? times : null;

    public void Forget()
    {
        _times.Clear();
        _askedTwice = 0;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        var asked = TimeProvider.System.GetTimestamp();
        if (context.Request.Path != Path)
        {
            await WriteAsync(context, Token); // who asks fetches one now and then
            return;
        }

        using var question = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var number = _numberPath.Aggregate(question.RootElement, (element, name) => element.GetProperty(name)).GetString() ?? "";
        await Task.Delay(_delay, TimeProvider.System, context.RequestAborted);
        await WriteAsync(context, Answer);
        if (!_times.TryAdd(number, new BodyTimes(asked, TimeProvider.System.GetTimestamp())))
        {
            Interlocked.Increment(ref _askedTwice);
        }
    }

    private static async Task WriteAsync(HttpContext context, byte[] answer)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer);
    }
}
