using System.Buffers;

namespace LegalAid.Gateway.Edge.Rest;

/// <summary>A request body in one piece, in a rented buffer: checked where it lies, then read again by the transcoder.</summary>
internal sealed class RequestText : IDisposable
{
    private byte[] _buffer;
    private int _length;

    private RequestText(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Reads to the end, or gives null once there is more than <paramref name="bytesMax"/>, however the length was announced.</summary>
    public static async Task<RequestText?> ReadAsync(HttpRequest request, int bytesMax, CancellationToken cancellation)
    {
        if (request.ContentLength > bytesMax)
        {
            return null;
        }

        // One byte more than announced, so that the end is seen without growing.
        var text = new RequestText(request.ContentLength is { } length ? (int)length + 1 : 4096);
        try
        {
            while (true)
            {
                var read = await request.Body.ReadAsync(text._buffer.AsMemory(text._length), cancellation);
                if (read == 0)
                {
                    return text;
                }

                text._length += read;
                if (text._length > bytesMax)
                {
                    text.Dispose();
                    return null;
                }

                text.GrowIfFull();
            }
        }
        catch
        {
            text.Dispose();
            throw;
        }
    }

    /// <summary>The text again, for the next reader.</summary>
    public Stream ToStream() => new MemoryStream(_buffer, 0, _length, writable: false);

    /// <summary>An absent body stands for a message with nothing in it.</summary>
    public void FillIfEmpty()
    {
        if (_length == 0)
        {
            "{}"u8.CopyTo(_buffer);
            _length = 2;
        }
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer, clearArray: true); // it holds personal data
            _buffer = [];
            _length = 0;
        }
    }

    private void GrowIfFull()
    {
        if (_length < _buffer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        _buffer = larger;
    }
}
