namespace LegalAid.Gateway.Casework.Duty.Files;

/// <summary>
/// Text that a spreadsheet takes for text. What begins like a formula (<c>= + - @</c>, a tab, a line's end) gets an apostrophe in front, and so does what begins with an
/// apostrophe, so that reading gives back exactly what was written.
/// </summary>
internal static class SafeCell
{
    private const char Guard = '\'';

    public static string Write(string text) => text is [Guard or '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠', ..] ? Guard + text : text;

    public static string Read(string text) => text is [Guard, .. var rest] && Write(rest) != rest ? rest : text;
}
