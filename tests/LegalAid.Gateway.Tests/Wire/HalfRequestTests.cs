using System.Net.Sockets;
using System.Text;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>Requests that never become whole: they leave nothing, are no error, and hold nobody up.</summary>
public sealed class HalfRequestTests
{
    [Theory]
    [InlineData("headers only", 0)]
    [InlineData("a byte of the body", 1)]
    [InlineData("half of the body", 500)]
    public async Task Connection_ClosedInTheMiddleOfABody_LeavesNothing(string what, int bytes)
    {
        await using var gateway = await GatewayFixture.StartAsync();
        var before = gateway.Store.BusinessRows();
        var request = Encoding.UTF8.GetBytes(Notices.Of("COURT").Request.ToJsonString());
        var lines = gateway.Logs.Count;

        using (var socket = await OpenAsync(gateway, request.Length))
        {
            await socket.SendAsync(request.AsMemory(0, bytes), TestContext.Current.CancellationToken);
            if (bytes == 1)
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0); // a reset in place of a goodbye
            }
        }

        await Eventually.HoldsAsync(() => gateway.Logs.LinesFrom(lines).Any(line => line.Contains("/v1/defenceNotices", StringComparison.Ordinal)), what);
        Assert.Equal(before, gateway.Store.BusinessRows());
        Assert.Empty(gateway.Logs.Errors);
    }

    [Fact]
    public async Task Body_SentInSmallPieces_IsTakenOnceItIsWhole()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        var request = Encoding.UTF8.GetBytes(Notices.Of("COURT").Request.ToJsonString());
        using var socket = await OpenAsync(gateway, request.Length);
        socket.NoDelay = true;
        using var another = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        for (var sent = 0; sent < request.Length; sent += 100)
        {
            Assert.Equal(0, gateway.Store.Count("exchange"));
            await socket.SendAsync(request.AsMemory(sent, Math.Min(100, request.Length - sent)), another.Token);
            var who = await gateway[Notices.Court].CallUntilAsync(Face.Rest, "WhoAmI", [], another.Token); // others are served meanwhile
            Assert.True(who.Accepted);
        }

        var answer = new byte[12];
        await socket.ReceiveAsync(answer, another.Token);
        Assert.Equal("HTTP/1.1 200", Encoding.ASCII.GetString(answer));
        Assert.Equal(1, gateway.Store.Count("exchange"));
    }

    [Fact]
    public async Task Call_CancelledOverGrpc_HasOneEffectOrNone()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            var sample = Notices.Of("COURT");
            using var stop = new CancellationTokenSource();
            var call = gateway[sample.Organ].CallUntilAsync(Face.Grpc, "SubmitDefenceNotice", sample.Request, stop.Token);
            await Task.Yield();
            await stop.CancelAsync();
            var first = await call;

            // Whatever became of it: the same request id tells, and there is one exchange in the end.
            var second = await gateway[sample.Organ].CallAsync(Face.Grpc, "SubmitDefenceNotice", sample.Request);
            Assert.True(second.Accepted, $"{second.Status} {second.Code}");
            Assert.True(first.Accepted || first.Status == (int)Grpc.Core.StatusCode.Cancelled);
            Assert.Equal(i + 1, gateway.Store.Count("exchange"));
        }
    }

    private static async Task<Socket> OpenAsync(GatewayFixture gateway, int length)
    {
        var token = await gateway[Notices.Court].TokenAsync(CancellationToken.None);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(gateway.Gateway.Rest.Host, gateway.Gateway.Rest.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/defenceNotices HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n"
            + "Expect: 100-continue\r\n\r\n"));
        var go = new byte["HTTP/1.1 100 Continue\r\n\r\n".Length];
        await socket.ReceiveAsync(go); // the gateway has begun to read the body
        return socket;
    }
}
