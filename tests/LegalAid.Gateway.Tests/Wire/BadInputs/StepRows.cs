using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;
using static LegalAid.Gateway.Testing.NoticeSteps;
using static LegalAid.Gateway.Tests.Wire.BadInputs.BadInput;

namespace LegalAid.Gateway.Tests.Wire.BadInputs;

/// <summary>Steps that are refused: by state, role, version, counsel and content, over the typed and the generic service.</summary>
internal static class StepRows
{
    private const string Absent = "01900000-0000-7000-8000-000000000000";

    public static IEnumerable<BadInput> All => [.. States, .. Roles, .. Names, .. CounselRows, .. Contents, .. References, .. Generic];

    private static IEnumerable<BadInput> States =>
    [
        InState("assign counsel twice", Notices.AidCentre, "AssignCounsel", "assigned", name => Assign(name)),
        InState("assign counsel to a withdrawn notice", Notices.AidCentre, "AssignCounsel", "withdrawn", name => Assign(name)),
        InState("amend a closed notice", Notices.Court, "AmendDefenceNotice", "closed", name => Amend(name)),
        InState("decline what is assigned", Notices.AidCentre, "DeclineDefenceNotice", "assigned", Decline),
        InState("withdraw twice", Notices.Court, "WithdrawDefenceNotice", "withdrawn", Withdraw),
        InState("replace counsel that was not named", Notices.AidCentre, "ReplaceCounsel", "notified", name => Replace(name)),
        InState("accept an assignment twice", Notices.FirstFirm, "RespondToAssignment", "accepted", name => Answer(name)),
        InState("report refused counsel where none is named", Notices.Court, "ReportCounselRefusal", "notified", Refuse),
        InState("notify again what was not answered", Notices.Court, "RenotifyDefence", "notified", Renotify),
        InState("terminate what is closed", Notices.AidCentre, "TerminateDefence", "closed", Terminate),
        InState("close what no firm accepted", Notices.AidCentre, "CloseDefenceNotice", "assigned", Close),
        InState("withdraw what was terminated", Notices.Court, "WithdrawDefenceNotice", "terminated", Withdraw),
    ];

    private static IEnumerable<BadInput> Roles =>
    [
        NotYours("the court names counsel", Notices.Court, "AssignCounsel", "notified", name => Assign(name)),
        NotYours("the court declines its own notice", Notices.Court, "DeclineDefenceNotice", "notified", Decline),
        NotYours("the court replaces counsel", Notices.Court, "ReplaceCounsel", "assigned", name => Replace(name)),
        NotYours("the court answers for the firm", Notices.Court, "RespondToAssignment", "assigned", name => Answer(name)),
        NotYours("the court closes", Notices.Court, "CloseDefenceNotice", "accepted", Close),
        NotYours("the court terminates", Notices.Court, "TerminateDefence", "accepted", Terminate),
        NotYours("the centre amends", Notices.AidCentre, "AmendDefenceNotice", "notified", name => Amend(name)),
        NotYours("the centre withdraws", Notices.AidCentre, "WithdrawDefenceNotice", "notified", Withdraw),
        NotYours("the centre reports refused counsel", Notices.AidCentre, "ReportCounselRefusal", "assigned", Refuse),
        NotYours("the centre notifies again", Notices.AidCentre, "RenotifyDefence", "declined", Renotify),
        NotYours("the firm withdraws", Notices.FirstFirm, "WithdrawDefenceNotice", "assigned", Withdraw),
        NotYours("the detention centre names counsel", Notices.DetentionCentre, "AssignCounsel", "notified", name => Assign(name)),
    ];

