using System.Globalization;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Configuration.Yaml;

/// <summary>The forms that single values have. Each takes an absent node for granted, and says what is wrong with a present one.</summary>
internal static class ScalarForms
{
    /// <summary>A text: no number, truth value or null unless it is quoted, so that 0103 and 103 cannot be confused.</summary>
    public static Word? Text(YamlNode? node, FaultSink faults, int max, int min = 1)
    {
        if (Typed(node, YamlScalarType.Text, "文字 text", faults) is not { } scalar)
        {
            return null;
        }

        var text = scalar.Text;
        if (text.Length < min || text.Length > max || (min > 0 && string.IsNullOrWhiteSpace(text)))
        {
            faults.Add(scalar, ConfigurationFaults.TextLength, $"{max}");
            return null;
        }

        if (!IdentifierText.IsWellFormed(text) || text.Any(char.IsControl))
        {
            faults.Add(scalar, ConfigurationFaults.TextCharacters);
            return null;
        }

        return new Word(text, scalar);
    }

    /// <summary>A text of several lines, such as a template; of control characters it has line ends and tabs alone.</summary>
    public static Word? Block(YamlNode? node, FaultSink faults, int max)
    {
        if (Typed(node, YamlScalarType.Text, "文字 text", faults) is not { } scalar)
        {
            return null;
        }

        if (string.IsNullOrWhiteSpace(scalar.Text) || scalar.Text.Length > max)
        {
            faults.Add(scalar, ConfigurationFaults.TextLength, $"{max}");
            return null;
        }

        if (!IdentifierText.IsWellFormed(scalar.Text) || scalar.Text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
        {
            faults.Add(scalar, ConfigurationFaults.TextCharacters);
            return null;
        }

        return new Word(scalar.Text, scalar);
    }

    public static Word? Name(YamlNode? node, FaultSink faults)
    {
        var word = Text(node, faults, 200);
        if (word is null || NameForm.IsName(word.Text))
        {
            return word;
        }

        faults.Add(word.At, ConfigurationFaults.NameInvalid);
        return null;
    }

    public static T? Choice<T>(YamlNode? node, IReadOnlyDictionary<string, T> choices, FaultSink faults)
        where T : struct
    {
        var word = Text(node, faults, 200);
        if (word is null)
        {
            return null;
        }

        if (choices.TryGetValue(word.Text, out var value))
        {
            return value;
        }

        faults.Add(word.At, ConfigurationFaults.ValueUnknown, string.Join(", ", choices.Keys));
        return null;
    }

    public static bool? Flag(YamlNode? node, FaultSink faults) =>
        Typed(node, YamlScalarType.Boolean, "true 或 false", faults) is { } scalar ? scalar.Text is "true" or "True" or "TRUE" : null;

    public static int? Number(YamlNode? node, FaultSink faults, int min, int max)
    {
        if (Typed(node, YamlScalarType.Integer, "整数 whole number", faults) is not { } scalar)
        {
            return null;
        }

        if (int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        faults.Add(scalar, ConfigurationFaults.NumberRange, $"{min}", $"{max}");
        return null;
    }

    public static DateOnly? Date(YamlNode? node, FaultSink faults)
    {
        if (Typed(node, YamlScalarType.Text, "日期 YYYY-MM-DD", faults) is not { } scalar)
        {
            return null;
        }

        if (DateOnly.TryParseExact(scalar.Text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is >= 1900 and <= 2200)
        {
            return date;
        }

        faults.Add(scalar, ConfigurationFaults.DateInvalid);
        return null;
    }

    /// <summary>An instant with its offset.</summary>
    public static DateTimeOffset? Instant(YamlNode? node, FaultSink faults)
    {
        if (Typed(node, YamlScalarType.Text, "时刻 instant", faults) is not { } scalar)
        {
            return null;
        }

        if (DateTimeOffset.TryParseExact(scalar.Text, "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
            && instant.Year is >= 1900 and <= 2200)
        {
            return instant;
        }

        faults.Add(scalar, ConfigurationFaults.InstantInvalid);
        return null;
    }

    /// <summary>A whole number and <c>ms</c>, <c>s</c>, <c>min</c>, <c>h</c> or <c>d</c>. No <c>m</c>: in a limit that is a month.</summary>
    public static TimeSpan? Duration(YamlNode? node, FaultSink faults, TimeSpan min, TimeSpan max)
    {
        if (Typed(node, YamlScalarType.Text, "时长 duration", faults) is not { } scalar)
        {
            return null;
        }

        if (TryReadDuration(scalar.Text, out var duration) && duration >= min && duration <= max)
        {
            return duration;
        }

        faults.Add(scalar, ConfigurationFaults.DurationInvalid, Write(min), Write(max));
        return null;
    }

    /// <summary>For durations written in code. Throws <see cref="FormatException"/>.</summary>
    public static TimeSpan Duration(string text) => TryReadDuration(text, out var duration) ? duration : throw new FormatException($"'{text}' is not a duration");

    /// <summary>A division that exists, or whose province is not listed; a code that nobody has is a slip.</summary>
    public static RegionCode? Region(YamlNode? node, FaultSink faults)
    {
        var word = Text(node, faults, 20);
        if (word is null)
        {
            return null;
        }

        if (!RegionCode.TryParse(word.Text, out var region, out var fault))
        {
            faults.Add(word.At, fault);
            return null;
        }

        if (region.Assignment == RegionAssignment.Unassigned)
        {
            faults.Add(word.At, AgencyFaults.RegionUnassigned);
            return null;
        }

        return region;
    }

    private static bool TryReadDuration(string text, out TimeSpan duration)
    {
        duration = default;
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits is < 1 or > 7 || !long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var amount))
        {
            return false;
        }

        TimeSpan? unit = text[digits..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "s" => TimeSpan.FromSeconds(1),
            "min" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            "d" => TimeSpan.FromDays(1),
            _ => null,
        };
        duration = amount * (unit ?? TimeSpan.Zero);
        return unit is not null;
    }

    private static string Write(TimeSpan span) =>
        span.TotalDays >= 2 ? $"{span.TotalDays:0}d" : span.TotalHours >= 1 ? $"{span.TotalHours:0}h"
        : span.TotalSeconds >= 1 ? $"{span.TotalSeconds:0}s" : $"{span.TotalMilliseconds:0}ms";

    private static YamlScalar? Typed(YamlNode? node, YamlScalarType type, string expected, FaultSink faults)
    {
        if (node is null || (node is YamlScalar scalar && scalar.Type == type))
        {
            return node as YamlScalar;
        }

        faults.Add(node, ConfigurationFaults.TypeWrong, expected);
        return null;
    }
}
