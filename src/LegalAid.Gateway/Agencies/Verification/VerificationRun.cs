using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Agencies.Verification;

/// <summary>What every run uses.</summary>
internal sealed record VerificationParts(
    ExchangeLedger Ledger, ISnapshotSource Configuration, CivilClock Civil, AnswerRegister Register, SourceDesk Sources, IIdSource Ids, TimeProvider Time,
    ILogger<VerificationDesk> Logger);

/// <summary>
/// Works on one verification until nothing is under way.
/// <list type="number">
/// <item>what the register still holds of the person is taken over;</item>
/// <item>the next move is decided on the exchange as it stands, with all news, and committed: the questions before they go out, the answers with what follows from them;</item>
/// <item>the questions go out side by side;</item>
/// <item>an answer, or a step of the centre, leads back to 2.</item>
/// </list>
/// The process may die anywhere: a question that was committed without an answer is asked again under the same id; an answer that was not committed never came.
/// </summary>
internal sealed class VerificationRun(ExchangeId id, VerificationParts parts, VerificationOptions options)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly RunInbox _inbox = new();
    private readonly TaskCompletionSource _roundOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> _underWay = new(StringComparer.Ordinal);
    private VerificationReading? _reading;

    /// <summary>Completes when a round of asking is over, or the run is.</summary>
    public Task RoundOver => _roundOver.Task;

    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Leads to another look at the exchange. False where the run has ended.</summary>
    public bool TryWake(VerificationNews? news) => _inbox.TryPost(news ?? VerificationNews.None);

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
                _roundOver.TrySetResult();
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
                var known = news with { Reused = await parts.Register.FindAsync(id, stopping) };
                move = await MoveAsync(known, stopping);
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
                _roundOver.TrySetResult();
            }
        }
    }

    /// <summary>All news that there is, waiting for the first; null where nothing is under way that could bring any.</summary>
    private async ValueTask<VerificationNews?> NextNewsAsync(CancellationToken stopping)
    {
        if (_underWay.Count == 0 && _inbox.TryClose())
        {
            return null;
        }

        var news = await _inbox.TakeAsync(stopping);
        _underWay.ExceptWith(news.Results.Select(result => result.Ask));
        return news;
    }

    /// <summary>Decides and commits; null where the exchange is gone or others keep it from being written.</summary>
    private async Task<VerificationMove?> MoveAsync(VerificationNews news, CancellationToken stopping)
    {
        var until = parts.Time.GetTimestamp();
        while (true)
        {
            VerificationMove? move = null;
            VerificationReading? reading = null;
            var written = await parts.Ledger.TakeOwnAsync(
                id,
                (state, now) =>
                {
                    var snapshot = parts.Configuration.Current;
                    reading = VerificationReading.Of(state, snapshot);
                    move = VerificationMoves.Next(state, reading, news, new SourceRoutes(snapshot, reading, now), NewAskId, now);
                    return move.Step is { } step ? new OwnStep(step, move.Progress.ToJson()) : null;
                },
                stopping);
            if (move is null || reading is null)
            {
                return null;
            }

            if (written || move.Step is null)
            {
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

    private string NewAskId() => AskIds.New(id, parts.Ids);
}
