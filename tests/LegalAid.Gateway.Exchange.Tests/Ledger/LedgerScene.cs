using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;

namespace LegalAid.Gateway.Exchange.Tests.Ledger;

/// <summary>
/// The small exchange with all that a person brings: a hold, a search term, documents, a firm that comes and goes, and a detention centre
/// that may read an arrangement and nothing of the question.
/// </summary>
internal static class LedgerScene
{
    public static readonly AgencyId Firm = AgencyId.Parse("test-firm");
    public static readonly AgencyId Detention = AgencyId.Parse("test-detention-centre");
    public static readonly StepName Involve = new("involve");
    public static readonly StepName Release = new("release");

    public const string Name = "虚构受援人";
    public const string FileName = "虚构起诉书.pdf";
    public const string DocumentText = "Nobody is accused of anything in this invented document";

    public static ExchangeType Type { get; } = Build();

    public static ConfigurationSnapshot Snapshot()
    {
        var small = SmallExchange.Snapshot();
        var centre = small.Agencies.Get(SmallExchange.CentreId);
        return (small with
        {
            Agencies = new AgencyDirectory(
            [
                .. small.Agencies.All,
                centre with { Id = Firm, Kind = AgencyKinds.LawFirm, Serves = [] },
                centre with { Id = Detention, Kind = AgencyKinds.DetentionCentre, Serves = [] },
            ]),
            Types = new Dictionary<ExchangeTypeId, ExchangeType> { [Type.Id] = Type }.ToFrozenDictionary(),
        }).WithTypeRows();
    }

    /// <summary>The number of a synthetic person.</summary>
    public static string Number(int sequence) => Casework.Identifiers.ResidentNumber
        .Synthesise(Casework.Identifiers.RegionCode.Synthetic, new DateOnly(1990, 5, 4), sequence).ToString();

    public static Opening Opening(int person = 1, string? number = null, params ImmutableArray<IncomingDocument> documents)
    {
        var question = SmallExchange.Question();
        question["person"] = new JsonObject { ["name"] = Name, ["residentNumber"] = number ?? Number(person) };
        return new Opening(question, documents);
    }

    public static IncomingDocument Letter(string text = DocumentText) => new("letter", FileName, "application/pdf", Encoding.UTF8.GetBytes(text));

    public static Task<LedgerWorld> WorldAsync(Func<ILedgerStore, ILedgerStore>? decorate = null) => LedgerWorld.CreateAsync(Snapshot(), decorate);

    public static Task<CommandOutcome> OpenAsync(this LedgerWorld world, string requestId, params ImmutableArray<Opening> openings) =>
        world.Ledger.OpenAsync(new OpenCommand(SmallExchange.CourtId, SmallExchange.Id, openings, requestId), LedgerWorld.Cancellation);

    public static async Task<ImmutableArray<StepAnswer>> OpenedAsync(this LedgerWorld world, params ImmutableArray<Opening> openings) =>
        Assert.IsType<CommandOutcome.Accepted>(await world.OpenAsync($"open-{world.Ids.NewId()}", openings.IsEmpty ? [Opening()] : openings)).Answers;

    public static Task<CommandOutcome> TakeAsync(
        this LedgerWorld world, AgencyId caller, ExchangeId exchange, StepName step, JsonObject payload, string? requestId = null, long? version = null) =>
        world.Ledger.TakeAsync(
            new StepCommand(caller, exchange, step, payload, [], requestId ?? $"take-{world.Ids.NewId()}", version), LedgerWorld.Cancellation);

    public static async Task InvolveAsync(this LedgerWorld world, ExchangeId exchange) => Assert.IsType<CommandOutcome.Accepted>(await world.TakeAsync(
        SmallExchange.CentreId, exchange, Involve, new JsonObject { ["firm"] = Firm.ResourceName, ["detention"] = Detention.ResourceName, ["text"] = "会见" }));

    public static string[] Codes(CommandOutcome outcome) =>
        [.. Assert.IsType<CommandOutcome.Refused>(outcome).Faults.Select(fault => $"{fault.Field}: {fault.Code.Code}")];

    public static async Task<int> LeavesAsync(this LedgerWorld world, ExchangeId exchange) =>
        (await world.Store.ListLeavesAsync(exchange, null, 1000, LedgerWorld.Cancellation)).Length;

    private static ExchangeType Build()
    {
        var small = SmallExchange.Type;
        var note = small.Steps.Single(step => step.Name == SmallExchange.Note);
        var (firm, detention) = (new RoleName("firm"), new RoleName("detention-centre"));
        return small with
        {
            Digest = new string('b', 64),
            Roles =
            [
                .. small.Roles,
                new RoleDefinition(firm, new LocalizedText("律所", "Firm"), ["question", "arrangement"], []),
                new RoleDefinition(detention, new LocalizedText("看守所", "Detention centre"), ["arrangement"], []),
            ],
            Steps =
            [
                .. small.Steps,
                note with
                {
                    Name = Involve,
                    By = [SmallExchange.Centre],
                    View = new ViewChange.Put("arrangement"),
                    Parties =
                    [
                        new PartyRule(firm, PayloadPath.Parse("firm"), null, [AgencyKinds.LawFirm], Required: true),
                        new PartyRule(detention, PayloadPath.Parse("detention"), null, [AgencyKinds.DetentionCentre], Required: true),
                    ],
                    DeliverTo = [firm, detention],
                },
                note with { Name = Release, By = [SmallExchange.Centre], View = new ViewChange.Put("release"), Releases = [firm], DeliverTo = [firm] },
            ],
            Holds = [new HoldDefinition("case-person", [Formed("question.caseNumber", ComparedAs.CaseNumber), Formed("question.person", ComparedAs.Person)], [SmallExchange.Asked])],
            Search = [new SearchDefinition("resident-number", Formed("question.person.residentNumber", ComparedAs.ResidentNumber))],
        };
    }

    private static FormedPath Formed(string path, ComparedAs form) => new(PayloadPath.Parse(path), form);
}
