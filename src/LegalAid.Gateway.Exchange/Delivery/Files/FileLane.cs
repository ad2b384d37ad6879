using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Delivery.Files;

/// <summary>
/// One agency's files, as long as its channel is file: what is due goes into its outbox as packages, and stays leased until the agency
/// acknowledges or rejects it; what it puts into its inbox is done. A lease that runs out is taken again, and a package that went missing
/// is put back. Where the process dies the leases stay, and an acknowledgement counts under whichever holds.
/// </summary>
internal sealed class FileLane(
    AgencyId agency, ILedgerStore store, ExchangeLedger ledger, ExchangeReader reader, ISnapshotSource configuration, Wake wake, IFileCommands commands,
    ReceiptSigner signer, IIdSource ids, TimeProvider system, DeliveryOptions delivery, FileChannelOptions options, ILogger logger)
{
    private const string ChannelName = "file";

    private readonly FileFolders _folders = new(options.Root, agency);
    private readonly Dictionary<DeliveryId, DateTimeOffset> _outstanding = [];

    /// <summary>Runs until the agency's channel is another or the gateway stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        var inbox = new FileInbox(agency, _folders, commands, signer, system, options, logger);
        var failures = 0;
        while (!stopping.IsCancellationRequested && configuration.Current.Agencies.Find(agency)?.Channel is Channel.File)
        {
            var raised = wake.Next;
            try
            {
                _folders.Ensure();
                foreach (var settled in await inbox.LookAsync(stopping))
                {
                    _outstanding.Remove(settled);
                }

                await FillOutboxAsync(stopping);
                failures = 0;
                await Wake.WaitAsync(raised, options.LookInterval, system, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The loop's edge: a full disk or a store that fails is met again after a while, by this lane alone.
                if (e is not StoreUnavailableException) // the store has said that itself
                {
                    Log.FileLaneFailed(logger, e, agency);
                }

                var pause = Backoff.Ceiling(++failures, delivery.BackoffBase, delivery.SafetyInterval);
                await Task.Delay(pause, system, stopping).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
        }
    }

    private async Task FillOutboxAsync(CancellationToken cancellationToken)
    {
        var now = system.GetUtcNow();
        foreach (var ended in _outstanding.Where(entry => entry.Value <= now).Select(entry => entry.Key).ToArray())
        {
            _outstanding.Remove(ended);
        }

        var room = options.OutstandingMax - _outstanding.Count;
        if (room == 0)
        {
            return;
        }

        var rows = await store.LeaseDeliveriesAsync(
            new LeaseRequest([agency], now, now + options.LeaseDuration, ids.NewId(), Math.Min(room, options.HandledMax)), cancellationToken);
        if (rows.IsEmpty)
        {
            return;
        }

        DeliveryMeters.Attempted(ChannelName, rows.Length);
        foreach (var opened in await reader.EnvelopesAsync(rows, cancellationToken))
        {
            await PutAsync(opened, cancellationToken);
        }
    }

    private async Task PutAsync(OpenedDelivery opened, CancellationToken cancellationToken)
    {
        var row = opened.Delivery;
        switch (opened)
        {
            case OpenedDelivery.Readable readable:
                var name = FilePackage.NameOf(row);
                if (!File.Exists(Path.Combine(_folders.Outbox, name)))
                {
                    await AtomicFiles.PutAsync(
                        _folders.Outbox, name,
                        stream => FilePackage.WriteAsync(stream, readable.Envelope, delivery.Issuer, signer, document => FindAsync(row, document, cancellationToken), cancellationToken),
                        cancellationToken);
                }

                _outstanding[row.Id] = row.LeaseUntil.GetValueOrDefault();
                break;
            case OpenedDelivery.Erased:
                var settlement = new DeliverySettlement(
                    row.Id, row.LeaseToken.GetValueOrDefault(), DeliveryStatus.Dead, system.GetUtcNow(), DueAt: null, "erased", Leaf: null);
                await ledger.SettleAsync(row, settlement, cancellationToken);
                DeliveryMeters.Settled(ChannelName, DeliveryStatus.Dead);
                Log.Erased(logger, row.Id);
                break;
            case OpenedDelivery.Withheld:
                await ParkedGrants.ParkAsync(ledger, row, ChannelName, system.GetUtcNow(), logger, cancellationToken);
                break;
            case OpenedDelivery.Unreadable unreadable:
                Log.Unreadable(logger, unreadable.Why, row.Id);
                break;
            default:
                throw new InvalidOperationException($"delivery {opened}");
        }
    }

    private async Task<OpenDocument?> FindAsync(DeliveryRow row, DocumentReading document, CancellationToken cancellationToken) =>
        (await reader.DocumentAsync(row.Recipient, row.Exchange, document.Id, cancellationToken) as DocumentOutcome.Found)?.Document;
}
