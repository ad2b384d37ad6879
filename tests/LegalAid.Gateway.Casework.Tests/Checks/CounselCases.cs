using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Casework.Tests.Checks;

/// <summary>Assignment and replacement.</summary>
internal static class CounselCases
{
    public static IEnumerable<CheckCase> All => [.. Register, .. Years, .. Suited, .. Wishes, .. Replacement];

    private static CheckScene InRegister => CheckScene.Assign("counsel-in-register");

    private static CheckScene Practice => CheckScene.Assign("counsel-practice-years");

    private static CheckScene Of(this CheckScene scene, string licence, string name) =>
        scene.With("counsel.licenceNumber", licence).With("counsel.name", name);

    private static CheckScene Capital(this CheckScene scene, string ground = "GROUND_LIFE_OR_DEATH") =>
        scene.Viewing("notice.grounds", new JsonArray(ground));

    private static DateTimeOffset Noon(int year, int month, int day) => new(year, month, day, 12, 0, 0, TimeSpan.FromHours(8));

    private static IEnumerable<CheckCase> Register =>
    [
        new("counsel good", InRegister),
        new("counsel absent", InRegister.Without("counsel"), "counsel: FIELD_REQUIRED"),
        new("counsel is a text", InRegister.With("counsel", "测试律师甲"), "counsel: FIELD_REQUIRED"),
        new("counsel without phone", InRegister.Without("counsel.phone"), "counsel.phone: FIELD_REQUIRED"),
        new("licence absent", InRegister.Without("counsel.licenceNumber"), "counsel.licenceNumber: FIELD_REQUIRED"),
        new("licence of sixteen", InRegister.With("counsel.licenceNumber", "1450120231000000"), "counsel.licenceNumber: LAWYER_LICENCE_LENGTH"),
        new("licence of nobody", InRegister.With("counsel.licenceNumber", "14501202310009999"), "counsel.licenceNumber: COUNSEL_NOT_IN_REGISTER"),
        new("licence in full width", InRegister.With("counsel.licenceNumber", "１4501202310000001")),
        new("name of another", InRegister.With("counsel.name", "测试律师乙"), "counsel.name: COUNSEL_NAME_DIFFERS"),
        new("name with a space is not stripped", InRegister.With("counsel.name", "测试律师甲 "), "counsel.name: COUNSEL_NAME_DIFFERS"),
        new("firm of others", InRegister.With("counsel.firm", "agencies/other-firm"), "counsel.firm: COUNSEL_FIRM_DIFFERS"),
        new("firm malformed", InRegister.With("counsel.firm", "firm"), "counsel.firm: COUNSEL_FIRM_DIFFERS"),
        new("suspended, day before", InRegister.Of(CheckWorld.PausedLicence, "测试律师丙").At(Noon(2026, 2, 28))),
        new("suspended, first day", InRegister.Of(CheckWorld.PausedLicence, "测试律师丙").At(Noon(2026, 3, 1)), "counsel.licenceNumber: COUNSEL_SUSPENDED"),
        new("suspended, last day", InRegister.Of(CheckWorld.PausedLicence, "测试律师丙").At(Noon(2026, 3, 11)), "counsel.licenceNumber: COUNSEL_SUSPENDED"),
        new("suspended, day after", InRegister.Of(CheckWorld.PausedLicence, "测试律师丙").At(Noon(2026, 3, 12))),
        new("all wrong at once", InRegister.Of(CheckWorld.PausedLicence, "测试律师甲").With("counsel.firm", "agencies/other-firm").Without("counsel.phone"),
            "counsel.phone: FIELD_REQUIRED", "counsel.name: COUNSEL_NAME_DIFFERS", "counsel.firm: COUNSEL_FIRM_DIFFERS", "counsel.licenceNumber: COUNSEL_SUSPENDED"),
    ];

