using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Calendars;

/// <summary>What must hold of calendar layers before anything is counted by them.</summary>
public static class CalendarRules
{
    /// <summary>A year has fewer days off than this by any notice so far (31 in 2026); more is a slip of the pen.</summary>
    public const int OffDaysPerYearMax = 60;

    /// <summary>
    /// Every fault of every layer, in the order of the layers, and of the set: ids and regions are unique, there is one national layer.
    /// The field is <c>id.years[2026].off[0]</c>. Empty where all is well.
    /// </summary>
    public static IReadOnlyList<Fault> Check(IReadOnlyList<CalendarLayer> layers)
    {
        var faults = new List<Fault>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var regions = new HashSet<string>(StringComparer.Ordinal);
        foreach (var layer in layers)
        {
            CheckHead(layer, faults);
            if (!ids.Add(layer.Id) || !regions.Add(layer.Region))
            {
                faults.Add(new Fault(CalendarFaults.LayerTwice, layer.Id));
            }

            var years = new HashSet<int>();
            foreach (var year in layer.Years)
            {
                var field = $"{layer.Id}.years[{year.Year}]";
                if (!years.Add(year.Year))
                {
                    faults.Add(new Fault(CalendarFaults.YearTwice, field));
                }

                CheckYear(year, field, faults);
            }
        }

        if (!regions.Contains(CalendarLayer.Nation))
        {
            faults.Add(new Fault(CalendarFaults.NoNationalLayer));
        }

        return faults;
    }

    /// <summary>Six ASCII digits, as in GB/T 2260; whether the code is assigned is not asked.</summary>
    internal static bool IsRegion(string region) => region.Length == 6 && region.All(char.IsAsciiDigit);

    private static void CheckHead(CalendarLayer layer, List<Fault> faults)
    {
        if (layer.Id.Length == 0 || !layer.Id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            || layer.Version.Length == 0 || !layer.Version.All(c => char.IsAsciiLetterOrDigit(c) || c == '.'))
        {
            faults.Add(new Fault(CalendarFaults.NameInvalid, layer.Id));
        }

        if (!IsRegion(layer.Region))
        {
            faults.Add(new Fault(CalendarFaults.RegionInvalid, layer.Id + ".region"));
        }

        if (layer.Region == CalendarLayer.Nation && !layer.Yearly)
        {
            faults.Add(new Fault(CalendarFaults.NationNotYearly, layer.Id + ".yearly"));
        }
    }

    private static void CheckYear(CalendarYear year, string field, List<Fault> faults)
    {
        var days = new HashSet<DateOnly>();
        for (var i = 0; i < year.Off.Count; i++)
        {
            var off = year.Off[i];
            var at = $"{field}.off[{i}]";
            if (off.From > off.To || off.From.Year != year.Year || off.To.Year != year.Year
                || off.To.DayNumber - off.From.DayNumber >= OffDaysPerYearMax)
            {
                faults.Add(new Fault(CalendarFaults.RangeInvalid, at));
                continue;
            }

            for (var date = off.From; date <= off.To; date = date.AddDays(1))
            {
                CheckOnce(date, at);
            }

            CheckSource(off.Source, at);
        }

        if (days.Count > OffDaysPerYearMax)
        {
            faults.Add(Fault.With(CalendarFaults.TooManyOffDays, field + ".off", $"{OffDaysPerYearMax}"));
        }

        for (var i = 0; i < year.Work.Count; i++)
        {
            var at = $"{field}.work[{i}]";
            if (year.Work[i].Date.Year != year.Year)
            {
                faults.Add(new Fault(CalendarFaults.RangeInvalid, at));
            }

            CheckOnce(year.Work[i].Date, at);
            CheckSource(year.Work[i].Source, at);
        }

        void CheckOnce(DateOnly date, string at)
        {
            if (!days.Add(date))
            {
                faults.Add(new Fault(CalendarFaults.DayTwice, at));
            }
        }

        void CheckSource(CalendarSource source, string at)
        {
            if (source.Instrument.Length == 0)
            {
                faults.Add(new Fault(CalendarFaults.SourceMissing, at));
            }

            if (year.Status == YearStatus.Published && source.Mark == Certainty.Unconfirmed)
            {
                faults.Add(new Fault(CalendarFaults.UnconfirmedPublished, at));
            }
        }
    }
}

/// <summary>What can be wrong with calendar layers (日历层).</summary>
[FaultRows]
public static class CalendarFaults
{
    public static readonly FaultCode NameInvalid = Row("CALENDAR_NAME_INVALID",
        "日历层的编号或版本写法不对", "The layer's id or version is not well-formed",
        "编号用小写字母、数字和连字符，版本用字母、数字和点", "Use a-z, 0-9 and hyphens for the id; letters, digits and dots for the version");

    public static readonly FaultCode RegionInvalid = Row("CALENDAR_REGION_INVALID",
        "适用地区不是六位行政区划代码", "The region is not a six-digit code",
        "填写 GB/T 2260 六位代码，全国为 000000", "Give the six digits of GB/T 2260; 000000 is the nation");

    public static readonly FaultCode LayerTwice = Row("CALENDAR_LAYER_TWICE",
        "两个日历层的编号或地区相同", "Two layers have the same id or region",
        "合并为一层或删除其一", "Merge them or remove one");

    public static readonly FaultCode NoNationalLayer = Row("CALENDAR_NO_NATIONAL_LAYER",
        "缺少全国日历层", "There is no national layer",
        "补充地区为 000000 的日历层", "Add a layer whose region is 000000");

    public static readonly FaultCode NationNotYearly = Row("CALENDAR_NATION_NOT_YEARLY",
        "全国日历层必须逐年公布", "The national layer must be yearly",
        "将 yearly 设为 true", "Set yearly to true");

    public static readonly FaultCode YearTwice = Row("CALENDAR_YEAR_TWICE",
        "同一层内年份重复", "The year stands twice in one layer",
        "合并该年份的条目", "Merge the entries of that year");

    public static readonly FaultCode RangeInvalid = Row("CALENDAR_RANGE_INVALID",
        "日期起止颠倒或不在所属年份内", "The dates are in the wrong order or outside their year",
        "更正日期；跨年的假期按年份分列", "Correct the dates; split a holiday that crosses the year's end");

    public static readonly FaultCode DayTwice = Row("CALENDAR_DAY_TWICE",
        "同一天重复出现，或既放假又上班", "A day stands twice, or both off and at work",
        "每一天只保留一个条目", "Keep one entry for each day");

    public static readonly FaultCode TooManyOffDays = Row("CALENDAR_TOO_MANY_OFF_DAYS",
        "一年的放假日超过 {0} 天", "The year has more than {0} days off",
        "核对放假起止日期", "Check where the days off begin and end");

    public static readonly FaultCode SourceMissing = Row("CALENDAR_SOURCE_MISSING",
        "条目没有注明依据文件", "The entry names no instrument",
        "填写通知或规章的名称和文号", "Name the notice or regulation");

    public static readonly FaultCode UnconfirmedPublished = Row("CALENDAR_UNCONFIRMED_PUBLISHED",
        "待确认（?）的日期不能标为已公布", "A day marked ? cannot stand in a published year",
        "将年份标为 provisional，或核实来源后改标记", "Mark the year provisional, or confirm the source");

    private static FaultCode Row(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.GatewayOperator, zh, en, remedyZh, remedyEn);
}
