using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Options;

namespace LegalAid.Gateway.Agencies.Verification;

/// <summary>
/// Finds what stands still: verifications under way on which no node has taken a step for a while, since it died or was full, and reports of changes that were not carried
/// out. It goes over the exchanges themselves, so that nothing depends on what a process remembered.
/// </summary>
internal sealed class VerificationSweep(
    ExchangeReader reader, ISnapshotSource configuration, VerificationDesk desk, StatusChanges changes, TimeProvider time, IOptions<VerificationOptions> options,
    ILogger<VerificationSweep> logger) : BackgroundService
{
    private const int PageMax = 200;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // The loop's edge: the look is repeated.
                if (e is not StoreUnavailableException) // the store has said that itself
                {
                    Log.SweepFailed(logger, e);
                }
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - options.Value.ResumeAfter;
        var resumed = 0;
        foreach (var agency in configuration.Current.Agencies.All)
        {
            if (agency.Kind == AgencyKinds.AidCentre)
            {
                await foreach (var reading in StandingAsync(agency.Id, VerificationReading.Type, "checking", before, cancellationToken))
                {
                    resumed += !desk.IsRunning(reading.Id) && desk.Wake(reading.Id) ? 1 : 0;
                }
            }
            else if (!agency.Connectors.IsEmpty || agency.Clients.Length > 0)
            {
                await foreach (var reading in StandingAsync(agency.Id, StatusChanges.Type, "reported", before, cancellationToken))
                {
                    await changes.ApplyAsync(reading.Id, cancellationToken);
                }
            }
        }

        if (resumed > 0)
        {
            Log.Resumed(logger, resumed);
        }
    }

    private async IAsyncEnumerable<ExchangeReading> StandingAsync(
        AgencyId agency, string type, string state, DateTimeOffset before, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new ExchangeQuery(agency, PageMax, Types: [type], State: state);
        while (true)
        {
            var page = await reader.ListWholeAsync(query, cancellationToken);
            foreach (var reading in page.Where(reading => !reading.Erased && reading.UpdatedAt < before))
            {
                yield return reading;
            }

            if (page.Length < PageMax)
            {
                yield break;
            }

            query = query with { Before = page[^1].Id };
        }
    }
}
