using LegalAid.Gateway.Casework.Duty;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Testing.Duty;

/// <summary>What a made-up month is made of. The same settings give the same month on any machine: change one and say which when a figure is quoted.</summary>
public sealed record DutyGeneratorSettings
{
    /// <summary>Of every choice by chance.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The city, a prefecture's six digits.</summary>
    public string City { get; init; } = "450100";

    public string NameZh { get; init; } = "南宁市";

    public string NameEn { get; init; } = "Nanning";

    public RosterPeriod Period { get; init; } = RosterPeriod.Month(2026, 3);

    /// <summary>Two in five detention centres, two in five courts and procuratorates, one in five workstations; the last fifth of all is far out.</summary>
    public int Stations { get; init; } = 20;

    /// <summary>All have two shifts a day, every day.</summary>
    public int Lawyers { get; init; } = 300;

    /// <summary>Share of lawyers who are away for 3 to 12 days in a row.</summary>
    public double LeaveRate { get; init; } = 0.15;

    /// <summary>Share of lawyers in each speciality: criminal, minors, death penalty (these only with criminal practice), Zhuang.</summary>
    public (double Criminal, double Minors, double DeathPenalty, double Zhuang) Share { get; init; } = (0.7, 0.14, 0.06, 0.12);

    /// <summary>Multiplies the three scarce shares; below 1 qualified lawyers become scarcer, until a month is impossible (near 0.25 for Nanning).</summary>
    public double Scarcity { get; init; } = 1;

    /// <summary>Share of lawyers who have days they would rather not serve, and of those who ask for days: four of each.</summary>
    public double WishRate { get; init; } = 0.5;

    /// <summary>Share of lawyers barred from one station.</summary>
    public double BarredRate { get; init; } = 0.05;

    /// <summary>Share of lawyers who allow two shifts a day.</summary>
    public double TwiceADayRate { get; init; } = 0.1;

    /// <summary>Days off besides weekends.</summary>
    public IReadOnlyList<DateOnly> Holidays { get; init; } = [];

    public DutyOptions Options { get; init; } = new();
}

/// <summary>
/// A city's month by chance, published so that others can measure the same: stations, shifts, lawyers with what they can and when they cannot.
/// Nobody in it is a living person. Choices come from one generator in one order, so that a seed says everything.
/// </summary>
public static class DutyGenerator
{
    private static readonly string[] Districts = ["02", "03", "05", "07", "08", "09", "10", "23", "24", "25", "26", "81"];

    /// <summary>Guangxi's fourteen cities in order of their codes, Nanning first and largest; stations and lawyers by size.</summary>
    private static readonly (string Code, string Zh, string En, int Stations, int Lawyers)[] Guangxi =
    [
        ("450100", "南宁市", "Nanning", 20, 300), ("450200", "柳州市", "Liuzhou", 16, 220), ("450300", "桂林市", "Guilin", 18, 240), ("450400", "梧州市", "Wuzhou", 11, 140),
        ("450500", "北海市", "Beihai", 8, 110), ("450600", "防城港市", "Fangchenggang", 7, 90), ("450700", "钦州市", "Qinzhou", 9, 120), ("450800", "贵港市", "Guigang", 9, 120),
        ("450900", "玉林市", "Yulin", 12, 160), ("451000", "百色市", "Baise", 14, 170), ("451100", "贺州市", "Hezhou", 8, 100), ("451200", "河池市", "Hechi", 13, 160),
        ("451300", "来宾市", "Laibin", 8, 100), ("451400", "崇左市", "Chongzuo", 9, 110),
    ];

    /// <summary>The first so many cities of the province, each with a seed of its own that follows from the one given.</summary>
    public static IEnumerable<(string Name, RosterCase Case)> Province(DutyGeneratorSettings settings, int cities) =>
        Guangxi.Take(cities).Select((city, place) => (city.En, City(settings with
        {
            Seed = settings.Seed + (1_000 * place), City = city.Code, NameZh = city.Zh, NameEn = city.En, Stations = city.Stations, Lawyers = city.Lawyers,
        })));

    /// <summary>One city's month.</summary>
    public static RosterCase City(DutyGeneratorSettings settings)
    {
        var chance = new Random(settings.Seed);
        var stations = Enumerable.Range(0, settings.Stations).Select(number => Station(settings, chance, number)).ToList();
        var shifts = stations.SelectMany((station, number) => ShiftsOf(settings, station, number)).ToList();
        var lawyers = Enumerable.Range(1, settings.Lawyers).Select(number => Lawyer(settings, chance, stations, number)).ToList();
        return new RosterCase(settings.Period, [.. stations], [.. lawyers], [.. shifts]) { Holidays = [.. settings.Holidays], Options = settings.Options };
    }

    private static Station Station(DutyGeneratorSettings settings, Random chance, int number)
    {
        var kind = (number % 5) switch { 0 or 3 => StationKind.DetentionCentre, 1 => StationKind.Court, 2 => StationKind.Procuratorate, _ => StationKind.Workstation };
        var far = IsFar(settings, number) ? 60 : 12;
        var (zh, en) = kind switch
        {
            StationKind.DetentionCentre => ("看守所", "Detention Centre"),
            StationKind.Court => ("法院", "Court"),
            StationKind.Procuratorate => ("检察院", "Procuratorate"),
            _ => ("法律援助工作站", "Legal Aid Workstation"),
        };
        return new Station(
            new StationId($"s{number + 1:00}"), kind, $"{settings.NameZh}第{number + 1}站{zh}", $"{settings.NameEn} {en} {number + 1}",
            RegionCode.Parse(settings.City[..4] + Districts[number % Districts.Length]), Near(chance, far));
    }

