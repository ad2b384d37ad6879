using System.Collections.Immutable;
using System.Text.RegularExpressions;
using LegalAid.Gateway.Casework.Eligibility;

namespace LegalAid.Gateway.Agencies.Connectors.Drafting;

/// <summary>Which fact of the vocabulary a field of an answer most likely tells, and what its codes mean. A guess for a person to check: only what is certain is written out as a mapping.</summary>
internal static partial class FactGuess
{
    /// <summary>Names and words that speak for a fact, beside its own name and title.</summary>
    private static readonly Dictionary<string, string[]> Words = new(StringComparer.Ordinal)
    {
        ["register"] = ["category", "salvationtype", "relieftype", "assistancetype", "reliefcategory", "jzlb", "jzlx", "dblb", "rylb", "dxlb", "救助类别", "救助类型", "保障类别", "对象类别"],
        ["disability"] = ["disabilitytype", "disabilitycategory", "handicaptype", "cjlb", "cjlx", "残疾类别", "残疾类型"],
        ["worker-file"] = ["workertype", "difficulttype", "kndj", "困难类别", "困难职工", "建档"],
        ["sex"] = ["gender", "xb", "性别"],
        ["birth-date"] = ["birthday", "birthdate", "dateofbirth", "dob", "csrq", "出生日期"],
        ["unemployed"] = ["unemployment", "isunemployed", "unemploymentcertificate", "syz", "sfsy", "失业"],
        ["special-care"] = ["iscare", "preferential", "yfdx", "优抚"],
        ["military"] = ["isveteran", "veteran", "ismilitary", "tyjr", "军人", "退役"],
        ["fixed-livelihood"] = ["livelihood", "insured", "固定生活来源", "固定收入"],
        ["migrant-worker"] = ["migrant", "nmg", "农民工", "务工"],
        ["serious-illness"] = ["illness", "seriousillness", "zdjb", "重大疾病", "大病"],
        ["household-income"] = ["percapitaincome", "householdincome", "familyincome", "jtrjsr", "rjysr", "人均月收入", "家庭人均收入"],
        ["own-income"] = ["income", "monthlyincome", "wage", "averagewage", "salary", "jfjs", "gz", "月收入", "缴费工资", "缴费基数"],
        ["household-assets"] = ["hasassets", "hasproperty", "房产", "登记资产"],
        ["household-asset-value"] = ["assetvalue", "propertyvalue", "资产价值"],
        ["judicial-relief"] = ["sfjz", "司法救助"],
        ["abuse-victim"] = ["abuse", "domesticviolence", "家庭暴力", "家暴"],
    };

    /// <summary>The facts of the body that the field may tell, the likeliest first.</summary>
    public static ImmutableArray<FactDefinition> Of(string name, ForeignShape.Value value, FactVocabulary vocabulary, string? body)
    {
        var plain = FieldGuess.Plain(name);
        return
        [
            .. from fact in vocabulary.Facts
               where body is null || fact.Bodies.Any(other => other.Name == body)
               let likeness = Likeness(fact, name, plain, value.Description)
               where likeness > 0 && Fits(fact, value)
               orderby likeness descending, fact.Index
               select fact,
        ];
    }

    /// <summary>The source's codes and our choices, as far as the words beside the codes say it; a code without a meaning has none.</summary>
    public static ImmutableArray<(string Code, string Said, string? Choice)> CodesOf(FactDefinition fact, ForeignShape.Value value)
    {
        var said = Meaning().Matches(value.Description).Select(match => (Code: match.Groups["code"].Value, Said: match.Groups["said"].Value)).DistinctBy(code => code.Code)
            .ToDictionary(code => code.Code, code => code.Said, StringComparer.Ordinal);
        var codes = value.Codes.IsEmpty ? [.. said.Keys] : value.Codes;
        return [.. codes.Select(code => (code, said.GetValueOrDefault(code, ""), ChoiceOf(fact, code, said.GetValueOrDefault(code, ""))))];
    }

    private static string? ChoiceOf(FactDefinition fact, string code, string said)
    {
        if (fact.Kind == FactKind.YesNo)
        {
            return said is "是" or "有" or "yes" or "Yes" || (said.Length == 0 && code is "Y" or "true") ? "yes" : said is "否" or "无" or "没有" or "no" or "No" || (said.Length == 0 && code is "N" or "false") ? "no" : null;
        }

        // "Other" is a part of many titles and the meaning of none.
        return fact.Choices.Where(choice => (said.Length > 1 && said is not ("其他" or "其它") && (choice.Title.Zh.Contains(said, StringComparison.Ordinal) || said.Contains(choice.Title.Zh, StringComparison.Ordinal)))
            || choice.Title.Zh == said || choice.Title.En.Equals(said, StringComparison.OrdinalIgnoreCase) || FieldGuess.Plain(choice.Name) == FieldGuess.Plain(code)).ToList() is [var only] ? only.Name : null;
    }

    private static int Likeness(FactDefinition fact, string name, string plain, string description)
    {
        var own = FieldGuess.Plain(fact.Name);
        var words = Words.GetValueOrDefault(fact.Name, []);
        return plain == own || words.Contains(plain, StringComparer.Ordinal) ? 3
            : name.Contains(fact.Title.Zh, StringComparison.Ordinal) || description.Contains(fact.Title.Zh, StringComparison.Ordinal) || words.Any(word => word[0] > 127 && (name.Contains(word, StringComparison.Ordinal) || description.Contains(word, StringComparison.Ordinal))) ? 2
            : own.Length > 5 && plain.Contains(own, StringComparison.Ordinal) || words.Any(word => word.Length > 5 && word[0] <= 127 && plain.Contains(word, StringComparison.Ordinal)) ? 1
            : 0;
    }

    private static bool Fits(FactDefinition fact, ForeignShape.Value value) => fact.Kind switch
    {
        FactKind.Money => value.Type is not "boolean" && value.Codes.IsEmpty,
        FactKind.Date or FactKind.BirthDate => value.Type is not "boolean" && value.Codes.IsEmpty,
        FactKind.Choice => value.Type is not "boolean",
        _ => true,
    };

    /// <summary>01-最低生活保障, 1:男, 2=Female; the word ends where a sign does.</summary>
    [GeneratedRegex(@"(?<![\w])(?<code>[A-Za-z]{1,2}|[0-9]{1,4})\s*[-:：=—–、.]\s*(?<said>[\p{IsCJKUnifiedIdeographs}]{1,20}|[A-Za-z][A-Za-z ]{0,30}[A-Za-z])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Meaning();
}
