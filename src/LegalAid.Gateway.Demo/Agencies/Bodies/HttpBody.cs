using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace LegalAid.Gateway.Demo.Agencies.Bodies;

/// <summary>A body that is a web server of its own.</summary>
internal sealed class HttpBody : SimulatedBody
{
    private readonly WebApplication _app;
    private readonly HttpInterface _interface;
    private readonly TimeProvider _time;
    private readonly string _shipped;
    private string _address = "";

    private HttpBody(WebApplication app, BodyPlace place, HttpInterface own, int seed, TimeProvider time)
        : base(place.Agency, place.Body, own, seed) => (_app, _shipped, _interface, _time) = (app, place.Shipped, own, time);

    public static async Task<SimulatedBody> StartAsync(BodyPlace place, HttpInterface own, int seed, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var app = builder.Build();
        var started = new HttpBody(app, place, own, seed, time);
        app.Run(started.AnswerAsync);
        await app.StartAsync();
        started._address = BodyPlace.AddressOf(app);
        return started;
    }

    public override async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    internal override string Reached(string shipped) => Replaced(shipped, _shipped, _address);

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
        await context.Response.WriteAsync(faults.Garbage ? reply.Text[..(reply.Text.Length / 2)] : reply.Text, context.RequestAborted);
    }

    private string WithRemark(BodyReply reply) => Remark.Length == 0 ? reply.Text
        : reply.Text.StartsWith("{\"", StringComparison.Ordinal) ? $"{{\"remark\":\"{Remark}\",{reply.Text[1..]}"
        : reply.Text.StartsWith('<') ? $"{reply.Text}<!--{Remark}-->"
        : reply.Text;
}

/// <summary>Which body is simulated, and where the shipped configuration looks for it.</summary>
/// <param name="Shipped">Scheme, host and port; of a body by file, how long the shipped file lets questions wait for a batch.</param>
internal sealed record BodyPlace(string Agency, string Body, string Shipped)
{
    /// <summary>Scheme, host and port at which a server listens.</summary>
    public static string AddressOf(WebApplication app) =>
        new Uri((app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? []).First()).GetLeftPart(UriPartial.Authority);
}
