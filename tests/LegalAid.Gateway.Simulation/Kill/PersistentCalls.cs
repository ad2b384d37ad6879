using System.Net.Sockets;
using Grpc.Core;
using LegalAid.Gateway.Demo.Agencies;

namespace LegalAid.Gateway.Simulation.Kill;

/// <summary>
/// Calls as a careful system makes them: what got no answer is asked again, with the same request id, until it has one. An answer may be
/// a refusal; a broken connection is none.
/// </summary>
internal sealed class PersistentCalls(Moments moments, TimeProvider time)
{
    private const string Details = "grpc-status-details-bin";
    private static readonly TimeSpan AttemptBound = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10); // a bound on what hangs: a loaded machine takes minutes over two starts
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(80);

    private const string Unavailable = "UNAVAILABLE";

    private int _repeats;
    private int _toldUnavailable;

    /// <summary>How often a call was made again.</summary>
    public int Repeats => _repeats;

    /// <summary>How often the gateway answered, by its own code, that it cannot at present.</summary>
    public int ToldUnavailable => _toldUnavailable;

    /// <exception cref="TimeoutException">There was no answer for minutes.</exception>
    public async Task<T> UntilAnsweredAsync<T>(string what, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            using var bound = new CancellationTokenSource(AttemptBound, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancellationToken);
            try
            {
                var asked = call(either.Token);
                moments.Raise(Moment.Asked);
                var answer = await asked;
                moments.Raise(Moment.Answered);
                return answer;
            }
            catch (Exception e) when (IsNoAnswer(e) && !cancellationToken.IsCancellationRequested)
            {
                Interlocked.Increment(ref _repeats);
                if (e is RpcException rpc && rpc.Status.Detail.StartsWith(Unavailable + ":", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref _toldUnavailable);
                }

                if (time.GetElapsedTime(started) > Patience)
                {
                    throw new TimeoutException($"{what} has no answer", e);
                }
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>The same over REST, where an overloaded gateway answers that it is.</summary>
    public Task<RestAnswer> UntilAnsweredAsync(string what, Func<CancellationToken, Task<RestAnswer>> call, CancellationToken cancellationToken) =>
        UntilAnsweredAsync<RestAnswer>(
            what,
            async token =>
            {
                var answer = await call(token);
                if (answer.Code == Unavailable)
                {
                    Interlocked.Increment(ref _toldUnavailable);
                }

                return answer is { Status: not (502 or 503 or 504) } ? answer : throw new HttpRequestException("unavailable");
            },
            cancellationToken);

    /// <summary>Whether nobody can know what became of the call. The gateway's own refusals carry details.</summary>
    public static bool IsNoAnswer(Exception fault) => fault switch
    {
        RpcException { StatusCode: StatusCode.Unavailable } => true,
        RpcException rpc => rpc.Trailers.All(entry => entry.Key != Details)
            && rpc.StatusCode is StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled or StatusCode.DeadlineExceeded,
        // HttpClient lets the socket's own exception out where a connection is reset while it is made.
        HttpRequestException or IOException or SocketException or OperationCanceledException => true,
        _ => false,
    };
}
