using System.Globalization;
using System.Text.RegularExpressions;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>Dates as agencies write them.</summary>
internal static partial class SourceDates
{
    /// <summary>The civil date; null where the text is none.</summary>
    public static DateOnly? Read(string text, DateForm form)
    {
        var trimmed = text.Trim();
        var date = form switch
        {
            DateForm.Calendar => ReadCalendar(trimmed),
            DateForm.Unix => ReadUnix(trimmed, perSecond: 1),
            DateForm.UnixMilliseconds => ReadUnix(trimmed, perSecond: 1000),
            _ => throw new InvalidOperationException($"form {form}"),
        };
        return date?.Year is >= 1900 and <= 2200 ? date : null;
    }

    /// <summary>The year comes first in every form, so that day and month cannot be taken for each other.</summary>
    private static DateOnly? ReadCalendar(string text)
    {
        if (DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            && (text.EndsWith('Z') || text[^6] is '+' or '-'))
        {
            return instant.CivilDate(); // an instant of its own offset
        }

        var match = Calendar().Match(text);
        return match.Success && DateOnly.TryParseExact(
            $"{match.Groups["y"].Value}-{match.Groups["m"].Value.PadLeft(2, '0')}-{match.Groups["d"].Value.PadLeft(2, '0')}", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : null;
    }

    private static DateOnly? ReadUnix(string text, int perSecond) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && Math.Abs(number / perSecond) < 10_000_000_000
            ? DateTimeOffset.FromUnixTimeSeconds((long)Math.Floor((double)number / perSecond)).CivilDate()
            : null;

    [GeneratedRegex(
        @"^((?<y>\d{4})-(?<m>\d{1,2})-(?<d>\d{1,2})|(?<y>\d{4})/(?<m>\d{1,2})/(?<d>\d{1,2})|(?<y>\d{4})\.(?<m>\d{1,2})\.(?<d>\d{1,2})|(?<y>\d{4})年(?<m>\d{1,2})月(?<d>\d{1,2})日|(?<y>\d{4})(?<m>\d{2})(?<d>\d{2})(\d{6})?)([T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Calendar();
}
