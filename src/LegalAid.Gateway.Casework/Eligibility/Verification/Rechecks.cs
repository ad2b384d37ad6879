using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Casework.Transitions;

namespace LegalAid.Gateway.Casework.Eligibility.Verification;

/// <summary>When a body is asked again by itself. All in civil time.</summary>
/// <param name="RetryFirst">After a body did not answer; doubled each time that it does not.</param>
/// <param name="RetryMax">The longest time between two such questions, and the shortest between two refreshes.</param>
/// <param name="RefreshDays">How many days before an answer ends to hold it is asked for again.</param>
public sealed record RecheckPolicy(TimeSpan RetryFirst, TimeSpan RetryMax, int RefreshDays)
{
    /// <summary>A quarter of an hour, a day, three days.</summary>
    public static readonly RecheckPolicy Usual = new(TimeSpan.FromMinutes(15), TimeSpan.FromDays(1), RefreshDays: 3);
}

/// <summary>
/// What is asked again outside of a round of asking, without anybody's doing: facts that could still change the outcome and whose body did not answer (it may have
/// recovered), and answers that aid rests on and that soon hold no longer. The verification stays in its state meanwhile; only an answer that changes something begins a
/// round. A body that knows nobody of the name (<see cref="AskState.NoMatch"/>) has answered.
/// </summary>
public static class Rechecks
{
    private const int DoublingsMax = 20;

    /// <summary>Whether more facts can still help: nothing is granted yet for good, and no person has refused.</summary>
    public static bool IsUndecided(ExchangeState state) => state.State.Value is "provisional" or "evidence-needed" or "for-person";

    /// <summary>The facts to be asked for now and their bodies; none while a question is open.</summary>
    /// <param name="found">What the pack finds on today's facts.</param>
    public static IReadOnlyList<(SourceBody Body, FactDefinition Fact)> Due(
        ExchangeState state, VerificationReading reading, Determination found, RecheckPolicy policy, DateTimeOffset now)
    {
        if (reading.Progress.Asks.Any(ask => ask.IsOpen))
        {
            return [];
        }

        return
        [
            .. IsUndecided(state) ? found.Open.SelectMany(fact => fact.Bodies.Where(body => IsRetryDue(reading.Progress, body, fact, policy, now)).Select(body => (body, fact))) : [],
            .. state.State.Value is "granted" or "provisional" ? Expiring(reading.Progress, found, policy, now) : [],
        ];
    }

    private static bool IsRetryDue(Progress progress, SourceBody body, FactDefinition fact, RecheckPolicy policy, DateTimeOffset now)
    {
        var tries = AsksOf(progress, body.Name, fact.Name).Reverse().TakeWhile(ask => ask.State == AskState.Unavailable).ToList();
        return tries.Count > 0 && now - (tries[0].EndedAt ?? tries[0].AskedAt) >= Wait(policy, tries.Count);
    }

    private static IEnumerable<(SourceBody Body, FactDefinition Fact)> Expiring(Progress progress, Determination found, RecheckPolicy policy, DateTimeOffset now)
    {
        var (vocabulary, today) = (found.Case.Facts.Vocabulary, now.CivilDate());
        foreach (var answer in progress.Answers)
        {
            if (vocabulary.Find(answer.Fact) is { } fact
                && fact.Bodies.FirstOrDefault(body => body.Name == answer.Body) is { } body
                && found.Used(fact) is { } used && used.Source == answer.Body && used.AnsweredOn == answer.AnsweredOn
                && LastDayOf(answer, fact) is { } last && today >= last.AddDays(-policy.RefreshDays)
                && (AsksOf(progress, answer.Body, answer.Fact).LastOrDefault() is not { } before || now - before.AskedAt >= policy.RetryMax))
            {
                yield return (body, fact);
            }
        }
    }

    /// <summary>The last day on which the answer holds, by the body's word or the vocabulary's; null: it holds always.</summary>
    private static DateOnly? LastDayOf(AnswerRecord answer, FactDefinition fact)
    {
        var byAge = fact.ValidDays is { } days ? answer.AnsweredOn.AddDays(days) : (DateOnly?)null;
        return answer.ValidUntil is { } until && (byAge is null || until < byAge) ? until : byAge;
    }

    private static IEnumerable<AskRecord> AsksOf(Progress progress, string body, string fact) => progress.Asks.Where(ask => ask.Body == body && ask.Facts.Contains(fact));

    private static TimeSpan Wait(RecheckPolicy policy, int tries)
    {
        var wait = policy.RetryFirst * Math.Pow(2, Math.Min(tries - 1, DoublingsMax));
        return wait < policy.RetryMax ? wait : policy.RetryMax;
    }
}
