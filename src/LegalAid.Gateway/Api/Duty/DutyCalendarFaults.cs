using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Api.Duty;

/// <summary>Why the address of a calendar is not created.</summary>
[FaultRows]
public static class DutyCalendarFaults
{
    public static readonly FaultCode SubjectOne = new("CALENDAR_SUBJECT_ONE", FaultKind.Invalid, FaultActor.CallerSystem,
        "lawyer 与 station 须填且只填一项", "Exactly one of lawyer and station is given",
        "律师与值班地点分别创建", "Create one for the lawyer and one for the station");

    public static readonly FaultCode TooMany = new("CALENDARS_TOO_MANY", FaultKind.WrongState, FaultActor.CallerStaff,
        "有效的日历地址已达 {0} 个", "There are {0} addresses of calendars open already",
        "撤销不再使用的地址", "Revoke those that nobody uses");

    public static readonly FaultCode ExpiryRange = new("CALENDAR_EXPIRY_OUT_OF_RANGE", FaultKind.Invalid, FaultActor.CallerStaff,
        "到期时间须在将来，且不超过 {0} 天", "The end must lie ahead, by at most {0} days",
        "更正到期时间，或不填", "Correct the end, or leave it out");
}
