using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Grpc.Core;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Exchange.Clocks;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>
/// Asks by one unary gRPC call. One attempt, in order: 1. what the method takes and gives is known, from the descriptor set or the server; 2. the message is written from its template;
/// 3. it is authenticated; 4. it is sent; 5. the answer becomes JSON; 6. facts are made of it.
/// </summary>
internal sealed class GrpcFactConnector(
    FactConnector connector, ConnectorCall.Grpc call, string name, CallInvoker server, Func<RequestAuthentication> authentication, ConnectorSecrets secrets,
    TimeProvider system, CivilClock civil, ILogger logger, IConnectorTrace? trace = null) : IFactConnector
{
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(bytes => bytes, bytes => bytes);

    private readonly AnswerReader _reader = new(connector.Reading, AnswerLanguage.Json);
    private readonly AnswerMapper _mapper = new(connector.Reading);
    private readonly Method<byte[], byte[]> _method = new(MethodType.Unary, call.Service, call.Method, Raw, Raw);
    private MethodDescriptor? _described = call.Descriptors is { } set ? GrpcDescriptors.Find(set.Bytes.AsSpan(), call.Service, call.Method) : null;

    public async Task<FactAnswer> AskAsync(FactQuestion question, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(connector.Timeout, system);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var (answer, detail) = await TryAsync(question, late.Token, either.Token, cancellationToken);
        if (answer is FactAnswer.Unavailable { Fault: var fault })
        {
            ConnectorLog.Tell(logger, name, question.Id, fault, detail);
        }

        return answer;
    }

    private async Task<(FactAnswer Answer, string Detail)> TryAsync(FactQuestion question, CancellationToken late, CancellationToken either, CancellationToken caller)
    {
        var proof = authentication();
        try
        {
            return await SendAsync(question, proof, either);
        }
        catch (RpcException failure)
        {
            caller.ThrowIfCancellationRequested();
            return late.IsCancellationRequested ? TimedOut() : Judge(failure, proof);
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            return TimedOut();
        }
        catch (ObjectDisposedException)
        {
            return Failed(ConnectorFault.BrokenOff, "the connection was closed by a reload");
        }
    }

    private async Task<(FactAnswer Answer, string Detail)> SendAsync(FactQuestion question, RequestAuthentication proof, CancellationToken cancellationToken)
    {
        if (connector.Wire?.Certificate is { } certificate && secrets.FindCertificate(certificate) is null)
        {
            return Failed(ConnectorFault.NotConfigured, $"no usable connectors/{certificate}.pem");
        }

        // 1.
        _described ??= call.Descriptors is null ? await GrpcDescriptors.AskAsync(server, call.Service, call.Method, cancellationToken) : null;
        if (_described is not { } method)
        {
            return Failed(ConnectorFault.NotConfigured, "no such unary method is described");
        }

        // 2.
        var now = system.GetUtcNow();
        var values = new QuestionValues(question, connector, now, proof.TemplateSecret);
        if (connector.Authentication is ConnectorAuthentication.InRequest && proof.TemplateSecret is null)
        {
            return Failed(ConnectorFault.NotConfigured, "no secret");
        }

        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(connector.Wire?.Address ?? throw new InvalidOperationException("nothing to connect to"), $"/{call.Service}/{call.Method}"));
        if (!values.IsAskable || call.Message.Fill(values.Of) is not { } json || !ExchangeFormat.TryAddHeaders(message, call.Headers, values))
        {
            return Failed(ConnectorFault.NotAskable, "the request needs more than the question has");
        }

        if (GrpcCodec.Write(method.InputType, JsonNode.Parse(json), out var misfit) is not { } bytes)
        {
            return Failed(ConnectorFault.NotConfigured, $"the template does not fit {misfit}");
        }

        // 3.
        var request = new OutgoingRequest(message, bytes, Type: null);
        if (await proof.ApplyAsync(request, now, cancellationToken) is { } unproved)
        {
            return Failed(unproved, "no proof of who asks");
        }

        // 4.
        var headers = new Metadata();
        foreach (var header in message.Headers)
        {
            headers.Add(header.Key.ToLowerInvariant(), string.Join(", ", header.Value));
        }

        trace?.Sent($"{ShownExchange.Of(request, proof)}\n{(proof.TemplateSecret is { } secret ? json.Replace(secret, "***", StringComparison.Ordinal) : json)}\n");
        var raw = await server.AsyncUnaryCall(_method, host: null, new CallOptions(headers, cancellationToken: cancellationToken), bytes);

        // 5. and 6.
        var digest = Convert.ToHexStringLower(SHA256.HashData(raw));
        var outer = GrpcCodec.Read(method.OutputType, raw) is { } read ? _reader.ReadOuter(Encoding.UTF8.GetBytes(read.ToJsonString()), charset: null) : null;
        trace?.Received(outer?.Shown ?? "not of the described form");
        return (outer is null ? null : _reader.ReadInner(outer)) is { } answer
            ? (_mapper.Map(answer, question.Facts, civil.Now.CivilDate(), (int)StatusCode.OK, succeeded: true, digest, out var where), where)
            : Failed(ConnectorFault.BadAnswer, "it is not of the described form");
    }

    private (FactAnswer Answer, string Detail) Judge(RpcException failure, RequestAuthentication proof)
    {
        var status = failure.StatusCode;
        var detail = status.ToString();
        if (_described is not null && _mapper.SaysByStatusAlone((int)status, succeeded: false))
        {
            return (new FactAnswer.NoMatch(Convert.ToHexStringLower(SHA256.HashData([]))), "");
        }

        if (failure.Status.DebugException is HttpRequestException wire)
        {
            ConnectorLog.NotReached(logger, wire, name);
            return Failed(WireFaults.Of(wire), detail);
        }

        if (failure.Status.DebugException is IOException)
        {
            return Failed(ConnectorFault.BrokenOff, detail);
        }

        switch (status)
        {
            case StatusCode.Unauthenticated or StatusCode.PermissionDenied:
                return (new FactAnswer.Unavailable(ConnectorFault.CredentialRefused, RetryAfter: null, proof.WasRefused()), detail);
            case StatusCode.ResourceExhausted when failure.Status.Detail.StartsWith("Received message exceeds", StringComparison.Ordinal): // the client's own words
                return Failed(ConnectorFault.AnswerTooLarge, $"over {connector.AnswerBytesMax} bytes");
            case StatusCode.ResourceExhausted or StatusCode.Unavailable:
                return (FactAnswer.Unavailable.Of(ConnectorFault.TooBusy, PushbackOf(failure.Trailers)), detail);
            case StatusCode.DeadlineExceeded:
                return Failed(ConnectorFault.TimedOut, detail);
            case StatusCode.Unimplemented when _described is null:
                return Failed(ConnectorFault.NotConfigured, "the server has no reflection: give descriptors");
            case StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.AlreadyExists or StatusCode.FailedPrecondition or StatusCode.OutOfRange or StatusCode.Unimplemented:
                return Failed(ConnectorFault.Refused, detail);
            default:
                return Failed(ConnectorFault.SourceFailed, detail);
        }
    }

    /// <summary>The server's wish of gRFC A6.</summary>
    private static TimeSpan? PushbackOf(Metadata trailers) =>
        int.TryParse(trailers.GetValue("grpc-retry-pushback-ms"), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds > 0 ? TimeSpan.FromMilliseconds(milliseconds) : null;

    private (FactAnswer Answer, string Detail) TimedOut() => Failed(ConnectorFault.TimedOut, string.Create(CultureInfo.InvariantCulture, $"{connector.Timeout.TotalMilliseconds:0} ms"));

    private static (FactAnswer Answer, string Detail) Failed(ConnectorFault fault, string detail) => (FactAnswer.Unavailable.Of(fault), detail);
}
