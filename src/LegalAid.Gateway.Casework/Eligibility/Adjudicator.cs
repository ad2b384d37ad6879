using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>
/// Decides cases by one pack. A pure function of pack and case: the same two give the same determination, byte for byte in its traces, on any machine and in any
/// year. Thread-safe.
/// <list type="number">
/// <item>The day of receipt and the place choose the rules and figures.</item>
/// <item>Answers that no longer hold on the day of the decision are put aside; each other falls into a cell.</item>
/// <item>Every condition of every rule is evaluated, none is skipped: yes, no or unknown.</item>
/// <item>Where that leaves the outcome open, the diagram says what is still possible, and which facts can still change it.</item>
/// <item>What remains open may be bridged: by an undertaking, by urgency, else by asking for evidence.</item>
/// </list>
/// </summary>
public sealed class Adjudicator
{
    private const int EffectCount = (int)RuleEffect.Urgent + 1;

    private readonly ImmutableArray<DateOnly> _turns;
    private readonly Lazy<RuleSet>[] _sets;
    private readonly bool[] _mayBeUndertaken;

    public Adjudicator(RulePack pack)
    {
        Pack = pack;
        Digest = PackDigest.Of(pack);
        _turns = TurnsOf(pack);
        _sets = [.. _turns.SelectMany(turn => Enumerable.Range(0, pack.Areas.Length).Select(area => new Lazy<RuleSet>(() => new RuleSet(pack, area, turn))))];
        _mayBeUndertaken = [.. pack.Vocabulary.Facts.Select(fact => pack.Undertaking?.Facts.Contains(fact) == true)];
    }

    public RulePack Pack { get; }

    /// <summary>Lower-case hexadecimal SHA-256 of all that the pack says; a determination keeps it.</summary>
    public string Digest { get; }

    /// <summary>The days on which a rule or figure begins or ends, within the pack's time.</summary>
    internal static ImmutableArray<DateOnly> TurnsOf(RulePack pack) =>
    [
        .. pack.Rules.SelectMany(rule => new[] { rule.From, rule.Until }).OfType<DateOnly>()
            .Concat(pack.Parameters.SelectMany(parameter => parameter.Rows).Select(row => row.From))
            .Where(pack.IsInForceOn).Append(pack.From).Distinct().Order(),
    ];

    /// <summary>The rule sets of every time and place, for checks at load.</summary>
    internal IEnumerable<RuleSet> RuleSets => _sets.Select(set => set.Value);

    public DecideOutcome Decide(EligibilityCase given)
    {
        // 1. Which rules.
        if (!Pack.IsInForceOn(given.ReceivedOn))
        {
            return new DecideOutcome.Refused(new Fault(EligibilityFaults.NotInForce, "receivedOn"));
        }

        if (given.DecidedOn < given.ReceivedOn)
        {
            return new DecideOutcome.Refused(new Fault(EligibilityFaults.DecidedBeforeReceipt, "decidedOn"));
        }

        var area = Pack.AreaOf(given.Place);
        if (area < 0)
        {
            return new DecideOutcome.Refused(new Fault(EligibilityFaults.PlaceNotCovered, "place"));
        }

        var rules = _sets[(TurnOf(given.ReceivedOn) * Pack.Areas.Length) + area].Value;

        // 2 to 4. What is known by confirmed answers alone.
        Span<int> cells = stackalloc int[rules.Facts.Length];
        Place(rules, given, cells, withUndertaking: false);
        var truths = new Truth[rules.StepCount];
        var possible = Judge(rules, cells, truths);
        if (Only(possible) is { } verdict)
        {
            return Determined(OutcomeOf(verdict), undertaken: null, []);
        }

        var open = DiagramOf(rules).Restrict(cells).Variables().ToArray();

        // 5. Bridges.
        if (given.Facts.HasUndertaking)
        {
            Place(rules, given, cells, withUndertaking: true);
            var undertaken = new Truth[rules.StepCount];
            if (Only(Judge(rules, cells, undertaken)) == Verdict.Eligible)
            {
                return Determined(Outcome.UndertakingAccepted, undertaken, open);
            }
        }

        var urgent = (possible & Bit(Verdict.Eligible)) != 0 && AnyHolds(rules, truths, RuleEffect.Urgent);
        return Determined(urgent ? Outcome.Provisional : Outcome.EvidenceNeeded, undertaken: null, open);

        DecideOutcome Determined(Outcome outcome, Truth[]? undertaken, int[] open) =>
            new DecideOutcome.Determined(new Determination(this, given, rules, outcome, truths, undertaken, open));
    }

