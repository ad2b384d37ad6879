using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>
/// Whose case it is. A court gives notice in its own cases alone, and its number says the stage. A procuratorate's and a police
/// number have no form that can be relied on: an unusual one is flagged and never refused.
/// </summary>
internal static class CaseNumberChecks
{
    private const string Field = "caseNumber";

    /// <summary><c>case-number-of-organ</c>.</summary>
    public static CheckFindings Submitted(CheckInput input) => Check(NoticeReading.Submitted(input), input.Caller);

    /// <summary><c>amended-case-number</c>: the same, where the amendment gives a number; the stage is the exchange's and stays.</summary>
    public static CheckFindings Amended(CheckInput input) =>
        NoticeReading.Amended(input) is var notice && notice.Gives(Field) ? Check(notice, input.Caller) : CheckFindings.None;

    private static CheckFindings Check(NoticeReading notice, Agency organ)
    {
        var findings = new Findings(notice.Prefix);
        if (!CaseReference.TryParse(notice.CaseNumber, OrganOf(organ), notice.Today, out var reference, out var fault))
        {
            findings.Fault(fault, Field);
            return findings.Result;
        }

        if (reference.Court is { } court && organ.Kind == AgencyKinds.Court)
        {
            // A court without a code in the directory owns no number: what is not listed is denied.
            findings.FaultIf(court.CourtCode != organ.CourtCode, CheckFaults.CaseNumberOfAnotherCourt, Field);
            findings.FaultIf(
                TypesOf(notice.Stage) is { Length: > 0 } types && !types.Any(type => court.CaseType.StartsWith(type, StringComparison.Ordinal)),
                CheckFaults.CaseNumberStage, Field, string.Join("、", TypesOf(notice.Stage)));
        }

        findings.FlagIf(reference.Warning == IdentifierFaults.CaseNumberOldStyle, CheckFlags.CaseNumberCourtUnverified);
        findings.FlagIf(reference.Warning is not null && reference.Warning != IdentifierFaults.CaseNumberOldStyle, CheckFlags.CaseNumberUnusual);
        return findings.Result;
    }

    private static CaseOrgan OrganOf(Agency organ) => organ.Kind switch
    {
        AgencyKinds.Court => CaseOrgan.Court,
        AgencyKinds.Procuratorate => CaseOrgan.Procuratorate,
        AgencyKinds.Police or "state-security" => CaseOrgan.Police,
        _ => CaseOrgan.Unrecognised,
    };

    /// <summary>
    /// How the type signs of a stage's cases begin, as longer signs specialise them (刑医复). Empty: the stage says nothing, and the
    /// stages before a court have no court number at all.
    /// </summary>
    private static string[] TypesOf(string? stage) => stage switch
    {
        DefenceTerms.FirstInstance => ["刑初"],
        DefenceTerms.SecondInstance => ["刑终"],
        DefenceTerms.Retrial => ["刑再"],
        DefenceTerms.DeathReviewStage => ["刑核", "刑复"],
        DefenceTerms.CompulsoryTreatmentStage => ["刑医"],
        _ => [],
    };
}
