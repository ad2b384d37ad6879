namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>
/// How fast a recipient that takes nothing at present is asked again. Each burst of refusals is one strike, however many attempts were under
/// way: the pause doubles with the strikes and not with the number of deliveries that wait. After a pause one delivery goes ahead as a
/// probe; the first answer that is no refusal lets the others follow, at a bounded rate until what waited is gone: a week's messages sent at full
/// speed would take the recipient down again, and the machine from everybody else. And how much is leased ahead: what the recipient takes
/// within <see cref="Ahead"/> by the time its answers took lately, so that nothing stands leased for long. Safe on any thread.
/// </summary>
internal sealed class LanePace(TimeProvider system, DeliveryOptions options)
{
    /// <summary>A lease of a minute outlasts this many times, and the store's round trips take a small part of it.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMilliseconds(250);

    /// <summary>Weight of the latest answer in what an answer takes: 1 in so many.</summary>
    private const int Memory = 8;

    /// <summary>What may be caught up at once, in time: so much is no burden.</summary>
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private TimeSpan? _answerTakes;
    private int _strikes;
    private DateTimeOffset _pausedUntil;
    private DateTimeOffset _turn;
    private bool _catchingUp;

    /// <summary>How many bursts of refusals there were since the last answer that was none. Where there were any, only one attempt at a time should be under way.</summary>
    public int Strikes
    {
        get
        {
            lock (_gate)
            {
                return _strikes;
            }
        }
    }

    /// <summary>How many deliveries should be leased at a time, at least as many as are sent at a time; 1 while it is probed.</summary>
    public int LeasedMax
    {
        get
        {
            lock (_gate)
            {
                return _strikes > 0 ? 1
                    : _answerTakes is not { } takes ? options.AgencyConcurrency
                    : (int)Math.Clamp(options.AgencyConcurrency * Ahead.Ticks / Math.Max(1, takes.Ticks), options.AgencyConcurrency, options.LeasedMax);
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
                _answerTakes = null;
                _catchingUp = true;
                var backoff = Backoff.Delay(++_strikes, random, options.BackoffBase, options.PauseMax);
                wait = backoff > atLeast ? backoff : atLeast;
            }

            _pausedUntil = _pausedUntil > now + wait ? _pausedUntil : now + wait;
            return _pausedUntil;
        }
    }

    /// <summary>The recipient took or judged a message: it is there.</summary>
    /// <param name="took">From the first byte sent to the answer.</param>
    public void Answered(TimeSpan took)
    {
        lock (_gate)
        {
            _strikes = 0;
            _answerTakes = _answerTakes is { } before ? before + ((took - before) / Memory) : took;
        }
    }

    /// <summary>Takes the next turn. Returns how long it is until then; zero unless it catches up.</summary>
    public TimeSpan TakeTurn()
    {
        lock (_gate)
        {
            if (!_catchingUp)
            {
                return TimeSpan.Zero;
            }

            var now = system.GetUtcNow();
            var earliest = now - Burst;
            _turn = (_turn > earliest ? _turn : earliest) + (TimeSpan.FromSeconds(1) / options.CatchUpRate);
            return _turn > now ? _turn - now : TimeSpan.Zero;
        }
    }

    /// <summary>Nothing more waits that could be sent: what comes is sent as it comes.</summary>
    public void CaughtUp()
    {
        lock (_gate)
        {
            _catchingUp &= _strikes > 0;
        }
    }
}
