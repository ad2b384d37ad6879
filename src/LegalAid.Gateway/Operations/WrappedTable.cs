namespace LegalAid.Gateway.Operations;

/// <summary>A table whose columns have widths of their own: a cell goes on below, broken where a word ends or a name has a mark.</summary>
internal sealed class WrappedTable(params (string Head, int Width)[] columns)
{
    private const string Gap = "  ";

    public void WriteHead(TextWriter output) => Write(output, [.. columns.Select(column => column.Head)]);

    /// <summary>Writes a row of as many cells as there are columns; a line end in a cell begins a line.</summary>
    public void Write(TextWriter output, IReadOnlyList<string> cells)
    {
        var lines = cells.Zip(columns, (cell, column) => cell.Split('\n').SelectMany(line => Wrap(line, column.Width)).ToList()).ToList();
        for (var at = 0; at < lines.Max(cell => cell.Count); at++)
        {
            var row = lines.Zip(columns, (cell, column) => Padded(at < cell.Count ? cell[at] : "", column.Width));
            output.WriteLine(string.Join(Gap, row).TrimEnd());
        }
    }

    private static string Padded(string text, int width) => text + new string(' ', Math.Max(0, width - TextTable.Width(text)));

    private static IEnumerable<string> Wrap(string text, int width)
    {
        while (TextTable.Width(text) > width)
        {
            var fits = text.Length;
            while (TextTable.Width(text[..fits]) > width)
            {
                fits--;
            }

            var end = text.LastIndexOfAny([' ', '.', '/', '{'], fits - 1) + 1;
            end = end <= 1 ? fits : end;
            yield return text[..end].TrimEnd();
            text = " " + text[end..].TrimStart();
        }

        yield return text;
    }
}
