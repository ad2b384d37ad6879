using System.Globalization;

namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>
/// When a leaf can have been made, by what the log shows. A gateway that holds its keys can write any time into a leaf and a receipt; what
/// it cannot do is place the leaf before a checkpoint that somebody else has seen.
/// <list type="bullet">
/// <item>A checkpoint that does not hold the leaf was made before the leaf was logged: the leaf's own time is at most the merge delay before that.</item>
/// <item>A checkpoint that holds it was made after it: the leaf's own time is not later.</item>
/// <item>A receipt carries a checkpoint that was there before its leaf: the leaf is not in it.</item>
/// </list>
/// </summary>
public sealed record TimeBounds
{
    /// <summary>
    /// How long a committed leaf may wait for its place in the log. Default an hour: far more than a running gateway needs (a second or so),
    /// far less than any period of law. A gateway that stood still logs its waiting leaves before it signs again.
    /// </summary>
    public TimeSpan MergeDelay { get; init; } = TimeSpan.FromHours(1);

    /// <summary>By how much the clocks of gateway and witnesses may differ. Default five minutes.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether a leaf of this time can still have been missing from a checkpoint made at <paramref name="checkpointAt"/>.</summary>
    public bool MayBeMissing(DateTimeOffset leafAt, DateTimeOffset checkpointAt) => checkpointAt <= leafAt + MergeDelay + ClockSkew;

    /// <summary>Whether a leaf of this time can be in a checkpoint made at <paramref name="checkpointAt"/>.</summary>
    public bool MayBeHeld(DateTimeOffset leafAt, DateTimeOffset checkpointAt) => leafAt <= checkpointAt + ClockSkew;

    /// <summary>Checks a leaf against a checkpoint that witnesses cosigned.</summary>
    public void Check(DateTimeOffset leafAt, long index, CheckedCheckpoint checkpoint, FindingCode backDated, string entry, FindingList findings)
    {
        foreach (var (witness, at) in checkpoint.Cosigned)
        {
            var holds = index < checkpoint.Head.Size;
            findings.Require(
                holds || MayBeMissing(leafAt, at), backDated, entry, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Timestamps.Format(leafAt)}; {witness} saw the log without it, at size {checkpoint.Head.Size}, at {Timestamps.Format(at)}"));
            findings.Require(
                !holds || MayBeHeld(leafAt, at), FindingCodes.LeafPostDated, entry, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Timestamps.Format(leafAt)}; {witness} saw the log with it, at size {checkpoint.Head.Size}, at {Timestamps.Format(at)}"));
        }
    }
}