    /// <summary>The answer that counts for a fact on the day of the decision; null where there is none. A confirmed one goes before an undertaking.</summary>
    internal KnownFact? Holding(EligibilityCase given, FactDefinition fact, bool withUndertaking) =>
        given.Facts.Confirmed(fact.Index) is { } confirmed && Holds(confirmed, given.DecidedOn) ? confirmed
        : withUndertaking && _mayBeUndertaken[fact.Index] && given.Facts.Undertaken(fact.Index) is { } undertaken && Holds(undertaken, given.DecidedOn) ? undertaken
        : null;

    internal void Place(RuleSet rules, EligibilityCase given, Span<int> cells, bool withUndertaking)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            var known = Holding(given, rules.Facts[i].Fact, withUndertaking);
            cells[i] = known is null ? -1 : rules.Facts[i].CellOf(known.Value, given.ReceivedOn);
        }
    }

    internal static DecisionDiagram DiagramOf(RuleSet rules) => rules.Diagram ?? throw new InvalidOperationException("a pack beyond its bound was not refused at load");

    private static bool Holds(KnownFact known, DateOnly on) =>
        known.AnsweredOn <= on && (known.Fact.ValidDays is not { } days || on.DayNumber - known.AnsweredOn.DayNumber <= days);

    /// <summary>Evaluates everything; answers with the verdicts that are possible.</summary>
    private static int Judge(RuleSet rules, ReadOnlySpan<int> cells, Truth[] truths)
    {
        rules.Evaluate(cells, truths);
        Span<Truth> effects = stackalloc Truth[EffectCount];
        rules.Gather(truths, effects);
        var eligible = Greater(effects[(int)RuleEffect.Mandatory], Less(
            effects[(int)RuleEffect.Scope],
            Greater(effects[(int)RuleEffect.Exempt], Greater(effects[(int)RuleEffect.Waived], effects[(int)RuleEffect.Means]))));
        var drafting = Less(effects[(int)RuleEffect.Scope], effects[(int)RuleEffect.Drafting]);

        // Yes and no are final as they are; what is unknown may still be the same for all that can come, and that only the diagram sees.
        return eligible == Truth.Yes || (eligible == Truth.No && drafting != Truth.Unknown)
            ? Bit(DiagramBuilder.Ladder(eligible, drafting))
            : DiagramOf(rules).Possible(cells);
    }

    private int TurnOf(DateOnly date)
    {
        var turn = _turns.Length - 1;
        while (_turns[turn] > date)
        {
            turn--;
        }

        return turn;
    }

    private static bool AnyHolds(RuleSet rules, Truth[] truths, RuleEffect effect)
    {
        for (var i = 0; i < rules.Rules.Length; i++)
        {
            if (rules.Rules[i].Effect == effect && truths[rules.Roots[i]] == Truth.Yes)
            {
                return true;
            }
        }

        return false;
    }

    private static Outcome OutcomeOf(Verdict verdict) => verdict switch
    {
        Verdict.Eligible => Outcome.Eligible,
        Verdict.DraftingOnly => Outcome.DraftingOnly,
        Verdict.PersonDecides => Outcome.PersonDecides,
        Verdict.NotEligible => Outcome.RefusalProposed,
        _ => throw new InvalidOperationException($"verdict {verdict}"),
    };

    private static Verdict? Only(int possible) => int.PopCount(possible) == 1 ? (Verdict)int.TrailingZeroCount(possible) : null;

    private static int Bit(Verdict verdict) => 1 << (int)verdict;

    private static Truth Less(Truth left, Truth right) => left < right ? left : right;

    private static Truth Greater(Truth left, Truth right) => left > right ? left : right;
}
