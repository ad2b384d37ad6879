using System.Collections.Frozen;
using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Tests.Transitions;

/// <summary>
/// A small exchange in code: an organ opens toward a centre, notes and amendments follow, the centre names a firm, replaces or drops it,
/// answers, and shuts. A test gives it the clocks and the changes that it is about.
/// </summary>
internal static class SmallType
{
    public static readonly AgencyId Court = AgencyId.Parse("test-court");
    public static readonly AgencyId Centre = AgencyId.Parse("test-centre");
    public static readonly AgencyId FarCentre = AgencyId.Parse("far-centre");
    public static readonly AgencyId FirmA = AgencyId.Parse("firm-a");
    public static readonly AgencyId FirmB = AgencyId.Parse("firm-b");
    public static readonly AgencyId Bureau = AgencyId.Parse("test-bureau");

    private static readonly LegalBasis Basis = new("法律援助法", "36", Certainty.Statute);

    public static ExchangeType Type(params ImmutableArray<ClockDefinition> clocks) => new()
    {
        Id = new ExchangeTypeId("small"),
        Title = new LocalizedText("小", "Small"),
        Digest = new string('a', 64),
        LegalBasis = [Basis],
        Roles = [Role("organ", AgencyKinds.Court), Role("centre"), Role("firm")],
        States = [State("open"), State("answered"), State("shut", final: true)],
        Steps =
        [
            Step("open", "organ", [], "open", new ViewChange.Put("said"), "centre") with
            {
                Parties = [new PartyRule(new RoleName("centre"), PayloadPath.Parse("centre"), "find-centre", [AgencyKinds.AidCentre], Required: true)],
            },
            Step("note", "organ", ["open", "answered"], null, new ViewChange.Put("note"), "centre"),
            Step("amend", "organ", ["open", "answered"], null, new ViewChange.Patch("said", PayloadPath.Parse("changes")), "centre", "firm"),
            Step("answer", "centre", ["open"], "answered", new ViewChange.Put("answer"), "organ"),
            Step("reopen", "organ", ["answered"], "open", new ViewChange.Put("reopening"), "centre"),
            Step("pause", "centre", ["open", "answered"], null, new ViewChange.Put("pause"), "organ"),
            Step("resume", "centre", ["open", "answered"], null, new ViewChange.Put("resume"), "organ"),
            Step("cancel", "organ", ["open", "answered"], null, new ViewChange.Put("cancelled"), "centre"),
            Step("name", "centre", ["open", "answered"], null, new ViewChange.Put("named"), "organ", "firm") with
            {
                Parties = [new PartyRule(new RoleName("firm"), PayloadPath.Parse("firm"), Else: null, [AgencyKinds.LawFirm], Required: true)],
            },
            Step("drop", "centre", ["open", "answered"], null, new ViewChange.Put("dropped"), "organ", "firm") with { Releases = [new RoleName("firm")], Overtakes = true },
            Step("tell-firm", "centre", ["open", "answered"], null, new ViewChange.Put("told"), "firm"),
            Step("shut", "centre", ["open", "answered"], "shut", new ViewChange.Put("end"), "organ", "firm"),
        ],
        Clocks = clocks,
        Holds = [],
        Search = [],
        AttachmentKinds = ["letter", "photograph"],
        CaseNumber = PayloadPath.Parse("said.caseNumber"),
        Retention = new Retention(1, 1, Basis),
    };

    /// <summary>A deadline of the centre in hours, without triggers.</summary>
    public static ClockDefinition Clock(string name, int hours, params ImmutableArray<ClockTrigger> start) => new()
    {
        Name = new ClockName(name),
        Title = new LocalizedText("限", "Limit"),
        Kind = ClockKind.Deadline,
        Obligated = new RoleName("centre"),
        Start = start,
        Stop = [],
        Cancel = [],
        Pause = [],
        Resume = [],
        Limit = new TimeLimit(hours, TimeLimitUnit.Hours),
        Counting = CountingRule.ExactHours,
        Warnings = [],
        When = [],
        Basis = Basis,
    };

