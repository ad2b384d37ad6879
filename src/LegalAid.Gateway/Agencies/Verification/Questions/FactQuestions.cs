using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Agencies.Verification.Questions;

/// <summary>
/// What the gateway does about questions in mailboxes: an answer is entered into the verification and then taken; a question whose verification is decided is first ended
/// there and then taken back. In that order, so that where the process dies in between the look at standing questions does it again: what is done already changes nothing.
/// </summary>
internal sealed class FactQuestions(ExchangeLedger ledger, ExchangeReader reader, ISnapshotSource configuration, OutsideNews news, CivilClock civil)
{
    public const string Type = "fact-question";
    private const string SourceRole = "source";
    public const string Asked = "asked", Answered = "answered";

    /// <summary>States of a verification in which no answer is waited for.</summary>
    private static readonly ImmutableHashSet<string> Decided = ["granted", "refused", "objected", "withdrawn", "closed"];

    /// <summary>States that keep no answer any more: a person has decided, or it is over.</summary>
    private static readonly ImmutableHashSet<string> Shut = Decided.Remove("granted");

    private static readonly StepName Take = new("take"), Withdraw = new("withdraw");

    public static bool IsDecided(ExchangeReading verification) => Decided.Contains(verification.State.State.Value);

    /// <summary>Does what is to be done about the question as it stands; nothing where that is nothing.</summary>
    public async Task AttendAsync(ExchangeReading question, CancellationToken cancellationToken)
    {
        if (question.Erased || question.State.View["question"] is not JsonObject asked || (string?)asked["id"] is not { } id || AskIds.VerificationOf(id) is not { } verification)
        {
            return;
        }

        switch (question.State.State.Value)
        {
            case Answered when QuestionAnswers.ResultOf(question.State, id, configuration.Current.Eligibility.Vocabulary, civil.Now) is { } result:
                var route = new SourceRoute(question.State.Parties[SourceRole], (string?)asked["connector"] ?? "");
                await TakeAsync(question.Id, verification, result with { From = route }, cancellationToken);
                break;
            case Asked when await IsOverAsync(verification, id, cancellationToken):
                await WithdrawAsync(question.Id, verification, id, cancellationToken);
                break;
            default:
                break;
        }
    }

    /// <summary>Takes back the questions of a verification that is decided.</summary>
    public async Task EndAsync(ExchangeReading verification, CancellationToken cancellationToken)
    {
        if (verification.Erased || !IsDecided(verification))
        {
            return;
        }

        var reading = VerificationReading.Of(verification.State, configuration.Current);
        foreach (var ask in reading.Progress.Asks.Where(ask => ask.IsOpen))
        {
            var query = new ExchangeQuery(reading.Centre, CountMax: 1, Types: [Type], Term: reader.TermOf("question", ask.Id));
            foreach (var question in await reader.ListWholeAsync(query, cancellationToken))
            {
                await AttendAsync(question, cancellationToken);
            }
        }
    }

    private async Task TakeAsync(ExchangeId question, ExchangeId verification, AskResult result, CancellationToken cancellationToken)
    {
        // Entered, or of no use any more: else a busy verification would lose the answer, and it is tried again with the next look.
        if (await news.EnterAsync(verification, VerificationNews.None with { Results = [result] }, cancellationToken)
            || await IsEndedAsync(verification, result.Ask, cancellationToken))
        {
            await ledger.TakeOwnAsync(question, (_, now) => new OwnStep(Take, new JsonObject { ["takeTime"] = Timestamps.Format(now) }), cancellationToken);
        }
    }

    private async Task WithdrawAsync(ExchangeId question, ExchangeId verification, string ask, CancellationToken cancellationToken)
    {
        var ended = new AskResult(ask, AskState.Unavailable, civil.Now, [], Fault: FaultWords.Withdrawn);
        if (await news.EnterAsync(verification, VerificationNews.None with { Results = [ended] }, cancellationToken)
            || await IsEndedAsync(verification, ask, cancellationToken))
        {
            await ledger.TakeOwnAsync(question, (_, now) => new OwnStep(Withdraw, new JsonObject { ["withdrawTime"] = Timestamps.Format(now) }), cancellationToken);
        }
    }

    /// <summary>Whether nobody waits for the answer: the verification is decided or gone, or the question ended there.</summary>
    private async Task<bool> IsOverAsync(ExchangeId verification, string ask, CancellationToken cancellationToken) =>
        await reader.FindWholeAsync(verification, cancellationToken) is not { Erased: false } reading || IsDecided(reading) || !IsOpen(reading.State, ask);

    /// <summary>Whether the verification can keep no answer to the question any more.</summary>
    private async Task<bool> IsEndedAsync(ExchangeId verification, string ask, CancellationToken cancellationToken) =>
        await reader.FindWholeAsync(verification, cancellationToken) is not { Erased: false } reading || Shut.Contains(reading.State.State.Value) || !IsOpen(reading.State, ask);

    private bool IsOpen(ExchangeState verification, string ask) =>
        VerificationReading.Of(verification, configuration.Current).Progress.Asks.Any(record => record.Id == ask && record.IsOpen);
}
