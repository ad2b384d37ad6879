using System.Collections.Immutable;
using System.Text.Json.Nodes;
using CsCheck;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Tests.Checks;
using LegalAid.Gateway.Casework.Transitions;
using static LegalAid.Gateway.Casework.Tests.Transitions.SmallType;

namespace LegalAid.Gateway.Casework.Tests.Transitions;

/// <summary>Who may take a step, what it does to parties and view, and what refuses it.</summary>
public sealed class StepTests
{
    private static Play Opened() => new Play(Type()).Open();

    private static string[] Codes(Decision decision) => [.. Assert.IsType<Decision.Refused>(decision).Faults.Select(fault => $"{fault.Field}: {fault.Code.Code}")];

    private static JsonObject Firm(string name) => new() { ["firm"] = "agencies/" + name };

    [Fact]
    public void Open_ByAKindThatMayNot_IsRefusedBeforeAnythingElse() =>
        Assert.Equal([": EXCHANGE_NOT_YOURS_TO_OPEN"], Codes(new Play(Type()).TryOpen(by: Centre)));

    [Fact]
    public void Open_Always_HasOpenerAndPartyAndOneMessage()
    {
        var play = Opened();

        Assert.Equal(("open", Court, Centre), (play.State.State.Value, play.State.Parties["organ"], play.State.Parties["centre"]));
        var message = Assert.Single(play.Last);
        Assert.Equal(("open", Court, Play.Start, "open"), (message.Event, message.Sender, message.OccurredAt, message.StateAfter.Value));
        Assert.Equal([new Recipient(Centre, new RoleName("centre"), Overtakes: false)], message.Recipients);
    }

    [Fact]
    public void Take_ByAnotherRole_IsRefused() => Assert.Equal([": STEP_NOT_YOURS"], Codes(Opened().TryTake("answer", by: Court)));

    [Fact]
    public void Take_ByNoParty_IsRefused() => Assert.Equal([": STEP_NOT_YOURS"], Codes(Opened().TryTake("answer", by: FarCentre)));

    [Fact]
    public void Take_InAnotherState_IsRefused() => Assert.Equal([": STATE_WRONG"], Codes(Opened().TryTake("reopen")));

    [Fact]
    public void Take_OfTheOpeningStep_IsRefused() => Assert.Equal([": STATE_WRONG"], Codes(Opened().TryTake("open")));

    [Fact]
    public void Take_InAFinalState_IsRefused() => Assert.Equal([": STATE_WRONG"], Codes(Opened().Take("shut").TryTake("note")));

    [Theory]
    [InlineData("""{"centre":"agencies/far-centre"}""", "far-centre")]
    [InlineData("{}", "test-centre")]
    [InlineData("""{"centre":""}""", "test-centre")]
    [InlineData("""{"centre":7}""", "test-centre")]
    public void Party_NamedOrFound_TakesTheRole(string payload, string holder) =>
        Assert.Equal(holder, new Play(Type()).Open(Play.Json(payload)).State.Parties["centre"].Value);

    [Theory]
    [InlineData("""{"centre":"agencies/nobody"}""", "centre: PARTY_UNKNOWN")]
    [InlineData("""{"centre":"test-centre"}""", "centre: PARTY_UNKNOWN")]
    [InlineData("""{"centre":"agencies/firm-a"}""", "centre: PARTY_WRONG_KIND")]
    public void Party_NamedWrongly_IsRefused(string payload, string fault) => Assert.Equal([fault], Codes(new Play(Type()).TryOpen(Play.Json(payload))));

    [Fact]
    public void Party_RequiredAndNotToBeFound_IsRefused() => Assert.Equal(["firm: PARTY_MISSING"], Codes(Opened().TryTake("name")));

    [Fact]
    public void Party_NotRequired_LeavesTheRoleEmpty()
    {
        var type = Type();
        var open = type.Opening with { Parties = [.. type.Opening.Parties, new PartyRule(new RoleName("firm"), PayloadPath.Parse("firm"), null, [AgencyKinds.LawFirm], Required: false)] };

        Assert.False(new Play(type with { Steps = type.Steps.SetItem(0, open) }).Open().State.Parties.ContainsKey("firm"));
    }

    [Theory]
    [InlineData("firm-a", null)]
    [InlineData("test-court", null)]
    [InlineData("test-centre", "firm: PARTY_WRONG_KIND")]
    public void Party_OfSeveralKinds_IsOfOneOfThem(string named, string? fault)
    {
        var type = Type();
        var open = type.Opening with
        {
            Parties = [.. type.Opening.Parties, new PartyRule(new RoleName("firm"), PayloadPath.Parse("firm"), null, [AgencyKinds.LawFirm, AgencyKinds.Court], Required: true)],
        };
        var play = new Play(type with { Steps = type.Steps.SetItem(0, open) });
        var payload = Firm(named);

        if (fault is null)
        {
            Assert.Equal(named, play.Open(payload).State.Parties["firm"].Value);
        }
        else
        {
            Assert.Equal([fault], Codes(play.TryOpen(payload)));
        }
    }

