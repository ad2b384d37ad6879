using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Tests.Checks;
using LegalAid.Gateway.Casework.Transitions;

namespace LegalAid.Gateway.Casework.Tests.Transitions;

/// <summary>The shipped request for a duty lawyer's help: by when a lawyer is notified or named, who may not be, what a refusal and a move lead to.</summary>
public sealed class HelpRequestTests
{
    /// <summary>The checks that are tested here.</summary>
    internal static readonly string[] Checks = ["help-conflict", "help-refusal-stage", "help-later-stage", "help-record"];

    /// <summary>The flags that are tested here.</summary>
    internal static readonly string[] Flags = ["CO_ACCUSED_HELPED_BY_SAME"];

    private static readonly AgencyId Detention = ShippedType.DetentionCentre, Centre = ShippedType.QingxiuCentre, First = ShippedType.FirstFirm, Second = ShippedType.SecondFirm;

    private const string FirstLicence = "14501201510000011", SecondLicence = "14501201210000042", Investigation = "STAGE_INVESTIGATION", Prosecution = "STAGE_PROSECUTION";

    private static ExchangeType Type => ShippedType.Snapshot.FindType(new ExchangeTypeId("help-request")) ?? throw new InvalidOperationException("it is shipped");

    /// <summary>
    /// Worked by hand by the calendar of Nanning: hours run on any day; working days end at 24:00, weekends rest, and 4 to 6 April 2026 do.
    /// </summary>
    [Theory]
    [InlineData("ON_DUTY", "2026-03-02T09:00", "2026-03-03T09:00")] // Monday
    [InlineData("ON_DUTY", "2026-03-02T23:59", "2026-03-03T23:59")]
    [InlineData("ON_DUTY", "2026-03-06T18:30", "2026-03-07T18:30")] // Friday evening: into the weekend
    [InlineData("ON_DUTY", "2026-03-07T00:00", "2026-03-08T00:00")]
    [InlineData("ON_DUTY", "2026-04-03T17:00", "2026-04-04T17:00")] // into 清明
    [InlineData("ON_DUTY", "2026-12-31T12:00", "2027-01-01T12:00")] // over the year
    [InlineData("NOBODY", "2026-03-02T00:00", "2026-03-05T00:00")]
    [InlineData("NOBODY", "2026-03-02T09:00", "2026-03-05T00:00")]
    [InlineData("NOBODY", "2026-03-02T23:59", "2026-03-05T00:00")]
    [InlineData("NOBODY", "2026-03-05T09:00", "2026-03-10T00:00")] // Thursday: Friday and Monday
    [InlineData("NOBODY", "2026-03-06T09:00", "2026-03-11T00:00")]
    [InlineData("NOBODY", "2026-03-07T09:00", "2026-03-11T00:00")] // Saturday counts as Friday does
    [InlineData("NOBODY", "2026-04-02T09:00", "2026-04-08T00:00")] // Friday, then over 清明 Tuesday
    [InlineData("NOBODY", "2026-04-03T09:00", "2026-04-09T00:00")]
    public void Clock_FromReceipt_IsDueAsWorked(string presence, string received, string due)
    {
        var play = New().At(Civil(received));
        Assert.Empty(Faults(play.TryOpen(Request(presence), Detention)));
        var clock = play.Clock(presence == "NOBODY" ? "name-lawyer" : "notify-lawyer");

        Assert.Equal(Civil(due), clock.DueAt);
        play.At(Civil(due).AddTicks(-1)).Tick();
        Assert.DoesNotContain(play.Said, message => message.Event == ClockEvents.Breach);
        play.At(Civil(due)).Tick();
        Assert.Equal(
            new[] { Centre, ShippedType.Snapshot.Agencies.Get(Centre).Supervisor, Detention }.OfType<AgencyId>().Order(), // whoever waits is told as well
            play.Last.Single(message => message.Event == ClockEvents.Breach).Recipients.Select(recipient => recipient.Agency).Order());
    }

