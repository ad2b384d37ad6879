using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Casework.Tests.Checks;

/// <summary>Grounds, times, competence, answers.</summary>
internal static class GroundCases
{
    public static IEnumerable<CheckCase> All => [.. Ages, .. Disabilities, .. Grounds, .. Kinds, .. Amendments, .. Found, .. Served, .. Hearings, .. Competence, .. Answers];

    private static CheckScene Article25 => CheckScene.Submit("article-25");

    private static CheckScene Born(int year, int month, int day) => Article25.With("person.residentNumber", CheckWorld.Number(year, month, day));

    private static CheckScene Claims(this CheckScene scene, params string[] grounds) =>
        scene.With("grounds", new JsonArray([.. grounds.Select(ground => (JsonNode?)ground)]));

    private static CheckScene Certified(char category) =>
        Article25.With("person.disabilityCertificate", $"{CheckWorld.Number(1990, 5, 4)}{category}1");

    private static CheckScene Permit(string number) => Article25.Claims("GROUND_MINOR").With("person", new JsonObject
    {
        ["name"] = "测试人丁", ["document"] = new JsonObject { ["kind"] = "DOCUMENT_KIND_RESIDENCE_PERMIT", ["number"] = number },
    });

    private static CheckScene Guessed(int age) =>
        Article25.With("person", new JsonObject { ["name"] = "测试人丙", ["unknownIdentity"] = new JsonObject { ["label"] = "1号", ["estimatedAge"] = age } });

    private static IEnumerable<CheckCase> Ages =>
    [
        new("adult", Article25),
        new("eighteenth birthday was two days ago", Born(2008, 3, 8)),
        new("eighteenth birthday was yesterday", Born(2008, 3, 9)),
        new("eighteenth birthday is today", Born(2008, 3, 10), "ARTICLE_25_MINOR_NOT_CLAIMED"),
        new("eighteenth birthday is tomorrow", Born(2008, 3, 11), "ARTICLE_25_MINOR_NOT_CLAIMED"),
        new("minor claimed and is", Born(2008, 3, 10).Claims("GROUND_MINOR")),
        new("minor claimed and is not", Born(2008, 3, 9).Claims("GROUND_MINOR"), "ARTICLE_25_MINOR_NOT_BORNE_OUT"),
        new("minor by stated date", Article25.With("person", new JsonObject { ["name"] = "甲", ["birthDate"] = "2009-01-01" }), "ARTICLE_25_MINOR_NOT_CLAIMED"),
        // Born in 1899: a permit's region is assigned, and no living person's number may stand here.
        new("adult by a Taiwan permit's number", Permit("830000189901010019"), "ARTICLE_25_MINOR_NOT_BORNE_OUT"),
        new("adult by a Hong Kong permit's number", Permit("810000189901010015"), "ARTICLE_25_MINOR_NOT_BORNE_OUT"),
        new("limited capacity of a minor", Born(2009, 1, 1).Claims("GROUND_MINOR", "GROUND_LIMITED_CAPACITY"), "ARTICLE_25_CAPACITY_OF_MINOR"),
        new("limited capacity of an adult", Article25.Claims("GROUND_LIMITED_CAPACITY")),
        new("estimated 17", Guessed(17), "ARTICLE_25_AGE_ESTIMATED"),
        new("estimated 18", Guessed(18)),
        new("estimated 1", Guessed(1), "ARTICLE_25_AGE_ESTIMATED"),
        new("no estimate", Guessed(0)),
    ];

    private static IEnumerable<CheckCase> Disabilities =>
    [
        new("sight", Certified('1'), "ARTICLE_25_SENSORY_NOT_CLAIMED"),
        new("hearing", Certified('2'), "ARTICLE_25_SENSORY_NOT_CLAIMED"),
        new("speech", Certified('3'), "ARTICLE_25_SENSORY_NOT_CLAIMED"),
        new("speech, claimed", Certified('3').Claims("GROUND_SENSORY_DISABILITY")),
        new("limb", Certified('4')),
        new("limb, sensory claimed", Certified('4').Claims("GROUND_SENSORY_DISABILITY"), "ARTICLE_25_SENSORY_NOT_BORNE_OUT"),
        new("intellectual", Certified('5'), "ARTICLE_25_CAPACITY_REVIEW"),
        new("mental", Certified('6'), "ARTICLE_25_CAPACITY_REVIEW"),
        new("mental, claimed", Certified('6').Claims("GROUND_LIMITED_CAPACITY")),
        new("mental, sensory claimed", Certified('6').Claims("GROUND_SENSORY_DISABILITY"), "ARTICLE_25_CAPACITY_REVIEW", "ARTICLE_25_SENSORY_NOT_BORNE_OUT"),
        new("multiple", Certified('7'), "ARTICLE_25_DISABILITY_ASK"),
        new("multiple, sensory claimed", Certified('7').Claims("GROUND_SENSORY_DISABILITY")),
        new("sensory claimed without certificate", Article25.Claims("GROUND_SENSORY_DISABILITY")),
    ];

