using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Identity;

namespace LegalAid.Gateway.Operations.Enrolment;

/// <summary>
/// Every client there is: those of the configuration and those that enrolled. The second are the store's and looked for every
/// <see cref="Interval"/>, so that all nodes shut one out soon; and before somebody is refused who is not known here, so that whom one node let in is in at
/// all of them at once. Of two with one id the configuration's counts. Systems of an agency whose signed entry ran out are shut out with the same step.
/// </summary>
internal sealed class ClientRoll(ConfigurationArchive archive, ILedgerStore store, TimeProvider time) : BackgroundService, IAgencyClientRegistry
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Between two looks for strangers.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly AgencyClientRegistry _registry = new([]);
    private readonly Lock _gate = new();
    private ImmutableArray<EnrolledSystem> _enrolled = [];
    private long _turn, _turnInForce;
    private Task? _nextLook;
    private long? _lookedAt;

    public IReadOnlyCollection<AgencyClient> All => _registry.All;

    public AgencyClient? Find(string clientId) => _registry.Find(clientId);

    /// <summary>Shares a look that has not begun: one under way may have read before the change that is looked for.</summary>
    public Task LookAgainAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return (_nextLook ??= LookAsync()).WaitAsync(cancellationToken);
        }
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        archive.Activated += (_, _) => Put();
        await RefreshAsync(cancellationToken); // before anything listens
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Reads what the store has. The next call sees it.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var turn = Interlocked.Increment(ref _turn);
        var rows = await store.ListSettingsAsync(EnrolledSystem.Prefix, cancellationToken);
        var enrolled = rows.Select(row => EnrolledSystem.Read(row.Value)).ToImmutableArray();
        lock (_gate)
        {
            if (turn < _turnInForce)
            {
                return; // one that began to read later is in force
            }

            (_enrolled, _turnInForce) = (enrolled, turn);
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

    private async Task LookAsync()
    {
        await Task.Yield(); // the gate is held by whoever asked
        if (_lookedAt is { } before && Pace - TimeProvider.System.GetElapsedTime(before) is { Ticks: > 0 } wait)
        {
            await Task.Delay(wait, TimeProvider.System); // what is spared is the store, whatever clock the gateway runs by
        }

        lock (_gate)
        {
            (_nextLook, _lookedAt) = (null, TimeProvider.System.GetTimestamp());
        }

        try
        {
            await RefreshAsync(CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // What is known stays, and who is not known is refused.
        }
    }

    private void Put()
    {
        lock (_gate)
        {
            var snapshot = archive.Current;
            var configured = EnrolledClients.In(snapshot).ToDictionary(client => client.ClientId, StringComparer.Ordinal);
            var enrolled = _enrolled.Where(system => !configured.ContainsKey(system.ClientId)).Select(system => system.ToClient(snapshot.Agencies)).OfType<AgencyClient>();
            var now = time.GetUtcNow();
            _registry.Replace(configured.Values.Concat(enrolled).Select(client =>
                snapshot.Agencies.Find(client.Agency)?.IsVouchedForAt(now) == true ? client : client with { Enabled = false }));
        }
    }
}
