using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Configuration;

namespace LegalAid.Gateway.Benchmarks.Floors;

/// <summary>A store to be measured, with the floor that belongs to it.</summary>
internal abstract class StoreBench
{
    public abstract string Name { get; }

    /// <summary>Lets the gateway use this store.</summary>
    public abstract GatewaySettings Adjust(GatewaySettings settings);

    /// <summary>The rows that each accept left in the store of a stopped gateway.</summary>
    /// <param name="folder">The gateway's working folder.</param>
    public abstract CapturedStore Capture(string folder);

    /// <summary>One writer with group commit into a new, empty store of the captured tables, at the gateway's durability.</summary>
    /// <param name="folder">An empty folder.</param>
    public abstract IGroupCommit OpenFloor(string folder, CapturedStore captured);
}

/// <summary>Stores by the name on the command line.</summary>
internal static class StoreBenches
{
    public const string Default = "sqlite";

    private static readonly ImmutableArray<StoreBench> All = [new SqliteBench()];

    public static IEnumerable<string> Names => All.Select(store => store.Name);

    public static StoreBench Find(string name) => All.Single(store => store.Name == name);
}

/// <summary>Writes captured rows; the task completes when they are durable.</summary>
internal interface IGroupCommit : IDisposable
{
    Task CommitAsync(CapturedAccept rows);
}
