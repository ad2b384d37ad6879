namespace LegalAid.Gateway.Casework.Duty.Drafting;

/// <summary>
/// A case as the solver needs it: lawyers and shifts by number in an order of their own (so that the order of the input says nothing), who may take what
/// alone, which two shifts no one can take both, and what each assignment costs. Immutable once made.
/// </summary>
internal sealed class CompiledCase
{
    private readonly bool[] _able;
    private readonly bool[] _away;
    private readonly int[] _cost;
    private readonly Dictionary<(int Lawyer, int Span), int> _otherInDay = [];
    private readonly Dictionary<(int Lawyer, int Span), int> _otherInWeek = [];
    private readonly Dictionary<(int Lawyer, int Span), int> _otherInMonth = [];
    private readonly Dictionary<StationId, Station> _stations;
    private readonly Dictionary<(StationId, StationId), TimeSpan> _journeys = [];

    public CompiledCase(RosterCase given)
    {
        Given = given;
        Lawyers = [.. given.Lawyers.OrderBy(lawyer => lawyer.Id)];
        Shifts = [.. given.Shifts.OrderBy(shift => shift.StartsAt).ThenBy(shift => shift.Id)];
        _stations = given.Stations.ToDictionary(station => station.Id);
        LawyerOf = Lawyers.Select((lawyer, number) => (lawyer.Id, number)).ToDictionary(pair => pair.Id, pair => pair.number);
        ShiftOf = Shifts.Select((shift, number) => (shift.Id, number)).ToDictionary(pair => pair.Id, pair => pair.number);
        Unpopular = [.. Shifts.Select(shift => given.IsUnpopular(shift.Date))];
        Clashes = FindClashes();
        (_able, _away, _cost) = (new bool[Lawyers.Length * Shifts.Length], new bool[Lawyers.Length * Shifts.Length], new int[Lawyers.Length * Shifts.Length]);
        CountOthers();
        Weigh();
    }

    public RosterCase Given { get; }

    public DutyLawyer[] Lawyers { get; }

    /// <summary>By start.</summary>
    public Shift[] Shifts { get; }

    public Dictionary<DutyLawyerId, int> LawyerOf { get; }

    public Dictionary<ShiftId, int> ShiftOf { get; }

    public bool[] Unpopular { get; }

    /// <summary>For each shift those that nobody can take with it: overlap, journey, rest. Later and earlier ones, in order.</summary>
    public int[][] Clashes { get; }

    public DutyOptions Options => Given.Options;

    public static int Day(Shift shift) => shift.Date.DayNumber;

    /// <summary>ISO weeks in a row: day number 0 was a Monday.</summary>
    public static int Week(Shift shift) => shift.Date.DayNumber / 7;

    public static int Month(Shift shift) => (shift.Date.Year * 12) + shift.Date.Month;

    /// <summary>Qualified, not barred, and not elsewhere at the time; leave is not asked.</summary>
    public bool IsAble(int lawyer, int shift) => _able[(lawyer * Shifts.Length) + shift];

    public bool IsAway(int lawyer, int shift) => _away[(lawyer * Shifts.Length) + shift];

    /// <summary>Whether the lawyer may take the shift if nothing else of this roster.</summary>
    public bool May(int lawyer, int shift) => IsAble(lawyer, shift) && !IsAway(lawyer, shift);

    /// <summary>Points of the wishes that concern this assignment alone.</summary>
    public int Cost(int lawyer, int shift) => _cost[(lawyer * Shifts.Length) + shift];

    /// <summary>What is left of the maximum beside duties outside the roster; not below 0.</summary>
    public int DayLeft(int lawyer, int day) => Left(Lawyers[lawyer].ShiftsPerDayMax ?? Options.ShiftsPerDayMax, _otherInDay, lawyer, day);

    public int WeekLeft(int lawyer, int week) => Left(Lawyers[lawyer].ShiftsPerWeekMax ?? Options.ShiftsPerWeekMax, _otherInWeek, lawyer, week);

    public int MonthLeft(int lawyer, int month) => Left(Lawyers[lawyer].ShiftsPerMonthMax ?? Options.ShiftsPerMonthMax, _otherInMonth, lawyer, month);

    /// <summary>The n-th shift of a lawyer costs this much for fairness; <paramref name="place"/> counts from 1, carried ones included.</summary>
    public long NumberStep(int place) => ((2L * place) - 1) * Options.Weights.Number;

    public long UnpopularStep(int place) => ((2L * place) - 1) * Options.Weights.Unpopular;

    public double Kilometres(int lawyer, int shift) =>
        Shifts[shift].HasPlace && _stations.TryGetValue(Shifts[shift].Station, out var station) ? Travel.HomeKilometres(Lawyers[lawyer], station) : 0;

    /// <summary>Of two shifts that clash: whether only the rest between two days is in the way.</summary>
    public bool IsRestOnly(int first, int second)
    {
        var (earlier, later) = (Shifts[Math.Min(first, second)], Shifts[Math.Max(first, second)]);
        var gap = later.StartsAt - earlier.EndsAt;
        return gap >= TimeSpan.Zero && !(earlier.HasPlace && later.HasPlace && gap < Journey(earlier.Station, later.Station));
    }

