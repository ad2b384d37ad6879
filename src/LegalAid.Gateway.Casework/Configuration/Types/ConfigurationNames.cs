using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Catalogue;

namespace LegalAid.Gateway.Casework.Configuration.Types;

/// <summary>What the values of enumerations are called in exchange-type files, and in the digest of a type.</summary>
internal static class ConfigurationNames
{
    public static readonly IReadOnlyDictionary<string, ClockKind> Kinds = new Dictionary<string, ClockKind>(StringComparer.Ordinal)
    {
        ["deadline"] = ClockKind.Deadline, ["period"] = ClockKind.Period,
    };

    public static readonly IReadOnlyDictionary<string, CountingRule> Rules = new Dictionary<string, CountingRule>(StringComparer.Ordinal)
    {
        ["criminal-days"] = CountingRule.CriminalDays,
        ["civil-days"] = CountingRule.CivilDays,
        ["working-days"] = CountingRule.WorkingDays,
        ["calendar-days-no-roll"] = CountingRule.CalendarDaysNoRoll,
        ["exact-hours"] = CountingRule.ExactHours,
        ["months"] = CountingRule.Months,
    };

    public static readonly IReadOnlyDictionary<string, ComparedAs> Forms = new Dictionary<string, ComparedAs>(StringComparer.Ordinal)
    {
        ["text"] = ComparedAs.Text, ["case-number"] = ComparedAs.CaseNumber, ["person"] = ComparedAs.Person, ["resident-number"] = ComparedAs.ResidentNumber,
    };

    public static string Of<T>(T value)
        where T : struct, Enum => value switch
        {
            ClockKind kind => Kinds.Single(pair => pair.Value == kind).Key,
            CountingRule rule => Rules.Single(pair => pair.Value == rule).Key,
            ComparedAs form => Forms.Single(pair => pair.Value == form).Key,
            _ => throw new InvalidOperationException($"{typeof(T).Name} has no names in configuration"),
        };
}
