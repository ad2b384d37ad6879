using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using LegalAid.Gateway.Agencies.Connectors;
using LegalAid.Gateway.Casework.Directory;
using Polly;
using Polly.CircuitBreaker;
using Polly.Hedging;
using Polly.RateLimiting;
using Polly.Retry;

namespace LegalAid.Gateway.Agencies.Verification;

/// <summary>
/// One pipeline for each connector, by the numbers of its configuration (<see cref="ConnectorPace"/>); kept over reloads that leave them as they are. From the outside in:
/// retries of what may pass, a breaker, a second attempt beside a slow one, a bound on attempts under way. Questions are queries: asking twice changes nothing.
/// </summary>
internal sealed class SourcePipelines : IDisposable
{
    private readonly ConcurrentDictionary<(AgencyId Agency, string Connector), SourcePipeline> _pipelines = new();
    private readonly Meter _meter = new("LegalAid.Gateway");
    private readonly TimeProvider _time;
    private readonly ILogger<SourcePipelines> _logger;

    public SourcePipelines(TimeProvider time, ILogger<SourcePipelines> logger)
    {
        (_time, _logger) = (time, logger);
        _meter.CreateObservableGauge(
            "legalaid.sources", () => Enum.GetValues<SourceStanding>().Select(standing => new Measurement<int>(
                States.Count(state => state.Standing == standing), new KeyValuePair<string, object?>("standing", standing.ToString()))),
            "{source}", "Connectors that were asked, by whether they are asked now");
    }

    /// <summary>How each connector that was asked since the start fares.</summary>
    public IEnumerable<SourceState> States => _pipelines.Select(one => one.Value.StateOf(one.Key.Agency, one.Key.Connector));

    public void Dispose() => _meter.Dispose();

    public SourcePipeline Of(Agency agency, FactConnector connector)
    {
        var key = (agency.Id, connector.Id);
        return _pipelines.TryGetValue(key, out var present) && present.Pace == connector.Pace
            ? present
            : _pipelines.AddOrUpdate(key, _ => New(), (_, other) => other.Pace == connector.Pace ? other : New());

        SourcePipeline New() => new(agency.Id, connector.Id, connector.Pace, _time, _logger);
    }
}

/// <summary>The way to one connector.</summary>
internal sealed class SourcePipeline
{
    /// <summary>Questions that wait for their turn at one connector; further ones are told that it is busy.</summary>
    private const int QueueMax = 2_000;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200), RetryAfterMax = TimeSpan.FromSeconds(10);

    private readonly ResiliencePipeline<FactAnswer> _pipeline;
    private readonly CircuitBreakerStateProvider _breaker = new();
    private readonly TimeProvider _time;
    private long _asked, _underWay, _failed;
    private SourceFailure? _lastFailure;

    public SourcePipeline(AgencyId agency, string connector, ConnectorPace pace, TimeProvider time, ILogger logger)
    {
        (Pace, _time) = (pace, time);
        var builder = new ResiliencePipelineBuilder<FactAnswer> { TimeProvider = time };
        if (pace.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<FactAnswer>
            {
                ShouldHandle = new PredicateBuilder<FactAnswer>().HandleResult(answer => answer is FactAnswer.Unavailable { Retryable: true }),
                MaxRetryAttempts = pace.Retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = RetryDelay,
                DelayGenerator = given => ValueTask.FromResult(given.Outcome.Result is FactAnswer.Unavailable { RetryAfter: { } asked } ? TimeSpan.FromTicks(Math.Min(asked.Ticks, RetryAfterMax.Ticks)) : (TimeSpan?)null),
            });
        }

        builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions<FactAnswer>
        {
            ShouldHandle = new PredicateBuilder<FactAnswer>().HandleResult(answer => answer is FactAnswer.Unavailable { Fault: not ConnectorFault.NotAskable }),
            FailureRatio = pace.Breaker.FailurePercent / 100.0,
            MinimumThroughput = pace.Breaker.AttemptsMin,
            SamplingDuration = pace.Breaker.Window,
            BreakDuration = pace.Breaker.Pause,
            StateProvider = _breaker,
            OnOpened = _ => Note(() => Log.BreakerOpened(logger, agency.Value, connector)),
            OnClosed = _ => Note(() => Log.BreakerClosed(logger, agency.Value, connector)),
        });
        if (pace.HedgeAfter is { } delay)
        {
            builder.AddHedging(new HedgingStrategyOptions<FactAnswer> { Delay = delay, MaxHedgedAttempts = 1, ShouldHandle = _ => ValueTask.FromResult(false) });
        }

        _pipeline = builder.AddConcurrencyLimiter(pace.ConcurrencyMax, QueueMax).Build();
    }

    public ConnectorPace Pace { get; }

    public SourceState StateOf(AgencyId agency, string connector) => new(
        agency, connector, _breaker.CircuitState switch
        {
            CircuitState.Closed => SourceStanding.Asked,
            CircuitState.HalfOpen => SourceStanding.Tried,
            CircuitState.Open or CircuitState.Isolated => SourceStanding.LeftAlone,
            var other => throw new InvalidOperationException($"breaker {other}"),
        },
        Interlocked.Read(ref _asked), Interlocked.Read(ref _underWay), Interlocked.Read(ref _failed), Volatile.Read(ref _lastFailure));

    public async Task<FactAnswer> AskAsync(IFactConnector connector, FactQuestion question, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        Interlocked.Increment(ref _underWay);
        try
        {
            var answer = await TryAsync(connector, question, cancellationToken);
            if (answer is FactAnswer.Unavailable { Fault: var fault })
            {
                Interlocked.Increment(ref _failed);
                Volatile.Write(ref _lastFailure, new SourceFailure(fault, _time.GetUtcNow()));
            }

            return answer;
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private async Task<FactAnswer> TryAsync(IFactConnector connector, FactQuestion question, CancellationToken cancellationToken)
    {
        try
        {
            return await _pipeline.ExecuteAsync(
                static async (asked, token) => await asked.connector.AskAsync(asked.question, token), (connector, question), cancellationToken);
        }
        catch (BrokenCircuitException)
        {
            return FactAnswer.Unavailable.Of(ConnectorFault.LeftAlone);
        }
        catch (RateLimiterRejectedException)
        {
            return FactAnswer.Unavailable.Of(ConnectorFault.TooBusy);
        }
    }

    private static ValueTask Note(Action note)
    {
        note();
        return ValueTask.CompletedTask;
    }
}
