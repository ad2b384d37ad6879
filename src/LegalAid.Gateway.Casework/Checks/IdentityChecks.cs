using System.Globalization;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>Who the person is: one identity, its number in order, birth date and certificate in agreement with it.</summary>
internal static class IdentityChecks
{
    /// <summary>Oldest age that an estimate may state.</summary>
    public const int EstimatedAgeMax = 120;

    /// <summary><c>person-identity</c>.</summary>
    public static CheckFindings Submitted(CheckInput input) => Check(NoticeReading.Submitted(input));

    /// <summary><c>amended-identity</c>: the same, where the amendment gives the person (whole, as a given message replaces the old one).</summary>
    public static CheckFindings Amended(CheckInput input) =>
        NoticeReading.Amended(input) is var notice && notice.Gives("person") ? Check(notice) : CheckFindings.None;

    /// <summary><c>applicant-identity</c>: of a payload that has the person at its root.</summary>
    public static CheckFindings Applicant(CheckInput input)
    {
        var today = input.Now.CivilDate();
        return Check(input.Payload.Child("person") is { } person ? PersonReading.Of(person, input.Snapshot.ResidentNumbers, today) : null, "", today);
    }

    private static CheckFindings Check(NoticeReading notice) => Check(notice.Person, notice.Prefix, notice.Today);

    private static CheckFindings Check(PersonReading? reading, string prefix, DateOnly today)
    {
        var findings = new Findings(prefix);
        if (reading is not { } person)
        {
            findings.Fault(GeneralFaults.Required, "person");
            return findings.Result;
        }

        findings.FaultIf(person.Identities == 0, CheckFaults.PersonIdentityMissing, "person");
        findings.FaultIf(person.Identities > 1, CheckFaults.PersonIdentityAmbiguous, "person");
        Report(findings, person.Name, "person.name");
        findings.FaultIf(!person.Name.Given, GeneralFaults.Required, "person.name");
        Report(findings, person.Resident, "person.residentNumber");
        Report(findings, person.Document, DocumentField(person.Document.Fault));
        CheckUnknown(findings, person);
        CheckBirthDate(findings, person, today);
        CheckCertificate(findings, person);
        return findings.Result;
    }

    private static void CheckUnknown(Findings findings, PersonReading person)
    {
        // A name that is wrong was reported at the name.
        if (person.Unknown.Fault == IdentifierFaults.UnknownLabel)
        {
            Report(findings, person.Unknown, "person.unknownIdentity.label");
        }

        findings.FaultIf(
            person.EstimatedAgeGiven && person.EstimatedAge is not (>= 0 and <= EstimatedAgeMax),
            CheckFaults.EstimatedAgeImplausible, "person.unknownIdentity.estimatedAge", EstimatedAgeMax.ToString(CultureInfo.InvariantCulture));
    }

    private static void CheckBirthDate(Findings findings, PersonReading person, DateOnly today)
    {
        const string field = "person.birthDate";
        if (person.BirthDateGiven && person.StatedBirthDate is null)
        {
            findings.Fault(CheckFaults.BirthDateForm, field);
        }
        else if (person.StatedBirthDate > today)
        {
            findings.Fault(CheckFaults.BirthDateFuture, field);
        }
        else if (person.StatedBirthDate is { } stated)
        {
            findings.FaultIf(person.NumberedBirthDate is { } numbered && numbered != stated, CheckFaults.BirthDateDiffers, field);
        }
        else
        {
            findings.FaultIf(person.Document.Value is { BirthDate: null }, CheckFaults.BirthDateMissing, field);
        }
    }

    private static void CheckCertificate(Findings findings, PersonReading person)
    {
        const string field = "person.disabilityCertificate";
        Report(findings, person.Certificate, field);
        var own = person.Resident.Value ?? person.Document.Value?.Resident;
        findings.FaultIf(own is not null && person.Certificate.Value is { } certificate && certificate.Holder != own, CheckFaults.CertificateOfAnother, field);
    }

    private static void Report<T>(Findings findings, Parsed<T> parsed, string field)
        where T : class
    {
        if (parsed.Fault is { } fault)
        {
            findings.Fault(fault, field);
        }
    }

    private static string DocumentField(FaultCode? fault) =>
        fault == IdentifierFaults.DocumentIssuer ? "person.document.issuer" : "person.document.number";
}
