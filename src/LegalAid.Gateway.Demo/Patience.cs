namespace LegalAid.Gateway.Demo;

/// <summary>How long the story waits for what must come by itself; then it has not come.</summary>
internal static class Patience
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static CancellationTokenSource Bounded(CancellationToken stop)
    {
        var bounded = CancellationTokenSource.CreateLinkedTokenSource(stop);
        bounded.CancelAfter(Limit);
        return bounded;
    }
}
