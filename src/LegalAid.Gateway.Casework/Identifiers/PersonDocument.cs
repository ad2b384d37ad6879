using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Identifiers;

/// <summary>Kinds of proof of identity.</summary>
public enum PersonDocumentKind
{
    /// <summary>居民身份证.</summary>
    ResidentIdCard,

    /// <summary>护照.</summary>
    Passport,

    /// <summary>港澳居民来往内地通行证.</summary>
    HongKongMacaoTravelPermit,

    /// <summary>港澳居民居住证.</summary>
    HongKongMacaoResidencePermit,

    /// <summary>台湾居民来往大陆通行证.</summary>
    TaiwanTravelPermit,

    /// <summary>台湾居民居住证.</summary>
    TaiwanResidencePermit,

    /// <summary>外国人永久居留身份证.</summary>
    ForeignerPermanentResidence,

    /// <summary>其他证件.</summary>
    Other,

    /// <summary>自报姓名，身份不明 (刑诉法 art. 160).</summary>
    Unknown,
}

/// <summary>
/// By what a person is known: a closed set of records, <see cref="NumberedDocument"/> and <see cref="IdentityUnknown"/>.
/// Immutable; equality by kind and canonical values.
/// </summary>
[JsonConverter(typeof(PersonDocumentJsonConverter))]
public abstract record PersonDocument
{
    private protected PersonDocument()
    {
    }

    public abstract PersonDocumentKind Kind { get; }

    /// <summary>
    /// The string by which one person's exchanges collide within a case. Two documents that name the same person by the same number
    /// give the same key (a resident number on whichever card; a travel permit and its reissue). Personal data: it is stored as a blind index only.
    /// </summary>
    public abstract string HoldKey { get; }

    /// <summary>For display: never a whole number or name.</summary>
    public abstract string Masked { get; }

    /// <summary>The birth date the number itself states, null where it states none.</summary>
    public virtual DateOnly? BirthDate => null;

    /// <summary>The masked form, so that a document that slips into a text tells nothing.</summary>
    public sealed override string ToString() => $"{Kind} {Masked}";
}

/// <summary>自报姓名: a suspect whose identity is unknown is prosecuted under the name they give (刑诉法 art. 160). Later amended to a true identity.</summary>
[JsonConverter(typeof(PersonDocumentJsonConverter))]
public sealed record IdentityUnknown : PersonDocument
{
    public const int LabelCharactersMax = 40;

    private IdentityUnknown(PersonName selfReportedName, string label)
    {
        SelfReportedName = selfReportedName;
        Label = label;
    }

    public override PersonDocumentKind Kind => PersonDocumentKind.Unknown;

    public PersonName SelfReportedName { get; }

    /// <summary>What the organ calls the person within the case (甲, 1号): two people may give one name. NFC, trimmed.</summary>
    public string Label { get; }

    /// <summary>Name and label, the name's length before it so that no choice of the two runs into another.</summary>
    public override string HoldKey =>
        string.Create(CultureInfo.InvariantCulture, $"unknown:{SelfReportedName.Normalised.Length}:{SelfReportedName.Normalised}:{Label}");

    public override string Masked => SelfReportedName.Masked;

    /// <summary>Faults: those of <see cref="PersonName"/>, and a label that is missing, too long or has control characters.</summary>
    public static bool TryParse(
        string? selfReportedName, string? label,
        [NotNullWhen(true)] out IdentityUnknown? value, [NotNullWhen(false)] out FaultCode? fault)
    {
        value = null;
        if (!PersonName.TryParse(selfReportedName, out var name, out fault))
        {
            return false;
        }

        var trimmed = label?.Trim() ?? "";
        if (trimmed.Length is 0 or > LabelCharactersMax || !IdentifierText.IsWellFormed(trimmed) || trimmed.Any(char.IsControl))
        {
            fault = IdentifierFaults.UnknownLabel;
            return false;
        }

        value = new IdentityUnknown(name, UnicodeNfc.Normalise(trimmed));
        return true;
    }
}
