using LegalAid.Gateway.Agencies.Connectors;
using LegalAid.Gateway.Agencies.Connectors.Batches;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Options;

namespace LegalAid.Gateway.Agencies.Verification;

/// <summary>
/// Writes the batches of questions that are due, and takes in the answers that agencies put into files hours later. An answer that was taken before changes nothing.
/// </summary>
internal sealed class BatchWorker(
    FactConnectors connectors, IAnswerFiles files, ISnapshotSource configuration, OutsideNews news, CivilClock civil, TimeProvider time, IOptions<VerificationOptions> options, ILogger<BatchWorker> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.FileInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var agency in configuration.Current.Agencies.All)
            {
                foreach (var connector in agency.Connectors.Where(connector => connector.Call is ConnectorCall.File))
                {
                    await LookAsync(agency, connector, stoppingToken);
                }
            }
        }
    }

    private async Task LookAsync(Agency agency, FactConnector connector, CancellationToken stoppingToken)
    {
        try
        {
            if (connectors.For(agency.Id, connector) is BatchFactConnector batch)
            {
                await batch.WriteBatchAsync(stoppingToken);
            }

            await files.LookAsync(agency, connector, TakeAsync, stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            // One agency's folder holds up no other's; it is looked into again.
            if (e is not StoreUnavailableException) // the store has said that itself
            {
                Log.FilesNotExchanged(logger, e, agency.Id.Value, connector.Id);
            }
        }
    }

    private async Task<bool> TakeAsync(LateAnswer late, CancellationToken cancellationToken)
    {
        if (AskIds.VerificationOf(late.QuestionId) is not { } verification)
        {
            return false;
        }

        var result = SourceDesk.ResultOf(late.QuestionId, late.Answer, civil.Now) with { From = new SourceRoute(late.Agency, late.Connector) };
        await news.EnterAsync(verification, VerificationNews.None with { Results = [result] }, cancellationToken);
        return true;
    }
}
