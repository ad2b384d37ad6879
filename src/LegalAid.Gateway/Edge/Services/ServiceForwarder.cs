using System.Buffers;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Edge.Access;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Limits;
using LegalAid.Gateway.Edge.Sharing;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Identity;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace LegalAid.Gateway.Edge.Services;

/// <summary>
/// A call of a published service, <c>/svc/{agency}/{service}/…</c>. In order: 1. the matrix grants it, else it does not exist; 2. method, path and query are ones
/// that the service takes; 3. it is counted; 4. YARP forwards it, under the agency's own credential and within the service's time; 5. the answer is whole JSON, of which
/// the granted fields are cut out; 6. the access is evidence, durably; 7. the first byte goes out.
/// </summary>
/// <remarks>If the process dies before 6, nothing was told; between 6 and 7, the leaf speaks of an answer that nobody got.</remarks>
internal sealed class ServiceForwarder(
    IHttpForwarder yarp, ICallGate gate, ICallLimits limits, AccessEvidence evidence, ExchangeReader reader, ISnapshotSource configuration, ServiceClients clients,
    TimeProvider time, ILogger<ServiceForwarder> logger)
{
    private const string ExchangePrefix = "exchanges/";

    public async Task RunAsync(HttpContext context, string agency, string service)
    {
        var (offered, granted, exchange) = await AdmitAsync(context, agency, service);
        var (call, target) = Checked(context, offered);
        await limits.CountAsync(context, granted.Grant, context.RequestAborted);
        var answer = await ForwardAsync(context, offered, target);
        var cut = Judge(answer, offered, granted.Grant.Fields);
        await KeepAsync(context, granted, exchange, offered, call, found: cut is not null);
        if (cut is null)
        {
            throw Refusals.Of(new Fault(ServiceFaults.HasNone));
        }

        await WriteAsync(context, cut.WrittenMemory);
    }

    /// <summary>The matrix is asked first, whether there is such a service or not: what is not granted and what does not exist take the same way.</summary>
    private async ValueTask<(PublishedService Service, AdmittedCall Call, ExchangeId? Exchange)> AdmitAsync(HttpContext context, string agency, string service)
    {
        var caller = context.GetCaller().Agency;
        var (exchange, atHand) = ((ExchangeId?)null, (ExchangeAtHand?)null);
        if (CallTerms.Of(context.Request.Headers).Exchange is { } named && named.StartsWith(ExchangePrefix, StringComparison.Ordinal)
            && ExchangeId.TryParseResourceName(named, out var id))
        {
            atHand = await reader.AtHandAsync(caller, id, context.RequestAborted);
            exchange = atHand is null ? null : id;
        }

        if (!AgencyId.TryParse(agency, out var owner))
        {
            throw Refusals.Of(new Fault(EdgeFaults.PathNotFound));
        }

        var admitted = gate.AdmitService(context, owner, service, atHand);
        return configuration.Current.Services.TryGetValue((owner, service), out var offered)
            ? (offered, admitted, exchange)
            : throw Refusals.Of(new Fault(EdgeFaults.PathNotFound));
    }

    /// <summary>The call that this is, and where it goes. What came over the wire is compared, not what was made of it.</summary>
    private static (ServiceCall Call, Uri Target) Checked(HttpContext context, PublishedService service)
    {
        var path = RawPath(context);
        var prefix = $"/svc/{service.Agency}/{service.Name}";
        var rest = path.StartsWith(prefix, StringComparison.Ordinal) ? path[prefix.Length..] : "";
        var matching = service.Calls.Where(call => call.Path.Matches(rest)).ToList();
        var one = matching.Find(call => call.Method == context.Request.Method)
            ?? throw Refusals.Of(new Fault(matching.Count > 0 ? EdgeFaults.MethodNotAllowed : EdgeFaults.PathNotFound));
        var query = context.Request.Query;
        var unknown = query.Where(given => given.Value.Count != 1 || !one.Query.Contains(given.Key, StringComparer.Ordinal)).ToList();
        if (unknown.Count > 0)
        {
            throw new RefusalException([.. unknown.Select(_ => new Fault(ServiceFaults.Query))]); // its name is the caller's own text
        }

        if (one.Method == HttpMethods.Post && context.Request.ContentType?.Split(';')[0].Trim() != "application/json")
        {
            throw Refusals.Of(new Fault(EdgeFaults.MediaType));
        }

        var target = service.Address.AbsoluteUri.TrimEnd('/') + rest
            + string.Concat(query.Select((given, at) => $"{(at == 0 ? '?' : '&')}{given.Key}={Uri.EscapeDataString(given.Value.ToString())}"));
        return (one, new Uri(target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })); // checked: nothing is left to make canonical
    }

    private static string RawPath(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var end = target.AsSpan().IndexOfAny('?', '#');
        return end < 0 ? target : target[..end];
    }

    private async Task<ServiceAnswer> ForwardAsync(HttpContext context, PublishedService service, Uri target)
    {
        var name = $"{service.Agency}/{service.Name}";
        var credential = service.Credential is { } own ? clients.SecretOf(own) : null;
        if (service.Credential is { } missing && credential is null)
        {
            ServiceLog.CredentialMissing(logger, name, missing.Secret);
            throw Refusals.Of(new Fault(ServiceFaults.Away));
        }

        // One clock decides what is late: YARP's own, which starts again with each byte, is set where it never comes first.
        using var late = new CancellationTokenSource(service.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted);
        var transformer = new ServiceTransformer(service, target, credential);
        var error = await yarp.SendAsync(
            context, service.Address.AbsoluteUri, clients.For(service), new ForwarderRequestConfig { ActivityTimeout = 2 * service.Timeout }, transformer, either.Token);
        if (transformer.Answer is { } answer && error == ForwarderError.None)
        {
            return answer;
        }

        context.RequestAborted.ThrowIfCancellationRequested();
        if (late.IsCancellationRequested)
        {
            ServiceLog.Late(logger, name, service.Timeout);
            throw Refusals.Of(new Fault(ServiceFaults.Late));
        }

        ServiceLog.NotReached(logger, context.Features.Get<IForwarderErrorFeature>()?.Exception, name, error);
        throw Refusals.Of(new Fault(ServiceFaults.Away));
    }

    /// <summary>What comes through of the answer; null where the agency has nothing of that name.</summary>
    private ArrayBufferWriter<byte>? Judge(ServiceAnswer answer, PublishedService service, FieldList fields)
    {
        var name = $"{service.Agency}/{service.Name}";
        switch (answer.Status)
        {
            case StatusCodes.Status404NotFound or StatusCodes.Status410Gone:
                return null;
            case StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden:
                ServiceLog.CredentialRefused(logger, name, answer.Status);
                throw Refusals.Of(new Fault(ServiceFaults.Away));
            case StatusCodes.Status429TooManyRequests or >= 500:
                ServiceLog.Unusable(logger, name, answer.Status, answer.Reason);
                throw Refusals.Of(new Fault(ServiceFaults.Away));
            case >= 400:
                throw Refusals.Of(new Fault(ServiceFaults.Refused));
            default:
                break; // a redirect has no body that could be used
        }

        var cut = new ArrayBufferWriter<byte>(answer.Body?.Length is > 0 and var length ? length : 1);
        if (answer.Body is not { } body || !fields.TryCut(body.Span, cut))
        {
            ServiceLog.Unusable(logger, name, answer.Status, answer.Body is null ? answer.Reason : "it is no JSON");
            throw Refusals.Of(new Fault(ServiceFaults.Unusable));
        }

        return cut;
    }

    /// <summary>That the agency has nothing is an answer too: it is kept as much as what it has.</summary>
    private ValueTask KeepAsync(HttpContext context, AdmittedCall call, ExchangeId? exchange, PublishedService service, ServiceCall made, bool found)
    {
        SeenObject[] seen = exchange is { } id ? [new SeenObject(id, Part: null, Grant: null)] : [];
        var access = AccessWitness.Of(context, $"svc/{service.Agency}/{service.Name}", new Granted(call.Grant, call.Configuration), seen);
        return evidence.RecordAsync(access with { Object = $"{made.Method} {made.Path}{(found ? "" : " 404")}" }, context.RequestAborted);
    }

    private static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        var response = context.Response;
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        await response.Body.WriteAsync(json, context.RequestAborted);
    }
}

/// <summary>The published services as the composition sees them.</summary>
internal static class ServiceEndpoints
{
    public const string Route = "/svc/{agency}/{service}/{**rest}";

    public static IServiceCollection AddPublishedServices(this IServiceCollection services)
    {
        services.AddHttpForwarder();
        services.AddSingleton<ServiceClients>();
        services.AddSingleton<ServiceForwarder>();
        return services;
    }

    public static void MapPublishedServices(this WebApplication app) =>
        app.Map(Route, (HttpContext context, string agency, string service, ServiceForwarder forwarder) => forwarder.RunAsync(context, agency, service));
}
