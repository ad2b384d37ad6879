using System.Text;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>Values in places that take a part of ASCII only.</summary>
internal static class HeaderText
{
    private const string Kept = "-._~:+/=@ ";

    /// <summary>For a header: letters, digits and a few signs stay, all else is percent-encoded UTF-8, so that no value can end the header or its parameter.</summary>
    public static string Encode(string value)
    {
        var encoded = new StringBuilder();
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || Kept.Contains((char)rune.Value, StringComparison.Ordinal)))
            {
                encoded.Append((char)rune.Value);
                continue;
            }

            foreach (var octet in bytes[..rune.EncodeToUtf8(bytes)])
            {
                encoded.Append('%').Append(octet.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return encoded.ToString();
    }
}
