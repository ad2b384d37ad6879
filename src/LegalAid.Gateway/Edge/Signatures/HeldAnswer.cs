using System.IO.Pipelines;
using LegalAid.Gateway.Identity.Signatures;
using Microsoft.AspNetCore.Http.Features;

namespace LegalAid.Gateway.Edge.Signatures;

/// <summary>
/// A response body that is held back until it is whole, then signed and sent. Past its bound it is signed as far as that is possible and goes
/// through from then on, in constant memory. A request whose signature was not taken gets its answer unsigned.
/// </summary>
internal sealed class HeldAnswer(IHttpResponseBodyFeature inner, HttpContext context, AnswerSigner signer) : Stream, IHttpResponseBodyFeature
{
    /// <summary>The longest answer that is held.</summary>
    public const int BytesMax = 1 << 20;

    private readonly MemoryStream _held = new();
    private PipeWriter? _writer;
    private bool _released;

    Stream IHttpResponseBodyFeature.Stream => this;

    PipeWriter IHttpResponseBodyFeature.Writer => _writer ??= PipeWriter.Create(this, new StreamPipeWriterOptions(leaveOpen: true));

    public override bool CanRead => false;

    /// <summary>While it is held it can be taken back: <see cref="SetLength"/> with zero.</summary>
    public override bool CanSeek => !_released;

    public override bool CanWrite => true;

    public override long Length => _held.Length;

    public override long Position
    {
        get => _held.Position;
        set => throw new NotSupportedException();
    }

    public void DisableBuffering()
    {
        // It is held for its signature; who asks for none of it gets none by not signing the request.
    }

    public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task CompleteAsync() => _writer?.FlushAsync().AsTask() ?? Task.CompletedTask;

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(this, path, offset, count, cancellationToken);

    /// <summary>Signs and sends what is held.</summary>
    public async Task FinishAsync()
    {
        if (_writer is not null)
        {
            await _writer.FlushAsync(context.RequestAborted);
        }

        if (!_released && !context.RequestAborted.IsCancellationRequested)
        {
            await ReleaseAsync(whole: true, context.RequestAborted);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_released && _held.Length + buffer.Length <= BytesMax)
        {
            _held.Write(buffer.Span);
            return;
        }

        if (!_released)
        {
            await ReleaseAsync(whole: false, cancellationToken);
        }

        await inner.Stream.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("An answer is written asynchronously.");

    public override void Flush()
    {
        // What is held stays held.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => _released ? inner.Stream.FlushAsync(cancellationToken) : Task.CompletedTask;

    public override void SetLength(long value) => _held.SetLength(value);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    private async ValueTask ReleaseAsync(bool whole, CancellationToken cancellationToken)
    {
        _released = true;
        if (context.Features.Get<TakenSignature>() is { } taken)
        {
            if (whole && _held.Length > 0)
            {
                context.Response.Headers["Content-Digest"] = ContentDigest.Of(_held.GetBuffer().AsSpan(0, (int)_held.Length));
            }

            signer.Sign(context.Response, taken);
        }

        if (_held.Length > 0)
        {
            await inner.Stream.WriteAsync(_held.GetBuffer().AsMemory(0, (int)_held.Length), cancellationToken);
        }
    }
}
