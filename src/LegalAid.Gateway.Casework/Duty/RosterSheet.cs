using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Duty;

/// <summary>One place of one shift as people write rosters: a row of a sheet. Texts have no control characters and no blanks at their ends.</summary>
/// <param name="Slot">Which of the shift's places, from 1.</param>
/// <param name="Lawyer">Null where the place is open.</param>
/// <param name="LawyerName">For people; the key decides who it is.</param>
public sealed record RosterRow(
    DateOnly Date, TimeOnly Start, TimeOnly End, StationId Station, string StationName, ShiftId Shift, int Slot, DutyMode Mode, DutyLawyerId? Lawyer, string LawyerName, string Remarks);

/// <summary>A roster as a sheet and back (值班表导出、导入).</summary>
public static class RosterSheet
{
    /// <summary>Every place of every shift in order of time, filled and open ones.</summary>
    /// <param name="names">Of lawyers, as far as they are known.</param>
    public static EquatableList<RosterRow> Of(RosterCase known, Roster roster, IReadOnlyDictionary<DutyLawyerId, string> names)
    {
        var stations = known.Stations.ToDictionary(station => station.Id);
        var lawyers = roster.Assignments.ToLookup(assignment => assignment.Shift, assignment => assignment.Lawyer);
        return
        [
            .. from shift in known.Shifts.OrderBy(shift => shift.StartsAt).ThenBy(shift => shift.Station).ThenBy(shift => shift.Id)
               let filled = lawyers[shift.Id].Order().ToList()
               from slot in Enumerable.Range(1, Math.Max(shift.Slots, filled.Count))
               let lawyer = slot <= filled.Count ? filled[slot - 1] : (DutyLawyerId?)null
               select new RosterRow(
                   shift.Date, shift.Start, shift.End, shift.Station, stations[shift.Station].NameZh, shift.Id, slot, shift.Mode, lawyer,
                   lawyer is { } one ? names.GetValueOrDefault(one, "") : "", ""),
        ];
    }

    /// <summary>The roster that the rows say: who serves where. Whether it may stand, <see cref="RosterRules"/> says.</summary>
    public static Roster ToRoster(RosterPeriod period, IEnumerable<RosterRow> rows) =>
        Roster.Of(period, rows.Where(row => row.Lawyer is not null).Select(row => new DutyAssignment(row.Shift, row.Lawyer.GetValueOrDefault())));

    /// <summary>Rows that say other hours, another station or another way of serving than the shift has that they name: what was changed in a sheet does not change the case.</summary>
    public static IReadOnlyList<Fault> Differences(RosterCase known, IEnumerable<RosterRow> rows)
    {
        var shifts = known.Shifts.ToDictionary(shift => shift.Id);
        return
        [
            .. from row in rows
               let shift = shifts.GetValueOrDefault(row.Shift)
               where shift is not null && (row.Date, row.Start, row.End, row.Station, row.Mode) != (shift.Date, shift.Start, shift.End, shift.Station, shift.Mode)
               group row by row.Shift into same
               select Fault.With(RosterFileFaults.ShiftDiffers, "", same.Key.Value),
        ];
    }
}