    /// <summary>Pairs of lawyer and shift that may be.</summary>
    public int CountPairs()
    {
        var pairs = 0;
        for (var lawyer = 0; lawyer < Lawyers.Length; lawyer++)
        {
            for (var shift = 0; shift < Shifts.Length; shift++)
            {
                pairs += May(lawyer, shift) ? 1 : 0;
            }
        }

        return pairs;
    }

    private static int Left(int max, Dictionary<(int, int), int> others, int lawyer, int span) => Math.Max(0, max - others.GetValueOrDefault((lawyer, span)));

    private int[][] FindClashes()
    {
        var longest = Shifts.Length == 0 ? TimeSpan.Zero : Shifts.Max(shift => shift.EndsAt - shift.StartsAt);
        var reach = longest + (Options.Rest > TimeSpan.FromDays(1) ? Options.Rest : TimeSpan.FromDays(1)); // no journey takes longer than a day
        var found = Shifts.Select(_ => new List<int>()).ToArray();
        for (var first = 0; first < Shifts.Length; first++)
        {
            for (var second = first + 1; second < Shifts.Length && Shifts[second].StartsAt - Shifts[first].StartsAt <= reach; second++)
            {
                if (Clash(Shifts[first], Shifts[second]))
                {
                    found[first].Add(second);
                    found[second].Add(first);
                }
            }
        }

        return [.. found.Select(list => list.Order().ToArray())];
    }

    private bool Clash(Shift earlier, Shift later)
    {
        var gap = later.StartsAt - earlier.EndsAt;
        return gap < TimeSpan.Zero
            || (earlier.Date != later.Date && gap < Options.Rest)
            || (earlier.HasPlace && later.HasPlace && gap < Journey(earlier.Station, later.Station));
    }

    private TimeSpan Journey(StationId from, StationId to)
    {
        if (!_journeys.TryGetValue((from, to), out var journey))
        {
            journey = _stations.TryGetValue(from, out var a) && _stations.TryGetValue(to, out var b) ? Travel.Between(a, b, Options) : Options.TravelElsewhere;
            _journeys.Add((from, to), journey);
        }

        return journey;
    }

    private void CountOthers()
    {
        foreach (var other in Given.Others)
        {
            if (!LawyerOf.TryGetValue(other.Lawyer, out var lawyer))
            {
                continue;
            }

            Count(_otherInDay, other.Date.DayNumber);
            Count(_otherInWeek, other.Date.DayNumber / 7);
            Count(_otherInMonth, (other.Date.Year * 12) + other.Date.Month);

            void Count(Dictionary<(int, int), int> spans, int span) => spans[(lawyer, span)] = spans.GetValueOrDefault((lawyer, span)) + 1;
        }
    }

    private void Weigh()
    {
        var others = Given.Others.ToLookup(other => other.Lawyer);
        var requirements = Shifts.Select(shift => shift.Requirement).Distinct().ToList();
        var requirementOf = Shifts.Select(shift => requirements.IndexOf(shift.Requirement)).ToArray();
        for (var lawyer = 0; lawyer < Lawyers.Length; lawyer++)
        {
            var who = Lawyers[lawyer];
            var own = others[who.Id].ToList();
            var (barred, usual) = (who.Barred.ToHashSet(), who.Usual.ToHashSet());
            var (preferred, unwished) = (who.Preferred.ToHashSet(), who.Unwished.ToHashSet());
            var far = _stations.Values.ToDictionary(station => station.Id, station => (int)Math.Ceiling(Travel.HomeKilometres(who, station) / 10));
            var met = requirements.ConvertAll(requirement => requirement.PracticeYearsMin > 0 ? (bool?)null : requirement.IsMetBy(who, Given.Period.From));
            for (var shift = 0; shift < Shifts.Length; shift++)
            {
                var (what, weights) = (Shifts[shift], Options.Weights);
                var at = (lawyer * Shifts.Length) + shift;
                _able[at] = (met[requirementOf[shift]] ?? what.Requirement.IsMetBy(who, what.Date)) && !barred.Contains(what.Station)
                    && (own.Count == 0 || !own.Exists(other => Clash(other, what)));
                _away[at] = who.Leave.Count > 0 && who.IsOnLeave(what.Date);
                _cost[at] = (unwished.Contains(what.Date) ? weights.Unwished : preferred.Contains(what.Date) ? 0 : weights.NotPreferred)
                    + (what.HasPlace ? weights.TenKilometres * far.GetValueOrDefault(what.Station) : 0)
                    + (usual.Contains(what.Station) ? 0 : weights.Unaccustomed);
            }
        }
    }

    private bool Clash(OtherDuty other, Shift shift)
    {
        var gap = other.StartsAt <= shift.StartsAt ? shift.StartsAt - other.EndsAt : other.StartsAt - shift.EndsAt;
        return gap < TimeSpan.Zero
            || (other.Date != shift.Date && gap < Options.Rest)
            || (shift.HasPlace && gap < (other.Station is { } at ? Journey(at, shift.Station) : Options.TravelElsewhere));
    }
}