    private static IEnumerable<CheckCase> Grounds =>
    [
        new("no grounds", Article25.Claims(), "grounds: FIELD_REQUIRED"),
        new("grounds are a text", Article25.With("grounds", "GROUND_MINOR"), "grounds: FIELD_REQUIRED"),
        new("life or death", Article25.Claims("GROUND_LIFE_OR_DEATH"), "COUNSEL_THREE_YEARS_NEEDED"),
        new("death review", Article25.With("stage", "STAGE_DEATH_REVIEW").Claims("GROUND_DEATH_REVIEW"), "COUNSEL_THREE_YEARS_NEEDED"),
        new("only ground impossible", Article25.With("stage", "STAGE_INVESTIGATION"), "grounds: GROUNDS_NOT_OF_STAGE", "GROUND_UNUSUAL_AT_STAGE"),
        new("one ground impossible", Article25.With("stage", "STAGE_INVESTIGATION").Claims("GROUND_ORDINARY_TRIAL", "GROUND_OTHER_BY_LAW"), "GROUND_UNUSUAL_AT_STAGE"),
        new("ordinary trial in summary procedure", Article25.With("procedure", "PROCEDURE_SUMMARY"), "grounds: GROUNDS_NOT_OF_STAGE", "GROUND_UNUSUAL_AT_STAGE"),
        new("ordinary trial in fast track", Article25.With("procedure", "PROCEDURE_FAST_TRACK"), "grounds: GROUNDS_NOT_OF_STAGE", "GROUND_UNUSUAL_AT_STAGE"),
        new("ordinary trial, procedure open", Article25.Without("procedure")),
        new("in absentia before a court", Article25.Claims("GROUND_IN_ABSENTIA")),
        new("in absentia before a procuratorate", Article25.With("stage", "STAGE_PROSECUTION").Claims("GROUND_IN_ABSENTIA"),
            "grounds: GROUNDS_NOT_OF_STAGE", "GROUND_UNUSUAL_AT_STAGE"),
        new("treatment at first instance", Article25.Claims("GROUND_COMPULSORY_TREATMENT"), "grounds: GROUNDS_NOT_OF_STAGE", "GROUND_UNUSUAL_AT_STAGE"),
        new("treatment at its stage", Article25.With("stage", "STAGE_COMPULSORY_TREATMENT").Claims("GROUND_COMPULSORY_TREATMENT")),
        new("pilot ground in the pilot", Pilot("qingxiu-procuratorate")),
        new("pilot ground elsewhere", Pilot("wuming-procuratorate"), "GROUND_PILOT_OUTSIDE_PILOT"),
        new("pilot ground at investigation", Pilot("qingxiu-police").With("stage", "STAGE_INVESTIGATION"), "grounds: GROUNDS_NOT_OF_STAGE", "GROUND_UNUSUAL_AT_STAGE"),
        new("ground to come", Article25.Claims("GROUND_NEW")),
    ];

    private static CheckScene Pilot(string organ) =>
        Article25.By(organ).With("stage", "STAGE_PROSECUTION").Without("procedure").Claims("GROUND_PILOT_GUILT_DENIED");

    private static IEnumerable<CheckCase> Kinds =>
    [
        .. Kind("ground-compulsory-treatment", "GROUND_COMPULSORY_TREATMENT"),
        .. Kind("ground-in-absentia", "GROUND_IN_ABSENTIA"),
        .. Kind("ground-death-review", "GROUND_DEATH_REVIEW"),
        .. Kind("ground-pilot", "GROUND_PILOT_THREE_YEARS"),
        .. Kind("ground-pilot", "GROUND_PILOT_GUILT_DENIED"),
        .. Kind("ground-pilot", "GROUND_PILOT_COMPLEX"),
        .. Kind("ground-pilot", "GROUND_PILOT_SOCIAL_IMPACT"),
        new("reviewing: High Court", CheckScene.Submit("reviewing-court").By("guangxi-high-court")),
        new("reviewing: Supreme Court", CheckScene.Submit("reviewing-court").By("supreme-court")),
        new("reviewing: intermediate court", CheckScene.Submit("reviewing-court").By("nanning-court"), "REVIEWING_COURT_ONLY"),
        new("reviewing: court without code", CheckScene.Submit("reviewing-court").By("uncoded-court"), "REVIEWING_COURT_ONLY"),
        new("pilot: day before", PilotOn(2025, 12, 31), "PILOT_NOT_IN_FORCE"),
        new("pilot: first day", PilotOn(2026, 1, 1)),
        new("pilot: last day", PilotOn(2026, 12, 31)),
        new("pilot: day after", PilotOn(2027, 1, 1), "PILOT_NOT_IN_FORCE"),
        new("pilot: other programme", CheckScene.Submit("pilot-in-force").By("wuming-procuratorate"), "PILOT_NOT_IN_FORCE"),
    ];

