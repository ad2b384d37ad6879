namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>
/// How fast a recipient that takes nothing at present is asked again. Each burst of refusals is one strike, however many attempts were under
/// way: the pause doubles with the strikes and not with the number of deliveries that wait. After a pause one delivery goes ahead as a
/// probe; the first answer that is no refusal lets the others follow at full speed. Safe on any thread.
/// </summary>
internal sealed class LanePace(TimeProvider system, DeliveryOptions options)
{
    private readonly Lock _gate = new();
    private int _strikes;
    private DateTimeOffset _pausedUntil;

    /// <summary>Whether only one attempt at a time should be under way.</summary>
    public bool Probing
    {
        get
        {
            lock (_gate)
            {
                return _strikes > 0;
            }
        }
    }

    /// <summary>The recipient refused: until when to leave it alone.</summary>
    /// <param name="atLeast">As it asked, bounded; zero where it did not.</param>
    /// <param name="random">Of [0, 1).</param>
    public DateTimeOffset Refused(TimeSpan atLeast, double random)
    {
        lock (_gate)
        {
            var now = system.GetUtcNow();
            var wait = atLeast;
            if (now >= _pausedUntil)
            {
                var backoff = Backoff.Delay(++_strikes, random, options.BackoffBase, options.PauseMax);
                wait = backoff > atLeast ? backoff : atLeast;
            }

            _pausedUntil = _pausedUntil > now + wait ? _pausedUntil : now + wait;
            return _pausedUntil;
        }
    }

    /// <summary>The recipient took or judged a message: it is there.</summary>
    public void Answered()
    {
        lock (_gate)
        {
            _strikes = 0;
        }
    }
}
