using System.Collections.Immutable;
using System.Globalization;

namespace LegalAid.Gateway.Identity.Signatures;

/// <summary>
/// Reads a structured field that is a dictionary (RFC 9651 section 4.2.2), whole or not at all. Decimals, dates and display strings are
/// refused: no field that is read here has them. So is a key that stands twice, where the standard would take the last: two readers that
/// take different ones are how a checked signature and a used one come apart.
/// </summary>
public ref struct DictionaryReader
{
    /// <summary>Longest field, in characters.</summary>
    public const int CharsMax = 8192;

    /// <summary>Most members of a dictionary, items of an inner list, and parameters of one of them.</summary>
    public const int CountMax = 32;

    private readonly ReadOnlySpan<char> _text;
    private int _at;

    private DictionaryReader(ReadOnlySpan<char> text) => _text = text;

    private readonly char Next => _at < _text.Length ? _text[_at] : '\0';

    /// <summary>The members in their order; null where the text is malformed, empty or beyond a bound. Never throws.</summary>
    public static IReadOnlyDictionary<string, FieldMember>? TryRead(ReadOnlySpan<char> text) =>
        text.Length > CharsMax ? null : new DictionaryReader(text.Trim(' ')).Members();

    private Dictionary<string, FieldMember>? Members()
    {
        var members = new Dictionary<string, FieldMember>(StringComparer.Ordinal);
        while (members.Count < CountMax)
        {
            if (Key() is not { } key || Member() is not { } member || !members.TryAdd(key, member))
            {
                return null;
            }

            Skip(tabs: true);
            if (_at == _text.Length)
            {
                return members;
            }

            if (!Take(','))
            {
                return null;
            }

            Skip(tabs: true);
        }

        return null;
    }

    private FieldMember? Member()
    {
        if (!Take('='))
        {
            return Parameters() is { } flagged ? new FieldMember.Single(new BareItem.Flag(true), flagged) : null;
        }

        if (Next == '(')
        {
            return InnerList();
        }

        return Bare() is { } value && Parameters() is { } parameters ? new FieldMember.Single(value, parameters) : null;
    }

    private FieldMember.InnerList? InnerList()
    {
        _at++;
        var items = ImmutableArray.CreateBuilder<FieldItem>();
        while (true)
        {
            Skip(tabs: false);
            if (Take(')'))
            {
                return Parameters() is { } own ? new FieldMember.InnerList(items.ToImmutable(), own) : null;
            }

            if (items.Count == CountMax || Bare() is not { } value || Parameters() is not { } parameters || Next is not (' ' or ')'))
            {
                return null;
            }

            items.Add(new FieldItem(value, parameters));
        }
    }

    private FieldParameters? Parameters()
    {
        if (Next != ';')
        {
            return FieldParameters.None;
        }

        var all = ImmutableArray.CreateBuilder<KeyValuePair<string, BareItem>>();
        while (Take(';'))
        {
            Skip(tabs: false);
            if (all.Count == CountMax || Key() is not { } key || all.Any(one => one.Key == key))
            {
                return null;
            }

            BareItem? value = new BareItem.Flag(true);
            if (Take('='))
            {
                value = Bare();
            }

            if (value is null)
            {
                return null;
            }

            all.Add(new(key, value));
        }

        return new FieldParameters(all.ToImmutable());
    }

    private string? Key()
    {
        var start = _at;
        if (!char.IsAsciiLetterLower(Next) && Next != '*')
        {
            return null;
        }

        while (char.IsAsciiLetterLower(Next) || char.IsAsciiDigit(Next) || Next is '_' or '-' or '.' or '*')
        {
            _at++;
        }

        return _text[start.._at].ToString();
    }

    private BareItem? Bare() => Next switch
    {
        '"' => Text(),
        ':' => Bytes(),
        '?' => Flag(),
        '-' or (>= '0' and <= '9') => Integer(),
        '*' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') => Token(),
        _ => null,
    };

    private BareItem.Integer? Integer()
    {
        var start = _at;
        _ = Take('-');
        var digits = _at;
        while (char.IsAsciiDigit(Next))
        {
            _at++;
        }

        return _at - digits is >= 1 and <= 15 && Next != '.'
            ? new BareItem.Integer(long.Parse(_text[start.._at], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture))
            : null;
    }

    private BareItem.Text? Text()
    {
        _at++;
        var text = new System.Text.StringBuilder();
        while (Next is >= ' ' and <= '~')
        {
            if (Take('"'))
            {
                return new BareItem.Text(text.ToString());
            }

            if (Take('\\') && Next is not ('"' or '\\'))
            {
                return null;
            }

            text.Append(Next);
            _at++;
        }

        return null;
    }

    private BareItem.Token Token()
    {
        var start = _at;
        while (char.IsAsciiLetterOrDigit(Next) || (Next != '\0' && "!#$%&'*+-.^_`|~:/".Contains(Next, StringComparison.Ordinal)))
        {
            _at++;
        }

        return new BareItem.Token(_text[start.._at].ToString());
    }

    private BareItem.Bytes? Bytes()
    {
        var length = _text[(_at + 1)..].IndexOf(':');
        if (length < 0)
        {
            return null;
        }

        var base64 = _text.Slice(_at + 1, length);
        var bytes = new byte[base64.Length];

        // The decoder skips white space and takes any bits behind the end: only what it would write itself is one form of these bytes.
        if (!Convert.TryFromBase64Chars(base64, bytes, out var written)
            || !base64.SequenceEqual(Convert.ToBase64String(bytes.AsSpan(0, written))))
        {
            return null;
        }

        _at += length + 2;
        return new BareItem.Bytes(bytes.AsMemory(0, written));
    }

    private BareItem.Flag? Flag()
    {
        _at++;
        return Take('1') ? new BareItem.Flag(true) : Take('0') ? new BareItem.Flag(false) : null;
    }

    private bool Take(char letter)
    {
        if (Next != letter || _at == _text.Length)
        {
            return false;
        }

        _at++;
        return true;
    }

    private void Skip(bool tabs)
    {
        while (Next == ' ' || (tabs && Next == '\t'))
        {
            _at++;
        }
    }
}
