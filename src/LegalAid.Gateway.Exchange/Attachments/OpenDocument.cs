using System.Runtime.CompilerServices;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Attachments;

/// <summary>What there is of a document for a reader: a closed set.</summary>
public abstract record DocumentOutcome
{
    private DocumentOutcome()
    {
    }

    /// <summary>It can be read.</summary>
    public sealed record Found(OpenDocument Document) : DocumentOutcome;

    /// <summary>It was, and its content is erased; kind, size, sender and date stay in <paramref name="Reading"/>.</summary>
    public sealed record Erased(DocumentReading Reading) : DocumentOutcome;

    /// <summary>There is none that the reader may know of.</summary>
    public sealed record None : DocumentOutcome
    {
        public static readonly None Instance = new();
    }
}

/// <summary>A document that may be read, from any byte on, a chunk at a time. Safe on any thread; nothing to dispose of.</summary>
public sealed class OpenDocument
{
    private readonly ILedgerStore _store;
    private readonly ExchangeCipher _cipher;
    private readonly AttachmentRow _row;
    private readonly byte[] _whole;

    internal OpenDocument(ILedgerStore store, ExchangeCipher cipher, AttachmentRow row, byte[] whole)
    {
        (_store, _cipher, _row, _whole) = (store, cipher, row, whole);
        Reading = ExchangeVault.Read(row, cipher);
        if (row.ChunkCount > 0 && row.ChunkCount != ChunkSeal.CountOf(Reading.SizeBytes))
        {
            throw new InvalidDataException($"document {row.Id} was edited: it has another number of chunks than its length needs");
        }
    }

    public DocumentReading Reading { get; }

    /// <summary>
    /// The bytes from <paramref name="offset"/> on, <paramref name="count"/> of them, decrypted as they are asked for. A chunk that was edited,
    /// swapped or left out throws in its place: what came before it is true. A part is the caller's until it asks for the next.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the document.</exception>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(long offset, long count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Reading.SizeBytes - offset);
        return _row.ChunkCount == 0 ? ReadWhole(offset, count) : ReadChunksAsync(offset, count, cancellationToken);
    }

    /// <summary>The bytes of a range that fits into memory.</summary>
    internal async ValueTask<byte[]> BytesAsync(long offset, long count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        var filled = 0;
        await foreach (var part in ReadAsync(offset, count, cancellationToken))
        {
            part.CopyTo(bytes.AsMemory(filled));
            filled += part.Length;
        }

        return bytes;
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadWhole(long offset, long count)
    {
        var content = _cipher.Open(ExchangeCipher.Document, _row.Id.Value, _whole);
        yield return content.AsMemory((int)offset, (int)count); // a document in its own row is smaller than a message
        await Task.CompletedTask;
    }

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadChunksAsync(
        long offset, long count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new byte[ChunkSeal.ChunkBytes];
        while (count > 0)
        {
            var (ordinal, skip) = ((int)(offset / ChunkSeal.ChunkBytes), (int)(offset % ChunkSeal.ChunkBytes));
            var box = await _store.FindChunkAsync(_row.Id, ordinal, cancellationToken)
                ?? throw new InvalidDataException($"chunk {ordinal} of document {_row.Id} is gone");
            var length = ChunkSeal.Open(_cipher, _row.Id, ordinal, last: ordinal == _row.ChunkCount - 1, box, buffer);
            if (length != ChunkSeal.LengthOf(Reading.SizeBytes, ordinal))
            {
                throw new InvalidDataException($"chunk {ordinal} of document {_row.Id} is an earlier one: it is not as long as it should be");
            }

            var part = buffer.AsMemory(skip, (int)Math.Min(length - skip, count));
            yield return part;
            offset += part.Length;
            count -= part.Length;
        }
    }
}
