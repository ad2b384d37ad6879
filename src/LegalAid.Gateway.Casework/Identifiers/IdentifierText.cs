using System.Text;

namespace LegalAid.Gateway.Casework.Identifiers;

/// <summary>The foldings that identifiers share. All are pure and idempotent.</summary>
internal static class IdentifierText
{
    /// <summary>
    /// The one-byte form of what an input method or a scanner makes of a number: full-width characters (U+FF01–U+FF5E) become
    /// ASCII, the ideographic space a space, ASCII letters upper case; outer white space goes.
    /// </summary>
    public static string Fold(string text)
    {
        var builder = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            var narrow = c switch
            {
                >= '\uFF01' and <= '\uFF5E' => (char)(c - 0xFEE0),
                '\u3000' => ' ',
                _ => c,
            };
            builder.Append(char.IsAsciiLetterLower(narrow) ? char.ToUpperInvariant(narrow) : narrow);
        }

        return builder.ToString().Trim();
    }

    /// <summary><see cref="Fold"/>, with inner white space gone too: for numbers with words in them, which people space at will.</summary>
    public static string FoldTight(string text) => string.Concat(Fold(text).Where(c => !char.IsWhiteSpace(c)));

    public static bool IsDigits(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') < 0;

    /// <summary>
    /// The first three and the last two characters, stars between; of fewer than 12 characters only the first and the last two, of
    /// up to 5 none. Neither a birth date nor a whole number can be read from it.
    /// </summary>
    public static string Mask(string text)
    {
        var shown = text.Length >= 12 ? 3 : 1;
        return text.Length <= 5
            ? new string('*', text.Length)
            : string.Concat(text.AsSpan(0, shown), new string('*', text.Length - shown - 2), text.AsSpan(text.Length - 2));
    }

    /// <summary>True when every surrogate has its partner.</summary>
    public static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }

        return true;
    }
}
