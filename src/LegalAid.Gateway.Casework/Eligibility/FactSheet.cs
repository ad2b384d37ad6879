using System.Collections.Immutable;

namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>What an answer rests on.</summary>
public enum FactStanding
{
    /// <summary>A body said so, or a document shows it.</summary>
    Confirmed,

    /// <summary>The applicant said so under a 个人诚信承诺 (法律援助法 art. 41); counts only for the facts that a pack allows.</summary>
    Undertaken,
}

/// <summary>An answer to one fact.</summary>
/// <param name="Source">The body that answered, by its name in the vocabulary.</param>
/// <param name="AnsweredOn">The civil date of the answer, from which its validity counts.</param>
public sealed record KnownFact(FactDefinition Fact, FactValue Value, string Source, DateOnly AnsweredOn, FactStanding Standing = FactStanding.Confirmed);

/// <summary>
/// The answers at hand, one for each fact; immutable. Which one that is does not depend on the order or number of answers: of several of the same standing the
/// newest holds, and where the newest disagree there is none (<see cref="Conflicts"/>). A source that did not answer has no row here: silence is not a no.
/// </summary>
public sealed class FactSheet
{
    private readonly KnownFact?[] _confirmed;
    private readonly KnownFact?[] _undertaken;

    private FactSheet(FactVocabulary vocabulary, KnownFact?[] confirmed, KnownFact?[] undertaken, ImmutableArray<FactDefinition> conflicts)
    {
        (Vocabulary, _confirmed, _undertaken, Conflicts) = (vocabulary, confirmed, undertaken, conflicts);
        HasUndertaking = Array.Exists(undertaken, fact => fact is not null);
    }

    public FactVocabulary Vocabulary { get; }

    /// <summary>Facts that sources answered differently on the same day; they count as unknown.</summary>
    public ImmutableArray<FactDefinition> Conflicts { get; }

    public bool HasUndertaking { get; }

    public static FactSheet Of(FactVocabulary vocabulary, IEnumerable<KnownFact> answers)
    {
        var (confirmed, undertaken) = (new KnownFact?[vocabulary.Facts.Length], new KnownFact?[vocabulary.Facts.Length]);
        var conflicts = new SortedSet<int>();
        foreach (var same in answers.GroupBy(answer => (answer.Fact.Index, answer.Standing)))
        {
            var newest = same.Max(answer => answer.AnsweredOn);
            var last = same.Where(answer => answer.AnsweredOn == newest).OrderBy(answer => answer.Source, StringComparer.Ordinal).ToList();
            if (last.TrueForAll(answer => answer.Value == last[0].Value))
            {
                (same.Key.Standing == FactStanding.Confirmed ? confirmed : undertaken)[same.Key.Index] = last[0];
            }
            else
            {
                conflicts.Add(same.Key.Index);
            }
        }

        return new FactSheet(vocabulary, confirmed, undertaken, [.. conflicts.Select(index => vocabulary.Facts[index])]);
    }

    /// <summary>The confirmed answer; null where the fact is not known.</summary>
    public KnownFact? Confirmed(int index) => _confirmed[index];

    public KnownFact? Undertaken(int index) => _undertaken[index];
}
