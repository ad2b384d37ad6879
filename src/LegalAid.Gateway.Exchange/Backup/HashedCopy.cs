using System.Buffers;
using System.Security.Cryptography;

namespace LegalAid.Gateway.Exchange.Backup;

/// <summary>Copies a stream of any length in constant memory, and says how long it was and its SHA-256.</summary>
internal static class HashedCopy
{
    private const int BufferBytes = 128 << 10;

    public static async Task<(long Bytes, string Sha256)> RunAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var total = 0L;
            while (await from.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                hash.AppendData(buffer, 0, read);
                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                total += read;
            }

            return (total, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
