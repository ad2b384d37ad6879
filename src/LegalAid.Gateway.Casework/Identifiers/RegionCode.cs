using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Identifiers;

/// <summary>Level of an administrative division.</summary>
public enum RegionLevel
{
    /// <summary>省、自治区、直辖市, <c>xx0000</c>.</summary>
    Province,

    /// <summary>地级市, <c>xxyy00</c>.</summary>
    Prefecture,

    /// <summary>县、区、县级市; also one directly under a province.</summary>
    County,
}

/// <summary>What the gateway knows about a code's being in the standard.</summary>
public enum RegionAssignment
{
    /// <summary>In use.</summary>
    Assigned,

    /// <summary>Was in use; numbers issued under it stay valid.</summary>
    Retired,

    /// <summary>Never assigned: the division it would belong to is known completely and does not have it.</summary>
    Unassigned,

    /// <summary>The province is known, its divisions are not listed here.</summary>
    Unlisted,
}

/// <summary>
/// 行政区划代码 (GB/T 2260): six digits, of which the first two must be a known province. Nanning is listed completely, with its
/// retired codes; other divisions are accepted by province alone, since the standard changes every year and a refusal for want of
/// a table would stop a real notice.
/// </summary>
[JsonConverter(typeof(IdentifierJsonConverter<RegionCode>))]
public sealed record RegionCode : IIdentifier<RegionCode>
{
    private readonly string _text;

    private RegionCode(string text) => _text = text;

    /// <summary>南宁市.</summary>
    public static RegionCode Nanning { get; } = new("450100");

    /// <summary>广西壮族自治区.</summary>
    public static RegionCode Guangxi { get; } = new("450000");

    /// <summary>450199, a code of Nanning that nobody has: the region of every synthetic person.</summary>
    public static RegionCode Synthetic { get; } = new("450199");

    public RegionLevel Level =>
        _text.EndsWith("0000", StringComparison.Ordinal) ? RegionLevel.Province
        : _text.EndsWith("00", StringComparison.Ordinal) ? RegionLevel.Prefecture
        : RegionLevel.County;

    /// <summary>The province, itself if it is one.</summary>
    public RegionCode Province => new(_text[..2] + "0000");

    /// <summary>The prefecture-level city, itself if it is one; null for a province and for a county directly under one.</summary>
    public RegionCode? Prefecture => _text[2..4] == "00" ? null : new RegionCode(_text[..4] + "00");

    /// <summary>The Chinese name: provinces, Nanning and its counties; null where the gateway has none.</summary>
    public string? Name => Regions.NameOf(_text);

    public RegionAssignment Assignment => Regions.AssignmentOf(_text);

    /// <summary>The code that took this one's place (450122 → 450110, 450127 → 450181), else itself.</summary>
    public RegionCode Current => Regions.SuccessorOf(_text) is { } successor ? new RegionCode(successor) : this;

    public string Masked => _text;

    /// <summary>True when <paramref name="other"/> is this division or lies in it; a retired code counts as its successor.</summary>
    public bool Contains(RegionCode other)
    {
        var (outer, inner) = (Current._text, other.Current._text);
        return Level switch
        {
            RegionLevel.Province => inner.StartsWith(outer[..2], StringComparison.Ordinal),
            RegionLevel.Prefecture => inner.StartsWith(outer[..4], StringComparison.Ordinal),
            _ => inner == outer,
        };
    }

    /// <summary>The reverse of <see cref="Contains"/>.</summary>
    public bool IsWithin(RegionCode outer) => outer.Contains(this);

    /// <summary>Six digits, full-width ones too, of a known province.</summary>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out RegionCode? value, [NotNullWhen(false)] out FaultCode? fault)
    {
        value = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            fault = GeneralFaults.Required;
            return false;
        }

        var folded = IdentifierText.Fold(text);
        fault = folded.Length != 6 ? IdentifierFaults.RegionLength
            : !IdentifierText.IsDigits(folded) ? IdentifierFaults.RegionCharacter
            : !Regions.IsKnownProvince(folded.AsSpan(0, 2)) ? IdentifierFaults.RegionProvince
            : null;
        value = fault is null ? new RegionCode(folded) : null;
        return value is not null && fault is null;
    }

    /// <summary>The same of a code that is known to be well formed; throws otherwise.</summary>
    public static RegionCode Parse(string text) =>
        TryParse(text, out var value, out var fault) ? value : throw new FormatException(fault.Code);

    public override string ToString() => _text;
}
