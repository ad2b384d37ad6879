namespace LegalAid.Gateway.Simulation;

/// <summary>
/// A folder that goes when its owner does; in memory where there is a file system of it. Simulations write much and have no disk to test:
/// the power test judges what was asked of it, the others nothing.
/// </summary>
internal sealed class ScratchFolder : IDisposable
{
    private const string Memory = "/dev/shm";

    public DirectoryInfo Directory { get; } = System.IO.Directory.Exists(Memory)
        ? System.IO.Directory.CreateDirectory(Path.Combine(Memory, $"legalaid-{Environment.ProcessId}-{Path.GetRandomFileName()}"))
        : System.IO.Directory.CreateTempSubdirectory("legalaid-");

    public string FullName => Directory.FullName;

    public void Dispose() => Directory.Delete(recursive: true);
}
