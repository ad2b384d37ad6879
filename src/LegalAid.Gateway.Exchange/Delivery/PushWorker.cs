using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Peers;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>
/// Pushes deliveries to the agencies whose channel is push, and to other gateways: a lane for each, started when the configuration names it and ended when it
/// no longer does. When the gateway stops, nothing new is leased; what is under way has the grace of the options to end, and every outcome is
/// recorded.
/// </summary>
public sealed class PushWorker : BackgroundService
{
    private readonly ILedgerStore _store;
    private readonly ISnapshotSource _configuration;
    private readonly DeliveryHub _hub;
    private readonly IIdSource _ids;
    private readonly TimeProvider _system;
    private readonly DeliveryOptions _options;
    private readonly ILogger _logger;
    private readonly PushSender _sender;
    private readonly ImmutableArray<LaneAttempt> _attempts;
    private readonly SharedSlots _shared;
    private readonly Dictionary<AgencyId, Task> _lanes = [];

    public PushWorker(
        ILedgerStore store, ExchangeLedger ledger, ExchangeReader reader, ISnapshotSource configuration, DeliveryHub hub, IPushSecrets secrets,
        IPushHandlers handlers, KeyRing keys, CivilClock civil, IPeerTransport peers, IIdSource ids, TimeProvider system, DeliveryOptions options, ILogger<PushWorker> logger)
    {
        (_store, _configuration, _hub, _ids, _system, _options, _logger) = (store, configuration, hub, ids, system, options.Required(), logger);
        _sender = new PushSender(new PushClients(handlers), secrets, system, options);
        _attempts =
        [
            new PushAttempt(ledger, reader, _sender, ids, system, options, logger),
            new PeerAttempt(ledger, new PeerOutbox(store, configuration, keys, civil), peers, ids, system, options, logger),
        ];
        _shared = new SharedSlots(options.SharedConcurrency);
    }

    public override void Dispose()
    {
        base.Dispose();
        _sender.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var abort = new CancellationTokenSource();
        try
        {
            while (true)
            {
                var raised = _hub.Channels.Next;
                StartLanes(abort.Token, stoppingToken);
                await Wake.WaitAsync(raised, _options.SafetyInterval, _system, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Nothing new from here.
        }

        using var grace = new CancellationTokenSource(_options.ShutdownGrace, _system);
        await using var cut = grace.Token.Register(abort.Cancel);
        await Task.WhenAll(_lanes.Values);
    }

    private void StartLanes(CancellationToken abort, CancellationToken stopping)
    {
        foreach (var agency in _configuration.Current.Agencies.All)
        {
            if (_attempts.FirstOrDefault(attempt => attempt.Serves(agency.Channel)) is not { } attempt)
            {
                continue;
            }

            if (!_lanes.TryGetValue(agency.Id, out var running) || running.IsCompleted)
            {
                var lane = new PushLane(
                    agency.Id, _store, _configuration, _hub.Of(agency.Id), attempt, _shared, _ids, _system, _options, _logger);
                _lanes[agency.Id] = Task.Run(() => lane.RunAsync(abort, stopping), CancellationToken.None);
            }
        }
    }
}
