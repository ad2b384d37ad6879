using System.Collections.Immutable;
using System.Text;

namespace LegalAid.Gateway.Casework.Directory;

/// <summary>A text with placeholders, <c>{{person.number}}</c>. There is no other form: no conditions, no calls, nothing that could go wrong when it is filled in.</summary>
public sealed record PlaceholderText
{
    private readonly ImmutableArray<(string Literal, Placeholder? Then)> _pieces;

    private PlaceholderText(ImmutableArray<(string, Placeholder?)> pieces) => _pieces = pieces;

    public IEnumerable<Placeholder> Used => _pieces.Select(piece => piece.Then).OfType<Placeholder>();

    /// <summary>The text; null where a brace is not closed or a name is none, which is then in <paramref name="wrong"/> (empty: the braces).</summary>
    public static PlaceholderText? TryParse(string text, out string wrong)
    {
        var pieces = ImmutableArray.CreateBuilder<(string, Placeholder?)>();
        wrong = "";
        var at = 0;
        while (text.IndexOf("{{", at, StringComparison.Ordinal) is >= 0 and var open)
        {
            var close = text.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0)
            {
                return null;
            }

            wrong = text[(open + 2)..close].Trim();
            if (!Placeholders.ByName.TryGetValue(wrong, out var placeholder))
            {
                return null;
            }

            pieces.Add((text[at..open], placeholder));
            at = close + 2;
        }

        pieces.Add((text[at..], null));
        return new PlaceholderText(pieces.ToImmutable());
    }

    /// <summary>The text with every placeholder's value in its place; null where one has no value.</summary>
    public string? Fill(Func<Placeholder, string?> value)
    {
        var filled = new StringBuilder();
        foreach (var (literal, then) in _pieces)
        {
            filled.Append(literal);
            if (then is { } placeholder)
            {
                if (value(placeholder) is not { } text)
                {
                    return null;
                }

                filled.Append(text);
            }
        }

        return filled.ToString();
    }

    public bool Equals(PlaceholderText? other) => other is not null && _pieces.SequenceEqual(other._pieces);

    public override int GetHashCode() => _pieces.Length == 0 ? 0 : _pieces[0].GetHashCode();

    /// <summary>The template as it is written.</summary>
    public override string ToString() => string.Concat(_pieces.Select(piece => piece.Literal + (piece.Then is { } then ? $"{{{{{NameOf(then)}}}}}" : "")));

    private static string NameOf(Placeholder placeholder) => Placeholders.ByName.First(entry => entry.Value == placeholder).Key;
}

/// <summary>
/// A text that goes out: plain, or a document of its own inside of the text, as many interfaces have it (XML in an element's text, JSON in a form's field). There the
/// values are written by the inner document's rules first: a name with a quotation mark does not break out of the inner one either.
/// </summary>
public abstract record TextTemplate
{
    private TextTemplate()
    {
    }

    public sealed record Plain(PlaceholderText Value) : TextTemplate;

    public sealed record Json(JsonTemplate Value) : TextTemplate;

    public sealed record Xml(XmlTemplate Value) : TextTemplate;

    /// <summary>Every text with placeholders in it.</summary>
    public IEnumerable<PlaceholderText> Texts() => this switch
    {
        Plain plain => [plain.Value],
        Json json => json.Value.Texts(),
        Xml xml => xml.Value.Texts(),
        _ => throw new InvalidOperationException($"template {this}"),
    };

    /// <summary>The text; null where a placeholder has no value.</summary>
    public string? Fill(Func<Placeholder, string?> value) => this switch
    {
        Plain plain => plain.Value.Fill(value),
        Json json => json.Value.Fill(value),
        Xml xml => xml.Value.Fill(value),
        _ => throw new InvalidOperationException($"template {this}"),
    };

    /// <summary>A text with a placeholder that begins like JSON or XML must be one.</summary>
    /// <param name="fault">What is wrong, where the result is null; empty: a placeholder.</param>
    public static TextTemplate? TryParse(string text, out string fault)
    {
        fault = "";
        if (PlaceholderText.TryParse(text, out _) is not { } plain)
        {
            return null;
        }

        var inner = text.AsSpan().TrimStart();
        return !plain.Used.Any() || inner.IsEmpty || inner.StartsWith("{{") ? new Plain(plain)
            : inner[0] is '{' or '[' ? JsonTemplate.TryParse(text, out fault) is { } json ? new Json(json) : null
            : inner[0] == '<' ? XmlTemplate.TryParse(text, out fault) is { } xml ? new Xml(xml) : null
            : new Plain(plain);
    }
}
