using System.Runtime.InteropServices;

namespace LegalAid.Gateway.Exchange.Storage;

/// <summary>
/// fsync(2) of a folder, which .NET does not offer: it opens no folders. A file that was renamed into a folder is there after a power loss only once
/// the folder is synced; on Windows the file system's own journal sees to that.
/// </summary>
public static partial class FolderSync
{
    private const int ReadOnly = 0;

    /// <summary>Makes a folder where there is none, and those above it, durably.</summary>
    /// <exception cref="IOException">One cannot be made, or be synced.</exception>
    public static void Create(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        if (Path.GetDirectoryName(Path.GetFullPath(folder)) is { } above)
        {
            Create(above);
            Directory.CreateDirectory(folder);
            Sync(above);
        }
    }

    /// <exception cref="IOException">The folder cannot be opened or synced: what was renamed may be lost.</exception>
    public static void Sync(string folder)
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

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
