using System.Runtime.InteropServices;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// Keeps the running gateway to its configuration: at start it counts provisional clocks again, as a calendar may have arrived; on
/// SIGHUP it reads the folder again. A good configuration becomes active for the next call; a bad one is told and changes nothing.
/// Where another node made another configuration active, this one goes over to it. <c>gateway.yaml</c> is read at start only.
/// </summary>
public sealed class ConfigurationReload(
    GatewayHostOptions options, ConfigurationArchive archive, DeliveryHub hub, ClockWorker clocks, ILogger<ConfigurationReload> logger)
    : BackgroundService
{
    /// <summary>A signal between nodes may be lost: so often the store is asked anyway. A change acts on every node within five seconds, its reading included.</summary>
    private static readonly TimeSpan FollowInterval = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _asked = new(0, 1);
    private volatile bool _reload;
    private bool _counted;

    /// <summary>Reads and activates. The faults where there are any: then nothing changed.</summary>
    public async Task<IReadOnlyList<ConfigurationFault>> ReloadAsync(CancellationToken cancellationToken)
    {
        switch (Read())
        {
            case LoadOutcome.Loaded loaded:
                await archive.ActivateAsync(loaded.Snapshot, cancellationToken);
                hub.Reconfigured();
                await clocks.RecomputeProvisionalAsync(cancellationToken);
                Log.ConfigurationActive(logger, loaded.Snapshot.Digest);
                return [];
            case LoadOutcome.Faulty faulty:
                foreach (var fault in faulty.Faults)
                {
                    Log.ConfigurationFault(logger, fault.ToString());
                }

                Log.ConfigurationKept(logger, faulty.Faults.Count, archive.Current.Digest);
                return faulty.Faults;
            case var other:
                throw new InvalidOperationException($"outcome {other}");
        }
    }

    public override void Dispose()
    {
        _asked.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            _reload = true;
            Ask();
        });
        hub.ConfigurationMoved += OnMoved;
        try
        {
            while (true)
            {
                await LookAsync(stoppingToken);
                await _asked.WaitAsync(FollowInterval, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway stops.
        }
        finally
        {
            hub.ConfigurationMoved -= OnMoved;
        }
    }

    private void OnMoved(object? sender, EventArgs moved) => Ask();

    /// <summary>Does what is to be done, or as much of it as the store lets be done: the rest is done at the next look.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var reload = _reload;
        _reload = false;
        try
        {
            if (reload)
            {
                await ReloadAsync(cancellationToken);
            }
            else
            {
                await FollowAsync(cancellationToken);
            }

            if (!_counted)
            {
                await clocks.RecomputeProvisionalAsync(cancellationToken);
                _counted = true;
            }
        }
        catch (StoreUnavailableException)
        {
            // The store has said so; it is asked again.
            _reload |= reload;
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await archive.FollowAsync(cancellationToken))
            {
                hub.Reconfigured();
                Log.ConfigurationFollowed(logger, archive.Current.Digest);
            }
        }
        catch (InvalidDataException unsound)
        {
            Log.ConfigurationNotFollowed(logger, unsound.Message);
        }
    }

    /// <summary>Several signals before the next look are one.</summary>
    private void Ask()
    {
        try
        {
            _asked.Release();
        }
        catch (SemaphoreFullException)
        {
            // Asked already.
        }
    }

    /// <summary>A folder that cannot be read is a fault of the reload like any other, and keeps what is active.</summary>
    private LoadOutcome Read()
    {
        try
        {
            return HostConfiguration.Check(options, out _);
        }
        catch (Exception unreadable) when (unreadable is StartRefusedException or IOException or UnauthorizedAccessException)
        {
            Log.ConfigurationUnreadable(logger, unreadable.Message);
            return new LoadOutcome.Faulty([], []);
        }
    }
}