    private static IEnumerable<BadInput> Names =>
    [
        Call("a foreign court withdraws: hidden", Notices.OtherCourt, "WithdrawDefenceNotice", scene => Withdraw(scene.In("notified")), Told.Absent, "NOT_FOUND"),
        Call("another firm accepts: hidden", Notices.SecondFirm, "RespondToAssignment", scene => Answer(scene.In("assigned")), Told.Absent, "NOT_FOUND"),
        Call("a notice that is not there is withdrawn", Notices.OtherCourt, "WithdrawDefenceNotice", _ => Withdraw($"defenceNotices/{Absent}"), Told.Absent, "NOT_FOUND"),
        Call("resource name has no id", Notices.Court, "WithdrawDefenceNotice", _ => Withdraw("defenceNotices/7"), Told.Invalid, "name RESOURCE_NAME_INVALID"),
        Call("version moved on", Notices.Court, "WithdrawDefenceNotice", scene => NoticeRows.With(Withdraw(scene.In("notified")), "expectedVersion", 7),
            Told.Moved, "expectedVersion VERSION_MOVED"),
        Call("expected version is negative", Notices.Court, "WithdrawDefenceNotice", scene => NoticeRows.With(Withdraw(scene.In("notified")), "expectedVersion", -1),
            Told.Invalid, "expectedVersion EXPECTED_VERSION_INVALID"),
        Call("step's request id is absent", Notices.Court, "WithdrawDefenceNotice", scene => Without(Withdraw(scene.In("notified")), "requestId"), Told.Invalid,
            "requestId FIELD_REQUIRED"),
        Call("step's content is absent", Notices.Court, "WithdrawDefenceNotice", scene => Without(Withdraw(scene.In("notified")), "withdrawal"), Told.Invalid,
            "withdrawal FIELD_REQUIRED"),
    ];

    private static IEnumerable<BadInput> CounselRows =>
    [
        Named("licence is not in the register", "notified", Counsel("14501202010000099", "虚构辛律师", Notices.FirstFirm), "licenceNumber COUNSEL_NOT_IN_REGISTER"),
        Named("licence is none", "notified", Counsel("123", "虚构辛律师", Notices.FirstFirm), "licenceNumber LAWYER_LICENCE_LENGTH"),
        Named("counsel is suspended", "notified", Counsel("14501201110000066", "虚构己律师", Notices.FirstFirm), "licenceNumber COUNSEL_SUSPENDED"),
        Named("counsel is of another firm", "notified", Counsel("14501201510000011", "虚构甲律师", Notices.SecondFirm), "firm COUNSEL_FIRM_DIFFERS"),
        Named("counsel has another name", "notified", Counsel("14501201510000011", "虚构乙律师", Notices.FirstFirm), "name COUNSEL_NAME_DIFFERS"),
        Named("counsel has no telephone", "notified", Without(FirstCounsel, "phone"), "phone FIELD_REQUIRED"),
        Call("counsel is under three years for a life case", Notices.AidCentre, "AssignCounsel", scene => Assigned(
            scene.In("life"), Counsel("14501202310000035", "虚构丙律师", Notices.SecondFirm), "wishReason", "所选律师不能办理"),
            Told.Invalid, "assignment.counsel.licenceNumber COUNSEL_UNDER_THREE_YEARS"),
        Call("wish is passed over without a reason", Notices.AidCentre, "AssignCounsel", scene => Assign(scene.In("life")), Told.Invalid,
            "assignment.wishReason WISH_REASON_MISSING"),
        Call("wish is said to be met and is not", Notices.AidCentre, "AssignCounsel", scene => Assigned(scene.In("life"), FirstCounsel, "wishMet", true), Told.Invalid,
            "assignment.wishMet WISH_NOT_MET_CLAIMED"),
        Call("counsel is replaced by counsel", Notices.AidCentre, "ReplaceCounsel", scene => Replace(scene.In("assigned"), FirstCounsel), Told.Invalid,
            "replacement.counsel.licenceNumber COUNSEL_UNCHANGED"),
        Call("letter number is absent", Notices.AidCentre, "AssignCounsel", scene =>
        {
            var request = Assign(scene.In("notified"));
            request["assignment"]!.AsObject().Remove("letterNumber"); // Assign has an assignment
            return request;
        }, Told.Invalid, "assignment.letterNumber FIELD_REQUIRED"),
    ];

