using System.Globalization;

namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>The value of a fact. Which form is set goes by the fact's kind.</summary>
public readonly record struct FactValue
{
    private readonly decimal _amount;

    private FactValue(decimal amount) => _amount = amount;

    /// <summary>Yuan.</summary>
    public decimal Amount => _amount;

    /// <summary>The place in the fact's choices; 1 and 0 for yes and no.</summary>
    public int Choice => (int)_amount;

    public DateOnly Date => DateOnly.FromDayNumber((int)_amount);

    public static FactValue Of(bool yes) => new(yes ? 1 : 0);

    public static FactValue OfChoice(int index) => new(index);

    public static FactValue Of(decimal yuan) => new(yuan);

    public static FactValue Of(DateOnly date) => new(date.DayNumber);

    /// <summary>Reads the form that files and requests have; null where it is not the fact's.</summary>
    public static FactValue? Parse(FactDefinition fact, string text) => fact.Kind switch
    {
        FactKind.YesNo => text switch { "true" => Of(true), "false" => Of(false), _ => null },
        FactKind.Choice => fact.IndexOfChoice(text) is >= 0 and var index ? OfChoice(index) : null,
        FactKind.Money => ParseMoney(text) is { } yuan ? Of(yuan) : null,
        _ => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is >= 1900 and <= 2200 ? Of(date) : null,
    };

    /// <summary>Yuan with at most two decimals, up to a billion either way; null for anything else.</summary>
    public static decimal? ParseMoney(string text) =>
        text.Length <= 16
        && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var yuan)
        && decimal.Round(yuan, 2) == yuan && Math.Abs(yuan) <= 1_000_000_000m
            ? yuan
            : null;

    /// <summary>The form that <see cref="Parse"/> reads; the same for equal values.</summary>
    public string Text(FactDefinition fact) => fact.Kind switch
    {
        FactKind.YesNo => Choice == 1 ? "true" : "false",
        FactKind.Choice => fact.Choices[Choice].Name,
        FactKind.Money => Amount.ToString("0.00", CultureInfo.InvariantCulture),
        _ => Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };
}
