using LegalAid.Gateway.Casework.Duty.Drafting;

namespace LegalAid.Gateway.Casework.Duty;

/// <summary>
/// Drafts a roster (自动排班): every hard rule kept, as few points of <see cref="DutyWeights"/> as it can find.
/// <list type="number">
/// <item>A small case is solved whole, with proof.</item>
/// <item>Else the cheapest flow gives a start and a proven bound (<see cref="FlowStart"/>).</item>
/// <item>Round by round some lawyers' shifts are set free and settled anew by CP-SAT: first those who could fill an open place, then by turns the
/// worst off with the best off, and by chance.</item>
/// <item>Where a place stays open, it is found out whether it must (<see cref="RosterExplainer"/>).</item>
/// </list>
/// The whole month as one model of CP-SAT (200,000 pairs for a city) does not leave its presolve within ten seconds on one core.
/// Runs on the calling thread, one worker. Safe on any thread; keeps nothing.
/// </summary>
public sealed class RosterDrafter(TimeProvider time)
{
    /// <param name="given">The case.</param>
    /// <param name="limits">Bounds; null: the defaults.</param>
    /// <param name="progress">Told after the start and after each round, on the calling thread.</param>
    /// <param name="cancellationToken">Ends the search: the best so far is the answer, no exception.</param>
    public DraftOutcome Draft(RosterCase given, DraftLimits? limits = null, IProgress<DraftProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var faults = RosterCaseRules.Check(given);
        if (faults.Count > 0)
        {
            return new DraftOutcome.Refused([.. faults]);
        }

        limits ??= new DraftLimits();
        using var clock = new CancellationTokenSource(limits.TimeMax, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        var search = new DraftSearch(new CompiledCase(given), limits, progress, stop.Token);
        var (plan, atLeast, proven, rounds) = search.Run();
        if (plan.Open == 0)
        {
            return new DraftOutcome.Complete(Result());
        }

        var explained = new RosterExplainer(search.Given, limits.Seed, stop.Token).Explain(plan);
        if (explained.Possible is { } possible)
        {
            plan = possible;
            proven = false;
            return new DraftOutcome.Complete(Result());
        }

        return explained.Explanation is { } explanation ? new DraftOutcome.Impossible(Result(), explanation) : new DraftOutcome.Unfinished(Result());

        RosterDraft Result() => search.Result(plan, atLeast, EndOf(proven), rounds);

        DraftEnd EndOf(bool isProven) =>
            isProven ? DraftEnd.Proven : cancellationToken.IsCancellationRequested ? DraftEnd.Cancelled : clock.IsCancellationRequested ? DraftEnd.Time
            : rounds < limits.RoundsMax ? DraftEnd.GoodEnough : DraftEnd.Rounds;
    }
}
