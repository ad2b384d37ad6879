using System.Collections.Concurrent;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Exchange.Ledger;
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
    }

    /// <summary>Takes the verification up, or wakes its run: something has happened to it.</summary>
    /// <returns>False where this node works on as many as it may; the sweep comes back to it.</returns>
    public bool Wake(ExchangeId id, VerificationNews? news = null)
    {
        while (!_stopping.IsCancellationRequested)
        {
            if (_runs.TryGetValue(id, out var present))
            {
                if (present.TryWake(news))
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
                run.TryWake(news);
                run.Start(ended => _runs.TryRemove(new KeyValuePair<ExchangeId, VerificationRun>(id, ended)), _stopping.Token);
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether this node works on it now.</summary>
    public bool IsRunning(ExchangeId id) => _runs.ContainsKey(id);

    /// <summary>Whether the round of asking that is under way here ended within the wait; true where none is.</summary>
    public async Task<bool> IsSettledWithinAsync(ExchangeId id, TimeSpan wait, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!_runs.TryGetValue(id, out var run))
        {
            return true;
        }

        using var passed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(run.RoundOver, Task.Delay(wait, time, passed.Token));
        await passed.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return run.RoundOver.IsCompleted;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends the runs; what they have not recorded is asked again by whoever goes on.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _ledger.Advanced -= OnAdvanced;
        await _stopping.CancelAsync();
        await Task.WhenAll(_runs.Values.Select(run => run.Completion)).WaitAsync(cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        _stopping.Dispose();
        return ValueTask.CompletedTask;
    }

    private void OnAdvanced(ExchangeReading reading)
    {
        if (reading.State.Type.Id.Value == VerificationReading.Type)
        {
            Wake(reading.Id);
        }
    }
}
