using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Transitions;

namespace LegalAid.Gateway.Casework.Tests.Transitions;

/// <summary>The shipped duty shift: offered, published, handed over with the consent of both, filled when nobody comes; and what it holds all the while.</summary>
public sealed class DutyShiftTests
{
    /// <summary>The checks that are tested here.</summary>
    internal static readonly string[] Checks =
    [
        "changed-counsel-in-register", "duty-station", "duty-station-as-booked", "duty-hours", "duty-changed-hours", "duty-substitute", "duty-changed-counsel", "duty-as-proposed", "duty-swap",
        "duty-begun",
    ];

    private static readonly AgencyId Station = ShippedType.DetentionCentre, Centre = ShippedType.QingxiuCentre, First = ShippedType.FirstFirm, Second = ShippedType.SecondFirm;

    private const string FirstLicence = "14501201510000011", SecondLicence = "14501201210000042";

    /// <summary>Two days after <see cref="Play.Start"/>.</summary>
    private static readonly DateTimeOffset Begins = Play.Start.AddDays(2);

    private static ExchangeType Type => ShippedType.Snapshot.FindType(new ExchangeTypeId("duty-shift")) ?? throw new InvalidOperationException("it is shipped");

    [Fact]
    public void Life_OfferedAcceptedPublishedServed_TellsWhomItConcernsAndNobodyElse()
    {
        var play = Offered();
        Assert.Equal([First], Recipients(play));
        play.Take("accept");
        Assert.False(play.State.Parties.ContainsKey("station")); // what is not settled is no business of the station's
        play.Take("publish", Publication());
        Assert.Equal([Station, First], Recipients(play));
        play.At(Begins.AddHours(3)).Take("complete", new JsonObject { ["helpedCount"] = 4 }, Station);

        Assert.Equal("done", play.State.State.Value);
        Assert.Equal([Centre, First], Recipients(play));
    }

    /// <summary>The roster goes to the procuratorate and the court as well, and so does whatever changes of it; what passes at the station is no business of theirs.</summary>
    [Fact]
    public void Publish_WithCopies_TellsProcuratorateAndCourtWhoComesAndWhatChanges()
    {
        AgencyId procuratorate = ShippedType.QingxiuProcuratorate, court = ShippedType.QingxiuCourt;
        var publication = Publication();
        (publication["procuratorate"], publication["court"]) = (procuratorate.ResourceName, court.ResourceName);
        var play = Offered().Take("publish", publication);
        Assert.Equal([Station, First, procuratorate, court], Recipients(play));
        play.Take("propose-substitute", Proposal());
        Assert.Equal([Second, Centre], Recipients(play));
        play.Take("take-over", Consent());
        Assert.Equal([Centre, Station, Second, First, procuratorate, court], Recipients(play));
        play.At(Begins.AddMinutes(20)).Take("report-no-show");
        Assert.Equal([Centre, Second], Recipients(play));
        play.Take("send-stand-in", Rebooking(FirstLicence, "虚构甲律师", First));
        Assert.Equal([Station, First, Second, procuratorate, court], Recipients(play));
        play.Take("release", Reason());
        Assert.Equal([First, Station, procuratorate, court], Recipients(play));
    }

    [Theory]
    [InlineData("procuratorate", "agencies/nanning-qingxiu-court")]
    [InlineData("court", "agencies/nanning-first-detention-centre")]
    public void Publish_WithACopyToAnotherKindOfBody_IsTold(string field, string agency)
    {
        var publication = Publication();
        publication[field] = agency;

        Assert.Equal([$"PARTY_WRONG_KIND {field}"], Faults(Offered().TryTake("publish", publication)));
    }

