namespace LegalAid.Gateway.Exchange.Storage.Postgres;

/// <summary>The wait between two tries: 20 ms doubled to a second. By a true clock, whatever time the gateway is run at: it waits for a server.</summary>
internal static class Patience
{
    private const int FirstMilliseconds = 20;
    private const int DoublingsMax = 6;

    public static Task WaitAsync(int attempt, CancellationToken cancellationToken)
    {
        var wait = TimeSpan.FromMilliseconds(Math.Min(1000, FirstMilliseconds << Math.Min(attempt, DoublingsMax)));
        return Task.Delay(wait, TimeProvider.System, cancellationToken);
    }
}
