using System.Diagnostics;

namespace LegalAid.Gateway.Simulation.PowerLoss;

/// <summary>
/// The library that is preloaded into a process to record what it asks of the file system (<c>recorder.c</c>, compiled here), and where
/// its record goes.
/// </summary>
internal sealed class Recorder
{
    private readonly string _library;

    private Recorder(string library, string root, string journal) => (_library, Root, Journal) = (library, root, journal);

    /// <summary>The directory under which everything is recorded.</summary>
    public string Root { get; }

    /// <summary>The file of the record, outside of <see cref="Root"/>.</summary>
    public string Journal { get; }

    /// <summary>Compiles the library into <paramref name="folder"/> and makes an empty journal there that any user may write.</summary>
    /// <exception cref="InvalidOperationException">There is no gcc, or it refuses; the message says what it said.</exception>
    public static async Task<Recorder> PrepareAsync(string folder, string root, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("calls are recorded by a library that Linux preloads");
        }

        var journal = Path.Combine(folder, "journal");
        var library = await Preloads.CompileAsync("recorder", folder, cancellationToken);
        await File.WriteAllBytesAsync(journal, [], cancellationToken);
        File.SetUnixFileMode(journal, (UnixFileMode)0b110_110_110);
        return new Recorder(library, root, journal);
    }

    /// <summary>What a process must be started with to be recorded, and all it starts with it.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = _library,
        ["LEGALAID_RECORD_ROOT"] = Root,
        ["LEGALAID_RECORD_JOURNAL"] = Journal,
    };

    /// <summary>Makes a process that is about to start record itself.</summary>
    public void Attach(ProcessStartInfo start)
    {
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }
    }
}
