using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Evidence.Witness;

namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>Settings of the evidence log. Checked at start; all faults are reported together.</summary>
public sealed record LogOptions
{
    /// <summary>Name of the log in its checkpoints when it is begun, for example <c>gateway.example/log</c>; later the store's counts.</summary>
    public required string Origin { get; init; }

    /// <summary>How long leaves are gathered before they get their places and a checkpoint. Default 200 ms, 1 ms to 1 min.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Most leaves placed in one write. Default 512, 1 to 10,000. More is faster after an outage, and lets commits wait longer for the
    /// store's writer.
    /// </summary>
    public int LeavesMax { get; init; } = 512;

    /// <summary>Who is asked to cosign. Default nobody; at most 16.</summary>
    public ImmutableArray<WitnessEntry> Witnesses { get; init; } = [];

    /// <summary>
    /// How many witnesses must have told what they know before anything is signed after a start. Null (default): more than half. 0 to
    /// their number.
    /// </summary>
    public int? Quorum { get; init; }

    /// <summary>How long one request to a witness may take. Default 5 s, 100 ms to 1 min.</summary>
    public TimeSpan WitnessTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a witness that did not answer is left alone. Default 5 s, 10 ms to 10 min.</summary>
    public TimeSpan WitnessPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a node that does not lead looks for the newest checkpoint and for the lead. Default 1 s, 10 ms to 1 min.</summary>
    public TimeSpan FollowInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Witnesses that must have answered.</summary>
    internal int Needed => Quorum ?? (Witnesses.IsEmpty ? 0 : (Witnesses.Length / 2) + 1);

    /// <summary>Every fault of these settings, in English; empty if there is none.</summary>
    public IReadOnlyList<string> Validate() => Settings.Faults(
        (Origin is not null && NoteKey.IsName(Origin), "Origin must be a name without spaces and plus signs"),
        (Interval.IsWithin(TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1)), "Interval must be 1 ms to 1 min"),
        (LeavesMax is >= 1 and <= 10_000, "LeavesMax must be 1 to 10000"),
        (Witnesses.Length <= 16 && Witnesses.Select(witness => witness.Key.Name).Distinct().Count() == Witnesses.Length, "Witnesses must be at most 16, each with a name of its own"),
        (Witnesses.All(witness => witness.Key.Algorithm == NoteAlgorithm.Cosignature), "a witness's key must be of type 0x04"),
        (Quorum is null || (Quorum >= 0 && Quorum <= Witnesses.Length), "Quorum must be 0 to the number of witnesses"),
        (WitnessTimeout.IsWithin(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)), "WitnessTimeout must be 100 ms to 1 min"),
        (WitnessPause.IsWithin(TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(10)), "WitnessPause must be 10 ms to 10 min"),
        (FollowInterval.IsWithin(TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1)), "FollowInterval must be 10 ms to 1 min"));

    /// <summary>These settings, or an exception that names every fault: the start stops.</summary>
    internal LogOptions Required() => Settings.Required(this, Validate(), "log");
}
