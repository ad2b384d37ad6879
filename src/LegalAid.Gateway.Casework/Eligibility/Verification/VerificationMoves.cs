using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Casework.Transitions;

namespace LegalAid.Gateway.Casework.Eligibility.Verification;

/// <summary>What comes next for a verification.</summary>
/// <param name="Step">The gateway's step; null where nothing is to be recorded.</param>
/// <param name="Progress">What the step records.</param>
/// <param name="Asks">Who is to be asked once the step is committed.</param>
/// <param name="Ended">Whether this round of asking is over, or the verification left it.</param>
public sealed record VerificationMove(StepName? Step, Progress Progress, ImmutableArray<AskRecord> Asks, bool Ended);

/// <summary>What the gateway learned since the last move.</summary>
/// <param name="Results">How questions ended.</param>
/// <param name="Reused">Answers of the register, for the beginning of a round.</param>
/// <param name="Changes">What bodies reported as changed.</param>
public sealed record VerificationNews(ImmutableArray<AskResult> Results, ImmutableArray<AnswerRecord> Reused, ImmutableArray<SourceChange> Changes)
{
    public static readonly VerificationNews None = new([], [], []);

    /// <summary>It is time to look whether anybody is to be asked again; null: it is not.</summary>
    public RecheckPolicy? Recheck { get; init; }
}

/// <summary>A body's answers to these facts hold no longer (状态变更).</summary>
/// <param name="From">The first day on which it is otherwise.</param>
public sealed record SourceChange(string Body, ImmutableArray<string> Facts, DateOnly From)
{
    /// <param name="body">Kind of the agency that reports.</param>
    /// <param name="change"><c>legalaid.eligibility.v1.StatusChange</c>.</param>
    public static SourceChange? Of(string body, JsonObject change) =>
        Progress.Date(change, "effectiveDate") is { } from ? new SourceChange(body, change.Texts("facts"), from) : null;

    /// <summary>Whether the answer rests on what changed.</summary>
    public bool Concerns(AnswerRecord answer) => answer.Body == Body && Facts.Contains(answer.Fact) && (answer.ValidUntil is null || answer.ValidUntil >= From);
}

/// <summary>
/// Decides what a verification does next: a pure function of the exchange, the news, the configuration and the civil time.
/// <list type="number">
/// <item>The news is entered into the record; an ended question does not end twice.</item>
/// <item>The pack decides on all that is known.</item>
/// <item>Settled: the finding. Somebody still to answer in this round: wait.</item>
/// <item>Else whom to ask next: the fewest bodies whose answers could settle it, of those that can and may be asked.</item>
/// <item>Nobody is left to ask: the finding that the facts give, unless an answer is still to come by itself.</item>
/// </list>
/// Outside of a round (late answers, questions that are asked again: <see cref="Rechecks"/>) the record is kept, and where it changes the outcome, or whom it is worth
/// asking, a new round begins.
/// </summary>
public static class VerificationMoves
{
    private const string Checking = "checking";

    /// <summary>Most questions of one verification; beyond it nobody is asked.</summary>
    private const int AsksMax = 500;

    private static readonly StepName Record = new("record");

    /// <summary>The step that begins a new round of checking.</summary>
    public static readonly StepName Reopen = new("reopen");

    /// <param name="newAskId">Gives the ids of questions; called once for each.</param>
    public static VerificationMove Next(
        ExchangeState state, VerificationReading reading, VerificationNews news, ISourceRoutes routes, Func<string> newAskId, DateTimeOffset now)
    {
        // 1. The news.
        var progress = OverdueQuestions.End(Enter(reading, news), routes, now);
        var learned = !ReferenceEquals(progress, reading.Progress);

        // 2. Decide.
        var today = now.CivilDate();
        if (state.Final || reading.DecideOn(today, progress) is not { } found)
        {
            return new VerificationMove(null, progress, [], Ended: true);
        }

        if (state.State.Value != Checking)
        {
            return Outside(state, reading, news, found, progress, routes, newAskId, now);
        }

        // 3. Settled, or somebody is still to answer.
        if (found.IsSettled)
        {
            return Found(found, progress, now);
        }

        if (progress.Asks.Any(ask => ask.Round == reading.Round && ask.State == AskState.Asked))
        {
            return new VerificationMove(learned ? Record : null, progress, [], Ended: false);
        }

        // 4. Whom to ask next.
        if (Asks(reading, found, progress, routes, newAskId, today, now) is { IsEmpty: false } asks)
        {
            return new VerificationMove(Record, progress with { Asks = progress.Asks.AddRange(asks) }, asks, Ended: false);
        }

        // 5. Nobody is left.
        return progress.Asks.Any(ask => ask.State == AskState.Later)
            ? new VerificationMove(learned ? Record : null, progress, [], Ended: true)
            : Found(found, progress, now);
    }

    /// <summary>No round is under way.</summary>
    private static VerificationMove Outside(
        ExchangeState state, VerificationReading reading, VerificationNews news, Determination found, Progress progress, ISourceRoutes routes, Func<string> newAskId, DateTimeOffset now)
    {
        // A person's refusal stands whatever comes later; what came is on record all the same, for the review.
        if (!ReferenceEquals(progress, reading.Progress))
        {
            var goesOn = (state.Type.FindStep(Reopen)?.From.Contains(state.State) == true && ChangesOutcome(found, progress))
                || (Rechecks.IsUndecided(state) && !Asks(reading, found, progress, routes, newAskId, now.CivilDate(), now).IsEmpty);
            return goesOn ? new VerificationMove(Reopen, progress, [], Ended: true)
                : new VerificationMove(Record, progress.Answers.SequenceEqual(reading.Progress.Answers) ? progress : With(progress, found, now), [], Ended: true);
        }

        if (news.Recheck is { } policy && Rechecks.Due(state, reading, found, policy, now) is { Count: > 0 } due)
        {
            var asks = Questions(reading, due, routes, newAskId, now.CivilDate(), now);
            return new VerificationMove(asks.IsEmpty ? null : Record, progress with { Asks = progress.Asks.AddRange(asks) }, asks, Ended: true);
        }

        return new VerificationMove(null, progress, [], Ended: true);
    }