    private static IEnumerable<CheckCase> Kind(string check, string ground) =>
    [
        new($"{check} has {ground}", CheckScene.Submit(check).Claims("GROUND_MINOR", ground)),
        new($"{check} lacks {ground}", CheckScene.Submit(check).Claims("GROUND_MINOR"), "grounds: GROUND_OF_NOTICE_KIND_MISSING"),
    ];

    private static CheckScene PilotOn(int year, int month, int day) =>
        CheckScene.Submit("pilot-in-force").By("qingxiu-procuratorate").At(new DateTimeOffset(year, month, day, 12, 0, 0, TimeSpan.FromHours(8)));

    private static IEnumerable<CheckCase> Amendments =>
    [
        new("amended: identity shows a minor", CheckScene.Amend("amended-article-25").With(
            "changes.person", new JsonObject { ["name"] = "甲", ["residentNumber"] = CheckWorld.Number(2009, 1, 1) }), "ARTICLE_25_MINOR_NOT_CLAIMED"),
        new("amended: grounds impossible", CheckScene.Amend("amended-article-25").With("changes.grounds", new JsonArray("GROUND_DEATH_REVIEW")),
            "changes.grounds: GROUNDS_NOT_OF_STAGE", "GROUND_UNUSUAL_AT_STAGE", "COUNSEL_THREE_YEARS_NEEDED"),
        new("amended: procedure becomes summary", CheckScene.Amend("amended-article-25").With("changes.procedure", "PROCEDURE_SUMMARY"),
            "changes.grounds: GROUNDS_NOT_OF_STAGE", "GROUND_UNUSUAL_AT_STAGE"),
        new("amended: hearing alone leaves grounds be", CheckScene.Amend("amended-article-25").Viewing("notice.grounds", new JsonArray()).With("changes.cause", "诈骗罪")),
        new("amended: hearing moved", CheckScene.Amend("amended-hearing").With("changes.hearing", Hearing("2026-05-12T01:00:00Z"))),
        new("amended: hearing in the past", CheckScene.Amend("amended-hearing").With("changes.hearing", Hearing("2026-03-10T01:59:59Z")),
            "changes.hearing.startTime: HEARING_IN_PAST"),
        new("amended: old hearing is past, not touched", CheckScene.Amend("amended-hearing").Viewing("notice.hearing", Hearing("2026-01-01T01:00:00Z"))),
        new("amended: hearing soon, summary before", CheckScene.Amend("amended-hearing").Viewing("notice.procedure", "PROCEDURE_SUMMARY")
            .With("changes.hearing", Hearing("2026-03-20T01:00:00Z"))),
        new("amended: nothing", CheckScene.Amend("amendment-content"), "changes: AMENDMENT_EMPTY"),
        new("amended: no changes at all", CheckScene.Amend("amendment-content").Without("changes"), "changes: AMENDMENT_EMPTY"),
        new("amended: to what it was", CheckScene.Amend("amendment-content").With("changes.cause", "盗窃罪").With("changes.hearing", Hearing("2026-05-11T01:00:00Z")),
            "changes: AMENDMENT_EMPTY"),
        new("amended: one of two", CheckScene.Amend("amendment-content").With("changes.cause", "盗窃罪").With("changes.remarks", "补充")),
    ];

    private static JsonObject Hearing(string start) => new() { ["startTime"] = start };

