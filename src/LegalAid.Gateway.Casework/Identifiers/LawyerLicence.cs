using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Identifiers;

/// <summary>
/// 律师执业证号: 17 digits, the year of first issue in digits 6–9. There is no check digit. The year only bounds a claim of practice:
/// practice years come from the lawyers' register, since a lawyer may have paused (法律援助法 art. 26).
/// It stands on every letter a lawyer signs, so its masked form is whole.
/// </summary>
[JsonConverter(typeof(IdentifierJsonConverter<LawyerLicence>))]
public sealed record LawyerLicence : IIdentifier<LawyerLicence>
{
    /// <summary>律师暂行条例 was passed in August 1980; nobody was licensed before.</summary>
    public const int IssueYearMin = 1980;

    private readonly string _text;

    private LawyerLicence(string text) => _text = text;

    public int IssueYear => int.Parse(_text.AsSpan(5, 4), NumberStyles.None, CultureInfo.InvariantCulture);

    public string Masked => _text;

    /// <summary>Parses without a reference date: any year from <see cref="IssueYearMin"/> to 2099 is plausible.</summary>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out LawyerLicence? value, [NotNullWhen(false)] out FaultCode? fault) =>
        TryParse(text, today: null, out value, out fault);

    /// <summary>Faults: required, length, character, issue year before 1980 or after that of <paramref name="today"/>.</summary>
    public static bool TryParse(
        string? text, DateOnly? today, [NotNullWhen(true)] out LawyerLicence? value, [NotNullWhen(false)] out FaultCode? fault)
    {
        value = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            fault = GeneralFaults.Required;
            return false;
        }

        var folded = IdentifierText.Fold(text);
        fault = folded.Length != 17 ? IdentifierFaults.LicenceLength
            : !IdentifierText.IsDigits(folded) ? IdentifierFaults.LicenceCharacter
            : null;
        if (fault is not null)
        {
            return false;
        }

        var licence = new LawyerLicence(folded);
        fault = licence.IssueYear < IssueYearMin || licence.IssueYear > (today?.Year ?? 2099) ? IdentifierFaults.LicenceYear : null;
        value = fault is null ? licence : null;
        return value is not null && fault is null;
    }

    public override string ToString() => _text;
}
