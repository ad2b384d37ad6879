using System.Globalization;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Identifiers;

/// <summary>Reads a folded court case number left to right and names the first part that is wrong.</summary>
internal static class CaseNumberGrammar
{
    public const int CharactersMax = 60;

    private const string Opening = "(〔[【〈<{", Closing = ")〕]】〉>}";

    /// <summary>
    /// First characters of the type signs in use. The list of types itself grows by circular, so a type is judged by its branch
    /// of law, not refused for being new.
    /// </summary>
    private const string TypeHeads = "刑民行执赔委司财破清强认请诉协港澳台知保督催辖国法外";

    private const int TypeCharactersMax = 5;

    /// <summary>Signs of courts beside the provinces': Supreme (and its intellectual-property tribunal), military, 兵团.</summary>
    private static readonly string[] NationalSigns = ["最高法知", "最高法"];

    public static (CaseNumber? Value, FaultCode? Fault) Read(string folded, DateOnly? today)
    {
        var rest = folded.AsSpan();
        if (rest.Length < 6 || !Opening.Contains(rest[0]) || !IdentifierText.IsDigits(rest.Slice(1, 4)) || !Closing.Contains(rest[5]))
        {
            return (null, IdentifierFaults.CaseNumberYear);
        }

        var year = int.Parse(rest.Slice(1, 4), NumberStyles.None, CultureInfo.InvariantCulture);
        if (year < CaseNumber.YearMin || folded.Contains("字第", StringComparison.Ordinal))
        {
            return (null, IdentifierFaults.CaseNumberOldStyle);
        }

        if (year > (today?.Year ?? 2099))
        {
            return (null, IdentifierFaults.CaseNumberFutureYear);
        }

        rest = rest[6..];
        var courtLength = CourtLength(rest);
        if (courtLength == 0)
        {
            return (null, IdentifierFaults.CaseNumberCourt);
        }

        var court = rest[..courtLength].ToString();
        return ReadCase(year, court, rest[courtLength..]);
    }

    private static (CaseNumber? Value, FaultCode? Fault) ReadCase(int year, string court, ReadOnlySpan<char> rest)
    {
        var typeLength = CountWhile(rest, c => c is >= '\u4E00' and <= '\u9FFF' and not '号');
        if (typeLength is 0 or > TypeCharactersMax || !TypeHeads.Contains(rest[0]))
        {
            return (null, IdentifierFaults.CaseNumberType);
        }

        var type = rest[..typeLength].ToString();
        rest = rest[typeLength..];
        var serialLength = CountWhile(rest, char.IsAsciiDigit);
        var serial = rest[..serialLength].ToString();
        rest = rest[serialLength..];
        if (serialLength is 0 or > 8 || serial.Trim('0').Length == 0)
        {
            return (null, IdentifierFaults.CaseNumberSerial);
        }

        if (type == "刑核" && serialLength != 8)
        {
            return (null, IdentifierFaults.CaseNumberReviewSerial);
        }

        if (rest.IsEmpty || rest[0] != '号')
        {
            return (null, IdentifierFaults.CaseNumberEnding);
        }

        return rest.Length > 1
            ? (null, IdentifierFaults.CaseNumberSuffix)
            : (new CaseNumber(year, court, type, type == "刑核" ? serial : serial.TrimStart('0')), null);
    }

    /// <summary>Length of the court sign at the start: a national sign, or a province's with no, two or four digits; 0 where there is none.</summary>
    private static int CourtLength(ReadOnlySpan<char> rest)
    {
        foreach (var sign in NationalSigns)
        {
            if (rest.StartsWith(sign, StringComparison.Ordinal))
            {
                return sign.Length;
            }
        }

        if (rest.IsEmpty || (rest[0] is not ('兵' or '军') && Regions.ProvinceByCourtSign(rest[..1].ToString()) is null))
        {
            return 0;
        }

        var digits = CountWhile(rest[1..], char.IsAsciiDigit);
        return digits is 0 or 2 or 4 ? 1 + digits : 0;
    }

    private static int CountWhile(ReadOnlySpan<char> text, Func<char, bool> belongs)
    {
        var count = 0;
        while (count < text.Length && belongs(text[count]))
        {
            count++;
        }

        return count;
    }
}
