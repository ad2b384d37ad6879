namespace LegalAid.Gateway.Edge.Signatures;

/// <summary>A body that is kept while it is read, up to a bound: what was signed is evidence as it came, not as it was understood.</summary>
internal sealed class KeptBody(Stream body, int bytesMax) : Stream
{
    private readonly MemoryStream _kept = new();
    private bool _ended;

    /// <summary>The whole body once it was read to its end; empty before, and where it is longer than the bound.</summary>
    public ReadOnlyMemory<byte> Bytes => _ended && _kept.Length <= bytesMax ? _kept.ToArray() : default;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        _ended |= read == 0 && buffer.Length > 0;
        if (_kept.Length <= bytesMax)
        {
            _kept.Write(buffer.Span[..read]);
        }

        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