    /// <summary>
    /// Three whole working days between the notice and the help that an organ wants on a day of its own. Worked by hand: the day of the help does not count, weekends and 清明 do not.
    /// A late notice is taken, and its being late is told to whoever sent it and to the centre.
    /// </summary>
    [Theory]
    [InlineData("PROSECUTION", "2026-03-02T09:00", "2026-03-06T10:00", true)] // Thursday, Wednesday, Tuesday lie between
    [InlineData("PROSECUTION", "2026-03-02T23:59", "2026-03-06T00:00", true)]
    [InlineData("PROSECUTION", "2026-03-03T00:00", "2026-03-06T23:59", false)]
    [InlineData("TRIAL", "2026-03-06T17:00", "2026-03-11T09:00", false)] // Monday and Tuesday alone
    [InlineData("TRIAL", "2026-03-06T17:00", "2026-03-12T09:00", true)]
    [InlineData("TRIAL", "2026-04-02T09:00", "2026-04-09T09:00", true)] // Friday, then over 清明 Tuesday and Wednesday
    [InlineData("TRIAL", "2026-04-02T09:00", "2026-04-08T09:00", false)]
    public void Lead_OfAnOrgansNotice_IsThreeWorkingDays(string source, string received, string wanted, bool inTime)
    {
        var request = Request("ON_DUTY");
        (request["source"], request["wantedTime"]) = ($"HELP_SOURCE_{source}", ShippedType.Time(Civil(wanted)));
        var play = New().At(Civil(received));
        Assert.Empty(Faults(play.TryOpen(request, Detention)));

        Assert.Equal(inTime ? ClockStatus.Met : ClockStatus.MetLate, play.Clock("notice-lead").Status);
        var breach = play.Last.SingleOrDefault(message => message.Event == ClockEvents.Breach);
        Assert.Equal(inTime, breach is null);
        Assert.True(inTime || breach!.Recipients.Any(recipient => recipient.Agency == Centre)); // not null where it is late
    }

    /// <summary>Whoever is taken into custody waits for nobody's notice.</summary>
    [Theory]
    [InlineData("INTAKE")]
    [InlineData("CUSTODY")]
    public void Lead_OfAPersonsOwnWish_IsNone(string source)
    {
        var request = Request("ON_DUTY");
        (request["source"], request["wantedTime"]) = ($"HELP_SOURCE_{source}", ShippedType.Time(Play.Start.AddHours(3)));
        var play = New();
        Assert.Empty(Faults(play.TryOpen(request, Detention)));

        Assert.False(play.HasClock("notice-lead"));
    }

    [Theory]
    [InlineData("ON_DUTY", "name-lawyer")]
    [InlineData("NOBODY", "notify-lawyer")]
    public void Clock_OfTheOtherCase_DoesNotRun(string presence, string clock) => Assert.False(Opened(presence).HasClock(clock));

    /// <summary>The centre is served by push: the time runs from the proof of delivery, not from the commit.</summary>
    [Fact]
    public void Clock_ForACentreByPush_RunsFromItsReceipt()
    {
        var play = New(ShippedType.Pushed(Centre));
        Assert.Empty(Faults(play.TryOpen(Request("ON_DUTY"), Detention)));
        Assert.False(play.HasClock("notify-lawyer"));
        play.After(TimeSpan.FromHours(5)).Delivered("request", "aid-centre", Centre);

        Assert.Equal(Play.Start.AddHours(29), play.Clock("notify-lawyer").DueAt);
    }

    [Theory]
    [InlineData("ON_DUTY", "notify-lawyer", "notify-lawyer")]
    [InlineData("NOBODY", "name-lawyer", "name-lawyer")]
    public void Naming_InTime_MeetsTheClockAndTellsThoseWhoWait(string presence, string step, string clock)
    {
        var play = Opened(presence).After(TimeSpan.FromHours(20)).Take(step, Naming());

        Assert.Equal(("notified", ClockStatus.Met), (play.State.State.Value, play.Clock(clock).Status));
        Assert.Equal([First, Detention], play.Last[0].Recipients.Select(recipient => recipient.Agency));
    }

