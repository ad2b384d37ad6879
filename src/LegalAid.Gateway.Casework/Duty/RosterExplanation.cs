using System.Globalization;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Duty;

/// <summary>One part of a conflict: a shift that has to be filled, or one lawyer's limit in one span.</summary>
/// <param name="Rule"><see cref="DutyRules.TooFew"/> for a shift; else <see cref="DutyRules.OnLeave"/>, a maximum, or <see cref="DutyRules.Rest"/>.</param>
/// <param name="Lawyer">Whose limit; null for a shift.</param>
/// <param name="Shift">Which shift; null for a limit.</param>
/// <param name="Span">Of the limit: 2026-03-14, 2026-W11, 2026-03; empty for rest and for a shift.</param>
public sealed record ConflictElement(FaultCode Rule, DutyLawyerId? Lawyer, ShiftId? Shift, string Span);

/// <summary>
/// Why a roster is impossible: elements that cannot all hold, beside what never yields (qualification, barred stations, two places at once).
/// </summary>
/// <param name="Elements">In order. Where <paramref name="Minimal"/>, without any one of them the rest could hold.</param>
/// <param name="Minimal">Whether that is proven; else a bound ended the reduction.</param>
/// <param name="Zh">For the scheduler.</param>
/// <param name="En">The same in English.</param>
public sealed record RosterReason(EquatableList<ConflictElement> Elements, bool Minimal, string Zh, string En)
{
    /// <summary>The shifts that cannot all be filled.</summary>
    public IEnumerable<ShiftId> Shifts => Elements.Select(element => element.Shift).OfType<ShiftId>();
}

/// <summary>One change that a person could allow.</summary>
/// <param name="Rule">As in <see cref="ConflictElement"/>, but never rest.</param>
/// <param name="By">By how much a maximum rises or a shift's slots fall; 1 for a day of leave.</param>
public sealed record Relaxation(FaultCode Rule, DutyLawyerId? Lawyer, ShiftId? Shift, string Span, int By)
{
    public string Zh => Rule == DutyRules.TooFew ? $"班次 {Shift} 减少 {By} 人"
        : Rule == DutyRules.OnLeave ? $"律师 {Lawyer} 于 {Span} 销假"
        : $"律师 {Lawyer} 在 {Span} 多值 {By} 班（{Limit("每日上限", "每周上限", "每月上限")}）";

    public string En => Rule == DutyRules.TooFew ? $"shift {Shift} with {By} fewer"
        : Rule == DutyRules.OnLeave ? $"lawyer {Lawyer} gives up leave on {Span}"
        : $"lawyer {Lawyer} takes {By} more in {Span} ({Limit("daily", "weekly", "monthly")} maximum)";

    private string Limit(string daily, string weekly, string monthly) => Rule == DutyRules.DailyMax ? daily : Rule == DutyRules.WeeklyMax ? weekly : monthly;
}

/// <summary>Why there is no roster, and the fewest changes that would make one possible.</summary>
/// <param name="Reasons">At least one, at most five: each a conflict of its own.</param>
/// <param name="Relaxations">The fewest changes, each counted once for each unit; among as few, more work is before given-up leave and that before open places. Empty where a bound ended the search for them.</param>
/// <param name="Tried">Whether a whole roster was found with them. Else they resolve the reasons, and perhaps not all.</param>
public sealed record RosterExplanation(EquatableList<RosterReason> Reasons, EquatableList<Relaxation> Relaxations, bool Tried)
{
    public string Zh => string.Join("\n", [.. Reasons.Select(reason => reason.Zh), .. Relaxations.Count == 0 ? Array.Empty<string>() : [$"最少的调整：{string.Join("；", Relaxations.Select(one => one.Zh))}。"]]);

    public string En => string.Join("\n", [.. Reasons.Select(reason => reason.En), .. Relaxations.Count == 0 ? Array.Empty<string>() : [$"Fewest changes: {string.Join("; ", Relaxations.Select(one => one.En))}."]]);

    /// <summary>The case with the changes made. A maximum is raised for the whole roster, since a lawyer has one of each kind.</summary>
    public RosterCase Apply(RosterCase given) => given with
    {
        Shifts = [.. given.Shifts.Select(Fewer).Where(shift => shift.Slots > 0)],
        Lawyers = [.. given.Lawyers.Select(lawyer => Freer(lawyer, given.Options))],
    };

    private Shift Fewer(Shift shift) => shift with { Slots = shift.Slots - Relaxations.Where(one => one.Shift == shift.Id).Sum(one => one.By) };

    private DutyLawyer Freer(DutyLawyer lawyer, DutyOptions options)
    {
        var own = Relaxations.Where(one => one.Lawyer == lawyer.Id).ToList();
        var back = own.Where(one => one.Rule == DutyRules.OnLeave).Select(one => DateOnly.ParseExact(one.Span, "yyyy-MM-dd", CultureInfo.InvariantCulture));
        return own.Count == 0 ? lawyer : lawyer with
        {
            Leave = [.. back.Aggregate<DateOnly, IEnumerable<Leave>>(lawyer.Leave, (left, day) => left.SelectMany(leave => Without(leave, day)))],
            ShiftsPerDayMax = Raised(DutyRules.DailyMax, lawyer.ShiftsPerDayMax, options.ShiftsPerDayMax),
            ShiftsPerWeekMax = Raised(DutyRules.WeeklyMax, lawyer.ShiftsPerWeekMax, options.ShiftsPerWeekMax),
            ShiftsPerMonthMax = Raised(DutyRules.MonthlyMax, lawyer.ShiftsPerMonthMax, options.ShiftsPerMonthMax),
        };

        // Of several spans the largest rise.
        int? Raised(FaultCode rule, int? max, int general)
        {
            var by = own.Where(one => one.Rule == rule).Select(one => one.By).DefaultIfEmpty().Max();
            return by == 0 ? max : (max ?? general) + by;
        }
    }

    private static IEnumerable<Leave> Without(Leave leave, DateOnly day)
    {
        if (!leave.Covers(day))
        {
            yield return leave;
            yield break;
        }

        if (leave.From < day)
        {
            yield return leave with { To = day.AddDays(-1) };
        }

        if (day < leave.To)
        {
            yield return leave with { From = day.AddDays(1) };
        }
    }
}
