using System.Text.RegularExpressions;

namespace LegalAid.Gateway.Casework.Tests.House;

/// <summary>What may only get better: sizes, words that must not merge, what stands at the top of the tree.</summary>
public sealed class RatchetTests
{
    private const int LinesMax = 500;
    private const int LinesQuestioned = 400;

    /// <summary>Files over <see cref="LinesQuestioned"/> lines, each with the reason why it is not split. No file is over <see cref="LinesMax"/>.</summary>
    private static readonly Dictionary<string, string> LongFiles = new(StringComparer.Ordinal);

    private static readonly HashSet<string> TopLevel = new(StringComparer.Ordinal)
    {
        "src", "protos", "gateway-config", "tests", "seeds", "docs", "LegalAid.Gateway.sln", "README.md",
        "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json", "BannedSymbols.txt",
    };

    private static readonly string[] Written = [".cs", ".csproj", ".proto", ".yaml", ".json", ".md", ".svg", ".props", ".sh", ""];

    [Fact]
    public void TopLevel_OfTheTree_HoldsWhatThePlanNames()
    {
        var others = new DirectoryInfo(SourceTree.Root).EnumerateFileSystemInfos()
            .Select(entry => entry.Name)
            .Where(name => !name.StartsWith('.') && !SourceTree.IsLeftBehind(name) && !TopLevel.Contains(name));

        Findings.AreNone(others);
    }

    [Fact]
    public void Files_InSrc_AreShort()
    {
        var lengths = SourceTree.Code("src").ToDictionary(file => file, file => SourceTree.Read(file).Count(letter => letter == '\n'), StringComparer.Ordinal);

        Findings.AreNone(lengths.Where(file => file.Value > LinesMax).Select(file => $"{file.Key}: {file.Value} lines"));
        Assert.Equal(
            LongFiles.Keys.Order(StringComparer.Ordinal),
            lengths.Where(file => file.Value > LinesQuestioned).Select(file => file.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(@"\bDateTime(Offset)?\.(Now|UtcNow|Today)\b")]
    [InlineData(@"\bNotImplementedException\b")]
    [InlineData(@"\basync void\b")]
    public void Code_InSrc_DoesNotSay(string pattern) => Findings.AreNone(Lines(SourceTree.Code("src"), pattern));

    [Theory]
    [InlineData(@"\b(TODO|FIXME|XXX)\b")]
    [InlineData(@"\bSkip\s*=|\bAssert\.Skip")]
    [InlineData(@"(Thread\.Sleep|Task\.Delay)\((?!.*[Tt]ime|.*[Ss]ystem|.*clock)")]
    public void Code_InSrcAndTests_DoesNotSay(string pattern) =>
        Findings.AreNone(Lines(SourceTree.Code("src").Concat(SourceTree.Code("tests")).Where(file => !IsHouse(file)), pattern));

    /// <summary>An operator's alarm goes by the number.</summary>
    [Fact]
    public void LogEvents_InSrc_HaveNumbersOfTheirOwn()
    {
        var events =
            from file in SourceTree.Code("src")
            from Match match in Regex.Matches(SourceTree.Read(file), @"\[LoggerMessage\((?<number>\d+),", RegexOptions.None, TimeSpan.FromSeconds(5))
            group file by match.Groups["number"].Value;

        Findings.AreNone(events.Where(files => files.Count() > 1).Select(files => $"{files.Key}: {string.Join(", ", files)}"));
    }

    /// <summary>What names a place on one machine works on no other.</summary>
    [Fact]
    public void Files_AnywhereInTheTree_NameNoPlaceOnAMachine()
    {
        var files = SourceTree.Files.Where(file => Written.Contains(Path.GetExtension(file), StringComparer.Ordinal) && !IsHouse(file));

        Findings.AreNone(Lines(files, @"(?<![\w.])/(work|root|home)/\w|[A-Z]:\\\\?Users\b"));
    }

    private static bool IsHouse(string file) => file.Contains("/House/", StringComparison.Ordinal);

    private static IEnumerable<string> Lines(IEnumerable<string> files, string pattern)
    {
        var regex = new Regex(pattern, RegexOptions.None, TimeSpan.FromSeconds(5));
        return
            from file in files
            from line in SourceTree.Read(file).Split('\n').Select((text, index) => (Text: text, Number: index + 1))
            where regex.IsMatch(line.Text)
            select $"{file}:{line.Number}: {line.Text.Trim()}";
    }
}
