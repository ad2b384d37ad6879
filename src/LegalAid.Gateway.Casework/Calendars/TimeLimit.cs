using System.Globalization;

namespace LegalAid.Gateway.Casework.Calendars;

/// <summary>In what a time limit (期限) is given.</summary>
public enum TimeLimitUnit
{
    /// <summary>时: exact hours from the instant.</summary>
    Hours,

    /// <summary>日: calendar days.</summary>
    Days,

    /// <summary>工作日: days that are neither weekend nor holiday, make-up workdays included.</summary>
    WorkingDays,

    /// <summary>月: calendar months.</summary>
    Months,

    /// <summary>半个月: 15 days each; two make a calendar month, so that 一个半月 is a month and then 15 days.</summary>
    HalfMonths,
}

/// <summary>
/// A length of time that the law or an exchange type sets: <c>3d</c>, <c>48h</c>, <c>2wd</c>, <c>1m</c>, <c>half-month</c>.
/// A negative amount counts backward from the start instant: <c>-15d</c> is "15 days before the hearing".
/// </summary>
/// <param name="Amount">How many; never 0, at most <see cref="AmountMax"/> either way. The default value is not valid.</param>
/// <param name="Unit">Of what.</param>
public readonly record struct TimeLimit(int Amount, TimeLimitUnit Unit)
{
    /// <summary>The bound on every amount: over 27 years of days, over a year of hours.</summary>
    public const int AmountMax = 10_000;

    private const string HalfMonth = "half-month";

    /// <summary>Counted back from the instant, to the last moment at which there was still enough time.</summary>
    public bool IsBackward => Amount < 0;

    /// <summary>False for an amount of zero or beyond the bound, and for the default value.</summary>
    public bool IsValid => Amount is not 0 and >= -AmountMax and <= AmountMax && Enum.IsDefined(Unit);

    /// <summary>
    /// Reads the canonical form that <see cref="ToString"/> writes and no other: no leading zeros, no plus sign, no blanks, lower case.
    /// </summary>
    public static bool TryParse(string? text, out TimeLimit limit)
    {
        limit = default;
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        var backward = text[0] == '-';
        var rest = backward ? text.AsSpan(1) : text.AsSpan();
        if (rest.SequenceEqual(HalfMonth))
        {
            limit = new TimeLimit(backward ? -1 : 1, TimeLimitUnit.HalfMonths);
            return true;
        }

        var digits = rest.IndexOfAnyExceptInRange('0', '9');
        if (digits is < 1 or > 5 || rest[0] == '0' || UnitOf(rest[digits..]) is not { } unit)
        {
            return false;
        }

        var amount = int.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
        var read = new TimeLimit(backward ? -amount : amount, unit);
        if (!read.IsValid || (unit == TimeLimitUnit.HalfMonths && amount == 1))
        {
            return false;
        }

        limit = read;
        return true;
    }

    /// <summary>The canonical form: <c>3d</c>, <c>-15d</c>, <c>48h</c>, <c>2wd</c>, <c>1m</c>, <c>half-month</c>, <c>3hm</c>.</summary>
    public override string ToString() => Unit == TimeLimitUnit.HalfMonths && Amount is 1 or -1
        ? (Amount < 0 ? "-" : "") + HalfMonth
        : string.Create(CultureInfo.InvariantCulture, $"{Amount}{SuffixOf(Unit)}");

    private static TimeLimitUnit? UnitOf(ReadOnlySpan<char> suffix) => suffix switch
    {
        "h" => TimeLimitUnit.Hours,
        "d" => TimeLimitUnit.Days,
        "wd" => TimeLimitUnit.WorkingDays,
        "m" => TimeLimitUnit.Months,
        "hm" => TimeLimitUnit.HalfMonths,
        _ => null,
    };

    private static string SuffixOf(TimeLimitUnit unit) => unit switch
    {
        TimeLimitUnit.Hours => "h",
        TimeLimitUnit.Days => "d",
        TimeLimitUnit.WorkingDays => "wd",
        TimeLimitUnit.Months => "m",
        TimeLimitUnit.HalfMonths => "hm",
        _ => throw new InvalidOperationException($"no such unit: {(int)unit}"),
    };
}
