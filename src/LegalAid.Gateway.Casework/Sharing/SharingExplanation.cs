using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;

namespace LegalAid.Gateway.Casework.Sharing;

/// <summary>Why a question is answered as it is. For operators and auditors, never for the caller.</summary>
/// <param name="Rows">Every row about the object; none where nothing is listed.</param>
public sealed record SharingExplanation(SharingDecision Decision, ImmutableArray<SharingFinding> Rows);

/// <summary>A row, and what the question lacks for it.</summary>
public sealed record SharingFinding(SharingRow Row, Missed Missed)
{
    private static readonly ImmutableArray<(Missed Missed, LocalizedText Text)> Texts =
    [
        (Missed.Subject, new("该机构、类别或地区不在授权对象之内", "The row is for other agencies, kinds or places")),
        (Missed.Purpose, new("使用目的不在授权之内", "The row is for other purposes")),
        (Missed.PurposeUnstated, new("未说明使用目的，而该行有多个目的", "No purpose was stated, and the row has several")),
        (Missed.NotYet, new("授权尚未生效", "The row does not hold yet")),
        (Missed.Expired, new("授权已到期", "The row no longer holds")),
        (Missed.Party, new("不是该业务的当事机构，或没有指明业务", "Not party to the exchange, or no exchange is named")),
        (Missed.Role, new("在该业务中的角色不符", "Party in another role, or in none")),
        (Missed.State, new("业务状态不符", "The exchange is in another state")),
        (Missed.Place, new("事项不在本机构地区，或地区不明", "The matter's place is not the agency's, or is not known")),
    ];

    public bool Holds => Missed == Missed.None;

    /// <summary>Each thing that was missing, in the order in which it is looked at.</summary>
    public IEnumerable<LocalizedText> Reasons => from entry in Texts where Missed.HasFlag(entry.Missed) select entry.Text;
}
