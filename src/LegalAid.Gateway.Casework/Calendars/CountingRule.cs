namespace LegalAid.Gateway.Casework.Calendars;

/// <summary>
/// By which rule a period (期间) is counted. Under every rule the starting day does not count and the last day ends at 24:00,
/// except that hours run from the instant.
/// </summary>
public enum CountingRule
{
    /// <summary>
    /// 刑诉法 105: a last day on a rest day rolls to the next day that is not one. Weekends are rest days for this purpose:
    /// the statute says 节假日, and practice counts Saturday and Sunday among them (K). A make-up workday (调休上班日) is none.
    /// </summary>
    CriminalDays,

    /// <summary>民诉法 85: the same shape; a last day on a 法定休假日 (weekends among them) rolls.</summary>
    CivilDays,

    /// <summary>工作日: only working days count, so the last day is one and nothing rolls.</summary>
    WorkingDays,

    /// <summary>刑诉法 105 on custody (在押期间): ends on expiry, never rolls; the holiday calendar plays no part.</summary>
    CalendarDaysNoRoll,

    /// <summary>24 h and 48 h limits: the instant and N hours, to the tick, at any hour of any day.</summary>
    ExactHours,

    /// <summary>Calendar months (月): the same date of the month reached, else that month's last day; rolls as days do.</summary>
    Months,
}
