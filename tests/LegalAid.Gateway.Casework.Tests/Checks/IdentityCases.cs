using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Casework.Tests.Checks;

/// <summary><c>person-identity</c>, <c>amended-identity</c>, <c>case-number-of-organ</c>, <c>amended-case-number</c>.</summary>
internal static class IdentityCases
{
    private const string Adult = "person.residentNumber";

    public static IEnumerable<CheckCase> All => [.. Numbers, .. Documents, .. BirthDates, .. Certificates, .. Amended, .. CaseNumbers];

    private static CheckScene Person => CheckScene.Submit("person-identity");

    private static CheckScene Number => CheckScene.Submit("case-number-of-organ");

    private static CheckScene Passport => Person.Without(Adult)
        .With("person.document", new JsonObject { ["kind"] = "DOCUMENT_KIND_PASSPORT", ["number"] = "E12345678", ["issuer"] = "VNM" })
        .With("person.birthDate", "1990-05-04");

    private static CheckScene Unknown => Person.Without(Adult).With("person.unknownIdentity", new JsonObject { ["label"] = "嫌疑人1号" });

    private static IEnumerable<CheckCase> Numbers =>
    [
        new("identity good", Person),
        new("identity with lower-case x", Person.With(Adult, CheckWorld.NumberInX(1990, 5, 4).ToLowerInvariant())),
        new("person absent", Person.Without("person"), "person: FIELD_REQUIRED"),
        new("person is a text", Person.With("person", "甲"), "person: FIELD_REQUIRED"),
        new("identity none", Person.Without(Adult), "person: PERSON_IDENTITY_MISSING"),
        new("identity two", Person.With("person.unknownIdentity", new JsonObject { ["label"] = "1号" }), "person: PERSON_IDENTITY_AMBIGUOUS"),
        new("name absent", Person.Without("person.name"), "person.name: FIELD_REQUIRED"),
        new("name with half a character", Person.With("person.name", "甲\ud840"), "person.name: PERSON_NAME_SURROGATE"),
        new("number is a number", Person.With(Adult, 1), "person.residentNumber: FIELD_REQUIRED"),
        new("number check character", Person.With(Adult, "450199199005040010"), "person.residentNumber: RESIDENT_NUMBER_CHECK"),
        new("number of an unassigned region", Person.With(Adult, "450198199005040011"), "person.residentNumber: RESIDENT_NUMBER_REGION"),
        new("born today", Person.With(Adult, CheckWorld.Number(2026, 3, 10))),
        new("born tomorrow", Person.With(Adult, CheckWorld.Number(2026, 3, 11)), "person.residentNumber: RESIDENT_NUMBER_BIRTH_FUTURE"),
        new("born tomorrow, and it is tomorrow in civil time", Person.With(Adult, CheckWorld.Number(2026, 3, 11)).At(new DateTimeOffset(2026, 3, 10, 16, 0, 0, TimeSpan.Zero))),
    ];

    private static IEnumerable<CheckCase> Documents =>
    [
        new("passport", Passport),
        new("passport without issuer", Passport.Without("person.document.issuer"), "person.document.issuer: DOCUMENT_ISSUER"),
        new("passport without number", Passport.Without("person.document.number"), "person.document.number: FIELD_REQUIRED"),
        new("document without kind", Passport.Without("person.document.kind"), "person.document.number: FIELD_REQUIRED"),
        new("document is a text", Passport.With("person.document", "E12345678"), "person.document.number: FIELD_REQUIRED"),
        new("permit of another form", Passport.With("person.document.kind", "DOCUMENT_KIND_HONGKONG_MACAO_PERMIT"), "person.document.number: DOCUMENT_NUMBER_FORM"),
        new("document of a kind to come", Passport.With("person.document.kind", "DOCUMENT_KIND_NEW")),
        new("unknown", Unknown),
        new("unknown without label", Unknown.With("person.unknownIdentity", new JsonObject()), "person.unknownIdentity.label: UNKNOWN_IDENTITY_LABEL"),
        new("unknown aged 0", Unknown.With("person.unknownIdentity.estimatedAge", 0)),
        new("unknown aged 120", Unknown.With("person.unknownIdentity.estimatedAge", 120)),
        new("unknown aged 121", Unknown.With("person.unknownIdentity.estimatedAge", 121), "person.unknownIdentity.estimatedAge: ESTIMATED_AGE_IMPLAUSIBLE"),
        new("unknown aged -1", Unknown.With("person.unknownIdentity.estimatedAge", -1), "person.unknownIdentity.estimatedAge: ESTIMATED_AGE_IMPLAUSIBLE"),
        new("unknown aged in words", Unknown.With("person.unknownIdentity.estimatedAge", "十七"), "person.unknownIdentity.estimatedAge: ESTIMATED_AGE_IMPLAUSIBLE"),
    ];

