using System.Collections.Immutable;

namespace LegalAid.Gateway.Casework.Duty.Files;

/// <summary>What columns and modes are called: in Chinese and English, either of which is understood.</summary>
internal static class RosterColumns
{
    private static readonly (DutyMode Mode, string Name)[] Modes =
        [(DutyMode.OnSite, "现场 on-site"), (DutyMode.Phone, "电话 phone"), (DutyMode.Network, "网络 network"), (DutyMode.ByAppointment, "预约 by-appointment")];

    /// <summary>In the order in which they are written.</summary>
    public static ImmutableArray<string> All { get; } =
        ["日期 Date", "开始 Start", "结束 End", "站点 Station", "站点名称 Station name", "班次 Shift", "席位 Place", "方式 Mode", "律师 Lawyer", "律师姓名 Lawyer name", "备注 Remarks"];

    public static string NameOf(DutyMode mode) => Modes.First(one => one.Mode == mode).Name;

    public static DutyMode? FindMode(string text) => Modes.Where(one => IsCalled(one.Name, text)).Select(one => (DutyMode?)one.Mode).FirstOrDefault();

    /// <summary>Whether the text is the whole name, or its Chinese or its English part.</summary>
    public static bool IsCalled(string name, string text)
    {
        var blank = name.IndexOf(' ', StringComparison.Ordinal);
        return text.Length > 0 && new[] { name, name[..blank], name[(blank + 1)..] }.Contains(text, StringComparer.OrdinalIgnoreCase);
    }
}
