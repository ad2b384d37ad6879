using System.Collections.Concurrent;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Options;

namespace LegalAid.Gateway.Agencies.Verification;

/// <summary>
/// The verifications that this node works on, one run each. A run is a convenience and never the truth: the exchange is, and whichever node finds one that stands still
/// goes on from it (<see cref="VerificationSweep"/>). Two nodes on the same one ask twice and record once.
/// </summary>
internal sealed class VerificationDesk : IHostedService, IAsyncDisposable
{
    private readonly ConcurrentDictionary<ExchangeId, VerificationRun> _runs = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ExchangeLedger _ledger;
    private readonly VerificationParts _parts;
    private readonly VerificationOptions _options;

    public VerificationDesk(ExchangeLedger ledger, VerificationParts parts, IOptions<VerificationOptions> options)
    {
        (_ledger, _parts, _options) = (ledger, parts, options.Value);
        _ledger.Advanced += OnAdvanced;
        _ledger.FollowUp = FollowUpAsync;
    }

    /// <summary>Takes the verification up, or wakes its run: something has happened to it.</summary>
    /// <param name="held">The verification after what happened; null: it is read.</param>
    /// <returns>False where this node works on as many as it may; the sweep comes back to it.</returns>
    public bool Wake(ExchangeId id, HeldExchange? held = null)
    {
        while (!_stopping.IsCancellationRequested)
        {
            if (_runs.TryGetValue(id, out var present))
            {
                if (present.TryWake(held))
                {
                    return true;
                }

                continue; // it just ended and takes itself off the list
            }

            if (_runs.Count >= _options.RunningMax)
            {
                return false;
            }

            var run = new VerificationRun(id, _parts, _options);
            if (_runs.TryAdd(id, run))
            {
                run.TryWake(held);
                run.Start(ended => _runs.TryRemove(new KeyValuePair<ExchangeId, VerificationRun>(id, ended)), _stopping.Token);
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether this node works on it now.</summary>
    public bool IsRunning(ExchangeId id) => _runs.ContainsKey(id);

    /// <summary>Waits for the end of the round of asking that is under way here.</summary>
    public async Task<RoundEnd> RoundOverAsync(ExchangeId id, TimeSpan wait, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!_runs.TryGetValue(id, out var run))
        {
            return RoundEnd.Unseen;
        }

        using var passed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(run.RoundOver, Task.Delay(wait, time, passed.Token));
        await passed.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return run.RoundOver.IsCompleted ? new RoundEnd(IsOver: true, await run.RoundOver) : RoundEnd.NotYet;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends the runs; what they have not recorded is asked again by whoever goes on.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _ledger.Advanced -= OnAdvanced;
        _ledger.FollowUp = null;
        await _stopping.CancelAsync();
        await Task.WhenAll(_runs.Values.Select(run => run.Completion)).WaitAsync(cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _stopping.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>What the gateway did by itself its run knows, or the sweep finds.</summary>
    private void OnAdvanced(Advance advance)
    {
        if (!advance.ByGateway && advance.Held.Reading.State.Type.Id.Value == VerificationReading.Type)
        {
            Wake(advance.Held.Reading.Id, advance.Held);
        }
    }

    /// <summary>
    /// What comes first, be it the first questions or a finding, is committed with the application itself: it waits for one sync of the disk in place of two. Where this node
    /// works on as many as it may, and where it cannot be decided, the application is taken all the same, and the run or the sweep goes on from it.
    /// </summary>
    private async ValueTask<OwnStep?> FollowUpAsync(ExchangeId id, ExchangeState state, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (state.Type.Id.Value != VerificationReading.Type || _stopping.IsCancellationRequested || _runs.Count >= _options.RunningMax)
        {
            return null;
        }

        try
        {
            var reused = await _parts.Register.FindAsync(id, state, cancellationToken);
            return _parts.Decide(id, state, VerificationNews.None with { Reused = reused }, now).Step;
        }
        catch (Exception e) when (e is not (OperationCanceledException or StoreUnavailableException))
        {
            Log.RunFailed(_parts.Logger, e, id);
            return null;
        }
    }
}

/// <summary>Whether a round of asking is over.</summary>
/// <param name="Reading">The verification as the round left it; null where it must be read.</param>
internal readonly record struct RoundEnd(bool IsOver, ExchangeReading? Reading)
{
    public static readonly RoundEnd NotYet = new(IsOver: false, Reading: null);

    /// <summary>None is under way here: it is over, or another node's.</summary>
    public static readonly RoundEnd Unseen = new(IsOver: true, Reading: null);
}
