using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Exchange.Tests.Ledger;

namespace LegalAid.Gateway.Simulation.Engine;

/// <summary>
/// The agencies that ask: alone, again, and several at the same moment for the same thing. What got no answer is asked again with the same
/// id. Each answer is compared with the model's.
/// </summary>
internal sealed class EngineCallers(EngineWorld engine)
{
    private const int AttemptsMax = 20;
    private const int People = 6;
    private const int Racers = 3;
    private const string ReusedId = "REQUEST_ID_REUSED";
    private const string Contended = "CONTENDED";

    private readonly EngineModel _model = new();
    private readonly List<Request> _accepted = [];

    /// <summary>A command as its caller can make it again.</summary>
    /// <param name="Subjects">Whom an opening is about; empty for a step.</param>
    private sealed record Request(
        string Id, AgencyId Caller, StepName Step, ExchangeId? Exchange, ImmutableArray<string> Subjects, AgencyId Centre, Func<string, Task<CommandOutcome>> Ask);

    /// <summary>Does one thing of the seed's choice.</summary>
    public Task ActAsync(string what)
    {
        var kind = engine.Dice.Roll($"{what} kind");
        return kind switch
        {
            < 0.30 => OneAsync(Open(what, OpeningSubjects(what))),
            < 0.42 when _accepted.Count > 0 => RepeatAsync(what),
            < 0.60 => RaceAsync(what),
            _ when _model.Exchanges.Count > 0 => OneAsync(Step(what, Pick(what).Id, CallerOf(what), StepOf(what))),
            _ => OneAsync(Open(what, OpeningSubjects(what))),
        };
    }

    private async Task OneAsync(Request request)
    {
        var expected = Expected(request);
        var code = await AskAsync(request);
        Expect(request, expected, code);
    }

    /// <summary>The same again gets the first answer; other content under the same id is refused.</summary>
    private async Task RepeatAsync(string what)
    {
        var request = _accepted[engine.Dice.Roll($"{what} which", _accepted.Count)];
        if (engine.Dice.Roll($"{what} other") < 0.3)
        {
            Expect(request, ReusedId, await CodeAsync(request, "other content"));
        }
        else
        {
            Expect(request, EngineModel.Accepted, await AskAsync(request));
        }
    }

    private Task RaceAsync(string what)
    {
        var kind = engine.Dice.Roll($"{what} race");
        if (kind < 0.3 || _model.Exchanges.Count == 0)
        {
            // Several ask about one person at once: one of them has it, or nobody where it is taken.
            var subject = OpeningSubjects(what)[..1];
            var free = _model.AnswerToOpening(subject) == EngineModel.Accepted;
            return RaceAsync(Racers, racer => Open($"{what} {racer}", subject), EngineModel.HoldTaken, free ? 1 : 0);
        }

        var exchange = Pick(what);
        var open = exchange.State == SmallExchange.Asked;
        if (kind < 0.5)
        {
            // An answer against a withdrawal: one of them ends the exchange.
            return RaceAsync(
                2,
                racer => racer == 0 ? Step($"{what} 0", exchange.Id, exchange.Centre, SmallExchange.Answer) : Step($"{what} 1", exchange.Id, SmallExchange.CourtId, SmallExchange.Withdraw),
                EngineModel.StateWrong, open ? 1 : 0);
        }

        // Notes do not exclude each other; nor does a request that runs beside itself.
        var same = kind < 0.75;
        return RaceAsync(
            Racers, racer => Step(same ? what : $"{what} {racer}", exchange.Id, SmallExchange.CourtId, SmallExchange.Note), EngineModel.StateWrong, open ? Racers : 0);
    }

    private async Task RaceAsync(int racers, Func<int, Request> requestOf, string refusal, int winners)
    {
        var requests = Enumerable.Range(0, racers).Select(requestOf).ToList();
        var codes = await Task.WhenAll(requests.Select(request => Task.Run(() => AskAsync(request))));
        if (codes.Count(code => code == EngineModel.Accepted) != winners || codes.Any(code => code != EngineModel.Accepted && code != refusal))
        {
            engine.Journal.Fault($"race {requests[0].Step} {requests[0].Id}: {winners} must win, the answers are {string.Join(", ", codes.Select(Word))}");
        }
    }

