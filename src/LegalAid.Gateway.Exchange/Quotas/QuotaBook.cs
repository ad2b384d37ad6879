using System.Collections.Concurrent;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Quotas;

/// <summary>Who uses an allowance up, and for what.</summary>
/// <param name="Client">The calling system.</param>
public readonly record struct QuotaUser(AgencyId Agency, string Client, Purpose Purpose)
{
    internal QuotaPartition Within(QuotaSubjects by) => new(
        by.HasFlag(QuotaSubjects.Agency) || by.HasFlag(QuotaSubjects.Client) ? Agency : null,
        by.HasFlag(QuotaSubjects.Client) ? Client : null,
        by.HasFlag(QuotaSubjects.Purpose) ? Purpose : null);
}

/// <summary>What is counted together under one quota; null: whoever, whatever.</summary>
public readonly record struct QuotaPartition(AgencyId? Agency, string? Client, Purpose? Purpose)
{
    /// <summary>Purpose, agency, client, of which the last may have blanks; <c>*</c> is the name of neither. Keys of the store have it.</summary>
    public override string ToString() => $"{Purpose?.Name ?? "*"} {Agency?.Value ?? "*"}{(Client is null ? "" : $" {Client}")}";
}

/// <summary>How a quota stands after a call.</summary>
/// <param name="Counted">Whose count it is.</param>
/// <param name="Left">What this node knows to be left: other nodes may use some of it meanwhile.</param>
/// <param name="Reset">Until the window ends.</param>
public readonly record struct QuotaStanding(Quota Quota, QuotaPartition Counted, int Left, TimeSpan Reset);

/// <summary>What came of a call that is counted.</summary>
/// <param name="Refused">The quota that is used up; null: the call may go on.</param>
public sealed record QuotaAnswer(IReadOnlyList<QuotaStanding> Standings, QuotaStanding? Refused);

/// <summary>
/// Counts calls against the quotas of the sharing matrix, strictly over all nodes. The store has one counter for each quota, partition and window; a node takes a
/// slice of what is left and counts it down in memory, so that a call writes nothing. Never more calls are let through than the count. Fewer may be: what
/// a node holds and does not use is lost to the others until the window ends, at most an eighth of what was left when it took it, and what it held when it died
/// likewise. Slices shrink with what is left, down to single calls. Safe on any thread.
/// </summary>
public sealed class QuotaBook(ILedgerStore store, TimeProvider time)
{
    /// <summary>One for each row and partition that ever called: bounded by the configuration. An old window's is begun anew.</summary>
    private readonly ConcurrentDictionary<(string Row, QuotaPartition Counted), QuotaSlot> _slots = new();

    /// <summary>Counts one call against all quotas, or against none where one is used up.</summary>
    /// <exception cref="StoreUnavailableException">A slice was needed and cannot be taken.</exception>
    public async ValueTask<QuotaAnswer> SpendAsync(
        QuotaUser user, IReadOnlyList<(string Row, Quota Quota)> quotas, CancellationToken cancellationToken)
    {
        var standings = new List<QuotaStanding>(quotas.Count);
        var spent = new List<(QuotaSlot Slot, DateTimeOffset Window)>(quotas.Count);
        foreach (var (row, quota) in quotas)
        {
            var counted = user.Within(quota.By);
            var slot = _slots.GetOrAdd((row, counted), static key => new QuotaSlot($"{key.Row} {key.Counted}"));
            var now = time.GetUtcNow();
            var (start, end) = QuotaWindows.Of(quota.Period, now);
            var left = await slot.SpendAsync(store, new QuotaWindow(slot.Key, start, end), quota.Count, now, cancellationToken);
            var standing = new QuotaStanding(quota, counted, left ?? 0, end - now);
            standings.Add(standing);
            if (left is null)
            {
                spent.ForEach(static one => one.Slot.GiveBack(one.Window));
                return new QuotaAnswer(standings, standing);
            }

            spent.Add((slot, start));
        }

        return new QuotaAnswer(standings, Refused: null);
    }
}

/// <summary>What a node holds of one allowance. One lease at a time is under way; those who wait share it.</summary>
internal sealed class QuotaSlot(string key)
{
    private readonly Lock _gate = new();
    private DateTimeOffset _window;
    private int _limit;
    private int _held;
    private int _unleased;
    private bool _usedUp;
    private Task? _taking;

    public string Key => key;

    /// <summary>What is left after this call; null: it is used up.</summary>
    public async ValueTask<int?> SpendAsync(ILedgerStore store, QuotaWindow window, int limit, DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task taking;
            lock (_gate)
            {
                if (_window != window.Start || _limit != limit)
                {
                    // Another window, or the row says another count: what was held of it is let go.
                    (_window, _limit, _held, _unleased, _usedUp, _taking) = (window.Start, limit, 0, limit, false, null);
                }

                if (_held > 0)
                {
                    _held--;
                    return _held + _unleased;
                }

                if (_usedUp)
                {
                    return null;
                }

                taking = _taking ??= TakeAsync(store, window, limit, now);
            }

            await taking.WaitAsync(cancellationToken);
        }
    }

    /// <summary>A call that was counted here and is refused by another quota.</summary>
    public void GiveBack(DateTimeOffset window)
    {
        lock (_gate)
        {
            if (_window == window)
            {
                _held++;
            }
        }
    }

    /// <summary>Whoever waits leaves when it likes; the slice comes all the same, and is for those who come next.</summary>
    private async Task TakeAsync(ILedgerStore store, QuotaWindow window, int limit, DateTimeOffset now)
    {
        await Task.Yield(); // not under the lock
        var slice = default(QuotaSlice);
        var taken = false;
        try
        {
            slice = await store.TakeQuotaAsync(window, limit, now, CancellationToken.None);
            taken = true;
        }
        finally
        {
            lock (_gate)
            {
                if (_window == window.Start && _limit == limit)
                {
                    _taking = null;
                    (_held, _unleased, _usedUp) = taken ? (_held + slice.Taken, Math.Max(0, limit - slice.Used), slice.Taken == 0) : (_held, _unleased, false);
                }
            }
        }
    }
}
