using System.Text;

namespace LegalAid.Gateway.Operations;

/// <summary>Writes a secret that only its user may read: beside its place, flushed, renamed, so that a crash leaves a whole file or none.</summary>
internal static class SecretFile
{
    /// <exception cref="IOException">The file exists: a secret is never written over.</exception>
    public static void Write(string file, string text)
    {
        var beside = file + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(beside, options))
        {
            stream.Write(Encoding.ASCII.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(beside, file, overwrite: false);
    }
}
