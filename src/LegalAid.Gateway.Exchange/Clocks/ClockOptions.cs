namespace LegalAid.Gateway.Exchange.Clocks;

/// <summary>Settings of <see cref="ClockWorker"/>. Checked at start; all faults are reported together.</summary>
public sealed record ClockOptions
{
    /// <summary>Most exchanges taken from the store at a time. Default 100, 1 to 10,000.</summary>
    public int BatchMax { get; init; } = 100;

    /// <summary>Most exchanges decided at a time. Default 4, 1 to 64.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>How long an exchange that failed is left alone at first; it doubles with each failure. Default 5 s, 100 ms to 10 min.</summary>
    public TimeSpan RetryBase { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest that an exchange which failed is left alone. Default 5 min; at least <see cref="RetryBase"/>, at most 1 h.</summary>
    public TimeSpan RetryMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often to look without having been woken. Default 30 s, 1 s to 10 min.</summary>
    public TimeSpan SafetyInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Every fault of these settings, in English; empty if there is none.</summary>
    public IReadOnlyList<string> Validate() => Settings.Faults(
        (BatchMax is >= 1 and <= 10_000, "BatchMax must be 1 to 10000"),
        (Concurrency is >= 1 and <= 64, "Concurrency must be 1 to 64"),
        (RetryBase.IsWithin(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10)), "RetryBase must be 100 ms to 10 min"),
        (RetryMax.IsWithin(RetryBase, TimeSpan.FromHours(1)), "RetryMax must be RetryBase to 1 h"),
        (SafetyInterval.IsWithin(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)), "SafetyInterval must be 1 s to 10 min"));

    /// <summary>These settings, or an exception that names every fault: the start stops.</summary>
    internal ClockOptions Required() => Settings.Required(this, Validate(), "clock");
}
