using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LegalAid.Gateway.Casework.Duty;
using LegalAid.Gateway.Contracts.Duty.V1;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Testing.Duty;
using LegalAid.Gateway.Tests.Wire;
using DraftOutcome = LegalAid.Gateway.Contracts.Duty.V1.DraftOutcome;
using DutyAssignment = LegalAid.Gateway.Casework.Duty.DutyAssignment;
using DutyWeights = LegalAid.Gateway.Contracts.Duty.V1.DutyWeights;
using Roster = LegalAid.Gateway.Casework.Duty.Roster;
using RosterCase = LegalAid.Gateway.Casework.Duty.RosterCase;

namespace LegalAid.Gateway.Tests.Duty;

/// <summary>A centre's roster over the wire: drafted, checked, given out as a file and taken in again, re-planned.</summary>
public sealed class RosterApiTests(WireFixture wire) : IClassFixture<WireFixture>
{
    private static readonly RosterPeriod Week = new(new DateOnly(2026, 3, 2), new DateOnly(2026, 3, 8));

    private static readonly RosterCase Given = DutyGenerator.City(new DutyGeneratorSettings { Period = Week, Stations = 5, Lawyers = 80, LeaveRate = 0.02, Scarcity = 3 });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private RosterService.RosterServiceClient Centre => new(wire.Gateway[Notices.AidCentre].Invoker);

    [Fact]
    public async Task Draft_AWeek_TellsProgressAndEndsWithTheRosterThatTheDrafterMakes()
    {
        var messages = await DraftAsync(new DraftRosterRequest { Case = RosterContracts.Of(Given), Seed = 7 });

        Assert.All(messages[..^1], message => Assert.True(message.Progress is not null && message.Result is null));
        Assert.NotEmpty(messages[..^1]);
        var result = messages[^1].Result;
        Assert.Equal(DraftOutcome.Complete, result.Outcome);
        var roster = RosterContracts.Of(Week, result.Roster);
        Assert.Empty(RosterRules.Check(Given, roster));
        Assert.Equal(new RosterDrafter(TimeProvider.System).Draft(Given, new DraftLimits { Seed = 7 }, null, Cancellation).DraftOrNull?.Roster, roster);
        Assert.Equal((Given.Shifts.Sum(shift => shift.Slots), 0), (result.Figures.AssignmentCount, result.Figures.OpenPlaceCount));
    }

