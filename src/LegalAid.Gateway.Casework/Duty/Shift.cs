using System.Globalization;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Duty;

/// <summary>How duty is done (值班方式).</summary>
public enum DutyMode
{
    /// <summary>现场值班.</summary>
    OnSite,

    /// <summary>电话值班: at no place, so that nobody travels to it.</summary>
    Phone,

    /// <summary>网络值班: at no place.</summary>
    Network,

    /// <summary>预约值班: on site, when asked.</summary>
    ByAppointment,
}

/// <summary>What a shift asks of each of its lawyers: every speciality, and whole years of practice on the day.</summary>
public sealed record DutyRequirement(EquatableList<Speciality> Specialities, int PracticeYearsMin = 0)
{
    public static DutyRequirement None { get; } = new([]);

    /// <summary>Whether the lawyer meets it on the day.</summary>
    public bool IsMetBy(DutyLawyer lawyer, DateOnly day) =>
        Specialities.All(needed => lawyer.Specialities.Contains(needed))
        && (PracticeYearsMin == 0 || (lawyer.PractisingSince <= day && lawyer.PractisingSince.AddYears(PracticeYearsMin) <= day));
}

/// <summary>A shift (班次): some hours at a station, for so many lawyers.</summary>
/// <param name="Id">Unique in the case.</param>
/// <param name="Station">Where.</param>
/// <param name="Date">The civil day it begins on, and counts for.</param>
/// <param name="Start">Civil time.</param>
/// <param name="End">Civil time; at or before <paramref name="Start"/> it is of the next day, so 00:00 is 24:00.</param>
/// <param name="Mode">How.</param>
/// <param name="Requirement">What each lawyer must bring.</param>
/// <param name="Slots">Lawyers needed, 1 to <see cref="SlotsMax"/>.</param>
public sealed record Shift(
    ShiftId Id, StationId Station, DateOnly Date, TimeOnly Start, TimeOnly End, DutyMode Mode, DutyRequirement Requirement, int Slots = 1)
{
    public const int SlotsMax = 20;

    /// <summary>The instant it begins, on the civil clock.</summary>
    public DateTime StartsAt => Date.ToDateTime(Start);

    /// <summary>The instant it ends, on the civil clock.</summary>
    public DateTime EndsAt => (End <= Start ? Date.AddDays(1) : Date).ToDateTime(End);

    /// <summary>Whether lawyers must be at the station.</summary>
    public bool HasPlace => Mode is DutyMode.OnSite or DutyMode.ByAppointment;

    /// <summary>早班 before 08:00, 上午班 before noon, 午班 before 17:00, else 晚班.</summary>
    public string PartZh => Start.Hour switch { < 8 => "早班", < 12 => "上午班", < 17 => "午班", _ => "晚班" };

    public string PartEn => Start.Hour switch { < 8 => "early", < 12 => "morning", < 17 => "afternoon", _ => "evening" };

    internal string DayText => Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
