using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;
using static LegalAid.Gateway.Tests.Wire.BadInputs.BadInput;

namespace LegalAid.Gateway.Tests.Wire.BadInputs;

/// <summary>Notices that are refused: their form, the person, the case, the documents, the agencies.</summary>
internal static class NoticeRows
{
    private const string N = "people[0].notice";
    private const string A = "people[0].attachments";

    public static IEnumerable<BadInput> All => [.. Form, .. People, .. Cases, .. Documents, .. Several];

    private static IEnumerable<BadInput> Form =>
    [
        Notice("kind is absent", sample => sample.Request.Remove("kind"), "kind FIELD_REQUIRED"),
        Notice("kind is a number beyond the enumeration", sample => sample.Request["kind"] = 99, "kind UNKNOWN_ENUM_VALUE"),
        Notice("people are absent", sample => sample.Request.Remove("people"), "people FIELD_REQUIRED"),
        Notice("notice is absent", sample => sample.Request["people"]![0]!.AsObject().Remove("notice"), $"{N} FIELD_REQUIRED"), // it has one person
        Notice("request id is absent", sample => sample.Request.Remove("requestId"), "requestId FIELD_REQUIRED"),
        Notice("request id is too short", sample => sample.Request["requestId"] = "short", "requestId BAD_FORMAT"),
        Notice("request id holds a space", sample => sample.Request["requestId"] = "with a space", "requestId BAD_FORMAT"),
        Notice("cause is blank", sample => sample.Notice["cause"] = "   ", $"{N}.cause FIELD_REQUIRED"),
        Notice("remarks are too long", sample => sample.Notice["remarks"] = new string('长', 2001), $"{N}.remarks TEXT_TOO_LONG"),
        Notice("grounds are empty", sample => sample.Notice["grounds"] = new JsonArray(), $"{N}.grounds FIELD_REQUIRED"),
        Notice("grounds are too many", sample => sample.Notice["grounds"] = new JsonArray([.. Enumerable.Repeat(0, 11).Select(_ => (JsonNode)"GROUND_MINOR")]),
            $"{N}.grounds TOO_MANY_ITEMS"),
        Notice("a ground is unspecified", sample => sample.Notice["grounds"] = new JsonArray("GROUND_UNSPECIFIED"), $"{N}.grounds[0] FIELD_REQUIRED"),
        Notice("several faults are told together", sample =>
        {
            sample.Notice.Remove("cause");
            sample.Notice["contact"]!["phone"] = "call me"; // every notice has a contact
            sample.Person["residentNumber"] = "1";
        }, $"{N}.cause FIELD_REQUIRED", $"{N}.person.residentNumber RESIDENT_NUMBER_LENGTH", $"{N}.contact.phone BAD_FORMAT"),
        Notice("text holds U+0000", sample => sample.Notice["cause"] = "盗窃\0罪", $"{N}.cause INVALID_TEXT"),
    ];

