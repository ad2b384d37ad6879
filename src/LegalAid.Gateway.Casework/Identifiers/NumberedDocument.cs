using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Identifiers;

/// <summary>
/// A document with a number. What is checked by kind: a resident number or a residence permit's as <see cref="ResidentNumber"/>;
/// passport three letters of state and 5–15 letters or digits; Hong Kong and Macao travel permit H or M and 8 digits (two more in
/// older ones count reissues); Taiwan travel permit 8 digits (older ones two more and a letter); foreigners' permanent residence
/// 9 and 17 more with a MOD 11-2 check (since 2023) or three letters and 12 digits before; anything else 1–60 characters.
/// </summary>
[JsonConverter(typeof(PersonDocumentJsonConverter))]
public sealed record NumberedDocument : PersonDocument
{
    public const int OtherCharactersMax = 60;

    private NumberedDocument(PersonDocumentKind kind, string number, string? issuer, ResidentNumber? resident)
    {
        Kind = kind;
        Number = number;
        Issuer = issuer;
        Resident = resident;
    }

    public override PersonDocumentKind Kind { get; }

    /// <summary>The canonical number: half-width, upper case; for <see cref="PersonDocumentKind.Other"/> also without spaces and in NFC.</summary>
    public string Number { get; }

    /// <summary>A passport's issuing state (three letters), or what another document calls itself; null for the other kinds.</summary>
    public string? Issuer { get; }

    /// <summary>The resident number, of an identity card or a residence permit.</summary>
    public ResidentNumber? Resident { get; }

    public override DateOnly? BirthDate =>
        Resident is not null ? Resident.BirthDate
        : Kind == PersonDocumentKind.ForeignerPermanentResidence && Number.Length == 18 && ResidentNumber.TryReadDate(Number.AsSpan(6, 8), out var birth) ? birth
        : null;

    public override string HoldKey => Kind switch
    {
        PersonDocumentKind.ResidentIdCard or PersonDocumentKind.HongKongMacaoResidencePermit or PersonDocumentKind.TaiwanResidencePermit => $"id:{Number}",
        PersonDocumentKind.Passport => $"passport:{Issuer}:{Number}",

        // The reissue count is no part of who the person is.
        PersonDocumentKind.HongKongMacaoTravelPermit => $"hkmo:{Number[..9]}",
        PersonDocumentKind.TaiwanTravelPermit => $"tw:{Number[..8]}",
        PersonDocumentKind.ForeignerPermanentResidence => $"fpr:{Number}",
        PersonDocumentKind.Other => string.Create(CultureInfo.InvariantCulture, $"other:{Issuer?.Length ?? 0}:{Issuer}:{Number}"),
        PersonDocumentKind.Unknown => throw new InvalidOperationException("An unknown identity has no number."),
        _ => throw new InvalidOperationException($"{Kind} has no hold key."),
    };

    public override string Masked => IdentifierText.Mask(Number);

    /// <summary>The card of a resident number already parsed.</summary>
    public static NumberedDocument Of(ResidentNumber number) => new(PersonDocumentKind.ResidentIdCard, number.ToString(), null, number);

    /// <summary>
    /// Faults: required; those of <see cref="ResidentNumber"/>; a residence permit of another region; form of the number; issuing
    /// state; check character; a kind without a number.
    /// </summary>
    /// <param name="issuer">Required for a passport, optional for <see cref="PersonDocumentKind.Other"/>, ignored otherwise.</param>
    /// <param name="today">Civil date against which birth dates are checked; null leaves that out.</param>
    public static bool TryParse(
        PersonDocumentKind kind, string? number, string? issuer, ResidentNumberRules rules, DateOnly? today,
        [NotNullWhen(true)] out NumberedDocument? value, [NotNullWhen(false)] out FaultCode? fault)
    {
        value = null;
        if (string.IsNullOrWhiteSpace(number))
        {
            fault = GeneralFaults.Required;
            return false;
        }

        (value, fault) = kind switch
        {
            PersonDocumentKind.ResidentIdCard => ReadResident(kind, number, rules, today),
            PersonDocumentKind.HongKongMacaoResidencePermit => ReadResident(kind, number, rules, today, "810000", "820000"),
            PersonDocumentKind.TaiwanResidencePermit => ReadResident(kind, number, rules, today, "830000"),
            PersonDocumentKind.Passport => ReadPassport(number, issuer),
            PersonDocumentKind.HongKongMacaoTravelPermit => Shaped(kind, number, IsHongKongMacaoTravelPermit),
            PersonDocumentKind.TaiwanTravelPermit => Shaped(kind, number, IsTaiwanTravelPermit),
            PersonDocumentKind.ForeignerPermanentResidence => ReadPermanentResidence(number),
            PersonDocumentKind.Other => ReadOther(number, issuer),
            _ => (null, IdentifierFaults.DocumentKind),
        };
        return value is not null && fault is null;
    }

