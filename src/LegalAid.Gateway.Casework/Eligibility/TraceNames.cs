using System.Collections.Frozen;

namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>The names that outcomes, effects and the rest have in files, traces and digests. They never change: determinations are kept for years.</summary>
public static class TraceNames
{
    public static readonly FrozenDictionary<string, Outcome> Outcomes = Names(
        ("eligible", Outcome.Eligible), ("drafting-only", Outcome.DraftingOnly), ("undertaking-accepted", Outcome.UndertakingAccepted),
        ("provisional", Outcome.Provisional), ("evidence-needed", Outcome.EvidenceNeeded), ("person-decides", Outcome.PersonDecides),
        ("refusal-proposed", Outcome.RefusalProposed));

    public static readonly FrozenDictionary<string, RuleEffect> Effects = Names(
        ("mandatory", RuleEffect.Mandatory), ("scope", RuleEffect.Scope), ("exempt", RuleEffect.Exempt), ("waived", RuleEffect.Waived),
        ("means", RuleEffect.Means), ("drafting", RuleEffect.Drafting), ("urgent", RuleEffect.Urgent));

    public static readonly FrozenDictionary<string, FactKind> Kinds = Names(
        ("yes-no", FactKind.YesNo), ("choice", FactKind.Choice), ("money", FactKind.Money), ("date", FactKind.Date), ("birth-date", FactKind.BirthDate));

    public static readonly FrozenDictionary<string, PackStanding> Standings = Names(("in-force", PackStanding.InForce), ("historical", PackStanding.Historical));

    private static readonly string[] OutcomeNames = ByValue(Outcomes), EffectNames = ByValue(Effects), KindNames = ByValue(Kinds);

    public static string Of(Outcome outcome) => OutcomeNames[(int)outcome];

    public static string Of(RuleEffect effect) => EffectNames[(int)effect];

    public static string Of(FactKind kind) => KindNames[(int)kind];

    public static string Of(Truth truth) => truth switch
    {
        Truth.Yes => "yes",
        Truth.No => "no",
        Truth.Unknown => "unknown",
        _ => throw new InvalidOperationException($"truth {truth}"),
    };

    public static string Zh(Outcome outcome) => outcome switch
    {
        Outcome.Eligible => "符合法律援助条件",
        Outcome.DraftingOnly => "提供代书服务",
        Outcome.UndertakingAccepted => "依个人诚信承诺给予法律援助，承诺事项继续核查",
        Outcome.Provisional => "先行提供法律援助，手续随后补办",
        Outcome.EvidenceNeeded => "需要进一步核查或者补充材料",
        Outcome.PersonDecides => "标准尚未载明，由审查人员决定",
        Outcome.RefusalProposed => "未见符合条件的情形，是否不予法律援助由审查人员决定",
        _ => throw new InvalidOperationException($"outcome {outcome}"),
    };

    public static string En(Outcome outcome) => outcome switch
    {
        Outcome.Eligible => "eligible",
        Outcome.DraftingOnly => "a document is drafted",
        Outcome.UndertakingAccepted => "aid on an undertaking, which is still checked",
        Outcome.Provisional => "aid first, papers later",
        Outcome.EvidenceNeeded => "more must be asked or shown",
        Outcome.PersonDecides => "a figure of the law is not known; a person decides",
        Outcome.RefusalProposed => "nothing makes the applicant eligible; whether to refuse, a person decides",
        _ => throw new InvalidOperationException($"outcome {outcome}"),
    };

    private static FrozenDictionary<string, T> Names<T>(params (string Name, T Value)[] rows) => rows.ToFrozenDictionary(row => row.Name, row => row.Value, StringComparer.Ordinal);

    private static string[] ByValue<T>(FrozenDictionary<string, T> names)
        where T : struct, Enum => [.. names.OrderBy(row => row.Value).Select(row => row.Key)];
}