    private static IEnumerable<BadInput> People =>
    [
        Notice("person is absent", sample => sample.Notice.Remove("person"), $"{N}.person FIELD_REQUIRED"),
        Person("check digit is wrong", person => Number(person, text => text[..17] + (text[17] == '0' ? '1' : '0')), "residentNumber RESIDENT_NUMBER_CHECK"),
        Person("region is no place", person => person["residentNumber"] = SyntheticPeople.ResidentNumber(new DateOnly(1990, 5, 5), 7, "990199"),
            "residentNumber RESIDENT_NUMBER_REGION"),
        Person("birth date does not exist", person => person["residentNumber"] = "450199199002310019", "residentNumber RESIDENT_NUMBER_BIRTH_DATE"),
        Person("number's birth date is to come", person => person["residentNumber"] = SyntheticPeople.ResidentNumber(new DateOnly(2026, 3, 3), 7),
            "residentNumber RESIDENT_NUMBER_BIRTH_FUTURE"),
        Person("number has fifteen digits", person => person["residentNumber"] = "450199900101001", "residentNumber RESIDENT_NUMBER_FIFTEEN_DIGITS"),
        Person("number holds a letter", person => Number(person, text => "45019A" + text[6..]), "residentNumber RESIDENT_NUMBER_CHARACTER"),
        Person("no identity", person => person.Remove("residentNumber"), "PERSON_IDENTITY_MISSING"),
        Person("two identities", person => person["unknownIdentity"] = new JsonObject { ["label"] = "嫌疑人1号" }, "PERSON_IDENTITY_AMBIGUOUS"),
        Person("name is absent", person => person.Remove("name"), "name FIELD_REQUIRED"),
        Person("name holds a control character", person => person["name"] = "虚构\u0007铃", "name PERSON_NAME_CONTROL"),
        Person("name holds a character that was lost", person => person["name"] = "虚构\uFFFD失", "name PERSON_NAME_REPLACEMENT"),
        Person("name is too long", person => person["name"] = new string('长', 201), "name TEXT_TOO_LONG"),
        Person("birth date has no form", person => person["birthDate"] = "1.9.2009", "birthDate BAD_FORMAT"),
        Person("birth date is not the number's", person => person["birthDate"] = "1999-01-01", "birthDate PERSON_BIRTH_DATE_DIFFERS"),
        Person("birth date is to come", person => Unknown(person)["birthDate"] = "2030-01-01", "birthDate PERSON_BIRTH_DATE_FUTURE"),
        Person("estimated age is beyond man's", person => Unknown(person)["unknownIdentity"]!["estimatedAge"] = 300, // set by Unknown
            "unknownIdentity.estimatedAge ESTIMATED_AGE_IMPLAUSIBLE"),
        Person("unknown identity has no label", person => Unknown(person)["unknownIdentity"] = new JsonObject { ["estimatedAge"] = 30 },
            "unknownIdentity.label FIELD_REQUIRED"),
        Person("passport gives no birth date", person => Passport(person, "L898902C3", "UTO"), "birthDate PERSON_BIRTH_DATE_MISSING"),
        Person("passport number has no form", person => Passport(person, "护照", "UTO")["birthDate"] = "1974-08-12", "document.number DOCUMENT_NUMBER_FORM"),
        Person("document's kind is unspecified", person =>
        {
            Passport(person, "L898902C3", "UTO")["birthDate"] = "1974-08-12";
            person["document"]!.AsObject().Remove("kind"); // set by Passport
        }, "document.kind FIELD_REQUIRED"),
        Person("certificate is another's", person => person["disabilityCertificate"] = "45019919900512013521",
            "disabilityCertificate DISABILITY_CERTIFICATE_OF_ANOTHER"),
        Person("certificate has a category that is none", person => person["disabilityCertificate"] = person["residentNumber"] + "91",
            "disabilityCertificate DISABILITY_CERTIFICATE_CATEGORY"),
        Person("relative's telephone is none", person => person["relativePhone"] = "12", "relativePhone BAD_FORMAT"),
    ];