    private static (NumberedDocument? Value, FaultCode? Fault) ReadResident(
        PersonDocumentKind kind, string number, ResidentNumberRules rules, DateOnly? today, params string[] regions) =>
        !ResidentNumber.TryParse(number, rules, today, out var resident, out var fault) ? (null, fault)
        : regions.Length > 0 && !regions.Contains(resident.Region.ToString(), StringComparer.Ordinal) ? (null, IdentifierFaults.DocumentRegion)
        : (new NumberedDocument(kind, resident.ToString(), null, resident), null);

    private static (NumberedDocument? Value, FaultCode? Fault) ReadPassport(string number, string? issuer)
    {
        var state = IdentifierText.Fold(issuer ?? "");
        var folded = IdentifierText.Fold(number);
        return state.Length != 3 || !state.All(char.IsAsciiLetterUpper) ? (null, IdentifierFaults.DocumentIssuer)
            : folded.Length is < 5 or > 15 || !folded.All(char.IsAsciiLetterOrDigit) ? (null, IdentifierFaults.DocumentNumber)
            : (new NumberedDocument(PersonDocumentKind.Passport, folded, state, null), null);
    }

    private static (NumberedDocument? Value, FaultCode? Fault) Shaped(PersonDocumentKind kind, string number, Func<string, bool> fits)
    {
        var folded = IdentifierText.Fold(number);
        return fits(folded) ? (new NumberedDocument(kind, folded, null, null), null) : (null, IdentifierFaults.DocumentNumber);
    }

    private static bool IsHongKongMacaoTravelPermit(string folded) =>
        folded.Length is 9 or 11 && (folded[0] is 'H' or 'M') && IdentifierText.IsDigits(folded.AsSpan(1));

    private static bool IsTaiwanTravelPermit(string folded) =>
        (folded.Length is 8 or 10 && IdentifierText.IsDigits(folded))
        || (folded.Length == 11 && IdentifierText.IsDigits(folded.AsSpan(0, 10)) && char.IsAsciiLetterUpper(folded[10]));

    private static (NumberedDocument? Value, FaultCode? Fault) ReadPermanentResidence(string number)
    {
        var folded = IdentifierText.Fold(number);
        var former = folded.Length == 15 && folded.AsSpan(0, 3).IndexOfAnyExceptInRange('A', 'Z') < 0 && IdentifierText.IsDigits(folded.AsSpan(3));
        var current = folded.Length == 18 && folded[0] == '9' && IdentifierText.IsDigits(folded.AsSpan(0, 17))
            && ResidentNumber.TryReadDate(folded.AsSpan(6, 8), out _);
        return !former && !current ? (null, IdentifierFaults.DocumentNumber)
            : current && Mod11.CheckOf(folded) != folded[17] ? (null, IdentifierFaults.DocumentCheck)
            : (new NumberedDocument(PersonDocumentKind.ForeignerPermanentResidence, folded, null, null), null);
    }

    private static (NumberedDocument? Value, FaultCode? Fault) ReadOther(string number, string? issuer)
    {
        var name = issuer?.Trim() ?? "";
        if (new[] { number, name }.Any(text => text.Length > OtherCharactersMax || !IdentifierText.IsWellFormed(text) || text.Any(char.IsControl)))
        {
            return (null, IdentifierFaults.DocumentNumber);
        }

        var folded = UnicodeNfc.Normalise(IdentifierText.FoldTight(number));
        return (new NumberedDocument(PersonDocumentKind.Other, folded, name.Length == 0 ? null : UnicodeNfc.Normalise(name), null), null);
    }
}
