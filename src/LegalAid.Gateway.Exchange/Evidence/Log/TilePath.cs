using System.Globalization;
using System.Text;

namespace LegalAid.Gateway.Exchange.Evidence.Log;

/// <summary>
/// Names a tile of c2sp.org/tlog-tiles: <see cref="Width"/> hashes from place <see cref="Position"/> × 256 on the tree's level
/// <see cref="Level"/> × 8. A tile that is narrower than another of the same place is its beginning.
/// </summary>
/// <param name="Level">0 (leaf hashes) to <see cref="LevelMax"/>.</param>
/// <param name="Position">From 0, counted on its level.</param>
/// <param name="Width">1 to <see cref="WidthMax"/>; less than that is a partial tile, at the right edge.</param>
public readonly record struct TilePath(int Level, long Position, int Width)
{
    /// <summary>Levels of the tree in one tile.</summary>
    public const int Height = 8;

    /// <summary>Hashes in a full tile.</summary>
    public const int WidthMax = 1 << Height;

    /// <summary>The highest level that a tree of 2^63 − 1 leaves has.</summary>
    public const int LevelMax = 62 / Height;

    private const int GroupDigits = 3;
    private const int GroupMax = 1000;

    public bool IsFull => Width == WidthMax;

    /// <summary>The tile of a place as it is in a tree of <paramref name="size"/> leaves; null where the tree does not reach it.</summary>
    public static TilePath? InTree(long size, int level, long position)
    {
        var width = (size >> (Height * level)) - (position * WidthMax);
        return width <= 0 ? null : new TilePath(level, position, (int)Math.Min(width, WidthMax));
    }

    /// <summary>Reads the form of <see cref="ToString"/>. False for any other text, also for another spelling of the same tile.</summary>
    public static bool TryParse(string text, out TilePath path)
    {
        var parts = text.Split('/');
        var partial = parts.Length >= 4 && parts[^2].EndsWith(".p", StringComparison.Ordinal);
        var width = WidthMax;
        path = default;
        if (parts.Length < 3 || parts[0] != "tile" || !TryNumber(parts[1], out var level) || (partial && !TryNumber(parts[^1], out width)))
        {
            return false;
        }

        long position = 0;
        foreach (var part in parts[2..(partial ? ^1 : ^0)])
        {
            var digits = part.Replace(".p", "", StringComparison.Ordinal).TrimStart('x');
            if (!TryNumber(digits, out var group) || group >= GroupMax || position > (long.MaxValue / GroupMax / WidthMax) - 1)
            {
                return false;
            }

            position = (position * GroupMax) + group;
        }

        path = new TilePath(level, position, width);
        return level is >= 0 and <= LevelMax && width is >= 1 and <= WidthMax && path.ToString() == text;
    }

    /// <summary>For example <c>tile/0/x001/x234/067.p/12</c>.</summary>
    public override string ToString()
    {
        var path = new StringBuilder((Position % GroupMax).ToString("D3", CultureInfo.InvariantCulture));
        for (var rest = Position / GroupMax; rest > 0; rest /= GroupMax)
        {
            path.Insert(0, string.Create(CultureInfo.InvariantCulture, $"x{rest % GroupMax:D3}/"));
        }

        return IsFull ? $"tile/{Level}/{path}" : $"tile/{Level}/{path}.p/{Width}";
    }

    private static bool TryNumber(string digits, out int number)
    {
        number = 0;
        return digits.Length is >= 1 and <= GroupDigits && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
