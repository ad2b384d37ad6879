using System.Runtime.InteropServices;

namespace LegalAid.Gateway.Exchange.Delivery.Files;

/// <summary>fsync(2) of a folder, which .NET does not offer: it opens no folders.</summary>
internal static partial class FolderSync
{
    private const int ReadOnly = 0;

    public static void Sync(string folder)
    {
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
