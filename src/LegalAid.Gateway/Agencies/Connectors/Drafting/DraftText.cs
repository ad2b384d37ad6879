using System.Text;

namespace LegalAid.Gateway.Agencies.Connectors.Drafting;

/// <summary>Lines of YAML.</summary>
internal sealed class DraftText
{
    private readonly StringBuilder _text = new();

    /// <param name="comment">Of somebody else's: kept to one line.</param>
    public DraftText Line(int indent, string text, string comment = "")
    {
        var said = OneLine(comment);
        _text.Append(' ', indent).Append(text).Append(said.Length == 0 ? "" : text.Length == 0 ? $"# {said}" : $" # {said}").Append('\n');
        return this;
    }

    public DraftText Append(string lines)
    {
        _text.Append(lines);
        return this;
    }

    public override string ToString() => _text.ToString();

    /// <summary>A scalar: plain where nobody could take it for something else.</summary>
    public static string Quoted(string text)
    {
        if (text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/') && !"true false yes no null on off".Split(' ').Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            return text;
        }

        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            quoted.Append(letter switch { '"' => "\\\"", '\\' => "\\\\", '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ when char.IsControl(letter) => "", _ => letter.ToString() });
        }

        return quoted.Append('"').ToString();
    }

    public static string OneLine(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return new string([.. line.Where(letter => !char.IsControl(letter))]) is var said && said.Length > 160 ? said[..160] + "…" : new string([.. line.Where(letter => !char.IsControl(letter))]);
    }
}
