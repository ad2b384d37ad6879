namespace LegalAid.Gateway.Simulation.PowerLoss;

/// <summary>
/// The names of files and directories: as the running system sees them, as a sync has promised them, and the changes between. A change
/// of names belongs to a directory; a sync of that directory promises all its changes so far.
/// </summary>
internal sealed class DiskNames
{
    private readonly Dictionary<string, DiskFile?> _seen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DiskFile?> _promised = new(StringComparer.Ordinal);
    private readonly List<Change> _pending = [];

    /// <summary>In one directory a name comes to be (another's place is taken) or goes, or both at once.</summary>
    /// <param name="Added">The name that comes; null: none.</param>
    /// <param name="Removed">The name that goes; null: none.</param>
    /// <param name="File">What the new name stands for; null: a directory.</param>
    private sealed record Change(long Number, string Directory, string? Added, string? Removed, DiskFile? File);

    /// <summary>Takes up what is there before the record begins: a file, or (null) a directory. It is promised.</summary>
    public void Find(string path, DiskFile? file) => _seen[path] = _promised[path] = file;

    /// <summary>The file of this name for the running system; null where it is a directory or unknown.</summary>
    public DiskFile? Seen(string path) => _seen.GetValueOrDefault(path);

    public void Add(long number, string path, DiskFile? file) => Apply(new Change(number, DirectoryOf(path), path, null, file));

    public void Remove(long number, string path) => Apply(new Change(number, DirectoryOf(path), null, path, null));

    /// <exception cref="NotSupportedException">Between directories, where a cut could leave both names or none.</exception>
    public void Rename(long number, string path, string other)
    {
        if (DirectoryOf(path) != DirectoryOf(other))
        {
            throw new NotSupportedException($"{path} was renamed into another directory");
        }

        // A file that was made unseen (through stdio) was never synced either: whatever bore the new name is gone, and nothing is known to stand there.
        Apply(Seen(path) is { } file ? new Change(number, DirectoryOf(path), other, path, file) : new Change(number, DirectoryOf(path), null, other, null));
    }

    /// <summary>A sync of a directory that began at this number has ended.</summary>
    public void PromiseDirectory(string directory, long number) => Promise(change => change.Directory == directory && change.Number < number);

    /// <summary>A sync of a file that began at this number has ended, on a file system that writes the file's name with it.</summary>
    public void PromiseNameOf(DiskFile file, long number) => Promise(change => change.File == file && change.Number < number);

    public void PromiseAll(long number) => Promise(change => change.Number < number);

    /// <summary>The names that nobody can take any more. A null file is a directory.</summary>
    public IReadOnlyDictionary<string, DiskFile?> Least() => _promised;

    /// <summary>The names that may be left as well: of each directory the changes up to a moment of its own.</summary>
    /// <param name="moment">By the directory: a number in [0, 1] of the way from nothing to everything.</param>
    public IReadOnlyDictionary<string, DiskFile?> Some(Func<string, double> moment)
    {
        var names = new Dictionary<string, DiskFile?>(_promised, StringComparer.Ordinal);
        foreach (var changes in _pending.GroupBy(change => change.Directory))
        {
            var ordered = changes.ToList();
            foreach (var change in ordered.Take((int)Math.Round(moment($"names of {changes.Key}") * ordered.Count)))
            {
                Put(names, change);
            }
        }

        return names;
    }

    public static string DirectoryOf(string path) => path.LastIndexOf('/') is var at and >= 0 ? path[..at] : "";

    private void Apply(Change change)
    {
        Put(_seen, change);
        _pending.Add(change);
    }

    private void Promise(Predicate<Change> promised)
    {
        foreach (var change in _pending.FindAll(promised))
        {
            Put(_promised, change);
        }

        _pending.RemoveAll(promised);
    }

    private static void Put(Dictionary<string, DiskFile?> names, Change change)
    {
        if (change.Removed is { } removed)
        {
            names.Remove(removed);
        }

        if (change.Added is { } added)
        {
            names[added] = change.File;
        }
    }
}
