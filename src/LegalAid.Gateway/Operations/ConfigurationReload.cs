using System.Runtime.InteropServices;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Approvals;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// Keeps the running gateway to its configuration: at start it counts provisional clocks again, as a calendar may have arrived; on
/// SIGHUP it reads the folder again. A good configuration becomes active for the next call, or where staff sign in once two people agreed on it; a bad one
/// is told and changes nothing.
/// Where another node made another configuration active, this one goes over to it. <c>gateway.yaml</c> is read at start only.
/// </summary>
public sealed class ConfigurationReload(
    GatewayHostOptions options, ConfigurationArchive archive, ReviewBook reviews, KeyRing ring, DeliveryHub hub, ClockWorker clocks, ILogger<ConfigurationReload> logger)
    : BackgroundService
{
    /// <summary>A signal between nodes may be lost: so often the store is asked anyway. A change acts on every node within five seconds, its reading included.</summary>
    private static readonly TimeSpan FollowInterval = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _asked = new(0, 1);
    private volatile bool _reload;
    private bool _counted;

    /// <summary>Reads, and activates or proposes. The faults where there are any: then nothing changed.</summary>
    public async Task<IReadOnlyList<ConfigurationFault>> ReloadAsync(CancellationToken cancellationToken)
    {
        switch (Read())
        {
            case LoadOutcome.Loaded loaded:
                if (await archive.OfferAsync(loaded.Snapshot, cancellationToken))
                {
                    await ActOnAsync(cancellationToken);
                }
                else
                {
                    Log.ConfigurationWaits(logger, loaded.Snapshot.Digest, archive.Current.Digest);
                }

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

    /// <summary>Makes what two people agreed on the active configuration.</summary>
    public async Task<ActOutcome> TakeAsync(string digest, string from, ApprovalId approval, CancellationToken cancellationToken)
    {
        var outcome = await archive.TakeAsync(digest, from, approval, cancellationToken);
        if (outcome.Done)
        {
            await ActOnAsync(cancellationToken);
        }

        return outcome;
    }

    /// <summary>Makes what the folder holds the active configuration without two people, to be reviewed. Null where it is done.</summary>
    /// <param name="digest">Of what whoever asks saw in it.</param>
    internal async Task<LocalizedText?> ActivateWithoutApprovalAsync(string digest, string by, string reason, CancellationToken cancellationToken)
    {
        if (Read() is not LoadOutcome.Loaded { Snapshot: var snapshot } || snapshot.Digest != digest)
        {
            return new("网关所读的配置目录与此不同，或有错误。", "The folder that the gateway reads holds something else, or has faults.");
        }

        if (await WithoutApproval.ActivateAsync(archive, reviews, ring, snapshot, by, reason, cancellationToken) is { } refused)
        {
            return refused;
        }

        await archive.OfferAsync(snapshot, cancellationToken); // it is what the folder holds
        await ActOnAsync(cancellationToken);
        return null;
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
        if (archive.Waiting is { } waiting)
        {
            Log.ConfigurationWaits(logger, waiting, archive.Current.Digest);
        }

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

    private async Task ActOnAsync(CancellationToken cancellationToken)
    {
        hub.Reconfigured();
        Log.ConfigurationActive(logger, archive.Current.Digest);
        await clocks.RecomputeProvisionalAsync(cancellationToken);
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