    [Fact]
    public void Party_Replaced_LearnsOfIt()
    {
        var play = Opened().Take("name", Firm("firm-a")).Take("name", Firm("firm-b"));

        Assert.Equal(FirmB, play.State.Parties["firm"]);
        Assert.Equal([Court, FirmB, FirmA], play.Last[0].Recipients.Select(recipient => recipient.Agency));
    }

    [Fact]
    public void Party_NamedAgain_GetsTheMessageOnce() =>
        Assert.Equal([Court, FirmA], Opened().Take("name", Firm("firm-a")).Take("name", Firm("firm-a")).Last[0].Recipients.Select(recipient => recipient.Agency));

    [Fact]
    public void Party_Released_LearnsOfItAndIsNoPartyAfter()
    {
        var play = Opened().Take("name", Firm("firm-a")).Take("drop");

        Assert.Equal([Court, FirmA], play.Last[0].Recipients.Select(recipient => recipient.Agency));
        Assert.All(play.Last[0].Recipients, recipient => Assert.True(recipient.Overtakes));
        Assert.Empty(play.State.RolesOf(FirmA));
        Assert.Equal([Centre], play.Take("amend", Play.Json("""{"changes":{"x":"y"}}""")).Last[0].Recipients.Select(recipient => recipient.Agency));
    }

    [Fact]
    public void Agency_InTwoRoles_GetsTheMessageOnce()
    {
        var type = Type();
        var name = type.Steps.Single(step => step.Name.Value == "name") with
        {
            Parties = [new PartyRule(new RoleName("firm"), PayloadPath.Parse("firm"), null, [AgencyKinds.Court], Required: true)],
        };
        var play = new Play(type with { Steps = type.Steps.Replace(type.Steps.Single(step => step.Name.Value == "name"), name) }).Open()
            .Take("name", Firm("test-court"));

        Assert.Equal([new Recipient(Court, new RoleName("organ"), Overtakes: false)], play.Last[0].Recipients);
        Assert.Equal(["firm", "organ"], play.State.RolesOf(Court).Select(role => role.Value));
    }

    [Fact]
    public void Take_WhoseMessageNobodyWouldGet_IsRefused() => Assert.Equal([": RECIPIENT_MISSING"], Codes(Opened().TryTake("tell-firm")));

    // The view

    [Fact]
    public void View_Put_ReplacesTheSection()
    {
        var play = Opened().Take("note", Play.Json("""{"a":"1","b":"2"}""")).Take("note", Play.Json("""{"b":"3"}"""));

        Assert.Equal("""{"b":"3"}""", play.State.View["note"]?.ToJsonString());
    }

    [Theory]
    [InlineData("""{"changes":{"b":"3","c":{"d":1}}}""", """{"a":"1","b":"3","c":{"d":1}}""")]
    [InlineData("""{"changes":{}}""", """{"a":"1","b":{"x":"1","y":"2"}}""")]
    [InlineData("""{"changes":7}""", """{"a":"1","b":{"x":"1","y":"2"}}""")]
    [InlineData("""{"other":{"b":"3"}}""", """{"a":"1","b":{"x":"1","y":"2"}}""")]
    [InlineData("""{"changes":{"b":{"y":"3"}}}""", """{"a":"1","b":{"y":"3"}}""")]
    public void View_Patch_ReplacesWholeFieldsOfTheSection(string payload, string said)
    {
        var play = new Play(Type()).Open(Play.Json("""{"a":"1","b":{"x":"1","y":"2"}}""")).Take("amend", Play.Json(payload));

        Assert.Equal(said, play.State.View["said"]?.ToJsonString());
        Assert.False(play.State.View.ContainsKey("amend"));
    }

    [Fact]
    public void View_AndPayload_ShareNothing()
    {
        var payload = Play.Json("""{"changes":{"deep":{"x":"1"}}}""");
        var play = new Play(Type()).Open(Play.Json("""{"a":"1"}""")).Take("amend", payload);
        payload["changes"]!["deep"]!["x"] = "2"; // both were just given

        Assert.Equal("""{"a":"1","deep":{"x":"1"}}""", play.State.View["said"]?.ToJsonString());
    }

