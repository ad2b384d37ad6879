using System.Data.Common;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Benchmarks.Floors;

/// <summary>A kind of store to be measured. What it started ends when it is disposed of.</summary>
internal abstract class StoreBench : IAsyncDisposable
{
    public abstract string Name { get; }

    /// <summary>What the store runs on, for a reader of the figures.</summary>
    public abstract ValueTask<string> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>A place for a store, with nothing in it.</summary>
    public abstract ValueTask<StorePlace> CreateAsync(CancellationToken cancellationToken);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Where one gateway or one floor keeps its store. The store goes when this is disposed of.</summary>
internal abstract class StorePlace : IAsyncDisposable
{
    /// <summary>Lets a gateway use this place.</summary>
    public abstract StoreSettings Settings { get; }

    /// <summary>Opens the gateway's own store here; its tables are made where there are none.</summary>
    public abstract ValueTask<ILedgerStore> OpenAsync(CancellationToken cancellationToken);

    public abstract ILedgerArchive OpenArchive();

    /// <summary>An open connection to the raw tables.</summary>
    public abstract DbConnection Connect();

    /// <summary>What the store takes on the disk, without the server's own log.</summary>
    public abstract long Bytes();

    /// <summary>The rows that each accept left in the store of a stopped gateway.</summary>
    public abstract CapturedStore Capture();

    /// <summary>A writer of captured rows into the store's own tables, which are made first, at the gateway's durability.</summary>
    public async Task<IRowWriter> OpenWriterAsync(CapturedStore captured, CancellationToken cancellationToken)
    {
        await (await OpenAsync(cancellationToken)).DisposeAsync();
        return OpenWriter(captured);
    }

    public abstract ValueTask DisposeAsync();

    protected abstract IRowWriter OpenWriter(CapturedStore captured);
}

/// <summary>Stores by the name on the command line.</summary>
internal static class StoreBenches
{
    public const string Default = "sqlite";

    public static readonly string[] Names = [Default, "postgres"];

    public static StoreBench Open(string name) => name == Default ? new SqliteBench() : new PostgresBench();
}
