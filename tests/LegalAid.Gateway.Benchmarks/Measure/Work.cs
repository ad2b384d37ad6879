namespace LegalAid.Gateway.Benchmarks.Measure;

/// <summary>Work that is timed as a whole: a single operation of it has no time of its own.</summary>
internal static class Work
{
    /// <param name="count">Operations that the work comes to.</param>
    public static async Task<RunFigures> TimeAsync(int count, Func<Task> work)
    {
        GC.Collect();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        var started = TimeProvider.System.GetTimestamp();
        await work();
        var elapsed = TimeProvider.System.GetElapsedTime(started);
        var used = Environment.CpuUsage.TotalTime - cpu;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return new RunFigures(count / elapsed.TotalSeconds, P50: default, P99: default, used / count, (double)allocated / count);
    }
}
