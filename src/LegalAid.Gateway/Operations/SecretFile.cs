using System.Text;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Operations;

/// <summary>
/// Writes a secret that only its user may read: beside its place, synced, renamed, and the folder synced. A crash leaves a whole file or none, and a
/// power loss after it returned leaves the file: what a ledger sealed under a key does not outlive the key.
/// </summary>
internal static class SecretFile
{
    /// <summary>How the name of a file ends while it is written; what a crash left of it is written over.</summary>
    public const string Unfinished = ".new";

    /// <exception cref="IOException">The file exists: a secret is never written over.</exception>
    public static void Write(string file, string text) => Write(file, Encoding.ASCII.GetBytes(text));

    /// <inheritdoc cref="Write(string, string)"/>
    public static void Write(string file, ReadOnlySpan<byte> content)
    {
        var beside = file + Unfinished;
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(beside, options))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        Durably.Rename(beside, file, overwrite: false);
    }
}
