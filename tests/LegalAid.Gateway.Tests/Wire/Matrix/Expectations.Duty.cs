namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>Duty lawyers: rosters, shifts, calendars, and those whom they help.</summary>
internal static partial class Expectations
{
    /// <summary>A centre drafts its own rosters; there is nothing of anybody in them.</summary>
    public static RoleTable<Expected> Rosters { get; } = new("""
        operation      aid-centre  other
        CheckRoster    Granted     Denied
        DraftRoster    Granted     Denied
        RedraftRoster  Granted     Denied
        ExportRoster   Granted     Denied
        ImportRoster   Granted     Denied
        """);

    /// <summary>
    /// The centre keeps the roster (法律援助法 14), the firm answers for its lawyer, the station says who came. A station joins when the shift is published, a substitute's firm when it is
    /// asked; a centre may also be the firm of a lawyer of its own, so that a firm's steps are not its own rather than denied. No shift of these has begun: what can only be said then is stopped.
    /// </summary>
    public static RoleTable<Expected> Shifts { get; } = new("""
        operation          state                  aid-centre  firm      substitute-firm  station
        OfferShifts        offered                Granted     Denied    Denied           Denied
        GetShift           substitution-proposed  Granted     Granted   Granted          Granted
        ListShifts         offered                Granted     Granted   Granted          Granted
        SearchShifts       offered                Granted     Granted   Granted          Granted
        WatchShift         substitution-proposed  Granted     Granted   Granted          Granted
        AcceptShift        offered                NotYours    Granted   Absent           Denied
        DeclineShift       offered                NotYours    Granted   Absent           Denied
        RebookShift        offered                Granted     Denied    Denied           Denied
        PublishShift       offered                Granted     Denied    Denied           Denied
        ProposeSubstitute  published              NotYours    Granted   Absent           Denied
        AskSubstitute      published              Granted     Denied    Denied           Denied
        AgreeToSubstitute  substitution-asked     NotYours    Granted   NotYours         Denied
        TakeOverShift      substitution-proposed  NotYours    NotYours  Granted          Denied
        RefuseSubstitute   substitution-proposed  Granted     Granted   Granted          Denied
        ReportNoShow       published              Denied      Denied    Denied           Stopped
        ReportArrival      published              Denied      Denied    Denied           Stopped
        SendStandIn        published              Stopped     Denied    Denied           Denied
        CompleteShift      published              Denied      Denied    Denied           Stopped
        ReleaseShift       published              Granted     Denied    Denied           Denied
        CancelShift        vacant                 Granted     Denied    Denied           Denied
        """);

    /// <summary>
    /// The organ or the detention centre asks (刑诉法 36), the centre names, the firm records; whoever holds the person says that they were moved or refused, whoever asked.
    /// </summary>
    public static RoleTable<Expected> HelpRequests { get; } = new("""
        operation            state      organ     aid-centre  firm     detention-centre
        RequestHelp          requested  Granted   Denied      Denied   Granted
        GetHelpRequest       notified   Granted   Granted     Granted  Granted
        ListHelpRequests     requested  Granted   Granted     Granted  Granted
        SearchHelpRequests   requested  Granted   Granted     Granted  Granted
        WatchHelpRequest     notified   Granted   Granted     Granted  Granted
        NotifyLawyer         requested  Denied    Granted     Denied   Denied
        NameLawyer           requested  Denied    Granted     Denied   Denied
        DeclareConflict      notified   Denied    NotYours    Granted  Denied
        RefuseHelp           requested  Granted   Denied      Denied   Granted
        AskHelpAgain         refused    Granted   Denied      Denied   Granted
        MovePerson           requested  Granted   Denied      Denied   Granted
        RecordHelp           notified   Denied    NotYours    Granted  Denied
        WithdrawHelpRequest  requested  Granted   Denied      Denied   NotYours
        CloseHelpRequest     refused    Denied    Granted     Denied   Denied
        """);

    /// <summary>The address of a calendar is for the agency that created it to see and to revoke (docs/duty-rosters.md).</summary>
    public static RoleTable<Expected> CalendarFeeds { get; } = new("""
        operation           own      another  absent   other
        CreateCalendarFeed  Granted  Granted  Granted  Denied
        GetCalendarFeed     Granted  Absent   Absent   Denied
        ListCalendarFeeds   Granted  Granted  Granted  Denied
        RevokeCalendarFeed  Granted  Absent   Absent   Denied
        """);

    /// <summary>Whose calendar an agency of a kind may create: the centre keeps the roster (法律援助法 14); a firm its own lawyers', a station its own.</summary>
    public static RoleTable<Expected> CalendarSubjects { get; } = new("""
        subject        aid-centre  law-firm  station  other
        own-lawyer     Granted     Granted   Denied   Denied
        other-lawyer   Granted     Denied    Denied   Denied
        own-station    Granted     Denied    Granted  Denied
        other-station  Granted     Denied    Denied   Denied
        """);
}