    [Fact]
    public async Task Draft_OverRest_StreamsAMessageALine()
    {
        var body = JsonFormatter.Default.Format(new DraftRosterRequest { Case = RosterContracts.Of(Given) });
        using var response = await wire.Gateway[Notices.AidCentre].Rest.PostAsync("/v1/rosters:draft", Faces.Body(body), Cancellation);

        var lines = (await response.Content.ReadAsStringAsync(Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("DRAFT_OUTCOME_COMPLETE", (string?)JsonNode.Parse(lines[^1])?["result"]?["outcome"]);
    }

    [Fact]
    public async Task Draft_ThatNobodyCanServe_IsExplainedInBothLanguages()
    {
        var onLeave = Given with { Lawyers = [.. Given.Lawyers.Select(lawyer => lawyer with { Leave = [new Leave(Week.From, Week.From)] })] };

        var result = (await DraftAsync(new DraftRosterRequest { Case = RosterContracts.Of(onLeave), TimeLimit = Duration.FromTimeSpan(TimeSpan.FromMinutes(1)) }))[^1].Result;

        Assert.Equal(DraftOutcome.Impossible, result.Outcome);
        Assert.Contains(result.Explanation.Reasons, reason => reason.TextZh.Length > 0 && reason.TextEn.Length > 0 && reason.Shifts.Count > 0);
        Assert.NotEmpty(result.OpenPlaces);
    }

    [Fact]
    public async Task Draft_WhileAnotherIsDrafted_IsToldToComeBack()
    {
        var slow = new DraftRosterRequest { Case = RosterContracts.Of(DutyGenerator.City(new DutyGeneratorSettings { Seed = 3, Stations = 60, Lawyers = 900 })), TimeLimit = Duration.FromTimeSpan(TimeSpan.FromMinutes(2)) };
        using var first = Centre.DraftRoster(slow, cancellationToken: Cancellation);
        Assert.True(await first.ResponseStream.MoveNext(Cancellation)); // it is under way

        var refused = await Assert.ThrowsAsync<RpcException>(() => DraftAsync(new DraftRosterRequest { Case = RosterContracts.Of(Given) }));
        Assert.Equal((StatusCode.ResourceExhausted, true), (refused.StatusCode, refused.Status.Detail.StartsWith("ROSTER_BUSY", StringComparison.Ordinal)));

        // Who hangs up ends it: the next one is served.
        first.Dispose();
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    return (await DraftAsync(new DraftRosterRequest { Case = RosterContracts.Of(Given) }))[^1].Result.Outcome == DraftOutcome.Complete;
                }
                catch (RpcException busy) when (busy.StatusCode == StatusCode.ResourceExhausted)
                {
                    return false;
                }
            },
            "a draft after the one that was left");
    }

    [Fact]
    public async Task Check_ARosterWithALawyerTooMany_NamesRuleShiftAndFigures()
    {
        var roster = DraftedHere();
        var shift = roster.Assignments[0].Shift;
        var other = Given.Lawyers.First(lawyer => roster.Assignments.All(one => one.Lawyer != lawyer.Id));
        var more = Roster.Of(Week, [.. roster.Assignments, new DutyAssignment(shift, other.Id)]);

        var checkedRoster = await Centre.CheckRosterAsync(new CheckRosterRequest { Case = RosterContracts.Of(Given), Roster = RosterContracts.Of(more) }, cancellationToken: Cancellation);

        Assert.Contains(checkedRoster.Violations, violation => violation.Code == "DUTY_TOO_MANY" && violation.Shifts.Contains(shift.Value) && violation.TextZh.Length > 0);
        Assert.Equal(more.Assignments.Count, checkedRoster.Figures.AssignmentCount);
    }

    [Theory]
    [InlineData(RosterFileKind.Xlsx)]
    [InlineData(RosterFileKind.Csv)]
    public async Task Export_AndImportAgain_GivesTheSameRoster(RosterFileKind kind)
    {
        var (given, roster) = (RosterContracts.Of(Given), RosterContracts.Of(DraftedHere()));
        var request = new ExportRosterRequest { Case = given, Roster = roster, Kind = kind, Names = { new DutyLawyerName { Lawyer = roster.Assignments[0].Lawyer, Name = "=韦试律" } } };

        var file = await Centre.ExportRosterAsync(request, cancellationToken: Cancellation);
        var imported = await Centre.ImportRosterAsync(new ImportRosterRequest { Case = given, Kind = kind, File = file.File }, cancellationToken: Cancellation);

        Assert.Equal(roster, imported.Roster);
        Assert.Empty(imported.Violations);
    }

    [Fact]
    public async Task Import_OfAFileThatWasChanged_TellsEveryFault()
    {
        var (given, roster) = (RosterContracts.Of(Given), RosterContracts.Of(DraftedHere()));
        var file = await Centre.ExportRosterAsync(new ExportRosterRequest { Case = given, Roster = roster, Kind = RosterFileKind.Csv }, cancellationToken: Cancellation);
        var shift = Given.Shifts.OrderBy(one => one.StartsAt).ThenBy(one => one.Station).ThenBy(one => one.Id).First();
        var moved = file.File.ToStringUtf8().Replace($"{shift.Start:HH:mm},{shift.End:HH:mm}", $"08:10,{shift.End:HH:mm}", StringComparison.Ordinal);

        await RefusedAsync(moved, "ROSTER_SHIFT_DIFFERS");
        await RefusedAsync("日期,开始\n2026-03-02,09:00\n", "ROSTER_COLUMN_MISSING");
        await RefusedAsync("\0\0", "ROSTER_COLUMN_MISSING");

        async Task RefusedAsync(string content, string code)
        {
            var refused = await Assert.ThrowsAsync<RpcException>(async () =>
                await Centre.ImportRosterAsync(new ImportRosterRequest { Case = given, Kind = RosterFileKind.Csv, File = ByteString.CopyFromUtf8(content) }, cancellationToken: Cancellation));
            Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
            Assert.StartsWith(code, refused.Status.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Redraft_AroundAnAbsence_TouchesTheShiftsOfThatDayAlone()
    {
        var roster = DraftedHere();
        var (lost, day) = roster.Assignments.Select(one => (one, Given.Shifts.Single(shift => shift.Id == one.Shift).Date)).First();
        var days = new DaySpan { FirstDay = $"{day:yyyy-MM-dd}", LastDay = $"{day:yyyy-MM-dd}" };

        var after = await Centre.RedraftRosterAsync(
            new RedraftRosterRequest { Case = RosterContracts.Of(Given), Published = RosterContracts.Of(roster), Absence = new DutyAbsence { Lawyer = lost.Lawyer.Value, Days = days } },
            cancellationToken: Cancellation);

        Assert.Equal((DraftOutcome.Complete, true), (after.Outcome, after.FewestProven));
        Assert.Equal(after.TouchedAtLeast, after.TouchedShifts.Count);
        Assert.Contains(lost.Shift.Value, after.TouchedShifts);
        Assert.DoesNotContain(new DutyAssignment(lost.Shift, lost.Lawyer), RosterContracts.Of(Week, after.Roster).Assignments);
    }

    [Fact]
    public async Task Redraft_WithTwoChangesOrNone_IsRefused()
    {
        var none = new RedraftRosterRequest { Case = RosterContracts.Of(Given), Published = new() };
        var two = none.Clone();
        (two.CancelledShift, two.Absence) = (Given.Shifts[0].Id.Value, new DutyAbsence { Lawyer = Given.Lawyers[0].Id.Value, Days = new DaySpan { FirstDay = "2026-03-02", LastDay = "2026-03-02" } });
        foreach (var request in new[] { none, two })
        {
            var refused = await Assert.ThrowsAsync<RpcException>(async () => await Centre.RedraftRosterAsync(request, cancellationToken: Cancellation));
            Assert.StartsWith("ROSTER_ONE_CHANGE", refused.Status.Detail, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("nobody", "", "absence.lawyer DUTY_UNKNOWN_LAWYER")]
    [InlineData("", "none", "cancelledShift DUTY_UNKNOWN_SHIFT")]
    public async Task Redraft_AroundWhatIsNotThere_IsToldAndNotDoneAsNothing(string lawyer, string shift, string fault)
    {
        var request = new RedraftRosterRequest { Case = RosterContracts.Of(Given), Published = new(), CancelledShift = shift };
        request.Absence = lawyer.Length == 0 ? null : new DutyAbsence { Lawyer = lawyer, Days = new DaySpan { FirstDay = "2026-03-02", LastDay = "2026-03-02" } };

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await Centre.RedraftRosterAsync(request, cancellationToken: Cancellation));

        Assert.Equal([fault], Faces.Read(refused).Faults);
    }

    [Fact]
    public async Task Export_OfAShiftThatIsNotThere_IsRefused()
    {
        var roster = new Contracts.Duty.V1.Roster { Assignments = { new Contracts.Duty.V1.DutyAssignment { Shift = "none", Lawyer = Given.Lawyers[0].Id.Value } } };

        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await Centre.ExportRosterAsync(new ExportRosterRequest { Case = RosterContracts.Of(Given), Roster = roster, Kind = RosterFileKind.Csv }, cancellationToken: Cancellation));

        Assert.Equal(["roster.assignments[0].shift DUTY_UNKNOWN_SHIFT"], Faces.Read(refused).Faults);
    }

    /// <summary>Dates and figures at the end of what their types hold are faults, and no failure of the gateway's own.</summary>
    [Fact]
    public async Task Check_ACaseAtTheEndOfTheCalendar_TellsWhatIsOutOfRange()
    {
        var faulty = RosterContracts.Of(Given);
        faulty.Lawyers[0].PractisingSince = "9999-12-31";
        faulty.Shifts[0].PracticeYearsMin = int.MaxValue;
        faulty.OtherDuties.Add(new Contracts.Duty.V1.OtherDuty { Lawyer = faulty.Lawyers[0].Id, Date = "9999-12-31", Start = "22:00", End = "06:00" });
        (faulty.Period.LastDay, faulty.Shifts[1].Date) = ("9999-12-31", "9999-12-31");

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await Centre.CheckRosterAsync(new CheckRosterRequest { Case = faulty, Roster = new() }, cancellationToken: Cancellation));

        Assert.Equal(
            ["case.otherDuties[0].date DUTY_CASE_OUT_OF_RANGE", "case.period DUTY_CASE_PERIOD", "case.period.lastDay DUTY_CASE_OUT_OF_RANGE", "case.shifts[0].practiceYearsMin DUTY_CASE_OUT_OF_RANGE"],
            Faces.Read(refused).Faults.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(301)]
    public async Task Draft_WithATimeOutOfRange_IsRefused(int seconds)
    {
        var request = new DraftRosterRequest { Case = RosterContracts.Of(Given), TimeLimit = Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds)) };
        Assert.StartsWith("ROSTER_TIME_LIMIT", (await Assert.ThrowsAsync<RpcException>(() => DraftAsync(request))).Status.Detail, StringComparison.Ordinal);
    }

    /// <summary>All faults of a case at once, each by its field, in times, in figures and in what refers to what.</summary>
    [Fact]
    public async Task Check_AFaultyCase_TellsEveryFaultByItsField()
    {
        var faulty = RosterContracts.Of(Given);
        faulty.Shifts[0].Start = "9.30";
        faulty.Shifts[1].Station = "nowhere";
        faulty.Shifts[2].Slots = 21;
        faulty.Stations[0].Point.Latitude = 91;
        faulty.Lawyers[0].CarriedShifts = 101;
        faulty.Lawyers[1].Id = faulty.Lawyers[0].Id;
        faulty.Limits = new DutyLimits { ShiftsPerWeekMax = 0, Weights = new DutyWeights { Number = 1_001 } };

        var refused = await wire.Gateway[Notices.AidCentre].CallAsync(
            Face.Rest, "CheckRoster", JsonNode.Parse(JsonFormatter.Default.Format(new CheckRosterRequest { Case = faulty, Roster = new() }))!.AsObject()); // an object was written

        Assert.Equal(
            [
                "case.lawyers[0].carriedShifts DUTY_CASE_OUT_OF_RANGE", "case.lawyers[1] DUTY_CASE_TWICE", "case.limits.shiftsPerWeekMax DUTY_CASE_OUT_OF_RANGE",
                "case.limits.weights.number DUTY_CASE_OUT_OF_RANGE", "case.shifts[0].start TIME_OF_DAY_INVALID", "case.shifts[1].station DUTY_CASE_STATION", "case.shifts[2].slots DUTY_CASE_SLOTS",
                "case.stations[0].point.latitude DUTY_CASE_OUT_OF_RANGE",
            ],
            refused.Faults.Order(StringComparer.Ordinal));
    }

    private static Roster DraftedHere() =>
        new RosterDrafter(TimeProvider.System).Draft(Given, new DraftLimits { Seed = 7 }, null, Cancellation).DraftOrNull?.Roster ?? throw new InvalidOperationException("the week can be drafted");

    private async Task<DraftRosterResponse[]> DraftAsync(DraftRosterRequest request)
    {
        using var call = Centre.DraftRoster(request, cancellationToken: Cancellation);
        return await call.ResponseStream.ReadAllAsync(Cancellation).ToArrayAsync(Cancellation);
    }
}
