using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Rest;

namespace LegalAid.Gateway.Edge.Limits.Anonymous;

/// <summary>
/// Stands before everything that needs no token, and before the provider: a network that failed too often, or asked too often, is refused unseen until the minute
/// ends. What a client does that proves who it is costs its network nothing, so that nobody's guesses shut out anybody elsewhere. Guesses that are under way at the
/// same time are each let in: they are as many more as the network has requests open.
/// </summary>
internal sealed class AnonymousGuard(RequestDelegate next, RemoteNetworks networks, AnonymousCounts counts, ILogger<AnonymousGuard> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var use = AnonymousUse.Of(context);
        if (use is null || use == AnonymousUse.Free)
        {
            await next(context);
            return;
        }

        var network = networks.Of(context);
        if (Wait(use, network) is { } wait)
        {
            EdgeLog.AnonymousRefused(logger, context.Request.Method, Refusals.TraceId(context));
            await RefuseAsync(context, use, wait);
            return;
        }

        if (use == AnonymousUse.Read)
        {
            await next(context);
            return;
        }

        // Before the answer's first byte: who has it and asks again finds it counted. What is refused further out has not begun when this returns.
        var isNoted = false;
        context.Response.OnStarting(() =>
        {
            NoteOnce(StatusOf(context));
            return Task.CompletedTask;
        });
        try
        {
            await next(context);
            NoteOnce(StatusOf(context));
        }
        catch (RefusalException refused)
        {
            NoteOnce(FaultStatus.Http(FaultStatus.Headline(refused.Faults).Code));
            throw;
        }

        void NoteOnce(int status)
        {
            if (!isNoted)
            {
                isNoted = true;
                Note(use, network, status);
            }
        }
    }

    private TimeSpan? Wait(AnonymousUse use, CallerNetwork? network) => use == AnonymousUse.Read
        ? counts.Requests.Take(network)
        : counts.Failures.WaitOf(network) ?? counts.Requests.WaitOf(network);

    private void Note(AnonymousUse use, CallerNetwork? network, int status)
    {
        if (status is < 400 or >= 500)
        {
            return; // it went well, or the fault is ours
        }

        (use == AnonymousUse.Attempt || status == StatusCodes.Status401Unauthorized ? counts.Failures : counts.Requests).Add(network);
    }

    /// <summary>A REST refusal is written further out: until then its status stands nowhere.</summary>
    private static int StatusOf(HttpContext context) =>
        RestCall.Of(context)?.Refusal is { } faults ? FaultStatus.Http(FaultStatus.Headline(faults).Code) : context.Response.StatusCode;

    private static Task RefuseAsync(HttpContext context, AnonymousUse use, TimeSpan wait)
    {
        Fault[] faults = [new Fault(LimitFaults.TooManyAttempts)];
        context.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (use == AnonymousUse.Token)
        {
            return RefuseTokenAsync(context, faults[0]);
        }

        return context.TryRefuse(faults) ? Task.CompletedTask : ProblemDocument.WriteAsync(context, faults);
    }

    /// <summary>RFC 6749 has no word for it at the token endpoint; clients know this one, of its section 4.1.2.1, as a refusal that passes.</summary>
    private static Task RefuseTokenAsync(HttpContext context, Fault fault)
    {
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Response.ContentType = "application/json;charset=UTF-8";
        context.Response.Headers.CacheControl = "no-store";
        var body = new JsonObject { ["error"] = "temporarily_unavailable", ["error_description"] = $"{fault.Code.Code}: {fault.TextEn}." };
        return context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }
}

/// <summary>The counts of a node, one set for all its listeners.</summary>
internal sealed class AnonymousCounts(GatewaySettings settings, TimeProvider time)
{
    public NetworkCounts Failures { get; } = new(settings.Anonymous.FailuresMax, settings.Anonymous.FailuresAllMax, settings.Anonymous.NetworksMax, time);

    public NetworkCounts Requests { get; } = new(settings.Anonymous.RequestsMax, settings.Anonymous.RequestsAllMax, settings.Anonymous.NetworksMax, time);
}
