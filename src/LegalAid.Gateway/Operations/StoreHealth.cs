using System.Security.Cryptography;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// Ready means that the store can be read and, where writes failed, that it can be written again: nothing may come in to show that as long as the
/// gateway is not ready, so the check then writes something of its own, as large as a notice with its rows, since a few bytes find room on a full
/// disk. One at a time, however many ask.
/// </summary>
internal sealed class StoreHealth(ILedgerStore store, TimeProvider time) : IHealthCheck
{
    private const string Setting = "written-again";
    private const int Characters = 32 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private Task _probe = Task.CompletedTask;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            if (store.Trouble is not null)
            {
                await Probe().WaitAsync(Patience, time, cancellationToken);
                if (store.Trouble is { } trouble)
                {
                    return HealthCheckResult.Unhealthy(trouble);
                }
            }

            return await store.ActiveConfigurationAsync(cancellationToken).AsTask().WaitAsync(Patience, time, cancellationToken) is null
                ? HealthCheckResult.Unhealthy("no configuration")
                : HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is StoreUnavailableException or StoreFaultedException or TimeoutException)
        {
            return HealthCheckResult.Unhealthy(store.Trouble ?? "the store does not answer"); // without the exception: the store has said it
        }
    }

    /// <summary>A write under way is waited for by all who ask.</summary>
    private Task Probe()
    {
        lock (_gate)
        {
            if (_probe.IsCompleted)
            {
                var word = RandomNumberGenerator.GetHexString(Characters); // what repeats itself is compressed, and small again
                _probe = store.PutSettingAsync(Setting, word, CancellationToken.None).AsTask();
            }

            return _probe;
        }
    }
}
