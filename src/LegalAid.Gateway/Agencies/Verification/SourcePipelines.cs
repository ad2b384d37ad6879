using System.Collections.Concurrent;
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
internal sealed class SourcePipelines(TimeProvider time, ILogger<SourcePipelines> logger)
{
    private readonly ConcurrentDictionary<(AgencyId Agency, string Connector), SourcePipeline> _pipelines = new();

    public SourcePipeline Of(Agency agency, FactConnector connector)
    {
        var key = (agency.Id, connector.Id);
        return _pipelines.TryGetValue(key, out var present) && present.Pace == connector.Pace
            ? present
            : _pipelines.AddOrUpdate(key, _ => New(), (_, other) => other.Pace == connector.Pace ? other : New());

        SourcePipeline New() => new(agency.Id, connector.Id, connector.Pace, time, logger);
    }
}

/// <summary>The way to one connector.</summary>
internal sealed class SourcePipeline
{
    /// <summary>Questions that wait for their turn at one connector; further ones are told that it is busy.</summary>
    private const int QueueMax = 2_000;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200), RetryAfterMax = TimeSpan.FromSeconds(10);

    private readonly ResiliencePipeline<FactAnswer> _pipeline;

    public SourcePipeline(AgencyId agency, string connector, ConnectorPace pace, TimeProvider time, ILogger logger)
    {
        Pace = pace;
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

    public async Task<FactAnswer> AskAsync(IFactConnector connector, FactQuestion question, CancellationToken cancellationToken)
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