    private static IEnumerable<BadInput> Contents =>
    [
        Call("own counsel has no name", Notices.Court, "WithdrawDefenceNotice", scene =>
        {
            var request = Withdraw(scene.In("notified"));
            request["withdrawal"]!.AsObject().Remove("ownCounselName"); // Withdraw has a withdrawal
            return request;
        }, Told.Invalid, "withdrawal.ownCounselName OWN_COUNSEL_NAME_MISSING"),
        Call("firm declines without a reason", Notices.FirstFirm, "RespondToAssignment", scene => Answer(scene.In("assigned"), "DECLINED"), Told.Invalid,
            "response.reason ASSIGNMENT_DECLINE_REASON_MISSING"),
        Call("firm's answer is unspecified", Notices.FirstFirm, "RespondToAssignment", scene => Answer(scene.In("assigned"), "UNSPECIFIED"), Told.Invalid,
            "response.answer FIELD_REQUIRED"),
        Declined("no competent centre is named", null, "COMPETENT_CENTRE_MISSING"),
        Declined("competent centre is unknown", "agencies/nowhere", "COMPETENT_CENTRE_UNKNOWN"),
        Declined("competent centre is a court", $"agencies/{Notices.Court}", "COMPETENT_CENTRE_UNKNOWN"),
        Declined("competent centre is itself", $"agencies/{Notices.AidCentre}", "COMPETENT_CENTRE_ITSELF"),
        Amended("amendment changes nothing", new JsonObject { ["cause"] = "盗窃罪" }, "amendment.changes AMENDMENT_EMPTY"),
        Amended("amended hearing is past", new JsonObject { ["hearing"] = new JsonObject { ["startTime"] = "2026-01-05T09:00:00+08:00" } },
            "amendment.changes.hearing.startTime HEARING_IN_PAST"),
        Amended("amended number is another court's", new JsonObject { ["caseNumber"] = "（2026）桂0202刑初1号" },
            "amendment.changes.caseNumber CASE_NUMBER_OF_ANOTHER_COURT", Told.Denied),
        Amended("amended person has a wrong number", new JsonObject { ["person"] = new JsonObject { ["name"] = "虚构试正", ["residentNumber"] = "450199199002310019" } },
            "amendment.changes.person.residentNumber RESIDENT_NUMBER_BIRTH_DATE"),
        Call("step's document is of no kind", Notices.AidCentre, "AssignCounsel", scene =>
            NoticeRows.With(Assign(scene.In("notified")), "attachments", new JsonArray(Notices.Document("diary"))), Told.Invalid, "attachments ATTACHMENT_KIND_UNKNOWN"),
    ];

