using System.Runtime;

namespace LegalAid.Gateway.Benchmarks.Measure;

/// <summary>What one run came to.</summary>
/// <param name="Rate">Operations a second.</param>
/// <param name="P50">Median time from the call to its answer.</param>
/// <param name="P99">The time that one call in a hundred passes.</param>
/// <param name="Cpu">Processor time of this process for each operation, callers included.</param>
/// <param name="AllocatedBytes">Managed bytes for each operation.</param>
internal sealed record RunFigures(double Rate, TimeSpan P50, TimeSpan P99, TimeSpan Cpu, double AllocatedBytes);

/// <summary>Callers that each wait for an answer before they call again.</summary>
internal static class Load
{
    /// <summary>The share of one core that the compiler may still take when the measuring begins.</summary>
    private const double CompilingMax = 0.05;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan QuietPatience = TimeSpan.FromSeconds(15);

    /// <summary>Makes <paramref name="count"/> calls by <paramref name="producers"/> callers; each call gets its number, from 0.</summary>
    /// <param name="longest">No call is begun after that time; null: all are made.</param>
    public static async Task<RunFigures> RunAsync(int producers, int count, Func<int, Task> call, TimeSpan? longest = null)
    {
        var took = new long[count];
        var next = -1;
        await CompilerIsQuietAsync();
        GC.Collect();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        var started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, producers).Select(_ => Task.Run(async () =>
        {
            while (TimeProvider.System.GetElapsedTime(started) < (longest ?? TimeSpan.MaxValue) && Interlocked.Increment(ref next) is var number && number < count)
            {
                var called = TimeProvider.System.GetTimestamp();
                await call(number);
                took[number] = TimeProvider.System.GetTimestamp() - called;
            }
        })));
        var elapsed = TimeProvider.System.GetElapsedTime(started);
        var used = Environment.CpuUsage.TotalTime - cpu;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        var made = Math.Min(next + 1, count);
        var sorted = took.AsSpan(0, made);
        sorted.Sort();
        return new RunFigures(made / elapsed.TotalSeconds, At(sorted, 0.50), At(sorted, 0.99), used / made, (double)allocated / made);
    }

    /// <summary>
    /// Waits until the compiler has little to do. Each run starts a gateway, whose starting code is compiled anew, better and better, for seconds on a
    /// core that what is measured wants: a gateway that runs for months has that behind it.
    /// </summary>
    public static async Task CompilerIsQuietAsync()
    {
        var began = TimeProvider.System.GetTimestamp();
        TimeSpan compiled;
        do
        {
            compiled = JitInfo.GetCompilationTime();
            await Task.Delay(Look, TimeProvider.System);
        }
        while (JitInfo.GetCompilationTime() - compiled > Look * CompilingMax && TimeProvider.System.GetElapsedTime(began) < QuietPatience);
    }

    private static TimeSpan At(ReadOnlySpan<long> sorted, double share) => TimeProvider.System.GetElapsedTime(0, sorted[(int)(share * (sorted.Length - 1))]);
}
