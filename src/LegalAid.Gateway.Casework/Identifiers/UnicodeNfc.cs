using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace LegalAid.Gateway.Casework.Identifiers;

/// <summary>
/// Unicode normalisation form C (UAX #15), Unicode 14. The runtime's own <see cref="string.Normalize()"/> returns non-ASCII text
/// unchanged where <c>InvariantGlobalization</c> is on, as it is here so that a bare machine without ICU can run the gateway;
/// names would then silently fail to match. Thread-safe; the table is read once.
/// </summary>
public static class UnicodeNfc
{
    private const int HangulSyllableFirst = 0xAC00, HangulLead = 0x1100, HangulVowel = 0x1161, HangulTail = 0x11A7;
    private const int HangulLeads = 19, HangulVowels = 21, HangulTails = 28;
    private const int HangulSyllables = HangulLeads * HangulVowels * HangulTails;

    private static readonly Table Rows = Table.Load();

    /// <summary>The normalised text. <paramref name="text"/> must hold no lone surrogate.</summary>
    public static string Normalise(string text)
    {
        // Nothing below U+0300 takes part in a change: Latin-1 letters are already composed.
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', '\u02FF') < 0)
        {
            return text;
        }

        var points = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, points);
        }

        Reorder(points);
        Compose(points);
        var builder = new StringBuilder(text.Length);
        foreach (var point in points)
        {
            builder.Append(new Rune(point).ToString());
        }

        return builder.ToString();
    }

    private static void Decompose(int point, List<int> into)
    {
        var syllable = point - HangulSyllableFirst;
        if (syllable is >= 0 and < HangulSyllables)
        {
            into.Add(HangulLead + (syllable / (HangulVowels * HangulTails)));
            into.Add(HangulVowel + (syllable % (HangulVowels * HangulTails) / HangulTails));
            if (syllable % HangulTails != 0)
            {
                into.Add(HangulTail + (syllable % HangulTails));
            }
        }
        else if (Rows.Decompositions.TryGetValue(point, out var parts))
        {
            foreach (var part in parts)
            {
                Decompose(part, into);
            }
        }
        else
        {
            into.Add(point);
        }
    }

    /// <summary>Canonical ordering: a stable insertion sort of each run of combining marks by class.</summary>
    private static void Reorder(List<int> points)
    {
        for (var i = 1; i < points.Count; i++)
        {
            var rank = Rows.ClassOf(points[i]);
            for (var j = i; rank != 0 && j > 0 && Rows.ClassOf(points[j - 1]) > rank; j--)
            {
                (points[j - 1], points[j]) = (points[j], points[j - 1]);
            }
        }
    }

    private static void Compose(List<int> points)
    {
        var starter = -1;
        var lastClass = 0;
        var write = 0;
        for (var read = 0; read < points.Count; read++)
        {
            var point = points[read];
            var rank = Rows.ClassOf(point);
            var adjacent = starter >= 0 && write == starter + 1;
            if (starter >= 0 && (adjacent || lastClass < rank) && Pair(points[starter], point) is { } composed)
            {
                points[starter] = composed;
                continue;
            }

            if (rank == 0)
            {
                starter = write;
            }

            lastClass = rank;
            points[write++] = point;
        }

        points.RemoveRange(write, points.Count - write);
    }

    private static int? Pair(int first, int second)
    {
        if (first - HangulLead is >= 0 and < HangulLeads && second - HangulVowel is >= 0 and < HangulVowels)
        {
            return HangulSyllableFirst + ((((first - HangulLead) * HangulVowels) + second - HangulVowel) * HangulTails);
        }

        if (first - HangulSyllableFirst is >= 0 and < HangulSyllables && (first - HangulSyllableFirst) % HangulTails == 0
            && second - HangulTail is > 0 and < HangulTails)
        {
            return first + second - HangulTail;
        }

        return Rows.Compositions.TryGetValue((first, second), out var composed) ? composed : null;
    }

    private sealed record Table(
        FrozenDictionary<int, int[]> Decompositions, FrozenDictionary<(int First, int Second), int> Compositions, FrozenDictionary<int, byte> Classes)
    {
        public byte ClassOf(int point) => point < 0x300 ? (byte)0 : Classes.GetValueOrDefault(point);

        public static Table Load()
        {
            var decompositions = new Dictionary<int, int[]>();
            var compositions = new Dictionary<(int, int), int>();
            var classes = new Dictionary<int, byte>();
            using var stream = typeof(UnicodeNfc).Assembly.GetManifestResourceStream("nfc-14.txt")
                ?? throw new InvalidOperationException("The normalisation table is not in the assembly.");
            using var reader = new StreamReader(stream, Encoding.ASCII);
            while (reader.ReadLine() is { } line)
            {
                var cells = line.Split(' ');
                switch (cells[0])
                {
                    case "k":
                        for (var point = Hex(cells[1]); point <= Hex(cells[2]); point++)
                        {
                            classes[point] = byte.Parse(cells[3], CultureInfo.InvariantCulture);
                        }

                        break;
                    case "c":
                        compositions[(Hex(cells[2]), Hex(cells[3]))] = Hex(cells[1]);
                        decompositions[Hex(cells[1])] = [Hex(cells[2]), Hex(cells[3])];
                        break;
                    case "d":
                        decompositions[Hex(cells[1])] = [.. cells.Skip(2).Select(Hex)];
                        break;
                    default:
                        break;
                }
            }

            return new Table(decompositions.ToFrozenDictionary(), compositions.ToFrozenDictionary(), classes.ToFrozenDictionary());
        }

        private static int Hex(string cell) => int.Parse(cell, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
