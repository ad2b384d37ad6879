using System.Diagnostics.CodeAnalysis;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>
/// What one lane has leased: those that wait to be sent, those under way and those whose outcome is being recorded. Each is held from the
/// claim of its place until it is released, so that their number has a bound. Safe on any thread.
/// </summary>
internal sealed class LaneStock
{
    private readonly Lock _gate = new();
    private readonly Queue<StockedDelivery> _waiting = [];
    private int _held;
    private int _max;

    /// <summary>Whether nothing is held.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _held == 0;
            }
        }
    }

    /// <summary>How many wait to be sent.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Claims places up to <paramref name="max"/>, all at once where it is worth a look into the store; else none.</summary>
    public int Claim(int max)
    {
        lock (_gate)
        {
            _max = max;
            var room = Room;
            _held += room;
            return room;
        }
    }

    /// <summary>Puts what was leased into claimed places.</summary>
    public void Add(IEnumerable<StockedDelivery> leased)
    {
        lock (_gate)
        {
            foreach (var delivery in leased)
            {
                _waiting.Enqueue(delivery);
            }
        }
    }

    /// <summary>Takes the next to be sent; its place stays held.</summary>
    /// <param name="hasRoom">Whether it is worth a look into the store.</param>
    public bool TryTake([NotNullWhen(true)] out StockedDelivery? next, out bool hasRoom)
    {
        lock (_gate)
        {
            var taken = _waiting.TryDequeue(out next);
            hasRoom = Room > 0;
            return taken;
        }
    }

    /// <summary>Takes all that wait; their places stay held.</summary>
    public IReadOnlyList<StockedDelivery> TakeAll()
    {
        lock (_gate)
        {
            StockedDelivery[] all = [.. _waiting];
            _waiting.Clear();
            return all;
        }
    }

    /// <summary>Gives places up. Returns whether it is worth a look into the store.</summary>
    public bool Release(int count)
    {
        lock (_gate)
        {
            _held -= count;
            return Room > 0;
        }
    }

    /// <summary>Half a stock, or what there is before the senders stand still: a look for each place that falls free would cost more than it brings.</summary>
    private int Room => _waiting.Count == 0 || _max - _held >= _max / 2 ? Math.Max(0, _max - _held) : 0;
}

/// <summary>A delivery that waits to be sent.</summary>
/// <param name="LeasedAt">The instant of the request for its lease.</param>
/// <param name="Strikes">The lane's strikes then: where they are others now, the recipient refused meanwhile and it is not sent.</param>
internal sealed record StockedDelivery(OpenedDelivery Opened, DateTimeOffset LeasedAt, int Strikes);
