using System.Collections.Immutable;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>What the checks of defence notices find for a person to weigh. None of them refuses or decides anything.</summary>
public static class CheckFlags
{
    public static readonly FlagCode CaseNumberUnusual = new("CASE_NUMBER_UNUSUAL",
        "案件编号格式少见，已按原文保存，请核对", "The case number has an unusual form; it is kept as sent, please check it");

    public static readonly FlagCode CaseNumberCourtUnverified = new("CASE_NUMBER_COURT_UNVERIFIED",
        "旧式案号，无法核对是否为来函法院的案件", "A case number of before 2016: whether it is the notifying court's cannot be told from it");

    public static readonly FlagCode MinorNotClaimed = new("ARTICLE_25_MINOR_NOT_CLAIMED",
        "按出生日期系未成年人，通知未列明该情形（法律援助法第25条第1款第1项）", "A minor by birth date, and the notice does not say so (法律援助法 25¶1(1))");

    public static readonly FlagCode MinorNotBorneOut = new("ARTICLE_25_MINOR_NOT_BORNE_OUT",
        "通知称系未成年人，按出生日期已成年，请核对年龄", "Said to be a minor, but an adult by birth date: check the age");

    public static readonly FlagCode AgeEstimated = new("ARTICLE_25_AGE_ESTIMATED",
        "身份不明，估计年龄不满十八周岁，应按有利于本人的原则核查年龄", "Identity unknown and age estimated under 18: establish the age, in the person's favour meanwhile");

    public static readonly FlagCode SensoryNotClaimed = new("ARTICLE_25_SENSORY_NOT_CLAIMED",
        "残疾人证类别为视力、听力或言语，通知未列明该情形（第25条第1款第2项）", "The certificate is for sight, hearing or speech, and the notice does not say so (25¶1(2))");

    public static readonly FlagCode SensoryNotBorneOut = new("ARTICLE_25_SENSORY_NOT_BORNE_OUT",
        "通知称视力、听力、言语残疾，残疾人证为其他类别，请核对", "Said to be disabled in sight, hearing or speech, but the certificate is of another category: check");

    public static readonly FlagCode CapacityReview = new("ARTICLE_25_CAPACITY_REVIEW",
        "残疾人证类别为智力或精神，请核查是否不能完全辨认自己行为（第25条第1款第3项）", "The certificate is for an intellectual or mental disability: review whether 25¶1(3) is met");

    public static readonly FlagCode CapacityOfMinor = new("ARTICLE_25_CAPACITY_OF_MINOR",
        "第25条第1款第3项限于成年人，此人按出生日期系未成年人，应适用第1项", "25¶1(3) is for adults; by birth date this person is a minor, for whom 25¶1(1) applies");

    public static readonly FlagCode DisabilityAsk = new("ARTICLE_25_DISABILITY_ASK",
        "残疾人证为多重残疾，请询问是否包括视力、听力、言语残疾", "The certificate is for multiple disabilities: ask whether sight, hearing or speech is among them");

    public static readonly FlagCode GroundUnusualAtStage = new("GROUND_UNUSUAL_AT_STAGE",
        "所列情形之一不属于本诉讼阶段或审理程序，请核对", "One of the grounds does not belong to this stage or procedure: check");

    public static readonly FlagCode GroundPilotOutsidePilot = new("GROUND_PILOT_OUTSIDE_PILOT",
        "列明试点情形，但本机关未在试点期间内", "A ground of the pilot, but the organ is not in the pilot on this date");

    public static readonly FlagCode CounselThreeYearsNeeded = new("COUNSEL_THREE_YEARS_NEEDED",
        "可能判处无期徒刑、死刑或死刑复核案件，应指派具有三年以上相关执业经历的律师（第26条）", "Possible life imprisonment or death, or a death review: counsel needs three years' relevant practice (26)");

    public static readonly FlagCode HearingSoon = new("HEARING_SOON",
        "距开庭不足十五日", "Fewer than fifteen days before the hearing");

    public static readonly FlagCode HearingVerySoon = new("HEARING_VERY_SOON",
        "距开庭不足三日，请立即办理", "Fewer than three days before the hearing: act at once");

    public static readonly FlagCode CounselWithoutJuvenileSpeciality = new("COUNSEL_WITHOUT_JUVENILE_SPECIALITY",
        "受援人系未成年人，所派律师未登记未成年人案件专长", "The person is a minor, and counsel has no registered experience with minors");

    public static readonly FlagCode CounselWithoutLanguage = new("COUNSEL_WITHOUT_LANGUAGE",
        "所派律师未登记受援人使用的语言，请安排翻译", "Counsel has not registered the person's language: arrange an interpreter");

    public static readonly FlagCode CounselWithoutWishedSpeciality = new("COUNSEL_WITHOUT_WISHED_SPECIALITY",
        "所派律师未登记受援人希望的专长", "Counsel has not registered the speciality that the person wished for");

    public static readonly FlagCode CoAccusedHelpedBySame = new("CO_ACCUSED_HELPED_BY_SAME",
        "该律师已为同案其他人提供法律帮助，此后不得担任其中任何一人的辩护人", "The lawyer has helped a co-accused on duty, and may defend none of them afterwards");

    /// <summary>All of them.</summary>
    public static ImmutableArray<FlagCode> All { get; } =
    [
        CaseNumberUnusual, CaseNumberCourtUnverified,
        MinorNotClaimed, MinorNotBorneOut, AgeEstimated, SensoryNotClaimed, SensoryNotBorneOut,
        CapacityReview, CapacityOfMinor, DisabilityAsk, GroundUnusualAtStage, GroundPilotOutsidePilot, CounselThreeYearsNeeded,
        HearingSoon, HearingVerySoon,
        CounselWithoutJuvenileSpeciality, CounselWithoutLanguage, CounselWithoutWishedSpeciality, CoAccusedHelpedBySame,
    ];
}
