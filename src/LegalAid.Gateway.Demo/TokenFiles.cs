using LegalAid.Gateway.Demo.Agencies;

namespace LegalAid.Gateway.Demo;

/// <summary>
/// Fresh access tokens of the simulated agencies as files, so that whoever explores the demo can call the gateway as any of them with
/// curl. They live as long as the demo does.
/// </summary>
public static class TokenFiles
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>Writes the tokens, and again before they run out, until it is stopped.</summary>
    public static async Task KeepAsync(string folder, IEnumerable<AgencySystem> agencies, TimeProvider time, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                foreach (var agency in agencies)
                {
                    await File.WriteAllTextAsync(Path.Combine(folder, agency.Agency.Value), await agency.TokenAsync(stop), stop);
                }
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The demo ends.
        }
    }
}
