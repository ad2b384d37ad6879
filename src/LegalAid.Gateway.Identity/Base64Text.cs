using System.Buffers.Text;

namespace LegalAid.Gateway.Identity;

/// <summary>Base64url without padding, as JOSE writes it (RFC 7515 section 2).</summary>
internal static class Base64Text
{
    /// <summary>The bytes, or null where the text is not strictly base64url: padding, white space or another alphabet.</summary>
    public static byte[]? TryDecode(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
            {
                return null;
            }
        }

        // A length that no encoding has, as of a text that was cut off, is thrown by the decoder and not answered.
        if (!Base64Url.IsValid(text))
        {
            return null;
        }

        var bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        return Base64Url.TryDecodeFromChars(text, bytes, out var written) ? bytes[..written] : null;
    }
}