    [Fact]
    public void Conflict_DeclaredByTheLawyer_LeavesTheFirmAndStartsADay()
    {
        var play = Opened("ON_DUTY").Take("notify-lawyer", Naming()).After(TimeSpan.FromHours(3)).Take("declare-conflict", new JsonObject { ["reason"] = "同案" });

        Assert.Equal("requested", play.State.State.Value);
        Assert.False(play.State.Parties.ContainsKey("firm"));
        Assert.Equal(Play.Start.AddHours(27), play.Clock("replace-lawyer").DueAt);
        play.Take("notify-lawyer", Naming(SecondLicence, "虚构丁律师", Second));
        Assert.Equal(ClockStatus.Met, play.Clock("replace-lawyer").Status);
    }

    [Theory]
    [InlineData("defendedBy", "HELP", "HELP_ACTS_FOR_CO_ACCUSED counsel.licenceNumber", false)]
    [InlineData("defendedBy", "DEFENCE", "HELP_ACTS_FOR_CO_ACCUSED counsel.licenceNumber", false)]
    [InlineData("helpedBy", "DEFENCE", "HELP_FORMER_DUTY_LAWYER counsel.licenceNumber", false)]
    [InlineData("helpedBy", "HELP", null, true)]
    public void Naming_OfWhoActedForACoAccused_IsFoundBeforehand(string role, string capacity, string? fault, bool flagged)
    {
        foreach (var byOrgan in new[] { true, false })
        {
            var (request, naming) = (Request("ON_DUTY"), Naming(capacity: capacity));
            (byOrgan ? request : naming)["coAccused"] = new JsonArray(new JsonObject { ["label"] = "同案2号", [role] = FirstLicence }, new JsonObject { ["label"] = "同案3号" });
            var play = New();
            Assert.Empty(Faults(play.TryOpen(request, Detention)));
            Assert.Equal(fault is null ? [] : [fault], Faults(play.TryTake("notify-lawyer", naming)));
            Assert.Equal(flagged, play.State.Flags.Contains("CO_ACCUSED_HELPED_BY_SAME"));
            Assert.Empty(Faults(play.TryTake(play.State.State.Value == "requested" ? "notify-lawyer" : "name-lawyer", Naming(SecondLicence, "虚构丁律师", Second, capacity))));
            Assert.DoesNotContain("CO_ACCUSED_HELPED_BY_SAME", play.State.Flags); // another lawyer, another judgment
        }
    }

    [Fact]
    public void Refusal_AtAStage_IsRecordedAndAskedAgainAtTheNextAndOnlyThere()
    {
        var play = Opened("ON_DUTY").Take("notify-lawyer", Naming());
        Assert.Equal(["HELP_STAGE_WRONG stage"], Faults(play.TryTake("refuse", Refusal(Prosecution))));
        play.Take("refuse", Refusal(Investigation));
        Assert.Equal("refused", play.State.State.Value);
        Assert.False(play.State.Parties.ContainsKey("firm"));

        Assert.Equal(["HELP_STAGE_WRONG changes.stage"], Faults(play.TryTake("ask-again", AskedAgain(Investigation))));
        Assert.Equal(["HELP_STAGE_WRONG stage"], Faults(play.TryTake("refuse", Refusal(Investigation))));
        play.Take("refuse", Refusal(Prosecution)); // asked again, and refused again
        Assert.Equal(["HELP_STAGE_WRONG changes.stage"], Faults(play.TryTake("ask-again", AskedAgain(Prosecution))));
        Assert.Equal(["HELP_STAGE_WRONG stage"], Faults(play.TryTake("refuse", Refusal(Investigation))));
        play.After(TimeSpan.FromDays(30)).Take("ask-again", AskedAgain("STAGE_FIRST_INSTANCE"));

        Assert.Equal(("requested", play.Now.AddHours(24)), (play.State.State.Value, play.Clock("notify-lawyer").DueAt));
        play.Take("refuse", Refusal("STAGE_FIRST_INSTANCE"));
    }