    [Fact]
    public void View_AnyJson_IsNeverChangedInPlace() => Gen.Select(ArbitraryJson.Payloads, ArbitraryJson.Payloads, ArbitraryJson.Payloads).Sample((said, changes, note) =>
    {
        // Play compares the state before and after each call.
        new Play(Type() with { Clocks = [Clock("before", -10, Fact("said.hearing"))] }).Open(Without(said, "centre"))
            .Take("amend", new JsonObject { ["changes"] = changes.DeepClone() })
            .Take("note", new JsonObject { ["x"] = note.DeepClone() });
    });

    /// <summary>A payload may name any instant; from one at the ends of the calendar no clock is counted.</summary>
    [Theory]
    [InlineData("0001-01-01T00:00:00Z", false)]
    [InlineData("1000-12-31T00:00:00Z", false)]
    [InlineData("2026-05-11T01:00:00Z", true)]
    [InlineData("9000-01-01T00:00:00Z", false)]
    [InlineData("9999-12-31T23:59:59Z", false)]
    public void Fact_AtAnyInstant_StartsAClockWhereThereIsSomethingToCount(string hearing, bool starts)
    {
        var play = new Play(Type() with { Clocks = [Clock("before", -10, Fact("said.hearing"))] }).Open(new JsonObject { ["hearing"] = hearing });

        Assert.Equal(starts, play.HasClock("before"));
    }

    private static JsonObject Without(JsonObject json, string field)
    {
        var copy = json.DeepClone().AsObject();
        copy.Remove(field);
        return copy;
    }

    // Values, documents, checks

    private static Play With(Func<StepDefinition, StepDefinition> change, CheckCatalogue? checks = null)
    {
        var type = Type();
        return new Play(type with { Steps = type.Steps.SetItem(0, change(type.Opening)) }, checks: checks);
    }

    [Theory]
    [InlineData(false, """{"stage":"ONE"}""", null)]
    [InlineData(false, """{"stage":"TWO"}""", null)]
    [InlineData(false, """{"stage":"three"}""", "stage: VALUE_NOT_ALLOWED")]
    [InlineData(false, "{}", "stage: VALUE_NOT_ALLOWED")]
    [InlineData(false, """{"stage":1}""", "stage: VALUE_NOT_ALLOWED")]
    [InlineData(true, """{"stage":"ONE"}""", "stage: VALUE_EXCLUDED")]
    [InlineData(true, """{"stage":"three"}""", null)]
    [InlineData(true, "{}", null)]
    public void Allow_Rule_HoldsTheValue(bool negated, string payload, string? fault)
    {
        var decision = With(step => step with { Allow = [Rule("stage", negated, "ONE", "TWO")] }).TryOpen(Play.Json(payload));

        Assert.Equal(fault is null ? [] : [fault], decision is Decision.Accepted ? [] : Codes(decision));
    }

    [Theory]
    [InlineData("letter", null)]
    [InlineData("photograph", "attachments: ATTACHMENT_MISSING")]
    [InlineData("letter,map", "attachments: ATTACHMENT_KIND_UNKNOWN")]
    [InlineData("", "attachments: ATTACHMENT_MISSING")]
    public void Attachments_RequiredAndKnown_AreChecked(string kinds, string? fault)
    {
        var decision = With(step => step with { RequiredAttachments = [["letter"]] })
            .TryOpen(attachments: [.. kinds.Split(',', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.Equal(fault is null ? [] : [fault], decision is Decision.Accepted ? [] : Codes(decision));
    }

    [Fact]
    public void Faults_OfEveryKind_AreReportedTogetherAndOnce()
    {
        var fault = new Fault(GeneralFaults.Required, "x");
        var checks = new CheckCatalogue(
            new Dictionary<string, Casework.Checks.Check>(StringComparer.Ordinal) { ["one"] = _ => CheckFindings.Refuse(fault), ["two"] = _ => CheckFindings.Refuse(fault) },
            new Dictionary<string, PartyFinder>(StringComparer.Ordinal) { ["find-centre"] = _ => null },
            []);
        var play = With(step => step with { Allow = [Rule("stage", false, "ONE")], RequiredAttachments = [["letter"]], Checks = ["one", "two"] }, checks);

        Assert.Equal(
            ["attachments: ATTACHMENT_MISSING", "stage: VALUE_NOT_ALLOWED", "centre: PARTY_MISSING", "x: FIELD_REQUIRED"], Codes(play.TryOpen()));
        Assert.Null(play.Opened);
    }

    [Fact]
    public void Taken_Steps_HaveTheirTimesAndOrder()
    {
        var play = Opened().Take("note").Take("answer").Take("note");

        Assert.Equal(["answer 3", "note 4", "open 1"], play.State.Taken.Select(taken => $"{taken.Key} {taken.Value.Ordinal}"));
        Assert.All(play.State.Taken.Values, taken => Assert.Equal(Play.Start, taken.At));
    }
}
