using System.Globalization;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Duty.Drafting;

/// <summary>A conflict in a scheduler's words: for each shift how many it needs, how many could, and what keeps each of them. Never who.</summary>
internal static class ReasonText
{
    /// <summary>Shifts that are named one by one; more are counted.</summary>
    private const int NamedMax = 5;

    private static readonly (string Key, string Zh, string One, string Many)[] States =
    [
        ("barred", "应回避", "is barred", "are barred"),
        ("elsewhere", "另有安排", "has duty elsewhere", "have duty elsewhere"),
        ("leave", "请假", "is on leave", "are on leave"),
        ("week", "到每周上限", "is at the weekly maximum", "are at their weekly maximum"),
        ("month", "到每月上限", "is at the monthly maximum", "are at their monthly maximum"),
        ("day", "当日到上限", "is at the daily maximum", "are at their daily maximum"),
        ("rest", "休息时间不足", "would lack rest", "would lack rest"),
        ("clash", "同时值他班", "serves elsewhere at that time", "serve elsewhere at that time"),
        ("free", "可值", "can come", "can come"),
    ];

    public static RosterReason Write(CompiledCase given, List<Element> elements, bool minimal)
    {
        var shifts = elements.Where(element => element.Kind == ElementKind.Cover).Select(element => element.Span).Order().ToList();
        var lines = shifts.Take(NamedMax).Select(shift => Line(given, elements, shifts, shift)).ToList();
        var more = shifts.Count - lines.Count;
        var zh = (shifts.Count == 1 ? "" : $"以下 {shifts.Count} 个班次需要同一批律师，不能同时排满：")
            + string.Join("；", lines.Select(line => line.Zh)) + (more > 0 ? $"；另有 {more} 个班次" : "") + "。";
        var en = (shifts.Count == 1 ? "" : $"These {shifts.Count} shifts draw on the same lawyers and cannot all be filled: ")
            + string.Join("; ", lines.Select(line => line.En)) + (more > 0 ? $"; and {more} more" : "") + ".";
        return new RosterReason([.. elements.Order(Comparer<Element>.Create(Compare)).Select(element => Public(given, element))], minimal, zh, en);
    }

    public static Relaxation Relaxation(CompiledCase given, Element element, int by)
    {
        var named = Public(given, element);
        return new Relaxation(named.Rule, named.Lawyer, named.Shift, named.Span, by);
    }

    private static int Compare(Element left, Element right) => (left.Kind, left.Span, left.Lawyer).CompareTo((right.Kind, right.Span, right.Lawyer));

    private static ConflictElement Public(CompiledCase given, Element element) => element.Kind == ElementKind.Cover
        ? new(DutyRules.TooFew, null, given.Shifts[element.Span].Id, "")
        : new(RuleOf(element.Kind), given.Lawyers[element.Lawyer].Id, null, SpanOf(element));

    private static FaultCode RuleOf(ElementKind kind) => kind switch
    {
        ElementKind.Rest => DutyRules.Rest,
        ElementKind.Day => DutyRules.DailyMax,
        ElementKind.Week => DutyRules.WeeklyMax,
        ElementKind.Month => DutyRules.MonthlyMax,
        ElementKind.Leave => DutyRules.OnLeave,
        _ => DutyRules.TooFew,
    };

    private static string SpanOf(Element element) => element.Kind switch
    {
        ElementKind.Day or ElementKind.Leave => DateOnly.FromDayNumber(element.Span).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ElementKind.Week => WeekText(DateOnly.FromDayNumber(element.Span * 7).ToDateTime(TimeOnly.MinValue)),
        ElementKind.Month => string.Create(CultureInfo.InvariantCulture, $"{(element.Span - 1) / 12:0000}-{((element.Span - 1) % 12) + 1:00}"),
        _ => "",
    };

    private static string WeekText(DateTime monday) => string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(monday)}-W{ISOWeek.GetWeekOfYear(monday):00}");

    private static (string Zh, string En) Line(CompiledCase given, List<Element> elements, List<int> shifts, int number)
    {
        var shift = given.Shifts[number];
        var station = given.Given.Stations.First(one => one.Id == shift.Station);
        var holders = Enumerable.Range(0, given.Lawyers.Length).Where(lawyer => shift.Requirement.IsMetBy(given.Lawyers[lawyer], shift.Date)).ToList();
        var counts = holders.CountBy(lawyer => State(given, elements, shifts, lawyer, number)).ToDictionary();
        var states = States.Where(state => counts.ContainsKey(state.Key)).Select(state => (state.Zh, En: counts[state.Key] == 1 ? state.One : state.Many, Count: counts[state.Key])).ToList();
        var special = shift.Requirement.Specialities.Count + shift.Requirement.PracticeYearsMin > 0;
        var (wantZh, wantEn) = Wanted(shift);
        var zh = $"{shift.DayText} {shift.PartZh} {station.NameZh}需要 {shift.Slots} 名{wantZh}律师，{(special ? "具备条件的" : "共有")} {holders.Count} 名"
            + (states.Count == 0 ? "" : "，其中" + string.Join("、", states.Select(state => $"{state.Zh} {state.Count} 名")));
        var en = $"{shift.DayText} {shift.PartEn} {station.NameEn} needs {shift.Slots} {(shift.Slots == 1 ? "lawyer" : "lawyers")}{wantEn}; {holders.Count} {(special ? holders.Count == 1 ? "qualifies" : "qualify" : "in all")}"
            + (states.Count == 0 ? "" : ": " + string.Join(", ", states.Select(state => $"{state.Count} {state.En}")));
        return (zh, en);
    }

    private static (string Zh, string En) Wanted(Shift shift)
    {
        var (needs, years) = (shift.Requirement.Specialities, shift.Requirement.PracticeYearsMin);
        var zh = string.Concat([.. needs.Select(need => need.NameZh).Take(1), .. needs.Select(need => "、" + need.NameZh).Skip(1)]);
        return (
            (zh.Length == 0 ? "" : $"具备“{zh}”条件的") + (years == 0 ? "" : $"执业满 {years} 年的"),
            (needs.Count == 0 ? "" : " qualified for " + string.Join(" and ", needs.Select(need => need.NameEn))) + (years == 0 ? "" : $" with {years} years of practice"));
    }

    /// <summary>What keeps a qualified lawyer from the shift, as far as this conflict says.</summary>
    private static string State(CompiledCase given, List<Element> elements, List<int> shifts, int lawyer, int shift)
    {
        var what = given.Shifts[shift];
        return given.Lawyers[lawyer].Barred.Contains(what.Station) ? "barred"
            : !given.IsAble(lawyer, shift) ? "elsewhere"
            : given.IsAway(lawyer, shift) ? "leave"
            : Has(ElementKind.Week, CompiledCase.Week(what)) ? "week"
            : Has(ElementKind.Month, CompiledCase.Month(what)) ? "month"
            : Has(ElementKind.Day, CompiledCase.Day(what)) ? "day"
            : Has(ElementKind.Rest, 0) ? "rest"
            : given.Clashes[shift].Any(other => shifts.Contains(other) && given.IsAble(lawyer, other)) ? "clash"
            : "free";

        bool Has(ElementKind kind, int span) => elements.Contains(new Element(kind, lawyer, span));
    }
}