    [Fact]
    public void Refusal_BeforeALawyerIsNotified_EndsTheClockWithoutABreach()
    {
        var play = Opened("ON_DUTY").After(TimeSpan.FromHours(1)).Take("refuse", Refusal(Investigation)).After(TimeSpan.FromDays(3));
        play.Tick();

        Assert.Equal(ClockStatus.Cancelled, play.Clock("notify-lawyer").Status);
        Assert.DoesNotContain(play.Said, message => message.Event == ClockEvents.Breach);
    }

    /// <summary>The person is moved to another place: the appointment is nobody's any more, and the time runs anew, by whether somebody is on duty there.</summary>
    [Theory]
    [InlineData("MOVE_KIND_TRANSFER", "ON_DUTY", "notify-lawyer", 24)]
    [InlineData("MOVE_KIND_RELEASE", "NOBODY", "name-lawyer", null)]
    public void Move_AfterTheNaming_ReworksWhatWasBooked(string kind, string presence, string clock, int? hours)
    {
        var naming = Naming();
        naming["appointment"] = new JsonObject { ["startTime"] = ShippedType.Time(Play.Start.AddDays(1)), ["endTime"] = ShippedType.Time(Play.Start.AddDays(1).AddHours(1)) };
        var play = Opened("ON_DUTY").Take("notify-lawyer", naming);
        Assert.Equal(4, Keys(play, "lawyer-time").Length);
        play.After(TimeSpan.FromHours(2)).Take("move-person", new JsonObject
        {
            ["kind"] = kind,
            ["moveTime"] = ShippedType.Time(play.Now),
            ["changes"] = new JsonObject { ["custody"] = new JsonObject { ["status"] = "CUSTODY_STATUS_BAIL" }, ["presence"] = $"DUTY_PRESENCE_{presence}" },
        });

        Assert.Equal("requested", play.State.State.Value);
        Assert.Empty(Keys(play, "lawyer-time"));
        Assert.Contains(First, play.Last[0].Recipients.Select(recipient => recipient.Agency)); // the lawyer learns of it
        Assert.Equal(hours is { } later ? play.Now.AddHours(later) : Civil("2026-03-05T00:00"), play.Clock(clock).DueAt);
        play.Take("name-lawyer", Naming());
        Assert.Equal(ClockStatus.Met, play.Clock(clock).Status);
    }

    [Theory]
    [InlineData(2, 0, new[] { "ADVICE", "OPINION" }, false, null)]
    [InlineData(2, 0, new[] { "PLEA" }, true, null)]
    [InlineData(2, 0, new[] { "PLEA" }, false, "HELP_PLEA_MISSING plea")]
    [InlineData(2, 0, new[] { "ADVICE" }, true, "HELP_PLEA_MISSING plea")]
    [InlineData(2, 0, new[] { "ADVICE", "ADVICE" }, false, "HELP_SERVICE_TWICE services")]
    [InlineData(2, 2, new[] { "ADVICE" }, false, "HELP_RECORD_TIMES endTime")]
    [InlineData(2, -1, new[] { "ADVICE" }, false, "HELP_RECORD_TIMES endTime")]
    public void Record_AroundWhatIsRight_IsTakenOrTold(int startedHoursAgo, int endedHoursAgo, string[] services, bool plea, string? fault)
    {
        var play = Opened("ON_DUTY").Take("notify-lawyer", Naming()).After(TimeSpan.FromHours(6));
        var record = new JsonObject
        {
            ["startTime"] = ShippedType.Time(play.Now.AddHours(-startedHoursAgo)),
            ["endTime"] = ShippedType.Time(play.Now.AddHours(-endedHoursAgo)),
            ["services"] = new JsonArray([.. services.Select(service => (JsonNode)$"HELP_SERVICE_{service}")]),
        };
        if (plea)
        {
            record["plea"] = new JsonObject { ["explained"] = true, ["signTime"] = ShippedType.Time(play.Now) };
        }

        Assert.Equal(fault is null ? [] : [fault], Faults(play.TryTake("record-help", record)));
        Assert.Equal(fault is null ? "helped" : "notified", play.State.State.Value);
    }

