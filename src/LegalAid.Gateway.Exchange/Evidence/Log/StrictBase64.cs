namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>RFC 4648 4 and nothing else: no white space, padding present, no bits left over, so that one value has one text.</summary>
internal static class StrictBase64
{
    /// <summary>The bytes, or null.</summary>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length / 4 * 3];
        return text.Length % 4 == 0 && Convert.TryFromBase64Chars(text, bytes, out var written)
            && text.SequenceEqual(Convert.ToBase64String(bytes.AsSpan(0, written)))
            ? bytes[..written]
            : null;
    }
}
