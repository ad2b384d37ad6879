using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using LegalAid.Gateway.Casework.Tests.House;

namespace LegalAid.Gateway.Tests.House;

/// <summary><c>docs/security.md</c>: each requirement and each class of attack names tests, and each test that it names is one.</summary>
public sealed partial class SecurityPageTests(ITestOutputHelper output)
{
    private static readonly string[] Lines = SourceTree.Read("docs/security.md").Split('\n');

    /// <summary>A table of requirements says where they hold, and has a test for either way.</summary>
    [Fact]
    public void Requirements_AllOfThem_AreShownAndTried()
    {
        var rows = Rows("| 要求 · Requirement |").Concat(Rows("| 条款 · Section |")).ToList();
        output.WriteLine($"{rows.Count} requirements");

        Findings.AreNone(rows
            .Where(row => row.Length != 4 || row[1].Length == 0 || !TestName().IsMatch(row[2]) || !TestName().IsMatch(row[3]))
            .Select(row => row[0]));
        Assert.True(rows.Count >= 50, "a table is gone from the page");
    }

    [Fact]
    public void Attacks_EachClassOnce_AreNumberedAndTried()
    {
        var rows = Rows("| # |");
        output.WriteLine($"{rows.Count} classes of attack");

        Assert.Equal(Enumerable.Range(1, rows.Count).Select(number => number.ToString(CultureInfo.InvariantCulture)), rows.Select(row => row[0]));
        Assert.Equal(rows.Count, rows.Select(row => row[1]).Distinct(StringComparer.Ordinal).Count());
        Findings.AreNone(rows.Where(row => row.Length != 4 || !TestName().IsMatch(row[3])).Select(row => row[1]));
        Assert.True(rows.Count >= 60, "a table is gone from the page");
    }

    [Fact]
    public void Tests_ThatThePageNames_AreTests()
    {
        var classes = typeof(SecurityPageTests).Assembly.GetTypes().ToLookup(type => type.Name, StringComparer.Ordinal);
        var named = Lines.SelectMany(line => TestName().Matches(line)).Select(match => (Class: match.Groups["class"].Value, Method: match.Groups["method"].Value)).Distinct().ToList();
        output.WriteLine($"{named.Count} tests");

        Findings.AreNone(named.Where(name => !classes[name.Class].Any(type => IsTest(type.GetMethod(name.Method)))).Select(name => $"{name.Class}.{name.Method}"));
    }

    /// <summary>A theory is a fact, to the framework.</summary>
    private static bool IsTest(MethodInfo? method) => method?.GetCustomAttribute<FactAttribute>() is not null;

    /// <summary>The rows of every table whose first heading is this.</summary>
    private static List<string[]> Rows(string heading) =>
    [
        .. from start in Enumerable.Range(0, Lines.Length)
           where Lines[start].StartsWith(heading, StringComparison.Ordinal)
           from line in Lines.Skip(start + 2).TakeWhile(line => line.StartsWith('|'))
           select line.Trim('|').Split('|', StringSplitOptions.TrimEntries),
    ];

    [GeneratedRegex(@"`(?<class>\w+Tests)\.(?<method>\w+)`", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TestName();
}