    private static IEnumerable<BadInput> Cases =>
    [
        Notice("case number of another court", "COURT", sample => sample.Notice["caseNumber"] = "（2026）桂0202刑初1号", Told.Denied,
            $"{N}.caseNumber CASE_NUMBER_OF_ANOTHER_COURT"),
        Notice("case number of another stage", sample => sample.Notice["caseNumber"] = "（2026）桂0103刑终1号", $"{N}.caseNumber CASE_NUMBER_NOT_OF_STAGE"),
        Notice("case number is none", sample => sample.Notice["caseNumber"] = "（2026）桂0103刑初一号", $"{N}.caseNumber CASE_NUMBER_SERIAL"),
        Notice("case number's year is to come", sample => sample.Notice["caseNumber"] = "（2027）桂0103刑初1号", $"{N}.caseNumber CASE_NUMBER_FUTURE_YEAR"),
        Notice("stage is not the kind's", "POLICE", sample => sample.Notice["stage"] = "STAGE_PROSECUTION", Told.Invalid, $"{N}.stage VALUE_NOT_ALLOWED"),
        Notice("no ground can be at the stage", sample => sample.Notice["grounds"] = new JsonArray("GROUND_DEATH_REVIEW"), $"{N}.grounds GROUNDS_NOT_OF_STAGE"),
        Notice("the kind's own ground is missing", "FULL_COVERAGE_PILOT", sample => sample.Notice["grounds"] = new JsonArray("GROUND_MINOR"), Told.Invalid,
            $"{N}.grounds GROUND_OF_NOTICE_KIND_MISSING"),
        Notice("found time is to come", sample => sample.Notice["foundTime"] = "2026-03-05T09:00:00+08:00", $"{N}.foundTime FOUND_TIME_FUTURE"),
        Notice("found time is years ago", sample => sample.Notice["foundTime"] = "2020-03-05T09:00:00+08:00", $"{N}.foundTime FOUND_TIME_IMPLAUSIBLE"),
        Notice("hearing is past", sample => Hearing(sample, "2026-03-01T09:00:00+08:00"), $"{N}.hearing.startTime HEARING_IN_PAST"),
        Notice("hearing is beyond any calendar", sample => Hearing(sample, "2040-03-01T09:00:00+08:00"), $"{N}.hearing.startTime HEARING_IMPLAUSIBLE"),
        Notice("hearing has no time", sample => sample.Notice["hearing"] = new JsonObject { ["place"] = "第一法庭" }, $"{N}.hearing.startTime FIELD_REQUIRED"),
        Notice("judgment is served tomorrow", "DEATH_REVIEW", sample => sample.Notice["judgmentServedTime"] = "2026-03-03T10:00:00+08:00", Told.Invalid,
            $"{N}.judgmentServedTime JUDGMENT_SERVED_FUTURE"),
        Call("police give a court's notice", Notices.Police, "SubmitDefenceNotice", _ => Notices.Of("COURT").Request, Told.Denied, "people[0] EXCHANGE_NOT_YOURS_TO_OPEN"),
        Call("a centre gives a notice", Notices.AidCentre, "SubmitDefenceNotice", _ => Notices.Of("POLICE").Request, Told.Denied, "people[0] EXCHANGE_NOT_YOURS_TO_OPEN"),
        Call("a district court reviews death", Notices.Court, "SubmitDefenceNotice", _ => Spoilt("DEATH_REVIEW", sample =>
            sample.Notice["caseNumber"] = "（2026）桂0103刑核00000001号").Request, Told.Denied, "people[0] REVIEWING_COURT_ONLY"),
        Call("a procuratorate is not in the pilot", Notices.CityProcuratorate, "SubmitDefenceNotice", _ => Notices.Of("FULL_COVERAGE_PILOT").Request,
            Told.Denied, "people[0] PILOT_NOT_IN_FORCE"),
        Notice("centre serves another city", sample => sample.Notice["aidCentre"] = "agencies/liuzhou-aid-centre", $"{N}.aidCentre AID_CENTRE_NOT_COMPETENT"),
        Notice("centre is unknown", sample => sample.Notice["aidCentre"] = "agencies/nowhere", $"{N}.aidCentre PARTY_UNKNOWN"),
        Notice("centre is a court", sample => sample.Notice["aidCentre"] = $"agencies/{Notices.OtherCourt}", $"{N}.aidCentre PARTY_WRONG_KIND"),
        Notice("centre's name is malformed", sample => sample.Notice["aidCentre"] = "agencies/../x", $"{N}.aidCentre BAD_FORMAT"),
        Notice("detention centre is a firm", sample => sample.Notice["custody"]!["detentionCentre"] = $"agencies/{Notices.FirstFirm}", // it has custody
            $"{N}.custody.detentionCentre PARTY_WRONG_KIND"),
    ];

    private static IEnumerable<BadInput> Documents =>
    [
        Notice("required document is missing", sample => sample.Request["people"]![0]!.AsObject().Remove("attachments"), $"{A} ATTACHMENT_MISSING"),
        Notice("document is of another notice's kind", sample => Attach(sample, "prosecution-opinion"), $"{A} ATTACHMENT_MISSING"),
        Notice("document's kind is unknown", sample => sample.Request["people"]![0]!["attachments"]!.AsArray().Add(Notices.Document("diary")),
            $"{A} ATTACHMENT_KIND_UNKNOWN"),
        Notice("document's digest differs", sample => Attach(sample, "indictment")["sha256"] = new string('0', 64), $"{A}[0].sha256 ATTACHMENT_DIGEST_DIFFERS"),
        Notice("document's digest has no form", sample => Attach(sample, "indictment")["sha256"] = "ABC", $"{A}[0].sha256 BAD_FORMAT"),
        Notice("document's name is a path", sample => Attach(sample, "indictment")["fileName"] = "../etc/passwd", $"{A}[0].fileName ATTACHMENT_NAME_INVALID"),
        Notice("document's name holds a control character", sample => Attach(sample, "indictment")["fileName"] = "a\u0007.pdf", $"{A}[0].fileName ATTACHMENT_NAME_INVALID"),
        Notice("document's media type is none", sample => Attach(sample, "indictment")["mediaType"] = "pdf", $"{A}[0].mediaType BAD_FORMAT"),
        Notice("document is empty", sample => Attach(sample, "indictment")["content"] = "", $"{A}[0].content FIELD_REQUIRED"),
        Notice("document is too large", "COURT", sample => Attach(sample, "indictment")["content"] = Convert.ToBase64String(new byte[BadScene.AttachmentBytesMax + 1]),
            Told.BodyTooLarge, $"{A}[0].content ATTACHMENT_TOO_LARGE"),
        Notice("documents are too many", sample => sample.Request["people"]![0]!["attachments"] =
            new JsonArray([.. Enumerable.Range(0, 21).Select(_ => (JsonNode)Notices.Document("indictment"))]), $"{A} TOO_MANY_ITEMS"),
    ];

