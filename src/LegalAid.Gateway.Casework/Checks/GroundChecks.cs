using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>
/// Why a defender must be appointed (法律援助法 25, 28).
/// <para>
/// What the data says is derived and set beside what the organ claims. A difference is flagged and never refused: the right to a
/// defender comes first, and whether somebody is a minor or fully able is for a person to judge. A notice is refused only where none
/// of its grounds can be at its stage, which is a slip in the stage or the kind of notice; with one that can, it stands.
/// </para>
/// <para>
/// The date that counts for 25¶1(1) is that of the notice, not of the alleged act: the item protects who is a minor in the
/// proceedings, and the Supreme People's Court's rule on appointed defence of minors speaks of those under 18 at trial (K). The
/// date of the act decides punishment and is not in a notice.
/// </para>
/// </summary>
internal static class GroundChecks
{
    private const string Field = "grounds";

    /// <summary><c>article-25</c>.</summary>
    public static CheckFindings Submitted(CheckInput input) => Check(NoticeReading.Submitted(input), input);

    /// <summary><c>amended-article-25</c>: the same on the notice as amended, where person, grounds or procedure change.</summary>
    public static CheckFindings Amended(CheckInput input) =>
        NoticeReading.Amended(input) is var notice && (notice.Gives("person") || notice.Gives(Field) || notice.Gives("procedure"))
            ? Check(notice, input)
            : CheckFindings.None;

    /// <summary><c>ground-…</c>: a variant's own ground is among the notice's.</summary>
    public static Check Requires(params IEnumerable<string> grounds)
    {
        string[] wanted = [.. grounds];
        return input =>
        {
            var findings = new Findings();
            findings.FaultIf(
                !NoticeReading.Submitted(input).Grounds.Any(ground => wanted.Contains(ground, StringComparer.Ordinal)),
                CheckFaults.GroundOfKindMissing, Field, string.Join(", ", wanted));
            return findings.Result;
        };
    }

    private static CheckFindings Check(NoticeReading notice, CheckInput input)
    {
        var findings = new Findings(notice.Prefix);
        var impossible = notice.Grounds.Count(ground => !CanBe(ground, notice));
        findings.FaultIf(notice.Grounds.IsEmpty, GeneralFaults.Required, Field);
        findings.FaultIf(impossible > 0 && impossible == notice.Grounds.Length, CheckFaults.GroundsNotOfStage, Field);
        findings.FlagIf(impossible > 0, CheckFlags.GroundUnusualAtStage);
        findings.FlagIf(
            notice.Stage == DefenceTerms.Prosecution && notice.Grounds.Any(DefenceTerms.PilotGrounds.Contains) && !CompetenceChecks.IsInPilot(input),
            CheckFlags.GroundPilotOutsidePilot);
        findings.FlagIf(notice.NeedsThreeYears, CheckFlags.CounselThreeYearsNeeded);
        CompareAge(findings, notice);
        CompareDisability(findings, notice);
        return findings.Result;
    }

    /// <summary>Whether the ground can be at the notice's stage and procedure. One that is not known here can.</summary>
    private static bool CanBe(string ground, NoticeReading notice)
    {
        var stage = notice.Stage ?? "";
        return ground switch
        {
            DefenceTerms.DeathReview => stage == DefenceTerms.DeathReviewStage,
            DefenceTerms.CompulsoryTreatment => stage == DefenceTerms.CompulsoryTreatmentStage,
            DefenceTerms.InAbsentia => DefenceTerms.TrialStages.Contains(stage),
            DefenceTerms.OrdinaryTrial => DefenceTerms.TrialStages.Contains(stage) && notice.Procedure is not (DefenceTerms.Summary or DefenceTerms.FastTrack),
            _ when DefenceTerms.PilotGrounds.Contains(ground) => stage == DefenceTerms.Prosecution || DefenceTerms.TrialStages.Contains(stage),
            _ => true,
        };
    }

    private static void CompareAge(Findings findings, NoticeReading notice)
    {
        var claimed = notice.Grounds.Contains(DefenceTerms.Minor);
        var minor = notice.Person?.BirthDate is { } birth ? CivilAge.IsMinorOn(birth, notice.Today) : (bool?)null;
        findings.FlagIf(minor is true && !claimed, CheckFlags.MinorNotClaimed);
        findings.FlagIf(minor is false && claimed, CheckFlags.MinorNotBorneOut);
        findings.FlagIf(minor is true && notice.Grounds.Contains(DefenceTerms.LimitedCapacity), CheckFlags.CapacityOfMinor);

        // proto3 leaves out a zero, and a zero means no estimate.
        findings.FlagIf(minor is null && notice.Person?.EstimatedAge is > 0 and < CivilAge.MajorityYears, CheckFlags.AgeEstimated);
    }

    private static void CompareDisability(Findings findings, NoticeReading notice)
    {
        var sensory = notice.Grounds.Contains(DefenceTerms.SensoryDisability);
        var meaning = notice.Person?.Certificate.Value?.Category.Meaning();
        findings.FlagIf(meaning == DisabilityMeaning.Mandatory && !sensory, CheckFlags.SensoryNotClaimed);
        findings.FlagIf(meaning is DisabilityMeaning.None or DisabilityMeaning.CapacityReview && sensory, CheckFlags.SensoryNotBorneOut);
        findings.FlagIf(meaning == DisabilityMeaning.CapacityReview && !notice.Grounds.Contains(DefenceTerms.LimitedCapacity), CheckFlags.CapacityReview);
        findings.FlagIf(meaning == DisabilityMeaning.Ask && !sensory, CheckFlags.DisabilityAsk);
    }
}
