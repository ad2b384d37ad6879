using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Identifiers;

/// <summary>What can be wrong with an identifier. All are <see cref="FaultKind.Invalid"/> and the caller's staff must look at the document.</summary>
[FaultRows]
public static class IdentifierFaults
{
    public static readonly FaultCode RegionLength = Row("REGION_LENGTH",
        "行政区划代码应为6位", "A region code has six digits",
        "按GB/T 2260填写6位代码", "Give the six digits of GB/T 2260");

    public static readonly FaultCode RegionCharacter = Row("REGION_CHARACTER",
        "行政区划代码只能含数字", "A region code has digits only",
        "去掉数字以外的字符", "Remove what is not a digit");

    public static readonly FaultCode RegionProvince = Row("REGION_PROVINCE",
        "行政区划代码前两位不是已知省份", "The first two digits of the region code are no known province",
        "核对行政区划代码", "Check the region code");

    public static readonly FaultCode ResidentNumberLength = Row("RESIDENT_NUMBER_LENGTH",
        "公民身份号码应为18位", "A resident number has 18 characters",
        "核对证件，补全18位号码", "Check the document and give all 18 characters");

    public static readonly FaultCode ResidentNumberFifteen = Row("RESIDENT_NUMBER_FIFTEEN_DIGITS",
        "15位号码（第一代身份证）已停用", "15-digit numbers of the first-generation card are no longer in use",
        "填写换发后的18位号码", "Give the 18-character number that replaced it");

    public static readonly FaultCode ResidentNumberCharacter = Row("RESIDENT_NUMBER_CHARACTER",
        "公民身份号码前17位应为数字，末位为数字或X", "A resident number is 17 digits, then a digit or X",
        "核对有无错字、空格", "Check for wrong characters and spaces");

    public static readonly FaultCode ResidentNumberRegion = Row("RESIDENT_NUMBER_REGION",
        "公民身份号码前6位不是有效的行政区划代码", "The first six digits of the resident number are no assigned region",
        "核对前6位；模拟号码只能用于演示环境", "Check the first six digits; synthetic numbers pass only in a demonstration");

    public static readonly FaultCode ResidentNumberBirthDate = Row("RESIDENT_NUMBER_BIRTH_DATE",
        "公民身份号码中的出生日期不存在", "The birth date in the resident number does not exist",
        "核对第7至14位", "Check characters 7 to 14");

    public static readonly FaultCode ResidentNumberBirthFuture = Row("RESIDENT_NUMBER_BIRTH_FUTURE",
        "公民身份号码中的出生日期晚于今日", "The birth date in the resident number is in the future",
        "核对第7至14位", "Check characters 7 to 14");

    public static readonly FaultCode ResidentNumberCheck = Row("RESIDENT_NUMBER_CHECK",
        "公民身份号码校验码不符，号码中有错误", "The check character of the resident number does not match: some character is wrong",
        "逐位核对号码", "Compare the number with the document character by character");

    public static readonly FaultCode CreditCodeLength = Row("CREDIT_CODE_LENGTH",
        "统一社会信用代码应为18位", "A unified social credit code has 18 characters",
        "核对登记证书", "Check the registration certificate");

    public static readonly FaultCode CreditCodeCharacter = Row("CREDIT_CODE_CHARACTER",
        "统一社会信用代码含有不用的字符（不使用I、O、S、V、Z）", "The unified social credit code has a character outside its alphabet (I, O, S, V and Z are not used)",
        "核对易混字符，如1与I、0与O", "Check for look-alikes such as 1 and I, 0 and O");

    public static readonly FaultCode CreditCodeRegion = Row("CREDIT_CODE_REGION",
        "统一社会信用代码第3至8位应为数字", "Characters 3 to 8 of the unified social credit code are digits",
        "核对第3至8位", "Check characters 3 to 8");

    public static readonly FaultCode CreditCodeCheck = Row("CREDIT_CODE_CHECK",
        "统一社会信用代码校验码不符", "The check character of the unified social credit code does not match",
        "逐位核对代码", "Compare the code with the certificate character by character");

    public static readonly FaultCode LicenceLength = Row("LAWYER_LICENCE_LENGTH",
        "律师执业证号应为17位", "A lawyer licence number has 17 digits",
        "核对律师执业证", "Check the licence");

