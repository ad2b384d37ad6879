namespace LegalAid.Gateway.Casework.Duty.Drafting;

/// <summary>A roster in the making: who holds which shifts, by number. One owner, changed in place.</summary>
internal sealed class Plan
{
    /// <summary>More than all wishes together can cost: an open place is always worse than any assignment.</summary>
    public const long OpenPlace = 1_000_000;

    private readonly CompiledCase _given;
    private readonly SortedSet<int>[] _ofLawyer;
    private readonly SortedSet<int>[] _ofShift;

    public Plan(CompiledCase given)
    {
        _given = given;
        _ofLawyer = [.. given.Lawyers.Select(_ => new SortedSet<int>())];
        _ofShift = [.. given.Shifts.Select(_ => new SortedSet<int>())];
    }

    public IReadOnlySet<int> ShiftsOf(int lawyer) => _ofLawyer[lawyer];

    public IReadOnlySet<int> LawyersOf(int shift) => _ofShift[shift];

    public int OpenOf(int shift) => _given.Shifts[shift].Slots - _ofShift[shift].Count;

    public void Add(int lawyer, int shift)
    {
        _ofLawyer[lawyer].Add(shift);
        _ofShift[shift].Add(lawyer);
    }

    public void Remove(int lawyer, int shift)
    {
        _ofLawyer[lawyer].Remove(shift);
        _ofShift[shift].Remove(lawyer);
    }

    /// <summary>Whether the lawyer may take the shift beside all that they hold.</summary>
    public bool Fits(int lawyer, int shift)
    {
        if (!_given.May(lawyer, shift) || _ofLawyer[lawyer].Contains(shift) || _given.Clashes[shift].Any(_ofLawyer[lawyer].Contains))
        {
            return false;
        }

        var (day, week, month) = (CompiledCase.Day(_given.Shifts[shift]), CompiledCase.Week(_given.Shifts[shift]), CompiledCase.Month(_given.Shifts[shift]));
        var (inDay, inWeek, inMonth) = (0, 0, 0);
        foreach (var held in _ofLawyer[lawyer].Select(held => _given.Shifts[held]))
        {
            inDay += CompiledCase.Day(held) == day ? 1 : 0;
            inWeek += CompiledCase.Week(held) == week ? 1 : 0;
            inMonth += CompiledCase.Month(held) == month ? 1 : 0;
        }

        return inDay < _given.DayLeft(lawyer, day) && inWeek < _given.WeekLeft(lawyer, week) && inMonth < _given.MonthLeft(lawyer, month);
    }

    /// <summary>All points of the lawyer's shifts: wishes, and the two squares less what was carried.</summary>
    public long PointsOf(int lawyer)
    {
        var points = 0L;
        var (number, unpopular) = (_given.Lawyers[lawyer].CarriedShifts, _given.Lawyers[lawyer].CarriedUnpopular);
        foreach (var shift in _ofLawyer[lawyer])
        {
            points += _given.Cost(lawyer, shift) + _given.NumberStep(++number) + (_given.Unpopular[shift] ? _given.UnpopularStep(++unpopular) : 0);
        }

        return points;
    }

    public int Open => Enumerable.Range(0, _ofShift.Length).Sum(OpenOf);

    public long Points => (OpenPlace * Open) + Enumerable.Range(0, _ofLawyer.Length).Sum(PointsOf);

    public Roster ToRoster() => Roster.Of(
        _given.Given.Period,
        _ofShift.SelectMany((lawyers, shift) => lawyers.Select(lawyer => new DutyAssignment(_given.Shifts[shift].Id, _given.Lawyers[lawyer].Id))));

    /// <summary>What of the roster still can be: unknown, forbidden and surplus assignments are left out, the later ones of two that exclude each other too.</summary>
    public static Plan From(CompiledCase given, Roster roster)
    {
        var plan = new Plan(given);
        foreach (var (shift, lawyer) in roster.Assignments
            .Where(one => given.ShiftOf.ContainsKey(one.Shift) && given.LawyerOf.ContainsKey(one.Lawyer))
            .Select(one => (given.ShiftOf[one.Shift], given.LawyerOf[one.Lawyer])).Order())
        {
            if (plan.OpenOf(shift) > 0 && plan.Fits(lawyer, shift))
            {
                plan.Add(lawyer, shift);
            }
        }

        return plan;
    }
}
