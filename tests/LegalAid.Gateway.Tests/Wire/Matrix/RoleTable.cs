using System.Collections.Frozen;

namespace LegalAid.Gateway.Tests.Wire.Matrix;

/// <summary>A table as it is written in <see cref="Expectations"/>: names down, columns across, words in the cells.</summary>
internal sealed class RoleTable<T>
    where T : struct, Enum
{
    private readonly FrozenDictionary<(string Row, string Column), string> _cells;

    public RoleTable(string text)
    {
        string[][] lines = [.. text.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        Rows = [.. lines.Skip(1).Select(line => line[0])];
        _cells = (
            from line in lines.Skip(1)
            from cell in line.Index().Skip(1)
            select KeyValuePair.Create((line[0], lines[0][cell.Index]), cell.Item)).ToFrozenDictionary();
    }

    public IReadOnlyList<string> Rows { get; }

    /// <summary>The word in a cell, as the enumeration has it.</summary>
    public T Of(string row, string column) => Enum.Parse<T>(Text(row, column));

    /// <summary>The word in a cell.</summary>
    public string Text(string row, string column) => _cells[(row, column)];
}