    public static readonly FaultCode LicenceCharacter = Row("LAWYER_LICENCE_CHARACTER",
        "律师执业证号只能含数字", "A lawyer licence number has digits only",
        "核对律师执业证", "Check the licence");

    public static readonly FaultCode LicenceYear = Row("LAWYER_LICENCE_YEAR",
        "律师执业证号第6至9位不是可能的首次颁证年份", "Digits 6 to 9 of the lawyer licence number are no possible year of issue",
        "核对第6至9位", "Check digits 6 to 9");

    public static readonly FaultCode DisabilityLength = Row("DISABILITY_CERTIFICATE_LENGTH",
        "残疾人证号应为20位，补发的另有后缀", "A disability certificate number has 20 characters, and a suffix when reissued",
        "核对残疾人证", "Check the certificate");

    public static readonly FaultCode DisabilityCategory = Row("DISABILITY_CERTIFICATE_CATEGORY",
        "残疾人证号第19位（类别）应为1至7", "Character 19 of the disability certificate, the category, is 1 to 7",
        "核对第19位", "Check character 19");

    public static readonly FaultCode DisabilityGrade = Row("DISABILITY_CERTIFICATE_GRADE",
        "残疾人证号第20位（等级）应为1至4", "Character 20 of the disability certificate, the grade, is 1 to 4",
        "核对第20位", "Check character 20");

    public static readonly FaultCode DisabilitySuffix = Row("DISABILITY_CERTIFICATE_SUFFIX",
        "残疾人证号补发后缀应为B加1至2位数字", "The suffix of a reissued disability certificate is B and one or two digits",
        "核对后缀，首次颁发的不填", "Check the suffix; leave it out on a first issue");

    public static readonly FaultCode CaseNumberLength = Row("CASE_NUMBER_LENGTH",
        "案号过长", "The case number is too long",
        "只填案号本身，不超过60个字符", "Give the case number alone, at most 60 characters");

    public static readonly FaultCode CaseNumberYear = Row("CASE_NUMBER_YEAR",
        "案号应以括号内的四位年份开头", "A case number starts with a four-digit year in brackets",
        "按“（2024）桂0103刑初123号”的格式填写", "Write it like （2024）桂0103刑初123号");

    public static readonly FaultCode CaseNumberOldStyle = Row("CASE_NUMBER_OLD_STYLE",
        "2016年以前的旧式案号", "A case number of the scheme before 2016",
        "填写现行案号；旧案在备注中写明原案号", "Give the current case number; mention an old one in the remarks");

    public static readonly FaultCode CaseNumberFutureYear = Row("CASE_NUMBER_FUTURE_YEAR",
        "案号年份晚于今年", "The year of the case number is in the future",
        "核对年份", "Check the year");

    public static readonly FaultCode CaseNumberCourt = Row("CASE_NUMBER_COURT",
        "案号中的法院代字不能识别", "The court sign of the case number is not recognised",
        "核对法院代字，如桂0103", "Check the court sign, such as 桂0103");

    public static readonly FaultCode CaseNumberType = Row("CASE_NUMBER_TYPE",
        "案号中的类型代字不能识别", "The type sign of the case number is not recognised",
        "核对类型代字，如刑初、民终", "Check the type sign, such as 刑初 or 民终");

    public static readonly FaultCode CaseNumberSerial = Row("CASE_NUMBER_SERIAL",
        "案号编号应为1至8位数字且不为零", "The serial of the case number is one to eight digits and not zero",
        "核对编号", "Check the serial");

    public static readonly FaultCode CaseNumberReviewSerial = Row("CASE_NUMBER_REVIEW_SERIAL",
        "刑事复核案件的编号应为8位数字", "The serial of a criminal review case has exactly eight digits",
        "核对编号，保留前导零", "Check the serial and keep leading zeros");

    public static readonly FaultCode CaseNumberEnding = Row("CASE_NUMBER_ENDING",
        "案号应以“号”结尾", "A case number ends in 号",
        "在编号后补“号”", "Put 号 after the serial");

    public static readonly FaultCode CaseNumberSuffix = Row("CASE_NUMBER_SUFFIX",
        "“号”后不应再有内容（如“之一”）", "Nothing follows 号 in a case number (such as 之一)",
        "文书序号不属于案号，请删去", "The number of a document is not part of the case number: remove it");

