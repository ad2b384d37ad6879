using System.Collections.Immutable;
using System.Globalization;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Exchange.Tests.Ledger;

namespace LegalAid.Gateway.Simulation.Peers;

/// <summary>An exchange as it was opened.</summary>
internal sealed record PeerExchange(ExchangeId Id, PeersCity Home, AgencyId Court, AgencyId Centre, AgencyId Firm, bool IsClaim);

/// <summary>A request as its caller can make it again.</summary>
/// <param name="Text">Stands in its payload and in no other's.</param>
/// <param name="Centre">Whom an opening asks.</param>
internal sealed record PeerRequest(string Text, PeersCity City, PeerExchange? Exchange, AgencyId Agency, StepName Step, AgencyId Centre, Func<ExchangeLedger, Task<CommandOutcome>> Ask)
{
    /// <summary>The answer, once there was one.</summary>
    public CommandOutcome? Answer { get; set; }

    /// <summary>What an opening opened.</summary>
    public PeerExchange? Opened { get; set; }
}

/// <summary>The agencies of both cities: they open and act on what they take for the state of things, and ask again, with the same id, what was not answered.</summary>
internal sealed class PeersCallers(Dice dice, PeersCity north, PeersCity south, PeersHoldings holdings, PeersStory story)
{
    private const int ExchangesMax = 5;
    private static readonly StepName[] OfCourt = [SmallExchange.Note, SmallExchange.Note, PeersScene.Pause, PeersScene.Resume, PeersScene.Resume, SmallExchange.Withdraw];
    private static readonly StepName[] OfCentre = [PeersScene.Remark, PeersScene.Remark, PeersScene.Involve, PeersScene.Release, SmallExchange.Answer];

    public List<PeerExchange> Exchanges { get; } = [];

    public List<PeerRequest> Requests { get; } = [];

    public async Task ActAsync(string what)
    {
        foreach (var waiting in Requests.Where(request => request.Answer is null).ToList())
        {
            await AskAsync(waiting);
        }

        if (holdings.Next($"{what} of holdings", Requests) is { } claimed)
        {
            await AskAsync(claimed);
        }

        var (roll, questions) = (dice.Roll($"{what} kind"), Exchanges.Where(exchange => !exchange.IsClaim).ToList());
        if (questions.Count == 0 || (roll < 0.2 && questions.Count < ExchangesMax))
        {
            await AskAsync(Opening(what));
        }
        else if (roll > 0.92 && Requests[dice.Roll($"{what} again", Requests.Count)] is { Answer: CommandOutcome.Accepted first } again)
        {
            await RepeatAsync(again, first);
        }
        else
        {
            await AskAsync(Step(what, questions[dice.Roll($"{what} which", questions.Count)]));
        }
    }

    /// <summary>Asks what was never answered, until it is.</summary>
    public async Task<bool> FinishAsync()
    {
        foreach (var waiting in Requests.Where(request => request.Answer is null).ToList())
        {
            await AskAsync(waiting);
        }

        return Requests.All(request => request.Answer is not null);
    }

    private async Task AskAsync(PeerRequest request)
    {
        if (!Requests.Contains(request))
        {
            Requests.Add(request);
        }

        request.Answer = await request.City.VisitedAsync(request.Ask);
        story.Tell($"{request.Agency} {request.Step} {request.Exchange?.Id} {request.Text} -> {Told(request.Answer)}");
        if (request is { Exchange: null, Answer: CommandOutcome.Accepted { Answers: [var opened] } })
        {
            var firm = dice.Roll($"{request.Text} firm") < 0.5 ? CityNames.North.Firm : CityNames.South.Firm;
            request.Opened = new PeerExchange(opened.Exchange.Id, request.City, request.Agency, request.Centre, firm, IsClaim: opened.Exchange.State.Type.Id == PeersHoldings.Type.Id);
            Exchanges.Add(request.Opened);
        }
    }

    private async Task RepeatAsync(PeerRequest request, CommandOutcome.Accepted first)
    {
        if (await request.City.VisitedAsync(request.Ask) is { } answer && (answer as CommandOutcome.Accepted)?.Answers[0].Receipt.Jws != first.Answers[0].Receipt.Jws)
        {
            story.Faults.Enqueue($"{request.Text} was answered otherwise when it was asked again: {Told(answer)}");
        }
    }

    private PeerRequest Opening(string what)
    {
        var city = dice.Roll($"{what} city") < 0.5 ? north : south;
        var centre = (dice.Roll($"{what} own") < 0.3 == (city == north) ? north : south).Names.Centre;
        var opening = new Opening(SmallExchange.Question(centre, what), Documents(what));
        return new PeerRequest(what, city, Exchange: null, city.Names.Court, SmallExchange.Ask, centre, ledger => ledger.OpenAsync(
            new OpenCommand(city.Names.Court, SmallExchange.Id, [opening], what), LedgerWorld.Cancellation));
    }

    private PeerRequest Step(string what, PeerExchange exchange)
    {
        var who = dice.Roll($"{what} who");
        var (agency, steps) = who < 0.42 ? (exchange.Court, OfCourt) : who < 0.8 ? (exchange.Centre, OfCentre) : (exchange.Firm, [PeersScene.Remark]);
        var step = steps[dice.Roll($"{what} step", steps.Length)];
        if ((step == SmallExchange.Withdraw || step == SmallExchange.Answer) && dice.Roll($"{what} early") < 0.6)
        {
            step = steps[0]; // what ends an exchange comes later
        }

        var payload = SmallExchange.Text(what);
        if (step == PeersScene.Involve)
        {
            payload["firm"] = exchange.Firm.ResourceName;
        }

        var city = north.Names.Agencies.Contains(agency) ? north : south;
        var documents = Documents(what);
        return new PeerRequest(what, city, exchange, agency, step, exchange.Centre, ledger => ledger.TakeAsync(
            new StepCommand(agency, exchange.Id, step, payload, documents, what), LedgerWorld.Cancellation));
    }

    private ImmutableArray<IncomingDocument> Documents(string what) => dice.Roll($"{what} document") < 0.3 ? [LedgerScene.Letter(string.Create(CultureInfo.InvariantCulture, $"document of {what}"))] : [];

    private static string Told(CommandOutcome? outcome) => outcome switch
    {
        null => "no answer",
        CommandOutcome.Accepted accepted => $"receipt {accepted.Answers[0].Receipt.Message}",
        CommandOutcome.Refused refused => string.Join(' ', refused.Faults.Select(fault => fault.Code.Code)),
        _ => $"{outcome}",
    };
}
