using System.Text;

namespace LegalAid.Gateway.Agencies.Connectors.Drafting;

/// <summary>What a field of a foreign request most likely wants, by its name in English, pinyin initials or Chinese, and by what is said of it. A guess for a person to check.</summary>
internal static class FieldGuess
{
    /// <summary>Names without capitals, hyphens and underscores; the first list that has one wins.</summary>
    private static readonly (string Placeholder, string[] Names, string[] Chinese)[] Known =
    [
        ("person.document-kind", ["idtype", "cardtype", "certtype", "certificatetype", "documenttype", "doctype", "idcardtype", "zjlx", "zjzl", "sfzjlx", "cardkind"], ["证件类型", "证件种类"]),
        ("person.number",
            ["idcard", "idcardno", "idcardnum", "idcardnumber", "idno", "idnum", "idnumber", "cardno", "cardnum", "cardnumber", "certno", "certnum", "certnumber", "certificateno", "certificatenumber",
             "identityno", "identitynumber", "identitycard", "identity", "nationalid", "residentid", "residentnumber", "citizenid", "citizenno", "documentno", "documentnumber", "personid", "ssn", "socialsecuritynumber", "personalcode", "personalnumber", "personalid", "nationalnumber", "aac002", "aac147",
             "zjhm", "zjh", "sfzh", "sfzhm", "sfzjhm", "sfz", "gmsfhm", "gmsfzh", "gmsfhao", "shenfenzheng", "shenfenzhenghao", "sfhm"],
            ["身份证", "公民身份号码", "证件号", "身份号码"]),
        ("person.birth-date", ["birthday", "birthdate", "dateofbirth", "dob", "birth", "csrq", "csny", "aac006"], ["出生日期", "出生年月"]),
        ("legal-basis", ["legalbasis", "lawbasis", "basis", "cxyj", "flyj", "zfyj"], ["法律依据", "查询依据", "依据"]),
        ("purpose", ["purpose", "reason", "querypurpose", "queryreason", "usage", "cxsy", "cxyy", "cxyt", "yt", "sy", "cxmd"], ["查询事由", "查询原因", "用途", "使用目的", "查询目的", "事由"]),
        ("authorisation", ["authorization", "authorisation", "authorizationid", "authorisationid", "authno", "authid", "consent", "consentid", "sqsbh", "sqbh", "sqs"], ["授权书", "授权编号"]),
        ("question.id",
            ["requestid", "reqid", "requestno", "traceid", "transactionid", "serialno", "serialnumber", "messageid", "msgid", "correlationid", "seqno", "uuid", "bizid", "bizno", "flowno", "orderno",
             "lsh", "qqlsh", "ywlsh", "qqid", "jylsh", "xxbh"],
            ["流水号", "请求标识", "请求编号", "报文编号", "序列号"]),
        ("place", ["region", "regioncode", "areacode", "districtcode", "adcode", "divisioncode", "xzqh", "xzqhdm", "qhdm", "aab301"], ["行政区划", "区划代码", "地区代码"]),
        ("asked-at", ["timestamp", "requesttime", "reqtime", "querytime", "sendtime", "asktime", "ts", "qqsj", "cxsj", "fssj", "sjc"], ["时间戳", "请求时间", "查询时间"]),
        ("secret", ["password", "pwd", "passwd", "appsecret", "secret", "clientsecret", "mm", "mima", "accesskey"], ["密码", "密钥", "口令"]),
        ("person.name", ["name", "fullname", "personname", "realname", "truename", "custname", "citizenname", "username", "cname", "xm", "xingming", "ryxm", "sqrxm", "aac003"], ["姓名"]),
    ];

    private const string DocumentKind = "person.document-kind";

    /// <summary>Ends of names that say the same of a longer one: <c>applicantIdCard</c>, <c>sqrSfzh</c>. Too short ones would be found in anything.</summary>
    private const int EndCharactersMin = 4;

    /// <summary>Ends of names that are a part of a person's name, or the name of something else: the whole name of a person is none of them.</summary>
    private static readonly string[] OtherNames =
    [
        "firstname", "lastname", "middlename", "givenname", "familyname", "maidenname", "nickname", "surname", "forename",
        "filename", "companyname", "orgname", "organizationname", "organisationname", "agencyname", "deptname", "streetname", "cityname", "schoolname", "bankname", "servicename", "methodname", "hostname", "displayname", "typename",
    ];

    /// <summary>Whether a field wants a part of a name: the gateway knows whole names only.</summary>
    public static bool IsPartOfName(string name) => OtherNames.Take(9).Any(end => Plain(name).TrimEnd('s').EndsWith(end, StringComparison.Ordinal)) || name is "姓" or "名";

    /// <summary>The placeholder as a template writes it; null where nothing speaks for one.</summary>
    public static string? Of(string name, ForeignShape.Value value)
    {
        var plain = Plain(name);
        var found = Known.FirstOrDefault(known => known.Names.Contains(plain, StringComparer.Ordinal));
        if (found.Placeholder is null)
        {
            found = Known.FirstOrDefault(known => known.Chinese.Any(word => name.Contains(word, StringComparison.Ordinal) || value.Description.Contains(word, StringComparison.Ordinal)));
        }

        if (found.Placeholder is null && !OtherNames.Any(end => plain.TrimEnd('s').EndsWith(end, StringComparison.Ordinal)))
        {
            found = Known.FirstOrDefault(known => known.Names.Any(end => end.Length >= EndCharactersMin && plain.EndsWith(end, StringComparison.Ordinal)));
        }

        // Where the agency lists what it takes, a value of ours is none of them; kinds of documents are told in its own codes.
        return found.Placeholder is { } placeholder && (value.Codes.IsEmpty || placeholder == DocumentKind) ? Formed(placeholder, value) : null;
    }

    /// <summary>Whether it may not stand in an address.</summary>
    public static bool IsPersonal(string placeholder) => placeholder.StartsWith("{{person.", StringComparison.Ordinal) || placeholder is "{{secret}}" or "{{authorisation}}" or "{{legal-basis}}";

    /// <summary>The name's letters and digits, without capitals.</summary>
    public static string Plain(string name)
    {
        var plain = new StringBuilder();
        foreach (var letter in name.Where(char.IsLetterOrDigit))
        {
            plain.Append(char.ToLowerInvariant(letter));
        }

        return plain.ToString();
    }

    private static string Formed(string placeholder, ForeignShape.Value value)
    {
        var compact = value.LengthMax is 8 or 14 || value.Description.Contains("yyyyMMdd", StringComparison.OrdinalIgnoreCase) || value.Example.Length is 8 or 14 && value.Example.All(char.IsAsciiDigit);
        return placeholder switch
        {
            "person.birth-date" when compact => "{{person.birth-date.compact}}",
            "asked-at" when value.IsNumber || value.Example.Length == 13 => value.IsNumber ? "{{asked-at.unix-ms:number}}" : "{{asked-at.unix-ms}}",
            "asked-at" when compact => "{{asked-at.compact}}",
            _ => $"{{{{{placeholder}}}}}",
        };
    }
}
