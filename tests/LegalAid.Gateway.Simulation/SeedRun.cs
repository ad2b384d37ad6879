using System.Collections.Concurrent;

namespace LegalAid.Gateway.Simulation;

/// <summary>A simulation of one seed: what is wrong with it; empty where nothing is.</summary>
internal delegate Task<IReadOnlyList<string>> SeedSimulation(int seed, CancellationToken cancellationToken);

/// <summary>Runs many seeds at a time, each in a world of its own.</summary>
internal static class SeedRun
{
    /// <summary>More than cores: a seed also waits, for the pool and for real time to pass.</summary>
    private static int AtATime => Environment.ProcessorCount * 4;

    /// <summary>The seeds that failed, each with what is wrong. An exception is a failure of its seed.</summary>
    /// <param name="done">Is told after each seed.</param>
    public static async Task<IReadOnlyList<(int Seed, string Fault)>> RunAsync(
        SeedSimulation simulate, int first, int count, Action done, CancellationToken cancellationToken)
    {
        var failed = new ConcurrentBag<(int Seed, string Fault)>();
        await Parallel.ForEachAsync(
            Enumerable.Range(first, count), new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancellationToken },
            async (seed, token) =>
            {
                try
                {
                    foreach (var fault in await simulate(seed, token))
                    {
                        failed.Add((seed, fault));
                    }
                }
                catch (Exception e) when (e is not OperationCanceledException || !token.IsCancellationRequested)
                {
                    failed.Add((seed, e.ToString()));
                }

                done();
            });
        return [.. failed.OrderBy(one => one.Seed)];
    }
}
