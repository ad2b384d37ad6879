using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LegalAid.Gateway.Testing;

/// <summary>
/// A network that fails: listens on a free port of loopback, passes each connection on to its target, and lets happen to it what its
/// fate says. On real sockets, so that both ends see what a network would show them. Of several targets each connection gets the first that
/// answers, from another one on each time: what stands before the nodes of a gateway.
/// </summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private const int PieceBytes = 16 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IReadOnlyList<EndPoint> _targets;
    private readonly Func<int, TcpFate> _fateOf;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<int, Task> _connections = [];
    private readonly ConcurrentDictionary<TcpFault, int> _struck = [];
    private readonly Task _accepting;
    private CancellationTokenSource _breaking = new();

    private TcpProxy(IReadOnlyList<EndPoint> targets, Func<int, TcpFate> fateOf, TimeProvider time)
    {
        (_targets, _fateOf, _time) = (targets, fateOf, time);
        _listener.Start();
        Address = (IPEndPoint)_listener.LocalEndpoint;
        _accepting = AcceptAsync();
    }

    public IPEndPoint Address { get; }

    /// <summary>Connections to which something happened.</summary>
    public int Struck => _struck.Values.Sum();

    /// <summary>Those to which this happened.</summary>
    public int StruckBy(TcpFault fault) => _struck.GetValueOrDefault(fault);

    /// <param name="fateOf">By the connection's number, from 1.</param>
    public static TcpProxy Start(IReadOnlyList<EndPoint> targets, Func<int, TcpFate> fateOf, TimeProvider time) => new(targets, fateOf, time);

    /// <summary>Resets every connection that there is. New ones have fates of their own.</summary>
    public async Task BreakAsync()
    {
        using var breaking = Interlocked.Exchange(ref _breaking, new CancellationTokenSource());
        await breaking.CancelAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting; // before the listener ends: to accept on an ended one is an error of its own
        _listener.Stop();
        await Task.WhenAll(_connections.Values);
        _stopping.Dispose();
        _breaking.Dispose();
    }

    private async Task AcceptAsync()
    {
        for (var number = 1; ; number++)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_stopping.Token);
                _connections[number] = PassAsync(client, number);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return; // the listener was stopped
            }
        }
    }

    private async Task PassAsync(Socket client, int number)
    {
        await Task.Yield();
        var (fate, whole) = (_fateOf(number), false);
        Socket? target = null;
        client.NoDelay = true;
        try
        {
            if (fate.Fault == TcpFault.Refuse)
            {
                Strike(fate.Fault);
                return;
            }

            target = await ConnectAsync(number);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, _breaking.Token);
            var link = new Link(fate);
            await Task.WhenAll(PumpAsync(client, target, true, link, over), PumpAsync(target, client, false, link, over));
            whole = true;
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One end is gone, or fate has struck: so is the other.
        }
        finally
        {
            if (target is not null)
            {
                Close(target, reset: !whole);
            }

            Close(client, reset: !whole);
            _connections.TryRemove(number, out _);
        }
    }

    /// <summary>Throws what the last target said where none answers.</summary>
    private async Task<Socket> ConnectAsync(int number)
    {
        for (var attempt = 1; ; attempt++)
        {
            var target = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await target.ConnectAsync(_targets[(number + attempt) % _targets.Count], _stopping.Token);
                return target;
            }
            catch (SocketException) when (attempt < _targets.Count)
            {
                target.Dispose();
            }
            catch
            {
                target.Dispose();
                throw;
            }
        }
    }

    /// <summary>Passes one direction on until it ends. Any failure ends both.</summary>
    private async Task PumpAsync(Socket from, Socket to, bool towardsTarget, Link link, CancellationTokenSource over)
    {
        try
        {
            var piece = new byte[PieceBytes];
            while (await from.ReceiveAsync(piece, over.Token) is var count and > 0)
            {
                var left = await BefallAsync(piece.AsMemory(0, count), to, towardsTarget, link, over.Token);
                if (left == 0)
                {
                    to.Shutdown(SocketShutdown.Send); // half-closed: what still comes is not passed on
                    return;
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            await over.CancelAsync();
            throw;
        }
    }

    /// <summary>Passes a piece as fate has it. 0 where this direction ends here.</summary>
    private async Task<int> BefallAsync(ReadOnlyMemory<byte> piece, Socket to, bool towardsTarget, Link link, CancellationToken cancellationToken)
    {
        var fate = link.Fate;
        var striking = fate.Fault is TcpFault.Cut or TcpFault.Swallow || (fate.Fault == TcpFault.HalfClose && fate.TowardsTarget == towardsTarget);
        var passes = striking ? (int)Math.Min(piece.Length, link.Take(fate.AfterBytes, piece.Length)) : piece.Length;
        if (fate.Fault is TcpFault.Delay or TcpFault.Throttle)
        {
            Strike(link);
            await Task.Delay(fate.Fault == TcpFault.Delay ? fate.Time : TimeSpan.FromSeconds((double)piece.Length / fate.BytesPerSecond), _time, cancellationToken);
        }

        if (fate.Fault is TcpFault.Stall or TcpFault.Withhold && link.Take(fate.AfterBytes, piece.Length) < piece.Length)
        {
            await AwaitedAsync(piece, towardsTarget, link, cancellationToken);
        }

        await SendAsync(to, piece[..passes], cancellationToken);
        if (passes == piece.Length)
        {
            return passes;
        }

        Strike(link);
        switch (fate.Fault)
        {
            case TcpFault.HalfClose:
                return 0;
            case TcpFault.Swallow:
                await Task.Delay(fate.Time, _time, cancellationToken);
                break;
        }

        throw new SocketException((int)SocketError.ConnectionReset);
    }

    /// <summary>Strikes where this is the piece for which fate has waited.</summary>
    private async Task AwaitedAsync(ReadOnlyMemory<byte> piece, bool towardsTarget, Link link, CancellationToken cancellationToken)
    {
        switch (link.Fate.Fault)
        {
            case TcpFault.Stall when !link.Struck:
                Strike(link);
                await Task.Delay(link.Fate.Time, _time, cancellationToken);
                break;
            case TcpFault.Withhold when !towardsTarget && piece.Span.IndexOf(Encoding.ASCII.GetBytes(link.Fate.Word)) >= 0:
                Strike(link);
                throw new SocketException((int)SocketError.ConnectionReset);
        }
    }

    private static async Task SendAsync(Socket to, ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        while (piece.Length > 0)
        {
            piece = piece[await to.SendAsync(piece, cancellationToken)..];
        }
    }

    /// <summary>Ends it in good order, or with a reset, as a broken network would.</summary>
    private static void Close(Socket socket, bool reset)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: reset, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone already.
        }

        socket.Dispose();
    }

    private void Strike(Link link)
    {
        if (!link.Struck)
        {
            link.Struck = true;
            Strike(link.Fate.Fault);
        }
    }

    private void Strike(TcpFault fault) => _struck.AddOrUpdate(fault, 1, static (_, count) => count + 1);

    /// <summary>Both directions of a connection.</summary>
    private sealed class Link(TcpFate fate)
    {
        private long _passed;

        public TcpFate Fate => fate;

        public bool Struck { get; set; }

        /// <summary>How many of so many bytes pass before the bound.</summary>
        public long Take(long bound, int count)
        {
            var before = Interlocked.Add(ref _passed, count) - count;
            return Math.Clamp(bound - before, 0, count);
        }
    }
}
