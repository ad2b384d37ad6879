namespace LegalAid.Gateway.Operations;

/// <summary>A table for the terminal: columns as wide as their widest cell, a Chinese character counted as the two places it takes.</summary>
internal sealed class TextTable(params string[] head)
{
    private readonly List<string[]> _rows = [head];

    public bool IsEmpty => _rows.Count == 1;

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Write(TextWriter output)
    {
        var widths = head.Select((_, column) => _rows.Max(row => Width(row[column]))).ToArray();
        foreach (var row in _rows)
        {
            var cells = row.Select((cell, column) => column == row.Length - 1 ? cell : cell + new string(' ', widths[column] - Width(cell)));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }

    /// <summary>The places that a text takes.</summary>
    public static int Width(string text) => text.Sum(c => IsWide(c) ? 2 : 1);

    // CJK punctuation, ideographs, Hangul and full-width forms (UAX 11, class W and F of the basic plane).
    private static bool IsWide(char c) => c is (>= '\u2E80' and <= '\uA4CF') or (>= '\uAC00' and <= '\uD7A3') or (>= '\uF900' and <= '\uFAFF') or (>= '\uFE30' and <= '\uFE6F') or (>= '\uFF00' and <= '\uFF60') or (>= '\uFFE0' and <= '\uFFE6');
}
