using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Eligibility;

namespace LegalAid.Gateway.Casework.Directory;

/// <summary>In which language an answer is looked through.</summary>
public enum AnswerLanguage
{
    /// <summary>JMESPath, over JSON.</summary>
    Json,

    /// <summary>XPath 1.0, over XML.</summary>
    Xml,

    /// <summary>Names of a batch's columns or elements.</summary>
    Columns,
}

/// <summary>How an answer is understood: expressions over it.</summary>
/// <param name="Language">Of all expressions but the one of <paramref name="Inside"/>.</param>
/// <param name="Inside">A text of the answer that is a document of its own, and the one that is meant; null: the answer itself is.</param>
/// <param name="Namespaces">Prefixes of XPath expressions.</param>
/// <param name="NoMatch">When the body knows no such person; null: it never says so.</param>
/// <param name="Success">Must be true of an answer that is used; null: the protocol's own success is enough.</param>
/// <param name="AnsweredOn">The source's own date; null: the civil day on which it answered.</param>
/// <param name="ValidUntil">Until when it says that this holds; null: it does not say.</param>
public sealed record AnswerReading(
    AnswerLanguage Language, InnerDocument? Inside, ImmutableSortedDictionary<string, string> Namespaces, NoMatchRule? NoMatch, string? Success, DateMapping? AnsweredOn, DateMapping? ValidUntil, ImmutableArray<FactMapping> Facts);

/// <summary>JSON or XML inside of a text of the answer.</summary>
/// <param name="From">Finds the text, in the language of the outer document.</param>
public sealed record InnerDocument(string From);

/// <summary>When an answer says that the body knows no such person.</summary>
/// <param name="Statuses">HTTP statuses, or gRPC status numbers, that may say so; empty: the protocol's success alone.</param>
/// <param name="When">Must be true of the answer; null: the status says it.</param>
public sealed record NoMatchRule(ImmutableArray<int> Statuses, string? When);

/// <summary>Where a date stands, and in which form.</summary>
public sealed record DateMapping(string From, DateForm Form);

/// <summary>How an answer's dates are written.</summary>
public enum DateForm
{
    /// <summary>Year, month, day: 2026-03-01, 20260301, 2026/3/1, 2026.3.1, 2026年3月1日; a time of day may follow.</summary>
    Calendar,

    /// <summary>Seconds since 1970; the civil day of that instant.</summary>
    Unix,
    UnixMilliseconds,
}

/// <summary>In which unit an answer's money is.</summary>
public enum MoneyUnit
{
    Yuan,
    Fen,

    /// <summary>万元.</summary>
    TenThousandYuan,
}

/// <summary>How one fact is read out of an answer.</summary>
/// <param name="From">The expression; what it finds is one text, number or truth value, or nothing: then the fact is not known.</param>
/// <param name="Values">
/// The source's codes and what each means; null: the source says that it does not know. Empty for yes-no: true and false. A code that is not here makes the answer
/// unusable: it is never taken for no.
/// </param>
/// <param name="Unit">For money.</param>
/// <param name="Form">For dates.</param>
public sealed record FactMapping(FactDefinition Fact, string From, ImmutableSortedDictionary<string, FactValue?> Values, MoneyUnit Unit, DateForm Form);
