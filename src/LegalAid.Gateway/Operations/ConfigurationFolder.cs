using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Configuration;

namespace LegalAid.Gateway.Operations;

/// <summary>Reads a configuration folder from disk. What the files say is for <see cref="ConfigurationLoader"/>.</summary>
public static class ConfigurationFolder
{
    private static readonly string[] Endings = [".yaml", ".yml", ".json", ".jws"];

    /// <summary>All files of the folder, by path; hidden ones are left out. Throws <see cref="IOException"/> where it cannot be read.</summary>
    public static ImmutableArray<ConfigurationFile> Read(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden })
            .Where(file => Endings.Contains(Path.GetExtension(file), StringComparer.Ordinal))
            .Select(file => new ConfigurationFile(Path.GetRelativePath(folder, file).Replace('\\', '/'), File.ReadAllText(file)))
            .OrderBy(file => file.Path, StringComparer.Ordinal),
    ];

    /// <summary>The folder with the register of counsel, which may stand outside of it.</summary>
    public static ImmutableArray<ConfigurationFile> ReadWithCounsel(string folder, string counselFile)
    {
        var files = Read(folder);
        var counsel = Path.GetFullPath(Path.Combine(folder, counselFile));
        return files.Any(file => file.Path == "counsel.yaml") || !File.Exists(counsel)
            ? files
            : [.. files, new ConfigurationFile("counsel.yaml", File.ReadAllText(counsel))];
    }

    /// <summary><paramref name="over"/> on top of <paramref name="files"/>: a file of the same path takes the other's place.</summary>
    public static ImmutableArray<ConfigurationFile> Overlay(ImmutableArray<ConfigurationFile> files, ImmutableArray<ConfigurationFile> over) =>
        [.. files.Where(file => over.All(other => other.Path != file.Path)), .. over];
}