    public static readonly FaultCode CaseReferenceLength = Row("CASE_REFERENCE_LENGTH",
        "案件编号过长", "The case reference is too long",
        "不超过100个字符", "At most 100 characters");

    public static readonly FaultCode CaseReferenceCharacter = Row("CASE_REFERENCE_CHARACTER",
        "案件编号含有控制字符或残缺字符", "The case reference has a control character or half a character",
        "删去换行等不可见字符", "Remove line breaks and other invisible characters");

    public static readonly FaultCode CaseReferenceUnusual = Row("CASE_REFERENCE_UNUSUAL",
        "不能识别是哪一机关的案件编号，已按原文保存", "Whose case number this is cannot be told; it was kept as sent",
        "如有误请更正", "Amend it if it is wrong");

    public static readonly FaultCode ProcuratorateNumberUnusual = Row("PROCURATORATE_NUMBER_UNUSUAL",
        "检察机关案件编号格式少见，已按原文保存", "An unusual form for a procuratorate's case number; it was kept as sent",
        "如有误请更正", "Amend it if it is wrong");

    public static readonly FaultCode PoliceNumberUnusual = Row("POLICE_NUMBER_UNUSUAL",
        "公安案件编号不是A加22位字符，已按原文保存", "The police case number is not A and 22 characters; it was kept as sent",
        "如有误请更正", "Amend it if it is wrong");

    public static readonly FaultCode NameLength = Row("PERSON_NAME_LENGTH",
        "姓名超过100个字符", "The name is longer than 100 characters",
        "核对姓名栏是否混入其他内容", "Check whether other text got into the name");

    public static readonly FaultCode NameControl = Row("PERSON_NAME_CONTROL",
        "姓名含有控制字符", "The name has a control character",
        "删去换行、方向标记等不可见字符", "Remove line breaks, direction marks and other invisible characters");

    public static readonly FaultCode NameSurrogate = Row("PERSON_NAME_SURROGATE",
        "姓名中有残缺的字符（半个代理对）", "The name has half of a character (a lone surrogate)",
        "检查调用方系统对生僻字的截断", "Check how your system cuts text with rare characters");

    public static readonly FaultCode NameReplacement = Row("PERSON_NAME_REPLACEMENT",
        "姓名中有替换字符，说明原字已在转码中丢失", "The name has the replacement character: a character was lost in conversion",
        "用UTF-8重新发送原字", "Send the original character again in UTF-8");

    public static readonly FaultCode DocumentNumber = Row("DOCUMENT_NUMBER_FORM",
        "证件号码格式与证件种类不符", "The document number does not have the form of its kind",
        "核对证件种类与号码", "Check the kind of document and its number");

    public static readonly FaultCode DocumentIssuer = Row("DOCUMENT_ISSUER",
        "护照签发国应为三个字母的代码", "The issuing state of a passport is a three-letter code",
        "按ISO 3166三字母代码填写", "Give the three letters of ISO 3166");

    public static readonly FaultCode DocumentRegion = Row("DOCUMENT_REGION",
        "居住证号码地址码应为810000、820000（港澳）或830000（台湾）", "A residence permit's number has region 810000 or 820000 (Hong Kong, Macao) or 830000 (Taiwan)",
        "核对证件种类与号码", "Check the kind of document and its number");

    public static readonly FaultCode DocumentCheck = Row("DOCUMENT_NUMBER_CHECK",
        "证件号码校验码不符", "The check character of the document number does not match",
        "逐位核对号码", "Compare the number with the document character by character");

    public static readonly FaultCode DocumentKind = Row("DOCUMENT_KIND",
        "该证件种类不适用此填写方式", "This kind of document is not given in this way",
        "身份不明者填自报姓名与编号，其他人填证件号码", "For an unknown identity give the self-reported name and a label, for others the document number");

    public static readonly FaultCode UnknownLabel = Row("UNKNOWN_IDENTITY_LABEL",
        "身份不明人员须有1至40个字符的本案编号", "A person of unknown identity needs a label within the case, of 1 to 40 characters",
        "为其编号，如“甲”“1号”", "Give a label such as 甲 or 1号");

    private static FaultCode Row(string code, string zh, string en, string remedyZh, string remedyEn) =>
        new(code, FaultKind.Invalid, FaultActor.CallerStaff, zh, en, remedyZh, remedyEn);
}
