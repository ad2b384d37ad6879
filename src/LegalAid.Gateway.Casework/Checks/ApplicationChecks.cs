using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>Whether an application for aid, or what is added to it, can be checked: its facts, undertakings, authorisation, day and rule pack.</summary>
internal static class ApplicationChecks
{
    /// <summary>Most facts and undertakings that a verification takes in all.</summary>
    public const int SuppliedMax = 500;

    /// <summary><c>application-facts</c>.</summary>
    public static CheckFindings Facts(CheckInput input) => Facts(input, input.Payload, input.Payload, "");

    /// <summary><c>supplement-facts</c>.</summary>
    public static CheckFindings AddedFacts(CheckInput input) => Facts(input, input.Payload.Child("added") ?? [], input.View.Child("application") ?? [], "added");

    /// <summary><c>application-authorisation</c>.</summary>
    public static CheckFindings Authorisation(CheckInput input) => Authorisation(input, input.Payload.Child("authorisation"), input.Payload, "authorisation");

    /// <summary><c>supplement-authorisation</c>.</summary>
    public static CheckFindings AddedAuthorisation(CheckInput input) =>
        Authorisation(input, input.Payload.Child("added").Child("authorisation"), input.View.Child("application"), "added.authorisation");

    /// <summary><c>application-pack</c>: there are rules for the day and place.</summary>
    public static CheckFindings Pack(CheckInput input)
    {
        var findings = new Findings();
        if (Progress.Date(input.Payload, "receivedDate") is not { } receivedOn)
        {
            return findings.Result; // the form of the date was reported at the edge
        }

        findings.FaultIf(receivedOn > input.Now.CivilDate(), EligibilityFaults.DateAhead, "receivedDate");
        var (packs, place) = (input.Snapshot.Eligibility, VerificationReading.PlaceOf(input.Payload, input.Caller));
        var named = input.Payload.Text("pack");
        var pack = VerificationReading.PackOf(input.Payload, place, receivedOn, packs);
        findings.FaultIf(pack is null && named is not null, EligibilityFaults.PackUnknown, "pack", named ?? "");
        findings.FaultIf(pack is null ? named is null : !pack.Pack.IsInForceOn(receivedOn), EligibilityFaults.NotInForce, "receivedDate");
        findings.FaultIf(pack is not null && pack.Pack.AreaOf(place) < 0, EligibilityFaults.PlaceNotCovered, "place");
        return findings.Result;
    }

    /// <summary><c>change-facts</c>: a list of facts that the vocabulary has.</summary>
    public static CheckFindings Changed(CheckInput input)
    {
        var findings = new Findings();
        foreach (var (index, name) in input.Payload.Texts("facts").Index())
        {
            findings.FaultIf(input.Snapshot.Eligibility.Vocabulary.Find(name) is null, EligibilityFaults.FactUnknown, $"facts[{index}]", name);
        }

        findings.FaultIf(Progress.Date(input.Payload, "effectiveDate") > input.Now.CivilDate(), EligibilityFaults.DateAhead, "effectiveDate");
        return findings.Result;
    }

