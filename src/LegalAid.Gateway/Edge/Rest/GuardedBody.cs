using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace LegalAid.Gateway.Edge.Rest;

/// <summary>
/// A response body that swallows the transcoder's own error text and lets everything else through at once, streams included. What is
/// swallowed never starts the response, so that the problem document can still set status and headers.
/// </summary>
internal sealed class GuardedBody : Stream, IHttpResponseBodyFeature
{
    private readonly IHttpResponseBodyFeature _inner;
    private readonly HttpResponse _response;
    private readonly RestCall _call;
    private GuardedWriter? _writer;

    public GuardedBody(IHttpResponseBodyFeature inner, HttpResponse response, RestCall call) => (_inner, _response, _call) = (inner, response, call);

    Stream IHttpResponseBodyFeature.Stream => this;

    PipeWriter IHttpResponseBodyFeature.Writer => _writer ??= new GuardedWriter(this, _inner.Writer);

    private bool Swallows => _call.Refusal is not null || _call.CallerLeft || (!_response.HasStarted && _response.StatusCode >= 400);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void DisableBuffering() => _inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => Swallows ? Task.CompletedTask : _inner.StartAsync(cancellationToken);

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        Swallows ? Task.CompletedTask : _inner.SendFileAsync(path, offset, count, cancellationToken);

    public Task CompleteAsync() => Swallows ? Task.CompletedTask : _inner.CompleteAsync();

    public override void Flush()
    {
        if (!Swallows)
        {
            _inner.Stream.Flush();
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Swallows ? Task.CompletedTask : _inner.Stream.FlushAsync(cancellationToken);

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (!Swallows)
        {
            _inner.Stream.Write(buffer, offset, count);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        Swallows ? ValueTask.CompletedTask : _inner.Stream.WriteAsync(buffer, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>The same guard for those who write through the pipe.</summary>
    private sealed class GuardedWriter(GuardedBody body, PipeWriter inner) : PipeWriter
    {
        private readonly ArrayBufferWriter<byte> _swallowed = new();
        private bool _swallowing;

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => Swallow() ? _swallowed.GetMemory(sizeHint) : inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => Swallow() ? _swallowed.GetSpan(sizeHint) : inner.GetSpan(sizeHint);

        public override void Advance(int bytes)
        {
            if (!_swallowing)
            {
                inner.Advance(bytes);
            }
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            body.Swallows ? ValueTask.FromResult(new FlushResult(isCanceled: false, isCompleted: false)) : inner.FlushAsync(cancellationToken);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null)
        {
            if (!body.Swallows)
            {
                inner.Complete(exception);
            }
        }

        private bool Swallow() => _swallowing = body.Swallows;
    }
}
