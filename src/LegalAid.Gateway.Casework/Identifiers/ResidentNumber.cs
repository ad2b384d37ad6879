using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Identifiers;

/// <summary>Sex as a resident number states it.</summary>
public enum Sex
{
    Male,
    Female,
}

/// <summary>
/// 公民身份号码 (GB 11643): six digits of region, eight of birth date, three of sequence (odd = male), one check character.
/// Residence permits of Hong Kong, Macao and Taiwan residents carry one too (regions 810000, 820000, 830000).
/// Canonical form: 18 ASCII characters, X in upper case.
/// </summary>
[JsonConverter(typeof(IdentifierJsonConverter<ResidentNumber>))]
public sealed record ResidentNumber : IIdentifier<ResidentNumber>
{
    /// <summary>The oldest birth year that is not taken for a slip: the standard's own example is of 1880.</summary>
    public const int BirthYearMin = 1800;

    private readonly string _text;

    private ResidentNumber(string text, RegionCode region, DateOnly birthDate)
    {
        _text = text;
        Region = region;
        BirthDate = birthDate;
    }

    /// <summary>Where the number was first given, not where the person lives.</summary>
    public RegionCode Region { get; }

    public DateOnly BirthDate { get; }

    /// <summary>The three digits of sequence, 0–999.</summary>
    public int Sequence => int.Parse(_text.AsSpan(14, 3), NumberStyles.None, CultureInfo.InvariantCulture);

    public Sex Sex => Sequence % 2 == 1 ? Sex.Male : Sex.Female;

    /// <summary>First three and last two characters: the province and a half of the city, never the birth date.</summary>
    public string Masked => IdentifierText.Mask(_text);

    /// <summary>Full years on the date; see <see cref="CivilAge.On"/>.</summary>
    public int AgeOn(DateOnly date) => CivilAge.On(BirthDate, date);

    /// <summary>Under 18 on the date; the 18th birthday itself still counts as a minor's (see <see cref="CivilAge"/>).</summary>
    public bool IsMinorOn(DateOnly date) => CivilAge.IsMinorOn(BirthDate, date);

    /// <summary>Parses by <see cref="ResidentNumberRules.Standard"/>, without a reference date.</summary>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out ResidentNumber? value, [NotNullWhen(false)] out FaultCode? fault) =>
        TryParse(text, ResidentNumberRules.Standard, today: null, out value, out fault);

    /// <summary>
    /// Parses 18 characters. Faults, in the order they are looked for: required, 15-digit number, length, character, region,
    /// impossible date, birth after <paramref name="today"/> (a civil date; null leaves that out), check character.
    /// </summary>
    public static bool TryParse(
        string? text, ResidentNumberRules rules, DateOnly? today,
        [NotNullWhen(true)] out ResidentNumber? value, [NotNullWhen(false)] out FaultCode? fault)
    {
        value = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            fault = GeneralFaults.Required;
            return false;
        }

        var folded = IdentifierText.Fold(text);
        fault = FaultOfShape(folded);
        if (fault is not null)
        {
            return false;
        }

        if (!RegionCode.TryParse(folded[..6], out var region, out _) || !rules.Accepts(region))
        {
            fault = IdentifierFaults.ResidentNumberRegion;
            return false;
        }

        var dated = TryReadDate(folded.AsSpan(6, 8), out var birth);
        fault = !dated || birth.Year < BirthYearMin ? IdentifierFaults.ResidentNumberBirthDate
            : birth > today ? IdentifierFaults.ResidentNumberBirthFuture
            : Mod11.CheckOf(folded) != folded[17] ? IdentifierFaults.ResidentNumberCheck
            : null;
        value = fault is null ? new ResidentNumber(folded, region, birth) : null;
        return value is not null && fault is null;
    }

    /// <inheritdoc/>
    public static bool TryReadStored(
        string? text, [NotNullWhen(true)] out ResidentNumber? value, [NotNullWhen(false)] out FaultCode? fault) =>
        TryParse(text, ResidentNumberRules.Stored, today: null, out value, out fault);

    /// <summary>
    /// Makes the number of a synthetic person, for seeds and tests only. Throws <see cref="ArgumentException"/> where the region is
    /// not known to be unassigned, since the result could be a living person's number.
    /// </summary>
    /// <param name="region">An unassigned region: <see cref="RegionCode.Synthetic"/>.</param>
    /// <param name="birth">From the year <see cref="BirthYearMin"/> on.</param>
    /// <param name="sequence">0–999; odd is male.</param>
    public static ResidentNumber Synthesise(RegionCode region, DateOnly birth, int sequence)
    {
        if (region.Assignment != RegionAssignment.Unassigned)
        {
            throw new ArgumentException($"Region {region} is not known to be unassigned.", nameof(region));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(birth.Year, BirthYearMin, nameof(birth));
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sequence, 999);
        var body = string.Create(CultureInfo.InvariantCulture, $"{region}{birth:yyyyMMdd}{sequence:D3}");
        return new ResidentNumber(body + Mod11.CheckOf(body), region, birth);
    }

    /// <summary>The canonical number, which is personal data: never into logs, addresses or error texts.</summary>
    public override string ToString() => _text;

    internal static bool TryReadDate(ReadOnlySpan<char> digits, out DateOnly date) =>
        DateOnly.TryParseExact(digits, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    private static FaultCode? FaultOfShape(string folded) =>
        folded.Length == 15 && IdentifierText.IsDigits(folded) ? IdentifierFaults.ResidentNumberFifteen
        : folded.Length != 18 ? IdentifierFaults.ResidentNumberLength
        : !IdentifierText.IsDigits(folded.AsSpan(0, 17)) || !(char.IsAsciiDigit(folded[17]) || folded[17] == 'X')
            ? IdentifierFaults.ResidentNumberCharacter
        : null;
}
