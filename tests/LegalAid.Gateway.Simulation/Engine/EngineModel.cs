using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Exchange.Tests.Ledger;

namespace LegalAid.Gateway.Simulation.Engine;

/// <summary>An exchange as whoever keeps count outside of the gateway believes it to be.</summary>
internal sealed record ModelExchange(ExchangeId Id, string Subject, AgencyId Centre, StateName State);

/// <summary>
/// What the gateway must answer, by a few lines that know nothing of how it works: the steps of the small exchange and who may take
/// them, and one open question for each person.
/// </summary>
internal sealed class EngineModel
{
    public const string Accepted = "";
    public const string HoldTaken = "ALREADY_OPEN";
    public const string StateWrong = "STATE_WRONG";
    public const string NotYours = "STEP_NOT_YOURS";
    public const string NotFound = "NOT_FOUND";

    private readonly List<ModelExchange> _exchanges = [];

    public IReadOnlyList<ModelExchange> Exchanges => _exchanges;

    public bool IsAskedAbout(string subject) => _exchanges.Any(exchange => exchange.Subject == subject && exchange.State == SmallExchange.Asked);

    public string AnswerToOpening(IReadOnlyList<string> subjects) => subjects.Any(IsAskedAbout) ? HoldTaken : Accepted;

    /// <summary>The code of the refusal, or <see cref="Accepted"/>.</summary>
    public string AnswerTo(ExchangeId id, AgencyId caller, StepName step)
    {
        var exchange = Find(id);
        var centre = caller == exchange.Centre;
        return caller != SmallExchange.CourtId && !centre ? NotFound
            : centre != (step == SmallExchange.Answer || step == LedgerScene.Involve) ? NotYours
            : exchange.State != SmallExchange.Asked ? StateWrong
            : Accepted;
    }

    public void Opened(ExchangeId id, string subject, AgencyId centre)
    {
        if (_exchanges.All(exchange => exchange.Id != id))
        {
            _exchanges.Add(new ModelExchange(id, subject, centre, SmallExchange.Asked));
        }
    }

    public void Taken(ExchangeId id, StepName step)
    {
        var exchange = Find(id);
        _exchanges[_exchanges.IndexOf(exchange)] = exchange with
        {
            State = step == SmallExchange.Answer ? SmallExchange.Answered : step == SmallExchange.Withdraw ? SmallExchange.Withdrawn : exchange.State,
        };
    }

    private ModelExchange Find(ExchangeId id) => _exchanges.Single(exchange => exchange.Id == id);
}
