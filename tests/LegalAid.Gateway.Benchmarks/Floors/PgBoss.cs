using System.Diagnostics;
using System.Globalization;

namespace LegalAid.Gateway.Benchmarks.Floors;

/// <summary>pg-boss, a widely used job queue on PostgreSQL, fetching and completing jobs that do nothing, on the very server that is measured.</summary>
internal static class PgBoss
{
    public const string Absent = "pg-boss is not installed: npm ci --ignore-scripts in tests/LegalAid.Gateway.Benchmarks/pg-boss";

    private const int Batch = 64;
    private const int Workers = 4;

    /// <summary>In the project's folder, three above that of the build.</summary>
    private static readonly string Folder = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "pg-boss"));

    public static bool IsInstalled => Directory.Exists(Path.Combine(Folder, "node_modules", "pg-boss"));

    /// <summary>Jobs a second, in a database of its own, after a run that warms it up.</summary>
    public static async Task<double> RateAsync(PostgresBench server, int jobs, CancellationToken cancellationToken)
    {
        await using var database = (PostgresStorePlace)await server.CreateAsync(cancellationToken);
        var start = new ProcessStartInfo("node") { WorkingDirectory = Folder, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in (object[])["fetch-complete.mjs", database.Url, jobs, Batch, Workers, 1])
        {
            start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"{argument}"));
        }

        using var node = Process.Start(start) ?? throw new InvalidOperationException("node does not start");
        var printed = await node.StandardOutput.ReadToEndAsync(cancellationToken);
        await node.WaitForExitAsync(cancellationToken);
        return node.ExitCode == 0
            ? double.Parse(printed.TrimEnd().Split('\n')[^1].Split(' ')[^2], CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"pg-boss ended with {node.ExitCode}");
    }
}
