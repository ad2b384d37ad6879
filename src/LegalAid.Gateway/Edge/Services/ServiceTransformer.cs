using System.Buffers;
using LegalAid.Gateway.Casework.Directory;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace LegalAid.Gateway.Edge.Services;

/// <summary>An agency's answer, read whole.</summary>
/// <param name="Body">Null where it cannot be used; then <paramref name="Reason"/> says why.</param>
internal sealed record ServiceAnswer(int Status, ReadOnlyMemory<byte>? Body, string Reason = "");

/// <summary>
/// What YARP does with one call. Nothing of the caller's goes out but method, checked path, declared query and body with its type; no header of its own, so that
/// neither its token, its cookies nor a forged hop can reach the agency. Nothing of the answer comes back by itself: it is read whole, up to its bound, and kept for who
/// forwards. A cut that found out in the middle that this is no JSON would have told half an answer already.
/// </summary>
internal sealed class ServiceTransformer(PublishedService service, Uri target, string? credential) : HttpTransformer
{
    private const int UsualBytes = 4 * 1024;

    /// <summary>The answer; null where none came.</summary>
    public ServiceAnswer? Answer { get; private set; }

    public override ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        proxyRequest.RequestUri = target;
        proxyRequest.Headers.TryAddWithoutValidation("Accept", "application/json");
        proxyRequest.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        if (proxyRequest.Content is { } content)
        {
            content.Headers.ContentType = new("application/json");
            content.Headers.ContentLength = httpContext.Request.ContentLength;
        }

        if (service.Credential is { } own)
        {
            proxyRequest.Headers.TryAddWithoutValidation(own.Header, credential);
        }

        return ValueTask.CompletedTask;
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        httpContext.Response.StatusCode = StatusCodes.Status200OK; // the forwarder took over the agency's; what is answered is said later
        httpContext.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = null;
        if (proxyResponse is not null)
        {
            Answer = proxyResponse.IsSuccessStatusCode ? await ReadAsync(proxyResponse, cancellationToken) : new ServiceAnswer((int)proxyResponse.StatusCode, Body: null, "the status");
        }

        return false;
    }

    private async ValueTask<ServiceAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var (status, headers) = ((int)response.StatusCode, response.Content.Headers);
        if (headers.ContentType is not { MediaType: { } type } || !(type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase))
            || headers.ContentType.CharSet is { } charset && !charset.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase) || headers.ContentEncoding.Count > 0)
        {
            return new ServiceAnswer(status, Body: null, "it is no JSON in UTF-8, or is compressed");
        }

        if (headers.ContentLength > service.AnswerBytesMax)
        {
            return new ServiceAnswer(status, Body: null, "it is too long");
        }

        try
        {
            var buffer = new ArrayBufferWriter<byte>(headers.ContentLength is { } length ? (int)length + 1 : UsualBytes); // one more: room to see that it ends
            var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (await body.ReadAsync(buffer.GetMemory(), cancellationToken) is var read and > 0)
            {
                buffer.Advance(read);
                if (buffer.WrittenCount > service.AnswerBytesMax)
                {
                    return new ServiceAnswer(status, Body: null, "it is too long");
                }
            }

            return new ServiceAnswer(status, buffer.WrittenMemory);
        }
        catch (IOException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ServiceAnswer(status, Body: null, "it broke off");
        }
    }
}
