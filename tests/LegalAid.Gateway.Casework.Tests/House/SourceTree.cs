namespace LegalAid.Gateway.Casework.Tests.House;

/// <summary>The repository's files as a person sees them: without what a build or a package manager left behind.</summary>
internal static class SourceTree
{
    private static readonly HashSet<string> LeftBehind =
        new(StringComparer.Ordinal) { "bin", "obj", "artifacts", "node_modules", "TestResults", ".git", ".vs", ".idea", "var" };

    /// <summary>The repository's folder: the one above the test binaries that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    private static readonly Lazy<IReadOnlyList<string>> Listed = new(() => [.. Walk(new DirectoryInfo(Root)).Order(StringComparer.Ordinal)]);

    /// <summary>All files, relative to the root, with forward slashes, in ordinal order.</summary>
    public static IReadOnlyList<string> Files => Listed.Value;

    public static IEnumerable<string> Projects => Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal));

    public static IEnumerable<string> Pages => Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal));

    /// <summary>Our C#, generated code apart.</summary>
    public static IEnumerable<string> Code(string folder) =>
        Files.Where(file => file.StartsWith(folder + "/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static string FolderOf(string file) => file.Contains('/', StringComparison.Ordinal) ? file[..file.LastIndexOf('/')] : "";

    public static bool IsLeftBehind(string name) => LeftBehind.Contains(name);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LegalAid.Gateway.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the tests do not run from inside the repository");
    }

    private static IEnumerable<string> Walk(DirectoryInfo folder) =>
        folder.EnumerateFiles().Select(file => Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'))
            .Concat(folder.EnumerateDirectories().Where(inner => !IsLeftBehind(inner.Name)).SelectMany(Walk));
}
