using System.Globalization;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Duty;

/// <summary>A hard rule that a roster breaks, and where.</summary>
/// <param name="Rule">A row of <see cref="DutyRules"/>: code and texts.</param>
/// <param name="Lawyer">Whose; null where the rule is of the shift.</param>
/// <param name="Shifts">Which, in order; empty where only duties outside the roster exceed a maximum.</param>
/// <param name="Detail">The figures, in neither language: <c>4 &gt; 3, 2026-W11</c>.</param>
public sealed record RosterViolation(FaultCode Rule, DutyLawyerId? Lawyer, EquatableList<ShiftId> Shifts, string Detail)
{
    public string TextZh => $"{Rule.Zh}（{Where}）";

    public string TextEn => $"{Rule.En} ({Where})";

    private string Where => string.Join("; ", new[] { Lawyer?.Value, string.Join(", ", Shifts), Detail }.Where(part => !string.IsNullOrEmpty(part)));
}

/// <summary>
/// Judges a roster by every hard rule. Shares no code with the drafter, so that each can be held against the other; what comes from a file
/// or by hand is judged by it too. Pure; quadratic only in the shifts of one lawyer.
/// </summary>
public static class RosterRules
{
    /// <summary>Every violation, in order of shift and lawyer. Empty: the roster may be published.</summary>
    public static IReadOnlyList<RosterViolation> Check(RosterCase given, Roster roster)
    {
        var found = new List<RosterViolation>();
        var shifts = given.Shifts.ToDictionary(shift => shift.Id);
        var stations = given.Stations.ToDictionary(station => station.Id);
        var lawyers = given.Lawyers.ToDictionary(lawyer => lawyer.Id);

        found.AddRange(given.Shifts.Where(shift => !stations.ContainsKey(shift.Station)).Select(shift => Of(DutyRules.UnknownStation, null, shift.Station.Value, shift.Id)));
        CheckNumbers(given, roster, found);
        foreach (var assignment in roster.Assignments)
        {
            if (!shifts.TryGetValue(assignment.Shift, out var shift))
            {
                found.Add(Of(DutyRules.UnknownShift, assignment.Lawyer, "", assignment.Shift));
            }
            else if (!lawyers.TryGetValue(assignment.Lawyer, out var lawyer))
            {
                found.Add(Of(DutyRules.UnknownLawyer, assignment.Lawyer, "", assignment.Shift));
            }
            else
            {
                CheckAlone(shift, lawyer, found);
            }
        }

        foreach (var lawyer in given.Lawyers)
        {
            CheckTogether(given, lawyer, Duties(given, roster, lawyer, shifts, stations), found);
        }

        return [.. found.OrderBy(one => one.Shifts.FirstOrDefault()).ThenBy(one => one.Lawyer ?? default).ThenBy(one => one.Rule.Code, StringComparer.Ordinal)];
    }

    private static void CheckNumbers(RosterCase given, Roster roster, List<RosterViolation> found)
    {
        var taken = roster.Assignments.GroupBy(assignment => assignment.Shift).ToDictionary(group => group.Key, group => group.ToList());
        foreach (var shift in given.Shifts)
        {
            var all = taken.GetValueOrDefault(shift.Id) ?? [];
            var distinct = all.Select(assignment => assignment.Lawyer).Distinct().Count();
            found.AddRange(all.GroupBy(assignment => assignment.Lawyer).Where(same => same.Count() > 1).Select(same => Of(DutyRules.SameTwice, same.Key, "", shift.Id)));
            if (distinct != shift.Slots)
            {
                found.Add(Of(distinct < shift.Slots ? DutyRules.TooFew : DutyRules.TooMany, null, $"{distinct} / {shift.Slots}", shift.Id));
            }
        }
    }

    private static void CheckAlone(Shift shift, DutyLawyer lawyer, List<RosterViolation> found)
    {
        if (!shift.Requirement.IsMetBy(lawyer, shift.Date))
        {
            found.Add(Of(DutyRules.Qualification, lawyer.Id, "", shift.Id));
        }

        if (lawyer.IsOnLeave(shift.Date))
        {
            found.Add(Of(DutyRules.OnLeave, lawyer.Id, shift.DayText, shift.Id));
        }

        if (lawyer.Barred.Contains(shift.Station))
        {
            found.Add(Of(DutyRules.Barred, lawyer.Id, shift.Station.Value, shift.Id));
        }
    }

