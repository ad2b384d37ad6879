using System.Diagnostics;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Simulation.History;

namespace LegalAid.Gateway.Simulation.PowerLoss;

/// <summary>How long a test of power cuts works, and with what care.</summary>
/// <param name="Care">How the store syncs, in its own word; the first of <see cref="IPoweredStore.Cares"/> is the gateway's, the others it refuses.</param>
internal sealed record PowerPlan(int Seed, string Care, int Callers, int Rounds);

/// <summary>A kind of store, as the test of power cuts drives it.</summary>
internal interface IPoweredStore
{
    /// <summary>The store's word on the command line.</summary>
    string Name { get; }

    /// <summary>How many disks are recovered at a time.</summary>
    int AtATime { get; }

    /// <summary>Settings of syncing, the gateway's own first.</summary>
    IReadOnlyList<string> Cares { get; }

    /// <summary>What the file system is taken to promise of names.</summary>
    NamePromise Names { get; }

    /// <summary>Whether a file is none of the store's content: it is in no image.</summary>
    bool IsOutside(string path);

    /// <summary>Makes what is there before the record begins.</summary>
    Task PrepareAsync(string folder, PowerPlan plan, CancellationToken cancellationToken);

    /// <summary>Does the work on the store in this folder, recorded, in processes of its own.</summary>
    Task WorkAsync(string folder, PowerPlan plan, Recorder recorder, CancellationToken cancellationToken);

    /// <summary>Lets the store recover what a power cut has left in this folder, and judges it.</summary>
    /// <param name="judge">Is given a home to open a world in, and plain SQL.</param>
    Task RecoverAsync(string folder, Func<LedgerHome, StoreReading, Task> judge, CancellationToken cancellationToken);
}

/// <summary>Runs this assembly's other end.</summary>
internal static class WorkloadProcess
{
    public const string Word = "power-loss-workload";

    /// <param name="place">Where the store is: a folder, or a connection string.</param>
    public static Task RunAsync(string store, string folder, string place, PowerPlan plan, Recorder recorder, CancellationToken cancellationToken) => Commands.RunAsync(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "LegalAid.Gateway.Simulation.dll"), Word, store, folder, place, FormattableString.Invariant($"{plan.Seed}"),
            plan.Care, FormattableString.Invariant($"{plan.Callers}"), FormattableString.Invariant($"{plan.Rounds}"),
        ],
        cancellationToken,
        start => Attach(start, recorder));

    private static void Attach(ProcessStartInfo start, Recorder recorder)
    {
        recorder.Attach(start);
        start.Environment["DOTNET_TieredPGO"] = "0"; // it lives for a second
    }
}
