using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Options;

namespace LegalAid.Gateway.Agencies.Verification;

/// <summary>
/// Finds what stands still: verifications under way on which no node has taken a step for a while, since it died or was full, and reports of changes that were not carried
/// out. More rarely it looks over those that are not under way: whether a body that did not answer is to be asked again, or an answer that aid rests on soon holds no longer
/// (<see cref="Rechecks"/>). It goes over the exchanges themselves, so that nothing depends on what a process remembered.
/// </summary>
internal sealed class VerificationSweep(
    ExchangeReader reader, ISnapshotSource configuration, VerificationDesk desk, StatusChanges changes, OutsideNews outside, CivilClock civil, TimeProvider time, IOptions<VerificationOptions> options,
    ILogger<VerificationSweep> logger) : BackgroundService
{
    private const int PageMax = 200;

    /// <summary>The states in which answers may still come.</summary>
    private static readonly ImmutableArray<string> Open = ["granted", "provisional", "evidence-needed", "for-person"];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        var rechecked = time.GetTimestamp();
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
                if (time.GetElapsedTime(rechecked) >= options.Value.RecheckInterval)
                {
                    await RecheckAsync(stoppingToken);
                    rechecked = time.GetTimestamp();
                }
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
                    resumed += !desk.IsRunning(reading.Id) && HasWork(reading) && desk.Wake(reading.Id) ? 1 : 0;
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

    private async Task RecheckAsync(CancellationToken cancellationToken)
    {
        var (before, news) = (time.GetUtcNow() - options.Value.ResumeAfter, VerificationNews.None with { Recheck = options.Value.Recheck });
        foreach (var centre in configuration.Current.Agencies.All.Where(agency => agency.Kind == AgencyKinds.AidCentre))
        {
            foreach (var state in Open)
            {
                await foreach (var verification in StandingAsync(centre.Id, VerificationReading.Type, state, before, cancellationToken))
                {
                    if (desk.IsRunning(verification.Id))
                    {
                        continue;
                    }

                    var reading = VerificationReading.Of(verification.State, configuration.Current);
                    if (reading.Progress.Asks.Any(ask => ask.State == AskState.Asked))
                    {
                        desk.Wake(verification.Id); // a question that a process left behind
                    }
                    else if (IsDue(verification.State, reading))
                    {
                        await outside.EnterAsync(verification.Id, news, cancellationToken);
                    }
                }
            }
        }
    }

    /// <summary>Whether somebody is to be asked again.</summary>
    private bool IsDue(ExchangeState state, VerificationReading reading)
    {
        var now = civil.Now;
        return reading.DecideOn(now.CivilDate(), reading.Progress) is { } found && Rechecks.Due(state, reading, found, options.Value.Recheck, now).Count > 0;
    }

    /// <summary>False where it only waits for an answer by file: thousands may, for days, and each look costs a decision.</summary>
    private bool HasWork(ExchangeReading standing)
    {
        try
        {
            var (snapshot, now) = (configuration.Current, civil.Now);
            var reading = VerificationReading.Of(standing.State, snapshot);
            return !OverdueQuestions.AreWaitedFor(reading, new SourceRoutes(snapshot, reading, now), now);
        }
        catch (InvalidDataException)
        {
            return true; // its run says so, and holds up no other
        }
    }

    private IAsyncEnumerable<ExchangeReading> StandingAsync(AgencyId agency, string type, string state, DateTimeOffset before, CancellationToken cancellationToken) =>
        reader.AllWholeAsync(new ExchangeQuery(agency, PageMax, Types: [type], State: state), cancellationToken).Where(reading => reading.UpdatedAt < before);
}
