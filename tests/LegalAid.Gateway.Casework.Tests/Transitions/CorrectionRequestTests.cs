using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Tests.Eligibility;
using LegalAid.Gateway.Casework.Transitions;

namespace LegalAid.Gateway.Casework.Tests.Transitions;

/// <summary>The shipped request to correct an answer: what it may say, its ten working days, and what stands still.</summary>
public sealed class CorrectionRequestTests
{
    /// <summary>The checks that are tested here.</summary>
    internal static readonly string[] Checks = ["correction-request", "corrected-value"];

    private static readonly AgencyId Source = AgencyId.Parse("nanning-civil-affairs");

    private static ExchangeType Type => ShippedType.Snapshot.FindType(new ExchangeTypeId("correction-request")) ?? throw new InvalidOperationException("it is shipped");

    /// <summary>From Monday 2026-03-02 09:00; asked for more on Thursday the 5th, supplied on the day named: the working days in between do not count.</summary>
    [Theory]
    [InlineData(null, "2026-03-17T00:00")]
    [InlineData("2026-03-05T17:00", "2026-03-17T00:00")]
    [InlineData("2026-03-06T08:00", "2026-03-18T00:00")]
    [InlineData("2026-03-09T08:00", "2026-03-19T00:00")]
    [InlineData("2026-03-13T23:59", "2026-03-25T00:00")]
    public void Clock_OfTenWorkingDays_StandsStillWhileMoreIsNeeded(string? supplied, string due)
    {
        var (at, play) = (At(due), Requested());
        if (supplied is not null)
        {
            play.At(At("2026-03-05T10:00")).Take("ask-more", Json("""{ "needed": "证书" }"""));
            play.At(At(supplied)).Take("supply", Json("""{ "statement": "附上" }"""));
        }

        Assert.Equal(at, Assert.Single(play.State.Clocks).DueAt);
        play.At(at.AddTicks(-1)).Tick();
        Assert.DoesNotContain(play.Said, message => message.Event == "clock.breach");
        play.At(at).Tick();
        Assert.Equal([Source, ShippedType.QingxiuCentre], play.Last.Single(message => message.Event == "clock.breach").Recipients.Select(recipient => recipient.Agency));
    }

    [Theory]
    [InlineData("correct", """{ "value": "subsistence" }""", "corrected", ClockStatus.Met)]
    [InlineData("decline", """{ "reasons": "属实" }""", "declined", ClockStatus.Met)]
    [InlineData("withdraw", "{}", "withdrawn", ClockStatus.Cancelled)]
    public void Step_ThatEndsIt_EndsTheClockEvenWhileItStandsStill(string step, string payload, string state, ClockStatus status)
    {
        var play = Requested().Take("accept").Take("ask-more", Json("""{ "needed": "证书" }""")).After(TimeSpan.FromDays(40)).Take(step, Json(payload));

        Assert.Equal((state, status), (play.State.State.Value, play.State.Clocks[0].Status));
    }

    [Theory]
    [InlineData("fact", "no-such", "ELIGIBILITY_FACT_UNKNOWN fact")]
    [InlineData("fact", "own-income", "ELIGIBILITY_FACT_OF_ANOTHER fact, ELIGIBILITY_FACT_VALUE answered.value, ELIGIBILITY_FACT_VALUE value")]
    [InlineData("value", "none", "ELIGIBILITY_NOTHING_DISPUTED value")]
    [InlineData("value", "poor", "ELIGIBILITY_FACT_VALUE value")]
    [InlineData("answerDate", "2026-03-03", "ELIGIBILITY_DATE_AHEAD answered.answerDate")]
    [InlineData("answerDate", "2026-03-02", "")]
    [InlineData("source", "agencies/nanning-qingxiu-court", "ELIGIBILITY_FACT_OF_ANOTHER fact")]
    [InlineData("source", "agencies/demo-first-law-firm", "PARTY_WRONG_KIND source, ELIGIBILITY_FACT_OF_ANOTHER fact")]
    public void Request_WithOneThingElse_IsTakenOrToldAll(string field, string value, string faults)
    {
        var request = Request();
        (field == "answerDate" ? request["answered"]!.AsObject() : request)[field] = value; // a request has one

        Assert.Equal(faults, Faults(new Play(Type, ShippedType.Snapshot, StandardChecks.Catalogue).TryOpen(request, ShippedType.QingxiuCentre)));
    }

    [Theory]
    [InlineData("""{ "value": "none" }""", "ELIGIBILITY_NOTHING_CORRECTED value")]
    [InlineData("""{ "value": "poor", "asOfDate": "2026-03-03" }""", "ELIGIBILITY_DATE_AHEAD asOfDate, ELIGIBILITY_FACT_VALUE value")]
    [InlineData("""{ "value": "subsistence", "asOfDate": "2026-03-02" }""", "")]
    public void Correct_AroundWhatIsRight_IsTakenOrTold(string payload, string faults) => Assert.Equal(faults, Faults(Requested().TryTake("correct", Json(payload))));

    private static Play Requested()
    {
        var play = new Play(Type, ShippedType.Snapshot, StandardChecks.Catalogue);
        Assert.Equal("", Faults(play.TryOpen(Request(), ShippedType.QingxiuCentre)));
        return play;
    }

    private static JsonObject Request() => new()
    {
        ["source"] = Source.ResourceName,
        ["person"] = VerificationScene.Application()["person"]!.DeepClone(), // an application has one
        ["fact"] = "register",
        ["answered"] = new JsonObject { ["value"] = "none", ["answerDate"] = "2026-03-01" },
        ["value"] = "subsistence",
        ["reasons"] = "持有低保证",
    };

    private static JsonObject Json(string json) => Play.Json(json);

    private static DateTimeOffset At(string minute) => DateTimeOffset.Parse(minute + ":00+08:00", CultureInfo.InvariantCulture);

    private static string Faults(Decision decision) =>
        string.Join(", ", ((decision as Decision.Refused)?.Faults ?? new EquatableList<Fault>([])).Select(fault => $"{fault.Code.Code} {fault.Field}"));
}
