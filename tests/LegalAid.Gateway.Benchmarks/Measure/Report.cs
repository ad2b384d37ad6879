namespace LegalAid.Gateway.Benchmarks.Measure;

/// <summary>Where figures go: standard output, as they come. What tells that it goes on goes to standard error.</summary>
internal static class Report
{
    public static void Line(string text = "") => Console.Out.WriteLine(text);

    public static void Progress(string text) => Console.Error.WriteLine(text);

    /// <summary>Columns as wide as their widest cell, numbers to the right.</summary>
    public static void Table(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = rows.Prepend(heads).ToArray();
        var widths = heads.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        foreach (var row in all)
        {
            Line(string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
        }
    }
}
