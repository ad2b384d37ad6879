using System.Security.Cryptography;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Attachments;

/// <summary>
/// Seals a document chunk by chunk under its exchange's data key. Each is bound to its document, its ordinal and whether it is the last: one
/// that was moved, swapped, repeated or left out does not open, and neither does a document that was cut short at a chunk's edge.
/// </summary>
internal static class ChunkSeal
{
    /// <summary>Bytes of every chunk but the last.</summary>
    public const int ChunkBytes = 256 << 10;

    /// <summary>How many chunks a document of so many bytes has.</summary>
    public static int CountOf(long bytes) => checked((int)((bytes + ChunkBytes - 1) / ChunkBytes));

    /// <summary>How many bytes a chunk has.</summary>
    public static int LengthOf(long documentBytes, int ordinal) =>
        (int)Math.Min(ChunkBytes, documentBytes - ((long)ordinal * ChunkBytes));

    /// <summary>Seals a chunk. Full ones, of which a large document has thousands, take turns in <paramref name="place"/>.</summary>
    public static byte[] Seal(ExchangeCipher cipher, AttachmentId document, int ordinal, bool last, ReadOnlySpan<byte> content, byte[] place)
    {
        var box = content.Length == ChunkBytes ? place : new byte[content.Length + SealedBox.OverheadBytes];
        cipher.Seal(KindOf(ordinal, last), document.Value, content, box);
        return box;
    }

    /// <summary>Where full chunks are sealed.</summary>
    public static byte[] Place() => new byte[ChunkBytes + SealedBox.OverheadBytes];

    /// <summary>Opens a chunk into the beginning of a buffer of <see cref="ChunkBytes"/>. Returns its length.</summary>
    /// <exception cref="CryptographicException">It is not that chunk of that document.</exception>
    public static int Open(ExchangeCipher cipher, AttachmentId document, int ordinal, bool last, ReadOnlySpan<byte> box, Span<byte> buffer)
    {
        var length = box.Length - SealedBox.OverheadBytes;
        if (length < 0 || length > buffer.Length)
        {
            throw new CryptographicException("not the length of a chunk");
        }

        cipher.Open(KindOf(ordinal, last), document.Value, box, buffer[..length]);
        return length;
    }

    private static string KindOf(int ordinal, bool last) => $"chunk {ordinal} {(last ? "last" : "more")}";
}