    private static IEnumerable<CheckCase> Found =>
    [
        new("found yesterday", CheckScene.Submit("found-time")),
        new("found absent", CheckScene.Submit("found-time").Without("foundTime"), "foundTime: FIELD_REQUIRED"),
        new("found unreadable", CheckScene.Submit("found-time").With("foundTime", "2026-03-09"), "foundTime: TIME_FORM"),
        new("found without zone", CheckScene.Submit("found-time").With("foundTime", "2026-03-09T09:00:00"), "foundTime: TIME_FORM"),
        new("found as a number", CheckScene.Submit("found-time").With("foundTime", 1), "foundTime: TIME_FORM"),
        new("found to the nanosecond", CheckScene.Submit("found-time").With("foundTime", "2026-03-09T09:00:00.123456789+08:00")),
        new("found at the end of time", FoundAt("9999-12-31T23:59:59Z"), "foundTime: FOUND_TIME_FUTURE"),
        new("found at the beginning of time", FoundAt("0001-01-01T00:00:00Z"), "foundTime: FOUND_TIME_IMPLAUSIBLE"),
        new("found 4:59 ahead", FoundAt("2026-03-10T10:04:59+08:00")),
        new("found 5:00 ahead", FoundAt("2026-03-10T10:05:00+08:00")),
        new("found 5:01 ahead", FoundAt("2026-03-10T10:05:01+08:00"), "foundTime: FOUND_TIME_FUTURE"),
        new("found three years ago and a second less", FoundAt("2023-03-10T10:00:01+08:00")),
        new("found three years ago", FoundAt("2023-03-10T10:00:00+08:00")),
        new("found three years and a second ago", FoundAt("2023-03-10T09:59:59+08:00"), "foundTime: FOUND_TIME_IMPLAUSIBLE"),
    ];

    private static CheckScene ServedAt(JsonNode? time) => CheckScene.Submit("judgment-served").With("judgmentServedTime", time);

    private static IEnumerable<CheckCase> Served =>
    [
        new("served absent", CheckScene.Submit("judgment-served")),
        new("served unreadable", ServedAt("2026-3-1"), "judgmentServedTime: TIME_FORM"),
        new("served 5:00 ahead", ServedAt("2026-03-10T10:05:00+08:00")),
        new("served 5:01 ahead", ServedAt("2026-03-10T10:05:01+08:00"), "judgmentServedTime: JUDGMENT_SERVED_FUTURE"),
        new("served at the end of time", ServedAt("9999-12-31T23:59:59Z"), "judgmentServedTime: JUDGMENT_SERVED_FUTURE"),
        new("served three years ago", ServedAt("2023-03-10T10:00:00+08:00")),
        new("served three years and a second ago", ServedAt("2023-03-10T09:59:59+08:00"), "judgmentServedTime: JUDGMENT_SERVED_IMPLAUSIBLE"),
        new("served at the beginning of time", ServedAt("0001-01-01T00:00:00Z"), "judgmentServedTime: JUDGMENT_SERVED_IMPLAUSIBLE"),
    ];

    private static CheckScene FoundAt(string time) => CheckScene.Submit("found-time").With("foundTime", time);

    // Full days between 10 March and the hearing, neither counted: the 26th leaves fifteen, the 14th three.
    private static IEnumerable<CheckCase> Hearings =>
    [
        new("hearing none", CheckScene.Submit("hearing-ahead").Without("hearing")),
        new("hearing without time", CheckScene.Submit("hearing-ahead").With("hearing", new JsonObject()), "hearing.startTime: FIELD_REQUIRED"),
        new("hearing unreadable", HearingAt("tomorrow"), "hearing.startTime: TIME_FORM"),
        new("hearing a second ago", HearingAt("2026-03-10T09:59:59+08:00"), "hearing.startTime: HEARING_IN_PAST"),
        new("hearing in three years", HearingAt("2029-03-10T10:00:00+08:00")),
        new("hearing in three years and a second", HearingAt("2029-03-10T10:00:01+08:00"), "hearing.startTime: HEARING_IMPLAUSIBLE"),
        new("hearing at the end of time", HearingAt("9999-12-31T23:59:59Z"), "hearing.startTime: HEARING_IMPLAUSIBLE"),
        new("hearing now", HearingAt("2026-03-10T10:00:00+08:00"), "HEARING_SOON", "HEARING_VERY_SOON"),
        new("hearing in two full days", HearingAt("2026-03-13T09:00:00+08:00"), "HEARING_SOON", "HEARING_VERY_SOON"),
        new("hearing in three full days", HearingAt("2026-03-14T09:00:00+08:00"), "HEARING_SOON"),
        new("hearing in fourteen full days", HearingAt("2026-03-25T23:59:00+08:00"), "HEARING_SOON"),
        new("hearing in fifteen full days", HearingAt("2026-03-26T00:00:00+08:00")),
        new("hearing in fifteen full days, last second", CheckScene.Submit("hearing-ahead").At(new DateTimeOffset(2026, 3, 10, 23, 59, 59, TimeSpan.FromHours(8)))
            .With("hearing", Hearing("2026-03-26T09:00:00+08:00"))),
        new("hearing in fourteen, summary", HearingAt("2026-03-25T09:00:00+08:00").With("procedure", "PROCEDURE_SUMMARY")),
        new("hearing in two, fast track", HearingAt("2026-03-13T09:00:00+08:00").With("procedure", "PROCEDURE_FAST_TRACK"), "HEARING_VERY_SOON"),
        new("hearing in fourteen, procedure open", HearingAt("2026-03-25T09:00:00+08:00").Without("procedure"), "HEARING_SOON"),
    ];

