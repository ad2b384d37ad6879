using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace LegalAid.Gateway.Testing;

/// <summary>Types of HTTP/2 frames (RFC 9113 section 6).</summary>
public enum FrameType : byte
{
    Data = 0,
    Headers = 1,
    ResetStream = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}

/// <summary>A frame as it came.</summary>
public sealed record Http2Frame(FrameType Type, byte Flags, int Stream, byte[] Payload)
{
    /// <summary>The error code of a RST_STREAM or GOAWAY; null for any other.</summary>
    public uint? Error => Type switch
    {
        FrameType.ResetStream => BinaryPrimitives.ReadUInt32BigEndian(Payload),
        FrameType.GoAway => BinaryPrimitives.ReadUInt32BigEndian(Payload.AsSpan(4)),
        _ => null,
    };
}

/// <summary>
/// An HTTP/2 connection by hand, which says what no client would: frames are what the test makes them, and nothing is answered that it does not answer. Headers are
/// written without compression (RFC 7541 6.2.2).
/// </summary>
public sealed class RawHttp2 : IAsyncDisposable
{
    public const byte EndStream = 1, EndHeaders = 4;

    private static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    private readonly Stream _stream;

    private RawHttp2(Stream stream) => _stream = stream;

    /// <summary>Connects, over TLS where the address says so (whatever certificate is shown), and sends preface and settings.</summary>
    /// <param name="certificate">Shown where one is asked for.</param>
    public static async Task<RawHttp2> ConnectAsync(Uri address, CancellationToken cancellationToken, X509Certificate2? certificate = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (address.Scheme == Uri.UriSchemeHttps)
            {
                var tls = new SslStream(stream);
                stream = tls;
                await tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions
                    {
                        TargetHost = address.Host,
                        ClientCertificates = certificate is null ? null : [certificate],
                        ApplicationProtocols = [SslApplicationProtocol.Http2],
                        RemoteCertificateValidationCallback = static (_, _, _, _) => true, // the attacker does not mind whom it attacks
                    },
                    cancellationToken);
            }

            var connection = new RawHttp2(stream);
            await connection.SendAsync((byte[])[.. Preface, .. Frame(FrameType.Settings, 0, 0, [])], cancellationToken);
            return connection;
        }
        catch
        {
            await (stream?.DisposeAsync() ?? ValueTask.CompletedTask);
            socket.Dispose();
            throw;
        }
    }

    public static byte[] Frame(FrameType type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        (frame[0], frame[1], frame[2], frame[3], frame[4]) = ((byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, (byte)type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    /// <summary>RST_STREAM with CANCEL.</summary>
    public static byte[] Reset(int stream) => Frame(FrameType.ResetStream, 0, stream, [0, 0, 0, 8]);

    /// <summary>A header block: the four pseudo-headers, then the fields.</summary>
    public static byte[] Block(string scheme, string method, string path, params IEnumerable<(string Name, string Value)> fields) =>
    [
        .. Field(":method", method), .. Field(":scheme", scheme), .. Field(":authority", "gateway"), .. Field(":path", path),
        .. fields.SelectMany(field => Field(field.Name, field.Value)),
    ];

    /// <summary>A literal field, never indexed; names in small letters.</summary>
    public static byte[] Field(string name, string value) => [0x10, .. Text(name), .. Text(value)];

    /// <summary>A literal field that goes into the dynamic table, as its entry 62.</summary>
    public static byte[] IndexedField(string name, string value) => [0x40, .. Text(name), .. Text(value)];

    public Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _stream.WriteAsync(bytes, cancellationToken).AsTask();

    /// <summary>The next frame; null where the connection has ended.</summary>
    public async Task<Http2Frame?> ReadAsync(CancellationToken cancellationToken)
    {
        var head = new byte[9];
        try
        {
            await _stream.ReadExactlyAsync(head, cancellationToken);
            var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
            await _stream.ReadExactlyAsync(payload, cancellationToken);
            return new Http2Frame((FrameType)head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Reads on until such a frame comes; null where the connection ends first.</summary>
    public async Task<Http2Frame?> UntilAsync(Predicate<Http2Frame> wanted, CancellationToken cancellationToken)
    {
        while (await ReadAsync(cancellationToken) is { } frame)
        {
            if (wanted(frame))
            {
                return frame;
            }
        }

        return null;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    /// <summary>RFC 7541 5.1 and 5.2, without Huffman coding.</summary>
    private static byte[] Text(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        var length = new List<byte>();
        if (bytes.Length < 127)
        {
            length.Add((byte)bytes.Length);
        }
        else
        {
            length.Add(127);
            var rest = bytes.Length - 127;
            for (; rest >= 128; rest >>= 7)
            {
                length.Add((byte)((rest & 127) | 128));
            }

            length.Add((byte)rest);
        }

        return [.. length, .. bytes];
    }
}
