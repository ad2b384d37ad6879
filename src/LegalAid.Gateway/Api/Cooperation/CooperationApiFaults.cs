using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Api.Cooperation;

/// <summary>Why the typed face of cooperation refuses a call before the ledger sees it.</summary>
[FaultRows]
public static class CooperationApiFaults
{
    public static readonly FaultCode SearchBoth = new("COOPERATION_SEARCH_BOTH", FaultKind.Invalid, FaultActor.CallerSystem,
        "person 与 exchange 只能填一项", "Only one of person and exchange may be given",
        "分两次检索", "Search twice");
}
