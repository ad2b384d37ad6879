using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Transitions;

namespace LegalAid.Gateway.Casework.Tests.Transitions;

/// <summary>The shipped question to a body's mailbox: who opens it, what an answer may say, and by when it is due.</summary>
public sealed class FactQuestionTests
{
    /// <summary>The checks that are tested here.</summary>
    internal static readonly string[] Checks = ["question-answer"];

    private static readonly AgencyId Source = AgencyId.Parse("nanning-civil-affairs");

    private static ExchangeType Type => ShippedType.Snapshot.FindType(new ExchangeTypeId("fact-question")) ?? throw new InvalidOperationException("it is shipped");

    /// <summary>From Monday 2026-03-02 09:00, by the calendar of Nanning: weekends rest, and in April 4 to 6 do.</summary>
    [Theory]
    [InlineData("1wd", "2026-03-04T00:00")]
    [InlineData("3wd", "2026-03-06T00:00")]
    [InlineData("5wd", "2026-03-10T00:00")]
    [InlineData("10wd", "2026-03-17T00:00")]
    [InlineData("20wd", "2026-03-31T00:00")]
    public void Clock_OfEachTime_IsDueAtTheEndOfItsLastWorkingDay(string within, string due)
    {
        var at = DateTimeOffset.Parse(due + ":00+08:00", CultureInfo.InvariantCulture);
        var play = Asked(within);

        Assert.Equal(at, Assert.Single(play.State.Clocks).DueAt);
        play.At(at.AddTicks(-1)).Tick();
        Assert.DoesNotContain(play.Said, message => message.Event == "clock.breach");
        play.At(at).Tick();
        Assert.Equal([Source, ShippedType.QingxiuCentre], play.Last.Single(message => message.Event == "clock.breach").Recipients.Select(recipient => recipient.Agency));
    }

    /// <summary>A late answer is an answer; what was taken back has none.</summary>
    [Fact]
    public void Answer_LateOrAfterTheWithdrawal_CountsOrDoesNot()
    {
        var late = Asked("1wd").After(TimeSpan.FromDays(30)).Take("answer", Answer("register", "none"));
        var gone = Asked("1wd");
        gone.TakeOwn("withdraw", new JsonObject { ["withdrawTime"] = "2026-03-02T01:00:00Z" });

        Assert.Equal(("answered", ClockStatus.MetLate), (late.State.State.Value, late.State.Clocks[0].Status));
        Assert.Equal(("withdrawn", ClockStatus.Cancelled), (gone.State.State.Value, gone.State.Clocks[0].Status));
        Assert.True(gone.Last[0].Recipients.Single().Overtakes);
        Assert.Equal(["STATE_WRONG "], Faults(gone.TryTake("answer", Answer("register", "none"))));
    }

    [Fact]
    public void Open_ByAnybody_IsTheGatewaysAlone() =>
        Assert.Equal(["EXCHANGE_NOT_YOURS_TO_OPEN "], Faults(new Play(Type, ShippedType.Snapshot, StandardChecks.Catalogue).TryOpen(Question("10wd"), ShippedType.QingxiuCentre)));

    [Theory]
    [InlineData("register", "none", "2026-03-02", "2026-03-02", null)]
    [InlineData("register", "none", null, "2026-03-02", null)]
    [InlineData("register", "none", null, "2026-03-01", "ELIGIBILITY_VALIDITY_OVER values[0].validUntilDate")]
    [InlineData("register", "none", "2026-03-03", null, "ELIGIBILITY_DATE_AHEAD values[0].asOfDate")]
    [InlineData("register", "poor", null, null, "ELIGIBILITY_FACT_VALUE values[0].value")]
    [InlineData("disability", "none", null, null, "ELIGIBILITY_FACT_NOT_ASKED values[0].fact")]
    [InlineData("no-such", "none", null, null, "ELIGIBILITY_FACT_UNKNOWN values[0].fact")]
    public void Answer_AroundWhatIsRight_IsTakenOrTold(string fact, string value, string? asOf, string? until, string? fault)
    {
        var answer = Answer(fact, value);
        var item = answer["values"]![0]!.AsObject(); // it has one
        foreach (var (name, day) in new[] { ("asOfDate", asOf), ("validUntilDate", until) })
        {
            if (day is not null)
            {
                item[name] = day;
            }
        }

        Assert.Equal(fault is null ? [] : [fault], Faults(Asked("10wd").TryTake("answer", answer)));
    }

    [Fact]
    public void Answer_Empty_IsTold() => Assert.Equal(["ELIGIBILITY_ANSWER_EMPTY values"], Faults(Asked("10wd").TryTake("answer", new JsonObject())));

    private static Play Asked(string within) =>
        new Play(Type, ShippedType.Snapshot, StandardChecks.Catalogue).OpenOwn(Question(within), ShippedType.QingxiuCentre);

    private static JsonObject Question(string within) => new()
    {
        ["id"] = "q",
        ["source"] = Source.ResourceName,
        ["facts"] = new JsonArray(new JsonObject { ["fact"] = "register" }),
        ["answerWithin"] = within,
    };

    private static JsonObject Answer(string fact, string value) => new() { ["values"] = new JsonArray(new JsonObject { ["fact"] = fact, ["value"] = value }) };

    private static IEnumerable<string> Faults(Decision decision) =>
        ((decision as Decision.Refused)?.Faults ?? new EquatableList<Fault>([])).Select(fault => $"{fault.Code.Code} {fault.Field}");
}
