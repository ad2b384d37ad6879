namespace LegalAid.Gateway.Exchange.Delivery;

/// <summary>Settings of delivery. Checked at start; all faults are reported together.</summary>
public sealed record DeliveryOptions
{
    /// <summary>The gateway's own name as an absolute URL, the one in its receipts; events say <c>{Issuer}/exchanges</c> as their source.</summary>
    public required Uri Issuer { get; init; }

    /// <summary>How long one push may take, from the first byte sent to the answer. Default 10 s, 1 s to 2 min.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the recording of an outcome may take, shutdown included. Default 10 s, 1 s to 1 min.</summary>
    public TimeSpan OutcomeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a push holds its delivery: after a crash it is sent again when this has passed. Default 60 s; at least
    /// <see cref="AttemptTimeout"/>, <see cref="OutcomeTimeout"/> and 5 s together, at most 10 min.
    /// </summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long pushes under way may go on when the gateway stops; then they are cut off and sent again later. Default 5 s, 0 to 1 min.
    /// The host's shutdown must wait longer than this and <see cref="OutcomeTimeout"/> together.
    /// </summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The bound on the first wait after a failure; it doubles with each. Default 5 s, 100 ms to 10 min.</summary>
    public TimeSpan BackoffBase { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The bound on every wait after a failure. Default 1 h; at least <see cref="BackoffBase"/>, at most 24 h.</summary>
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// The bound on every pause of a recipient that takes nothing at present, unless it asks for a longer one: so long its deliveries wait
    /// at most after it is back. One attempt is made each time. Default 5 min; at least <see cref="BackoffBase"/>, at most 1 h.
    /// </summary>
    public TimeSpan PauseMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest <c>Retry-After</c> that is honoured; a longer one counts as this. Default 1 h, 0 to 24 h.</summary>
    public TimeSpan RetryAfterMax { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Most attempts of one delivery before it is a dead letter. Default 500: at half an hour between attempts on average that is ten
    /// days, longer than the longest row of holidays. 1 to 10,000.
    /// </summary>
    public int AttemptsMax { get; init; } = 500;

    /// <summary>Most pushes to one agency at a time. Default 4, 1 to 64.</summary>
    public int AgencyConcurrency { get; init; } = 4;

    /// <summary>
    /// Most pushes at a time beyond the first of each agency. Default 512, 0 to 4,096. The first is outside of the bound, so that agencies
    /// which answer slowly never use up all that another one needs.
    /// </summary>
    public int SharedConcurrency { get; init; } = 512;

    /// <summary>
    /// Most deliveries leased for pushes to one agency at a time: those that are sent, those whose outcome is being recorded and those that wait
    /// to be sent next. Only an agency that answers within milliseconds gets that far. Default 256, <see cref="AgencyConcurrency"/> to 1,024.
    /// </summary>
    public int LeasedMax { get; init; } = 256;

    /// <summary>
    /// Most pushes a second to an agency that was away, until what waited for it is gone. Default 250, 1 to 10,000: ten thousand messages take
    /// forty seconds, and others hardly notice.
    /// </summary>
    public int CatchUpRate { get; init; } = 250;

    /// <summary>How much of an answer's body is read before the connection is given up. Default 64 KiB, 0 to 1 MiB. It is never kept.</summary>
    public int AnswerBytesMax { get; init; } = 64 << 10;

    /// <summary>How often to look without having been woken. Default 30 s, 1 s to 10 min.</summary>
    public TimeSpan SafetyInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Every fault of these settings, in English; empty if there is none.</summary>
    public IReadOnlyList<string> Validate() => Settings.Faults(
        (Issuer is { IsAbsoluteUri: true }, "Issuer must be an absolute URL"),
        (AttemptTimeout.IsWithin(Seconds(1), Minutes(2)), "AttemptTimeout must be 1 s to 2 min"),
        (OutcomeTimeout.IsWithin(Seconds(1), Minutes(1)), "OutcomeTimeout must be 1 s to 1 min"),
        (LeaseDuration.IsWithin(AttemptTimeout + OutcomeTimeout + Seconds(5), Minutes(10)),
            "LeaseDuration must be at least AttemptTimeout, OutcomeTimeout and 5 s together, at most 10 min"),
        (ShutdownGrace.IsWithin(TimeSpan.Zero, Minutes(1)), "ShutdownGrace must be 0 to 1 min"),
        (BackoffBase.IsWithin(TimeSpan.FromMilliseconds(100), Minutes(10)), "BackoffBase must be 100 ms to 10 min"),
        (BackoffMax.IsWithin(BackoffBase, TimeSpan.FromHours(24)), "BackoffMax must be BackoffBase to 24 h"),
        (PauseMax.IsWithin(BackoffBase, TimeSpan.FromHours(1)), "PauseMax must be BackoffBase to 1 h"),
        (RetryAfterMax.IsWithin(TimeSpan.Zero, TimeSpan.FromHours(24)), "RetryAfterMax must be 0 to 24 h"),
        (AttemptsMax is >= 1 and <= 10_000, "AttemptsMax must be 1 to 10000"),
        (AgencyConcurrency is >= 1 and <= 64, "AgencyConcurrency must be 1 to 64"),
        (SharedConcurrency is >= 0 and <= 4096, "SharedConcurrency must be 0 to 4096"),
        (LeasedMax >= AgencyConcurrency && LeasedMax <= 1024, "LeasedMax must be AgencyConcurrency to 1024"),
        (CatchUpRate is >= 1 and <= 10_000, "CatchUpRate must be 1 to 10000"),
        (AnswerBytesMax is >= 0 and <= 1 << 20, "AnswerBytesMax must be 0 to 1 MiB"),
        (SafetyInterval.IsWithin(Seconds(1), Minutes(10)), "SafetyInterval must be 1 s to 10 min"));

    /// <summary>These settings, or an exception that names every fault: the start stops.</summary>
    internal DeliveryOptions Required() => Settings.Required(this, Validate(), "delivery");

    private static TimeSpan Seconds(int count) => TimeSpan.FromSeconds(count);

    private static TimeSpan Minutes(int count) => TimeSpan.FromMinutes(count);
}
