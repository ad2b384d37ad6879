using System.Globalization;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>
/// Times that cannot be true are refused; times that leave little room are flagged. A late notice is never refused for being late:
/// the clocks report that.
/// </summary>
internal static class TimeChecks
{
    /// <summary>How far an organ's clock may be ahead of ours.</summary>
    public static readonly TimeSpan SkewMax = TimeSpan.FromMinutes(5);

    /// <summary>A finding before this many years is a slip: it is the finding at the present stage, and no stage lasts so long.</summary>
    public const int FoundYearsMax = 3;

    /// <summary>A service of a judgment under review before this many years is a slip.</summary>
    public const int ServedYearsMax = 3;

    /// <summary>A hearing further ahead is a slip; a bound also keeps the clocks clear of the calendar's end.</summary>
    public const int HearingYearsMax = 3;

    /// <summary>Full days between notice and hearing in ordinary procedure.</summary>
    public const int HearingLeadDays = 15;

    /// <summary>Full days before a hearing within which counsel must be in place at once.</summary>
    public const int HearingUrgentDays = 3;

    /// <summary><c>found-time</c>: when the organ found that a defender is needed, from which its three days run.</summary>
    public static CheckFindings Found(CheckInput input)
    {
        const string field = "foundTime";
        var findings = new Findings();
        var found = NoticeReading.Submitted(input).FoundTime;
        findings.FaultIf(!found.Given, GeneralFaults.Required, field);
        CheckPast(findings, found, input.Now, field, FoundYearsMax, CheckFaults.FoundTimeFuture, CheckFaults.FoundTimeImplausible);
        return findings.Result;
    }

    /// <summary><c>judgment-served</c>: where the notice says when the judgment under review was served, from which ten days run.</summary>
    public static CheckFindings JudgmentServed(CheckInput input)
    {
        const string field = "judgmentServedTime";
        var findings = new Findings();
        var served = NoticeReading.Submitted(input).JudgmentServed;
        CheckPast(findings, served, input.Now, field, ServedYearsMax, CheckFaults.JudgmentServedFuture, CheckFaults.JudgmentServedImplausible);
        return findings.Result;
    }

    /// <summary><c>hearing-ahead</c>.</summary>
    public static CheckFindings Hearing(CheckInput input) => Hearing(NoticeReading.Submitted(input), input.Now);

    /// <summary>
    /// <c>amended-hearing</c>: the same, where the amendment fixes or moves the hearing. Where it changes the procedure alone, how soon
    /// the hearing is gets judged anew; the hearing itself is not what was amended, and may have been held.
    /// </summary>
    public static CheckFindings AmendedHearing(CheckInput input)
    {
        var notice = NoticeReading.Amended(input);
        if (notice.Gives("hearing"))
        {
            return Hearing(notice, input.Now);
        }

        var findings = new Findings();
        if (notice.Gives("procedure") && notice.HearingStart.At is { } start && start >= input.Now && start <= input.Now.AddYears(HearingYearsMax))
        {
            FlagSoon(findings, notice, start);
        }

        return findings.Result;
    }

    private static CheckFindings Hearing(NoticeReading notice, DateTimeOffset now)
    {
        const string field = "hearing.startTime";
        var findings = new Findings(notice.Prefix);
        findings.FaultIf(notice.Gives("hearing") && !notice.HearingStart.Given, GeneralFaults.Required, field);
        findings.FaultIf(notice.HearingStart.Unreadable, CheckFaults.TimeForm, field);
        if (notice.HearingStart.At is not { } start)
        {
            return findings.Result;
        }

        if (start < now)
        {
            findings.Fault(CheckFaults.HearingInPast, field);
            return findings.Result;
        }

        if (start > now.AddYears(HearingYearsMax))
        {
            findings.Fault(CheckFaults.HearingImplausible, field, HearingYearsMax.ToString(CultureInfo.InvariantCulture));
            return findings.Result;
        }

        FlagSoon(findings, notice, start);
        return findings.Result;
    }

    private static void FlagSoon(Findings findings, NoticeReading notice, DateTimeOffset start)
    {
        // Full days between the two dates, neither counted, as the clock hearing-lead counts them.
        var days = start.CivilDate().DayNumber - notice.Today.DayNumber - 1;
        var ordinary = notice.Procedure is not (DefenceTerms.Summary or DefenceTerms.FastTrack);
        findings.FlagIf(ordinary && days < HearingLeadDays, CheckFlags.HearingSoon);
        findings.FlagIf(days < HearingUrgentDays, CheckFlags.HearingVerySoon);
    }

    private static void CheckPast(
        Findings findings, GivenInstant instant, DateTimeOffset now, string field, int yearsMax, FaultCode future, FaultCode implausible)
    {
        findings.FaultIf(instant.Unreadable, CheckFaults.TimeForm, field);
        findings.FaultIf(instant.At > now + SkewMax, future, field);
        findings.FaultIf(instant.At < now.AddYears(-yearsMax), implausible, field, yearsMax.ToString(CultureInfo.InvariantCulture));
    }
}
