using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LegalAid.Gateway.Casework.Tests.House;

/// <summary>
/// Who may see whom. Arrows go one way: Demo → Gateway → Console, Identity, Exchange → Casework; Contracts is seen by the host and by
/// clients of the wire. A test project sees what it tests. A project or arrow that is not listed here fails: whoever needs one changes
/// the plan first, and this table with it.
/// </summary>
public sealed class ProjectGraphTests
{
    private const string Prefix = "LegalAid.Gateway";

    private static readonly Dictionary<string, string[]> Arrows = new(StringComparer.Ordinal)
    {
        ["Contracts"] = [],
        ["Casework"] = [],
        ["Exchange"] = ["Casework"],
        ["Identity"] = ["Casework"],
        ["Console"] = ["Casework"],
        [""] = ["Console", "Identity", "Exchange", "Casework", "Contracts"],
        ["Demo"] = ["", "Contracts"],
        ["Casework.Tests"] = ["Casework"],
        ["Exchange.Tests"] = ["Exchange", "Casework"],
        ["Testing"] = ["", "Demo", "Contracts"],
        ["Tests"] = ["Testing", "", "Demo", "Identity", "Exchange", "Casework", "Contracts"],
        ["Browser.Tests"] = ["Testing", "Demo"],
        ["Simulation"] = ["Testing", "", "Demo", "Exchange", "Casework"],
        ["Benchmarks"] = ["Testing", "", "Identity", "Exchange", "Casework", "Contracts"],
    };

    private static readonly string[] Shipped = ["Contracts", "Casework", "Exchange", "Identity", "Console", "", "Demo"];

    [Fact]
    public void Projects_InTheTree_AreThoseOfThePlan()
    {
        var unknown = SourceTree.Projects.Where(project => project != PathOf(NameOf(project)));

        Findings.AreNone(unknown);
    }

    [Fact]
    public void References_OfEveryProject_GoOneWay()
    {
        var wrong =
            from project in SourceTree.Projects
            from reference in ReferencesOf(project)
            where !Arrows[NameOf(project)].Contains(NameOf(reference), StringComparer.Ordinal)
            select $"{project} → {reference}";

        Findings.AreNone(wrong);
    }

    [Fact]
    public void Arrows_OfThePlan_HaveNoCircle()
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        while (Arrows.Keys.FirstOrDefault(name => !done.Contains(name) && Arrows[name].All(done.Contains)) is { } next)
        {
            done.Add(next);
        }

        Assert.Equal(Arrows.Count, done.Count);
    }

    [Fact]
    public void InternalsVisibleTo_OfShippedProjects_NameOnlyTests()
    {
        var wrong =
            from project in SourceTree.Projects
            from friend in Elements(project, "InternalsVisibleTo")
            where Shipped.Contains(NameOf(friend + ".csproj"), StringComparer.Ordinal)
            select $"{project} shows its inside to {friend}";

        Findings.AreNone(wrong);
    }

    [Fact]
    public void Solution_ForEveryProjectThatHoldsCode_BuildsIt()
    {
        var listed = Regex.Matches(SourceTree.Read("LegalAid.Gateway.sln"), "\"(?<path>[^\"]+\\.csproj)\"", RegexOptions.None, TimeSpan.FromSeconds(5))
            .Select(match => match.Groups["path"].Value.Replace('\\', '/'))
            .ToHashSet(StringComparer.Ordinal);

        Findings.AreNone(SourceTree.Projects.Where(HoldsCode).Except(listed, StringComparer.Ordinal));
        Findings.AreNone(listed.Except(SourceTree.Projects, StringComparer.Ordinal));
    }

    /// <summary>A restore in locked mode without a lock file would take whatever version the registry serves that day.</summary>
    [Fact]
    public void LockFile_OfEveryProjectThatHoldsCode_IsThere() =>
        Findings.AreNone(SourceTree.Projects.Where(HoldsCode)
            .Where(project => !SourceTree.Files.Contains($"{SourceTree.FolderOf(project)}/packages.lock.json", StringComparer.Ordinal)));

    [Fact]
    public void Packages_OfEveryProject_HaveTheirVersionInOnePlace()
    {
        var wrong =
            from project in SourceTree.Projects
            from package in XDocument.Parse(SourceTree.Read(project)).Descendants("PackageReference")
            where package.Attribute("Version") is not null || package.Attribute("VersionOverride") is not null
            select $"{project}: {package.Attribute("Include")?.Value}";

        Findings.AreNone(wrong);
    }

    /// <summary>Parts that one project hides from all others.</summary>
    [Theory]
    [InlineData("Microsoft.Data.Sqlite", "Exchange")]
    [InlineData("OpenIddict", "Identity")]
    [InlineData("YamlDotNet", "Casework")]
    public void Package_OfOneProject_IsReferencedByNoOther(string package, string owner)
    {
        var others =
            from project in SourceTree.Projects
            where project.StartsWith("src/", StringComparison.Ordinal) && NameOf(project) != owner
            from reference in Elements(project, "PackageReference")
            where reference.StartsWith(package, StringComparison.Ordinal)
            select $"{project}: {reference}";

        Findings.AreNone(others);
    }

    private static bool HoldsCode(string project) =>
        NameOf(project) == "Contracts" || SourceTree.Code(SourceTree.FolderOf(project)).Any();

    /// <summary>The name after <c>LegalAid.Gateway.</c>; empty for the host.</summary>
    private static string NameOf(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        return name == Prefix ? "" : name.StartsWith(Prefix + ".", StringComparison.Ordinal) ? name[(Prefix.Length + 1)..] : name;
    }

    /// <summary>Where the plan puts the project; null for one that is not in it.</summary>
    private static string? PathOf(string name)
    {
        if (!Arrows.ContainsKey(name))
        {
            return null;
        }

        var full = name.Length == 0 ? Prefix : $"{Prefix}.{name}";
        return $"{(Shipped.Contains(name, StringComparer.Ordinal) ? "src" : "tests")}/{full}/{full}.csproj";
    }

    private static IEnumerable<string> ReferencesOf(string project) =>
        Elements(project, "ProjectReference").Select(reference => reference.Replace('\\', '/'));

    private static IEnumerable<string> Elements(string project, string name) =>
        XDocument.Parse(SourceTree.Read(project)).Descendants(name).Select(element => element.Attribute("Include")?.Value).OfType<string>();
}
