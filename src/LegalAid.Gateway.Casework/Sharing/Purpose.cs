using System.Collections.Frozen;
using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;

namespace LegalAid.Gateway.Casework.Sharing;

/// <summary>
/// What something is asked for (使用目的). A closed list: a purpose that nobody wrote down cannot be agreed on, bounded by a token or audited.
/// Travels as <c>gateway-purpose</c>.
/// </summary>
public sealed record Purpose
{
    public static readonly Purpose LegalAidCase = new("legal-aid-case", "办理法律援助案件", "Handling a legal-aid case");
    public static readonly Purpose EligibilityCheck = new("eligibility-check", "核查经济困难状况", "Checking an applicant's means");
    public static readonly Purpose Cooperation = new("cooperation", "异地协作", "Cooperation between places");
    public static readonly Purpose FeeRelief = new("fee-relief", "诉讼费用缓减免", "Relief from court fees");
    public static readonly Purpose Supervision = new("supervision", "监督法定期限", "Supervising statutory time limits");
    public static readonly Purpose Directory = new("directory", "查询机构与业务目录", "Looking up who takes part and what can be exchanged");
    public static readonly Purpose EvidenceCheck = new("evidence-check", "核验存证", "Verifying evidence");
    public static readonly Purpose ConnectionTest = new("connection-test", "联调测试", "Testing a connection");

    private static readonly FrozenDictionary<string, Purpose> ByName =
        new[] { LegalAidCase, EligibilityCheck, Cooperation, FeeRelief, Supervision, Directory, EvidenceCheck, ConnectionTest }
            .ToFrozenDictionary(purpose => purpose.Name, StringComparer.Ordinal);

    private Purpose(string name, string zh, string en) => (Name, Title) = (name, new LocalizedText(zh, en));

    /// <summary>By name in ordinal order.</summary>
    public static ImmutableArray<Purpose> All { get; } = [.. ByName.Values.OrderBy(purpose => purpose.Name, StringComparer.Ordinal)];

    public string Name { get; }

    public LocalizedText Title { get; }

    /// <summary>The purpose of that name, or null where the list has none.</summary>
    public static Purpose? Find(string name) => ByName.GetValueOrDefault(name);

    public override string ToString() => Name;
}
