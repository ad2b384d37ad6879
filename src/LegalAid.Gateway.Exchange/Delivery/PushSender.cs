using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>Makes one attempt: event, signature, POST, answer. Never throws for what the network or the recipient does.</summary>
internal sealed class PushSender(PushClients clients, IPushSecrets secrets, TimeProvider system, DeliveryOptions options) : IDisposable
{
    /// <summary>Traces of deliveries.</summary>
    public static readonly ActivitySource Source = new("LegalAid.Gateway.Delivery");

    private static readonly MediaTypeHeaderValue EventType = new(CloudEvent.MediaType, "utf-8");
    private const string Agent = "legalaid-gateway/1";
    private const int BufferBytes = 4096;

    /// <param name="abort">Cuts the attempt off: the gateway is stopping and its grace is over.</param>
    public async Task<PushAnswer> SendAsync(Channel.Push channel, Envelope envelope, CancellationToken abort)
    {
        var keys = channel.Secrets.Select(secrets.Find).OfType<PushSecret>().ToImmutableArray();
        if (keys.Length == 0 || keys.Length < channel.Secrets.Length)
        {
            return new PushAnswer.Failed(PushFailure.SecretMissing);
        }

        using var activity = Start(envelope);
        using var timeout = new CancellationTokenSource(options.AttemptTimeout, system);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, abort);
        var answer = await SendAsync(channel, envelope, keys, activity?.Id ?? envelope.Message.TraceParent, either.Token, abort);
        if (answer is PushAnswer.Answered answered)
        {
            activity?.SetTag("http.response.status_code", answered.Status);
        }

        activity?.SetStatus(answer is PushAnswer.Answered { Status: >= 200 and < 300 } ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
        return answer;
    }

    public void Dispose() => clients.Dispose();

    private async Task<PushAnswer> SendAsync(
        Channel.Push channel, Envelope envelope, ImmutableArray<PushSecret> keys, string traceParent, CancellationToken either, CancellationToken abort)
    {
        using var request = Request(channel, envelope, keys, traceParent);
        try
        {
            using var response = await clients.For(envelope.Delivery.Recipient, channel).SendAsync(request, either);
            await DropBodyAsync(response, either);
            return new PushAnswer.Answered((int)response.StatusCode, RetryAfterOf(response));
        }
        catch (OperationCanceledException)
        {
            return new PushAnswer.Failed(abort.IsCancellationRequested ? PushFailure.Stopping : PushFailure.Timeout);
        }
        catch (HttpRequestException e)
        {
            return new PushAnswer.Failed(
                e.InnerException is AddressRefusedException ? PushFailure.AddressRefused
                : e.HttpRequestError == HttpRequestError.SecureConnectionError ? PushFailure.Insecure
                : PushFailure.Network);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException)
        {
            // The connection broke, in the moment after it was made (the socket's own exception) or later, or the client was replaced by a new configuration while this attempt asked for it.
            return new PushAnswer.Failed(PushFailure.Network);
        }
    }

    private HttpRequestMessage Request(Channel.Push channel, Envelope envelope, ImmutableArray<PushSecret> keys, string traceParent)
    {
        var (id, sentAt) = (envelope.Delivery.Id.ToString(), system.GetUtcNow().ToUnixTimeSeconds());
        var body = CloudEvent.Encode(envelope, options.Issuer);
        var request = new HttpRequestMessage(HttpMethod.Post, channel.Url) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = EventType;

        // All of them are ours, and of no more than digits, letters and signs of base64: nothing to check.
        request.Headers.TryAddWithoutValidation("User-Agent", Agent);
        request.Headers.TryAddWithoutValidation(WebhookSignature.IdHeader, id);
        request.Headers.TryAddWithoutValidation(WebhookSignature.TimestampHeader, sentAt.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation(WebhookSignature.SignatureHeader, WebhookSignature.Of(id, sentAt, body.Span, keys));
        if (traceParent.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("traceparent", traceParent);
        }

        return request;
    }

    /// <summary>Reads the body to its end or its bound, so that the connection can be used again. The answer stands whatever the body does.</summary>
    private async Task DropBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.NoContent)
        {
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            for (var left = options.AnswerBytesMax; left > 0;)
            {
                var read = await body.ReadAsync(buffer.AsMemory(0, Math.Min(buffer.Length, left)), cancellationToken);
                if (read == 0)
                {
                    return;
                }

                left -= read;
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            // The status line came whole, and it alone decides.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private TimeSpan? RetryAfterOf(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > system.GetUtcNow() => date - system.GetUtcNow(),
        _ => null,
    };

    private static Activity? Start(Envelope envelope)
    {
        _ = ActivityContext.TryParse(envelope.Message.TraceParent, traceState: null, isRemote: true, out var parent);
        var activity = Source.StartActivity("push", ActivityKind.Producer, parent);
        activity?.SetTag("legalaid.delivery", envelope.Delivery.Id.ToString());
        activity?.SetTag("legalaid.attempt", envelope.Delivery.Attempts);
        activity?.SetTag("legalaid.recipient", envelope.Delivery.Recipient.Value);
        return activity;
    }
}
