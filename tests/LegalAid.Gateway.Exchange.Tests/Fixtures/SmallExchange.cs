using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Exchange.Tests.Fixtures;

/// <summary>
/// The least exchange that has everything the engine does: a court asks, a centre answers within three days of having got the question
/// (warned a day before), notes may follow, and a withdrawal overtakes what waits.
/// </summary>
internal static class SmallExchange
{
    public static readonly ExchangeTypeId Id = new("small-question");
    public static readonly RoleName Organ = new("organ");
    public static readonly RoleName Centre = new("aid-centre");
    public static readonly StateName Asked = new("asked");
    public static readonly StateName Answered = new("answered");
    public static readonly StateName Withdrawn = new("withdrawn");
    public static readonly StepName Ask = new("ask");
    public static readonly StepName Note = new("note");
    public static readonly StepName Answer = new("answer");
    public static readonly StepName Withdraw = new("withdraw");
    public static readonly ClockName AnswerTime = new("answer-time");

    public static readonly AgencyId CourtId = AgencyId.Parse("nanning-test-court");
    public static readonly AgencyId CentreId = AgencyId.Parse("nanning-test-centre");
    public static readonly AgencyId OtherCentreId = AgencyId.Parse("nanning-other-centre");
    public static readonly AgencyId BureauId = AgencyId.Parse("nanning-test-bureau");

    private static readonly LegalBasis Basis = new("法律援助法", "36", Certainty.Statute);

    public static ExchangeType Type { get; } = new()
    {
        Id = Id,
        Title = new LocalizedText("小问", "Small question"),
        Digest = new string('a', 64),
        LegalBasis = [Basis],
        Roles =
        [
            new RoleDefinition(Organ, new LocalizedText("办案机关", "Organ"), ["question", "note", "answer"], [AgencyKinds.Court]),
            new RoleDefinition(Centre, new LocalizedText("法律援助机构", "Aid centre"), ["question", "note", "answer"], []),
        ],
        States =
        [
            new StateDefinition(Asked, new LocalizedText("已提出", "Asked"), Final: false),
            new StateDefinition(Answered, new LocalizedText("已答复", "Answered"), Final: true),
            new StateDefinition(Withdrawn, new LocalizedText("已撤回", "Withdrawn"), Final: true),
        ],
        Steps =
        [
            Step(Ask, Organ, from: null, to: Asked, "question", deliverTo: Centre) with
            {
                Parties = [new PartyRule(Centre, PayloadPath.Parse("centre"), Else: null, [AgencyKinds.AidCentre], Required: true)],
            },
            Step(Note, Organ, from: Asked, to: null, "note", deliverTo: Centre),
            Step(Answer, Centre, from: Asked, to: Answered, "answer", deliverTo: Organ),
            Step(Withdraw, Organ, from: Asked, to: Withdrawn, "withdrawal", deliverTo: Centre) with { Overtakes = true },
        ],
        Clocks =
        [
            new ClockDefinition
            {
                Name = AnswerTime,
                Title = new LocalizedText("答复期限", "Time to answer"),
                Kind = ClockKind.Deadline,
                Obligated = Centre,
                Start = [new ClockTrigger.Delivered(Ask, Centre)],
                Stop = [Answer],
                Cancel = [Withdraw],
                Pause = [],
                Resume = [],
                Limit = new TimeLimit(3, TimeLimitUnit.Days),
                Counting = CountingRule.CriminalDays,
                Warnings = [TimeSpan.FromDays(1)],
                When = [],
                Basis = Basis,
            },
        ],
        Holds = [],
        Search = [],
        AttachmentKinds = ["letter"],
        CaseNumber = PayloadPath.Parse("question.caseNumber"),
        Retention = new Retention(PayloadDays: 365, AuditDays: 3650, Basis),
    };

    /// <summary>A question to the centre.</summary>
    public static JsonObject Question(AgencyId? centre = null, string text = "是否受理？") => new()
    {
        ["centre"] = (centre ?? CentreId).ResourceName,
        ["caseNumber"] = "（2026）桂0103刑初12号",
        ["text"] = text,
    };

    public static JsonObject Text(string text) => new() { ["text"] = text };

    /// <summary>The court and both centres in Nanning under one bureau; everybody by mailbox unless a channel is given.</summary>
    public static ConfigurationSnapshot Snapshot(CalendarCatalogue? calendars = null, Channel? centre = null, Channel? otherCentre = null) => new ConfigurationSnapshot
    {
        Digest = new string('c', 64),
        Agencies = new AgencyDirectory(
        [
            Agency(CourtId, AgencyKinds.Court, new Channel.Mailbox()),
            Agency(CentreId, AgencyKinds.AidCentre, centre ?? new Channel.Mailbox()),
            Agency(OtherCentreId, AgencyKinds.AidCentre, otherCentre ?? new Channel.Mailbox()),
            Agency(BureauId, AgencyKinds.JusticeBureau, new Channel.Mailbox()) with { Supervisor = null },
        ]),
        Calendars = calendars ?? Calendars(2026),
        Types = new Dictionary<ExchangeTypeId, ExchangeType> { [Id] = Type }.ToFrozenDictionary(),
        Counsel = new CounselRegister([]),
        ResidentNumbers = ResidentNumberRules.Demonstration,
        Files = [],
    }.WithTypeRows();

    /// <summary>A national calendar without holidays in which these years are published.</summary>
    public static CalendarCatalogue Calendars(params int[] published) => new(
    [
        new CalendarLayer(
            "cn", $"test.{published.Length}", CalendarLayer.Nation, "全国", "Nation", Yearly: true,
            new EquatableList<CalendarYear>(published.Select(year => new CalendarYear(year, YearStatus.Published, default, default)))),
    ]);

    private static Agency Agency(AgencyId id, string kind, Channel channel) => new()
    {
        Id = id,
        Kind = kind,
        Title = new LocalizedText(id.Value, id.Value),
        Region = RegionCode.Nanning,
        Supervisor = BureauId,
        CourtCode = null,
        Serves = kind == AgencyKinds.AidCentre && id == CentreId ? [RegionCode.Nanning] : [],
        Programmes = [],
        Channel = channel,
        Clients = [],
    };

    private static StepDefinition Step(StepName name, RoleName by, StateName? from, StateName? to, string section, RoleName deliverTo) => new()
    {
        Name = name,
        Title = new LocalizedText(name.Value, name.Value),
        By = [by],
        From = from is { } state ? [state] : [],
        To = to,
        Payload = "test.Payload",
        View = new ViewChange.Put(section),
        Parties = [],
        Releases = [],
        DeliverTo = [deliverTo],
        Overtakes = false,
        RequiredAttachments = [],
        Allow = [],
        Checks = [],
    };
}
