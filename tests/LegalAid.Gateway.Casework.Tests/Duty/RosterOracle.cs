using System.Globalization;
using LegalAid.Gateway.Casework.Duty;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Tests.Duty;

/// <summary>Every complete roster of a small case, by trying. Limits can be switched off one by one, as an explanation names them.</summary>
internal sealed class RosterOracle(
    RosterCase given, Func<FaultCode, DutyLawyerId, string, bool>? holds = null, Func<ShiftId, bool>? needed = null, Func<FaultCode, DutyLawyerId, string, int>? more = null)
{
    private readonly List<Shift> _shifts = [.. given.Shifts.Where(shift => needed?.Invoke(shift.Id) ?? true)];
    private readonly Dictionary<StationId, Station> _stations = given.Stations.ToDictionary(station => station.Id);

    public bool IsPossible => Rosters().Any();

    public IEnumerable<List<(Shift Shift, DutyLawyer Lawyer)>> Rosters() => Fill(0, 0, 0, []);

    public static IEnumerable<DutyAssignment> Assignments(List<(Shift Shift, DutyLawyer Lawyer)> roster) =>
        roster.Select(one => new DutyAssignment(one.Shift.Id, one.Lawyer.Id));

    /// <summary>The points as <see cref="DutyWeights"/> describes them.</summary>
    public long Points(List<(Shift Shift, DutyLawyer Lawyer)> roster)
    {
        var weights = given.Options.Weights;
        return roster.Sum(one =>
                (one.Lawyer.Unwished.Contains(one.Shift.Date) ? weights.Unwished : one.Lawyer.Preferred.Contains(one.Shift.Date) ? 0 : weights.NotPreferred)
                + (one.Shift.HasPlace ? weights.TenKilometres * (long)Math.Ceiling(Travel.HomeKilometres(one.Lawyer, _stations[one.Shift.Station]) / 10) : 0)
                + (one.Lawyer.Usual.Contains(one.Shift.Station) ? 0 : weights.Unaccustomed))
            + given.Lawyers.Sum(lawyer =>
                (weights.Number * Grown(lawyer.CarriedShifts, roster.Count(one => one.Lawyer == lawyer)))
                + (weights.Unpopular * Grown(lawyer.CarriedUnpopular, roster.Count(one => one.Lawyer == lawyer && given.IsUnpopular(one.Shift.Date)))));

        static long Grown(int carried, int more) => ((carried + more) * (long)(carried + more)) - (carried * (long)carried);
    }

    private IEnumerable<List<(Shift Shift, DutyLawyer Lawyer)>> Fill(int shift, int slot, int from, List<(Shift Shift, DutyLawyer Lawyer)> sofar)
    {
        if (shift == _shifts.Count)
        {
            yield return [.. sofar];
            yield break;
        }

        for (var lawyer = from; lawyer < given.Lawyers.Count; lawyer++)
        {
            if (!Fits(given.Lawyers[lawyer], _shifts[shift], sofar))
            {
                continue;
            }

            sofar.Add((_shifts[shift], given.Lawyers[lawyer]));
            var full = slot + 1 == _shifts[shift].Slots;
            foreach (var found in full ? Fill(shift + 1, 0, 0, sofar) : Fill(shift, slot + 1, lawyer + 1, sofar))
            {
                yield return found;
            }

            sofar.RemoveAt(sofar.Count - 1);
        }
    }

    private bool Fits(DutyLawyer lawyer, Shift shift, List<(Shift Shift, DutyLawyer Lawyer)> sofar)
    {
        var held = sofar.Where(one => one.Lawyer == lawyer).Select(one => one.Shift).ToList();
        var (day, week, month) = (Day(shift.Date), Week(shift.Date), Month(shift.Date));
        return shift.Requirement.Specialities.All(one => lawyer.Specialities.Contains(one))
            && !lawyer.Barred.Contains(shift.Station)
            && !(Holds(DutyRules.OnLeave, day) && lawyer.Leave.Any(leave => leave.From <= shift.Date && shift.Date <= leave.To))
            && held.TrueForAll(other => Apart(other, shift, Holds(DutyRules.Rest, "")))
            && Below(DutyRules.DailyMax, day, Day, lawyer.ShiftsPerDayMax ?? given.Options.ShiftsPerDayMax)
            && Below(DutyRules.WeeklyMax, week, Week, lawyer.ShiftsPerWeekMax ?? given.Options.ShiftsPerWeekMax)
            && Below(DutyRules.MonthlyMax, month, Month, lawyer.ShiftsPerMonthMax ?? given.Options.ShiftsPerMonthMax);

        bool Holds(FaultCode rule, string span) => holds?.Invoke(rule, lawyer.Id, span) ?? true;

        bool Below(FaultCode rule, string span, Func<DateOnly, string> spanOf, int max) => !Holds(rule, span) || held.Count(other => spanOf(other.Date) == span) < max + (more?.Invoke(rule, lawyer.Id, span) ?? 0);
    }

    private bool Apart(Shift one, Shift other, bool restHolds)
    {
        var (earlier, later) = one.StartsAt <= other.StartsAt ? (one, other) : (other, one);
        var gap = later.StartsAt - earlier.EndsAt;
        var journey = earlier.HasPlace && later.HasPlace ? Travel.Between(_stations[earlier.Station], _stations[later.Station], given.Options) : TimeSpan.Zero;
        return gap >= TimeSpan.Zero && gap >= journey && (!restHolds || earlier.Date == later.Date || gap >= given.Options.Rest);
    }

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Month(DateOnly day) => day.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    public static string Week(DateOnly day) => string.Create(
        CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(day.ToDateTime(default))}-W{ISOWeek.GetWeekOfYear(day.ToDateTime(default)):00}");
}