    /// <summary>Asks until there is an answer, and writes it down. The code of the refusal, or none.</summary>
    private async Task<string> AskAsync(Request request)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            switch (await TryAsync(request, request.Id))
            {
                case CommandOutcome.Accepted accepted:
                    Keep(request, accepted);
                    return EngineModel.Accepted;
                case CommandOutcome.Refused refused when CodeOf(refused) is var code && code != Contended:
                    engine.Journal.Refuse(request.Caller, request.Step.Value, request.Id, request.Exchange, code);
                    return code;
                default:
                    continue;
            }
        }

        engine.Journal.Fault($"{request.Step} {request.Id} has no answer");
        return Contended;
    }

    private async Task<string> CodeAsync(Request request, string content)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            switch (await TryAsync(request, content))
            {
                case CommandOutcome.Refused refused:
                    return CodeOf(refused);
                case CommandOutcome.Accepted:
                    return EngineModel.Accepted;
            }
        }

        return Contended;
    }

    /// <summary>Null where the store failed and nobody knows what became of it.</summary>
    private static async Task<CommandOutcome?> TryAsync(Request request, string content)
    {
        try
        {
            return await request.Ask(content);
        }
        catch (IOException)
        {
            return null; // planted
        }
    }

    private void Keep(Request request, CommandOutcome.Accepted accepted)
    {
        engine.Journal.Accept(request.Caller, request.Step.Value, request.Id, accepted, request.Subjects);
        lock (_model)
        {
            foreach (var (answer, subject) in accepted.Answers.Zip(request.Subjects))
            {
                _model.Opened(answer.Exchange.Id, subject, request.Centre);
            }

            if (request.Exchange is { } exchange)
            {
                _model.Taken(exchange, request.Step);
            }

            if (_accepted.All(earlier => earlier.Id != request.Id))
            {
                _accepted.Add(request);
            }
        }
    }

    private string Expected(Request request) => request.Exchange is { } exchange
        ? _model.AnswerTo(exchange, request.Caller, request.Step)
        : _model.AnswerToOpening(request.Subjects);

    private void Expect(Request request, string expected, string code)
    {
        if (code != expected)
        {
            engine.Journal.Fault($"{request.Step} {request.Id} of {request.Caller} must be {Word(expected)} and is {Word(code)}");
        }
    }

    private Request Open(string what, ImmutableArray<string> subjects)
    {
        var centre = engine.Dice.Roll($"{what} centre") < 0.7 ? SmallExchange.CentreId : SmallExchange.OtherCentreId;
        return new Request(what, SmallExchange.CourtId, SmallExchange.Ask, null, subjects, centre, text => engine.World.Ledger.OpenAsync(
            new OpenCommand(SmallExchange.CourtId, SmallExchange.Id, [.. subjects.Select(subject => Opening(subject, centre, text))], what), CancellationToken.None));
    }

    private static Opening Opening(string subject, AgencyId centre, string text)
    {
        var opening = LedgerScene.Opening(number: subject);
        (opening.Payload["centre"], opening.Payload["text"]) = (centre.ResourceName, text);
        return opening;
    }

    private Request Step(string what, ExchangeId exchange, AgencyId caller, StepName step) => new(
        what, caller, step, exchange, [], default, text => engine.World.Ledger.TakeAsync(
            new StepCommand(caller, exchange, step, Payload(step, text), [], what), CancellationToken.None));

    private static JsonObject Payload(StepName step, string text) => step == LedgerScene.Involve
        ? new JsonObject { ["firm"] = LedgerScene.Firm.ResourceName, ["detention"] = LedgerScene.Detention.ResourceName, ["text"] = text }
        : SmallExchange.Text(text);

    /// <summary>One person, or two different ones.</summary>
    private ImmutableArray<string> OpeningSubjects(string what)
    {
        var first = engine.Dice.Roll($"{what} person", People);
        var second = (first + 1 + engine.Dice.Roll($"{what} second", People - 1)) % People;
        return engine.Dice.Roll($"{what} people") < 0.3 ? [LedgerScene.Number(first + 1), LedgerScene.Number(second + 1)] : [LedgerScene.Number(first + 1)];
    }

    private ModelExchange Pick(string what) => _model.Exchanges[engine.Dice.Roll($"{what} exchange", _model.Exchanges.Count)];

    private AgencyId CallerOf(string what) => engine.Dice.Roll($"{what} caller") switch
    {
        < 0.55 => SmallExchange.CourtId,
        < 0.90 => Pick(what).Centre,
        _ => SmallExchange.BureauId,
    };

    private StepName StepOf(string what) => engine.Dice.Roll($"{what} step") switch
    {
        < 0.45 => SmallExchange.Note,
        < 0.65 => SmallExchange.Answer,
        < 0.80 => LedgerScene.Involve,
        _ => SmallExchange.Withdraw,
    };

    private static string CodeOf(CommandOutcome.Refused refused) => refused.Faults[0].Code.Code;

    private static string Word(string code) => code.Length == 0 ? "accepted" : code;
}
