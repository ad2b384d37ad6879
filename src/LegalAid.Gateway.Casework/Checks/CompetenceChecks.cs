using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>Who may and must act: competence by place (法律援助法 38), courts of review, the pilot, parties that must be there.</summary>
internal static class CompetenceChecks
{
    /// <summary>
    /// <c>competent-aid-centre</c>: the centre that serves the smallest region around the case-handling organ. The person's residence
    /// does not matter, and 全区通办 concerns applications, not notices.
    /// </summary>
    public static Agency? CompetentAidCentre(CheckInput input) => input.Snapshot.Agencies.CompetentAidCentre(input.Caller.Region);

    /// <summary>
    /// <c>aid-centre-competence</c>: a centre that the organ names serves the organ's place. The city's centre is competent beside the
    /// district's, since cases go up and notices with them. A centre that is unknown or of another kind is the party rule's to refuse.
    /// </summary>
    public static CheckFindings AidCentre(CheckInput input)
    {
        const string field = "aidCentre";
        if (input.Party("aid-centre") is not { Kind: AgencyKinds.AidCentre } centre
            || centre.Serves.Any(served => served.Contains(input.Caller.Region)))
        {
            return CheckFindings.None;
        }

        var findings = new Findings();
        if (CompetentAidCentre(input) is { } competent)
        {
            findings.Fault(CheckFaults.AidCentreNotCompetent, field, competent.Id.Value);
        }
        else
        {
            findings.Fault(CheckFaults.AidCentreNoneCompetent, field);
        }

        return findings.Result;
    }

    /// <summary><c>decline-competence</c>: who declines for want of competence says which other centre has it.</summary>
    public static CheckFindings Decline(CheckInput input)
    {
        const string field = "competentCentre";
        var findings = new Findings();
        if (input.Payload.Text("ground") != DefenceTerms.NotCompetent)
        {
            return findings.Result;
        }

        if (input.Payload.Text(field) is not { } name)
        {
            findings.Fault(CheckFaults.CompetentCentreMissing, field);
        }
        else if (!AgencyId.TryParseResourceName(name, out var id) || input.Snapshot.Agencies.Find(id) is not { Kind: AgencyKinds.AidCentre })
        {
            findings.Fault(CheckFaults.CompetentCentreUnknown, field);
        }
        else
        {
            findings.FaultIf(id == input.Caller.Id, CheckFaults.CompetentCentreItself, field);
        }

        return findings.Result;
    }

    /// <summary><c>detention-centre-known</c>: a request to meet the person has somebody to go to.</summary>
    public static CheckFindings DetentionCentre(CheckInput input)
    {
        var findings = new Findings();
        findings.FaultIf(input.Party("detention-centre") is null, CheckFaults.DetentionCentreUnknown, "");
        return findings.Result;
    }

    /// <summary>
    /// <c>reviewing-court</c>: death sentences are reviewed by the Supreme People's Court and, with a reprieve, by a High Court. A High
    /// Court's sign is a single character (桂), lower courts' have digits (桂01).
    /// </summary>
    public static CheckFindings ReviewingCourt(CheckInput input)
    {
        var findings = new Findings();
        findings.FaultIf(input.Caller.CourtCode is not ("最高法" or { Length: 1 }), CheckFaults.ReviewingCourtOnly, "");
        return findings.Result;
    }

    /// <summary><c>pilot-in-force</c>: the procuratorate takes part in the full-coverage pilot today (司发通〔2022〕49号).</summary>
    public static CheckFindings Pilot(CheckInput input)
    {
        var findings = new Findings();
        findings.FaultIf(!IsInPilot(input), CheckFaults.PilotNotInForce, "");
        return findings.Result;
    }

    public static bool IsInPilot(CheckInput input) => input.Caller.Programmes.Any(part =>
        part.Programme == DefenceTerms.PilotProgramme && part.IsInForceOn(input.Now.CivilDate()));
}
