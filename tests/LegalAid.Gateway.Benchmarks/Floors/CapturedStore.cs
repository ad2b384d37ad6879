using System.Collections.Immutable;

namespace LegalAid.Gateway.Benchmarks.Floors;

/// <summary>What a gateway wrote: the tables with their indexes, and the rows of each accept in them.</summary>
/// <param name="Definitions">Statements that make the tables and indexes.</param>
/// <param name="Tables">Tables that accepts write to.</param>
internal sealed record CapturedStore(
    ImmutableArray<string> Definitions, ImmutableArray<CapturedTable> Tables, ImmutableArray<CapturedAccept> Accepts)
{
    /// <summary>What the captured rows are, for a reader of the figures.</summary>
    public string Summary()
    {
        var first = Accepts[0].Rows;
        var counts = Tables.Index().Select(table => (table.Item.Name, Count: first.Count(row => row.Table == table.Index))).Where(table => table.Count > 0);
        var bytes = first.Sum(row => row.Values.Sum(value => value.Bytes?.Length ?? sizeof(long)));
        return $"{first.Length} rows, {bytes} bytes: {string.Join(", ", counts.Select(table => $"{table.Count} {table.Name}"))}";
    }
}

internal sealed record CapturedTable(string Name, ImmutableArray<string> Columns);

/// <summary>The rows of one accept.</summary>
internal sealed record CapturedAccept(ImmutableArray<CapturedRow> Rows);

/// <param name="Table">Index of the table in <see cref="CapturedStore.Tables"/>.</param>
internal sealed record CapturedRow(int Table, ImmutableArray<CapturedValue> Values);

internal enum CapturedKind
{
    Null,
    Number,
    Text,
    Blob,
}

/// <summary>A value as it is bound. Texts are UTF-8 already: the floor does no work that is not the store's.</summary>
internal readonly record struct CapturedValue(CapturedKind Kind, long Number, byte[]? Bytes);