    private static IEnumerable<BadInput> Several =>
    [
        Notice("people are of different cases", sample =>
        {
            var another = Notices.Another(sample, "indictment");
            another["notice"]!["caseNumber"] = "（2026）桂0103刑初999999号"; // Another has a notice
            sample.Request["people"]!.AsArray().Add(another);
        }, "people[1].notice.caseNumber CASE_NUMBERS_DIFFER"),
        Notice("a person stands twice", sample => sample.Request["people"]!.AsArray().Add(sample.Request["people"]![0]!.DeepClone()), "people[1] TWICE_IN_REQUEST"),
        Notice("the second of two people is wrong: neither is taken", sample =>
        {
            var another = Notices.Another(sample, "indictment");
            another["notice"]!["person"]!["residentNumber"] = "450199199002310019"; // Another has a notice
            sample.Request["people"]!.AsArray().Add(another);
        }, "people[1].notice.person.residentNumber RESIDENT_NUMBER_BIRTH_DATE"),
        Notice("people are more than the gateway takes", sample =>
        {
            for (var i = 0; i < BadScene.PeopleMax; i++)
            {
                sample.Request["people"]!.AsArray().Add(Notices.Another(sample, "indictment"));
            }
        }, "people TOO_MANY_PEOPLE"),
        Call("person is open already in case and stage", Notices.Court, "SubmitDefenceNotice", scene => With(scene.Open.Request, "requestId", NoticeSteps.NewRequestId()),
            Told.Exists, "people[0] ALREADY_OPEN"),
        Call("person is open already, case number written otherwise", Notices.Court, "SubmitDefenceNotice", scene =>
        {
            var request = With(scene.Open.Request, "requestId", NoticeSteps.NewRequestId());
            var notice = request["people"]![0]!["notice"]!; // it has one person
            notice["caseNumber"] = notice["caseNumber"]!.GetValue<string>().Replace('（', '(').Replace('）', ')');
            return request;
        }, Told.Exists, "people[0] ALREADY_OPEN"),
        Call("request id is used again with other content", Notices.Court, "SubmitDefenceNotice", scene =>
        {
            var request = scene.Open.Request.DeepClone().AsObject();
            request["people"]![0]!["notice"]!["cause"] = "抢劫罪"; // it has one person
            return request;
        }, Told.Exists, "requestId REQUEST_ID_REUSED"),
    ];

    public static JsonObject With(JsonObject request, string field, JsonNode value)
    {
        var copy = request.DeepClone().AsObject();
        copy[field] = value;
        return copy;
    }

    private static void Number(JsonObject person, Func<string, string> change) =>
        person["residentNumber"] = change(person["residentNumber"]!.GetValue<string>()); // every sample has one

    private static JsonObject Unknown(JsonObject person)
    {
        person.Remove("residentNumber");
        person["unknownIdentity"] = new JsonObject { ["label"] = "嫌疑人1号", ["estimatedAge"] = 16 };
        return person;
    }

    private static JsonObject Passport(JsonObject person, string number, string issuer)
    {
        person.Remove("residentNumber");
        person["document"] = new JsonObject { ["kind"] = "DOCUMENT_KIND_PASSPORT", ["number"] = number, ["issuer"] = issuer };
        return person;
    }

    private static void Hearing(NoticeSample sample, string at) => sample.Notice["hearing"] = new JsonObject { ["startTime"] = at };

    private static JsonObject Attach(NoticeSample sample, string kind)
    {
        var document = Notices.Document(kind);
        sample.Request["people"]![0]!["attachments"] = new JsonArray(document); // it has one person
        return document;
    }
}
