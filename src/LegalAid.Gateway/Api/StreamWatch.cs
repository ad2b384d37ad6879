using Grpc.Core;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Sharing;
using LegalAid.Gateway.Identity;

namespace LegalAid.Gateway.Api;

/// <summary>Serves what goes on for a while: until the caller hangs up, or may listen no more (<see cref="StreamWatch"/>), which it is then told.</summary>
internal sealed class CallerStreams(ITokenStanding tokens, ICallGate gate, IHostApplicationLifetime lifetime, TimeProvider time)
{
    /// <param name="serve">Its token is cancelled when the stream is over, for whatever reason.</param>
    public async Task RunAsync(ServerCallContext context, Func<CancellationToken, Task> serve)
    {
        await using var watch = new StreamWatch(context, tokens, gate, lifetime, time);
        try
        {
            await serve(watch.Ended);
        }
        catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested && watch.Why is { } why)
        {
            throw Refusals.Of([.. why.Faults]);
        }
    }
}

/// <summary>
/// Ends a stream whose caller may listen no more, also where there is nothing to say: when its token ends to the instant; when it is revoked, its client
/// is shut out or its agency's grant ends, at the next look. What the call is judged by is read once, before anything else runs on it. Where the gateway stops, the stream ends
/// at once, and its caller listens again: a gateway that waited for it would take half a minute to stop.
/// </summary>
internal sealed class StreamWatch : IAsyncDisposable
{
    /// <summary>With the seconds that a node may be behind, less than five.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _ended;
    private readonly CancellationTokenSource _expiry;
    private readonly CancellationToken _stopping;
    private readonly Task _watching;
    private volatile RefusalException? _why;

    public StreamWatch(ServerCallContext context, ITokenStanding tokens, ICallGate gate, IHostApplicationLifetime lifetime, TimeProvider time)
    {
        var (caller, headers) = (context.Caller(), context.GetHttpContext().Request.Headers);
        var purpose = CallTerms.Of(headers).Purpose?.Name;
        var left = caller.TokenExpires - time.GetUtcNow();
        _expiry = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        _stopping = lifetime.ApplicationStopping;
        _ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, _expiry.Token, _stopping);
        _watching = WatchAsync(tokens, headers.Authorization.ToString(), () => gate.Admit(caller.Agency, purpose, context.Method[1..]), time);
    }

    /// <summary>Cancelled when the stream is over, for whatever reason.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Why the gateway ended it; null where it did not.</summary>
    public RefusalException? Why => _why
        ?? (_expiry.IsCancellationRequested ? Refusals.Of(new Fault(IdentityFaults.TokenExpired))
        : _stopping.IsCancellationRequested ? Refusals.Of(new Fault(EdgeFaults.Unavailable))
        : null);

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _watching;
        _ended.Dispose();
        _expiry.Dispose();
    }

    private async Task WatchAsync(ITokenStanding tokens, string authorization, Action admit, TimeProvider time)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token))
            {
                if (await tokens.AskAsync(authorization) is { } fault)
                {
                    throw Refusals.Of(new Fault(fault));
                }

                admit();
            }
        }
        catch (RefusalException refusal)
        {
            _why = refusal;
            await _ended.CancelAsync();
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The stream is over.
        }
    }
}