    private static CheckScene HearingAt(string time) => CheckScene.Submit("hearing-ahead").With("hearing", Hearing(time));

    private static IEnumerable<CheckCase> Competence =>
    [
        new("centre of the district", Centre("qingxiu-aid")),
        new("centre of the city around it", Centre("nanning-aid")),
        new("centre of another district", Centre("wuming-aid"), "aidCentre: AID_CENTRE_NOT_COMPETENT"),
        new("centre of a district for the city's court", Centre("qingxiu-aid").By("nanning-court"), "aidCentre: AID_CENTRE_NOT_COMPETENT"),
        new("centre for another city's court", Centre("nanning-aid").By("guilin-court"), "aidCentre: AID_CENTRE_NONE_COMPETENT"),
        new("centre that is none is the party rule's", Centre("detention")),
        new("centre that was not found is the party rule's", CheckScene.Submit("aid-centre-competence")),
        new("custody known", CheckScene.Says("detention-centre-known", "{}").Party("detention-centre", "detention")),
        new("custody unknown", CheckScene.Says("detention-centre-known", "{}"), "DETENTION_CENTRE_UNKNOWN"),
        new("custody no longer in the directory", CheckScene.Says("detention-centre-known", "{}").Party("detention-centre", "gone"), "DETENTION_CENTRE_UNKNOWN"),
    ];

    private static CheckScene Centre(string agency) => CheckScene.Submit("aid-centre-competence").Party("aid-centre", agency);

    private static IEnumerable<CheckCase> Answers =>
    [
        new("decline: no duty to name", Declines("DECLINE_GROUND_DUPLICATE", null)),
        new("decline: competent named", Declines("DECLINE_GROUND_NOT_COMPETENT", "agencies/wuming-aid")),
        new("decline: competent missing", Declines("DECLINE_GROUND_NOT_COMPETENT", null), "competentCentre: COMPETENT_CENTRE_MISSING"),
        new("decline: competent unknown", Declines("DECLINE_GROUND_NOT_COMPETENT", "agencies/gone"), "competentCentre: COMPETENT_CENTRE_UNKNOWN"),
        new("decline: competent malformed", Declines("DECLINE_GROUND_NOT_COMPETENT", "wuming-aid"), "competentCentre: COMPETENT_CENTRE_UNKNOWN"),
        new("decline: competent is a court", Declines("DECLINE_GROUND_NOT_COMPETENT", "agencies/qingxiu-court"), "competentCentre: COMPETENT_CENTRE_UNKNOWN"),
        new("decline: competent is itself", Declines("DECLINE_GROUND_NOT_COMPETENT", "agencies/qingxiu-aid"), "competentCentre: COMPETENT_CENTRE_ITSELF"),
        new("firm declines with reason", CheckScene.Says("decline-reason", """{"answer":"ASSIGNMENT_ANSWER_DECLINED","reason":"利益冲突"}""")),
        new("firm declines without", CheckScene.Says("decline-reason", """{"answer":"ASSIGNMENT_ANSWER_DECLINED","reason":" "}"""), "reason: ASSIGNMENT_DECLINE_REASON_MISSING"),
        new("firm accepts", CheckScene.Says("decline-reason", """{"answer":"ASSIGNMENT_ANSWER_ACCEPTED"}""")),
        new("withdrawn for own counsel", CheckScene.Says("withdrawal-counsel", """{"ground":"WITHDRAWAL_GROUND_OWN_COUNSEL","ownCounselName":"测试律师戊"}""")),
        new("withdrawn for nobody", CheckScene.Says("withdrawal-counsel", """{"ground":"WITHDRAWAL_GROUND_OWN_COUNSEL"}"""), "ownCounselName: OWN_COUNSEL_NAME_MISSING"),
        new("withdrawn as sent in error", CheckScene.Says("withdrawal-counsel", """{"ground":"WITHDRAWAL_GROUND_SENT_IN_ERROR"}""")),
    ];

    private static CheckScene Declines(string ground, string? centre) =>
        CheckScene.Says("decline-competence", "{}").By("qingxiu-aid").With("ground", ground).With("competentCentre", centre);
}
