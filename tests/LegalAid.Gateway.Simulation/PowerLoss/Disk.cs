namespace LegalAid.Gateway.Simulation.PowerLoss;

/// <summary>What a file system does with the name of a file that is synced.</summary>
internal enum NamePromise
{
    /// <summary>Nothing: the directory must be synced. All that POSIX says.</summary>
    ByDirectory,

    /// <summary>The name becomes durable with the file, as on ext4, XFS and btrfs.</summary>
    WithFile,
}

/// <summary>
/// The disk as a record of calls leaves it: plays the calls one by one, and gives at any point what a power cut there could leave. See
/// the README of this folder for what counts as promised.
/// </summary>
internal sealed class Disk(NamePromise names)
{
    private readonly DiskNames _names = new();
    private readonly Dictionary<ulong, DiskFile> _files = [];
    private readonly Dictionary<ulong, string> _directories = [];
    private readonly Dictionary<(uint Thread, ulong Inode), long> _begun = [];
    private long _number;

    /// <summary>A disk that holds a folder's content, all of it promised.</summary>
    public static Disk Holding(string folder, NamePromise names)
    {
        var disk = new Disk(names);
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories))
        {
            disk._names.Find(Path.GetRelativePath(folder, path), Directory.Exists(path) ? null : new DiskFile(path));
        }

        return disk;
    }

    /// <summary>Plays the next call.</summary>
    public void Play(Call call)
    {
        var number = ++_number;
        switch (call.Kind)
        {
            case CallKind.Opened:
                Open(call, number);
                break;
            case CallKind.Written:
                _files.GetValueOrDefault(call.Inode)?.Write(number, call.Offset, call.Data);
                break;
            case CallKind.Truncated:
                _files.GetValueOrDefault(call.Inode)?.Truncate(number, call.Length);
                break;
            case CallKind.Allocated:
                _files.GetValueOrDefault(call.Inode)?.Allocate(number, call.Offset + call.Length);
                break;
            case CallKind.Renamed:
                _names.Rename(number, call.Path, call.Other);
                break;
            case CallKind.Linked when _names.Seen(call.Path) is { } file:
                _names.Add(number, call.Other, file);
                break;
            case CallKind.Unlinked or CallKind.DirectoryRemoved:
                _names.Remove(number, call.Path);
                break;
            case CallKind.DirectoryMade:
                _names.Add(number, call.Path, file: null);
                break;
            case CallKind.SyncBegun:
                _begun[(call.Thread, call.Inode)] = number;
                break;
            case CallKind.SyncEnded when _begun.Remove((call.Thread, call.Inode), out var begun):
                Promise(call.Inode, begun);
                break;
        }
    }

    /// <summary>Writes what a power cut at this point leaves at least: everything that no sync had promised is gone.</summary>
    public void WriteLeast(string folder) => Write(folder, _names.Least(), static file => file.Least());

    /// <summary>Writes what a power cut at this point may leave: of what was not promised a part, torn at sectors and out of order.</summary>
    /// <param name="moment">By a name that is the same in each run: a number in [0, 1], how much survives.</param>
    public void WriteSome(string folder, Func<string, double> moment)
    {
        var left = _names.Some(moment);
        var numbers = left.Where(name => name.Value is not null).OrderBy(name => name.Key, StringComparer.Ordinal)
            .Select((name, index) => (name.Value, index)).DistinctBy(file => file.Value).ToDictionary(file => file.Value!, file => file.index); // chosen for having one
        Write(folder, left, file => file.Some(what => moment(FormattableString.Invariant($"file {numbers[file]} {what}"))));
    }

    private void Open(Call call, long number)
    {
        if (call.Offset == 1)
        {
            _names.Add(number, call.Path, _files[call.Inode] = new DiskFile());
            _directories.Remove(call.Inode);
        }
        else if (_names.Seen(call.Path) is { } file)
        {
            _files[call.Inode] = file;
        }
        else
        {
            _files.Remove(call.Inode); // the inode of a file that is gone may serve again
            _directories[call.Inode] = call.Path; // or a file made unseen: syncing it promises nothing that is known
        }
    }

    private void Promise(ulong inode, long begun)
    {
        if (inode == 0)
        {
            _names.PromiseAll(begun);
            foreach (var each in _files.Values)
            {
                each.Promise(begun);
            }
        }
        else if (_files.TryGetValue(inode, out var file))
        {
            file.Promise(begun);
            if (names == NamePromise.WithFile)
            {
                _names.PromiseNameOf(file, begun);
            }
        }
        else if (_directories.TryGetValue(inode, out var directory))
        {
            _names.PromiseDirectory(directory, begun);
        }
    }

    /// <summary>A name whose directory is gone is gone with it.</summary>
    private static void Write(string folder, IReadOnlyDictionary<string, DiskFile?> names, Func<DiskFile, byte[]> content)
    {
        foreach (var (path, file) in names.OrderBy(name => name.Key, StringComparer.Ordinal))
        {
            var target = Path.Combine(folder, path);
            if (!Directory.Exists(Path.Combine(folder, DiskNames.DirectoryOf(path))))
            {
                continue;
            }

            if (file is null)
            {
                Directory.CreateDirectory(target);
            }
            else if (file.Untouched is { } found)
            {
                File.Copy(found, target);
            }
            else
            {
                File.WriteAllBytes(target, content(file));
            }
        }
    }
}
