using System.Text.Json.Nodes;
using CsCheck;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Transitions;

namespace LegalAid.Gateway.Casework.Tests.Transitions;

/// <summary>Long random lives of a court's notice, with the shipped type: what must hold after each thing that happens.</summary>
public sealed class ShippedModelTests
{
    private static readonly AgencyId[] Firms = [ShippedType.FirstFirm, ShippedType.SecondFirm];

    /// <summary>What happens next: which kind, a number that picks among what is possible, and the hours that pass before.</summary>
    private sealed record Happening(int Kind, int Pick, int Hours);

    private static readonly Gen<Happening[]> Lives =
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 999], Gen.OneOf(Gen.Const(0), Gen.Int[0, 30], Gen.Int[0, 400]), (kind, pick, hours) => new Happening(kind, pick, hours))
            .Array[1, 40];

    [Fact]
    public void Life_AnySequence_KeepsTheInvariants() => Lives.Sample(
        life =>
        {
            var play = new Play(ShippedType.Court, ShippedType.Pushed(ShippedType.FirstFirm, ShippedType.QingxiuCentre), ShippedType.NoFindings);
            var proofs = new Queue<(string Step, Recipient Recipient)>();
            Assert.IsType<Decision.Accepted>(play.TryOpen(ShippedType.Notice(Play.Start.AddDays(30)), ShippedType.QingxiuCourt, "indictment"));
            Hold(play, proofs);
            foreach (var next in life)
            {
                play.After(TimeSpan.FromHours(next.Hours));
                Happen(play, next, proofs);
                Hold(play, proofs);
            }

            HoldOverAll(play);
        },
        iter: 3000);

    private static void Happen(Play play, Happening next, Queue<(string Step, Recipient Recipient)> proofs)
    {
        switch (next.Kind)
        {
            case 0 or 1:
                play.Tick();
                Assert.True(play.State.NextClockAt is not { } due || due > play.Now, "a tick leaves nothing due");
                Assert.Equal(Decision.Unchanged.Instance, play.Tick());
                break;
            case 2 or 3 when proofs.TryDequeue(out var proof):
                play.Delivered(proof.Step, proof.Recipient.Role.Value, proof.Recipient.Agency);
                Assert.Equal(Decision.Unchanged.Instance, play.Delivered(proof.Step, proof.Recipient.Role.Value, proof.Recipient.Agency));
                break;
            default:
                Step(play, next);
                break;
        }
    }

    private static void Step(Play play, Happening next)
    {
        var possible = play.State.Type.Steps
            .Where(step => step.From.Contains(play.State.State) && step.By.Any(role => play.State.Parties.ContainsKey(role.Value)))
            .ToArray();
        if (possible.Length == 0)
        {
            Assert.True(play.State.Final);
            return;
        }

        // A withdrawal ends the life: it is picked less often than the rest.
        var step = possible[next.Pick % possible.Length];
        if (step.To is { } to && play.State.Type.GetState(to).Final && next.Hours % 4 != 0)
        {
            return;
        }

        var by = play.State.Parties[step.By.First(role => play.State.Parties.ContainsKey(role.Value)).Value];
        Assert.IsType<Decision.Accepted>(play.TryTake(step.Name.Value, Payload(step.Name.Value, play.Now, next), by));
    }

    private static JsonObject Payload(string step, DateTimeOffset now, Happening next) => step switch
    {
        "amend" => (next.Pick / 50 % 5) switch
        {
            0 => ShippedType.Amendment("procedure", "PROCEDURE_SUMMARY"),
            1 => ShippedType.Amendment("procedure", "PROCEDURE_ORDINARY"),
            2 => ShippedType.Amendment("foundTime", ShippedType.Time(now.AddHours(-next.Pick))),
            _ => ShippedType.Amendment("hearing", new JsonObject { ["startTime"] = ShippedType.Time(now.AddHours(next.Pick)) }),
        },
        "assign-counsel" or "replace-counsel" => ShippedType.Assignment(Firms[next.Pick / 7 % 2]),
        "accept-assignment" => new JsonObject { ["answer"] = "ASSIGNMENT_ANSWER_ACCEPTED" },
        "decline-assignment" => new JsonObject { ["answer"] = "ASSIGNMENT_ANSWER_DECLINED", ["reason"] = "无人" },
        _ => new JsonObject { ["reason"] = step },
    };

    private static void Hold(Play play, Queue<(string Step, Recipient Recipient)> proofs)
    {
        var state = play.State;
        Assert.Contains(state.Type.States, known => known.Name == state.State);
        Assert.All(state.Parties.Keys, role => Assert.Contains(state.Type.Roles, known => known.Name.Value == role));
        Assert.Equal(state.Clocks.Length, state.Clocks.Select(run => run.Clock).Distinct().Count());
        Assert.True(!state.Final || state.Clocks.All(run => !run.IsOpen), "a final state leaves no clock open");
        Assert.All(state.Clocks, run =>
        {
            Assert.True(run.IsOpen == (run.StoppedAt is null) || run.Status == ClockStatus.Ended, "what is stopped says when");
            Assert.True(run.Status != ClockStatus.Met || run.StoppedAt < run.DueAt || state.Type.GetClock(run.Clock).Kind == Casework.Catalogue.ClockKind.Period, "met means in time");
        });
        foreach (var message in play.Last)
        {
            Assert.Equal(message.Recipients.Length, message.Recipients.Select(recipient => recipient.Agency).Distinct().Count());
            Assert.Equal(state.State, message.StateAfter);
            foreach (var recipient in message.Recipients)
            {
                proofs.Enqueue((message.Event, recipient));
            }
        }
    }

    private static void HoldOverAll(Play play)
    {
        var breaches = play.Said.Where(message => message.Event == ClockEvents.Breach).Select(RunOf).ToArray();
        Assert.Equal(breaches.Length, breaches.Distinct().Count());

        // Of one run and one due instant, no warning is given twice.
        var warnings = play.Said.Where(message => message.Event == ClockEvents.Warning).Select(message => (RunOf(message), (string?)message.Payload["dueTime"], message.OccurredAt)).ToArray();
        Assert.Equal(warnings.Length, warnings.Distinct().Count());
    }

    private static (string?, int?) RunOf(OutgoingMessage message) => ((string?)message.Payload["clock"], (int?)message.Payload["run"]);
}