    private static IEnumerable<CheckCase> BirthDates =>
    [
        new("birth date agrees", Person.With("person.birthDate", "1990-05-04")),
        new("birth date a day off", Person.With("person.birthDate", "1990-05-05"), "person.birthDate: PERSON_BIRTH_DATE_DIFFERS"),
        new("birth date impossible", Person.With("person.birthDate", "1990-02-29"), "person.birthDate: PERSON_BIRTH_DATE_FORM"),
        new("birth date is a number", Person.With("person.birthDate", 19900504), "person.birthDate: PERSON_BIRTH_DATE_FORM"),
        new("birth date of a document missing", Passport.Without("person.birthDate"), "person.birthDate: PERSON_BIRTH_DATE_MISSING"),
        new("birth date of a document today", Passport.With("person.birthDate", "2026-03-10")),
        new("birth date of a document tomorrow", Passport.With("person.birthDate", "2026-03-11"), "person.birthDate: PERSON_BIRTH_DATE_FUTURE"),
        new("birth date of an unknown not needed", Unknown.Without("person.birthDate")),
    ];

    private static IEnumerable<CheckCase> Certificates =>
    [
        new("certificate own", Person.With("person.disabilityCertificate", CheckWorld.Number(1990, 5, 4) + "41")),
        new("certificate reissued", Person.With("person.disabilityCertificate", CheckWorld.Number(1990, 5, 4) + "41B1")),
        new("certificate of another", Person.With("person.disabilityCertificate", CheckWorld.Number(1990, 5, 5) + "41"),
            "person.disabilityCertificate: DISABILITY_CERTIFICATE_OF_ANOTHER"),
        new("certificate category 0", Person.With("person.disabilityCertificate", CheckWorld.Number(1990, 5, 4) + "01"),
            "person.disabilityCertificate: DISABILITY_CERTIFICATE_CATEGORY"),
        new("certificate category 8", Person.With("person.disabilityCertificate", CheckWorld.Number(1990, 5, 4) + "81"),
            "person.disabilityCertificate: DISABILITY_CERTIFICATE_CATEGORY"),
        new("certificate of a passport's holder", Passport.With("person.disabilityCertificate", CheckWorld.Number(1990, 5, 4) + "41")),
    ];

    private static IEnumerable<CheckCase> Amended =>
    [
        new("amendment without person", CheckScene.Amend("amended-identity").With("changes.cause", "诈骗罪")),
        new("amendment to the true identity", CheckScene.Amend("amended-identity").With(
            "changes.person", new JsonObject { ["name"] = "测试人乙", ["residentNumber"] = CheckWorld.Number(2009, 1, 1) })),
        new("amendment to nobody", CheckScene.Amend("amended-identity").With("changes.person", new JsonObject { ["name"] = "测试人乙" }),
            "changes.person: PERSON_IDENTITY_MISSING"),
        new("amendment to another's certificate", CheckScene.Amend("amended-identity").With("changes.person", new JsonObject
        {
            ["name"] = "测试人乙", ["residentNumber"] = CheckWorld.Number(2009, 1, 1), ["disabilityCertificate"] = CheckWorld.Number(2009, 1, 2) + "11",
        }), "changes.person.disabilityCertificate: DISABILITY_CERTIFICATE_OF_ANOTHER"),
        new("amended number own", CheckScene.Amend("amended-case-number").With("changes.caseNumber", "(2026)桂0103刑初124号")),
        new("amended number another's", CheckScene.Amend("amended-case-number").With("changes.caseNumber", "（2026）桂0105刑初124号"),
            "changes.caseNumber: CASE_NUMBER_OF_ANOTHER_COURT"),
        new("amended number of another stage", CheckScene.Amend("amended-case-number").With("changes.caseNumber", "（2026）桂0103刑终124号"),
            "changes.caseNumber: CASE_NUMBER_NOT_OF_STAGE"),
        new("amendment without number", CheckScene.Amend("amended-case-number").Viewing("notice.caseNumber", "no number")),
    ];

