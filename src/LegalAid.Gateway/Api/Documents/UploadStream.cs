using Google.Protobuf;
using Grpc.Core;
using LegalAid.Gateway.Contracts.Attachments.V1;

namespace LegalAid.Gateway.Api.Documents;

/// <summary>The bytes of an upload's gRPC messages, one after the other, as a stream that is read and nothing else.</summary>
internal sealed class UploadStream(IAsyncStreamReader<UploadAttachmentRequest> messages, ByteString first) : Stream
{
    private ReadOnlyMemory<byte> _rest = first.Memory;

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
        while (_rest.IsEmpty)
        {
            if (!await NextAsync(cancellationToken))
            {
                return 0;
            }

            _rest = messages.Current.Content.Memory;
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>gRPC tells a stream that broke as a status; a stream of bytes tells it as an <see cref="IOException"/>.</summary>
    private async Task<bool> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await messages.MoveNext(cancellationToken);
        }
        catch (RpcException broken) when (broken.StatusCode == StatusCode.Cancelled)
        {
            throw new IOException("the call was cancelled", broken);
        }
    }
}
