using System.Runtime.CompilerServices;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

/// <summary>
/// The statements of the last released build, one file for each store: while nodes are upgraded in turn they run on the schema of the next build,
/// so each must still be prepared on it. At a release <c>WRITE_STATEMENTS=1</c> and these tests write the files anew; commit them with it.
/// </summary>
internal static class ReleasedStatements
{
    private const string End = "\n;\n";

    /// <param name="present">The statements of this build.</param>
    public static string[] Read(string store, IEnumerable<string> present, [CallerFilePath] string caller = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(caller)!, $"released-{store}.sql"); // a source file lies in a folder
        if (Environment.GetEnvironmentVariable("WRITE_STATEMENTS") == "1")
        {
            File.WriteAllText(path, string.Concat(present.Select(sql => sql.Trim() + End)));
        }

        return File.ReadAllText(path).Split(End, StringSplitOptions.RemoveEmptyEntries);
    }
}
