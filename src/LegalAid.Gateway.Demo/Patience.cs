using Grpc.Core;

namespace LegalAid.Gateway.Demo;

/// <summary>How long the story waits for what must come by itself; then it has not come.</summary>
internal static class Patience
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static CancellationTokenSource Bounded(CancellationToken stop) => Bounded(stop, Limit);

    /// <summary>What is watched, once it is as it should be; as it was seen last where patience ends before.</summary>
    /// <param name="limit">Null: as long as the story usually waits.</param>
    public static async Task<T> WatchAsync<T>(Func<CancellationToken, AsyncServerStreamingCall<T>> open, Func<T, bool> holds, CancellationToken stop, TimeSpan? limit = null)
        where T : new()
    {
        using var patience = Bounded(stop, limit ?? Limit);
        using var watch = open(patience.Token);
        var seen = new T();
        try
        {
            while (!holds(seen) && await watch.ResponseStream.MoveNext(patience.Token))
            {
                seen = watch.ResponseStream.Current;
            }
        }
        catch (Exception late) when (patience.IsCancellationRequested && !stop.IsCancellationRequested && late is RpcException or OperationCanceledException)
        {
            // As it stands.
        }

        return seen;
    }

    private static CancellationTokenSource Bounded(CancellationToken stop, TimeSpan limit)
    {
        var bounded = CancellationTokenSource.CreateLinkedTokenSource(stop);
        bounded.CancelAfter(limit);
        return bounded;
    }
}
