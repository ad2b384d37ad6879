using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Transitions;
using static LegalAid.Gateway.Casework.Tests.Transitions.SmallType;

namespace LegalAid.Gateway.Casework.Tests.Transitions;

/// <summary>Steps that answer others, steps that close them, and lists that grow to a bound.</summary>
public sealed class AskingStepTests
{
    /// <summary>"pause" asks, "resume" answers, "cancel" closes; "note" goes to a list of two.</summary>
    private static readonly ExchangeType Asking = Type() with
    {
        Steps =
        [
            .. Type().Steps.Select(step => step.Name.Value switch
            {
                "resume" => step with { Answers = SmallType.Steps("pause") },
                "cancel" => step with { Closes = SmallType.Steps("pause") },
                "note" => step with { View = new ViewChange.Append("notes", 2) },
                _ => step,
            }),
        ],
    };

    private static string[] Refused(Decision decision) => [.. Assert.IsType<Decision.Refused>(decision).Faults.Select(fault => fault.Code.Code)];

    [Fact]
    public void Answer_WhereNothingWasAsked_IsRefused()
    {
        var play = new Play(Asking).Open();

        Assert.Equal(["NOTHING_TO_ANSWER"], Refused(play.TryTake("resume")));
    }

    [Fact]
    public void Answer_Once_AnswersAllThatWasAsked()
    {
        var play = new Play(Asking).Open().Take("pause").Take("pause");
        Assert.True(play.State.Awaits(new StepName("pause")));

        play.Take("resume");

        Assert.False(play.State.Awaits(new StepName("pause")));
        Assert.Equal(["NOTHING_TO_ANSWER"], Refused(play.TryTake("resume")));
        play.Take("pause").Take("resume");
    }

    [Fact]
    public void Answer_AfterItWasClosed_IsRefused()
    {
        var play = new Play(Asking).Open().Take("pause").Take("cancel");

        Assert.Equal(["NOTHING_TO_ANSWER"], Refused(play.TryTake("resume")));
    }

    [Fact]
    public void Append_ToItsBound_KeepsTheOrderAndTakesNoMore()
    {
        var play = new Play(Asking).Open().Take("note", new JsonObject { ["n"] = 1 }).Take("note", new JsonObject { ["n"] = 2 });

        Assert.Equal(["LIST_FULL"], Refused(play.TryTake("note", new JsonObject { ["n"] = 3 })));
        Assert.Equal("""{"items":[{"n":1},{"n":2}]}""", play.State.View["notes"]?.ToJsonString());
    }

    [Fact]
    public void Replace_ByTheHolderItself_TellsTheNewOneAndNotItself()
    {
        var passing = Type() with
        {
            Steps = [.. Type().Steps.Select(step => step.Name.Value == "tell-firm" ? step with
            {
                By = [new RoleName("firm")], DeliverTo = [new RoleName("firm"), new RoleName("organ")],
                Parties = [new PartyRule(new RoleName("firm"), PayloadPath.Parse("firm"), Else: null, [AgencyKinds.LawFirm], Required: true)],
            } : step)],
        };
        var play = new Play(passing).Open().Take("name", new JsonObject { ["firm"] = FirmA.ResourceName });

        play.Take("tell-firm", new JsonObject { ["firm"] = FirmB.ResourceName });

        Assert.Equal([FirmB, Court], play.Last[0].Recipients.Select(recipient => recipient.Agency));
        Assert.Empty(play.State.RolesOf(FirmA));
    }
}
