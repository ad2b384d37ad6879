namespace LegalAid.Gateway.Exchange.Storage.Sqlite;

/// <summary>Who leads in which duty. One process has the database, so the lead is kept in its memory, and ends with the store.</summary>
internal sealed class Leaderships : IDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _closed = new();

    public ILeadership? TryTake(string duty)
    {
        lock (_gate)
        {
            return _taken.Add(duty) ? new Leadership(this, duty) : null;
        }
    }

    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
    }

    private void Release(string duty)
    {
        lock (_gate)
        {
            _taken.Remove(duty);
        }
    }

    private sealed class Leadership(Leaderships owner, string duty) : ILeadership
    {
        private int _released;

        public CancellationToken Lost { get; } = owner._closed.Token;

        public ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _released, 1) == 0)
            {
                owner.Release(duty);
            }

            return ValueTask.CompletedTask;
        }
    }
}
