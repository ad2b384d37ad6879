namespace LegalAid.Gateway.Casework.Duty;

/// <summary>How a number is spread over all lawyers.</summary>
/// <param name="Gini">0 where all have the same, towards 1 where one has all.</param>
public readonly record struct Spread(double Min, double Max, double Mean, double Deviation, double Gini)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0)
        {
            return default;
        }

        var (mean, total) = (sorted.Average(), sorted.Sum());
        var weighted = sorted.Select((value, place) => value * ((2 * (place + 1)) - sorted.Length - 1)).Sum();
        return new(sorted[0], sorted[^1], mean, Math.Sqrt(sorted.Average(value => (value - mean) * (value - mean))), total == 0 ? 0 : weighted / (sorted.Length * total));
    }
}

/// <summary>A roster's figures, for comparing two of the same case. They judge nothing: <see cref="RosterRules"/> does.</summary>
/// <param name="Shifts">Per lawyer, carried ones included.</param>
/// <param name="Unpopular">Of weekends and holidays, per lawyer, carried ones included.</param>
/// <param name="Assignments">Places filled.</param>
/// <param name="OpenPlaces">Places not filled.</param>
/// <param name="KilometresMean">From office to station, one way, over assignments with a place.</param>
/// <param name="OnPreferred">Share of assignments on a day that the lawyer asked for.</param>
/// <param name="OnUnwished">Share of assignments on a day that the lawyer would rather not have.</param>
/// <param name="AtUsual">Share of assignments at a station that the lawyer knows.</param>
public sealed record FairnessFigures(
    Spread Shifts, Spread Unpopular, int Assignments, int OpenPlaces, double KilometresMean, double OnPreferred, double OnUnwished, double AtUsual)
{
    /// <summary>The figures of a roster whose shifts and lawyers are those of the case; others are not counted.</summary>
    public static FairnessFigures Of(RosterCase given, Roster roster)
    {
        var shifts = given.Shifts.ToDictionary(shift => shift.Id);
        var lawyers = given.Lawyers.ToDictionary(lawyer => lawyer.Id);
        var stations = given.Stations.ToDictionary(station => station.Id);
        var all = roster.Assignments.Where(one => shifts.ContainsKey(one.Shift) && lawyers.ContainsKey(one.Lawyer))
            .Select(one => (Shift: shifts[one.Shift], Lawyer: lawyers[one.Lawyer])).ToList();
        var (number, unpopular) = (all.CountBy(one => one.Lawyer.Id).ToDictionary(), all.Where(one => given.IsUnpopular(one.Shift.Date)).CountBy(one => one.Lawyer.Id).ToDictionary());
        var placed = all.Where(one => one.Shift.HasPlace && stations.ContainsKey(one.Shift.Station)).ToList();
        return new(
            Spread.Of(given.Lawyers.Select(lawyer => (double)lawyer.CarriedShifts + number.GetValueOrDefault(lawyer.Id))),
            Spread.Of(given.Lawyers.Select(lawyer => (double)lawyer.CarriedUnpopular + unpopular.GetValueOrDefault(lawyer.Id))),
            all.Count,
            given.Shifts.Sum(shift => shift.Slots) - all.Count,
            placed.Count == 0 ? 0 : placed.Average(one => Travel.HomeKilometres(one.Lawyer, stations[one.Shift.Station])),
            Share(one => one.Lawyer.Preferred.Contains(one.Shift.Date)),
            Share(one => one.Lawyer.Unwished.Contains(one.Shift.Date)),
            Share(one => one.Lawyer.Usual.Contains(one.Shift.Station)));

        double Share(Func<(Shift Shift, DutyLawyer Lawyer), bool> met) => all.Count == 0 ? 0 : (double)all.Count(met) / all.Count;
    }
}