    public static ClockTrigger Taken(string step) => new ClockTrigger.Taken(new StepName(step));

    public static ClockTrigger Delivered(string step, string to) => new ClockTrigger.Delivered(new StepName(step), new RoleName(to));

    public static ClockTrigger Fact(string path) => new ClockTrigger.Fact(PayloadPath.Parse(path));

    public static ClockTrigger Expired(string clock) => new ClockTrigger.Expired(new ClockName(clock));

    public static ImmutableArray<StepName> Steps(params IEnumerable<string> names) => [.. names.Select(name => new StepName(name))];

    public static ValueRule Rule(string path, bool negated, params ImmutableArray<string> values) => new(PayloadPath.Parse(path), values, negated);

    /// <summary>Everybody takes by mailbox, except those named.</summary>
    public static ConfigurationSnapshot Snapshot(CalendarCatalogue? calendars = null, params AgencyId[] pushed) => new()
    {
        Digest = new string('c', 64),
        Agencies = new AgencyDirectory(new[]
        {
            Body(Court, AgencyKinds.Court), Body(Centre, AgencyKinds.AidCentre), Body(FarCentre, AgencyKinds.AidCentre), Body(FirmA, AgencyKinds.LawFirm),
            Body(FirmB, AgencyKinds.LawFirm), Body(Bureau, AgencyKinds.JusticeBureau) with { Supervisor = null },
        }.Select(agency => pushed.Contains(agency.Id) ? agency with { Channel = new Channel.Push(new Uri("https://agency.test/events"), [], []) } : agency)),
        Calendars = calendars ?? Published(2026),
        Types = FrozenDictionary<ExchangeTypeId, ExchangeType>.Empty,
        Counsel = new CounselRegister([]),
        ResidentNumbers = ResidentNumberRules.Demonstration,
        Files = [],
    };

    /// <summary>The snapshot after an operator took an agency's file away.</summary>
    public static ConfigurationSnapshot Without(ConfigurationSnapshot snapshot, AgencyId gone) =>
        snapshot with { Agencies = new AgencyDirectory(snapshot.Agencies.All.Where(agency => agency.Id != gone)) };

    /// <summary>A national calendar without holidays in which these years are published.</summary>
    public static CalendarCatalogue Published(params int[] published) => new(
    [
        new CalendarLayer(
            "cn", $"test.{published.Length}", CalendarLayer.Nation, "全国", "Nation", Yearly: true,
            new EquatableList<CalendarYear>(published.Select(year => new CalendarYear(year, YearStatus.Published, default, default)))),
    ]);

    private static Agency Body(AgencyId id, string kind) => new()
    {
        Id = id,
        Kind = kind,
        Title = new LocalizedText(id.Value, id.Value),
        Region = RegionCode.Nanning,
        Supervisor = Bureau,
        CourtCode = null,
        Serves = [],
        Programmes = [],
        Channel = new Channel.Mailbox(),
        Clients = [],
    };

    private static RoleDefinition Role(string name, params ImmutableArray<string> openTo) =>
        new(new RoleName(name), new LocalizedText(name, name), ["said"], openTo);

    private static StateDefinition State(string name, bool final = false) => new(new StateName(name), new LocalizedText(name, name), final);

    private static StepDefinition Step(string name, string by, ImmutableArray<string> from, string? to, ViewChange view, params ImmutableArray<string> deliverTo) => new()
    {
        Name = new StepName(name),
        Title = new LocalizedText(name, name),
        By = [new RoleName(by)],
        From = [.. from.Select(state => new StateName(state))],
        To = to is null ? null : new StateName(to),
        Payload = "test.Payload",
        View = view,
        Parties = [],
        Releases = [],
        DeliverTo = [.. deliverTo.Select(role => new RoleName(role))],
        Overtakes = false,
        RequiredAttachments = [],
        Allow = [],
        Checks = [],
    };
}
