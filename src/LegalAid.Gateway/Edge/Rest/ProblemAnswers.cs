using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace LegalAid.Gateway.Edge.Rest;

/// <summary>
/// The outer ring of the REST face: whatever goes wrong below <c>/v1</c> — in authentication, the strict reader, the transcoder, a
/// service — is answered as application/problem+json, once, here. A stream that fails after it started ends with the problem as its last line.
/// </summary>
internal sealed class ProblemAnswers(RequestDelegate next, RestRoutes routes, IOptions<EdgeOptions> options, ILogger<ProblemAnswers> logger)
{
    public static readonly PathString Face = "/v1";

    /// <summary>Published services answer what goes wrong in the same form.</summary>
    public static readonly PathString Services = "/svc";

    private const int ClientClosedRequest = StatusCodes.Status499ClientClosedRequest;

    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments(Face, StringComparison.Ordinal) && !context.Request.Path.StartsWithSegments(Services, StringComparison.Ordinal))
        {
            await next(context);
            return;
        }

        var call = new RestCall();
        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        context.Features.Set(call);
        context.Features.Set<IHttpResponseBodyFeature>(new GuardedBody(body, context.Response, call));
        try
        {
            await next(context);
        }
        catch (Exception fault) when (Note(fault, context, call))
        {
        }
        finally
        {
            context.Features.Set(body);
        }

        await AnswerAsync(context, call);
    }

    /// <summary>Decides what a thrown fault means for the answer. Always true: nothing passes this ring.</summary>
    private bool Note(Exception fault, HttpContext context, RestCall call)
    {
        // A connection that is reset shows in the read before the server tells that the request was aborted.
        if (context.RequestAborted.IsCancellationRequested || fault is ConnectionResetException)
        {
            call.Leave();
            return true;
        }

        switch (fault)
        {
            case RefusalException refusal:
                call.Refuse(refusal.Faults);
                break;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                call.Refuse([Fault.With(EdgeFaults.BodyTooLarge, "", Number(options.Value.RequestBytesMax))]);
                break;
            case BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout }:
                call.Refuse([new Fault(EdgeFaults.BodyTooSlow)]);
                break;
            case BadHttpRequestException:
                call.Refuse([new Fault(EdgeFaults.MalformedRequest)]);
                break;
            case StoreUnavailableException:
                EdgeLog.StoreUnavailable(logger, context.Request.Method, Refusals.TraceId(context));
                call.Refuse([new Fault(EdgeFaults.Unavailable)]);
                break;
            default:
                EdgeLog.RequestFailed(logger, fault, Refusals.TraceId(context));
                call.Refuse([new Fault(GeneralFaults.Internal)]);
                break;
        }

        return true;
    }

    private async Task AnswerAsync(HttpContext context, RestCall call)
    {
        var response = context.Response;
        if (call.CallerLeft)
        {
            if (!response.HasStarted)
            {
                response.StatusCode = ClientClosedRequest;
            }

            return;
        }

        if (response.HasStarted)
        {
            if (call.Refusal is { } late)
            {
                await response.Body.WriteAsync(ProblemDocument.Write(late, Refusals.TraceId(context)), context.RequestAborted);
                await response.Body.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
            }

            return;
        }

        if (call.Refusal is { } faults)
        {
            await ProblemDocument.WriteAsync(context, faults);
        }
        else if (response.StatusCode is StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed
            && context.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is null)
        {
            await NoSuchRouteAsync(context);
        }
        else if (response.StatusCode >= 400)
        {
            var code = FaultStatus.CodeOf(response.StatusCode);
            var fault = code == EdgeFaults.BodyTooLarge ? Fault.With(code, "", Number(options.Value.RequestBytesMax)) : new Fault(code);
            await ProblemDocument.WriteAsync(context, [fault], response.StatusCode);
        }
    }

    private async Task NoSuchRouteAsync(HttpContext context)
    {
        var methods = routes.MethodsOf(context.Request.Path);
        if (methods.Count > 0)
        {
            context.Response.Headers.Allow = string.Join(", ", methods);
        }
        else
        {
            context.Response.Headers.Remove("Allow");
        }

        await ProblemDocument.WriteAsync(context, [new Fault(methods.Count > 0 ? EdgeFaults.MethodNotAllowed : EdgeFaults.PathNotFound)]);
    }

    private static string Number(int value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