    private static IEnumerable<BadInput> References =>
    [
        Referenced("named document's name is absent", reference => reference.Remove("name"), "referencedAttachments[0].name FIELD_REQUIRED"),
        Referenced("named document's name has no id", reference => reference["name"] = "exchanges/7", "referencedAttachments[0].name RESOURCE_NAME_INVALID"),
        Referenced("named document's name is an upload's", reference => reference["name"] = reference["name"]!.GetValue<string>() // it has one
            .Replace("/attachments/", "/uploads/", StringComparison.Ordinal), "referencedAttachments[0].name RESOURCE_NAME_INVALID"),
        Referenced("named document is of an exchange that is not there", reference => reference["name"] = $"exchanges/{Absent}/attachments/{Absent}",
            "referencedAttachments[0].name ATTACHMENT_UNKNOWN"),
        Referenced("named document's SHA-256 is absent", reference => reference.Remove("sha256"), "referencedAttachments[0].sha256 FIELD_REQUIRED"),
        Referenced("named document's SHA-256 is in capitals", reference => reference["sha256"] = new string('A', 64), "referencedAttachments[0].sha256 BAD_FORMAT"),
        Referenced("named document's SHA-256 is another's", reference => reference["sha256"] = new string('a', 64),
            "referencedAttachments[0].sha256 ATTACHMENT_DIGEST_DIFFERS"),
        Referenced("named document's SM3 is too short", reference => reference["sm3"] = "00", "referencedAttachments[0].sm3 BAD_FORMAT"),
        Referenced("named document's SM3 is another's", reference => reference["sm3"] = new string('a', 64), "referencedAttachments[0].sm3 ATTACHMENT_DIGEST_DIFFERS"),
        Call("21 documents are named", Notices.Court, "WithdrawDefenceNotice", scene => NoticeRows.With(
            Withdraw(scene.In("notified")), "referencedAttachments", new JsonArray([.. Enumerable.Range(0, 21).Select(_ => scene.Reference())])),
            Told.Invalid, "referencedAttachments TOO_MANY_ITEMS"),
        Call("the centre names the court's document", Notices.AidCentre, "AssignCounsel", scene => NoticeRows.With(
            Assign(scene.In("notified")), "referencedAttachments", new JsonArray(scene.Reference())), Told.Invalid, "referencedAttachments[0].name ATTACHMENT_UNKNOWN"),
    ];

    private static IEnumerable<BadInput> Generic =>
    [
        Call("exchange type is unknown", Notices.Court, "OpenExchange", _ => NoticeRows.With(Notices.Of("COURT").Generic, "type", "exchangeTypes/nothing"), Told.Invalid,
            "type EXCHANGE_TYPE_UNKNOWN"),
        Call("exchange type's name is malformed", Notices.Court, "OpenExchange", _ => NoticeRows.With(Notices.Of("COURT").Generic, "type", "defence-notice.court"),
            Told.Invalid, "type EXCHANGE_TYPE_UNKNOWN"),
        Call("payload has an unknown field", Notices.Court, "OpenExchange", _ => Opened(payload => payload["colour"] = "red"), Told.Invalid,
            "openings[0].payload.colour UNKNOWN_FIELD"),
        Call("payload has a wrong type", Notices.Court, "OpenExchange", _ => Opened(payload => payload["cause"] = 7), Told.Invalid, "openings[0].payload.cause WRONG_TYPE"),
        Call("payload has an unknown value", Notices.Court, "OpenExchange", _ => Opened(payload => payload["stage"] = "STAGE_MOON"), Told.Invalid,
            "openings[0].payload.stage UNKNOWN_ENUM_VALUE"),
        Call("payload's number is wrong", Notices.Court, "OpenExchange", _ => Opened(payload => payload["person"]!["residentNumber"] = "450199199002310019"), Told.Invalid,
            "openings[0].payload.person.residentNumber RESIDENT_NUMBER_BIRTH_DATE"),
        Call("openings are absent", Notices.Court, "OpenExchange", _ => Without(Notices.Of("COURT").Generic, "openings"), Told.Invalid, "openings FIELD_REQUIRED"),
        Call("police open a court's type", Notices.Police, "OpenExchange", _ => Notices.Of("COURT").Generic, Told.Denied, "openings[0] EXCHANGE_NOT_YOURS_TO_OPEN"),
        Call("step is unknown", Notices.Court, "TakeStep", scene => Take(scene.ExchangeIn("notified"), "sing", Visit), Told.Invalid, "step STEP_UNKNOWN"),
        Call("opening step is taken again", Notices.Court, "TakeStep", scene => Take(scene.ExchangeIn("notified"), "submit", Notices.Of("COURT").Notice.DeepClone().AsObject()),
            Told.WrongState, "STATE_WRONG"),
        Call("visit is asked where nobody holds the person", Notices.FirstFirm, "TakeStep", scene => Take(scene.ExchangeIn("bail"), "request-visit", Visit),
            Told.WrongState, "DETENTION_CENTRE_UNKNOWN"),
        Call("the court asks for a visit", Notices.Court, "TakeStep", scene => Take(scene.ExchangeIn("accepted"), "request-visit", Visit), Told.Denied, "STEP_NOT_YOURS"),
        Call("the firm arranges its own visit", Notices.FirstFirm, "TakeStep", scene =>
            Take(scene.ExchangeIn("accepted"), "arrange-visit", new JsonObject { ["visitTime"] = "2026-03-03T10:00:00+08:00" }), Told.Denied, "STEP_NOT_YOURS"),
        Call("the generic step's payload is another step's", Notices.Court, "TakeStep", scene => Take(scene.ExchangeIn("notified"), "withdraw", Visit), Told.Invalid,
            "payload.lawyerName UNKNOWN_FIELD", "payload.personName UNKNOWN_FIELD", "payload.ground FIELD_REQUIRED"),
        Call("an answer is named for the other step", Notices.FirstFirm, "TakeStep", scene =>
            Take(scene.ExchangeIn("assigned"), "accept-assignment", new JsonObject { ["answer"] = "ASSIGNMENT_ANSWER_DECLINED", ["reason"] = "冲突" }), Told.Invalid,
            "payload.answer VALUE_NOT_ALLOWED"),
        Call("a foreign court takes a step: hidden", Notices.OtherCourt, "TakeStep", scene => Take(scene.ExchangeIn("notified"), "sing", Visit), Told.Absent, "name NOT_FOUND"),
    ];

