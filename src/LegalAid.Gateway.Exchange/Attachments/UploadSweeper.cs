using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LegalAid.Gateway.Exchange.Attachments;

/// <summary>Gives up uploads that stand still, in bounded batches. Every node may run it: to give up an upload twice is harmless.</summary>
public sealed class UploadSweeper(Uploads uploads, TimeProvider time, AttachmentOptions options, ILogger<UploadSweeper> logger) : BackgroundService
{
    private const int BatchMax = 100;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(options.SweepInterval, time);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await SweepAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: what is idle is idle at the next start too.
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        try
        {
            int swept;
            do
            {
                swept = await uploads.SweepAsync(BatchMax, cancellationToken);
                if (swept > 0)
                {
                    Log.Swept(logger, swept);
                }
            }
            while (swept == BatchMax);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // The loop's edge: a store that fails is asked again at the next tick.
            if (e is not StoreUnavailableException) // the store has said that itself
            {
                Log.SweepFailed(logger, e);
            }
        }
    }
}
