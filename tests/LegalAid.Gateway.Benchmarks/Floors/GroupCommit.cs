namespace LegalAid.Gateway.Benchmarks.Floors;

/// <summary>Writes the rows of accepts in one durable transaction. Used by one thread.</summary>
internal interface IRowWriter : IDisposable
{
    void Write(IReadOnlyList<CapturedAccept> group);
}

/// <summary>
/// The floor of an accept: one thread takes what waits, up to the gateway's own bound, into one transaction, and tells the callers when it
/// is durable. No check, no encryption, no decision. What a transaction is differs from store to store (<see cref="IRowWriter"/>).
/// </summary>
internal sealed class GroupCommit : IDisposable
{
    private const int GroupMax = 256;

    private readonly IRowWriter _rows;
    private readonly Thread _writer;
    private readonly object _gate = new();
    private readonly Queue<Waiting> _queue = [];
    private bool _closed;

    public GroupCommit(IRowWriter rows)
    {
        _rows = rows;
        _writer = new Thread(Write) { Name = "floor writer", IsBackground = true };
        _writer.Start();
    }

    /// <summary>The task completes when the rows are durable.</summary>
    public Task CommitAsync(CapturedAccept rows)
    {
        var waiting = new Waiting(rows, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            _queue.Enqueue(waiting);
            Monitor.Pulse(_gate);
        }

        return waiting.Done.Task;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }

        _writer.Join();
        _rows.Dispose();
    }

    private void Write()
    {
        var (group, accepts) = (new List<Waiting>(GroupMax), new List<CapturedAccept>(GroupMax));
        while (Gather(group))
        {
            accepts.AddRange(group.Select(static waiting => waiting.Accept));
            try
            {
                _rows.Write(accepts);
                group.ForEach(static waiting => waiting.Done.TrySetResult());
            }
            catch (Exception e) // the thread's edge: the callers get it
            {
                group.ForEach(waiting => waiting.Done.TrySetException(e));
            }

            group.Clear();
            accepts.Clear();
        }
    }

    private bool Gather(List<Waiting> group)
    {
        lock (_gate)
        {
            while (_queue.Count == 0 && !_closed)
            {
                Monitor.Wait(_gate);
            }

            while (group.Count < GroupMax && _queue.TryDequeue(out var waiting))
            {
                group.Add(waiting);
            }
        }

        return group.Count > 0;
    }

    private sealed record Waiting(CapturedAccept Accept, TaskCompletionSource Done);
}