    private static IEnumerable<CheckCase> CaseNumbers =>
    [
        new("number own", Number),
        new("number own, other brackets and spaces", Number.With("caseNumber", "(２０２６) 桂0103 刑初 0123 号")),
        new("number absent", Number.Without("caseNumber"), "caseNumber: FIELD_REQUIRED"),
        new("number of a neighbour", Number.With("caseNumber", "（2026）桂0105刑初123号"), "caseNumber: CASE_NUMBER_OF_ANOTHER_COURT"),
        new("number of the court above", Number.With("caseNumber", "（2026）桂01刑初123号"), "caseNumber: CASE_NUMBER_OF_ANOTHER_COURT"),
        new("number of another province", Number.With("caseNumber", "（2026）粤0103刑初123号"), "caseNumber: CASE_NUMBER_OF_ANOTHER_COURT"),
        new("court without a code", Number.By("uncoded-court"), "caseNumber: CASE_NUMBER_OF_ANOTHER_COURT"),
        new("number malformed", Number.With("caseNumber", "2026桂0103刑初123号"), "caseNumber: CASE_NUMBER_YEAR"),
        new("number of next year", Number.With("caseNumber", "（2027）桂0103刑初123号"), "caseNumber: CASE_NUMBER_FUTURE_YEAR"),
        new("number of 2016", Number.With("caseNumber", "（2016）桂0103刑初123号")),
        new("number of 2015", Number.With("caseNumber", "（2015）青刑初字第123号"), "CASE_NUMBER_COURT_UNVERIFIED"),
        new("civil case", Number.With("caseNumber", "（2026）桂0103民初123号"), "caseNumber: CASE_NUMBER_NOT_OF_STAGE"),
        new("civil case of a neighbour", Number.With("caseNumber", "（2026）桂0105民初1号"),
            "caseNumber: CASE_NUMBER_OF_ANOTHER_COURT", "caseNumber: CASE_NUMBER_NOT_OF_STAGE"),
        new("second instance", Number.By("nanning-court").With("stage", "STAGE_SECOND_INSTANCE").With("caseNumber", "（2026）桂01刑终9号")),
        new("second instance, first number", Number.With("stage", "STAGE_SECOND_INSTANCE"), "caseNumber: CASE_NUMBER_NOT_OF_STAGE"),
        new("retrial", Number.With("stage", "STAGE_RETRIAL").With("caseNumber", "（2026）桂0103刑再1号")),
        new("death review by the High Court", Number.By("guangxi-high-court").With("stage", "STAGE_DEATH_REVIEW").With("caseNumber", "（2026）桂刑核01234567号")),
        new("death review by the Supreme Court", Number.By("supreme-court").With("stage", "STAGE_DEATH_REVIEW").With("caseNumber", "（2026）最高法刑核01234567号")),
        new("compulsory treatment", Number.With("stage", "STAGE_COMPULSORY_TREATMENT").With("caseNumber", "（2026）桂0103刑医1号")),
        new("compulsory treatment, review", Number.With("stage", "STAGE_COMPULSORY_TREATMENT").With("caseNumber", "（2026）桂0103刑医复1号")),
        new("stage unknown", Number.Without("stage")),
        new("procuratorate", Number.By("qingxiu-procuratorate").With("caseNumber", "南青检刑诉〔2026〕12号")),
        new("procuratorate unusual", Number.By("qingxiu-procuratorate").With("caseNumber", "12/26"), "CASE_NUMBER_UNUSUAL"),
        new("police", Number.By("qingxiu-police").With("caseNumber", "A4501030000002026030001")),
        new("police one short", Number.By("qingxiu-police").With("caseNumber", "A450103000000202603000"), "CASE_NUMBER_UNUSUAL"),
        new("police control character", Number.By("qingxiu-police").With("caseNumber", "A1\n2"), "caseNumber: CASE_REFERENCE_CHARACTER"),
        new("state security unusual", Number.By("state-security").With("caseNumber", "安1号"), "CASE_NUMBER_UNUSUAL"),
        new("another organ's court number", Number.By("prison").With("caseNumber", "（2026）桂0105刑初123号")),
    ];
}
