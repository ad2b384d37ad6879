namespace LegalAid.Gateway.Testing;

/// <summary>The system's time, moved: timers run as they do, and nothing stands still.</summary>
public sealed class ShiftedTime : TimeProvider
{
    /// <summary>How far the clock on the wall is ahead. May be put back.</summary>
    public TimeSpan By { get; set; }

    /// <summary>How much more time has passed than it did, for whoever measures. Never put back: that clock does not run backwards.</summary>
    public TimeSpan Passed { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + By;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(Passed.TotalSeconds * TimestampFrequency);
}
