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

        var (library, journal) = (Path.Combine(folder, "recorder.so"), Path.Combine(folder, "journal"));
        await RunAsync(
            "gcc", ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-o", library, Path.Combine(AppContext.BaseDirectory, "recorder.c"), "-ldl"],
            cancellationToken);
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

    /// <summary>Runs a command to its end.</summary>
    /// <param name="prepare">Sets what the command needs beside its words.</param>
    /// <exception cref="InvalidOperationException">It is not there, or ended with another code than 0; the message has what it printed.</exception>
    public static async Task<string> RunAsync(
        string command, IEnumerable<string> words, CancellationToken cancellationToken, Action<ProcessStartInfo>? prepare = null)
    {
        var start = new ProcessStartInfo(command, words) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        prepare?.Invoke(start);
        using var process = Start(start);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{command} ended with {process.ExitCode}: {await output}{await errors}");
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException($"{start.FileName} is not to be had: {e.Message}", e);
        }
    }
}
