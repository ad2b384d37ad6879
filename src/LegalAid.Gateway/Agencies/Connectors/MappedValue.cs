using System.Globalization;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>What a source's text means as a fact.</summary>
internal abstract record MappedValue
{
    private const decimal Largest = 1_000_000_000m;

    private MappedValue()
    {
    }

    public sealed record Known(FactValue Value) : MappedValue;

    /// <summary>The source says nothing, or that it does not know.</summary>
    public sealed record Unknown : MappedValue;

    public sealed record Wrong(ConnectorFault Fault) : MappedValue;

    public static MappedValue Read(FactMapping mapping, AnswerText found)
    {
        if (found.Finding != AnswerFinding.Text)
        {
            return found.Finding == AnswerFinding.Nothing ? new Unknown() : new Wrong(ConnectorFault.BadAnswer);
        }

        var text = found.Text.Trim();
        return mapping.Fact.Kind switch
        {
            FactKind.Choice or FactKind.YesNo => ReadCode(mapping, text),
            FactKind.Money => Of(ReadMoney(text, mapping.Unit)),
            FactKind.Date or FactKind.BirthDate => Of(SourceDates.Read(text, mapping.Form) is { } date ? FactValue.Of(date) : null),
            _ => throw new InvalidOperationException($"fact of kind {mapping.Fact.Kind}"),
        };
    }

    private static MappedValue ReadCode(FactMapping mapping, string text)
    {
        if (mapping.Values.IsEmpty)
        {
            return text switch { "true" => new Known(FactValue.Of(true)), "false" => new Known(FactValue.Of(false)), _ => new Wrong(ConnectorFault.UnknownCode) };
        }

        return !mapping.Values.TryGetValue(text, out var value) ? new Wrong(ConnectorFault.UnknownCode)
            : value is { } known ? new Known(known)
            : new Unknown();
    }

    /// <summary>
    /// Fractions of a cent are cut off downwards. Thresholds are whole cents, so that below stays below and not below stays not below, which rounding to the nearest
    /// would not keep.
    /// </summary>
    private static FactValue? ReadMoney(string text, MoneyUnit unit)
    {
        if (text.Length > 30 || !decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || Math.Abs(number) > Largest * 100)
        {
            return null;
        }

        var cents = decimal.Floor(unit switch
        {
            MoneyUnit.Yuan => number * 100,
            MoneyUnit.Fen => number,
            MoneyUnit.TenThousandYuan => number * 1_000_000,
            _ => throw new InvalidOperationException($"unit {unit}"),
        });
        return Math.Abs(cents) <= Largest * 100 ? FactValue.Of(cents / 100) : null;
    }

    private static MappedValue Of(FactValue? value) => value is { } known ? new Known(known) : new Wrong(ConnectorFault.BadAnswer);
}
