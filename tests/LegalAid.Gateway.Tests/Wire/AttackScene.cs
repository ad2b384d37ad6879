using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Testing;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>A gateway with its listeners in plain text and over TLS, somebody who attacks one of them by hand, and an agency that is served meanwhile.</summary>
internal sealed class AttackScene : IAsyncDisposable
{
    /// <summary>PROTOCOL_ERROR (RFC 9113 section 7).</summary>
    public const uint ProtocolError = 1;

    /// <summary>REFUSED_STREAM.</summary>
    public const uint RefusedStream = 7;

    /// <summary>ENHANCE_YOUR_CALM.</summary>
    public const uint EnhanceYourCalm = 11;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestAuthority _authority = new();
    private readonly X509Certificate2 _certificate = TestAuthority.SelfSigned("CN=attacker");
    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("legalaid-keys-");
    private readonly CancellationTokenSource _patience = new(Patience);
    private GatewayFixture? _gateway;

    public ShiftedTime Time { get; } = new();

    public GatewayFixture Gateway => _gateway ?? throw new InvalidOperationException("not started");

    /// <summary>Bounds every wait of a test.</summary>
    public CancellationToken Until => _patience.Token;

    public static async Task<AttackScene> StartAsync(ConnectionSettings? connections = null)
    {
        var scene = new AttackScene();
        using var server = scene._authority.IssueServer();
        await File.WriteAllTextAsync(Path.Combine(scene._keys.FullName, "tls.pem"), TestAuthority.PemOf(server));
        scene._gateway = await GatewayFixture.StartAsync(new GatewayStart
        {
            Time = scene.Time,
            Adjust = settings => settings with
            {
                KeyFolder = scene._keys.FullName,
                Connections = connections ?? settings.Connections,
                MutualTls = new MutualTlsSettings { PublicAddress = new Uri("https://localhost:8444"), Listener = new Uri("https://127.0.0.1:0") },
            },
        });
        return scene;
    }

    /// <summary>An attacker's connection to the gRPC listener, or over TLS to the one for certificates: any certificate will do there.</summary>
    public Task<RawHttp2> ConnectAsync(bool tls) => RawHttp2.ConnectAsync(tls ? Tls : Gateway.Gateway.Grpc, Until, _certificate);

    /// <summary>A request's header block as a client of that listener would send it.</summary>
    public static byte[] Block(bool tls, params IEnumerable<(string Name, string Value)> fields) => RawHttp2.Block(
        tls ? "https" : "http", "POST", "/legalaid.directory.v1.DirectoryService/ListAgencies", [("content-type", "application/grpc"), ("te", "trailers"), .. fields]);

    /// <summary>The court calls over both faces and is answered.</summary>
    public async Task ServedAsync()
    {
        foreach (var face in new[] { Face.Rest, Face.Grpc })
        {
            var answer = await Gateway[Notices.Court].CallUntilAsync(face, "WhoAmI", [], Until);
            Assert.True(answer.Accepted, $"{face} {answer.Status} {answer.Code}");
        }
    }

    /// <summary>Sends until the connection ends, and calls as the court meanwhile.</summary>
    /// <param name="bytes">What is sent the n-th time.</param>
    /// <returns>How often it was sent before it ended, and the error of GOAWAY; null where the end came without one.</returns>
    public async Task<(int Sent, uint? Error)> FloodAsync(RawHttp2 attacker, Func<int, byte[]> bytes, int max)
    {
        var ending = attacker.UntilAsync(frame => frame.Type == FrameType.GoAway, Until);
        var sent = 0;
        try
        {
            while (sent < max && !ending.IsCompleted)
            {
                await attacker.SendAsync(bytes(sent), Until);
                if (sent++ % 500 == 0)
                {
                    await ServedAsync();
                }
            }
        }
        catch (IOException)
        {
            // It ended while we sent.
        }

        Assert.True(sent < max, $"after {max} times the connection is still open");
        return (sent, (await ending)?.Error);
    }

    /// <summary>Whether the connection still answers: a PING comes back.</summary>
    public async Task<bool> LivesAsync(RawHttp2 connection)
    {
        await connection.SendAsync(RawHttp2.Frame(FrameType.Ping, 0, 0, new byte[8]), Until);
        return await connection.UntilAsync(frame => frame.Type == FrameType.Ping && frame.Flags == 1, Until) is not null;
    }

    /// <summary>A connection to the REST listener that has sent this much.</summary>
    public async Task<Socket> SayAsync(string text)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Gateway.Gateway.Rest.Port, Until);
        await socket.SendAsync(Encoding.Latin1.GetBytes(text), Until);
        return socket;
    }

    /// <summary>All that comes until the other side closes.</summary>
    public async Task<string> HearAsync(Socket socket)
    {
        using var heard = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, Until) is > 0 and var length)
            {
                heard.Write(buffer, 0, length);
            }
        }
        catch (SocketException)
        {
            // A reset is an end too.
        }

        return Encoding.UTF8.GetString(heard.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        _keys.Delete(recursive: true);
        _certificate.Dispose();
        _authority.Dispose();
        _patience.Dispose();
    }

    private Uri Tls => new(Gateway.Gateway.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.ElementAt(2));
}
