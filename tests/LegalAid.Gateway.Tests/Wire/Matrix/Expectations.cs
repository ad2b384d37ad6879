namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>
/// What the law and the documents let each agency do and see, written by hand and not taken from the configuration: the matrix is held against this. An agency that
/// is no party to a notice is answered as if there were none, whatever it asks; that is not in the cells.
/// </summary>
internal static class Expectations
{
    public const string Organ = "organ", AidCentre = "aid-centre", Firm = "firm", DetentionCentre = "detention-centre";

    /// <summary>
    /// Operations on a notice, by its parties' roles, with a state in which the step can be taken. 法律援助法 25, 36: the organ gives notice and the centre names counsel;
    /// 39 of the Procedure Law: the detention centre arranges meetings and is told of no more than counsel. Naming counsel and declining come before there is a firm.
    /// </summary>
    public static RoleTable<Expected> Notices { get; } = new("""
        operation             state     organ     aid-centre  firm      detention-centre
        GetExchange           assigned  Granted   Granted     Granted   Granted
        GetDefenceNotice      assigned  Granted   Granted     Granted   Granted
        ListHistory           assigned  Granted   Granted     Granted   Granted
        AmendDefenceNotice    assigned  Granted   NotYours    NotYours  NotYours
        WithdrawDefenceNotice assigned  Granted   NotYours    NotYours  NotYours
        ReportCounselRefusal  assigned  Granted   NotYours    NotYours  NotYours
        RenotifyDefence       refused   Granted   NotYours    NotYours  NotYours
        AssignCounsel         notified  NotYours  Granted     Absent    NotYours
        ReplaceCounsel        assigned  NotYours  Granted     NotYours  NotYours
        DeclineDefenceNotice  notified  NotYours  Granted     Absent    NotYours
        TerminateDefence      assigned  NotYours  Granted     NotYours  NotYours
        CloseDefenceNotice    accepted  NotYours  Granted     NotYours  NotYours
        RespondToAssignment   assigned  NotYours  NotYours    Granted   NotYours
        TakeStep              assigned  NotYours  Granted     Granted   NotYours
        """);
}
