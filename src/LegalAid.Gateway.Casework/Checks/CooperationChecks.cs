using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>What centres that help each other must say (异地协作), so far as the type's data cannot. A step is judged by the view before it and by the day, wherever its sender is.</summary>
internal static class CooperationChecks
{
    /// <summary>The furthest day that may be asked for or agreed, in years from today.</summary>
    public const int DueYearsMax = 2;

    private const string Recipient = "recipient";

    /// <summary><c>cooperation-recipient</c>: another centre is asked.</summary>
    public static CheckFindings Asked(CheckInput input)
    {
        var findings = new Findings();
        findings.FaultIf(input.Payload.Text(Recipient) == input.Caller.Id.ResourceName, CooperationFaults.RecipientSelf, Recipient);
        return findings.Result;
    }

    /// <summary><c>cooperation-items</c>: a number says one item.</summary>
    public static CheckFindings Items(CheckInput input)
    {
        var findings = new Findings();
        CheckNumbers(findings, input.Payload, "items");
        return findings.Result;
    }

    /// <summary><c>cooperation-due</c>: the date that is asked for has not passed.</summary>
    public static CheckFindings Due(CheckInput input)
    {
        var findings = new Findings();
        CheckDate(findings, input, "dueDate");
        return findings.Result;
    }

    /// <summary><c>cooperation-amendment</c>: something is given, and something of it is not as it was.</summary>
    public static CheckFindings Amendment(CheckInput input)
    {
        var findings = new Findings("changes");
        var (request, changes) = (input.View.Child("request"), input.Payload.Child("changes") ?? []);
        findings.FaultIf(changes.All(change => change.Value is null || change.Value.IsSameAs(request.Field(change.Key))), CheckFaults.AmendmentEmpty, "");
        CheckNumbers(findings, changes, "items");
        return findings.Result;
    }

    /// <summary><c>forward-new-centre</c>: a request goes on, and never back to a centre that had it, nor to the origin.</summary>
    public static CheckFindings Forward(CheckInput input)
    {
        var findings = new Findings();
        var to = input.Payload.Text("to");
        var had = ItemsOf(input.View, "forwarding").Select(forwarding => forwarding.Text("to"))
            .Append(input.View.Child("request").Text(Recipient))
            .Append(input.Caller.Id.ResourceName)
            .Append(input.Type.Roles is [var opener, ..] && input.Parties.TryGetValue(opener.Name.Value, out var origin) ? origin.ResourceName : null);
        findings.FaultIf(to is not null && had.Contains(to, StringComparer.Ordinal), CooperationFaults.ForwardedBack, "to");
        return findings.Result;
    }

    /// <summary><c>date-proposed</c>: a date that has not passed, and another than the one that stands.</summary>
    public static CheckFindings Proposed(CheckInput input)
    {
        var findings = new Findings();
        CheckDate(findings, input, "dueDate");
        findings.FaultIf(input.Payload.Text("dueDate") == input.View.Child("request").Text("dueDate"), CooperationFaults.DateStands, "dueDate");
        return findings.Result;
    }

    /// <summary><c>date-as-proposed</c>: what is agreed to is what was proposed last, also where a newer proposal crossed with the answer.</summary>
    public static CheckFindings Agreed(CheckInput input)
    {
        var findings = new Findings("agreed");
        var last = ItemsOf(input.View, "proposals").LastOrDefault();
        findings.FaultIf(input.Payload.Child("agreed").Text("dueDate") != last.Text("dueDate"), CooperationFaults.DateNotProposed, "dueDate");
        return findings.Result;
    }

    /// <summary><c>items-answered</c>: each item has one result, with what came of it or why nothing did.</summary>
    public static CheckFindings Answered(CheckInput input)
    {
        var findings = new Findings();
        var asked = Numbers(input.View.Child("request"), "items").ToHashSet(StringComparer.Ordinal);
        var results = SuppliedFacts.Items(input.Payload, "results").ToList();
        foreach (var (index, result) in results.Index())
        {
            var (number, outcome) = (result.Text("number"), result.Text("outcome"));
            findings.FaultIf(number is not null && !asked.Contains(number), CooperationFaults.ItemUnknown, $"results[{index}].number");
            findings.FaultIf(
                outcome is "ITEM_OUTCOME_DONE" or "ITEM_OUTCOME_PARTLY" && result.Text("result") is null, CooperationFaults.ResultMissing, $"results[{index}].result");
            findings.FaultIf(
                outcome is "ITEM_OUTCOME_PARTLY" or "ITEM_OUTCOME_NOT_DONE" && result.Text("reasons") is null, CooperationFaults.ReasonsMissing, $"results[{index}].reasons");
        }

        CheckNumbers(findings, input.Payload, "results");
        var open = asked.Except(results.Select(result => result.Text("number") ?? ""), StringComparer.Ordinal).ToList();
        findings.FaultIf(open.Count > 0, CooperationFaults.ItemsOpen, "results", open.Count.ToString(CultureInfo.InvariantCulture));
        return findings.Result;
    }

    /// <summary><c>items-returned</c>: what is asked again was asked before.</summary>
    public static CheckFindings Returned(CheckInput input)
    {
        var findings = new Findings();
        var asked = Numbers(input.View.Child("request"), "items").ToHashSet(StringComparer.Ordinal);
        foreach (var (index, number) in input.Payload.Texts("items").Index())
        {
            findings.FaultIf(!asked.Contains(number), CooperationFaults.ItemUnknown, $"items[{index}]");
        }

        return findings.Result;
    }

    /// <summary><c>holding-claim</c>: another centre, a matter that the vocabulary has, a day that is not ahead.</summary>
    public static CheckFindings Claimed(CheckInput input)
    {
        var findings = new Findings();
        findings.FaultIf(input.Payload.Text("other") == input.Caller.Id.ResourceName, CooperationFaults.RecipientSelf, "other");
        findings.FaultIf(Progress.Date(input.Payload, "receivedDate") > input.Now.CivilDate(), EligibilityFaults.DateAhead, "receivedDate");
        var matters = input.Snapshot.Eligibility.Vocabulary.Find("matter")?.Choices;
        findings.FaultIf(
            input.Payload.Text("matter") is { } matter && matters is { } known && known.All(choice => choice.Name != matter), EligibilityFaults.FactValue, "matter", "matter",
            string.Join(", ", (matters ?? []).Select(choice => choice.Name)));
        return findings.Result;
    }

    private static void CheckNumbers(Findings findings, JsonObject holder, string list)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, number) in Numbers(holder, list).Index())
        {
            findings.FaultIf(!seen.Add(number), CooperationFaults.ItemTwice, $"{list}[{index}].number");
        }
    }

    /// <summary>The form was checked at the edge; an impossible day reads as absent there.</summary>
    private static void CheckDate(Findings findings, CheckInput input, string field)
    {
        var today = input.Now.CivilDate();
        if (Progress.Date(input.Payload, field) is { } day)
        {
            findings.FaultIf(day < today, CooperationFaults.DatePassed, field);
            findings.FaultIf(day > today.AddYears(DueYearsMax), CooperationFaults.DateFar, field, DueYearsMax.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static IEnumerable<string> Numbers(JsonObject? holder, string list) =>
        SuppliedFacts.Items(holder, list).Select(item => item.Text("number") ?? "");

    private static IEnumerable<JsonObject> ItemsOf(JsonObject view, string section) => SuppliedFacts.Items(view.Child(section), ViewChange.Append.Items);
}
