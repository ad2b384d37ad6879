using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Api.Duty;

/// <summary>Why the typed face of duty shifts refuses a call before the ledger sees it.</summary>
[FaultRows]
public static class ShiftFaults
{
    public static readonly FaultCode SearchOne = new("SHIFT_SEARCH_ONE", FaultKind.Invalid, FaultActor.CallerSystem,
        "lawyer 与 station 须填且只填一项", "Exactly one of lawyer and station is given",
        "按律师或按值班地点检索", "Search by the lawyer or by the station");
}
