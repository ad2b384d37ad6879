using System.Collections.Immutable;

namespace LegalAid.Gateway.Exchange.Attachments;

/// <summary>
/// What a file is by its first bytes. A name and a declared type are the sender's word; a page that a clerk's computer would run must not
/// come in as a picture. Formats that are ZIP inside (OFD, GB/T 33190; OOXML) are told as ZIP: the first bytes say no more.
/// </summary>
public static class MediaTypes
{
    /// <summary>From so many bytes on the content can be told; a shorter document is told when it is whole.</summary>
    public const int SniffBytes = 512;

    private static readonly ImmutableDictionary<string, Func<ReadOnlySpan<byte>, bool>> Signs =
        new Dictionary<string, Func<ReadOnlySpan<byte>, bool>>(StringComparer.Ordinal)
        {
            ["application/pdf"] = static head => head.StartsWith("%PDF-"u8),
            ["application/ofd"] = IsZip,
            ["application/msword"] = static head => head.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
            ["application/vnd.openxmlformats-officedocument.wordprocessingml.document"] = IsZip,
            ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"] = IsZip,
            ["application/zip"] = IsZip,
            ["image/jpeg"] = static head => head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]),
            ["image/png"] = static head => head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]),
            ["image/tiff"] = static head => head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8),
            ["audio/mpeg"] = static head => head.StartsWith("ID3"u8) || (head.Length > 1 && head[0] == 0xFF && (head[1] & 0xE0) == 0xE0),
            ["audio/wav"] = static head => head.StartsWith("RIFF"u8) && head.Length >= 12 && head[8..].StartsWith("WAVE"u8),
            ["video/mp4"] = static head => head.Length >= 8 && head[4..].StartsWith("ftyp"u8),
            ["text/plain"] = IsText,
        }.ToImmutableDictionary();

    /// <summary>Every type that can be told, in order.</summary>
    public static ImmutableArray<string> Known { get; } = [.. Signs.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The type without parameters, in lower case: "text/plain" of "Text/Plain; charset=utf-8".</summary>
    public static string Bare(string mediaType) => mediaType.Split(';', 2)[0].Trim().ToLowerInvariant();

    /// <summary>Whether content that begins so is of the type. A type that cannot be told is not.</summary>
    /// <param name="head">The first bytes, at least <see cref="SniffBytes"/> of them or all.</param>
    public static bool Fits(string mediaType, ReadOnlySpan<byte> head) => Signs.TryGetValue(Bare(mediaType), out var sign) && sign(head);

    private static bool IsZip(ReadOnlySpan<byte> head) => head.StartsWith("PK\x03\x04"u8);

    /// <summary>No control characters but white space, and nothing that another type is told by; any encoding that keeps ASCII passes.</summary>
    private static bool IsText(ReadOnlySpan<byte> head)
    {
        foreach (var letter in head)
        {
            if (letter < 0x20 && letter is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f'))
            {
                return false;
            }
        }

        return !head.StartsWith("%PDF-"u8) && !head.StartsWith("ID3"u8);
    }
}
