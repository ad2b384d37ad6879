using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>Why a check refuses a step of a defence notice. Malformed identifiers bring the rows of their own type.</summary>
[FaultRows]
public static class CheckFaults
{
    public static readonly FaultCode PersonIdentityMissing = Invalid("PERSON_IDENTITY_MISSING",
        "未填身份：公民身份号码、其他证件、身份不明须填其一", "No identity is given: one of resident number, document and unknown identity is needed",
        "填写其中一项；身份不明的填编号", "Give one of them; for an unknown identity a label");

    public static readonly FaultCode PersonIdentityAmbiguous = Invalid("PERSON_IDENTITY_AMBIGUOUS",
        "公民身份号码、其他证件、身份不明只能填其一", "Only one of resident number, document and unknown identity may be given",
        "保留最可靠的一项", "Keep the most reliable one");

    public static readonly FaultCode BirthDateMissing = Invalid("PERSON_BIRTH_DATE_MISSING",
        "持其他证件的须填出生日期", "With a document that does not state it, the birth date is needed",
        "按证件填写出生日期", "Give the birth date as in the document");

    public static readonly FaultCode BirthDateForm = Invalid("PERSON_BIRTH_DATE_FORM",
        "出生日期不是存在的日期", "The birth date is no date that exists",
        "按“2009-03-05”的格式填写", "Write it like 2009-03-05");

    public static readonly FaultCode BirthDateFuture = Invalid("PERSON_BIRTH_DATE_FUTURE",
        "出生日期晚于今日", "The birth date is in the future",
        "核对出生日期", "Check the birth date");

    public static readonly FaultCode BirthDateDiffers = Invalid("PERSON_BIRTH_DATE_DIFFERS",
        "出生日期与证件号码不一致", "The birth date is not the one that the identity number states",
        "核对号码与出生日期", "Check the number and the birth date");

    public static readonly FaultCode EstimatedAgeImplausible = Invalid("ESTIMATED_AGE_IMPLAUSIBLE",
        "估计年龄应为0至{0}的整数", "The estimated age is a whole number from 0 to {0}",
        "核对估计年龄；没有估计的不填", "Check the estimate, or leave it out where there is none");

    public static readonly FaultCode CertificateOfAnother = Invalid("DISABILITY_CERTIFICATE_OF_ANOTHER",
        "残疾人证号中的公民身份号码与本人不一致", "The disability certificate states another person's resident number",
        "核对残疾人证", "Check the certificate");

    public static readonly FaultCode CaseNumberOfAnotherCourt = new("CASE_NUMBER_OF_ANOTHER_COURT", FaultKind.Denied, FaultActor.CallerStaff,
        "案号不是本院的案件", "The case number is not one of the calling court's",
        "由审理该案的法院通知；案号有误的更正后重新提交", "Have the court that tries the case give notice, or correct the number and send again");

    public static readonly FaultCode CaseNumberStage = Invalid("CASE_NUMBER_NOT_OF_STAGE",
        "案号的类型代字与诉讼阶段不符，此阶段应为“{0}”", "The type sign of the case number does not belong to the stage, whose cases are {0}",
        "核对案号与诉讼阶段", "Check the case number and the stage");

    public static readonly FaultCode AidCentreNotCompetent = Invalid("AID_CENTRE_NOT_COMPETENT",
        "该法律援助机构不管辖办案机关所在地，有管辖权的是“{0}”", "The aid centre does not serve the organ's place; the competent one is {0}",
        "改送有管辖权的机构，或不填由网关确定", "Name the competent centre, or leave the field out and the gateway finds it");

    public static readonly FaultCode AidCentreNoneCompetent = new("AID_CENTRE_NONE_COMPETENT", FaultKind.Invalid, FaultActor.GatewayOperator,
        "该法律援助机构不管辖办案机关所在地，目录中也没有管辖该地的机构", "The aid centre does not serve the organ's place, and no centre in the directory does",
        "请网关管理员在目录中登记管辖该地的机构", "Have the operator enter the centre that serves the place");

