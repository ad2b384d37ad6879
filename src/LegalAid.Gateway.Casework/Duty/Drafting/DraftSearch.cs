namespace LegalAid.Gateway.Casework.Duty.Drafting;

/// <summary>One draft's search: a start, then part after part set free and settled anew.</summary>
internal sealed class DraftSearch(CompiledCase given, DraftLimits limits, IProgress<DraftProgress>? progress, CancellationToken cancellationToken)
{
    /// <summary>Rounds in a row without gain after which the search is over.</summary>
    private const int IdleMax = 40;

    /// <summary>A round that has places to fill may work so much longer: its part is harder, and there are few of them.</summary>
    private const int FillingFactor = 5;

    private readonly Random _chance = new(limits.Seed);

    public CompiledCase Given => given;

    public (Plan Plan, long AtLeast, bool Proven, int Rounds) Run()
    {
        var (plan, atLeast, openAtLeast) = FlowStart.Make(given);
        Tell(plan, 0);
        var everyone = Enumerable.Range(0, given.Lawyers.Length).ToList();
        if (given.CountPairs() <= limits.PairsWholeMax)
        {
            var end = new Neighbourhood(given, plan, everyone, mayOpen: true).Improve(limits.Seed, limits.WorkPerRound * limits.RoundsMax, cancellationToken);
            Tell(plan, 1);
            return (plan, end is { Found: true, Proven: true } && plan.Open == 0 ? plan.Points : atLeast, end is { Found: true, Proven: true }, 1);
        }

        var (round, idle) = (0, 0);
        while (round < limits.RoundsMax && idle < IdleMax && !cancellationToken.IsCancellationRequested && !IsGoodEnough(plan, atLeast, openAtLeast))
        {
            var lawyers = Choose(plan, everyone, round++);
            var work = plan.Open > 0 ? limits.WorkPerRound * FillingFactor : limits.WorkPerRound;
            var end = new Neighbourhood(given, plan, lawyers, mayOpen: true).Improve(limits.Seed + round, work, cancellationToken);
            idle = end.Gained > 0 ? 0 : idle + 1;
            Tell(plan, round);
        }

        return (plan, atLeast, plan.Open == 0 && plan.Points <= atLeast, round);
    }

    public RosterDraft Result(Plan plan, long atLeast, DraftEnd end, int rounds) => new(
        plan.ToRoster(),
        [.. Enumerable.Range(0, given.Shifts.Length).Where(shift => plan.OpenOf(shift) > 0).Select(shift => new OpenPlaces(given.Shifts[shift].Id, plan.OpenOf(shift)))],
        plan.Points - (plan.Open * Plan.OpenPlace),
        plan.Open == 0 ? atLeast : 0,
        end,
        rounds);

    /// <summary>Near the bound; or impossible beyond doubt, when what is wanted is the reason and not the last point.</summary>
    private bool IsGoodEnough(Plan plan, long atLeast, int openAtLeast) =>
        plan.Open == 0 ? plan.Points - atLeast <= plan.Points * limits.GapEnough : plan.Open <= openAtLeast;

    /// <summary>Who is free in this round, in order.</summary>
    private List<int> Choose(Plan plan, List<int> everyone, int round)
    {
        var size = Math.Min(limits.LawyersPerRound, everyone.Count);
        var open = Enumerable.Range(0, given.Shifts.Length).Where(shift => plan.OpenOf(shift) > 0).ToList();
        if (open.Count > 0)
        {
            // Half of them could take the open place, the other half could take over what they then leave.
            var shift = open[_chance.Next(open.Count)];
            var able = Shuffled(everyone.Where(lawyer => given.May(lawyer, shift))).Take((size + 1) / 2).ToHashSet();
            return [.. able.Concat(Shuffled(everyone.Where(lawyer => !able.Contains(lawyer))).Take(size - able.Count)).Order()];
        }

        if (round % 2 == 0)
        {
            return [.. Shuffled(everyone).Take(size).Order()];
        }

        // A sample's worst off and best off: what is shared unevenly lies between them.
        var sample = Shuffled(everyone).Take(3 * size).OrderByDescending(plan.PointsOf).ThenBy(lawyer => lawyer).ToList();
        return [.. sample.Take(size / 2).Concat(sample.TakeLast(size - (size / 2))).Distinct().Order()];
    }

    private List<int> Shuffled(IEnumerable<int> items)
    {
        var shuffled = items.ToArray();
        _chance.Shuffle(shuffled);
        return [.. shuffled];
    }

    private void Tell(Plan plan, int round) =>
        progress?.Report(new DraftProgress(round, limits.RoundsMax, plan.Open, plan.Points - (plan.Open * Plan.OpenPlace)));
}
