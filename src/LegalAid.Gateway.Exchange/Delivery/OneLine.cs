namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>Free text as one line of bounded length: control characters and halves of surrogate pairs become spaces.</summary>
internal static class OneLine
{
    /// <param name="charsMax">In UTF-16 units.</param>
    public static string Of(string text, int charsMax)
    {
        var cut = text.Length > charsMax ? text[..charsMax] : text;
        return string.Concat(cut.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c)).Trim();
    }
}
