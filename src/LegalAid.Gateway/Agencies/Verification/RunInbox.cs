using LegalAid.Gateway.Casework.Eligibility.Verification;

namespace LegalAid.Gateway.Agencies.Verification;

/// <summary>
/// News for one run. It closes only while it is empty, so that what was taken in is read: who finds it closed starts another run. Any number post, one reads. Bounded by
/// the questions that are under way and one wake, as wakes without news become one.
/// </summary>
internal sealed class RunInbox
{
    private readonly Lock _gate = new();
    private VerificationNews? _waiting;
    private TaskCompletionSource _arrived = New();
    private bool _closed;

    /// <summary>False where it is closed.</summary>
    public bool TryPost(VerificationNews news)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            _waiting = Joined(_waiting, news);
            _arrived.TrySetResult();
            return true;
        }
    }

    /// <summary>Closes it, unless there is something to read.</summary>
    public bool TryClose()
    {
        lock (_gate)
        {
            _closed = _closed || _waiting is null;
            return _closed;
        }
    }

    /// <summary>All news that there is, waiting for the first.</summary>
    public async ValueTask<VerificationNews> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task arrived;
            lock (_gate)
            {
                if (_waiting is { } news)
                {
                    (_waiting, _arrived) = (null, New());
                    return news;
                }

                arrived = _arrived.Task;
            }

            await arrived.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Takes in nothing more, read or not: the run was broken off.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            (_closed, _waiting) = (true, null);
        }
    }

    /// <summary>Both, the earlier first.</summary>
    public static VerificationNews Joined(VerificationNews? earlier, VerificationNews later) => earlier is null
        ? later
        : new VerificationNews(earlier.Results.AddRange(later.Results), earlier.Reused.AddRange(later.Reused), earlier.Changes.AddRange(later.Changes));

    // Whoever posts must not run the run's work.
    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
