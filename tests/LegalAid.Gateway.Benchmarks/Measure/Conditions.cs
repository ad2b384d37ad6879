using System.Globalization;
using System.Reflection;
using System.Runtime;
using System.Runtime.InteropServices;

namespace LegalAid.Gateway.Benchmarks.Measure;

/// <summary>What a figure was measured on: without it a figure is none.</summary>
internal static class Conditions
{
    /// <param name="store">What the store runs on.</param>
    public static string Text(string store) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Processor()}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, "
        + $"{RuntimeInformation.FrameworkDescription}, {(GCSettings.IsServerGC ? "server" : "workstation")} GC, "
        + $"{FileSystem()} below {Path.GetTempPath()}, {store}, commit {Commit()}, load average {LoadAverage()}, {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC");

    public static string LoadAverage() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "?";

    /// <summary>The commit that was checked out at the build.</summary>
    private static string Commit() =>
        typeof(Conditions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+', 2) is [_, { Length: >= 8 } hash]
            ? hash[..8]
            : "?";

    private static string Processor() =>
        File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "?"
            : RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>A store on a file system in memory would make every figure a lie.</summary>
    private static string FileSystem() =>
        DriveInfo.GetDrives()
            .Where(drive => Path.GetTempPath().StartsWith(drive.Name, StringComparison.Ordinal))
            .MaxBy(drive => drive.Name.Length)?.DriveFormat ?? "?";
}
