using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Exchange.Clocks;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>
/// Asks over HTTP, JSON or XML. One attempt, in order: 1. the request is written from its template; 2. it is authenticated; 3. it is sent, within the time for the
/// whole; 4. the status is judged; 5. the body is read up to its bound, and understood; 6. facts are made of it.
/// </summary>
internal sealed class HttpFactConnector(
    FactConnector connector, string name, HttpMessageInvoker client, Func<RequestAuthentication> authentication, ConnectorSecrets secrets,
    TimeProvider system, CivilClock civil, ILogger logger, IConnectorTrace? trace = null) : IFactConnector
{
    private readonly ExchangeFormat _format = ExchangeFormat.Of(connector);
    private readonly AnswerReader _reader = new(connector.Reading, ExchangeFormat.Of(connector).Language);
    private readonly AnswerMapper _mapper = new(connector.Reading);

    public async Task<FactAnswer> AskAsync(FactQuestion question, CancellationToken cancellationToken)
    {
        var (answer, detail) = await TryAsync(question, cancellationToken);
        if (answer is FactAnswer.Unavailable { Fault: var fault })
        {
            ConnectorLog.Tell(logger, name, question.Id, fault, detail);
        }

        return answer;
    }

    private async Task<(FactAnswer Answer, string Detail)> TryAsync(FactQuestion question, CancellationToken cancellationToken)
    {
        if (connector.Wire?.Certificate is { } certificate && secrets.FindCertificate(certificate) is null)
        {
            return Failed(ConnectorFault.NotConfigured, $"no usable connectors/{certificate}.pem");
        }

        // 1.
        var proof = authentication();
        var now = system.GetUtcNow();
        var values = new QuestionValues(question, connector, now, proof.TemplateSecret);
        if (connector.Authentication is ConnectorAuthentication.InRequest && proof.TemplateSecret is null)
        {
            return Failed(ConnectorFault.NotConfigured, "no secret");
        }

        if (!values.IsAskable || _format.Write(values) is not { } request)
        {
            return Failed(ConnectorFault.NotAskable, "the request needs more than the question has");
        }

        using var message = request.Message;
        using var late = new CancellationTokenSource(connector.Timeout, system);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await SendAsync(question, request, proof, now, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(ConnectorFault.TimedOut, string.Create(CultureInfo.InvariantCulture, $"{connector.Timeout.TotalMilliseconds:0} ms"));
        }
        catch (HttpRequestException failure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var fault = WireFaults.Of(failure);
            ConnectorLog.NotReached(logger, failure, name);
            return Failed(fault, $"{failure.HttpRequestError}");
        }
        catch (Exception cut) when (cut is IOException or ObjectDisposedException or SocketException)
        {
            // Disposed: a changed configuration closed the connections in the middle. The socket's own: cut in the moment after it was connected.
            cancellationToken.ThrowIfCancellationRequested();
            return Failed(ConnectorFault.BrokenOff, "the answer is not whole");
        }
    }

    private async Task<(FactAnswer Answer, string Detail)> SendAsync(FactQuestion question, OutgoingRequest request, RequestAuthentication proof, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // 2.
        if (await proof.ApplyAsync(request, now, cancellationToken) is { } unproved)
        {
            return Failed(unproved, "no proof of who asks");
        }

        // 3.
        if (request.Type is { } type)
        {
            request.Message.Content = new ByteArrayContent(request.Body);
            request.Message.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        request.Message.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        trace?.Sent(ShownExchange.Of(request, proof));
        using var response = await client.SendAsync(request.Message, cancellationToken);

        // 4.
        var status = (int)response.StatusCode;
        var worthReading = response.IsSuccessStatusCode || _mapper.IsNoMatch(status, response.IsSuccessStatusCode)
            || (_format.Language == AnswerLanguage.Xml && response.StatusCode is HttpStatusCode.InternalServerError or HttpStatusCode.BadRequest);
        if (!worthReading && trace is null)
        {
            return Judge(response, proof);
        }

        // 5.
        if (await BoundedBody.ReadAsync(response.Content, connector.AnswerBytesMax, cancellationToken) is not { } body)
        {
            return Failed(ConnectorFault.AnswerTooLarge, $"over {connector.AnswerBytesMax} bytes");
        }

        var outer = ReadOuter(response, body);
        trace?.Received(ShownExchange.Of(response, body, outer));
        return worthReading ? Understand(question, response, body, outer, proof) : Judge(response, proof);
    }

    private IReadAnswer? ReadOuter(HttpResponseMessage response, ReadOnlyMemory<byte> body)
    {
        var headers = response.Content.Headers;
        return _format.Takes(headers.ContentType) && headers.ContentEncoding.Count == 0 ? _reader.ReadOuter(body, headers.ContentType?.CharSet?.Trim('"')) : null;
    }

    private (FactAnswer Answer, string Detail) Understand(FactQuestion question, HttpResponseMessage response, ReadOnlyMemory<byte> body, IReadAnswer? outer, RequestAuthentication proof)
    {
        var (status, succeeded) = ((int)response.StatusCode, response.IsSuccessStatusCode);
        var digest = Convert.ToHexStringLower(SHA256.HashData(body.Span));
        if (_mapper.SaysByStatusAlone(status, succeeded))
        {
            return (new FactAnswer.NoMatch(digest), "");
        }

        if (outer is null)
        {
            var headers = response.Content.Headers;
            return !succeeded ? Judge(response, proof)
                : _format.Takes(headers.ContentType) && headers.ContentEncoding.Count == 0 ? Failed(ConnectorFault.BadAnswer, "it is not well-formed")
                : Failed(ConnectorFault.WrongContentType, "it is of another type, or compressed");
        }

        var today = civil.Now.CivilDate();
        var fault = _format.FaultOf(outer);
        var inner = fault is null ? _reader.ReadInner(outer) : null;
        if (inner is null && !_mapper.IsNoMatch(status, succeeded))
        {
            return fault is { } said ? Failed(said, "a SOAP fault") : !succeeded ? Judge(response, proof) : Failed(ConnectorFault.BadAnswer, "inside");
        }

        // 6. A fault may be how an agency says that it knows nobody.
        var answer = _mapper.Map(inner ?? outer, question.Facts, today, status, succeeded && fault is null && inner is not null, digest, out var where);
        return answer is FactAnswer.Unavailable { Fault: ConnectorFault.SourceFailed } && (fault is not null || !succeeded || inner is null)
            ? fault is { } told ? Failed(told, "a SOAP fault") : !succeeded ? Judge(response, proof) : Failed(ConnectorFault.BadAnswer, "inside")
            : (answer, where);
    }

    /// <summary>What a status means that is no answer.</summary>
    private static (FactAnswer Answer, string Detail) Judge(HttpResponseMessage response, RequestAuthentication proof)
    {
        var status = (int)response.StatusCode;
        var detail = status.ToString(CultureInfo.InvariantCulture);
        switch (status)
        {
            case 401 or 403:
                var again = proof.WasRefused();
                return (new FactAnswer.Unavailable(ConnectorFault.CredentialRefused, RetryAfter: null, again), detail);
            case 429 or 503:
                return (FactAnswer.Unavailable.Of(ConnectorFault.TooBusy, PauseOf(response.Headers.RetryAfter, response.Headers.Date)), detail);
            case 408 or 504:
                return Failed(ConnectorFault.TimedOut, detail);
            case >= 500:
                return Failed(ConnectorFault.SourceFailed, detail);
            case >= 300 and < 400:
                return Failed(ConnectorFault.Redirected, detail);
            case >= 200 and < 300:
                return Failed(ConnectorFault.BadAnswer, detail);
            default:
                return Failed(ConnectorFault.Refused, detail);
        }
    }

    private static TimeSpan? PauseOf(RetryConditionHeaderValue? retryAfter, DateTimeOffset? sentAt)
    {
        var pause = retryAfter?.Delta ?? (retryAfter?.Date is { } date && sentAt is { } sent ? date - sent : null);
        return pause > TimeSpan.Zero ? pause : null;
    }

    private static (FactAnswer Answer, string Detail) Failed(ConnectorFault fault, string detail) => (FactAnswer.Unavailable.Of(fault), detail);
}
