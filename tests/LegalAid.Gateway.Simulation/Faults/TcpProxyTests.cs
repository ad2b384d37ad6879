using System.Net;
using System.Net.Sockets;

using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Simulation.Faults;

/// <summary>Each fault as both ends see it. The server sends back what it gets, and ends when its client has finished.</summary>
public sealed class TcpProxyTests : IAsyncLifetime
{
    private const int ManyBytes = 200_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new(Patience);
    private Task _serving = Task.CompletedTask;

    private CancellationToken Cancellation => _stopping.Token;

    public ValueTask InitializeAsync()
    {
        _server.Start();
        _serving = ServeAsync();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _serving;
        _server.Stop();
        _stopping.Dispose();
    }

    [Fact]
    public async Task Pass_None_CarriesEverythingBothWays()
    {
        var (echoed, broken) = await EchoAsync(TcpFate.None, ManyBytes);

        Assert.Equal((ManyBytes, false), (echoed, broken));
    }

    [Fact]
    public async Task Pass_Refuse_CarriesNothing()
    {
        var (echoed, _) = await EchoAsync(new TcpFate(TcpFault.Refuse), ManyBytes);

        Assert.Equal(0, echoed);
    }

    [Fact]
    public async Task Pass_Cut_BreaksAfterThatManyBytes()
    {
        var (echoed, broken) = await EchoAsync(new TcpFate(TcpFault.Cut, AfterBytes: 30_000), ManyBytes);

        Assert.True(broken);
        Assert.InRange(echoed, 0, 30_000);
    }

    [Fact]
    public async Task Pass_HalfCloseTowardsTarget_EndsTheRequestAndCarriesTheAnswer()
    {
        var (echoed, broken) = await EchoAsync(new TcpFate(TcpFault.HalfClose, AfterBytes: 5, TowardsTarget: true), 9);

        Assert.Equal((5, false), (echoed, broken));
    }

    [Fact]
    public async Task Pass_HalfCloseFromTarget_EndsTheAnswer()
    {
        var (echoed, broken) = await EchoAsync(new TcpFate(TcpFault.HalfClose, AfterBytes: 4, TowardsTarget: false), 9);

        Assert.Equal((4, false), (echoed, broken));
    }

    [Fact]
    public async Task Pass_Swallow_IsSilentAndThenBreaks()
    {
        var started = TimeProvider.System.GetTimestamp();
        var (echoed, broken) = await EchoAsync(new TcpFate(TcpFault.Swallow, AfterBytes: 5, Time: TimeSpan.FromMilliseconds(150)), 9);

        Assert.True(broken && echoed < 9);
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(140));
    }

    [Fact]
    public async Task Pass_Stall_IsSilentOnceAndCarriesEverything()
    {
        var started = TimeProvider.System.GetTimestamp();
        var (echoed, broken) = await EchoAsync(new TcpFate(TcpFault.Stall, AfterBytes: 5, Time: TimeSpan.FromMilliseconds(150)), ManyBytes);

        Assert.Equal((ManyBytes, false), (echoed, broken));
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(140));
    }

    [Fact]
    public async Task Pass_Withhold_CarriesTheRequestAndNotTheAnswerThatSaysTheWord()
    {
        var (echoed, broken) = await EchoAsync(new TcpFate(TcpFault.Withhold, AfterBytes: 9, Word: "\0\0\0"), 9);

        Assert.Equal((0, true), (echoed, broken));
    }

    [Theory]
    [InlineData(nameof(TcpFault.Delay))]
    [InlineData(nameof(TcpFault.Throttle))]
    public async Task Pass_Slow_CarriesEverythingLate(string fault)
    {
        var started = TimeProvider.System.GetTimestamp();
        var (echoed, _) = await EchoAsync(new TcpFate(Enum.Parse<TcpFault>(fault), Time: TimeSpan.FromMilliseconds(60), BytesPerSecond: 100_000), 6000);

        Assert.Equal(6000, echoed);
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(100)); // both ways
    }

    [Fact]
    public void Fate_OfASeed_IsTheSameAgainAndMeetsEveryFault()
    {
        var fates = Fates(new Dice(7));

        Assert.Equal(fates, Fates(new Dice(7)));
        Assert.NotEqual(fates, Fates(new Dice(8)));
        Assert.Equal(Enum.GetValues<TcpFault>(), fates.Select(fate => fate.Fault).Distinct().Order());
    }

    private static List<TcpFate> Fates(Dice dice) =>
        [.. Enumerable.Range(1, 200).SelectMany(number => (TcpFate[])[TcpFates.Of(dice, "p", number, share: 0.5), TcpFates.OfDatabase(dice, number)])];

    /// <summary>Sends so many bytes and reads the answer to its end. How many came back, and whether the connection broke.</summary>
    private async Task<(int Echoed, bool Broken)> EchoAsync(TcpFate fate, int count)
    {
        await using var proxy = TcpProxy.Start([_server.LocalEndpoint], _ => fate, TimeProvider.System);
        using var client = new TcpClient();
        var (echoed, buffer, sending) = (0, new byte[8192], Task.CompletedTask);
        try
        {
            await client.ConnectAsync(proxy.Address, Cancellation);
            sending = SendAsync(client.Client, new byte[count]);
            while (await client.Client.ReceiveAsync(buffer, Cancellation) is var read and > 0)
            {
                echoed += read;
            }

            return (echoed, Broken: false);
        }
        catch (SocketException)
        {
            return (echoed, Broken: true);
        }
        finally
        {
            await sending;
            Assert.Equal(fate.Fault == TcpFault.None ? 0 : 1, proxy.Struck);
        }
    }

    private async Task SendAsync(Socket to, byte[] bytes)
    {
        try
        {
            for (var at = 0; at < bytes.Length;)
            {
                at += await to.SendAsync(bytes.AsMemory(at), Cancellation);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The connection broke, as it was meant to.
        }
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _server.AcceptSocketAsync(Cancellation);
                await EchoBackAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task EchoBackAsync(Socket client)
    {
        try
        {
            var buffer = new byte[8192];
            while (await client.ReceiveAsync(buffer, Cancellation) is var read and > 0)
            {
                await client.SendAsync(buffer.AsMemory(0, read), Cancellation);
            }
        }
        catch (SocketException)
        {
            // Broken: the next one.
        }
    }
}