    [Fact]
    public void Life_HelpedTwiceAndClosed_TellsTheOrgan()
    {
        var play = Opened("ON_DUTY").Take("notify-lawyer", Naming()).After(TimeSpan.FromHours(6));
        var record = new JsonObject
        {
            ["startTime"] = ShippedType.Time(play.Now.AddHours(-1)), ["endTime"] = ShippedType.Time(play.Now), ["services"] = new JsonArray("HELP_SERVICE_ADVICE"),
        };
        play.Take("record-help", record).Take("record-help", record).Take("close", new JsonObject { ["outcome"] = "已提供法律咨询" });

        Assert.True(play.State.Final);
        Assert.Equal([Detention, First], play.Last[0].Recipients.Select(recipient => recipient.Agency));
        Assert.Empty(Keys(play, "help-case-person-stage"));
    }

    private static Play New(ConfigurationSnapshot? snapshot = null) => new(Type, snapshot ?? ShippedType.Snapshot, StandardChecks.Catalogue);

    private static Play Opened(string presence)
    {
        var play = New();
        Assert.Empty(Faults(play.TryOpen(Request(presence), Detention)));
        return play;
    }

    private static DateTimeOffset Civil(string local) => DateTimeOffset.Parse(local + ":00+08:00", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Faults(Decision decision) =>
        ((decision as Decision.Refused)?.Faults ?? new EquatableList<Fault>([])).Select(fault => $"{fault.Code.Code} {fault.Field}");

    private static string[] Keys(Play play, string hold) =>
    [
        .. play.State.Type.Holds.Where(one => one.Name == hold && one.While.Contains(play.State.State)).SelectMany(one => HoldKeys.Of(one, play.State.View).Keys),
    ];

    private static JsonObject Request(string presence) => new()
    {
        ["caseNumber"] = "南公（青）拘字〔2026〕88号",
        ["source"] = "HELP_SOURCE_INTAKE",
        ["stage"] = Investigation,
        ["person"] = CheckScene.Notice()["person"]!.DeepClone(), // it has one
        ["custody"] = new JsonObject { ["status"] = "CUSTODY_STATUS_DETAINED" },
        ["presence"] = $"DUTY_PRESENCE_{presence}",
        ["askTime"] = "2026-03-02T00:30:00Z",
        ["aidCentre"] = Centre.ResourceName,
    };

    private static JsonObject Naming(string licence = FirstLicence, string name = "虚构甲律师", AgencyId? firm = null, string capacity = "HELP") => new()
    {
        ["counsel"] = new JsonObject
        {
            ["licenceNumber"] = licence, ["name"] = name, ["firm"] = (firm ?? First).ResourceName, ["firmName"] = "演示律师事务所", ["phone"] = "0771-0000001",
        },
        ["capacity"] = $"HELP_CAPACITY_{capacity}",
        ["mode"] = "DUTY_MODE_ON_SITE",
    };

    private static JsonObject Refusal(string stage) => new() { ["stage"] = stage, ["refuseTime"] = "2026-03-02T01:00:00Z", ["signed"] = true };

    private static JsonObject AskedAgain(string stage) =>
        new() { ["changes"] = new JsonObject { ["stage"] = stage, ["presence"] = "DUTY_PRESENCE_ON_DUTY", ["askTime"] = "2026-04-01T01:00:00Z" } };
}
