using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Backup;

/// <summary>
/// A store as it stood at one moment, to be read part by part. Everything that was acknowledged before it was opened is in it; what is committed
/// meanwhile is in none of its parts. The gateway serves on.
/// </summary>
public interface IStoreCopy : IAsyncDisposable
{
    /// <summary>Which of the two stores: a copy is put back into one of its kind.</summary>
    string Kind { get; }

    /// <summary>Steps of the schema that it has.</summary>
    int SchemaVersion { get; }

    /// <summary>Where its evidence log ends, or null where none was begun.</summary>
    LogHead? Head { get; }

    ImmutableArray<StorePart> Parts { get; }

    /// <summary>Opens a part for reading, one at a time; the caller disposes of it.</summary>
    ValueTask<Stream> OpenAsync(StorePart part, CancellationToken cancellationToken);
}

/// <summary>Something that a copy consists of: a file, or a table's rows.</summary>
/// <param name="Columns">Of a table, in the order of its rows' fields.</param>
public sealed record StorePart(string Name, ImmutableArray<string> Columns);

/// <summary>Where a store is to be put back.</summary>
public interface IStorePlace : IAsyncDisposable
{
    string Kind { get; }

    /// <summary>The last step of the schema that this build knows.</summary>
    int SchemaVersionMax { get; }

    /// <summary>What is there.</summary>
    ValueTask<PlaceFinding> LookAsync(RestoredMark mark, CancellationToken cancellationToken);

    /// <summary>
    /// Puts a store there with a mark of where it came from, whole or not at all: a process that dies under way leaves a place that is still empty.
    /// </summary>
    /// <param name="open">Opens a part that was verified; the place disposes of it.</param>
    /// <exception cref="StoreRefusedException">Somebody else's store is there by now.</exception>
    Task PutAsync(
        int schemaVersion, ImmutableArray<StorePart> parts, Func<StorePart, Stream> open, RestoredMark mark, CancellationToken cancellationToken);
}

/// <summary>What stands where a store is to be put.</summary>
public enum PlaceFinding
{
    /// <summary>Nothing.</summary>
    Empty,

    /// <summary>The store of the same backup, as an interrupted restore left it: only the keys may be missing.</summary>
    SameBackup,

    /// <summary>Another store. It is never written over.</summary>
    Taken,
}
