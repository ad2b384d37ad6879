using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Identifiers;

/// <summary>
/// 统一社会信用代码 (GB 32100): 18 characters of an alphabet without I, O, S, V and Z. One of registration authority, one of kind,
/// six digits of region, nine of organisation code, one check character. Public, so its masked form is whole.
/// </summary>
[JsonConverter(typeof(IdentifierJsonConverter<UnifiedSocialCreditCode>))]
public sealed record UnifiedSocialCreditCode : IIdentifier<UnifiedSocialCreditCode>
{
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    private readonly string _text;

    private UnifiedSocialCreditCode(string text) => _text = text;

    /// <summary>登记管理部门代码, the first character (3 judicial administration, 5 civil affairs, 9 market regulation).</summary>
    public char RegistrationAuthority => _text[0];

    /// <summary>The region of registration; null for one that is no province's (100000, national bodies).</summary>
    public RegionCode? Region => RegionCode.TryParse(_text[2..8], out var region, out _) ? region : null;

    /// <summary>律师执业机构: registered by judicial administration (3) as a law practice (1).</summary>
    public bool IsLawPractice => _text.StartsWith("31", StringComparison.Ordinal);

    public string Masked => _text;

    /// <summary>Parses 18 characters; lower case and full-width forms are accepted. Faults: required, length, character, region not digits, check.</summary>
    public static bool TryParse(
        string? text, [NotNullWhen(true)] out UnifiedSocialCreditCode? value, [NotNullWhen(false)] out FaultCode? fault)
    {
        value = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            fault = GeneralFaults.Required;
            return false;
        }

        var folded = IdentifierText.Fold(text);
        fault = folded.Length != 18 ? IdentifierFaults.CreditCodeLength
            : folded.AsSpan().ContainsAnyExcept(Alphabet) ? IdentifierFaults.CreditCodeCharacter
            : !IdentifierText.IsDigits(folded.AsSpan(2, 6)) ? IdentifierFaults.CreditCodeRegion
            : CheckOf(folded) != folded[17] ? IdentifierFaults.CreditCodeCheck
            : null;
        value = fault is null ? new UnifiedSocialCreditCode(folded) : null;
        return value is not null && fault is null;
    }

    public override string ToString() => _text;

    /// <summary>The check character of the first 17, weights 3^i modulo 31.</summary>
    internal static char CheckOf(ReadOnlySpan<char> code)
    {
        var (sum, weight) = (0, 1);
        for (var i = 0; i < 17; i++)
        {
            sum += Alphabet.IndexOf(code[i]) * weight;
            weight = weight * 3 % 31;
        }

        return Alphabet[(31 - (sum % 31)) % 31];
    }
}
