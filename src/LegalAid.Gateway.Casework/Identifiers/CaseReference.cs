using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Identifiers;

/// <summary>Whose number a case reference is.</summary>
public enum CaseOrgan
{
    /// <summary>法院.</summary>
    Court,

    /// <summary>检察院.</summary>
    Procuratorate,

    /// <summary>公安.</summary>
    Police,

    /// <summary>Not to be told from the text.</summary>
    Unrecognised,
}

/// <summary>
/// The number by which the organ that sent a notice knows the case. A court's is parsed strictly; a procuratorate's loosely and a
/// police number not at all: they are kept as sent, an unusual one with a <see cref="Warning"/>, never refused. Equality is by
/// <see cref="Key"/>. The JSON form is the number as sent, so reading it back tells the organ anew from the text.
/// </summary>
[JsonConverter(typeof(IdentifierJsonConverter<CaseReference>))]
public sealed partial class CaseReference : IIdentifier<CaseReference>, IEquatable<CaseReference>
{
    public const int CharactersMax = 100;

    private CaseReference(string raw, string key, CaseOrgan organ)
    {
        Raw = raw;
        Key = key;
        Organ = organ;
    }

    /// <summary>Exactly as sent.</summary>
    public string Raw { get; }

    /// <summary>The form to compare and hold by: canonical for a court, else NFC, half-width, upper case, no spaces, brackets 〔〕.</summary>
    public string Key { get; }

    public CaseOrgan Organ { get; }

    /// <summary>The parsed number, for a court's only.</summary>
    public CaseNumber? Court { get; private init; }

    /// <summary>The year a court's or procuratorate's number states.</summary>
    public int? Year { get; private init; }

    /// <summary>What looked unusual, null when nothing did. Never a reason to refuse.</summary>
    public FaultCode? Warning { get; private init; }

    public string Masked => Key;

    /// <summary>Tells the organ from the text. Faults: required, length, control character or lone surrogate.</summary>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out CaseReference? value, [NotNullWhen(false)] out FaultCode? fault)
    {
        if (!TryKey(text, out var key, out fault))
        {
            value = null;
            return false;
        }

        value = CaseNumber.TryParse(text, out var court, out _) ? OfCourt(text, court)
            : ProcuratorateShape().Match(key) is { Success: true } match ? OfProcuratorate(text, key, match)
            : PoliceShape().IsMatch(key) ? new CaseReference(text, key, CaseOrgan.Police)
            : new CaseReference(text, key, CaseOrgan.Unrecognised) { Warning = IdentifierFaults.CaseReferenceUnusual };
        return true;
    }

    /// <summary>
    /// Parses a number of an organ that is known, which a notice's sender is. Only a court's own number can be refused for its form,
    /// with the faults of <see cref="CaseNumber"/>; one of before 2016 is kept as sent with a warning.
    /// </summary>
    public static bool TryParse(
        string? text, CaseOrgan organ, DateOnly? today,
        [NotNullWhen(true)] out CaseReference? value, [NotNullWhen(false)] out FaultCode? fault)
    {
        value = null;
        if (!TryKey(text, out var key, out fault))
        {
            return false;
        }

        switch (organ)
        {
            case CaseOrgan.Court:
                var parsed = CaseNumber.TryParse(text, today, out var court, out fault);
                if (!parsed && fault == IdentifierFaults.CaseNumberOldStyle)
                {
                    value = new CaseReference(text, key, CaseOrgan.Court) { Warning = fault };
                    fault = null;
                    return true;
                }

                value = court is null ? null : OfCourt(text, court);
                return value is not null && fault is null;
            case CaseOrgan.Procuratorate:
                value = OfProcuratorate(text, key, ProcuratorateShape().Match(key));
                return true;
            case CaseOrgan.Police:
                value = new CaseReference(text, key, CaseOrgan.Police) { Warning = PoliceShape().IsMatch(key) ? null : IdentifierFaults.PoliceNumberUnusual };
                return true;
            case CaseOrgan.Unrecognised:
                return TryParse(text, out value, out fault);
            default:
                throw new ArgumentOutOfRangeException(nameof(organ));
        }
    }

    /// <summary>The number exactly as sent.</summary>
    public override string ToString() => Raw;

    public bool Equals(CaseReference? other) => other is not null && Key == other.Key;

    public override bool Equals(object? obj) => Equals(obj as CaseReference);

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    public static bool operator ==(CaseReference? left, CaseReference? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(CaseReference? left, CaseReference? right) => !(left == right);

    private static CaseReference OfCourt(string raw, CaseNumber court) =>
        new(raw, court.ToString(), CaseOrgan.Court) { Court = court, Year = court.Year };

    private static CaseReference OfProcuratorate(string raw, string key, Match match) => new(raw, key, CaseOrgan.Procuratorate)
    {
        Year = match.Success ? int.Parse(match.Groups["year"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : null,
        Warning = match.Success ? null : IdentifierFaults.ProcuratorateNumberUnusual,
    };

    private static bool TryKey([NotNullWhen(true)] string? text, out string key, [NotNullWhen(false)] out FaultCode? fault)
    {
        key = "";
        fault = string.IsNullOrWhiteSpace(text) ? GeneralFaults.Required
            : text.Length > CharactersMax ? IdentifierFaults.CaseReferenceLength
            : !IdentifierText.IsWellFormed(text) || text.Any(char.IsControl) ? IdentifierFaults.CaseReferenceCharacter
            : null;
        if (fault is not null || text is null)
        {
            fault ??= GeneralFaults.Required;
            return false;
        }

        key = string.Concat(UnicodeNfc.Normalise(IdentifierText.FoldTight(text)).Select(c => c switch
        {
            '(' or '[' or '【' => '〔',
            ')' or ']' or '】' => '〕',
            _ => c,
        }));
        return true;
    }

    /// <summary>南青检刑诉〔2024〕123号, 桂检一部刑诉〔2021〕Z1号 and the like.</summary>
    [GeneratedRegex(@"^\p{Lo}{0,8}检\p{Lo}{0,12}〔(?<year>[0-9]{4})〕第?[A-Z]{0,2}[0-9]{1,8}号$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ProcuratorateShape();

    /// <summary>A and 22 characters.</summary>
    [GeneratedRegex("^A[0-9A-Z]{22}$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PoliceShape();
}