    /// <summary>
    /// Morning 09:00 to 12:00 and afternoon 14:30 to 17:30; at detention centres the second is the evening, 18:00 to 22:00. Two lawyers at the first
    /// fifth of the stations. Detention centres want criminal practice; every third day's first shift of a court wants one for minors, every seventh of a detention
    /// centre one for death-penalty cases; afternoons at the far stations want Zhuang. Workstations serve by phone in the afternoon.
    /// </summary>
    private static IEnumerable<Shift> ShiftsOf(DutyGeneratorSettings settings, Station station, int number)
    {
        for (var day = settings.Period.From; day <= settings.Period.To; day = day.AddDays(1))
        {
            var (turn, centre) = (day.DayNumber + number, station.Kind == StationKind.DetentionCentre);
            var first = (station.Kind, turn % 3, turn % 7) switch
            {
                (StationKind.Court, 0, _) => Speciality.Minors,
                (StationKind.DetentionCentre, _, 0) => Speciality.DeathPenalty,
                (StationKind.DetentionCentre, _, _) => Speciality.Criminal,
                _ => (Speciality?)null,
            };
            var second = IsFar(settings, number) ? Speciality.Zhuang : centre ? Speciality.Criminal : (Speciality?)null;
            var phone = station.Kind == StationKind.Workstation ? DutyMode.Phone : DutyMode.OnSite;
            yield return Make("am", new TimeOnly(9, 0), new TimeOnly(12, 0), DutyMode.OnSite, first, number < settings.Stations / 5 ? 2 : 1);
            yield return Make("pm", centre ? new TimeOnly(18, 0) : new TimeOnly(14, 30), centre ? new TimeOnly(22, 0) : new TimeOnly(17, 30), phone, second, 1);

            Shift Make(string part, TimeOnly from, TimeOnly to, DutyMode mode, Speciality? wanted, int slots) => new(
                new ShiftId($"{day:MMdd}-{station.Id}-{part}"), station.Id, day, from, to, mode,
                wanted is { } speciality ? new DutyRequirement([speciality]) : DutyRequirement.None, slots);
        }
    }

    private static DutyLawyer Lawyer(DutyGeneratorSettings settings, Random chance, List<Station> stations, int number)
    {
        var criminal = Happens(settings.Share.Criminal);
        var (minors, death, zhuang) = (Happens(settings.Share.Minors * settings.Scarcity), Happens(settings.Share.DeathPenalty * settings.Scarcity / settings.Share.Criminal), Happens(settings.Share.Zhuang * settings.Scarcity));
        var specialities = new[] { (Speciality.Criminal, criminal), (Speciality.Minors, minors), (Speciality.DeathPenalty, death && criminal), (Speciality.Zhuang, zhuang) };
        var days = settings.Period.To.DayNumber - settings.Period.From.DayNumber + 1;
        var (from, length) = (settings.Period.From.AddDays(chance.Next(days)), chance.Next(3, 13));
        var home = Near(chance, chance.Next(4) == 0 ? 60 : 10);
        var (away, wishes, barred, twice) = (Happens(settings.LeaveRate), Happens(settings.WishRate), Happens(settings.BarredRate), Happens(settings.TwiceADayRate));
        var some = Enumerable.Range(0, days).OrderBy(_ => chance.Next()).Select(settings.Period.From.AddDays).Take(8).ToList();
        var known = stations.OrderBy(_ => chance.Next()).Select(station => station.Id).Take(4).ToList();
        return new DutyLawyer(new DutyLawyerId($"l{number:000}"), new DateOnly(2026 - chance.Next(1, 25), 7, 1), RegionCode.Parse(settings.City[..4] + Districts[chance.Next(Districts.Length)]))
        {
            Specialities = [.. specialities.Where(one => one.Item2).Select(one => one.Item1)],
            At = home,
            Leave = away ? [new Leave(from, from.AddDays(length - 1))] : [],
            Preferred = wishes ? [.. some.Take(4)] : [],
            Unwished = wishes ? [.. some.Skip(4)] : [],
            Barred = barred ? [known[0]] : [],
            Usual = [.. known.Skip(1)],
            ShiftsPerDayMax = twice ? 2 : null,
        };

        bool Happens(double share) => chance.NextDouble() < share;
    }

    private static bool IsFar(DutyGeneratorSettings settings, int number) => number >= settings.Stations - (settings.Stations / 5);

    /// <summary>Around one point, wherever the city is: only distances matter.</summary>
    private static GeoPoint Near(Random chance, double kilometres)
    {
        var (angle, far) = (chance.NextDouble() * 2 * Math.PI, Math.Sqrt(chance.NextDouble()) * kilometres);
        return new GeoPoint(22.82 + (far * Math.Cos(angle) / 111), 108.37 + (far * Math.Sin(angle) / 102));
    }
}
