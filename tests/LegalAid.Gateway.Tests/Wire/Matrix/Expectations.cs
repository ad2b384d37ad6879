namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>
/// What the law and the documents let each agency do and see, written by hand and not taken from the configuration: the matrix is held against this. An agency that
/// is no party to a notice is answered as if there were none, whatever it asks; that is not in the cells.
/// </summary>
internal static partial class Expectations
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

    /// <summary>Who may open a notice of a kind, by the agency's kind (法律援助法 25; the pilot is the procuratorates'). All others: not theirs.</summary>
    public static RoleTable<Expected> Openings { get; } = new("""
        kind                  court     police    procuratorate  other
        POLICE                NotYours  Granted   NotYours       NotYours
        PROCURATORATE         NotYours  NotYours  Granted        NotYours
        COURT                 Granted   NotYours  NotYours       NotYours
        COMPULSORY_TREATMENT  Granted   NotYours  NotYours       NotYours
        TRIAL_IN_ABSENTIA     Granted   NotYours  NotYours       NotYours
        DEATH_REVIEW          Granted   NotYours  NotYours       NotYours
        FULL_COVERAGE_PILOT   NotYours  NotYours  Granted        NotYours
        """);

    /// <summary>
    /// To which centre an organ may give notice: the one at its place (法律援助法 38), and those of the city and the region around it, since cases go up.
    /// </summary>
    public static RoleTable<Answer> Competence { get; } = new("""
        organ                       nanning-qingxiu-aid-centre nanning-xingning-aid-centre nanning-aid-centre guangxi-aid-centre liuzhou-aid-centre
        nanning-qingxiu-court       Yes                        No                          Yes                Yes                No
        nanning-qingxiu-police      Yes                        No                          Yes                Yes                No
        nanning-qingxiu-procuratorate Yes                      No                          Yes                Yes                No
        nanning-xingning-court      No                         Yes                         Yes                Yes                No
        nanning-intermediate-court  No                         No                          Yes                Yes                No
        nanning-police              No                         No                          Yes                Yes                No
        nanning-procuratorate       No                         No                          Yes                Yes                No
        guangxi-high-court          No                         No                          No                 Yes                No
        liuzhou-chengzhong-court    No                         No                          No                 Yes                Yes
        liuzhou-intermediate-court  No                         No                          No                 Yes                Yes
        """);

    /// <summary>Which sections of a notice's view a party sees: the detention centre learns whom to expect and when, and nothing of the case.</summary>
    public static RoleTable<Answer> Sections { get; } = new("""
        section            organ  aid-centre  firm  detention-centre
        notice             Yes    Yes         Yes   No
        assignment         Yes    Yes         Yes   Yes
        acceptance         Yes    Yes         Yes   No
        visit              No     Yes         Yes   Yes
        visit-arrangement  No     Yes         Yes   Yes
        refusal            Yes    Yes         Yes   No
        renotification     Yes    Yes         No    No
        """);

    /// <summary>
    /// The messages of that notice: who sends each, who gets it (From, To), and who reads of it no more than that there was one (No). A firm that was released reads
    /// what it was sent before.
    /// </summary>
    public static RoleTable<Part> Messages { get; } = new("""
        event                   organ  aid-centre  firm  detention-centre
        submit                  From   To          No    No
        assign-counsel          To     From        To    No
        accept-assignment       No     To          From  No
        request-visit           No     No          From  To
        arrange-visit           No     To          To    From
        report-counsel-refusal  From   To          To    No
        renotify                From   To          No    No
        """);

    /// <summary>Whom a document of an exchange is for: any party may bring one; only who reads the notice may have it (docs/documents.md).</summary>
    public static RoleTable<Expected> Documents { get; } = new("""
        operation           organ    aid-centre  firm     detention-centre
        CreateAttachment    Granted  Granted     Granted  Granted
        BeginUpload         Granted  Granted     Granted  Granted
        POST                Granted  Granted     Granted  Granted
        DownloadAttachment  Granted  Granted     Granted  Absent
        GET                 Granted  Granted     Granted  Absent
        HEAD                Granted  Granted     Granted  Absent
        """);

    /// <summary>An upload that is under way is its sender's alone, whatever the other parties may read of the exchange (docs/documents.md).</summary>
    public static RoleTable<Expected> Uploads { get; } = new("""
        operation         sender   party   stranger
        GetUpload         Granted  Absent  Absent
        UploadAttachment  Granted  Absent  Absent
        CancelUpload      Granted  Absent  Absent
        HEAD              Granted  Absent  Absent
        PATCH             Granted  Absent  Absent
        DELETE            Granted  Absent  Absent
        """);

    /// <summary>The evidence of an exchange is for its parties; of the log as a whole anybody may know (docs/evidence.md).</summary>
    public static RoleTable<Expected> Evidence { get; } = new("""
        operation         organ    aid-centre  firm     detention-centre  stranger
        ListEvidence      Granted  Granted     Granted  Granted           Absent
        ProveMessage      Granted  Granted     Granted  Granted           Absent
        ProveLeaf         Granted  Granted     Granted  Granted           Absent
        GetCheckpoint     Granted  Granted     Granted  Granted           Granted
        ProveConsistency  Granted  Granted     Granted  Granted           Granted
        """);

    /// <summary>A delivery is its recipient's alone, and everybody has a mailbox (docs/receiving.md).</summary>
    public static RoleTable<Expected> Deliveries { get; } = new("""
        operation            recipient  stranger
        AcknowledgeDelivery  Granted    Absent
        ReportOpened         Granted    Absent
        RejectDelivery       Granted    Absent
        """);

    /// <summary>A message to oneself is an exchange like any other, of one party; it is over when it is sent, and it is no notice.</summary>
    public static RoleTable<Expected> Own { get; } = new("""
        operation         own      another  absent
        GetExchange       Granted  Absent   Absent
        ListHistory       Granted  Absent   Absent
        ListEvidence      Granted  Absent   Absent
        GetDefenceNotice  Absent   Absent   Absent
        TakeStep          Stopped  Absent   Absent
        CreateAttachment  Stopped  Absent   Absent
        """);

    /// <summary>Who takes part and what can be exchanged is for every agency to know; of itself each is told alone.</summary>
    public static RoleTable<Expected> DirectoryEntries { get; } = new("""
        operation          there    absent
        GetAgency          Granted  Absent
        GetExchangeType    Granted  Absent
        ListAgencies       Granted  Granted
        ListExchangeTypes  Granted  Granted
        WhoAmI             Granted  Granted
        """);

    /// <summary>A system changes its own key and learns of its own readiness: a proof that names another's, or one that is none, is no proof.</summary>
    public static RoleTable<Expected> Systems { get; } = new("""
        operation   own      another  absent
        readiness   Granted  Granted  Granted
        changeKey   Granted  Stopped  Stopped
        """);

    /// <summary>
    /// A centre verifies and decides on its own applications alone, here on one that waits for evidence (法律援助法 41, 43, 49); bodies that answer say what has changed and
    /// learn of no verification (政务数据共享条例 25).
    /// </summary>
    public static RoleTable<Expected> Verifications { get; } = new("""
        operation             own      source   other
        VerifyEligibility     Granted  Denied   Denied
        AssessEligibility     Granted  Denied   Denied
        GetVerification       Granted  Denied   Denied
        ListVerifications     Granted  Denied   Denied
        SearchVerifications   Granted  Denied   Denied
        WatchVerification     Granted  Denied   Denied
        ExplainVerification   Granted  Denied   Denied
        SupplyFacts           Granted  Denied   Denied
        GrantAid              Granted  Denied   Denied
        RefuseAid             Stopped  Denied   Denied
        ObjectToRefusal       Stopped  Denied   Denied
        ReviewObjection       Stopped  Denied   Denied
        WithdrawVerification  Granted  Denied   Denied
        CloseVerification     Stopped  Denied   Denied
        ReportStatusChange    Denied   Granted  Denied
        """);

    /// <summary>
    /// Centres of different places help each other, here on a request that was not answered yet: the one that asked may change its mind, the one that is asked answers, and any other
    /// is answered as if there were none (docs/cooperation.md). What answers a question that nobody asked, or comes later, is stopped.
    /// </summary>
    public static RoleTable<Expected> Cooperations { get; } = new("""
        operation                  origin    recipient  centre   other
        RequestCooperation         Granted   Granted    Granted  Denied
        GetCooperation             Granted   Granted    Absent   Denied
        ListCooperations           Granted   Granted    Granted  Denied
        SearchCooperations         Granted   Granted    Granted  Denied
        WatchCooperation           Granted   Granted    Absent   Denied
        AmendCooperation           Granted   NotYours   Absent   Denied
        SupplyCooperation          Stopped   NotYours   Absent   Denied
        AgreeToCooperationDate     Stopped   NotYours   Absent   Denied
        RefuseCooperationDate      Stopped   NotYours   Absent   Denied
        ReturnCooperationResults   Stopped   NotYours   Absent   Denied
        AcceptCooperationResults   Stopped   NotYours   Absent   Denied
        ReviewCooperation          Stopped   NotYours   Absent   Denied
        CloseCooperation           Stopped   NotYours   Absent   Denied
        WithdrawCooperation        Granted   NotYours   Absent   Denied
        AcceptCooperation          NotYours  Granted    Absent   Denied
        DeclineCooperation         NotYours  Granted    Absent   Denied
        ForwardCooperation         NotYours  Granted    Absent   Denied
        AskForSupplement           NotYours  Granted    Absent   Denied
        ProposeCooperationDate     NotYours  Granted    Absent   Denied
        ReportCooperationProgress  NotYours  Stopped    Absent   Denied
        DeliverCooperationResults  NotYours  Stopped    Absent   Denied
        """);

    /// <summary>The court publishes how cases stand to the legal-aid centres of the region, and to nobody else (docs/services.md).</summary>
    public static RoleTable<Expected> Services { get; } = new("""
        service                            aid-centre  other
        nanning-qingxiu-court/case-status  Granted     Absent
        nanning-qingxiu-court/no-such      Absent      Absent
        no-such-agency/case-status         Absent      Absent
        """);
}

/// <summary>Whether.</summary>
internal enum Answer
{
    No,
    Yes,
}

/// <summary>What part an agency has in a message.</summary>
internal enum Part
{
    No,
    From,
    To,
}