    private static VerificationMove Found(Determination found, Progress progress, DateTimeOffset now) =>
        new(StepOf(found.Outcome), With(progress, found, now), [], Ended: true);

    private static Progress With(Progress progress, Determination found, DateTimeOffset now) =>
        progress with { Findings = progress.Findings.Add(FindingRecord.Of(found, now)) };

    private static StepName StepOf(Outcome outcome) => new(outcome switch
    {
        Outcome.Eligible or Outcome.DraftingOnly => "find-eligible",
        Outcome.UndertakingAccepted or Outcome.Provisional => "find-provisional",
        Outcome.EvidenceNeeded => "find-evidence-needed",
        Outcome.PersonDecides or Outcome.RefusalProposed => "find-for-person",
        _ => throw new InvalidOperationException($"outcome {outcome}"),
    });

    private static bool ChangesOutcome(Determination found, Progress progress) =>
        progress.Findings.IsEmpty || progress.Findings[^1].Outcome != found.Outcome;

    private static ImmutableArray<AskRecord> Asks(
        VerificationReading reading, Determination found, Progress progress, ISourceRoutes routes, Func<string> newAskId, DateOnly today, DateTimeOffset now)
    {
        // A body that answered may be asked for more, as no more was asked for than could settle it; one that did not answer is left for this round.
        var round = progress.Asks.Where(ask => ask.Round == reading.Round).ToList();
        var asked = round.SelectMany(ask => ask.Facts.Select(fact => (ask.Body, fact))).ToHashSet();
        var silent = round.Where(ask => ask.State is not (AskState.Confirmed or AskState.Refuted)).Select(ask => ask.Body).ToHashSet(StringComparer.Ordinal);
        var plan = AskingPlans.Next(found, (body, fact) =>
            !body.IsAtHand && !silent.Contains(body.Name) && !asked.Contains((body.Name, fact.Name)) && reading.Authorisation?.Covers(fact, today) == true
            && routes.Find(body, fact) is not null);
        return Questions(reading, from ask in plan.Asks from fact in ask.Facts select (ask.Body, fact), routes, newAskId, today, now);
    }

    /// <summary>One question for each body and way; none for what the authorisation does not cover or there is no way to.</summary>
    private static ImmutableArray<AskRecord> Questions(
        VerificationReading reading, IEnumerable<(SourceBody Body, FactDefinition Fact)> wanted, ISourceRoutes routes, Func<string> newAskId, DateOnly today, DateTimeOffset now) =>
        reading.Progress.Asks.Length >= AsksMax ? [] :
        [
            .. from one in wanted
               where reading.Authorisation?.Covers(one.Fact, today) == true
               group one.Fact by (one.Body, Route: routes.Find(one.Body, one.Fact)) into facts
               where facts.Key.Route is not null
               select new AskRecord(
                   newAskId(), reading.Round, facts.Key.Body.Name, facts.Key.Route.Agency, facts.Key.Route.Connector, [.. facts.Select(fact => fact.Name)], AskState.Asked, now),
        ];

    private static Progress Enter(VerificationReading reading, VerificationNews news)
    {
        var progress = reading.Progress;
        var reused = news.Reused.Where(answer => !progress.Answers.Any(known => known.Ask == answer.Ask && known.Fact == answer.Fact)).ToList();
        progress = reused.Count == 0 ? progress : progress with { Answers = progress.Answers.AddRange(reused) };
        foreach (var change in news.Changes.Where(change => progress.Answers.Any(change.Concerns)))
        {
            progress = progress with { Answers = [.. progress.Answers.Select(answer => change.Concerns(answer) ? answer with { ValidUntil = change.From.AddDays(-1) } : answer)] };
        }

        foreach (var result in news.Results)
        {
            var place = progress.Asks.IndexOf(progress.Asks.FirstOrDefault(ask => ask.Id == result.Ask)!); // absent: -1
            if (place < 0 || !progress.Asks[place].IsOpen || progress.Asks[place].State == result.State
                || (result.From is { } from && from != new SourceRoute(progress.Asks[place].Agency, progress.Asks[place].Connector)))
            {
                continue;
            }

            var ask = progress.Asks[place];
            var answers = result.Answers.Where(answer => ask.Facts.Contains(answer.Fact.Name)).ToList();
            var state = result.State is AskState.Confirmed or AskState.Refuted
                ? answers.Exists(answer => Contradicts(reading, answer)) ? AskState.Refuted : AskState.Confirmed
                : result.State;
            progress = progress with
            {
                Asks = progress.Asks.SetItem(place, ask with
                {
                    State = state, EndedAt = state == AskState.Later ? null : result.EndedAt, Fault = result.Fault, AnswerDigest = result.AnswerDigest,
                }),
                Answers = progress.Answers.AddRange(answers.Select(answer => new AnswerRecord(
                    answer.Fact.Name, answer.Value.Text(answer.Fact), ask.Body, ask.Id, answer.AnsweredOn, answer.ValidUntil))),
            };
        }

        return progress;
    }

    private static bool Contradicts(VerificationReading reading, AskedFactAnswer answer) =>
        reading.Supplied.Any(stated => stated.Fact.Name == answer.Fact.Name && stated.Value != answer.Value);
}
