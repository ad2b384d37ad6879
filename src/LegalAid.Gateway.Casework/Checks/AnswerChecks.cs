namespace LegalAid.Gateway.Casework.Checks;

/// <summary>What an answer, a withdrawal or an amendment must say so that it says anything.</summary>
internal static class AnswerChecks
{
    /// <summary><c>decline-reason</c>: a firm that cannot take the case says why.</summary>
    public static CheckFindings DeclineReason(CheckInput input)
    {
        var findings = new Findings();
        findings.FaultIf(
            input.Payload.Text("answer") == DefenceTerms.Declined && input.Payload.Text("reason") is null, CheckFaults.DeclineReasonMissing, "reason");
        return findings.Result;
    }

    /// <summary><c>withdrawal-counsel</c>: own counsel (法律援助法 27) has a name, so that the centre can check before it stands down.</summary>
    public static CheckFindings WithdrawalCounsel(CheckInput input)
    {
        var findings = new Findings();
        findings.FaultIf(
            input.Payload.Text("ground") == DefenceTerms.OwnCounsel && input.Payload.Text("ownCounselName") is null,
            CheckFaults.OwnCounselNameMissing, "ownCounselName");
        return findings.Result;
    }

    /// <summary><c>amendment-content</c>: something is given, and something of it is not as it was.</summary>
    public static CheckFindings AmendmentContent(CheckInput input)
    {
        var findings = new Findings();
        var notice = input.View.Child("notice");
        var changes = input.Payload.Child("changes") ?? [];
        findings.FaultIf(
            changes.All(change => change.Value is null || change.Value.IsSameAs(notice.Field(change.Key))),
            CheckFaults.AmendmentEmpty, "changes");
        return findings.Result;
    }
}