    [Fact]
    public void Holds_FromTheOfferOn_TheLawyersQuartersWithJourneysAndThePlaceInTheRoster()
    {
        var play = Offered();

        Assert.Equal(
            ["0830", "0845", "0900", "0915", "0930", "0945", "1000", "1015", "1030", "1045", "1100", "1115"],
            Keys(play, "lawyer-time").Select(key => key.Replace($"{FirstLicence}\n20260304", "", StringComparison.Ordinal)));
        Assert.Equal([$"{Station.ResourceName}\n2026-03-04/am/1"], Keys(play, "roster-slot"));
        play.Take("decline", Reason());
        Assert.Empty(Keys(play, "lawyer-time"));
        Assert.Single(Keys(play, "roster-slot")); // the place is still to be filled
        play.Take("rebook", Rebooking(SecondLicence, "虚构丁律师", Second));
        Assert.All(Keys(play, "lawyer-time"), key => Assert.StartsWith(SecondLicence, key, StringComparison.Ordinal));
        play.Take("release", Reason());
        Assert.Empty(Keys(play, "lawyer-time").Concat(Keys(play, "roster-slot")));
    }

    [Fact]
    public void Substitute_ProposedByTheFirm_TakesOverByItsOwnConsent()
    {
        var play = Published();
        play.Take("propose-substitute", Proposal());
        Assert.Equal([Second, Centre], Recipients(play));
        Assert.Equal(["STEP_NOT_YOURS "], Faults(play.TryTake("take-over", Consent(), First)));
        Assert.StartsWith(FirstLicence, Keys(play, "lawyer-time")[0], StringComparison.Ordinal); // nobody is let go before
        play.Take("take-over", Consent());

        Assert.Equal(("published", Second), (play.State.State.Value, play.State.Parties["firm"]));
        Assert.Equal([Centre, Station, Second, First], Recipients(play)); // the one who is let go learns of it too
        Assert.False(play.State.Parties.ContainsKey("substitute-firm"));
        Assert.StartsWith($"{SecondLicence}\n202603040845", Keys(play, "lawyer-time")[0], StringComparison.Ordinal); // with the journey that was proposed
    }

    [Fact]
    public void Substitute_AskedForByTheCentre_NeedsBothConsents()
    {
        var play = Published();
        play.Take("ask-substitute", Proposal());
        Assert.Equal([First, Second], Recipients(play));
        Assert.Equal(["STATE_WRONG "], Faults(play.TryTake("take-over", Consent())));
        play.Take("agree-substitute");
        play.Take("take-over", Consent());

        Assert.Equal(Second, play.State.Parties["firm"]);
    }

    [Theory]
    [InlineData("firm")]
    [InlineData("substitute-firm")]
    [InlineData("aid-centre")]
    public void Substitute_Refused_LeavesTheShiftAsItWas(string by)
    {
        var play = Published();
        play.Take("ask-substitute", Proposal());
        play.Take("refuse-substitute", Reason(), play.State.Parties[by]);

        Assert.Equal(("published", First), (play.State.State.Value, play.State.Parties["firm"]));
        Assert.False(play.State.Parties.ContainsKey("substitute-firm"));
    }

    [Fact]
    public void Substitute_SilentForADay_IsToldAndNobodyIsPutInThePlace()
    {
        var play = Published(ShippedType.Pushed(Second));
        play.Take("propose-substitute", Proposal());
        play.After(TimeSpan.FromHours(1)).Delivered("propose-substitute", "substitute-firm", Second);
        play.At(play.Now.AddHours(24)).Tick();

        Assert.Contains("answer-substitute breach", play.LastClockEvents);
        Assert.Equal(("substitution-proposed", First), (play.State.State.Value, play.State.Parties["firm"]));
    }

    /// <summary>The clock runs from the report; its breach goes to the centre, to its supervisor and to the station that waits.</summary>
    [Fact]
    public void NoShow_NotFilledInTwoHours_IsEscalated()
    {
        var play = Published().At(Begins.AddMinutes(20)).Take("report-no-show");
        Assert.Equal([Centre, First], Recipients(play));
        var due = Begins.AddMinutes(20).AddHours(2);
        Assert.Equal(due, play.Clock("fill-no-show").DueAt);
        play.At(due.AddHours(-1)).Tick();
        Assert.Contains("fill-no-show warning", play.LastClockEvents);
        play.At(due.AddTicks(-1)).Tick();
        Assert.DoesNotContain("fill-no-show breach", play.ClockEvents);
        play.At(due).Tick();

        var supervisor = ShippedType.Snapshot.Agencies.Get(Centre).Supervisor;
        Assert.Equal(
            new[] { Centre, supervisor, Station }.OfType<AgencyId>().Order(),
            play.Last.Single(message => message.Event == ClockEvents.Breach).Recipients.Select(recipient => recipient.Agency).Order());
    }

