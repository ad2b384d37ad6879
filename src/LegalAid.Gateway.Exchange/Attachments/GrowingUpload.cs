using System.Buffers;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Attachments;

/// <summary>
/// One call that lets an upload grow. It fills chunks, checks the first against the media type, seals each and appends it where the upload
/// stood when the call began; another call that was faster makes the store say no. A chunk that is not full at the end of a piece is stored as
/// it is, and replaced by a fuller one when the next piece comes.
/// </summary>
internal sealed class GrowingUpload(
    ILedgerStore store, UploadDigests digests, TimeProvider time, UploadRow upload, string mediaType, ExchangeCipher cipher)
{
    private readonly byte[] _place = ChunkSeal.Place();

    /// <summary>The upload as it stands.</summary>
    public UploadRow Upload { get; private set; } = upload;

    /// <summary>Takes the piece. Null where all of it was stored; else why not, with what was stored before it kept.</summary>
    public async Task<Fault?> TakeAsync(UploadBody body, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSeal.ChunkBytes);
        var digest = digests.Take(Upload.Id, Upload.ReceivedBytes);
        try
        {
            var filled = await ReadTailAsync(buffer, cancellationToken);
            while (true)
            {
                var room = (int)Math.Min(ChunkSeal.ChunkBytes - filled, Upload.TotalBytes - Upload.ReceivedBytes);
                var came = await body.FillAsync(buffer.AsMemory(filled, room), cancellationToken);
                if (Upload.ReceivedBytes + came == Upload.TotalBytes && await RunsOverAsync(body, cancellationToken))
                {
                    return Fault.With(AttachmentFaults.Overrun, "", $"{Upload.TotalBytes}");
                }

                if (came > 0)
                {
                    if (await StoreAsync(buffer.AsMemory(0, filled + came), came) is { } fault)
                    {
                        return fault;
                    }

                    digest?.Append(buffer.AsSpan(filled, came));
                    filled = (filled + came) % ChunkSeal.ChunkBytes;
                }

                if (body.Cut is { } cut)
                {
                    return body.TooSlow ? new Fault(AttachmentFaults.TooSlow) : throw new IOException("the upload was cut", cut);
                }

                if (body.Ended || Upload.ReceivedBytes == Upload.TotalBytes)
                {
                    return null;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true); // it held a document
            if (digest is not null)
            {
                digests.Put(Upload.Id, digest);
            }
        }
    }

    /// <summary>The last chunk, where it is not full, to be filled up.</summary>
    private async Task<int> ReadTailAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        var tail = (int)(Upload.ReceivedBytes % ChunkSeal.ChunkBytes);
        if (tail > 0)
        {
            var ordinal = Upload.ChunkCount - 1;
            var box = await store.FindChunkAsync(Upload.Id, ordinal, cancellationToken)
                ?? throw new InvalidDataException($"chunk {ordinal} of upload {Upload.Id} is gone");
            if (ChunkSeal.Open(cipher, Upload.Id, ordinal, last: false, box, buffer) != tail)
            {
                throw new InvalidDataException($"chunk {ordinal} of upload {Upload.Id} is not as long as its upload says");
            }
        }

        return tail;
    }

    /// <summary>Whether more comes than was announced. Asked before the last chunk is stored, so that the upload does not become whole by it.</summary>
    private static async Task<bool> RunsOverAsync(UploadBody body, CancellationToken cancellationToken) =>
        !body.Ended && body.Cut is null && await body.FillAsync(new byte[1], cancellationToken) > 0;

    /// <summary>Stores a chunk, whether or not its sender is still there: what came is the sender's progress.</summary>
    private async Task<Fault?> StoreAsync(ReadOnlyMemory<byte> chunk, int came)
    {
        var ordinal = (int)(Upload.ReceivedBytes / ChunkSeal.ChunkBytes);
        var after = Upload.ReceivedBytes + came;
        var last = after == Upload.TotalBytes;
        if (ordinal == 0 && (chunk.Length >= MediaTypes.SniffBytes || last) && !MediaTypes.Fits(mediaType, chunk.Span))
        {
            return new Fault(AttachmentFaults.Content, "mediaType");
        }

        var now = time.GetUtcNow();
        var growth = new UploadGrowth(Upload.ReceivedBytes, ordinal, ChunkSeal.Seal(cipher, Upload.Id, ordinal, last, chunk.Span, _place), after, now);
        if (!await store.AppendChunkAsync(Upload.Id, growth, CancellationToken.None))
        {
            var stands = (await store.FindUploadAsync(Upload.Id, CancellationToken.None))?.ReceivedBytes ?? 0;
            return Fault.With(AttachmentFaults.Offset, "offset", $"{stands}");
        }

        Upload = Upload with { ReceivedBytes = after, ChunkCount = ordinal + 1, GrownAt = now };
        return null;
    }
}
