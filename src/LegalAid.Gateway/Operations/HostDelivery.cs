using System.Collections.Concurrent;
using System.Diagnostics;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Delivery.Files;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Operations.Socket;

namespace LegalAid.Gateway.Operations;

/// <summary>Deliveries and clocks: the mailbox, the push worker and the clock worker, with the settings they run by.</summary>
internal static class HostDelivery
{
    public static IServiceCollection AddGatewayDelivery(this IServiceCollection services, GatewaySettings settings, KeyFolder keys, string workingFolder)
    {
        var unset = new DeliveryOptions { Issuer = settings.PublicAddress };
        var pause = settings.Delivery.BackoffMax < unset.PauseMax ? settings.Delivery.BackoffMax : unset.PauseMax;
        services.AddSingleton(unset with
        {
            AttemptTimeout = settings.Delivery.Timeout,
            LeaseDuration = settings.Delivery.Timeout + TimeSpan.FromSeconds(20), // an attempt, its outcome and room: so long a push waits after a crash
            AttemptsMax = settings.Delivery.AttemptsMax,
            BackoffBase = settings.Delivery.BackoffBase,
            BackoffMax = settings.Delivery.BackoffMax,
            AgencyConcurrency = settings.Delivery.AgencyConcurrency,
            PauseMax = pause > settings.Delivery.BackoffBase ? pause : settings.Delivery.BackoffBase,
        });
        services.AddSingleton(new LedgerOptions { OverdueAfter = settings.Delivery.OverdueAfter });
        services.AddSingleton(new ClockOptions());
        services.AddSingleton<DeliveryHub>();
        services.AddSingleton<IPushSecrets>(new FolderSecrets(keys));
        services.AddSingleton<IPushHandlers, GuardedPushHandlers>();
        services.AddSingleton<Mailbox>();
        services.AddSingleton<TestEvents>();
        services.AddSingleton<DeliveryDesk>();
        services.AddHostedService<PushWorker>();
        services.AddHostedService<DeliveryWatch>();
        services.AddSingleton<ParkedGrants>();
        services.AddHostedService(provider => provider.GetRequiredService<ParkedGrants>());
        services.AddSingleton(new FileChannelOptions { Root = Path.GetFullPath(settings.FileExchangeFolder, Path.GetFullPath(workingFolder)) });
        services.AddHostedService<FileWorker>();
        services.AddSingleton<Rewrapping>();
        services.AddHostedService<OperationsSocket>();
        services.AddSingleton<ClockWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<ClockWorker>());
        return services;
    }

    /// <summary>Reads a secret's file at most once a second, so that a new one is used within seconds and a thousand pushes do not read it a thousand times.</summary>
    private sealed class FolderSecrets(KeyFolder keys) : IPushSecrets
    {
        private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

        // By names of the configuration, which bounds it.
        private readonly ConcurrentDictionary<string, (PushSecret Secret, long ReadAt)> _read = new(StringComparer.Ordinal);

        public PushSecret? Find(string name)
        {
            if (_read.TryGetValue(name, out var known) && Stopwatch.GetElapsedTime(known.ReadAt) < Fresh)
            {
                return known.Secret;
            }

            var found = PushSecret.TryParse(keys.FindPushSecret(name));
            if (found is not null)
            {
                _read[name] = (found, Stopwatch.GetTimestamp());
            }

            return found;
        }
    }
}