    /// <summary>All that the lawyer does, of this roster and outside it, by time. A shift twice counts once: that is another rule's.</summary>
    private static List<Duty> Duties(RosterCase given, Roster roster, DutyLawyer lawyer, Dictionary<ShiftId, Shift> shifts, Dictionary<StationId, Station> stations)
    {
        var own = roster.Assignments.Where(assignment => assignment.Lawyer == lawyer.Id && shifts.ContainsKey(assignment.Shift))
            .Select(assignment => shifts[assignment.Shift]).Distinct()
            .Select(shift => new Duty(shift.Id, shift.Date, shift.StartsAt, shift.EndsAt, shift.HasPlace, stations.GetValueOrDefault(shift.Station)));
        var others = given.Others.Where(other => other.Lawyer == lawyer.Id)
            .Select(other => new Duty(null, other.Date, other.StartsAt, other.EndsAt, true, other.Station is { } at ? stations.GetValueOrDefault(at) : null));
        return [.. own.Concat(others).OrderBy(duty => duty.StartsAt).ThenBy(duty => duty.Id ?? default)];
    }

    private static void CheckTogether(RosterCase given, DutyLawyer lawyer, List<Duty> duties, List<RosterViolation> found)
    {
        var options = given.Options;
        for (var first = 0; first < duties.Count; first++)
        {
            for (var second = first + 1; second < duties.Count; second++)
            {
                var (earlier, later) = (duties[first], duties[second]);
                var gap = later.StartsAt - earlier.EndsAt;
                if (earlier.Id is null && later.Id is null)
                {
                    continue; // what is outside the roster is not its fault
                }

                if (gap < TimeSpan.Zero || gap < Journey(earlier, later, options))
                {
                    found.Add(Of(DutyRules.TwoPlaces, lawyer.Id, Text(gap), earlier.Id, later.Id));
                }
                else if (earlier.Date != later.Date && gap < options.Rest)
                {
                    found.Add(Of(DutyRules.Rest, lawyer.Id, $"{Text(gap)} < {Text(options.Rest)}", earlier.Id, later.Id));
                }
            }
        }

        Most(duties.GroupBy(duty => duty.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), lawyer.ShiftsPerDayMax ?? options.ShiftsPerDayMax, DutyRules.DailyMax);
        Most(duties.GroupBy(duty => WeekText(duty.Date)), lawyer.ShiftsPerWeekMax ?? options.ShiftsPerWeekMax, DutyRules.WeeklyMax);
        Most(duties.GroupBy(duty => duty.Date.ToString("yyyy-MM", CultureInfo.InvariantCulture)), lawyer.ShiftsPerMonthMax ?? options.ShiftsPerMonthMax, DutyRules.MonthlyMax);

        void Most(IEnumerable<IGrouping<string, Duty>> spans, int max, FaultCode rule) =>
            found.AddRange(spans.Where(span => span.Count() > max && span.Any(duty => duty.Id is not null))
                .Select(span => Of(rule, lawyer.Id, $"{span.Count()} > {max}, {span.Key}", [.. span.Select(duty => duty.Id)])));
    }

    private static TimeSpan Journey(Duty from, Duty to, DutyOptions options) =>
        !from.HasPlace || !to.HasPlace ? TimeSpan.Zero
        : from.Station is { } a && to.Station is { } b ? Travel.Between(a, b, options)
        : options.TravelElsewhere;

    private static string WeekText(DateOnly day)
    {
        var at = day.ToDateTime(TimeOnly.MinValue);
        return string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(at)}-W{ISOWeek.GetWeekOfYear(at):00}");
    }

    private static string Text(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{(span < TimeSpan.Zero ? "-" : "")}{(int)Math.Abs(span.TotalHours)}:{Math.Abs(span.Minutes):00}");

    private static RosterViolation Of(FaultCode rule, DutyLawyerId? lawyer, string detail, params ShiftId?[] shifts) =>
        new(rule, lawyer, new(shifts.OfType<ShiftId>()), detail);

    private sealed record Duty(ShiftId? Id, DateOnly Date, DateTime StartsAt, DateTime EndsAt, bool HasPlace, Station? Station);
}
