using System.Runtime.InteropServices;

namespace LegalAid.Gateway.Benchmarks.Measure;

/// <summary>When one call was meant to begin, was begun, and had its answer (<see cref="TimeProvider.GetTimestamp"/>).</summary>
internal readonly record struct LoopedCall(long Meant, long Began, long Ended);

/// <summary>What an open loop came to.</summary>
/// <param name="Calls">By their number.</param>
/// <param name="Rate">Calls begun a second.</param>
/// <param name="Cpu">Processor time of this process for each call, callers included.</param>
/// <param name="AllocatedBytes">Managed bytes for each call.</param>
internal sealed record OpenLoopRun(IReadOnlyList<LoopedCall> Calls, double Rate, TimeSpan Cpu, double AllocatedBytes);

/// <summary>
/// Calls that come when they come, whether or not those before them have been answered, as callers who know nothing of each other make them: the gaps are of chance
/// (exponential), the same for the same seed. What is timed from the moment at which a call was meant to begin has the waiting in it that a loop which waits hides.
/// </summary>
internal static partial class OpenLoop
{
    /// <summary>A shorter wait is none: the sleep wakes some fifty microseconds late by itself.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMicroseconds(60);

    /// <param name="rate">Calls a second, on average.</param>
    public static async Task<OpenLoopRun> RunAsync(double rate, int count, int seed, Func<int, Task> call)
    {
        var calls = new LoopedCall[count];
        var tasks = new Task[count];
        await Load.CompilerIsQuietAsync();
        GC.Collect();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        var (started, last) = await Task.Factory.StartNew(Dispatch, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAll(tasks);
        var used = Environment.CpuUsage.TotalTime - cpu;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return new OpenLoopRun(calls, (count - 1) / TimeProvider.System.GetElapsedTime(started, last).TotalSeconds, used / count, (double)allocated / count);

        (long Started, long Last) Dispatch()
        {
            var chance = new Random(seed);
            var (began, meant) = (TimeProvider.System.GetTimestamp(), TimeProvider.System.GetTimestamp());
            for (var number = 0; number < count; number++)
            {
                WaitUntil(meant);
                var (mine, at) = (number, meant);
                tasks[number] = Task.Run(() => CallAsync(mine, at));
                meant += (long)(-Math.Log(1 - chance.NextDouble()) / rate * TimeProvider.System.TimestampFrequency);
            }

            return (began, TimeProvider.System.GetTimestamp());
        }

        async Task CallAsync(int number, long meant)
        {
            var began = TimeProvider.System.GetTimestamp();
            await call(number);
            calls[number] = new LoopedCall(meant, began, TimeProvider.System.GetTimestamp());
        }
    }

    /// <summary>Timers of the runtime are of whole milliseconds, and to spin would take the processor from what is measured.</summary>
    private static void WaitUntil(long meant)
    {
        while (TimeProvider.System.GetElapsedTime(TimeProvider.System.GetTimestamp(), meant) is var left && left > Shortest)
        {
            _ = Sleep((uint)(left - Shortest).TotalMicroseconds);
        }
    }

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int Sleep(uint microseconds);
}
