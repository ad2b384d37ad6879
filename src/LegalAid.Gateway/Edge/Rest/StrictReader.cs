using System.Globalization;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge.Payloads;
using LegalAid.Gateway.Edge.Validation;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace LegalAid.Gateway.Edge.Rest;

/// <summary>
/// The inner ring of the REST face, after authentication: makes the transcoder's lenient reading strict. Media type, size, UTF-8, syntax,
/// depth, unknown fields, types, query and path, in that order; the body is read once, checked in place and replayed.
/// </summary>
internal sealed class StrictReader(RequestDelegate next, RestRoutes routes, IOptions<EdgeOptions> options)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    public async Task InvokeAsync(HttpContext context)
    {
        if (RestCall.Of(context) is not { } call || context.GetEndpoint() is not { } endpoint || routes.Find(endpoint) is not { } route)
        {
            await next(context);
            return;
        }

        var query = QueryCheck.Run(context.Request.Query, route, options.Value);
        if (route.Body is null)
        {
            var faults = context.Request.MayHaveBody() ? [.. query, new Fault(EdgeFaults.BodyNotAllowed)] : query;
            if (faults.Count > 0)
            {
                call.Refuse(faults);
                return;
            }

            await next(context);
            return;
        }

        await WithBodyAsync(context, call, route, route.Body, query);
    }

    private async Task WithBodyAsync(HttpContext context, RestCall call, RestRoute route, MessageShape body, IReadOnlyList<Fault> query)
    {
        var request = context.Request;
        if (request.MayHaveBody() && !IsPlainJson(request))
        {
            call.Refuse([new Fault(EdgeFaults.MediaType)]);
            return;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null; // counted below, with our own code
        }

        using var text = await RequestText.ReadAsync(request, options.Value.RequestBytesMax, context.RequestAborted);
        if (text is null)
        {
            call.Refuse([Fault.With(EdgeFaults.BodyTooLarge, "", options.Value.RequestBytesMax.ToString(CultureInfo.InvariantCulture))]);
            return;
        }

        text.FillIfEmpty();
        var sink = new FaultSink(options.Value.FaultsMax, options.Value.DepthMax, route.BodyPrefix);
        var form = StrictJson.CheckForm(text.Bytes.Span, body, sink, route.InPath);
        if (form.Count > 0 || query.Count > 0)
        {
            string[] elsewhere = request.Headers.ContainsKey("Idempotency-Key") && body.RequestId is { } id
                ? [.. route.PathFields, id.Name]
                : [.. route.PathFields];
            call.Refuse([.. query, .. StrictJson.AddRules(text.Bytes, body, options.Value, route.BodyPrefix, form, elsewhere)]);
            return;
        }

        request.Body = text.ToStream();
        request.ContentLength = text.Bytes.Length;
        request.ContentType = "application/json";
        await next(context);
    }

    private static bool IsPlainJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals(Json.MediaType, StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        && (request.Headers.ContentEncoding.Count == 0 || request.Headers.ContentEncoding == "identity");
}
