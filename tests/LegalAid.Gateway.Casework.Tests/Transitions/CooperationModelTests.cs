using System.Globalization;
using System.Text.Json.Nodes;
using CsCheck;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Transitions;

namespace LegalAid.Gateway.Casework.Tests.Transitions;

/// <summary>Long random lives of a request between centres, with the shipped type and its checks: what must hold after each thing that happens.</summary>
public sealed class CooperationModelTests
{
    private static readonly string[] Centres =
        ["nanning-qingxiu-aid-centre", "liuzhou-aid-centre", "guangxi-aid-centre", "nanning-aid-centre", "nanning-xingning-aid-centre"];

    private static readonly StepName AskMore = new("ask-more");

    private sealed record Happening(int Pick, int Hours, int Detail);

    private static readonly Gen<Happening[]> Lives =
        Gen.Select(Gen.Int[0, 999], Gen.OneOf(Gen.Const(0), Gen.Int[0, 30], Gen.Int[0, 400]), Gen.Int[0, 99], (pick, hours, detail) => new Happening(pick, hours, detail)).Array[1, 40];

    [Fact]
    public void Life_AnySequence_KeepsTheInvariants() => Lives.Sample(
        life =>
        {
            var type = ShippedType.Snapshot.FindType(new ExchangeTypeId("cooperation.take-evidence")) ?? throw new InvalidOperationException("no such type");
            var play = new Play(type, ShippedType.Snapshot, StandardChecks.Catalogue);
            Assert.IsType<Decision.Accepted>(play.TryOpen(Letter(play.Now), AgencyId.Parse(Centres[0]), "cooperation-letter"));
            var had = new List<AgencyId> { play.State.Parties["origin"], play.State.Parties["recipient"] };
            foreach (var next in life)
            {
                play.After(TimeSpan.FromHours(next.Hours));
                play.Tick();
                Take(play, next);
                Hold(play, had);
            }

            Assert.All(
                play.Said.Where(message => message.Event == ClockEvents.Breach).GroupBy(message => ((string?)message.Payload["clock"], (int?)message.Payload["run"])),
                told => Assert.Single(told));
        },
        iter: 2000);

    private static void Take(Play play, Happening next)
    {
        var possible = play.State.Type.Steps.Where(step => step.From.Contains(play.State.State)).ToArray();
        if (possible.Length == 0)
        {
            Assert.True(play.State.Final);
            return;
        }

        // Ends are picked less often than the rest.
        var step = possible[next.Pick % possible.Length];
        if (step.To is { } to && play.State.Type.GetState(to).Final && next.Detail % 5 != 0)
        {
            return;
        }

        var before = play.State;
        var decided = play.TryTake(step.Name.Value, Payload(step.Name.Value, play, next));
        if (!step.Answers.IsEmpty && !step.Answers.Any(before.Awaits))
        {
            Assert.IsType<Decision.Refused>(decided);
        }
    }

    private static void Hold(Play play, List<AgencyId> had)
    {
        var state = play.State;
        var recipient = state.Parties["recipient"];
        if (recipient != had[^1])
        {
            Assert.DoesNotContain(recipient, had);
            had.Add(recipient);
        }

        Assert.True(had.Count <= 5, "the origin, the one that was asked, and three forwards");
        Assert.Equal(Play.Start, play.Clock("overall").StartedAt);
        Assert.True(state.State.Value != "requested" || play.Clock("reply") is { IsOpen: true } open && open.Obligated == recipient, "whoever has an unanswered request owes an answer");
        foreach (var run in state.Clocks)
        {
            Assert.False(state.Final && run.IsOpen, $"{run.Clock} runs in {state.State}");
            if (run.Status is ClockStatus.Running or ClockStatus.Paused)
            {
                var owes = state.Type.GetClock(run.Clock).Obligated;
                Assert.Equal(state.Parties[owes.Value], run.Obligated);
                Assert.Equal(owes.Value == "recipient" && state.Awaits(AskMore), run.Status == ClockStatus.Paused);
            }
        }
    }

    private static JsonObject Payload(string step, Play play, Happening next) => step switch
    {
        "forward" => new JsonObject { ["to"] = $"agencies/{Centres[next.Detail % Centres.Length]}", ["reasons"] = "转送" },
        "propose-date" => new JsonObject { ["dueDate"] = Day(play.Now.AddDays(next.Detail)), ["reasons"] = "外出" },
        "agree-date" => new JsonObject { ["agreed"] = new JsonObject { ["dueDate"] = (string?)play.State.View["proposals"]?["items"]?.AsArray().LastOrDefault()?["dueDate"] } },
        "deliver-results" => new JsonObject { ["results"] = new JsonArray(new JsonObject { ["number"] = "1", ["outcome"] = "ITEM_OUTCOME_DONE", ["result"] = "已取" }) },
        "return-results" => new JsonObject { ["items"] = new JsonArray("1"), ["reasons"] = "不清" },
        "amend" => new JsonObject { ["changes"] = new JsonObject { ["facts"] = $"第{next.Detail}次" }, ["reason"] = "补充" },
        _ => [],
    };

    private static JsonObject Letter(DateTimeOffset now) => new()
    {
        ["kind"] = "COOPERATION_KIND_TAKE_EVIDENCE",
        ["recipient"] = $"agencies/{Centres[1]}",
        ["person"] = new JsonObject { ["name"] = "虚构", ["residentNumber"] = "450199198506150012" },
        ["items"] = new JsonArray(new JsonObject { ["number"] = "1", ["content"] = "取证" }),
        ["dueDate"] = Day(now.AddDays(20)),
    };

    private static string Day(DateTimeOffset at) => at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
