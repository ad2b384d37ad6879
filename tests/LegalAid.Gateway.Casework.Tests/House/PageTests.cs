using System.Text.RegularExpressions;

namespace LegalAid.Gateway.Casework.Tests.House;

/// <summary>Pages for people: the modules have theirs, and none of them names code or files that are gone.</summary>
public sealed partial class PageTests
{
    /// <summary>Folders of one idea whose types say everything themselves.</summary>
    private static readonly HashSet<string> SmallFolders = new(StringComparer.Ordinal)
    {
        "src/LegalAid.Gateway.Casework/Faults", // the error table; docs/errors.md is its page
        "src/LegalAid.Gateway.Casework/Json",   // RFC 8785, one file
        "src/LegalAid.Gateway.Casework/Time",   // the civil offset, one file
    };

    /// <summary>Names of other people's code, which our pages may speak of.</summary>
    private static readonly HashSet<string> Foreign = new(StringComparer.Ordinal)
    {
        "AddJwtBearer", "IdentityServer", "Duende", "Retry", "After", "Authorization", "Host", "Idempotency", "Key", "True", "False",
    };

    [Fact]
    public void Readme_OfEveryModule_IsThere()
    {
        var modules = Modules("src/LegalAid.Gateway.Casework").Concat(Modules("src/LegalAid.Gateway.Exchange"))
            .Append("src/LegalAid.Gateway.Identity")
            .Concat(Modules("src/LegalAid.Gateway").Where(folder => folder.EndsWith("/Edge", StringComparison.Ordinal)))
            .Except(SmallFolders, StringComparer.Ordinal);

        Findings.AreNone(modules.Where(folder => !SourceTree.Pages.Contains($"{folder}/README.md", StringComparer.Ordinal)));
    }

    [Fact]
    public void Readme_OfAModule_IsOnePage() =>
        Findings.AreNone(SourceTree.Pages.Where(page => page.StartsWith("src/", StringComparison.Ordinal) && SourceTree.Read(page).Count(letter => letter == '\n') > 100));

    [Fact]
    public void CodeSpans_OfEveryPage_NameWhatExists()
    {
        var known = KnownWords();
        var gone =
            from page in SourceTree.Pages
            from span in Spans(SourceTree.Read(page))
            from name in TypeName().Matches(span).Select(match => match.Value)
            where !known.Contains(name) && !Foreign.Contains(name)
            select $"{page}: `{span}` — {name}";

        Findings.AreNone(gone);
    }

    [Fact]
    public void Links_OfEveryPage_Lead()
    {
        var dead =
            from page in SourceTree.Pages
            from target in Link().Matches(SourceTree.Read(page)).Select(match => match.Groups["target"].Value.Split('#')[0])
            where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
            let path = Path.Combine(SourceTree.Root, SourceTree.FolderOf(page), target)
            where !Path.Exists(path)
            select $"{page}: {target}";

        Findings.AreNone(dead);
    }

    /// <summary>Paths from the root that a page names in a code span.</summary>
    [Fact]
    public void Paths_OfEveryPage_AreThere()
    {
        var gone =
            from page in SourceTree.Pages
            from span in Spans(SourceTree.Read(page))
            from path in RootPath().Matches(span).Select(match => match.Value.TrimEnd('.', '/'))
            where !Path.Exists(Path.Combine(SourceTree.Root, path))
            select $"{page}: {path}";

        Findings.AreNone(gone);
    }

    private static IEnumerable<string> Modules(string project) =>
        SourceTree.Code(project)
            .Select(file => file[(project.Length + 1)..])
            .Where(file => file.Contains('/', StringComparison.Ordinal))
            .Select(file => $"{project}/{file.Split('/')[0]}")
            .Distinct(StringComparer.Ordinal);

    /// <summary>Every word of code, contracts and configuration, and every name of a file or folder without its extension.</summary>
    private static HashSet<string> KnownWords()
    {
        var texts = SourceTree.Files
            .Where(file => Path.GetExtension(file) is ".cs" or ".csproj" or ".proto" or ".yaml" or ".props" && !file.Contains("/House/", StringComparison.Ordinal))
            .SelectMany(file => Word().Matches(SourceTree.Read(file)).Select(match => match.Value));
        var names = SourceTree.Files.SelectMany(file => Word().Matches(file).Select(match => match.Value));
        return texts.Concat(names).ToHashSet(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Spans(string page) =>
        Span().Matches(Fence().Replace(page, "")).Select(match => match.Groups["code"].Value);

    [GeneratedRegex(@"^(?<fence>```|~~~).*?^\k<fence>", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Fence();

    [GeneratedRegex(@"`(?<code>[^`\n]+)`", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Span();

    /// <summary>A name in the form of a type or member: a capital, then a lower-case letter somewhere.</summary>
    [GeneratedRegex(@"(?<![\w-])[A-Z]\w*[a-z]\w*", RegexOptions.None, 5000)]
    private static partial Regex TypeName();

    [GeneratedRegex(@"\w+", RegexOptions.NonBacktracking)]
    private static partial Regex Word();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\w./-])(src|tests|docs|protos|seeds|gateway-config|\.ci)/[\w./-]*\w", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex RootPath();
}