    public static readonly FaultCode GroundsNotOfStage = Invalid("GROUNDS_NOT_OF_STAGE",
        "所列情形均不属于本诉讼阶段或审理程序", "None of the grounds belongs to this stage or procedure",
        "核对诉讼阶段、审理程序与通知情形", "Check the stage, the procedure and the grounds");

    public static readonly FaultCode GroundOfKindMissing = Invalid("GROUND_OF_NOTICE_KIND_MISSING",
        "此类通知应列明下列情形之一：{0}", "A notice of this kind has one of the grounds: {0}",
        "补充该情形，或改用其他通知种类", "Add the ground, or choose another kind of notice");

    public static readonly FaultCode TimeForm = Invalid("TIME_FORM",
        "时间格式不正确", "The time is not in the form of RFC 3339",
        "按“2026-03-05T09:00:00+08:00”的格式填写", "Write it like 2026-03-05T09:00:00+08:00");

    public static readonly FaultCode FoundTimeFuture = Invalid("FOUND_TIME_FUTURE",
        "发现时间晚于现在", "The time of finding is in the future",
        "核对发现时间与系统时钟", "Check the time and your system's clock");

    public static readonly FaultCode FoundTimeImplausible = Invalid("FOUND_TIME_IMPLAUSIBLE",
        "发现时间早于{0}年前，应属误填", "The time of finding is more than {0} years ago, which must be a slip",
        "核对年份；本阶段发现之日起算", "Check the year: it is the finding at this stage that counts");

    public static readonly FaultCode HearingInPast = Invalid("HEARING_IN_PAST",
        "开庭时间早于现在", "The hearing is in the past",
        "填写将要举行的开庭时间，未定的不填", "Give the coming hearing, or none where it is not fixed");

    public static readonly FaultCode HearingImplausible = Invalid("HEARING_IMPLAUSIBLE",
        "开庭时间晚于{0}年后，应属误填", "The hearing is more than {0} years ahead, which must be a slip",
        "核对年份", "Check the year");

    public static readonly FaultCode JudgmentServedFuture = Invalid("JUDGMENT_SERVED_FUTURE",
        "裁判文书送达时间晚于现在", "The judgment is said to be served in the future",
        "核对送达时间与系统时钟", "Check the time and your system's clock");

    public static readonly FaultCode JudgmentServedImplausible = Invalid("JUDGMENT_SERVED_IMPLAUSIBLE",
        "裁判文书送达时间早于{0}年前，应属误填", "The judgment is said to be served more than {0} years ago, which must be a slip",
        "核对年份", "Check the year");

    public static readonly FaultCode AmendmentEmpty = Invalid("AMENDMENT_EMPTY",
        "更正补充没有改变任何内容", "The amendment changes nothing",
        "填写要更正的字段", "Give the fields that change");

    public static readonly FaultCode CounselNotInRegister = Invalid("COUNSEL_NOT_IN_REGISTER",
        "律师名录中没有该执业证号", "The register has no lawyer of that licence number",
        "核对执业证号；名录有误的联系网关管理员", "Check the number; tell the operator if the register is wrong");

    public static readonly FaultCode CounselNameDiffers = Invalid("COUNSEL_NAME_DIFFERS",
        "律师姓名与名录不一致", "The name is not the one in the register",
        "按律师名录填写姓名", "Give the name as in the register");

    public static readonly FaultCode CounselFirmDiffers = Invalid("COUNSEL_FIRM_DIFFERS",
        "律师不在该律师事务所执业", "The lawyer does not practise in that firm",
        "按律师名录填写律师事务所", "Give the firm as in the register");

    public static readonly FaultCode CounselSuspended = Invalid("COUNSEL_SUSPENDED",
        "该律师目前不能执业", "The lawyer may not practise at present",
        "指派其他律师", "Name another lawyer");

