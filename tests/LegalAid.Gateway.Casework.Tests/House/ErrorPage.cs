using System.Reflection;
using System.Text;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Tests.House;

/// <summary>
/// <c>docs/errors.md</c>: the error table for people, one section for each assembly, written from <see cref="FaultTable"/>. A test
/// project compares the sections of the assemblies it sees, or writes them where <see cref="WriteVariable"/> is set.
/// </summary>
internal static class ErrorPage
{
    /// <summary>Set to any value, the tests write the page instead of comparing it.</summary>
    public const string WriteVariable = "WRITE_ERROR_PAGE";

    /// <summary>Compares or writes a section. Nothing where the page says what the code says, else what to do.</summary>
    public static IEnumerable<string> Check(string root, Assembly assembly)
    {
        var file = Path.Combine(root, "docs", "errors.md");
        var page = File.ReadAllText(file);
        var (begin, end) = Marks(assembly);
        var from = page.IndexOf(begin, StringComparison.Ordinal);
        var to = page.IndexOf(end, StringComparison.Ordinal);
        if (from < 0 || to < from)
        {
            return [$"docs/errors.md has no section between {begin.TrimEnd()} and {end.TrimEnd()}"];
        }

        var section = Section(assembly);
        var now = page[(from + begin.Length)..to];
        if (now == section)
        {
            return [];
        }

        if (Environment.GetEnvironmentVariable(WriteVariable) is null)
        {
            return [$"docs/errors.md lags behind the code of {assembly.GetName().Name}: {WriteVariable}=1 tests/run --filter-class '*ErrorPageTests' writes it"];
        }

        File.WriteAllText(file, page[..(from + begin.Length)] + section + page[to..]);
        return [];
    }

    private static (string Begin, string End) Marks(Assembly assembly) =>
        ($"<!-- begin {assembly.GetName().Name} -->\n", $"<!-- end {assembly.GetName().Name} -->\n");

    private static string Section(Assembly assembly)
    {
        var text = new StringBuilder("| 代码 Code | 类别 Kind | 说明 Meaning | 处理 Remedy | 由谁 Who |\n|---|---|---|---|---|\n");
        foreach (var row in FaultTable.Gather(assembly).Rows)
        {
            text.Append($"| `{row.Code}` | {row.Kind} | {row.Zh}<br>{row.En} | {row.RemedyZh}<br>{row.RemedyEn} | {row.Actor} |\n");
        }

        return text.ToString();
    }
}
