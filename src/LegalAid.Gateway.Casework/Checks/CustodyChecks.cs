using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>Whether an application from custody is forwarded in time (法律援助法 39). A late one is taken all the same: the person is not to suffer for the place.</summary>
internal static class CustodyChecks
{
    private static readonly TimeSpan ForwardedWithin = TimeSpan.FromHours(24);

    /// <summary><c>custody-forwarding</c>: handed in before now, and where that is longer ago than 24 hours, with the reason.</summary>
    public static CheckFindings Forwarded(CheckInput input)
    {
        var findings = new Findings();
        var handedIn = input.Payload.Instant("applyTime").At;
        findings.FaultIf(handedIn > input.Now, CustodyFaults.AppliedLater, "applyTime");
        findings.FaultIf(handedIn + ForwardedWithin < input.Now && string.IsNullOrWhiteSpace(input.Payload.Text("lateReason")), CustodyFaults.LateWithoutReason, "lateReason");
        return findings.Result;
    }
}

/// <summary>Why a check refuses an application from custody.</summary>
[FaultRows]
public static class CustodyFaults
{
    public static readonly FaultCode AppliedLater = new("CUSTODY_APPLIED_LATER", FaultKind.Invalid, FaultActor.CallerStaff,
        "提出申请的时间晚于现在", "The application was handed in later than now",
        "更正提出申请的时间", "Correct the time at which it was handed in");

    public static readonly FaultCode LateWithoutReason = new("CUSTODY_FORWARDED_LATE", FaultKind.Invalid, FaultActor.CallerStaff,
        "距提出申请已超过 24 小时，应说明原因", "It was handed in more than 24 hours ago: say why it comes now",
        "填写 lateReason 后转交；逾期不影响受理", "Give lateReason and forward it; being late is no ground to refuse it");
}
