namespace LegalAid.Gateway.Exchange.Erasure;

/// <summary>Settings of <see cref="ErasureWorker"/>. Checked at start; all faults are reported together.</summary>
public sealed record ErasureOptions
{
    /// <summary>Most exchanges erased between two looks at the clock. Default 100, 1 to 10,000.</summary>
    public int BatchMax { get; init; } = 100;

    /// <summary>How often to look for exchanges that are due, and for the lead where another node has it. Default 1 min, 1 s to 1 h.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Every fault of these settings, in English; empty if there is none.</summary>
    public IReadOnlyList<string> Validate() => Settings.Faults(
        (BatchMax is >= 1 and <= 10_000, "BatchMax must be 1 to 10000"),
        (Interval.IsWithin(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), "Interval must be 1 s to 1 h"));

    /// <summary>These settings, or an exception that names every fault: the start stops.</summary>
    internal ErasureOptions Required() => Settings.Required(this, Validate(), "erasure");
}
