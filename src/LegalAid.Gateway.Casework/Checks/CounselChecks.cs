using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>Counsel as an assignment or a replacement names them: in the register, of the firm, with the practice that the case needs.</summary>
internal static class CounselChecks
{
    /// <summary>法律援助法 26.</summary>
    public const int PracticeYearsMin = 3;

    /// <summary><c>counsel-in-register</c>.</summary>
    public static CheckFindings InRegister(CheckInput input) => InRegister(input, input.Payload.Child("counsel"), "counsel");

    /// <summary><c>changed-counsel-in-register</c>: the same of counsel among changes.</summary>
    public static CheckFindings ChangedInRegister(CheckInput input) => InRegister(input, input.Payload.Child("changes").Child("counsel"), "changes.counsel");

    private static CheckFindings InRegister(CheckInput input, JsonObject? given, string field)
    {
        var findings = new Findings(field);
        if (given is not { } counsel)
        {
            findings.Fault(GeneralFaults.Required, "");
            return findings.Result;
        }

        findings.FaultIf(counsel.Text("phone") is null, GeneralFaults.Required, "phone");
        if (!LawyerLicence.TryParse(counsel.Text("licenceNumber"), input.Now.CivilDate(), out var licence, out var fault))
        {
            findings.Fault(fault, "licenceNumber");
        }
        else if (input.Snapshot.Counsel.Find(licence.ToString()) is not { } lawyer)
        {
            findings.Fault(CheckFaults.CounselNotInRegister, "licenceNumber");
        }
        else
        {
            findings.FaultIf(!SameName(counsel.Text("name"), lawyer.Name), CheckFaults.CounselNameDiffers, "name");
            findings.FaultIf(
                !AgencyId.TryParseResourceName(counsel.Text("firm"), out var firm) || firm != lawyer.Firm, CheckFaults.CounselFirmDiffers, "firm");
            findings.FaultIf(!lawyer.MayPractiseOn(input.Now.CivilDate()), CheckFaults.CounselSuspended, "licenceNumber");
        }

        return findings.Result;
    }

    /// <summary>
    /// <c>counsel-practice-years</c>: three full years of relevant practice (相关执业经历) by the register, complete on the day itself, for
    /// life imprisonment, death and death review. What else suits the person is flagged. A lawyer who is not in the register is the
    /// business of <c>counsel-in-register</c>.
    /// </summary>
    public static CheckFindings PracticeYears(CheckInput input)
    {
        var findings = new Findings();
        if (LawyerOf(input) is not { } lawyer)
        {
            return findings.Result;
        }

        var notice = NoticeReading.Present(input);
        findings.FaultIf(
            notice.NeedsThreeYears && !(lawyer.CriminalSince is { } since && HasYears(since, notice.Today)),
            CheckFaults.CounselUnderThreeYears, "counsel.licenceNumber");
        var minor = notice.Grounds.Contains(DefenceTerms.Minor)
            || (notice.Person?.BirthDate is { } birth && CivilAge.IsMinorOn(birth, notice.Today));
        findings.FlagIf(minor && !lawyer.Specialities.Contains(CounselTerms.Minors), CheckFlags.CounselWithoutJuvenileSpeciality);
        findings.FlagIf(
            notice.Person?.Language is { } language && !lawyer.Languages.Any(known => CounselTerms.Same(language, known)), CheckFlags.CounselWithoutLanguage);
        findings.FlagIf(
            notice.WishedSpeciality is { } speciality && !lawyer.Specialities.Any(known => CounselTerms.Same(speciality, known)),
            CheckFlags.CounselWithoutWishedSpeciality);
        return findings.Result;
    }

    /// <summary><c>counsel-wish</c>: the recipient's wish (点援) binds nobody, but it is answered.</summary>
    public static CheckFindings Wish(CheckInput input)
    {
        var findings = new Findings();
        var notice = NoticeReading.Present(input);
        if (notice.WishedLawyer is { } wished && !SameName(wished, input.Payload.Child("counsel").Text("name")))
        {
            var claimed = input.Payload.IsTrue("wishMet");
            findings.FaultIf(claimed, CheckFaults.WishNotMetClaimed, "wishMet");
            findings.FaultIf(!claimed && input.Payload.Text("wishReason") is null, CheckFaults.WishReasonMissing, "wishReason");
        }

        return findings.Result;
    }

    /// <summary><c>counsel-differs</c>: who replaces counsel names somebody else.</summary>
    public static CheckFindings Differs(CheckInput input)
    {
        var findings = new Findings();
        var present = LicenceOf(input.View.Child("assignment"));
        findings.FaultIf(present is not null && LicenceOf(input.Payload) == present, CheckFaults.CounselUnchanged, "counsel.licenceNumber");
        return findings.Result;
    }

    /// <summary>Whether the years are complete; of 29 February they are on 28 February of a common year.</summary>
    private static bool HasYears(DateOnly since, DateOnly today) =>
        since.Year <= today.Year - PracticeYearsMin && since.AddYears(PracticeYearsMin) <= today;

    private static LawyerLicence? LicenceOf(JsonObject? assignment) =>
        LawyerLicence.TryParse(assignment.Child("counsel").Text("licenceNumber"), out var licence, out _) ? licence : null;

    private static Lawyer? LawyerOf(CheckInput input) =>
        LicenceOf(input.Payload) is { } licence ? input.Snapshot.Counsel.Find(licence.ToString()) : null;

    /// <summary>Equal after NFC; text that is no name equals nothing.</summary>
    private static bool SameName(string? one, string? other) =>
        PersonName.TryParse(one, out var left, out _) && PersonName.TryParse(other, out var right, out _) && left == right;
}