    private static IEnumerable<CheckCase> Years =>
    [
        new("years: not needed", Practice.Of(CheckWorld.NoviceLicence, "测试律师乙")),
        new("years: a day short", Practice.Capital().At(Noon(2026, 3, 9)), "counsel.licenceNumber: COUNSEL_UNDER_THREE_YEARS"),
        new("years: to the day", Practice.Capital()),
        new("years: to the day, 00:00", Practice.Capital().At(new DateTimeOffset(2026, 3, 9, 16, 0, 0, TimeSpan.Zero))),
        new("years: a second before the day", Practice.Capital().At(new DateTimeOffset(2026, 3, 9, 15, 59, 59, TimeSpan.Zero)),
            "counsel.licenceNumber: COUNSEL_UNDER_THREE_YEARS"),
        new("years: a day over", Practice.Capital().At(Noon(2026, 3, 11))),
        new("years: since 29 February, on the 27th", Practice.Of(CheckWorld.NoviceLicence, "测试律师乙").Capital().At(Noon(2027, 2, 27)),
            "counsel.licenceNumber: COUNSEL_UNDER_THREE_YEARS"),
        new("years: since 29 February, on the 28th", Practice.Of(CheckWorld.NoviceLicence, "测试律师乙").Capital().At(Noon(2027, 2, 28))),
        new("years: civil practice only", Practice.Of(CheckWorld.CivilLicence, "测试律师丁").Capital(), "counsel.licenceNumber: COUNSEL_UNDER_THREE_YEARS"),
        new("years: death review by ground", Practice.Of(CheckWorld.NoviceLicence, "测试律师乙").Capital("GROUND_DEATH_REVIEW"),
            "counsel.licenceNumber: COUNSEL_UNDER_THREE_YEARS"),
        new("years: death review by stage", Practice.Of(CheckWorld.NoviceLicence, "测试律师乙").Viewing("notice.stage", "STAGE_DEATH_REVIEW"),
            "counsel.licenceNumber: COUNSEL_UNDER_THREE_YEARS"),
        new("years: nobody's licence is the register's to refuse", Practice.Capital().With("counsel.licenceNumber", "14501202310009999")),
    ];

    private static IEnumerable<CheckCase> Suited =>
    [
        new("minor and counsel for minors", Practice.Capital("GROUND_MINOR")),
        new("minor and other counsel", Practice.Of(CheckWorld.NoviceLicence, "测试律师乙").Capital("GROUND_MINOR"), "COUNSEL_WITHOUT_JUVENILE_SPECIALITY"),
        new("minor by birth date, not claimed", Practice.Of(CheckWorld.NoviceLicence, "测试律师乙")
            .Viewing("notice.person.residentNumber", CheckWorld.Number(2009, 1, 1)), "COUNSEL_WITHOUT_JUVENILE_SPECIALITY"),
        new("language spoken", Practice.Viewing("notice.person.language", "壮语")),
        new("language spoken, by code", Practice.Viewing("notice.person.language", " Zhuang ")),
        new("language unheard of", Practice.Viewing("notice.person.language", "某语"), "COUNSEL_WITHOUT_LANGUAGE"),
        new("language not spoken", Practice.Viewing("notice.person.language", "手语"), "COUNSEL_WITHOUT_LANGUAGE"),
    ];

    private static CheckScene Wish => CheckScene.Assign("counsel-wish");

    private static CheckScene WishFor(string name) => Wish.Viewing("notice.wish", new JsonObject { ["lawyerName"] = name });

    private static IEnumerable<CheckCase> Wishes =>
    [
        new("wish none", Wish),
        new("wish met", WishFor("测试律师甲").With("wishMet", true)),
        new("wish met and not said", WishFor("测试律师甲")),
        new("wish met in another normalisation", WishFor("Zo\u00eb").With("counsel.name", "Zoe\u0308")),
        new("wish not met, no reason", WishFor("测试律师乙"), "wishReason: WISH_REASON_MISSING"),
        new("wish not met, blank reason", WishFor("测试律师乙").With("wishReason", "　"), "wishReason: WISH_REASON_MISSING"),
        new("wish not met, reason", WishFor("测试律师乙").With("wishReason", "该律师出庭时间冲突")),
        new("wish not met and said to be", WishFor("测试律师乙").With("wishMet", true).With("wishReason", "无"), "wishMet: WISH_NOT_MET_CLAIMED"),
        new("speciality had", CheckScene.Assign("counsel-practice-years").Viewing("notice.wish", new JsonObject { ["speciality"] = "刑事辩护" })),
        new("speciality for minors had", CheckScene.Assign("counsel-practice-years").Viewing("notice.wish", new JsonObject { ["speciality"] = "未成年人" })),
        new("speciality lacked", CheckScene.Assign("counsel-practice-years").Viewing("notice.wish", new JsonObject { ["speciality"] = "职务犯罪" }), "COUNSEL_WITHOUT_WISHED_SPECIALITY"),
        new("wish is a text", Wish.Viewing("notice.wish", "测试律师乙")),
    ];

    private static CheckScene Replace => CheckScene.Assign("counsel-differs");

    private static IEnumerable<CheckCase> Replacement =>
    [
        new("replaced by another", Replace.Viewing("assignment.counsel.licenceNumber", CheckWorld.NoviceLicence)),
        new("replaced by the same", Replace.Viewing("assignment.counsel.licenceNumber", CheckWorld.ThreeYearsLicence), "counsel.licenceNumber: COUNSEL_UNCHANGED"),
        new("replaced by the same in full width", Replace.Viewing("assignment.counsel.licenceNumber", CheckWorld.ThreeYearsLicence)
            .With("counsel.licenceNumber", "１4501202310000001"), "counsel.licenceNumber: COUNSEL_UNCHANGED"),
        new("replaced where none was", Replace),
    ];
}