    public static readonly FaultCode CounselUnderThreeYears = Invalid("COUNSEL_UNDER_THREE_YEARS",
        "本案应由具有三年以上相关执业经历的律师担任辩护人（法律援助法第26条）", "The case needs counsel with three years' relevant practice (法律援助法 26)",
        "指派符合条件的律师", "Name a lawyer who has them");

    public static readonly FaultCode WishReasonMissing = Invalid("WISH_REASON_MISSING",
        "受援人点名的律师未获指派，应说明原因", "The lawyer that the person wished for is not the one assigned, and no reason is given",
        "填写未能满足点援的原因", "Say why the wish was not met");

    public static readonly FaultCode WishNotMetClaimed = Invalid("WISH_NOT_MET_CLAIMED",
        "标明已满足点援，但所派律师不是受援人点名的律师", "The wish is said to be met, but counsel is not the lawyer wished for",
        "改正标记并说明原因，或指派点名的律师", "Correct the mark and say why, or assign the lawyer wished for");

    public static readonly FaultCode CounselUnchanged = Invalid("COUNSEL_UNCHANGED",
        "更换后的律师与现任律师相同", "The new counsel is the present one",
        "指派另一名律师", "Name another lawyer");

    public static readonly FaultCode DeclineReasonMissing = Invalid("ASSIGNMENT_DECLINE_REASON_MISSING",
        "不能接受指派的应说明原因", "A firm that declines says why",
        "填写原因", "Give the reason");

    public static readonly FaultCode CompetentCentreMissing = Invalid("COMPETENT_CENTRE_MISSING",
        "以无管辖权为由的应写明有管辖权的机构", "Declining for want of competence names the centre that has it",
        "填写有管辖权的法律援助机构", "Name the competent aid centre");

    public static readonly FaultCode CompetentCentreUnknown = Invalid("COMPETENT_CENTRE_UNKNOWN",
        "目录中没有该法律援助机构", "The directory has no such aid centre",
        "用目录服务查询法律援助机构", "Look the aid centre up in the directory");

    public static readonly FaultCode CompetentCentreItself = Invalid("COMPETENT_CENTRE_ITSELF",
        "不能以无管辖权为由又指明本机构", "A centre that declines for want of competence cannot name itself",
        "填写另一法律援助机构，或改用其他理由", "Name another centre, or decline on another ground");

    public static readonly FaultCode DetentionCentreUnknown = new("DETENTION_CENTRE_UNKNOWN", FaultKind.WrongState, FaultActor.CallerStaff,
        "该业务中没有已接入的看守所", "The exchange has no connected detention centre",
        "请办案机关以更正补充写明羁押的看守所", "Have the organ name the detention centre by an amendment");

    public static readonly FaultCode ReviewingCourtOnly = new("REVIEWING_COURT_ONLY", FaultKind.Denied, FaultActor.CallerStaff,
        "死刑复核通知只能由高级人民法院或最高人民法院发出", "Only a High Court or the Supreme People's Court gives notice of a death review",
        "改用审判阶段的通知种类", "Give a notice of the trial stage instead");

    public static readonly FaultCode PilotNotInForce = new("PILOT_NOT_IN_FORCE", FaultKind.Denied, FaultActor.CallerStaff,
        "本院今日不在审查起诉阶段辩护全覆盖试点期间内", "The procuratorate is not in the full-coverage pilot today",
        "符合第25条情形的改用检察机关通知；试点日期有误的联系网关管理员", "Give an ordinary notice where a ground of art. 25 is met; tell the operator if the dates are wrong");

    public static readonly FaultCode OwnCounselNameMissing = Invalid("OWN_COUNSEL_NAME_MISSING",
        "以另行委托辩护人为由撤回的应写明辩护人姓名", "A withdrawal because of own counsel names that counsel",
        "填写受委托的辩护人姓名", "Give the counsel's name");

    private static FaultCode Invalid(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.CallerStaff, zh, en, remedyZh, remedyEn);
}
