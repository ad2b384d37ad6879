using LegalAid.Gateway.Casework.Catalogue;

namespace LegalAid.Gateway.Casework.Directory;

/// <summary>Identity of an agency (机构): its configuration file's name, such as <c>nanning-qingxiu-court</c>. Parsed once at the edge.</summary>
public readonly record struct AgencyId : IComparable<AgencyId>
{
    private const string Collection = "agencies/";

    private AgencyId(string value) => Value = value;

    public string Value { get; }

    /// <summary>The resource name, <c>agencies/{agency}</c>.</summary>
    public string ResourceName => Collection + Value;

    public static bool TryParse(string? text, out AgencyId id)
    {
        var good = text is not null && NameForm.IsName(text);
        id = good ? new AgencyId(text!) : default; // good says that it is not null
        return good;
    }

    /// <summary>Reads <c>agencies/{agency}</c>.</summary>
    public static bool TryParseResourceName(string? text, out AgencyId id)
    {
        id = default;
        return text is not null && text.StartsWith(Collection, StringComparison.Ordinal) && TryParse(text[Collection.Length..], out id);
    }

    /// <summary>For ids written in code and read from our own store. Throws <see cref="FormatException"/>.</summary>
    public static AgencyId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not an agency id");

    public int CompareTo(AgencyId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
