using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Agencies.Verification;

/// <summary>What every run uses.</summary>
internal sealed record VerificationParts(
    ExchangeLedger Ledger, ISnapshotSource Configuration, CivilClock Civil, AnswerRegister Register, SourceDesk Sources, IIdSource Ids, TimeProvider Time,
    ILogger<VerificationDesk> Logger)
{
    /// <summary>What comes next for the verification by the configuration of now; <c>Step</c> is null where nothing is to be recorded.</summary>
    public (VerificationMove Move, VerificationReading Reading, OwnStep? Step) Decide(ExchangeId id, ExchangeState state, VerificationNews news, DateTimeOffset now)
    {
        var snapshot = Configuration.Current;
        var reading = VerificationReading.Of(state, snapshot);
        var move = VerificationMoves.Next(state, reading, news, new SourceRoutes(snapshot, reading, now), () => AskIds.New(id, Ids), now);
        return (move, reading, move.Step is { } step ? new OwnStep(step, move.Progress.ToJson()) : null);
    }
}

/// <summary>
/// Works on one verification until nothing is under way.
/// <list type="number">
/// <item>where a round begins, what the register still holds of the person is taken over (of an application, before it is committed: <see cref="VerificationDesk"/>);</item>
/// <item>the next move is decided on the exchange as it stands, with all news, and committed: the questions before they go out, the answers with what follows from them;</item>
/// <item>the questions go out side by side;</item>
/// <item>an answer, or a step of the centre, leads back to 2; an answer that settles nothing waits a moment for those under way and is recorded with them.</item>
/// </list>
/// The process may die anywhere: a question that was committed without an answer is asked again under the same id; an answer that was not committed never came.
/// </summary>
internal sealed class VerificationRun(ExchangeId id, VerificationParts parts, VerificationOptions options)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly RunInbox _inbox = new();
    private readonly TaskCompletionSource<ExchangeReading?> _roundOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> _underWay = new(StringComparer.Ordinal);
    private HeldExchange? _held;
    private Told? _told;
    private VerificationReading? _reading;

    /// <summary>Answers that wait for others, and since when the first does.</summary>
    private (VerificationNews News, long Since)? _gathered;

    /// <summary>Completes when a round of asking is over, with the verification as it left it; or when the run is, with nothing.</summary>
    public Task<ExchangeReading?> RoundOver => _roundOver.Task;

    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Leads to another look at the exchange. False where the run has ended.</summary>
    /// <param name="held">The exchange as it is to be looked at; null: it is read.</param>
    public bool TryWake(HeldExchange? held)
    {
        Volatile.Write(ref _told, new Told(held));
        return _inbox.TryPost(VerificationNews.None);
    }

    public void Start(Action<VerificationRun> ended, CancellationToken stopping) => Completion = Task.Run(
        async () =>
        {
            try
            {
                await WorkAsync(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                // The node stops; another one, or this one later, goes on from the exchange.
            }
            catch (Exception e)
            {
                // The run's edge: the sweep comes back to the verification.
                Log.RunFailed(parts.Logger, e, id);
            }
            finally
            {
                _inbox.Abandon();
                _roundOver.TrySetResult(null);
                ended(this);
            }
        },
        CancellationToken.None);

    private async Task WorkAsync(CancellationToken stopping)
    {
        while (await NextNewsAsync(stopping) is { } news)
        {
            VerificationMove? move;
            do
            {
                // 1 and 2.
                move = FirstQuestions(news) ?? await MoveAsync(news, stopping);
                if (move is null)
                {
                    return;
                }

                // 3.
                foreach (var ask in move.Asks)
                {
                    Send(ask, stopping);
                }

                news = VerificationNews.None;
            }
            while (move.Step == VerificationMoves.Reopen);

            if (move.Ended)
            {
                _roundOver.TrySetResult(_held?.Reading);
            }
        }
    }

    /// <summary>All news that there is, waiting for the first; null where nothing is under way that could bring any.</summary>
    private async ValueTask<VerificationNews?> NextNewsAsync(CancellationToken stopping)
    {
        if (_gathered is null && _underWay.Count == 0 && _inbox.TryClose())
        {
            return null;
        }

        var news = await TakeAsync(stopping);
        _underWay.ExceptWith(news.Results.Select(result => result.Ask));
        if (Interlocked.Exchange(ref _told, null) is { } told && !(told.Held?.Reading.Version <= _held?.Reading.Version))
        {
            _held = told.Held;
        }

        return RunInbox.Joined(_gathered?.News, news);
    }

    /// <summary>News; none where the answers that wait have waited long enough.</summary>
    private async ValueTask<VerificationNews> TakeAsync(CancellationToken stopping)
    {
        if (_gathered is not var (_, since))
        {
            return await _inbox.TakeAsync(stopping);
        }

        var left = options.GatherAnswers - parts.Time.GetElapsedTime(since);
        if (left <= TimeSpan.Zero)
        {
            return VerificationNews.None;
        }

        using var enough = new CancellationTokenSource(left, parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, stopping);
        try
        {
            return await _inbox.TakeAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return VerificationNews.None;
        }
    }

    /// <summary>Whether all that there is to record are answers that settle nothing, while others may come any moment.</summary>
    private bool MayWait(VerificationMove move, VerificationNews news) =>
        move is { Step: not null, Ended: false, Asks.IsEmpty: true } && news.Reused.IsEmpty && news.Changes.IsEmpty && _underWay.Count > 0
        && (_gathered is not var (_, since) ? options.GatherAnswers > TimeSpan.Zero : parts.Time.GetElapsedTime(since) < options.GatherAnswers);

    /// <summary>
    /// What this run begins with where the exchange that it was told of ends with questions that the gateway has just decided on, as with an application
    /// (<see cref="VerificationDesk"/>): to decide again would find the same. Null otherwise.
    /// </summary>
    private VerificationMove? FirstQuestions(VerificationNews news)
    {
        if (_reading is not null || _held?.Reading.State is not { } state || news != VerificationNews.None
            || state.Type.FindStep(new StepName(state.Taken.MaxBy(taken => taken.Value.Ordinal).Key))?.IsGateways != true)
        {
            return null;
        }

        var reading = VerificationReading.Of(state, parts.Configuration.Current);
        var asks = reading.Progress.Asks.Where(ask => ask.State == AskState.Asked).ToImmutableArray();
        if (asks.IsEmpty)
        {
            return null;
        }

        _reading = reading;
        return new VerificationMove(Step: null, reading.Progress, asks, Ended: false);
    }

    /// <summary>Decides and commits; null where the exchange is gone or others keep it from being written.</summary>
    private async Task<VerificationMove?> MoveAsync(VerificationNews news, CancellationToken stopping)
    {
        var (until, isKnown) = (parts.Time.GetTimestamp(), false);
        while (true)
        {
            VerificationMove? move = null;
            VerificationReading? reading = null;
            ExchangeState? begins = null;
            var waits = false;
            var (written, held) = await parts.Ledger.TakeOwnAsync(
                id, _held,
                (state, now) =>
                {
                    (move, reading, var step) = parts.Decide(id, state, news, now);
                    begins = !isKnown && IsBeginning(state, reading, move) ? state : null;
                    waits = begins is null && MayWait(move, news);
                    return begins is null && !waits ? step : null;
                },
                stopping);
            _held = held;
            if (move is null || reading is null)
            {
                return null;
            }

            if (begins is not null)
            {
                (news, isKnown) = (news with { Reused = await parts.Register.FindAsync(id, begins, stopping) }, true);
                continue;
            }

            if (written || waits || move.Step is null)
            {
                _gathered = waits ? (news, _gathered?.Since ?? parts.Time.GetTimestamp()) : null;

                // With those of an earlier run, of this node or another, whose end was not recorded.
                _reading = reading;
                return move with { Asks = [.. move.Progress.Asks.Where(ask => ask.State == AskState.Asked && !_underWay.Contains(ask.Id))] };
            }

            if (parts.Time.GetElapsedTime(until) > options.StepPatience)
            {
                Log.StepNotTaken(parts.Logger, id);
                return null;
            }

            await Task.Delay(Pause, parts.Time, stopping);
        }
    }

    private void Send(AskRecord ask, CancellationToken stopping)
    {
        var reading = _reading ?? throw new InvalidOperationException("a question before the verification was read");
        _underWay.Add(ask.Id);
        _ = AskAsync();

        async Task AskAsync()
        {
            await Task.Yield(); // side by side, and none on the run's own time
            if (await parts.Sources.AskAsync(ask, reading, stopping) is { } result)
            {
                _inbox.TryPost(VerificationNews.None with { Results = [result] });
            }
        }
    }

    /// <summary>Whether a round is about to begin, or to end without a question: then, once, the register is asked.</summary>
    private static bool IsBeginning(ExchangeState state, VerificationReading reading, VerificationMove move) =>
        !state.Final && move.Step is not null && reading.Progress.Asks.All(ask => ask.Round != reading.Round);

    /// <summary>The exchange as somebody told it; null within: it is to be read.</summary>
    private sealed record Told(HeldExchange? Held);
}
