using System.Security.Cryptography;

namespace LegalAid.Gateway.Exchange.Attachments;

/// <summary>Reads a piece from its sender: whole chunks at a time, each within its time, hashed where the piece's digest was given.</summary>
internal sealed class UploadBody(Stream body, bool hashed, TimeSpan chunkTimeout, TimeProvider time) : IDisposable
{
    private readonly IncrementalHash? _hash = hashed ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;

    /// <summary>Whether the sender has sent all of the piece.</summary>
    public bool Ended { get; private set; }

    /// <summary>Why reading stopped before the end: the connection broke, the caller left, or the chunk took too long; null while all is well.</summary>
    public Exception? Cut { get; private set; }

    public bool TooSlow { get; private set; }

    /// <summary>Reads until the buffer is full, the piece ends or is cut. Returns how many bytes came.</summary>
    public async ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(chunkTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var filled = 0;
        try
        {
            while (filled < buffer.Length)
            {
                var read = await body.ReadAsync(buffer[filled..], either.Token);
                if (read == 0)
                {
                    Ended = true;
                    break;
                }

                filled += read;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // What came before the cut is kept: a sender on a poor line makes its way, however little each connection carries.
            Cut = e;
            TooSlow = late.IsCancellationRequested && !cancellationToken.IsCancellationRequested;
        }

        _hash?.AppendData(buffer.Span[..filled]);
        return filled;
    }

    /// <summary>Whether the piece has the digest, once it has ended. True where none was given.</summary>
    public bool Has(byte[]? sha256) => sha256 is null || _hash is null || CryptographicOperations.FixedTimeEquals(_hash.GetHashAndReset(), sha256);

    public void Dispose() => _hash?.Dispose();
}
