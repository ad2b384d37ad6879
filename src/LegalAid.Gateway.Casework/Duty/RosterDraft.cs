using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Duty;

/// <summary>Bounds of drafting. The others bound it by work, so that the same case and seed give the same roster anywhere; <see cref="TimeMax"/> is for a machine that is far slower.</summary>
public sealed record DraftLimits
{
    /// <summary>Of every choice by chance. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Parts of the roster that are improved, one after the other. Default 40; range 0 to 10,000.</summary>
    public int RoundsMax { get; init; } = 40;

    /// <summary>A draft that is proven to be within this share of the best is good enough. Default 0.001; range 0 to 1.</summary>
    public double GapEnough { get; init; } = 0.001;

    /// <summary>The solver's work on one part, in its own unit, seconds on a slow core. Default 0.3; range 0.01 to 60.</summary>
    public double WorkPerRound { get; init; } = 0.3;

    /// <summary>Lawyers whose shifts are open to change in one part. Default 14; range 2 to 200.</summary>
    public int LawyersPerRound { get; init; } = 14;

    /// <summary>A case with no more pairs of lawyer and possible shift is solved whole, with proof. Default 3,000.</summary>
    public int PairsWholeMax { get; init; } = 3_000;

    /// <summary>Longest by the clock, explanation included. Default 60 s. Where it ends a draft, the result may differ from machine to machine, and says so.</summary>
    public TimeSpan TimeMax { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>How far a draft is.</summary>
/// <param name="Round">Parts done; 0 after the start.</param>
/// <param name="RoundsMax">Parts at most.</param>
/// <param name="OpenPlaces">Places nobody has yet.</param>
/// <param name="Points">Of the wishes, open places not counted.</param>
public readonly record struct DraftProgress(int Round, int RoundsMax, int OpenPlaces, long Points);

/// <summary>Why a draft ended.</summary>
public enum DraftEnd
{
    /// <summary>Nothing better exists.</summary>
    Proven,

    /// <summary>It is within <see cref="DraftLimits.GapEnough"/> of the best.</summary>
    GoodEnough,

    /// <summary>All rounds were made.</summary>
    Rounds,

    /// <summary><see cref="DraftLimits.TimeMax"/> was over.</summary>
    Time,

    /// <summary>The caller's token.</summary>
    Cancelled,
}

/// <summary>A shift that has too few lawyers.</summary>
public readonly record struct OpenPlaces(ShiftId Shift, int Missing);

/// <summary>What was drafted. Whatever the end, no hard rule is broken but that open places are open.</summary>
/// <param name="Roster">The best that was found.</param>
/// <param name="Open">Shifts with places that nobody has, in order.</param>
/// <param name="Points">What the wishes cost; fewer is better.</param>
/// <param name="PointsAtLeast">No roster without open places costs less: a proven bound.</param>
/// <param name="End">Why it ended.</param>
/// <param name="Rounds">Parts improved.</param>
public sealed record RosterDraft(Roster Roster, EquatableList<OpenPlaces> Open, long Points, long PointsAtLeast, DraftEnd End, int Rounds)
{
    /// <summary>How much fewer points than these might be possible: 0 is proven best, 0.02 is at most 2 %.</summary>
    public double Gap => Points <= 0 ? 0 : Math.Max(0, (double)(Points - PointsAtLeast) / Points);
}

/// <summary>What drafting ends in.</summary>
public abstract record DraftOutcome
{
    private DraftOutcome()
    {
    }

    /// <summary>Every place has its lawyer.</summary>
    public sealed record Complete(RosterDraft Draft) : DraftOutcome;

    /// <summary>No roster keeps every hard rule: that is proven, and why.</summary>
    /// <param name="Draft">As many places filled as could be.</param>
    /// <param name="Explanation">Why, and what would make it possible.</param>
    public sealed record Impossible(RosterDraft Draft, RosterExplanation Explanation) : DraftOutcome;

    /// <summary>Places are open, and the bounds or the caller ended the search before it was known whether they must be.</summary>
    public sealed record Unfinished(RosterDraft Draft) : DraftOutcome;

    /// <summary>The case itself is faulty.</summary>
    public sealed record Refused(EquatableList<Fault> Faults) : DraftOutcome;

    /// <summary>What there is of a roster; null where the case was refused.</summary>
    public RosterDraft? DraftOrNull => this switch
    {
        Complete { Draft: var draft } => draft,
        Impossible { Draft: var draft } => draft,
        Unfinished { Draft: var draft } => draft,
        _ => null,
    };
}
