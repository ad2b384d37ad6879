using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>Whether a request to correct an answer, and a correction, say what can be: a fact that the body answers, values of its form, another than was answered.</summary>
internal static class CorrectionChecks
{
    private const string SourceRole = "source";

    /// <summary><c>correction-request</c>.</summary>
    public static CheckFindings Requested(CheckInput input)
    {
        var (findings, vocabulary, today) = (new Findings(), input.Snapshot.Eligibility.Vocabulary, input.Now.CivilDate());
        var answered = input.Payload.Child("answered");
        findings.FaultIf(Progress.Date(answered ?? [], "answerDate") > today, EligibilityFaults.DateAhead, "answered.answerDate");
        var fact = input.Payload.Text("fact") is { } name ? vocabulary.Find(name) : null;
        if (fact is null)
        {
            findings.Fault(EligibilityFaults.FactUnknown, "fact", input.Payload.Text("fact") ?? "");
            return findings.Result;
        }

        findings.FaultIf(
            input.Party(SourceRole) is { } source && fact.Bodies.All(body => body.Name != source.Kind), EligibilityFaults.FactOfAnother, "fact", fact.Name);
        var (was, isSaid) = (Value(findings, fact, answered, "answered.value"), Value(findings, fact, input.Payload, "value"));
        findings.FaultIf(was is not null && was == isSaid, EligibilityFaults.NothingDisputed, "value");
        return findings.Result;
    }

    /// <summary><c>corrected-value</c>: of the form of the disputed fact, and another than was answered: who stands by the answer declines.</summary>
    public static CheckFindings Corrected(CheckInput input)
    {
        var (findings, today) = (new Findings(), input.Now.CivilDate());
        findings.FaultIf(Progress.Date(input.Payload, "asOfDate") > today, EligibilityFaults.DateAhead, "asOfDate");
        var request = input.View.Child("request");
        if (request.Text("fact") is { } name && input.Snapshot.Eligibility.Vocabulary.Find(name) is { } fact)
        {
            var value = Value(findings, fact, input.Payload, "value");
            findings.FaultIf(
                value is not null && request.Child("answered").Text("value") is { } was && FactValue.Parse(fact, was) == value, EligibilityFaults.NothingCorrected, "value");
        }

        return findings.Result;
    }

    private static FactValue? Value(Findings findings, FactDefinition fact, JsonObject? holder, string field)
    {
        var value = holder.Text("value") is { } text ? FactValue.Parse(fact, text) : null;
        findings.FaultIf(value is null, EligibilityFaults.FactValue, field, fact.Name, ApplicationChecks.FormOf(fact));
        return value;
    }
}