    private static BadInput InState(string name, string agency, string method, string state, Func<string, JsonObject> request) =>
        Call(name, agency, method, scene => request(scene.In(state)), Told.WrongState, "STATE_WRONG");

    private static BadInput NotYours(string name, string agency, string method, string state, Func<string, JsonObject> request) =>
        Call(name, agency, method, scene => request(scene.In(state)), Told.Denied, "STEP_NOT_YOURS");

    private static BadInput Named(string name, string state, JsonObject counsel, string fault) =>
        Call(name, Notices.AidCentre, "AssignCounsel", scene => Assign(scene.In(state), counsel.DeepClone().AsObject()), Told.Invalid, $"assignment.counsel.{fault}");

    private static BadInput Declined(string name, string? centre, string code) => Call(name, Notices.AidCentre, "DeclineDefenceNotice", scene =>
    {
        var request = Decline(scene.In("notified"));
        request["declination"]!["ground"] = "DECLINE_GROUND_NOT_COMPETENT"; // Decline has a declination
        if (centre is not null)
        {
            request["declination"]!["competentCentre"] = centre;
        }

        return request;
    }, Told.Invalid, $"declination.competentCentre {code}");

    /// <summary>The court withdraws and names its notice's document, spoilt.</summary>
    private static BadInput Referenced(string name, Action<JsonObject> spoil, string fault) => Call(name, Notices.Court, "WithdrawDefenceNotice", scene =>
    {
        var reference = scene.Reference();
        spoil(reference);
        return NoticeRows.With(Withdraw(scene.In("notified")), "referencedAttachments", new JsonArray(reference));
    }, Told.Invalid, fault);

    private static BadInput Amended(string name, JsonObject changes, string fault, Told? told = null) =>
        Call(name, Notices.Court, "AmendDefenceNotice", scene => Amend(scene.In("notified"), changes.DeepClone().AsObject()), told ?? Told.Invalid, fault);

    private static JsonObject Assigned(string name, JsonObject counsel, string field, JsonNode value)
    {
        var request = Assign(name, counsel);
        request["assignment"]![field] = value; // Assign has an assignment
        return request;
    }

    private static JsonObject Opened(Action<JsonObject> spoil)
    {
        var request = Notices.Of("COURT").Generic;
        spoil(request["openings"]![0]!["payload"]!.AsObject()); // it has one opening
        return request;
    }

    private static JsonObject Without(JsonObject request, string field)
    {
        request.Remove(field);
        return request;
    }
}
