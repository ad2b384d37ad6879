using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>What is to be decided on.</summary>
/// <param name="Place">Where the receiving aid body is: its figures apply.</param>
/// <param name="ReceivedOn">The day of receipt: it chooses the rules and figures, and years and days are measured from it.</param>
/// <param name="DecidedOn">The day of the decision: answers must still hold on it.</param>
public sealed record EligibilityCase(RegionCode Place, DateOnly ReceivedOn, DateOnly DecidedOn, FactSheet Facts);

public enum Outcome
{
    /// <summary>符合条件; whatever is still open cannot change it.</summary>
    Eligible,

    /// <summary>提供代书.</summary>
    DraftingOnly,

    /// <summary>An undertaking stands in for what is open (法律援助法 art. 41): aid is given, and later answers decide again.</summary>
    UndertakingAccepted,

    /// <summary>先行提供 (art. 44): aid is given, the rest follows.</summary>
    Provisional,

    /// <summary>More is needed: one list, asked for once (art. 43).</summary>
    EvidenceNeeded,

    /// <summary>Every fact that counts is known, and the law's own figure is not: a person decides.</summary>
    PersonDecides,

    /// <summary>The rules give nothing: a person may refuse, the gateway never does (个人信息保护法 art. 24).</summary>
    RefusalProposed,
}

/// <summary>Whether there is a determination, or the case is one that the pack cannot decide at all.</summary>
public abstract record DecideOutcome
{
    private DecideOutcome()
    {
    }

    public sealed record Determined(Determination Determination) : DecideOutcome;

    /// <summary>The pack does not apply: another day, another place.</summary>
    public sealed record Refused(Fault Fault) : DecideOutcome;
}

/// <summary>What was decided and all that it rests on. Immutable; <see cref="TraceJson"/> and <see cref="TraceText"/> write it out.</summary>
public sealed class Determination
{
    private readonly Truth[] _truths;
    private readonly Truth[]? _undertaken;
    private readonly int[] _open;

    internal Determination(Adjudicator by, EligibilityCase of, RuleSet rules, Outcome outcome, Truth[] truths, Truth[]? undertaken, int[] open)
    {
        (By, Case, RuleSet, Outcome, _truths, _undertaken, _open) = (by, of, rules, outcome, truths, undertaken, open);
    }

    public Adjudicator By { get; }

    public EligibilityCase Case { get; }

    public Outcome Outcome { get; }

    /// <summary>Whether no further answer can change the outcome. Once true it stays so, whatever facts are added.</summary>
    public bool IsSettled => Outcome is Outcome.Eligible or Outcome.DraftingOnly or Outcome.PersonDecides or Outcome.RefusalProposed;

    /// <summary>The facts that can still change the outcome — these, and no others. Cheapest to ask first. Empty where it is settled.</summary>
    public ImmutableArray<FactDefinition> Open =>
    [
        .. _open.Select(variable => RuleSet.Facts[variable].Fact).OrderBy(fact => fact.Bodies[0].Cost).ThenBy(fact => fact.Sensitive).ThenBy(fact => fact.Index),
    ];

    /// <summary>
    /// The rules that the outcome rests on, in the order of the pack. Empty for a proposed refusal (what it rests on is that no rule holds) and where facts are
    /// needed. For <see cref="Outcome.PersonDecides"/>: those that lack a figure.
    /// </summary>
    public ImmutableArray<Rule> Grounds => Outcome switch
    {
        Outcome.Eligible or Outcome.UndertakingAccepted when Holds(RuleEffect.Scope) =>
            RulesThat(Truth.Yes, RuleEffect.Mandatory, RuleEffect.Scope, RuleEffect.Exempt, RuleEffect.Waived, RuleEffect.Means),
        Outcome.Eligible or Outcome.UndertakingAccepted => RulesThat(Truth.Yes, RuleEffect.Mandatory),
        Outcome.DraftingOnly => RulesThat(Truth.Yes, RuleEffect.Scope, RuleEffect.Drafting),
        Outcome.Provisional => RulesThat(Truth.Yes, RuleEffect.Urgent),
        Outcome.PersonDecides => RulesThat(Truth.Unknown, RuleEffect.Mandatory, RuleEffect.Scope, RuleEffect.Exempt, RuleEffect.Waived, RuleEffect.Means, RuleEffect.Drafting),
        Outcome.EvidenceNeeded or Outcome.RefusalProposed => [],
        _ => throw new InvalidOperationException($"outcome {Outcome}"),
    };

    internal RuleSet RuleSet { get; }

    /// <summary>The answer that was used for a fact; null where it is not known.</summary>
    internal KnownFact? Used(FactDefinition fact) => By.Holding(Case, fact, UsesUndertaking);

    internal bool UsesUndertaking => Outcome == Outcome.UndertakingAccepted;

    /// <summary>What was found of a step of <see cref="RuleSet"/>.</summary>
    internal Truth TruthOf(int step) => UsesUndertaking && _undertaken is not null ? _undertaken[step] : _truths[step];

    private bool Holds(RuleEffect effect) => !RulesThat(Truth.Yes, effect).IsEmpty;

    private ImmutableArray<Rule> RulesThat(Truth truth, params ReadOnlySpan<RuleEffect> effects)
    {
        var found = ImmutableArray.CreateBuilder<Rule>();
        for (var i = 0; i < RuleSet.Rules.Length; i++)
        {
            if (effects.Contains(RuleSet.Rules[i].Effect) && TruthOf(RuleSet.Roots[i]) == truth)
            {
                found.Add(RuleSet.Rules[i]);
            }
        }

        return found.ToImmutable();
    }
}
