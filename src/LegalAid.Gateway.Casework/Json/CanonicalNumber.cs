using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace LegalAid.Gateway.Casework.Json;

/// <summary>The text that ECMAScript's Number.toString gives (RFC 8785 section 3.2.2.3).</summary>
internal static class CanonicalNumber
{
    /// <summary>Every whole number below it is its own double.</summary>
    private const double WholeMax = 9_007_199_254_740_992;

    private const int WholeCharsMax = 17;

    public static void Write(IBufferWriter<byte> output, double number)
    {
        if (!double.IsFinite(number))
        {
            throw new FormatException("A number is outside the range of a double.");
        }

        if (Math.Abs(number) < WholeMax && number == Math.Truncate(number))
        {
            _ = Utf8Formatter.TryFormat((long)number, output.GetSpan(WholeCharsMax), out var written); // 16 digits and a sign fit
            output.Advance(written);
            return;
        }

        var text = Format(number);
        output.Advance(Encoding.ASCII.GetBytes(text, output.GetSpan(text.Length)));
    }

    private static string Format(double number)
    {
        // .NET gives the shortest digits that read back as the same double, as ECMAScript does; only the layout differs.
        var shortest = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture);
        var digits = ShortestDigits(shortest);
        var exponent = Exponent(shortest);
        var sign = number < 0 ? "-" : "";
        var point = exponent + 1; // digits before the decimal point
        if (point >= digits.Length && point <= 21)
        {
            return sign + digits + new string('0', point - digits.Length);
        }

        if (point > 0 && point <= 21)
        {
            return sign + digits[..point] + "." + digits[point..];
        }

        if (point <= 0 && point > -6)
        {
            return sign + "0." + new string('0', -point) + digits;
        }

        var mantissa = digits.Length == 1 ? digits : digits[..1] + "." + digits[1..];
        return sign + mantissa + "e" + (exponent < 0 ? "-" : "+") + Math.Abs(exponent).ToString(CultureInfo.InvariantCulture);
    }

    private static string ShortestDigits(string shortest)
    {
        var end = shortest.IndexOf('E');
        var mantissa = end < 0 ? shortest : shortest[..end];
        return mantissa.Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
    }

    /// <summary>The power of ten of the first digit. The text is never all zeros.</summary>
    private static int Exponent(string shortest)
    {
        var e = shortest.IndexOf('E');
        var mantissa = e < 0 ? shortest : shortest[..e];
        var written = e < 0 ? 0 : int.Parse(shortest.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var dot = mantissa.IndexOf('.');
        var whole = dot < 0 ? mantissa.Length : dot;
        for (var i = 0; i < mantissa.Length; i++)
        {
            if (mantissa[i] is not '0' and not '.')
            {
                return written + (i < whole ? whole - 1 - i : whole - i);
            }
        }

        throw new FormatException("Zero has no first digit.");
    }
}
