using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>What follows from a rule that holds. Rules of one effect stand beside each other: one of them is enough.</summary>
public enum RuleEffect
{
    /// <summary>通知辩护: aid is owed whatever the means and without an application.</summary>
    Mandatory,

    /// <summary>The matter is one that aid is given in.</summary>
    Scope,

    /// <summary>不受经济困难条件限制: no means test.</summary>
    Exempt,

    /// <summary>免予核查经济困难状况: hardship is taken as given.</summary>
    Waived,

    /// <summary>经济困难 by income or spending.</summary>
    Means,

    /// <summary>代书: above the limit, a document is drafted.</summary>
    Drafting,

    /// <summary>先行提供法律援助: aid first, papers later.</summary>
    Urgent,
}

/// <summary>One row of a pack.</summary>
/// <param name="From">The first day of receipt on which it applies; null: the pack's.</param>
/// <param name="Until">The day after the last; null: the pack's.</param>
public sealed record Rule(string Id, LocalizedText Title, RuleEffect Effect, LegalBasis Basis, DateOnly? From, DateOnly? Until, Condition When)
{
    public bool IsInForceOn(DateOnly date) => (From is null || From <= date) && (Until is null || date < Until);
}

/// <summary>A figure of the law that changes by date and place.</summary>
/// <param name="Rows">By date, ascending; the first is not after the day on which a rule first asks for it.</param>
public sealed record Parameter(string Id, LocalizedText Title, ImmutableArray<ParameterRow> Rows)
{
    /// <summary>The row in force. A date before the first row is a fault of the pack, found at load.</summary>
    public ParameterRow RowOn(DateOnly date) => Rows.Last(row => row.From <= date);
}

/// <param name="Values">By the pack's areas, in their order; null: not known yet, so that a person decides and nothing is guessed.</param>
public sealed record ParameterRow(DateOnly From, LegalBasis Basis, ImmutableArray<decimal?> Values);

/// <summary>Places that share the values of parameters.</summary>
public sealed record Area(string Id, ImmutableArray<RegionCode> Places);

/// <summary>Facts that an undertaking may stand in for, and why.</summary>
public sealed record UndertakingRule(ImmutableArray<FactDefinition> Facts, LegalBasis Basis);

/// <summary>How a pack may be used.</summary>
public enum PackStanding
{
    /// <summary>现行: chosen by place and date.</summary>
    InForce,

    /// <summary>历史、草案: only where somebody names it.</summary>
    Historical,
}

/// <summary>
/// The rules of one place and time, dated and immutable: all that decides, beside the facts. Two packs are never merged.
/// </summary>
public sealed record RulePack
{
    public required string Id { get; init; }

    public required LocalizedText Title { get; init; }

    public required PackStanding Standing { get; init; }

    /// <summary>The first day of receipt.</summary>
    public required DateOnly From { get; init; }

    /// <summary>The day after the last; null: open.</summary>
    public DateOnly? Until { get; init; }

    public required FactVocabulary Vocabulary { get; init; }

    public required ImmutableArray<Area> Areas { get; init; }

    public required ImmutableArray<Parameter> Parameters { get; init; }

    public UndertakingRule? Undertaking { get; init; }

    /// <summary>In the order of the file, which is the order of every trace.</summary>
    public required ImmutableArray<Rule> Rules { get; init; }

    public bool IsInForceOn(DateOnly date) => From <= date && (Until is null || date < Until);

    /// <summary>The area that the place lies in; −1 for none. A place that has a successor is looked for under both codes.</summary>
    public int AreaOf(RegionCode place)
    {
        for (var i = 0; i < Areas.Length; i++)
        {
            if (Areas[i].Places.Contains(place) || Areas[i].Places.Contains(place.Current))
            {
                return i;
            }
        }

        return -1;
    }
}
