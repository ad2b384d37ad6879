using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Exchange.Clocks;

/// <summary>
/// Civil time: what legal clocks run on. In production it is system time at +08:00. A demo or test may start it at another instant, run
/// it fast or move it ahead; system time, by which leases, tokens and signatures live, stays true. It never goes back.
/// </summary>
/// <remarks>Thread-safe. <see cref="Anchor"/> is what a store keeps, so that civil time goes on after a restart.</remarks>
public sealed class CivilClock(TimeProvider system, CivilAnchor? anchor = null)
{
    private readonly Lock _gate = new();
    private CivilAnchor _anchor = anchor ?? CivilAnchor.True;

    /// <summary>Raised after civil time was moved or its rate changed: who waits for a civil instant must look again.</summary>
    public event EventHandler? Moved;

    public DateTimeOffset Now
    {
        get
        {
            lock (_gate)
            {
                return At(system.GetUtcNow());
            }
        }
    }

    public CivilAnchor Anchor
    {
        get
        {
            lock (_gate)
            {
                return _anchor;
            }
        }
    }

    /// <summary>How long in system time until the civil instant; zero when it has come.</summary>
    public TimeSpan Until(DateTimeOffset civil)
    {
        lock (_gate)
        {
            var away = civil - At(system.GetUtcNow());
            var left = _anchor.Rate == 1 ? away : away / _anchor.Rate;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Moves civil time ahead at once.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        lock (_gate)
        {
            var now = system.GetUtcNow();
            _anchor = new CivilAnchor(now, At(now) + by, _anchor.Rate);
        }

        Moved?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>At true speed without a product: a double has no room for the ticks since 1970, and civil time would be off by some.</summary>
    private DateTimeOffset At(DateTimeOffset now)
    {
        var passed = now - _anchor.System;
        return (_anchor.Civil + (_anchor.Rate == 1 ? passed : passed * _anchor.Rate)).ToCivil();
    }
}

/// <summary>Civil time was <paramref name="Civil"/> when system time was <paramref name="System"/>, and runs at <paramref name="Rate"/> times its speed.</summary>
public sealed record CivilAnchor(DateTimeOffset System, DateTimeOffset Civil, double Rate)
{
    /// <summary>Civil time is system time.</summary>
    public static readonly CivilAnchor True = new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, Rate: 1);
}
