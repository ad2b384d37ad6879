using System.Collections.Immutable;

namespace LegalAid.Gateway.Benchmarks.Floors;

/// <summary>What a gateway wrote: the rows of each accept, in the tables that accepts write to.</summary>
internal sealed record CapturedStore(ImmutableArray<CapturedTable> Tables, ImmutableArray<CapturedAccept> Accepts)
{
    /// <summary>What the captured rows are, for a reader of the figures.</summary>
    public string Summary()
    {
        var first = Accepts[0].Rows;
        var counts = Tables.Index().Select(table => (table.Item.Name, Count: first.Count(row => row.Table == table.Index))).Where(table => table.Count > 0);
        return $"{first.Length} rows, {first.Sum(row => row.Values.Sum(BytesOf))} bytes: {string.Join(", ", counts.Select(table => $"{table.Count} {table.Name}"))}";
    }

    private static int BytesOf(object? value) => value switch
    {
        null => 0,
        byte[] blob => blob.Length,
        Utf8Text text => text.Bytes.Length,
        string text => text.Length, // ids and codes, in ASCII
        Guid => 16,
        bool => 1,
        short => 2,
        int => 4,
        _ => 8,
    };
}

internal sealed record CapturedTable(string Name, ImmutableArray<CapturedColumn> Columns);

/// <param name="Type">As the store names it.</param>
internal sealed record CapturedColumn(string Name, string Type);

/// <summary>The rows of one accept.</summary>
internal sealed record CapturedAccept(ImmutableArray<CapturedRow> Rows);

/// <param name="Table">Index of the table in <see cref="CapturedStore.Tables"/>.</param>
/// <param name="Values">As they are bound: the floor does no work that is not the store's.</param>
internal sealed record CapturedRow(int Table, ImmutableArray<object?> Values);

/// <summary>A text in the form in which SQLite takes it.</summary>
internal sealed record Utf8Text(byte[] Bytes);
