using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Identity;

namespace LegalAid.Gateway.Operations.Enrolment;

/// <summary>
/// Every client there is: those of the configuration and those that enrolled. The second are the store's and looked for every
/// <see cref="Interval"/>, so that all nodes know one soon, and shut one out as soon. Of two with one id the configuration's counts.
/// </summary>
internal sealed class ClientRoll(ConfigurationArchive archive, ILedgerStore store, AgencyClientRegistry registry, TimeProvider time) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private ImmutableArray<EnrolledSystem> _enrolled = [];

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        archive.Activated += (_, _) => Put();
        await RefreshAsync(cancellationToken); // before anything listens
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Reads what the store has. The next call sees it.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var rows = await store.ListSettingsAsync(EnrolledSystem.Prefix, cancellationToken);
        var enrolled = rows.Select(row => EnrolledSystem.Read(row.Value)).ToImmutableArray();
        lock (_gate)
        {
            _enrolled = enrolled;
        }

        Put();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await RefreshAsync(stoppingToken);
                }
                catch (StoreUnavailableException)
                {
                    // What is known stays; the store's trouble shows elsewhere.
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway stops.
        }
    }

    private void Put()
    {
        lock (_gate)
        {
            var snapshot = archive.Current;
            var configured = EnrolledClients.In(snapshot).ToDictionary(client => client.ClientId, StringComparer.Ordinal);
            registry.Replace(
            [
                .. configured.Values,
                .. _enrolled.Where(system => !configured.ContainsKey(system.ClientId)).Select(system => system.ToClient(snapshot.Agencies)).OfType<AgencyClient>(),
            ]);
        }
    }
}
