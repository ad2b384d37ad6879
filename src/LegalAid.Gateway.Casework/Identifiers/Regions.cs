using System.Collections.Frozen;

namespace LegalAid.Gateway.Casework.Identifiers;

/// <summary>
/// The divisions the gateway knows by name. Provinces and Nanning's current codes are GB/T 2260; the retired codes other than
/// 450122 and 450127 are known practice, listed because people born there still carry them.
/// </summary>
internal static class Regions
{
    private const string NanningPrefix = "4501";

    /// <summary>First two digits, name, and the sign by which courts of the province number their cases (null: none do).</summary>
    private static readonly (string Prefix, string Name, string? CourtSign)[] Provinces =
    [
        ("11", "北京市", "京"), ("12", "天津市", "津"), ("13", "河北省", "冀"), ("14", "山西省", "晋"), ("15", "内蒙古自治区", "内"),
        ("21", "辽宁省", "辽"), ("22", "吉林省", "吉"), ("23", "黑龙江省", "黑"),
        ("31", "上海市", "沪"), ("32", "江苏省", "苏"), ("33", "浙江省", "浙"), ("34", "安徽省", "皖"), ("35", "福建省", "闽"),
        ("36", "江西省", "赣"), ("37", "山东省", "鲁"),
        ("41", "河南省", "豫"), ("42", "湖北省", "鄂"), ("43", "湖南省", "湘"), ("44", "广东省", "粤"), ("45", "广西壮族自治区", "桂"), ("46", "海南省", "琼"),
        ("50", "重庆市", "渝"), ("51", "四川省", "川"), ("52", "贵州省", "黔"), ("53", "云南省", "云"), ("54", "西藏自治区", "藏"),
        ("61", "陕西省", "陕"), ("62", "甘肃省", "甘"), ("63", "青海省", "青"), ("64", "宁夏回族自治区", "宁"), ("65", "新疆维吾尔自治区", "新"),
        ("71", "台湾省", null), ("81", "香港特别行政区", null), ("82", "澳门特别行政区", null),

        // Not in GB/T 2260: the address code of Taiwan residents' residence permits (国办发〔2018〕81号).
        ("83", "台湾居民居住证", null),
    ];

    private static readonly FrozenDictionary<string, string> ProvinceNames =
        Provinces.ToFrozenDictionary(row => row.Prefix, row => row.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> ProvinceOfSign =
        Provinces.Where(row => row.CourtSign is not null).ToFrozenDictionary(row => row.CourtSign ?? "", row => row.Prefix + "0000", StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> NanningNow = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["450100"] = "南宁市", ["450101"] = "南宁市市辖区", ["450102"] = "兴宁区", ["450103"] = "青秀区", ["450105"] = "江南区", ["450107"] = "西乡塘区",
        ["450108"] = "良庆区", ["450109"] = "邕宁区", ["450110"] = "武鸣区", ["450123"] = "隆安县", ["450124"] = "马山县", ["450125"] = "上林县",
        ["450126"] = "宾阳县", ["450181"] = "横州市",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>A successor only where the whole division went to one other.</summary>
    private static readonly FrozenDictionary<string, (string Name, string? Successor)> NanningRetired =
        new Dictionary<string, (string, string?)>(StringComparer.Ordinal)
        {
            ["450122"] = ("武鸣县", "450110"), ["450127"] = ("横县", "450181"),
            ["450104"] = ("城北区", null), ["450106"] = ("永新区", null), ["450111"] = ("郊区", null), ["450121"] = ("邕宁县", null),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    public static bool IsKnownProvince(ReadOnlySpan<char> prefix) =>
        ProvinceNames.GetAlternateLookup<ReadOnlySpan<char>>().ContainsKey(prefix);

    public static string? NameOf(string code) =>
        code.EndsWith("0000", StringComparison.Ordinal) ? ProvinceNames.GetValueOrDefault(code[..2])
        : NanningNow.GetValueOrDefault(code) ?? (NanningRetired.TryGetValue(code, out var retired) ? retired.Name : null);

    public static string? SuccessorOf(string code) => NanningRetired.TryGetValue(code, out var retired) ? retired.Successor : null;

    public static RegionAssignment AssignmentOf(string code) =>
        code.EndsWith("0000", StringComparison.Ordinal) || NanningNow.ContainsKey(code) ? RegionAssignment.Assigned
        : NanningRetired.ContainsKey(code) ? RegionAssignment.Retired
        : code.StartsWith(NanningPrefix, StringComparison.Ordinal) ? RegionAssignment.Unassigned
        : RegionAssignment.Unlisted;

    /// <summary>The province whose courts use the sign (桂 → 450000), or null.</summary>
    public static string? ProvinceByCourtSign(string sign) => ProvinceOfSign.GetValueOrDefault(sign);
}
