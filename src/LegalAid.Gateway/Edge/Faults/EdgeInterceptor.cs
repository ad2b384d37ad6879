using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge.Access;
using LegalAid.Gateway.Edge.Limits;
using LegalAid.Gateway.Edge.Rest;
using LegalAid.Gateway.Edge.Sharing;
using LegalAid.Gateway.Edge.Validation;
using LegalAid.Gateway.Edge.Wire;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Options;

namespace LegalAid.Gateway.Edge.Faults;

/// <summary>
/// Stands around every method, called by gRPC or through REST: asks the gate whether the agency may call it at all, counts the call, checks the request against its
/// rules before the service sees it, keeps as evidence what the answer lets see before it goes, cuts it to what comes through, and turns what else comes out of the service — a refusal, a bug, the
/// caller's leaving — into the one form of answer.
/// </summary>
internal sealed class EdgeInterceptor(
    ShapeCatalogue shapes, ICallGate gate, ICallLimits limits, IAccessWitness access, IOptions<EdgeOptions> options, ILogger<EdgeInterceptor> logger) : Interceptor
{
    private const string IdempotencyKey = "Idempotency-Key";

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            var admitted = await EnterAsync(context);
            Check(request, context);
            var answer = await continuation(request, context);
            await KeepAccessAsync(context);
            return Cut(answer, admitted);
        }
        catch (Exception fault)
        {
            throw Translate(fault, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await EnterAsync(context);
            Check(request, context);
            await continuation(request, new AdmittedStream<TResponse>(this, responseStream, context), context);
        }
        catch (Exception fault)
        {
            throw Translate(fault, context);
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            var admitted = await EnterAsync(context);
            return Cut(await continuation(new CheckedStream<TRequest>(this, requestStream, context), context), admitted);
        }
        catch (Exception fault)
        {
            throw Translate(fault, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await EnterAsync(context);
            await continuation(
                new CheckedStream<TRequest>(this, requestStream, context), new AdmittedStream<TResponse>(this, responseStream, context), context);
        }
        catch (Exception fault)
        {
            throw Translate(fault, context);
        }
    }

    /// <summary>Counted before the request is looked at: a loop of bad calls uses a quota up as well.</summary>
    private async ValueTask<AdmittedCall?> EnterAsync(ServerCallContext context)
    {
        var admitted = Admit(context);
        if (admitted is not null)
        {
            await limits.CountAsync(context.GetHttpContext(), admitted.Grant, context.CancellationToken);
        }

        return admitted;
    }

    private AdmittedCall? Admit(ServerCallContext context) => gate.Admit(context.GetHttpContext(), context.Method);

    private ValueTask KeepAccessAsync(ServerCallContext context) => access.KeepAsync(context.GetHttpContext(), context.CancellationToken);

    private static T Cut<T>(T answer, AdmittedCall? admitted)
        where T : class =>
        admitted is null ? answer : AnswerCut.Of(answer, admitted.Grant.Fields);

    private void Check(object request, ServerCallContext context)
    {
        if (MalformedMessages.Contains(request))
        {
            throw Refusals.Of(new Fault(EdgeFaults.MalformedMessage));
        }

        if (request is not IMessage message || shapes.Find(request.GetType()) is not { } shape)
        {
            return; // health and reflection have no rules of ours
        }

        var sink = new FaultSink(options.Value.FaultsMax, options.Value.DepthMax);
        if (shape.RequestId is { } requestId && context.GetHttpContext() is { } http && RestCall.Of(http) is not null)
        {
            TakeIdempotencyKey(message, requestId, http.Request, sink);
        }

        MessageValidator.Validate(message, shape, sink);
        if (sink.Faults.Count > 0)
        {
            throw new RefusalException(sink.Faults);
        }
    }

    /// <summary>The header gives the request id where the body does not; the value may be a bare token or a quoted string (RFC 9651).</summary>
    private static void TakeIdempotencyKey(IMessage message, FieldShape requestId, HttpRequest request, FaultSink sink)
    {
        var header = request.Headers[IdempotencyKey];
        if (header.Count == 0)
        {
            return;
        }

        var key = header.Count == 1 ? header[0]!.Trim() : "";
        if (key is ['"', .., '"'] && key.Length > 1)
        {
            key = key[1..^1];
        }

        var given = (string)requestId.Field.Accessor.GetValue(message);
        if (given.Length == 0 && key.Length > 0)
        {
            requestId.Field.Accessor.SetValue(message, key);
        }
        else if (given != key)
        {
            sink.Enter(requestId.Name);
            sink.Add(EdgeFaults.IdempotencyKeyMismatch);
            sink.Leave();
        }
    }

    private RpcException Translate(Exception fault, ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var rest = RestCall.Of(http);
        switch (fault)
        {
            case RefusalException refusal:
                return Refuse(refusal.Faults, context, http, rest, refusal.RetryAfter);
            case RpcException { StatusCode: StatusCode.Cancelled } when context.CancellationToken.IsCancellationRequested:
            case OperationCanceledException when context.CancellationToken.IsCancellationRequested:
            case IOException when context.CancellationToken.IsCancellationRequested:
                rest?.Leave();
                return new RpcException(new Status(StatusCode.Cancelled, "The caller left."));
            case RpcException rpc when rest is null:
                return rpc;
            case RpcException rpc:
                return Refuse([new Fault(FaultStatus.CodeOf(rpc.StatusCode))], context, http, rest);
            case StoreUnavailableException:
                EdgeLog.StoreUnavailable(logger, context.Method, Refusals.TraceId(http));
                return Refuse([new Fault(EdgeFaults.Unavailable)], context, http, rest);
            default:
                EdgeLog.CallFailed(logger, fault, context.Method, Refusals.TraceId(http));
                return Refuse([new Fault(GeneralFaults.Internal)], context, http, rest);
        }
    }

    private RpcException Refuse(IReadOnlyList<Fault> faults, ServerCallContext context, HttpContext http, RestCall? rest, TimeSpan? retryAfter = null)
    {
        var traceId = Refusals.TraceId(http);
        http.Features.Set(new RefusedCall(context.Method, faults));
        EdgeLog.Refused(logger, context.Method, FaultStatus.Headline(faults).Code.Code, faults.Count, traceId);
        var rpc = Refusals.ToRpcException(faults, traceId, options.Value.StatusDetailBytesMax, retryAfter);
        if (rest is null)
        {
            return rpc;
        }

        // The transcoder would write the details itself, and fails on types it was not told of: the faults travel beside it instead.
        rest.Refuse(faults);
        return new RpcException(rpc.Status);
    }

    /// <summary>
    /// Asks the gate again before each message that is answered, and keeps what it lets see: a grant that ended while the stream was open lets nothing
    /// more through. Messages that were made ready together have one leaf, before the first of them.
    /// </summary>
    private sealed class AdmittedStream<T>(EdgeInterceptor edge, IServerStreamWriter<T> inner, ServerCallContext context) : IServerStreamWriter<T>
        where T : class
    {
        public WriteOptions? WriteOptions
        {
            get => inner.WriteOptions;
            set => inner.WriteOptions = value;
        }

        public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

        public async Task WriteAsync(T message, CancellationToken cancellationToken)
        {
            var admitted = edge.Admit(context);
            await edge.KeepAccessAsync(context);
            await inner.WriteAsync(Cut(message, admitted), cancellationToken);
        }
    }

    /// <summary>Checks each message of a request stream as it is read.</summary>
    private sealed class CheckedStream<T>(EdgeInterceptor edge, IAsyncStreamReader<T> inner, ServerCallContext context) : IAsyncStreamReader<T>
        where T : class
    {
        public T Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            try
            {
                if (!await inner.MoveNext(cancellationToken))
                {
                    return false;
                }
            }
            catch (InvalidOperationException) when (context.CancellationToken.IsCancellationRequested)
            {
                // Who reads on after the caller left is told so as of a misuse; it is a call that ended.
                throw new OperationCanceledException(context.CancellationToken);
            }

            edge.Check(inner.Current, context);
            return true;
        }
    }
}
