namespace LegalAid.Gateway.Simulation.Faults;

/// <summary>
/// A disk that fills up and is freed again, for processes that are started with its environment (<c>full-disk.c</c>, compiled here). A folder of its
/// own holds the library and the switch, and may hold what is to lie on the disk, for any user.
/// </summary>
internal sealed class FullDisk : IDisposable
{
    private const UnixFileMode ForAll = (UnixFileMode)0b111_101_101;

    private readonly DirectoryInfo _folder;
    private readonly string _library;

    private FullDisk(DirectoryInfo folder, string library) => (_folder, _library) = (folder, library);

    /// <summary>A place for who has none of its own.</summary>
    public string Root => Path.Combine(_folder.FullName, "disk");

    private string Switch => Path.Combine(_folder.FullName, "full");

    public static async Task<FullDisk> PrepareAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("a full disk is played by a library that Linux preloads");
        }

        var folder = Directory.CreateTempSubdirectory("legalaid-disk-");
        File.SetUnixFileMode(folder.FullName, ForAll);
        var disk = new FullDisk(folder, await Preloads.CompileAsync("full-disk", folder.FullName, cancellationToken));
        Directory.CreateDirectory(disk.Root, ForAll);
        return disk;
    }

    /// <summary>For a process whose files under <paramref name="root"/> lie on the disk; the folder must exist.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentFor(string root) => new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = _library, ["LEGALAID_FULL_ROOT"] = root, ["LEGALAID_FULL_SWITCH"] = Switch,
    };

    /// <summary>From now on no file gets a block that it does not have.</summary>
    public void Fill() => File.WriteAllBytes(Switch, []);

    /// <summary>There is space again.</summary>
    public void Free() => File.Delete(Switch);

    public void Dispose() => _folder.Delete(recursive: true);
}
