using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Numerics;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Casework.Sharing;

/// <summary>
/// Who may ask whom for what: all rows of a configuration, by the object they are about. What no row grants is denied. Immutable and
/// thread-safe; belongs to one snapshot and its directory.
/// </summary>
/// <remarks>
/// A decision is one look-up and a few comparisons for each row about the object. Rows are grants and add up: where several hold, what
/// comes through is what any of them lets through. A row that adds nothing is not drawn upon, and rows without a quota come first.
/// </remarks>
public sealed class SharingMatrix
{
    /// <summary>Denies everything.</summary>
    public static readonly SharingMatrix Empty = new([], new AgencyDirectory([]));

    private static readonly SharingDecision.Denied Unlisted = new(Missed.NotListed, Nearest: null);

    private readonly FrozenDictionary<SharedObject, ImmutableArray<SharingRule>> _rules;
    private readonly FrozenDictionary<string, FrozenSet<AgencyId>> _members;

    /// <param name="rows">Checked: ids differ, and each row has a purpose and an object.</param>
    /// <param name="agencies">The directory of the same snapshot.</param>
    public SharingMatrix(IEnumerable<SharingRow> rows, AgencyDirectory agencies)
    {
        var rules = rows.Select(row => new SharingRule(row, agencies)).OrderBy(rule => rule.Row.Quota is not null).ToList();
        _rules = rules.SelectMany(rule => rule.Row.Objects.Select(about => (About: about, Rule: rule)))
            .GroupBy(pair => pair.About, pair => pair.Rule)
            .ToFrozenDictionary(group => group.Key, group => group.ToImmutableArray());
        _members = rules.ToFrozenDictionary(rule => rule.Row.Id, rule => rule.Members, StringComparer.Ordinal);
        Rows = [.. rules.Select(rule => rule.Row).OrderBy(row => row.File, StringComparer.Ordinal).ThenBy(row => row.Line)];
    }

    /// <summary>In the order of the files.</summary>
    public ImmutableArray<SharingRow> Rows { get; }

    /// <summary>Decides. Pure: the same question has the same answer.</summary>
    public SharingDecision Decide(in SharingQuestion question)
    {
        if (!_rules.TryGetValue(question.Object, out var rules))
        {
            return Unlisted;
        }

        SharingDecision.Allowed? allowed = null;
        var (nearest, nearestMissed) = (rules[0], Missed.NotListed);
        foreach (var rule in rules)
        {
            var missed = rule.Compare(question);
            if (missed == Missed.None)
            {
                allowed = Joined(allowed, rule.AnswerTo(question.Purpose));
            }
            else if (Reach(missed) > Reach(nearestMissed))
            {
                (nearest, nearestMissed) = (rule, missed);
            }
        }

        return allowed is not null ? allowed : new SharingDecision.Denied(nearestMissed, nearest.Row);
    }

    /// <summary>Whether some exchange could fulfil the question: it lacks nothing but what an exchange would bring.</summary>
    public bool CouldAllow(in SharingQuestion question)
    {
        const Missed OfExchange = Missed.Party | Missed.Role | Missed.State | Missed.Place;
        foreach (var rule in _rules.GetValueOrDefault(question.Object, []))
        {
            if ((rule.Compare(question) & ~OfExchange) == Missed.None)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The decision, and what the question lacks for each row about the object.</summary>
    public SharingExplanation Explain(in SharingQuestion question)
    {
        var findings = ImmutableArray.CreateBuilder<SharingFinding>();
        foreach (var rule in _rules.GetValueOrDefault(question.Object, []))
        {
            findings.Add(new SharingFinding(rule.Row, rule.Compare(question)));
        }

        return new SharingExplanation(Decide(question), findings.ToImmutable());
    }

    /// <summary>The agencies of the directory that a row of this matrix is for.</summary>
    public FrozenSet<AgencyId> MembersOf(SharingRow row) => _members[row.Id];

    /// <summary>How far a question came in a row: the first thing that it lacks.</summary>
    private static int Reach(Missed missed) => BitOperations.TrailingZeroCount((int)missed);

    private static SharingDecision.Allowed Joined(SharingDecision.Allowed? before, SharingDecision.Allowed next)
    {
        if (before is null)
        {
            return next;
        }

        // An unstated purpose is one row's own; a row of another purpose does not add to it.
        return before.Purpose != next.Purpose || before.Fields.Covers(next.Fields)
            ? before
            : new SharingDecision.Allowed([.. before.Rows, .. next.Rows], before.Purpose, before.Fields.Union(next.Fields));
    }
}
