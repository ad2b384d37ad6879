using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Identifiers;

/// <summary>What a court case is, by its type sign (类型代字).</summary>
public enum CaseClass
{
    /// <summary>刑事: 刑初, 刑终, 刑再 and the other 刑 types.</summary>
    Criminal,

    /// <summary>刑事复核: 刑核.</summary>
    DeathPenaltyReview,

    /// <summary>强制医疗: 刑医.</summary>
    CompulsoryTreatment,

    /// <summary>民事.</summary>
    Civil,

    /// <summary>行政.</summary>
    Administrative,

    /// <summary>执行.</summary>
    Enforcement,

    /// <summary>Everything else: compensation, preservation, bankruptcy, judicial aid.</summary>
    Other,
}

/// <summary>
/// 案号 of a people's court, as numbered since 2016 (法〔2015〕137号): year, court sign, type sign, serial.
/// Canonical form <c>（2024）桂0103刑初123号</c>: full-width round brackets, ASCII digits, no spaces, no leading zeros except in a
/// death-penalty review, whose serial is eight random digits. Case numbers stand in clear by design, so the masked form is whole.
/// </summary>
[JsonConverter(typeof(IdentifierJsonConverter<CaseNumber>))]
public sealed record CaseNumber : IIdentifier<CaseNumber>
{
    /// <summary>The scheme's first year.</summary>
    public const int YearMin = 2016;

    internal CaseNumber(int year, string courtCode, string caseType, string serial)
    {
        Year = year;
        CourtCode = courtCode;
        CaseType = caseType;
        Serial = serial;
    }

    public int Year { get; }

    /// <summary>法院代字: 最高法, 桂 (High Court), 桂01 (intermediate), 桂0103 (basic).</summary>
    public string CourtCode { get; }

    /// <summary>类型代字: 刑初, 刑核, 民终…</summary>
    public string CaseType { get; }

    /// <summary>案件编号, one to eight digits.</summary>
    public string Serial { get; }

    public string Masked => ToString();

    public CaseClass Class =>
        CaseType.StartsWith("刑核", StringComparison.Ordinal) ? CaseClass.DeathPenaltyReview
        : CaseType.StartsWith("刑医", StringComparison.Ordinal) ? CaseClass.CompulsoryTreatment
        : CaseType[0] switch
        {
            '刑' => CaseClass.Criminal,
            '民' => CaseClass.Civil,
            '行' => CaseClass.Administrative,
            '执' => CaseClass.Enforcement,
            _ => CaseClass.Other,
        };

    /// <summary>The court's province; null for the Supreme People's Court and military courts. 兵 courts sit in 650000.</summary>
    public RegionCode? CourtProvince
    {
        get
        {
            var sign = CourtCode[..1];
            var code = sign == "兵" ? "650000" : Regions.ProvinceByCourtSign(sign);
            return code is null ? null : RegionCode.Parse(code);
        }
    }

    /// <summary>
    /// The division whose court it is, where the sign follows GB/T 2260 for certain: a High Court's province; in Guangxi also 桂01 →
    /// 450100 and 桂0103 → 450103 (with the code the court still uses: 桂0122 → 450122, see <see cref="RegionCode.Current"/>).
    /// Null for special courts (桂71 railway, 桂72 maritime) and for lower courts elsewhere, whose place is the directory's to say.
    /// </summary>
    public RegionCode? CourtRegion
    {
        get
        {
            var province = CourtProvince;
            var digits = CourtCode[1..];
            if (province is null || (CourtCode[0] == '兵' && digits.Length > 0))
            {
                return null;
            }

            if (digits.Length == 0)
            {
                return province;
            }

            if (CourtCode[0] != '桂' || string.CompareOrdinal(digits[..2], "14") > 0)
            {
                return null; // Guangxi has fourteen prefecture-level cities, 01 to 14; higher numbers are special courts.
            }

            var region = RegionCode.Parse("45" + digits.PadRight(4, '0'));
            return region.Assignment == RegionAssignment.Unassigned ? null : region;
        }
    }

    /// <summary>Parses without a reference date.</summary>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out CaseNumber? value, [NotNullWhen(false)] out FaultCode? fault) =>
        TryParse(text, today: null, out value, out fault);

    /// <summary>
    /// Faults: required, length, year bracket or digits, number of before 2016, year after that of <paramref name="today"/>, court
    /// sign, type sign, serial, missing 号, text after 号 (之一). Brackets may be of any kind, digits full-width, spaces anywhere.
    /// </summary>
    public static bool TryParse(
        string? text, DateOnly? today, [NotNullWhen(true)] out CaseNumber? value, [NotNullWhen(false)] out FaultCode? fault)
    {
        value = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            fault = GeneralFaults.Required;
            return false;
        }

        (value, fault) = text.Length > CaseNumberGrammar.CharactersMax
            ? (null, IdentifierFaults.CaseNumberLength)
            : CaseNumberGrammar.Read(IdentifierText.FoldTight(text), today);
        return value is not null && fault is null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"（{Year}）{CourtCode}{CaseType}{Serial}号");
}
