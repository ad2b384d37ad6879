using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Identifiers;

/// <summary>
/// A person's name. Kept exactly as sent, byte for byte: rare characters of the CJK extensions, private-use characters of older
/// systems, variation selectors and <c>·</c> stay. Two names are equal when their normalisation form C is; nothing is stripped.
/// </summary>
[JsonConverter(typeof(IdentifierJsonConverter<PersonName>))]
public sealed class PersonName : IIdentifier<PersonName>, IEquatable<PersonName>
{
    /// <summary>Longest name, in Unicode characters (not UTF-16 units).</summary>
    public const int CharactersMax = 100;

    private readonly string _text;

    private PersonName(string text)
    {
        _text = text;
        Normalised = UnicodeNfc.Normalise(text);
    }

    /// <summary>The form to compare and to index by (NFC).</summary>
    public string Normalised { get; }

    /// <summary>The first character and two stars, whatever the length: 张**; a name of one character is hidden whole.</summary>
    public string Masked
    {
        get
        {
            var elements = new StringInfo(_text);
            return elements.LengthInTextElements > 1 ? elements.SubstringByTextElements(0, 1) + "**" : "***";
        }
    }

    /// <summary>Faults: required (empty or blank), lone surrogate, control or direction character, replacement character U+FFFD, length.</summary>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out PersonName? value, [NotNullWhen(false)] out FaultCode? fault)
    {
        value = null;
        fault = string.IsNullOrWhiteSpace(text) ? GeneralFaults.Required
            : !IdentifierText.IsWellFormed(text) ? IdentifierFaults.NameSurrogate
            : text.EnumerateRunes().Any(IsControl) ? IdentifierFaults.NameControl
            : text.Contains('\uFFFD', StringComparison.Ordinal) ? IdentifierFaults.NameReplacement
            : text.EnumerateRunes().Count() > CharactersMax ? IdentifierFaults.NameLength
            : null;
        value = fault is null && text is not null ? new PersonName(text) : null;
        return value is not null && fault is null;
    }

    /// <summary>The name exactly as sent.</summary>
    public override string ToString() => _text;

    public bool Equals(PersonName? other) => other is not null && Normalised == other.Normalised;

    public override bool Equals(object? obj) => Equals(obj as PersonName);

    public override int GetHashCode() => Normalised.GetHashCode(StringComparison.Ordinal);

    public static bool operator ==(PersonName? left, PersonName? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(PersonName? left, PersonName? right) => !(left == right);

    /// <summary>Line breaks and direction marks could make a name read as another on a page; the joiners some scripts need may stay.</summary>
    private static bool IsControl(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        UnicodeCategory.Format => rune.Value is not (0x200C or 0x200D),
        UnicodeCategory.OtherNotAssigned => rune.Value is >= 0xFDD0 and <= 0xFDEF || (rune.Value & 0xFFFE) == 0xFFFE,
        _ => false,
    };
}
