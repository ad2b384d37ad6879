using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Approvals;

/// <summary>Looks every half minute, one node at a time, for what was approved and not carried out, and for what nobody decided in time.</summary>
public sealed class ApprovalWorker(ILedgerStore store, ApprovalDesk desk, TimeProvider time, ILogger<ApprovalWorker> logger) : BackgroundService
{
    private const string Duty = "approvals";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Interval, time);
            do
            {
                await LookAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: what is approved is kept, and the next start finds it.
        }
    }

    private async Task LookAsync(CancellationToken stopping)
    {
        try
        {
            await using var lead = await store.TryLeadAsync(Duty, stopping);
            if (lead is not null)
            {
                using var leading = CancellationTokenSource.CreateLinkedTokenSource(stopping, lead.Lost);
                await desk.ResumeAsync(leading.Token);
            }
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            if (e is not StoreUnavailableException) // the store has said that itself
            {
                Log.LookFailed(logger, e);
            }
        }
    }
}
