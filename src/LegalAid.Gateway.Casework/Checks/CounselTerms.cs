using System.Collections.Frozen;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>
/// The register names languages and specialities by code (<c>sign-language</c>, <c>minors</c>); a notice says them in words. What is
/// not listed is compared as it stands, and a difference is only ever a flag.
/// </summary>
internal static class CounselTerms
{
    /// <summary>The speciality that a minor's counsel should have registered (刑诉法 277: familiar with minors).</summary>
    public const string Minors = "minors";

    private static readonly FrozenDictionary<string, string> Codes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["普通话"] = "mandarin",
        ["汉语"] = "mandarin",
        ["粤语"] = "cantonese",
        ["白话"] = "cantonese",
        ["壮语"] = "zhuang",
        ["瑶语"] = "yao",
        ["苗语"] = "miao",
        ["侗语"] = "dong",
        ["手语"] = "sign-language",
        ["英语"] = "english",
        ["越南语"] = "vietnamese",
        ["未成年人"] = Minors,
        ["未成年人案件"] = Minors,
        ["刑事"] = "criminal-defence",
        ["刑事辩护"] = "criminal-defence",
        ["死刑案件"] = "capital-cases",
        ["残疾人"] = "disability",
        ["民事"] = "civil",
        ["劳动"] = "labour",
        ["劳动争议"] = "labour",
        ["公证"] = "notary",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether words and a register's term mean the same.</summary>
    public static bool Same(string words, string registered) => CodeOf(words) is { } code && code == CodeOf(registered);

    /// <summary>Null for text that is not well formed.</summary>
    private static string? CodeOf(string words)
    {
        if (!IdentifierText.IsWellFormed(words))
        {
            return null;
        }

        var normal = UnicodeNfc.Normalise(words.Trim());
        return Codes.TryGetValue(normal, out var code) ? code : normal.ToLowerInvariant();
    }
}
