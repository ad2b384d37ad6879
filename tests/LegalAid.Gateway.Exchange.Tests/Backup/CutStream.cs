namespace LegalAid.Gateway.Exchange.Tests.Backup;

/// <summary>Gives the first bytes of another and fails then, as a disk or a wire that breaks under a restore.</summary>
internal sealed class CutStream(Stream inner) : Stream
{
    private int _left = 10;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_left == 0)
        {
            throw new IOException("cut");
        }

        var read = inner.Read(buffer, offset, Math.Min(count, _left));
        _left -= read;
        return read > 0 ? read : throw new IOException("cut");
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
