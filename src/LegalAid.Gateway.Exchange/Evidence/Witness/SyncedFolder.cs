using System.ComponentModel;
using System.Runtime.InteropServices;

namespace LegalAid.Gateway.Exchange.Evidence.Witness;

/// <summary>
/// Syncs a folder's entries: on Linux a rename is durable only then, and .NET opens no folders. On Windows the file system's journal
/// orders it.
/// </summary>
internal static class SyncedFolder
{
    private const int ReadOnly = 0;

    /// <exception cref="Win32Exception">The folder cannot be opened or synced: what was renamed may be lost.</exception>
    public static void Sync(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var handle = Open(folder, ReadOnly);
        if (handle < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        try
        {
            if (Fsync(handle) != 0)
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            }
        }
        finally
        {
            _ = Close(handle); // a read-only handle has nothing to lose
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fsync(int handle);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
}
