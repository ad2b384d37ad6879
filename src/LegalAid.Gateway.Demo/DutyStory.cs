using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Contracts.Defence.V1;
using LegalAid.Gateway.Contracts.Duty.V1;
using LegalAid.Gateway.Contracts.Exchanges.V1;
using LegalAid.Gateway.Demo.Agencies;
using ClockState = LegalAid.Gateway.Contracts.Exchanges.V1.Clock.Types.State;
using ExchangeMessage = LegalAid.Gateway.Contracts.Exchanges.V1.Exchange;

namespace LegalAid.Gateway.Demo;

/// <summary>
/// A detention centre's morning: who is on duty is settled the day before; three people ask for help on one notice. One is helped by the lawyer on duty, one is the co-accused of
/// whom that lawyer defends already, and one is moved before the appointment. Duty shifts and requests for help go by the generic service, over gRPC.
/// </summary>
public sealed class DutyStory(DemoGateway gateway, DemoSeeds seeds, InTrays trays, StoryTable table)
{
    /// <summary>Lawyers by the centre's keys.</summary>
    private const string Jia = nameof(Lawyers.Jia), Yi = nameof(Lawyers.Yi), Ding = nameof(Lawyers.Ding);

    private const string Shift = "exchangeTypes/duty-shift", Help = "exchangeTypes/help-request";

    private static readonly DateTimeOffset Day = new(2026, 3, 11, 0, 0, 0, CivilTime.Offset);

    private List<DutyAssignment> _roster = [];
    private Dictionary<string, string> _shifts = [];
    private ExchangeMessage[] _people = [];
    private int _requests;

    private AgencySystem Centre => gateway[Story.AidCentre];

    private AgencySystem Station => gateway[Story.DetentionCentre];

    private AgencySystem FirstFirm => gateway[Story.FirstFirm];

