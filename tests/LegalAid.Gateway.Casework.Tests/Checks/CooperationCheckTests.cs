using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Tests.Transitions;

namespace LegalAid.Gateway.Casework.Tests.Checks;

/// <summary>What centres that help each other must say, fault by fault, at each boundary. Today is 2026-03-02.</summary>
public sealed class CooperationCheckTests
{
    internal static readonly string[] Checks =
    [
        "cooperation-recipient", "cooperation-items", "cooperation-due", "cooperation-amendment", "forward-new-centre", "date-proposed", "date-as-proposed", "items-answered",
        "items-returned", "holding-claim",
    ];

    private const string Origin = "nanning-qingxiu-aid-centre", First = "nanning-aid-centre", Second = "liuzhou-aid-centre", Third = "guangxi-aid-centre";

    private const string View = $$"""
        { "request": { "recipient": "agencies/{{First}}", "dueDate": "2026-03-20", "items": [{ "number": "1" }, { "number": "2" }] },
          "forwarding": { "items": [{ "to": "agencies/{{Second}}" }] }, "proposals": { "items": [{ "dueDate": "2026-04-01" }, { "dueDate": "2026-04-10" }] } }
        """;

    [Theory]
    [InlineData("cooperation-recipient", Origin, $$"""{ "recipient": "agencies/{{First}}" }""", "")]
    [InlineData("cooperation-recipient", Origin, $$"""{ "recipient": "agencies/{{Origin}}" }""", "COOPERATION_RECIPIENT_SELF recipient")]
    [InlineData("cooperation-items", Origin, """{ "items": [{ "number": "1" }, { "number": "2" }] }""", "")]
    [InlineData("cooperation-items", Origin, """{ "items": [{ "number": "1" }, { "number": "1" }] }""", "COOPERATION_ITEM_TWICE items[1].number")]
    [InlineData("cooperation-due", Origin, """{ "dueDate": "2026-03-01" }""", "COOPERATION_DATE_PASSED dueDate")]
    [InlineData("cooperation-due", Origin, """{ "dueDate": "2026-03-02" }""", "")]
    [InlineData("cooperation-due", Origin, """{ "dueDate": "2028-03-02" }""", "")]
    [InlineData("cooperation-due", Origin, """{ "dueDate": "2028-03-03" }""", "COOPERATION_DATE_FAR dueDate")]
    [InlineData("cooperation-amendment", Origin, """{ "changes": { "dueDate": "2026-03-20" } }""", "AMENDMENT_EMPTY changes")]
    [InlineData("cooperation-amendment", Origin, """{ "changes": { "dueDate": "2026-03-21" } }""", "")]
    [InlineData("cooperation-amendment", Origin, """{ "changes": { "items": [{ "number": "3" }, { "number": "3" }] } }""", "COOPERATION_ITEM_TWICE changes.items[1].number")]
    [InlineData("forward-new-centre", Second, $$"""{ "to": "agencies/{{Third}}" }""", "")]
    [InlineData("forward-new-centre", Second, $$"""{ "to": "agencies/{{First}}" }""", "COOPERATION_FORWARDED_BACK to")]
    [InlineData("forward-new-centre", Second, $$"""{ "to": "agencies/{{Second}}" }""", "COOPERATION_FORWARDED_BACK to")]
    [InlineData("forward-new-centre", Second, $$"""{ "to": "agencies/{{Origin}}" }""", "COOPERATION_FORWARDED_BACK to")]
    [InlineData("date-proposed", First, """{ "dueDate": "2026-03-20" }""", "COOPERATION_DATE_STANDS dueDate")]
    [InlineData("date-proposed", First, """{ "dueDate": "2026-03-19" }""", "")]
    [InlineData("date-as-proposed", Origin, """{ "agreed": { "dueDate": "2026-04-01" } }""", "COOPERATION_DATE_NOT_PROPOSED agreed.dueDate")]
    [InlineData("date-as-proposed", Origin, """{ "agreed": { "dueDate": "2026-04-10" } }""", "")]
    [InlineData("items-answered", First, """{ "results": [{ "number": "1", "outcome": "ITEM_OUTCOME_DONE", "result": "属实" }, { "number": "2", "outcome": "ITEM_OUTCOME_NOT_DONE", "reasons": "查无此址" }] }""", "")]
    [InlineData("items-answered", First, """{ "results": [{ "number": "1", "outcome": "ITEM_OUTCOME_DONE", "result": "属实" }] }""", "COOPERATION_ITEMS_OPEN results")]
    [InlineData(
        "items-answered", First, """{ "results": [{ "number": "1", "outcome": "ITEM_OUTCOME_PARTLY" }, { "number": "2", "outcome": "ITEM_OUTCOME_DONE", "result": "x" }, { "number": "3" }] }""",
        "COOPERATION_RESULT_MISSING results[0].result, COOPERATION_REASONS_MISSING results[0].reasons, COOPERATION_ITEM_UNKNOWN results[2].number")]
    [InlineData("items-returned", Origin, """{ "items": ["2"] }""", "")]
    [InlineData("items-returned", Origin, """{ "items": ["2", "3"] }""", "COOPERATION_ITEM_UNKNOWN items[1]")]
    [InlineData("holding-claim", Origin, $$"""{ "other": "agencies/{{First}}", "matter": "labour-pay", "receivedDate": "2026-03-02" }""", "")]
    [InlineData(
        "holding-claim", Origin, $$"""{ "other": "agencies/{{Origin}}", "matter": "nothing", "receivedDate": "2026-03-03" }""",
        "COOPERATION_RECIPIENT_SELF other, ELIGIBILITY_DATE_AHEAD receivedDate, ELIGIBILITY_FACT_VALUE matter")]
    public void Check_AtItsBoundaries_TellsEachFault(string check, string caller, string payload, string faults)
    {
        var snapshot = ShippedType.Snapshot;
        var type = snapshot.FindType(new ExchangeTypeId("cooperation.verify-facts")) ?? throw new InvalidOperationException("no such type");
        var input = new CheckInput(
            type, type.Opening, Json(payload), Json(View), ImmutableSortedDictionary<string, AgencyId>.Empty.Add(type.Opener.Value, AgencyId.Parse(Origin)),
            snapshot.Agencies.Get(AgencyId.Parse(caller)), Play.Start, snapshot);

        Assert.Equal(faults, string.Join(", ", StandardChecks.Catalogue.Check(check)(input).Faults.Select(fault => $"{fault.Code.Code} {fault.Field}")));
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject(); // written above
}
