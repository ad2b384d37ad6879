using System.Security.Cryptography;
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

    public static byte[] Seal(ExchangeCipher cipher, AttachmentId document, int ordinal, bool last, ReadOnlySpan<byte> content) =>
        cipher.Seal(KindOf(ordinal, last), document.Value, content);

    /// <exception cref="CryptographicException">It is not that chunk of that document.</exception>
    public static byte[] Open(ExchangeCipher cipher, AttachmentId document, int ordinal, bool last, ReadOnlySpan<byte> box) =>
        cipher.Open(KindOf(ordinal, last), document.Value, box);

    private static string KindOf(int ordinal, bool last) => $"chunk {ordinal} {(last ? "last" : "more")}";
}
