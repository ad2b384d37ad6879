using System.Net;
using System.Text;
using LegalAid.Gateway.Exchange.Evidence.Log;

namespace LegalAid.Gateway.Exchange.Evidence.Witness;

/// <summary>What a witness answered.</summary>
public abstract record WitnessAnswer
{
    private WitnessAnswer()
    {
    }

    /// <summary>It cosigned; the signature was checked.</summary>
    public sealed record Cosigned(CheckedSignature Signature) : WitnessAnswer;

    /// <summary>It knows this size and wants a proof from there (409).</summary>
    public sealed record Knows(long Size) : WitnessAnswer;

    /// <summary>What it knows is not the beginning of this tree (422).</summary>
    public sealed record Disagrees : WitnessAnswer;

    /// <summary>No use for now: unreachable, an unknown origin or key, or an answer that is none.</summary>
    public sealed record None(string Reason) : WitnessAnswer;
}

/// <summary>Asks a witness to cosign, by c2sp.org/tlog-witness. Every wait is bounded; an answer is believed only as far as it can be checked.</summary>
public sealed class WitnessClient(HttpClient http, TimeProvider time, TimeSpan timeout)
{
    private const int AnswerBytesMax = 64 * 1024;

    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    public async ValueTask<WitnessAnswer> AddCheckpointAsync(WitnessEntry witness, AddCheckpointRequest request, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, $"{witness.Address.AbsoluteUri.TrimEnd('/')}/add-checkpoint");
            message.Content = new StringContent(request.ToString(), Encoding.UTF8, "text/plain");
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var body = await ReadAsync(response.Content, either.Token);
            return Read(witness, request, response, body);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new WitnessAnswer.None(e is OperationCanceledException ? "timeout" : "unreachable");
        }
    }

    private static WitnessAnswer Read(WitnessEntry witness, AddCheckpointRequest request, HttpResponseMessage response, string? body) =>
        (response.StatusCode, body) switch
        {
            (_, null) => new WitnessAnswer.None("answer too long"),
            (HttpStatusCode.OK, _) => Cosignature(witness, request, body),
            (HttpStatusCode.Conflict, _) when response.Content.Headers.ContentType?.ToString() == WitnessReply.SizeType
                && body.EndsWith('\n') && Checkpoint.TryParseSize(body[..^1], out var size) => new WitnessAnswer.Knows(size),
            (HttpStatusCode.Conflict, _) => new WitnessAnswer.Disagrees(), // the same size and another root: no size is told
            (HttpStatusCode.UnprocessableEntity, _) => new WitnessAnswer.Disagrees(),
            _ => new WitnessAnswer.None($"{(int)response.StatusCode}"),
        };

    private static WitnessAnswer Cosignature(WitnessEntry witness, AddCheckpointRequest request, string body) =>
        SignedNote.Parse($"{request.Checkpoint.Text}\n{body}") is { } note && note.Text == request.Checkpoint.Text
            && note.Check([witness.Key], out var good) == NoteFinding.Valid
            ? new WitnessAnswer.Cosigned(good[0])
            : new WitnessAnswer.None("no cosignature of its key");

    /// <summary>Null where it is longer than any answer may be.</summary>
    private static async Task<string?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[AnswerBytesMax + 1];
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return read > AnswerBytesMax ? null : Encoding.UTF8.GetString(buffer, 0, read);
    }
}
