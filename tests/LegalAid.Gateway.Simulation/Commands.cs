using System.Diagnostics;

namespace LegalAid.Gateway.Simulation;

/// <summary>Programs that are run to their end.</summary>
internal static class Commands
{
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
