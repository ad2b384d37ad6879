using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Evidence.Witness;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LegalAid.Gateway.Operations;

/// <summary>The evidence log: its keys, the sequencer, its state in health.</summary>
internal static class HostEvidence
{
    public static IServiceCollection AddGatewayEvidence(this IServiceCollection services, GatewaySettings settings, LogKeys keys)
    {
        services.AddSingleton(keys);
        services.AddSingleton(OptionsOf(settings));
        services.AddSingleton<NewestCheckpoint>();
        services.AddSingleton<ICheckpointSource>(provider => provider.GetRequiredService<NewestCheckpoint>());
        services.AddSingleton(NewWitnessHttp());
        services.AddSingleton<LogSequencer>();
        services.AddHostedService(provider => provider.GetRequiredService<LogSequencer>());
        services.AddHealthChecks().AddCheck<LogHealth>("evidence-log");
        return services;
    }

    /// <exception cref="StartRefusedException">A witness's key is not what it says it is.</exception>
    public static LogOptions OptionsOf(GatewaySettings settings) => new()
    {
        Origin = OriginOf(settings.PublicAddress),
        Interval = settings.Evidence.Interval,
        Quorum = settings.Evidence.Quorum,
        Witnesses = [.. settings.Evidence.Witnesses.Select(witness => new WitnessEntry(witness.Address, KeyOf(witness)))],
    };

    /// <summary>As c2sp.org/tlog-tiles wants it: where the log is served, without the scheme.</summary>
    private static string OriginOf(Uri address) => $"{address.Authority}{address.AbsolutePath.TrimEnd('/')}/log";

    private static NoteKey KeyOf(WitnessSetting witness) => NoteKey.Parse(witness.Key)
        ?? throw new StartRefusedException($"见证方公钥校验不符 · The key of witness {witness.Address} has another hash than it says: {witness.Key}");

    /// <summary>The sequencer bounds each request; redirects are not followed, a witness stands where it is configured.</summary>
    private static HttpClient NewWitnessHttp() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxConnectionsPerServer = 4,
    }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>A log that is refused degrades the gateway and does not stop it: commits go on.</summary>
    private sealed class LogHealth(LogSequencer sequencer) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(sequencer.Status switch
            {
                { State: LogState.Refused, Trouble: { } trouble } => HealthCheckResult.Degraded($"{trouble.Fault}: {trouble.Detail}"),
                { State: LogState.AwaitingWitnesses } => HealthCheckResult.Degraded("awaiting witnesses"),
                var status => HealthCheckResult.Healthy(status.State.ToString()),
            });
    }
}