    [Theory]
    [InlineData("send-stand-in")]
    [InlineData("report-arrival")]
    public void NoShow_Filled_StopsTheClock(string step)
    {
        var play = Published().At(Begins.AddMinutes(20)).Take("report-no-show").After(TimeSpan.FromMinutes(90));
        play.Take(step, step == "send-stand-in" ? Rebooking(SecondLicence, "虚构丁律师", Second) : new JsonObject { ["arriveTime"] = ShippedType.Time(play.Now) });

        Assert.Equal(("published", ClockStatus.Met), (play.State.State.Value, play.Clock("fill-no-show").Status));
    }

    [Theory]
    [InlineData("startTime", "2026-03-02T00:59:59Z", "DUTY_SHIFT_PAST startTime")]
    [InlineData("endTime", "2026-03-04T01:00:00Z", "TIME_SPAN_INVALID endTime")]
    [InlineData("endTime", "2026-03-06T00:15:01Z", "TIME_SPAN_INVALID endTime")]
    [InlineData("station", "agencies/nanning-civil-affairs", "PARTY_WRONG_KIND station")]
    [InlineData("station", "agencies/nobody", "PARTY_UNKNOWN station")]
    [InlineData("mode", "DUTY_MODE_PHONE", "DUTY_TRAVEL_AT_HOME travelAfter,DUTY_TRAVEL_AT_HOME travelBefore")]
    public void Offer_WithOneSlip_IsTold(string field, string value, string faults)
    {
        var booking = Booking();
        booking[field] = value;

        Assert.Equal(faults.Split(','), Faults(New().TryOpen(booking, Centre)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("14501201110000066", "虚构己律师", "COUNSEL_SUSPENDED changes.counsel.licenceNumber")]
    [InlineData("14501201510000011", "虚构丁律师", "COUNSEL_NAME_DIFFERS changes.counsel.name")]
    public void Rebook_ToWhoMayNot_IsTold(string licence, string name, string fault) =>
        Assert.Contains(fault, Faults(Offered().TryTake("rebook", Rebooking(licence, name, First))));

    [Fact]
    public void Rebook_ToThePast_IsTold()
    {
        var rebooking = Rebooking(SecondLicence, "虚构丁律师", Second);
        rebooking["changes"]!["startTime"] = ShippedType.Time(Play.Start.AddSeconds(-1)); // Rebooking has changes

        Assert.Equal(["DUTY_SHIFT_PAST changes.startTime"], Faults(Offered().TryTake("rebook", rebooking)));
    }

    [Fact]
    public void Publish_ToAnotherStation_IsTold() =>
        Assert.Equal(["DUTY_STATION_DIFFERS station"], Faults(Offered().TryTake("publish", new JsonObject { ["station"] = ShippedType.QingxiuCourt.ResourceName })));

    [Fact]
    public void Substitute_WhoIsThePresentLawyer_IsTold()
    {
        var proposal = Proposal();
        proposal["counsel"] = Counsel(FirstLicence, "虚构甲律师", First);

        Assert.Equal(["DUTY_SUBSTITUTE_SAME counsel.licenceNumber"], Faults(Published().TryTake("propose-substitute", proposal)));
    }

    [Fact]
    public void StandIn_WhoIsTheOneThatDidNotCome_IsTold() => Assert.Equal(
        ["DUTY_SUBSTITUTE_SAME changes.counsel.licenceNumber"],
        Faults(Published().At(Begins).Take("report-no-show").TryTake("send-stand-in", Rebooking(FirstLicence, "虚构甲律师", First))));

    [Theory]
    [InlineData("travelBefore", "1800s")]
    [InlineData("startTime", "2026-03-04T02:00:00Z")]
    public void TakeOver_OfAnythingElseThanWasProposed_IsTold(string field, string value)
    {
        var play = Published().Take("propose-substitute", Proposal());
        var consent = Consent();
        consent["changes"]![field] = value; // Consent has changes

        Assert.Equal([$"DUTY_NOT_AS_PROPOSED changes.{field}"], Faults(play.TryTake("take-over", consent)));
    }

    /// <summary>What one firm said of its lawyer is no business of the next.</summary>
    [Theory]
    [InlineData("rebook")]
    [InlineData("take-over")]
    [InlineData("send-stand-in")]
    [InlineData("swap")]
    public void Answer_OfAFirmThatIsLetGo_GoesWithIt(string step)
    {
        var play = Offered().Take("accept", new JsonObject { ["phone"] = "0771-0000011" });
        Assert.True(play.State.View.ContainsKey("answer"));
        _ = step switch
        {
            "rebook" => play.Take(step, Rebooking(SecondLicence, "虚构丁律师", Second)),
            "take-over" => play.Take("publish", Publication()).Take("propose-substitute", Proposal()).Take(step, Consent()),
            "send-stand-in" => play.Take("publish", Publication()).At(Begins).Take("report-no-show").Take(step, Rebooking(SecondLicence, "虚构丁律师", Second)),
            _ => play.Take("publish", Publication()).TakeAlong(step, Swap()),
        };

        Assert.False(play.State.View.ContainsKey("answer"));
    }

    [Fact]
    public void Swap_ByItself_IsNotTaken() => Assert.Equal(["STEP_ONLY_TOGETHER "], Faults(Published().TryTake("swap", Swap())));

    [Fact]
    public void Swap_TakenAlong_HandsTheShiftToTheOtherLawyer()
    {
        var play = Published();
        Assert.Empty(Faults(play.TryTakeAlong("swap", Swap())));

        Assert.Equal(("published", Second), (play.State.State.Value, play.State.Parties["firm"]));
        Assert.Equal([Centre, Station, Second], Recipients(play)); // the first firm took the step
        Assert.StartsWith(SecondLicence, Keys(play, "lawyer-time")[0], StringComparison.Ordinal);
    }

    /// <summary>Whoever agreed to a shift agreed to that place and those hours, and to its lawyer's giving it.</summary>
    [Theory]
    [InlineData("givenBy", SecondLicence, "DUTY_SWAP_LAWYERS givenBy")]
    [InlineData("station", "agencies/nanning-qingxiu-court", "DUTY_STATION_DIFFERS station")]
    [InlineData("startTime", "2026-03-04T00:59:59Z", "DUTY_SWAP_TIMES startTime")]
    [InlineData("endTime", "2026-03-04T03:00:01Z", "DUTY_SWAP_TIMES endTime")]
    [InlineData("changes.place", "三号会见室", "DUTY_NOT_AS_PROPOSED changes.place")]
    public void Swap_OtherThanTheShiftIs_IsTold(string field, string value, string fault)
    {
        var swap = Swap();
        var holder = field.StartsWith("changes.", StringComparison.Ordinal) ? swap["changes"]!.AsObject() : swap; // Swap has changes
        holder[field.Split('.')[^1]] = value;

        Assert.Equal([fault], Faults(Published().TryTakeAlong("swap", swap)));
    }

    [Fact]
    public void Swap_OfAShiftThatIsOver_IsTold()
    {
        Assert.Empty(Faults(Published().At(Begins.AddHours(2).AddTicks(-1)).TryTakeAlong("swap", Swap())));
        Assert.Equal(["DUTY_SHIFT_PAST endTime"], Faults(Published().At(Begins.AddHours(2)).TryTakeAlong("swap", Swap())));
    }

    [Fact]
    public void Swap_ByTelephoneWithJourneys_IsTold()
    {
        var (booking, swap) = (Booking(), Swap());
        booking["mode"] = "DUTY_MODE_PHONE";
        booking.Remove("travelBefore");
        booking.Remove("travelAfter");
        swap["changes"]!.AsObject().Remove("travelAfter"); // Swap has changes
        var play = New();
        Assert.Empty(Faults(play.TryOpen(booking, Centre)));

        Assert.Equal(["DUTY_TRAVEL_AT_HOME changes.travelBefore"], Faults(play.Take("publish", Publication()).TryTakeAlong("swap", swap)));
    }

    /// <summary>The shift in return is the substitute's, and the present lawyer takes it.</summary>
    [Theory]
    [InlineData(FirstLicence, FirstLicence, "DUTY_SWAP_LAWYERS swap.givenBy")]
    [InlineData(SecondLicence, SecondLicence, "DUTY_SWAP_LAWYERS swap.changes.counsel.licenceNumber")]
    public void Substitute_ForAShiftThatIsAnothersToGive_IsTold(string givenBy, string taker, string fault)
    {
        var proposal = Proposal();
        proposal["swap"] = Return(givenBy, taker);

        Assert.Equal([fault], Faults(Published().TryTake("propose-substitute", proposal)));
    }

    [Fact]
    public void TakeOver_WithAnotherShiftInReturnThanProposed_IsTold()
    {
        var proposal = Proposal();
        proposal["swap"] = Return(SecondLicence, FirstLicence);
        var play = Published().Take("propose-substitute", proposal);
        Assert.Equal(["DUTY_NOT_AS_PROPOSED swap"], Faults(play.TryTake("take-over", Consent()))); // nothing in return
        var consent = Consent();
        consent["swap"] = Return(SecondLicence, FirstLicence);
        consent["swap"]!["exchange"] = "exchanges/another"; // put just before
        Assert.Equal(["DUTY_NOT_AS_PROPOSED swap"], Faults(play.TryTake("take-over", consent)));
        consent["swap"] = Return(SecondLicence, FirstLicence);
        play.Take("take-over", consent);
    }

    /// <summary>A shift is led by the type under which it was offered; the payloads are today's. Handed over without what was to come in return, it would be half a swap.</summary>
    [Fact]
    public void Swap_OfAShiftOfferedBeforeThereWereSwaps_IsTold()
    {
        var before = Type with { Steps = [.. Type.Steps.Where(step => step.Name.Value != "swap").Select(step => step with { Together = null })] };
        var (proposal, consent) = (Proposal(), Consent());
        (proposal["swap"], consent["swap"]) = (Return(SecondLicence, FirstLicence), Return(SecondLicence, FirstLicence));
        var play = new Play(before, ShippedType.Snapshot, StandardChecks.Catalogue);
        Assert.Empty(Faults(play.TryOpen(Booking(), Centre)));
        play.Take("publish", Publication());

        Assert.Equal(["DUTY_SWAP_NOT_OFFERED swap"], Faults(play.TryTake("propose-substitute", proposal)));
        play.Take("propose-substitute", Proposal());
        Assert.Contains("DUTY_SWAP_NOT_OFFERED swap", Faults(play.TryTake("take-over", consent)));
    }

    [Theory]
    [InlineData("report-no-show")]
    [InlineData("complete")]
    public void Station_BeforeTheShiftBegins_HasNothingToReport(string step)
    {
        var play = Published().At(Begins.AddTicks(-1));
        Assert.Equal(["DUTY_NOT_BEGUN "], Faults(play.TryTake(step, by: Station)));
        play.At(Begins).Take(step, by: Station);
    }

    /// <summary>A substitution that came to nothing is no business of a firm that comes after: neither why it was wanted nor why it was refused.</summary>
    [Theory]
    [InlineData("take-over")]
    [InlineData("send-stand-in")]
    [InlineData("swap")]
    public void Refusal_OfAnEarlierSubstitution_GoesWithTheFirm(string step)
    {
        var play = Published().Take("ask-substitute", Proposal()).Take("agree-substitute", new JsonObject { ["agreedBy"] = "虚构主任" }).Take("refuse-substitute", Reason());
        Assert.True(play.State.View.ContainsKey("substitute-refusal"));
        _ = step switch
        {
            "take-over" => play.Take("propose-substitute", Proposal()).Take(step, Consent()),
            "send-stand-in" => play.At(Begins).Take("report-no-show").Take(step, Rebooking(SecondLicence, "虚构丁律师", Second)),
            _ => play.TakeAlong(step, Swap()),
        };

        var kept = play.State.View.Select(section => section.Key).ToList();
        Assert.DoesNotContain("substitute-refusal", kept);
        Assert.DoesNotContain("agreement", kept);
        Assert.Equal(step == "take-over", kept.Contains("proposal")); // of the substitution that was agreed to
    }

    private static Play New(ConfigurationSnapshot? snapshot = null) => new(Type, snapshot ?? ShippedType.Snapshot, StandardChecks.Catalogue);

    private static Play Offered(ConfigurationSnapshot? snapshot = null)
    {
        var play = New(snapshot);
        Assert.Empty(Faults(play.TryOpen(Booking(), Centre)));
        return play;
    }

    private static Play Published(ConfigurationSnapshot? snapshot = null) => Offered(snapshot).Take("accept").Take("publish", Publication());

    private static IEnumerable<AgencyId> Recipients(Play play) => play.Last[0].Recipients.Select(recipient => recipient.Agency);

    private static string[] Keys(Play play, string hold) =>
    [
        .. play.State.Type.Holds.Where(one => one.Name == hold && one.While.Contains(play.State.State)).SelectMany(one => HoldKeys.Of(one, play.State.View).Keys),
    ];

    private static IEnumerable<string> Faults(Decision decision) =>
        ((decision as Decision.Refused)?.Faults ?? new EquatableList<Fault>([])).Select(fault => $"{fault.Code.Code} {fault.Field}");

    private static JsonObject Booking() => new()
    {
        ["station"] = Station.ResourceName,
        ["slot"] = "2026-03-04/am/1",
        ["startTime"] = ShippedType.Time(Begins),
        ["endTime"] = ShippedType.Time(Begins.AddHours(2)),
        ["mode"] = "DUTY_MODE_ON_SITE",
        ["counsel"] = Counsel(FirstLicence, "虚构甲律师", First),
        ["travelBefore"] = "1500s",
        ["travelAfter"] = "1500s",
    };

    private static JsonObject Rebooking(string licence, string name, AgencyId firm) =>
        new() { ["changes"] = new JsonObject { ["counsel"] = Counsel(licence, name, firm) }, ["reason"] = "调整" };

    private static JsonObject Publication() => new() { ["station"] = Station.ResourceName };

    private static JsonObject Proposal() =>
        new() { ["counsel"] = Counsel(SecondLicence, "虚构丁律师", Second), ["travelBefore"] = "900s", ["travelAfter"] = "900s", ["reason"] = "开庭冲突" };

    private static JsonObject Consent() =>
        new() { ["changes"] = new JsonObject { ["counsel"] = Counsel(SecondLicence, "虚构丁律师", Second), ["travelBefore"] = "900s", ["travelAfter"] = "900s" } };

    /// <summary>The shift of <see cref="Booking"/> as it is given in return for another.</summary>
    private static JsonObject Swap() => new()
    {
        ["exchange"] = "exchanges/this",
        ["station"] = Station.ResourceName,
        ["startTime"] = ShippedType.Time(Begins),
        ["endTime"] = ShippedType.Time(Begins.AddHours(2)),
        ["givenBy"] = FirstLicence,
        ["changes"] = new JsonObject { ["counsel"] = Counsel(SecondLicence, "虚构丁律师", Second), ["travelBefore"] = "900s", ["travelAfter"] = "900s" },
    };

    /// <summary>Another shift, in return for that one.</summary>
    private static JsonObject Return(string givenBy, string taker)
    {
        var swap = Swap();
        swap["exchange"] = "exchanges/other";
        swap["givenBy"] = givenBy;
        swap["changes"] = new JsonObject { ["counsel"] = taker == FirstLicence ? Counsel(FirstLicence, "虚构甲律师", First) : Counsel(SecondLicence, "虚构丁律师", Second) };
        return swap;
    }

    private static JsonObject Reason() => new() { ["reason"] = "无法到岗" };

    private static JsonObject Counsel(string licence, string name, AgencyId firm) => new()
    {
        ["licenceNumber"] = licence, ["name"] = name, ["firm"] = firm.ResourceName, ["firmName"] = "演示律师事务所", ["phone"] = "0771-0000001",
    };
}
