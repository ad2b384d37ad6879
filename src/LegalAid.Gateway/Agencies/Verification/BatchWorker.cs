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
/// Writes the batches of questions that are due, and takes in the answers that agencies put into files hours later. An answer that was taken before changes nothing. A question
/// that waits in a form which the configuration has no more is asked again under its id, or ends.
/// </summary>
internal sealed class BatchWorker(
    FactConnectors connectors, IAnswerFiles files, ISnapshotSource configuration, ExchangeReader reader, SourceDesk sources, OutsideNews news, CivilClock civil, TimeProvider time,
    IOptions<VerificationOptions> options, ILogger<BatchWorker> logger)
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
                foreach (var question in (await batch.WriteBatchAsync(stoppingToken)).Outdated)
                {
                    await AskAgainAsync(batch, question, stoppingToken);
                }
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

    private async Task AskAgainAsync(BatchFactConnector batch, string question, CancellationToken stoppingToken)
    {
        if (AskIds.VerificationOf(question) is { } id && await reader.FindWholeAsync(id, stoppingToken) is { Erased: false, State.Final: false } found)
        {
            var reading = VerificationReading.Of(found.State, configuration.Current);
            if (reading.Progress.Asks.FirstOrDefault(ask => ask.Id == question) is { State: AskState.Asked or AskState.Later } ask)
            {
                switch (await sources.AskAsync(ask, reading, stoppingToken))
                {
                    case null or { State: AskState.Later }:
                        return; // the node stops, or it waits in its new form
                    case var ended:
                        await news.EnterAsync(id, VerificationNews.None with { Results = [ended] }, stoppingToken);
                        break;
                }
            }
        }

        batch.Withdraw(question);
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
