using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Delivery.Files;

/// <summary>
/// Exchanges files with the agencies whose channel is file: a lane for each, started when the configuration names it. Every node
/// does so: of several, all have the same exchange root.
/// </summary>
public sealed class FileWorker(
    ILedgerStore store, ExchangeLedger ledger, ExchangeReader reader, ISnapshotSource configuration, DeliveryHub hub, IFileCommands commands,
    ReceiptSigner signer, IIdSource ids, TimeProvider system, DeliveryOptions delivery, FileChannelOptions options, ILogger<FileWorker> logger)
    : BackgroundService
{
    private readonly Dictionary<AgencyId, Task> _lanes = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var raised = hub.Channels.Next;
                StartLanes(stoppingToken);
                await Wake.WaitAsync(raised, delivery.SafetyInterval, system, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(_lanes.Values);
        }
    }

    private void StartLanes(CancellationToken stopping)
    {
        foreach (var agency in configuration.Current.Agencies.All.Where(agency => agency.Channel is Channel.File))
        {
            if (!_lanes.TryGetValue(agency.Id, out var running) || running.IsCompleted)
            {
                var lane = new FileLane(
                    agency.Id, store, ledger, reader, configuration, hub.Of(agency.Id), commands, signer, ids, system, delivery, options, logger);
                _lanes[agency.Id] = Task.Run(() => lane.RunAsync(stopping), CancellationToken.None);
            }
        }
    }
}
