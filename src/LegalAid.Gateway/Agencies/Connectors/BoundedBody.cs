using System.Buffers;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>Reads a body whole, up to a bound.</summary>
internal static class BoundedBody
{
    private const int UsualBytes = 4 * 1024;

    /// <summary>Null where it is longer.</summary>
    /// <exception cref="IOException">It broke off (also as <see cref="HttpRequestException"/>).</exception>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, int bytesMax, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > bytesMax)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>(content.Headers.ContentLength is { } length ? (int)length + 1 : UsualBytes); // one more: room to see that it ends
        var body = await content.ReadAsStreamAsync(cancellationToken);
        while (await body.ReadAsync(buffer.GetMemory(), cancellationToken) is var read and > 0)
        {
            buffer.Advance(read);
            if (buffer.WrittenCount > bytesMax)
            {
                return null;
            }
        }

        return buffer.WrittenMemory;
    }
}
