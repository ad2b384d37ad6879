using LegalAid.Gateway.Contracts.Defence.V1;

namespace LegalAid.Gateway.Demo;

/// <summary>Lawyers of the story, as <c>seeds/counsel.yaml</c> registers them.</summary>
internal static class Lawyers
{
    public static Counsel Jia => FirstFirm("14501201510000011", "虚构甲律师", "0771-0000011");

    public static Counsel Yi => FirstFirm("14501201810000028", "虚构乙律师", "0771-0000028");

    public static Counsel Ding => new()
    {
        LicenceNumber = "14501201210000042",
        Name = "虚构丁律师",
        Firm = $"agencies/{Story.SecondFirm}",
        FirmName = "广西演示第二律师事务所",
        Phone = "0771-0000042",
    };

    /// <summary>By the key that the centre has for the lawyer.</summary>
    public static Counsel Of(string key) => key switch { nameof(Jia) => Jia, nameof(Yi) => Yi, nameof(Ding) => Ding, _ => throw new ArgumentException(key, nameof(key)) };

    private static Counsel FirstFirm(string licence, string name, string phone) => new()
    {
        LicenceNumber = licence, Name = name, Firm = $"agencies/{Story.FirstFirm}", FirmName = "广西演示第一律师事务所", Phone = phone,
    };
}
