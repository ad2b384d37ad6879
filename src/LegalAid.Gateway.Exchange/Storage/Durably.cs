using System.Runtime.InteropServices;

namespace LegalAid.Gateway.Exchange.Storage;

/// <summary>
/// What is done to names in folders so that it outlives a power loss: the folder is synced too (fsync(2), which .NET does not offer: it opens no
/// folders). On Windows the file system's own journal sees to that.
/// </summary>
public static partial class Durably
{
    private const int ReadOnly = 0;

    /// <summary>Makes a folder where there is none, and those above it, durably.</summary>
    /// <exception cref="IOException">One cannot be made, or be synced.</exception>
    public static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        if (Path.GetDirectoryName(Path.GetFullPath(folder)) is { } above)
        {
            CreateFolder(above);
            Directory.CreateDirectory(folder);
            Sync(above);
        }
    }

    /// <summary>Renames a file, durably: who was told of it finds it under the new name, whole, whenever the power goes.</summary>
    /// <exception cref="IOException">There is one of the new name that is not to be written over, or a folder cannot be synced.</exception>
    public static void Rename(string from, string to, bool overwrite)
    {
        File.Move(from, to, overwrite);
        var (former, folder) = (FolderOf(from), FolderOf(to));
        Sync(folder);
        if (former != folder)
        {
            Sync(former);
        }
    }

    /// <exception cref="IOException">The folder cannot be opened or synced: what was renamed may be lost.</exception>
    private static void Sync(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException($"{folder} cannot be opened to be synced: error {Marshal.GetLastPInvokeError()}");
        }

        var failed = Fsync(descriptor) != 0;
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor); // read only: nothing is lost
        if (failed)
        {
            throw new IOException($"{folder} cannot be synced: error {error}");
        }
    }

    private static string FolderOf(string file) => Path.GetDirectoryName(Path.GetFullPath(file))!; // a full path of a file has a folder

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
