using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Identifiers;

/// <summary>残疾类别, digit 19 of a disability certificate.</summary>
public enum DisabilityCategory
{
    /// <summary>视力.</summary>
    Sight = 1,

    /// <summary>听力.</summary>
    Hearing = 2,

    /// <summary>言语.</summary>
    Speech = 3,

    /// <summary>肢体.</summary>
    Limb = 4,

    /// <summary>智力.</summary>
    Intellectual = 5,

    /// <summary>精神.</summary>
    Mental = 6,

    /// <summary>多重.</summary>
    Multiple = 7,
}

/// <summary>What a category means for a mandatory notice of defence (法律援助法 art. 25).</summary>
public enum DisabilityMeaning
{
    /// <summary>No item of art. 25 by itself (limb).</summary>
    None,

    /// <summary>Art. 25(2): disabled in sight, hearing or speech. The notice is mandatory.</summary>
    Mandatory,

    /// <summary>A person must judge under art. 25(3): an adult not fully able to recognise their conduct (intellectual, mental).</summary>
    CapacityReview,

    /// <summary>Multiple: ask which; any of sight, hearing or speech makes it mandatory.</summary>
    Ask,
}

/// <summary>Names and legal meaning of categories.</summary>
public static class DisabilityCategories
{
    public static string NameZh(this DisabilityCategory category) => category switch
    {
        DisabilityCategory.Sight => "视力",
        DisabilityCategory.Hearing => "听力",
        DisabilityCategory.Speech => "言语",
        DisabilityCategory.Limb => "肢体",
        DisabilityCategory.Intellectual => "智力",
        DisabilityCategory.Mental => "精神",
        DisabilityCategory.Multiple => "多重",
        _ => throw new ArgumentOutOfRangeException(nameof(category)),
    };

    public static DisabilityMeaning Meaning(this DisabilityCategory category) => category switch
    {
        DisabilityCategory.Sight or DisabilityCategory.Hearing or DisabilityCategory.Speech => DisabilityMeaning.Mandatory,
        DisabilityCategory.Intellectual or DisabilityCategory.Mental => DisabilityMeaning.CapacityReview,
        DisabilityCategory.Multiple => DisabilityMeaning.Ask,
        DisabilityCategory.Limb => DisabilityMeaning.None,
        _ => throw new ArgumentOutOfRangeException(nameof(category)),
    };
}

/// <summary>
/// 残疾人证号: the holder's resident number, category 1–7, grade 1 (most severe) to 4, and after a reissue <c>B</c> with one or two
/// digits (the suffix is known practice). Masked as the resident number within; what follows it is health data and is hidden.
/// </summary>
[JsonConverter(typeof(IdentifierJsonConverter<DisabilityCertificate>))]
public sealed record DisabilityCertificate : IIdentifier<DisabilityCertificate>
{
    private DisabilityCertificate(ResidentNumber holder, DisabilityCategory category, int grade, string? reissue)
    {
        Holder = holder;
        Category = category;
        Grade = grade;
        Reissue = reissue;
    }

    public ResidentNumber Holder { get; }

    public DisabilityCategory Category { get; }

    /// <summary>1 (most severe) to 4.</summary>
    public int Grade { get; }

    /// <summary>The suffix of a reissued certificate (<c>B1</c>), null on the first.</summary>
    public string? Reissue { get; }

    public string Masked => Holder.Masked + "**" + new string('*', Reissue?.Length ?? 0);

    /// <summary>Parses by <see cref="ResidentNumberRules.Standard"/>, without a reference date.</summary>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out DisabilityCertificate? value, [NotNullWhen(false)] out FaultCode? fault) =>
        TryParse(text, ResidentNumberRules.Standard, today: null, out value, out fault);

    /// <summary>Faults: required, length, those of <see cref="ResidentNumber"/>, category, grade, suffix.</summary>
    public static bool TryParse(
        string? text, ResidentNumberRules rules, DateOnly? today,
        [NotNullWhen(true)] out DisabilityCertificate? value, [NotNullWhen(false)] out FaultCode? fault)
    {
        value = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            fault = GeneralFaults.Required;
            return false;
        }

        var folded = IdentifierText.Fold(text);
        if (folded.Length is < 20 or > 23)
        {
            fault = IdentifierFaults.DisabilityLength;
            return false;
        }

        if (!ResidentNumber.TryParse(folded[..18], rules, today, out var holder, out fault))
        {
            return false;
        }

        var reissue = folded[20..];
        fault = folded[18] is < '1' or > '7' ? IdentifierFaults.DisabilityCategory
            : folded[19] is < '1' or > '4' ? IdentifierFaults.DisabilityGrade
            : reissue.Length > 0 && !(reissue.Length >= 2 && reissue[0] == 'B' && IdentifierText.IsDigits(reissue.AsSpan(1))) ? IdentifierFaults.DisabilitySuffix
            : null;
        value = fault is null
            ? new DisabilityCertificate(holder, (DisabilityCategory)(folded[18] - '0'), folded[19] - '0', reissue.Length == 0 ? null : reissue)
            : null;
        return value is not null && fault is null;
    }

    /// <inheritdoc/>
    public static bool TryReadStored(
        string? text, [NotNullWhen(true)] out DisabilityCertificate? value, [NotNullWhen(false)] out FaultCode? fault) =>
        TryParse(text, ResidentNumberRules.Stored, today: null, out value, out fault);

    public override string ToString() => $"{Holder}{(int)Category}{Grade}{Reissue}";
}
