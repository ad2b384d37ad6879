using System.Collections.Immutable;

namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>A case and what the law makes of it, worked by hand.</summary>
/// <param name="Grounds">The rules that the outcome rests on, by name in ordinal order.</param>
/// <param name="Open">The facts that can still change it, by name in ordinal order; null where the example does not say.</param>
public sealed record WorkedExample(string Id, EligibilityCase Case, Outcome Expected, ImmutableArray<string> Grounds, ImmutableArray<string>? Open)
{
    /// <summary>What comes out instead; null where it is as expected. Names of the pack's own, nothing of the case.</summary>
    public string? WhatFails(Adjudicator by)
    {
        switch (by.Decide(Case))
        {
            case DecideOutcome.Refused refused:
                return refused.Fault.Code.Code;
            case DecideOutcome.Determined { Determination: var found }:
                var grounds = found.Grounds.Select(rule => rule.Id).Order(StringComparer.Ordinal).ToList();
                if (found.Outcome != Expected || !grounds.SequenceEqual(Grounds, StringComparer.Ordinal))
                {
                    return $"{TraceNames.Of(found.Outcome)} [{string.Join(", ", grounds)}]";
                }

                var open = found.Open.Select(fact => fact.Name).Order(StringComparer.Ordinal).ToList();
                return Open is { } expected && !open.SequenceEqual(expected, StringComparer.Ordinal) ? $"open [{string.Join(", ", open)}]" : null;
            default:
                throw new InvalidOperationException("no such outcome");
        }
    }
}