    private AgencySystem SecondFirm => gateway[Story.SecondFirm];

    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        await RosterAsync(cancellationToken);
        await OfferedAsync(cancellationToken);
        await PublishedAsync(cancellationToken);
        await ThreeAskAsync(cancellationToken);
        await LawyerNotifiedAsync(cancellationToken);
        await ConflictAsync(cancellationToken);
        await MovedAsync(cancellationToken);
        await HelpedAsync(cancellationToken);
    }

    private Task RosterAsync(CancellationToken stop) => StepAsync("法援中心请网关自动编排次日看守所值班表\nThe centre has tomorrow's roster drafted", async step =>
    {
        await ToAsync(Day.AddHours(-9));
        using var draft = new RosterService.RosterServiceClient(Centre.Invoker).DraftRoster(new DraftRosterRequest { Case = Tomorrow() }, cancellationToken: stop);
        var result = new DraftResult();
        await foreach (var message in draft.ResponseStream.ReadAllAsync(stop))
        {
            result = message.Result ?? result;
        }

        _roster = [.. result.Roster?.Assignments ?? []];
        step.Expect(result is { Outcome: DraftOutcome.Complete, End: DraftEnd.Proven } && _roster.Count == 3, $"the best roster, every place filled, but {result.Outcome} {result.End}");
        step.Expect(_roster.Any(one => one is { Shift: "pm", Lawyer: Ding }), "the afternoon goes to the one who is qualified for it");
        step.Way("法援中心 ─gRPC 流→ 网关\n上午两人，下午须能办死刑案件：已证明最优 proven best");
    });

    private Task OfferedAsync(CancellationToken stop) => StepAsync("中心按表排三班，律所确认；同一律师不能身在两处\nThree shifts are offered and accepted; nobody is booked in two places", async step =>
    {
        var offered = await OpenAsync(Centre, Shift, _roster.Select(one => one.Shift == "am" ? Booking($"am/{one.Lawyer}", 9, 12, one.Lawyer) : Booking("pm", 14, 17, one.Lawyer)), stop);
        _shifts = _roster.Zip(offered).ToDictionary(pair => pair.First.Lawyer, pair => pair.Second.Name, StringComparer.Ordinal);
        var overlapping = await Refusal.CodesAsync(OpenAsync(Centre, Shift, [Booking("noon", 11, 14, Jia)], stop));
        step.Expect(overlapping.Contains("ALREADY_OPEN"), $"a second place at one time is refused, but {Said(overlapping)}");
        foreach (var (lawyer, shift) in _shifts)
        {
            var firm = lawyer == Ding ? SecondFirm : FirstFirm;
            step.Expect(await CameAsync(firm, shift, "offer", stop), $"the offer to {lawyer} is in the firm's mailbox");
            var accepted = await TakeAsync(firm, shift, "accept", new ShiftAcceptance { Phone = Lawyers.Of(lawyer).Phone }, stop);
            step.Expect(accepted.State == "booked", $"booked, but {accepted.State}");
            if (lawyer == Ding)
            {
                step.Clock(accepted, "answer-offer", ClockState.Met);
            }
        }

        step.Way("法援中心 ─gRPC（三班一次提交）→ 网关 ─邮箱→ 两家律所 ─gRPC→ 网关\nthree openings of one command; ALREADY_OPEN");
    });

    private Task PublishedAsync(CancellationToken stop) => StepAsync("值班表公布到看守所：此前看不到\nThe roster is published to the detention centre, which saw nothing of it before", async step =>
    {
        var early = await Refusal.CodesAsync(GetAsync(Station, _shifts[Jia], stop));
        step.Expect(early.Contains("NOT_FOUND"), $"what is not published is not there, but {Said(early)}");
        foreach (var shift in _shifts.Values)
        {
            await TakeAsync(Centre, shift, "publish", new ShiftPublication { Station = $"agencies/{Story.DetentionCentre}" }, stop);
            step.Expect(await CameAsync(Station, shift, "publish", stop), "the shift is in the station's mailbox");
        }

        var seen = await GetAsync(Station, _shifts[Jia], stop);
        step.Expect(seen.State == "published" && CounselOf(seen, "booking") == Lawyers.Of(Jia).LicenceNumber, $"the station knows who comes, but {seen.State}");
        step.Way("法援中心 ─gRPC→ 网关 ─邮箱→ 看守所、律所\n甲、乙 09:00–12:00，丁 14:00–17:00");
    });

    private Task ThreeAskAsync(CancellationToken stop) => StepAsync("早晨：看守所一份通知为三人申请法律帮助，一次受理\nMorning: three people ask for help on one notice, taken together", async step =>
    {
        await ToAsync(Day.AddHours(8.5));
        var coAccused = Request("co-accused-three", "南青检刑诉〔2026〕57号", Stage.Prosecution);
        coAccused.CoAccused.Add(new CoAccused { Label = "同案1号", DefendedBy = Lawyers.Of(Jia).LicenceNumber });
        coAccused.CoAccused.Add(new CoAccused { Label = "同案2号", DefendedBy = Lawyers.Of(Ding).LicenceNumber });
        _people = await OpenAsync(
            Station, Help, [Request("adult", "南公（青）拘字〔2026〕88号", Stage.Investigation), coAccused, Request("elderly", "南公（青）拘字〔2026〕89号", Stage.Investigation)], stop);
        step.Expect(_people.Length == 3 && _people.DistinctBy(person => person.NoticeId).Count() == 1, "one notice, three exchanges");
        foreach (var person in _people)
        {
            step.Expect(await CameAsync(Centre, person.Name, "request", stop), "the request is in the centre's mailbox");
            var running = (await GetAsync(Centre, person.Name, stop)).Clocks.Single(clock => clock.Clock_ == "notify-lawyer");
            step.Expect(running.DueTime.ToDateTimeOffset() - running.StartTime.ToDateTimeOffset() == TimeSpan.FromHours(24), "24 hours to the tick");
        }

        step.Way("看守所 ─gRPC（三人同时受理或均不受理）→ 网关 ─邮箱→ 法援中心\ngRPC, all or none");
        step.Clock(await GetAsync(Centre, _people[0].Name, stop), "notify-lawyer", ClockState.Running);
    });

    private Task LawyerNotifiedAsync(CancellationToken stop) => StepAsync("法援中心通知当班律师\nThe centre notifies the lawyer on duty", async step =>
    {
        await ToAsync(Day.AddHours(9));
        _people[0] = await TakeAsync(Centre, _people[0].Name, "notify-lawyer", OnDuty(Jia), stop);
        step.Expect(_people[0].State == "notified", $"notified, but {_people[0].State}");
        step.Expect(await CameAsync(FirstFirm, _people[0].Name, "notify-lawyer", stop), "the firm is told");
        step.Expect(await CameAsync(Station, _people[0].Name, "notify-lawyer", stop), "the station is told");
        step.Way("法援中心 ─gRPC→ 网关 ─邮箱→ 律所、看守所\nto the firm and to the station");
        step.Clock(_people[0], "notify-lawyer", ClockState.Met);
    });

    private Task ConflictAsync(CancellationToken stop) => StepAsync("第二人的同案由当班律师辩护：拒绝，另派一名\nThe lawyer on duty defends a co-accused: refused, and another is named", async step =>
    {
        foreach (var lawyer in new[] { Jia, Ding })
        {
            var refused = await Refusal.CodesAsync(TakeAsync(Centre, _people[1].Name, "notify-lawyer", OnDuty(lawyer), stop));
            step.Expect(refused.Contains("HELP_ACTS_FOR_CO_ACCUSED"), $"who defends a co-accused is refused, but {Said(refused)}");
        }

        _people[1] = await TakeAsync(Centre, _people[1].Name, "notify-lawyer", OnDuty(Yi), stop);
        step.Expect(_people[1].State == "notified" && CounselOf(_people[1], "naming") == Lawyers.Of(Yi).LicenceNumber, $"the other on duty is named, but {_people[1].State}");
        step.Expect(await CameAsync(FirstFirm, _people[1].Name, "notify-lawyer", stop), "the firm is told");
        step.Way("法援中心 ─gRPC→ 网关：甲、丁 HELP_ACTS_FOR_CO_ACCUSED\n乙 ─邮箱→ 律所、看守所");
        step.Clock(_people[1], "notify-lawyer", ClockState.Met);
    });

    private Task MovedAsync(CancellationToken stop) => StepAsync("第三人预约在下午，上午换押：原时段让出，重新安排\nThe third is moved before the appointment: the time is let go, and help is arranged anew", async step =>
    {
        var (name, afternoon) = (_people[2].Name, Booking("pm/more", 15, 17, Jia));
        await TakeAsync(Centre, name, "notify-lawyer", ByAppointment(15), stop);
        var held = await Refusal.CodesAsync(OpenAsync(Centre, Shift, [afternoon], stop));
        step.Expect(held.Contains("ALREADY_OPEN"), $"the appointment holds the lawyer's time, but {Said(held)}");

        await ToAsync(Day.AddHours(10.5));
        var elsewhere = new Custody { Status = CustodyStatus.Detained, Place = "南宁市第二看守所" };
        var moved = await TakeAsync(
            Station, name, "move-person",
            new PersonMoved
            {
                Kind = MoveKind.Transfer, MoveTime = gateway.Civil.Now.ToTimestamp(), Changes = new MoveChanges { Custody = elsewhere, Presence = DutyPresence.Nobody },
            },
            stop);
        step.Expect(moved.State == "requested", $"asked for again, but {moved.State}");
        step.Expect(await CameAsync(FirstFirm, name, "move-person", stop) && await CameAsync(Centre, name, "move-person", stop), "the firm and the centre are told");
        step.Expect((await OpenAsync(Centre, Shift, [afternoon], stop)).Length == 1, "the lawyer's time is free again");

        _people[2] = await TakeAsync(Centre, name, "name-lawyer", ByAppointment(24 + 10), stop);
        step.Expect(_people[2].State == "notified", $"notified, but {_people[2].State}");
        step.Way("看守所 ─gRPC→ 网关 ─邮箱→ 法援中心、律所\n甲：预约 15:00 → 值班 15:00–17:00；次日 10:00 到新址");
        step.Clock(_people[2], "name-lawyer", ClockState.Met);
    });

    private Task HelpedAsync(CancellationToken stop) => StepAsync("中午：律师记录法律帮助，中心办结，看守所确认值班完成\nNoon: help is recorded, the matters are closed, the shifts were served", async step =>
    {
        await ToAsync(Day.AddHours(12));
        foreach (var (person, lawyer, hour) in new[] { (0, Jia, 9.5), (1, Yi, 10) })
        {
            var record = new HelpRecord { StartTime = At(hour), EndTime = At(hour + 1), Services = { HelpService.Advice, HelpService.Procedure } };
            await TakeAsync(FirstFirm, _people[person].Name, "record-help", record, stop);
            var closed = await TakeAsync(Centre, _people[person].Name, "close", new HelpClosing { Outcome = "已提供法律帮助" }, stop);
            var served = await TakeAsync(Station, _shifts[lawyer], "complete", new ShiftCompletion { HelpedCount = 1 }, stop);
            step.Expect(closed is { State: "closed", Final: true } && served is { State: "done", Final: true }, $"closed and done, but {closed.State} and {served.State}");
            step.Expect(await CameAsync(Station, _people[person].Name, "close", stop) && await CameAsync(Centre, _shifts[lawyer], "complete", stop), "each learns of the other's");
        }

        step.Way("律所 ─gRPC→ 网关 ─邮箱→ 看守所；看守所 ─gRPC→ 网关 ─邮箱→ 法援中心\nnothing of what was said is recorded");
    });

    /// <summary>Two lawyers in the morning, and in the afternoon one who may take a capital case.</summary>
    private static RosterCase Tomorrow()
    {
        const string Capital = "death-penalty", Place = "detention-centre";
        var day = Day.CivilDate().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return new RosterCase
        {
            Period = new DaySpan { FirstDay = day, LastDay = day },
            Stations = { new DutyStation { Id = Place, Kind = StationKind.DetentionCentre, Name = "南宁市第一看守所", Region = "450103" } },
            Lawyers =
            {
                new DutyLawyer { Id = Jia, PractisingSince = "2015-07-01", Region = "450103" },
                new DutyLawyer { Id = Yi, PractisingSince = "2018-03-15", Region = "450103" },
                new DutyLawyer { Id = Ding, PractisingSince = "2012-05-20", Region = "450103", Specialities = { Capital } },
            },
            Shifts =
            {
                new RosterShift { Id = "am", Station = Place, Date = day, Start = "09:00", End = "12:00", Mode = DutyMode.OnSite, Slots = 2 },
                new RosterShift { Id = "pm", Station = Place, Date = day, Start = "14:00", End = "17:00", Mode = DutyMode.OnSite, Specialities = { Capital } },
            },
        };
    }

    private static ShiftBooking Booking(string slot, double from, double to, string lawyer) => new()
    {
        Station = $"agencies/{Story.DetentionCentre}",
        Slot = $"{Day:yyyy-MM-dd}/{slot}",
        StartTime = At(from),
        EndTime = At(to),
        Mode = DutyMode.OnSite,
        Counsel = Lawyers.Of(lawyer),
        TravelBefore = Duration.FromTimeSpan(TimeSpan.FromMinutes(30)),
        TravelAfter = Duration.FromTimeSpan(TimeSpan.FromMinutes(30)),
        Roster = "2026-03",
    };

    private HelpRequest Request(string person, string caseNumber, Stage stage) => new()
    {
        CaseNumber = caseNumber,
        Source = HelpSource.Intake,
        Stage = stage,
        Person = seeds.Person(person).As<Person>(),
        Custody = new Custody { Status = CustodyStatus.Detained, DetentionCentre = $"agencies/{Story.DetentionCentre}" },
        Presence = DutyPresence.OnDuty,
        AskTime = At(8.25),
        Contact = new Contact { Name = "虚构管教", Phone = "0771-0000009" },
        NoticeNumber = "南一看法帮〔2026〕31号",
    };

    private HelpNaming OnDuty(string lawyer) => new() { Counsel = Lawyers.Of(lawyer), Capacity = HelpCapacity.Help, Mode = DutyMode.OnSite, Shift = _shifts[lawyer] };

    private static HelpNaming ByAppointment(double hour) => new()
    {
        Counsel = Lawyers.Of(Jia),
        Capacity = HelpCapacity.Help,
        Mode = DutyMode.ByAppointment,
        Appointment = new HelpAppointment { StartTime = At(hour), EndTime = At(hour + 1), TravelBefore = Duration.FromTimeSpan(TimeSpan.FromMinutes(30)) },
    };

    private async Task<ExchangeMessage[]> OpenAsync(AgencySystem by, string type, IEnumerable<IMessage> payloads, CancellationToken stop)
    {
        var request = new OpenExchangeRequest { Type = type, RequestId = NextRequestId() };
        request.Openings.AddRange(payloads.Select(payload => new Opening { Payload = payload.AsPayload() }));
        var opened = await by.Exchanges.OpenExchangeAsync(request, cancellationToken: stop);
        return [.. opened.Outcomes.Select(outcome => outcome.Exchange)];
    }

    /// <summary>Takes a step, and gives the exchange after it.</summary>
    private async Task<ExchangeMessage> TakeAsync(AgencySystem by, string name, string step, IMessage payload, CancellationToken stop)
    {
        var outcome = await by.Exchanges.TakeStepAsync(
            new TakeStepRequest { Name = name, Step = step, Payload = payload.AsPayload(), RequestId = NextRequestId() }, cancellationToken: stop);
        return outcome.Exchange;
    }

    private static async Task<ExchangeMessage> GetAsync(AgencySystem by, string name, CancellationToken stop) =>
        await by.Exchanges.GetExchangeAsync(new GetExchangeRequest { Name = name }, cancellationToken: stop);

    private async Task<bool> CameAsync(AgencySystem agency, string name, string expected, CancellationToken stop) => await trays.TakeAsync(agency, name, expected, stop) is not null;

    private async Task ToAsync(DateTimeOffset civil) => await gateway.AdvanceAsync(civil - gateway.Civil.Now);

    private string NextRequestId() => string.Create(CultureInfo.InvariantCulture, $"demo-duty-{++_requests}");

    private static string? CounselOf(ExchangeMessage exchange, string section) =>
        exchange.View.Fields[section].StructValue.Fields["counsel"].StructValue.Fields["licenceNumber"].StringValue;

    private static Timestamp At(double hour) => Day.AddHours(hour).ToTimestamp();

    private static string Said(IReadOnlyList<string> codes) => codes.Count == 0 ? "it was taken" : string.Join(' ', codes);

    private Task StepAsync(string what, Func<StoryStep, Task> play) => table.PlayAsync(gateway.Civil, what, play);
}