    /// <param name="added">What comes with this step.</param>
    /// <param name="application">The application that it is, or is added to: it says which pack.</param>
    private static CheckFindings Facts(CheckInput input, JsonObject added, JsonObject application, string prefix)
    {
        var (findings, today) = (new Findings(prefix), input.Now.CivilDate());
        var vocabulary = input.Snapshot.Eligibility.Vocabulary;
        foreach (var (index, stated) in SuppliedFacts.Items(added, "facts").Index())
        {
            var field = $"facts[{index}]";
            var fact = Fact(findings, stated, vocabulary, field);
            findings.FaultIf(
                fact is not null && stated.Text("ground") == SuppliedFacts.Stated && !fact.Bodies.Any(body => body.IsAtHand), EligibilityFaults.FactNotStatable, $"{field}.ground", fact?.Name ?? "");
            findings.FaultIf(Progress.Date(stated, "date") > today, EligibilityFaults.DateAhead, $"{field}.date");
        }

        var pack = Progress.Date(application, "receivedDate") is { } receivedOn
            ? VerificationReading.PackOf(application, VerificationReading.PlaceOf(application, input.Caller), receivedOn, input.Snapshot.Eligibility)
            : null;
        foreach (var (index, undertaking) in SuppliedFacts.Items(added, "undertakings").Index())
        {
            findings.FaultIf(Progress.Date(undertaking, "signDate") > today, EligibilityFaults.DateAhead, $"undertakings[{index}].signDate");
            foreach (var (place, undertaken) in SuppliedFacts.Items(undertaking, "facts").Index())
            {
                var field = $"undertakings[{index}].facts[{place}]";
                var fact = Fact(findings, undertaken, vocabulary, field);
                findings.FaultIf(
                    fact is not null && pack is not null && pack.Pack.Undertaking?.Facts.Contains(fact) != true, EligibilityFaults.FactNotUndertakable, $"{field}.fact", fact?.Name ?? "");
            }
        }

        var before = ReferenceEquals(added, application) ? 0 : Count(application);
        findings.FaultIf(before + Count(added) > SuppliedMax, EligibilityFaults.TooMuchSupplied, "facts", $"{SuppliedMax}");
        return findings.Result;
    }

    private static int Count(JsonObject application) =>
        SuppliedFacts.Items(application, "facts").Count() + SuppliedFacts.Items(application, "undertakings").Sum(undertaking => SuppliedFacts.Items(undertaking, "facts").Count());

    /// <summary>The fact of a statement, where its name and value are in order.</summary>
    internal static FactDefinition? Fact(Findings findings, JsonObject stated, FactVocabulary vocabulary, string field)
    {
        if (stated.Text("fact") is not { } name || vocabulary.Find(name) is not { } fact)
        {
            findings.Fault(EligibilityFaults.FactUnknown, $"{field}.fact", stated.Text("fact") ?? "");
            return null;
        }

        findings.FaultIf(SuppliedFacts.Find(stated, vocabulary) is null, EligibilityFaults.FactValue, $"{field}.value", fact.Name, FormOf(fact));
        return fact;
    }

    internal static string FormOf(FactDefinition fact) => fact.Kind switch
    {
        FactKind.YesNo => "true, false",
        FactKind.Choice => string.Join(", ", fact.Choices.Select(choice => choice.Name)),
        FactKind.Money => "1990.00",
        FactKind.Date or FactKind.BirthDate => "2026-03-05",
        _ => throw new InvalidOperationException($"kind {fact.Kind}"),
    };

    private static CheckFindings Authorisation(CheckInput input, JsonObject? authorisation, JsonObject? application, string prefix)
    {
        var findings = new Findings(prefix);
        if (authorisation is null)
        {
            return findings.Result;
        }

        foreach (var (index, name) in authorisation.Texts("facts").Index())
        {
            findings.FaultIf(input.Snapshot.Eligibility.Vocabulary.Find(name) is null, EligibilityFaults.FactUnknown, $"facts[{index}]", name);
        }

        findings.FaultIf(Progress.Date(authorisation, "expireDate") < input.Now.CivilDate(), EligibilityFaults.AuthorisationExpired, "expireDate");
        var applicant = Identity(application);
        findings.FaultIf(
            applicant is not null && !SuppliedFacts.Items(authorisation, "people").Any(person => Identity(new JsonObject { ["person"] = person.DeepClone() }) == applicant),
            EligibilityFaults.AuthorisationOfOthers, "people");
        return findings.Result;
    }

    private static string? Identity(JsonObject? holder) => holder is null ? null : ComparedForms.Of(new FormedPath(PayloadPath.Parse("person"), ComparedAs.Person), holder);
}
