using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>Whether a body's answer to a question answers it: facts that were asked, each once, with values of their form and days that can be.</summary>
internal static class QuestionChecks
{
    /// <summary><c>question-answer</c>. A fact that is left out is one on which the body has nothing; at least one is there.</summary>
    public static CheckFindings Answer(CheckInput input)
    {
        var (findings, today) = (new Findings(), input.Now.CivilDate());
        var vocabulary = input.Snapshot.Eligibility.Vocabulary;
        var asked = SuppliedFacts.Items(input.View.Child("question"), "facts").Select(fact => fact.Text("fact")).ToImmutableHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, item) in SuppliedFacts.Items(input.Payload, "values").Index())
        {
            var field = $"values[{index}]";
            Value(findings, item, field, vocabulary, asked, seen);
            Days(findings, item, field, today);
        }

        findings.FaultIf(!SuppliedFacts.Items(input.Payload, "values").Any(), EligibilityFaults.AnswerEmpty, "values");
        return findings.Result;
    }

    private static void Value(
        Findings findings, JsonObject item, string field, FactVocabulary vocabulary, ImmutableHashSet<string?> asked, HashSet<string> seen)
    {
        if (ApplicationChecks.Fact(findings, item, vocabulary, field) is not { } fact)
        {
            return;
        }

        findings.FaultIf(!asked.Contains(fact.Name), EligibilityFaults.FactNotAsked, $"{field}.fact", fact.Name);
        findings.FaultIf(!seen.Add(fact.Name), EligibilityFaults.FactTwice, $"{field}.fact", fact.Name);
    }

    private static void Days(Findings findings, JsonObject item, string field, DateOnly today)
    {
        var (asOf, until) = (Progress.Date(item, "asOfDate"), Progress.Date(item, "validUntilDate"));
        findings.FaultIf(asOf > today, EligibilityFaults.DateAhead, $"{field}.asOfDate");
        findings.FaultIf(until < (asOf ?? today), EligibilityFaults.ValidityOver, $"{field}.validUntilDate");
    }
}
