using System.Collections.Frozen;
using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;

namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>What form a fact has.</summary>
public enum FactKind
{
    YesNo,

    /// <summary>One of the fact's choices.</summary>
    Choice,

    /// <summary>Yuan, to the cent; may be negative (a balance).</summary>
    Money,

    /// <summary>A day that rules measure in days from the day of receipt.</summary>
    Date,

    /// <summary>A day of birth; rules measure full years (<see cref="Identifiers.CivilAge"/>).</summary>
    BirthDate,
}

/// <summary>One of the values that a fact of kind <see cref="FactKind.Choice"/> has.</summary>
public sealed record FactChoice(string Name, LocalizedText Title);

/// <summary>Somebody who can answer: a kind of agency, the applicant, or the centre's own desk.</summary>
/// <param name="Cost">What asking costs, in effort and intrusion together; 0 where the answer is at hand. Only the order means something.</param>
public sealed record SourceBody(string Name, LocalizedText Title, int Cost)
{
    public bool IsAtHand => Cost == 0;
}

/// <summary>One thing that can be known of an applicant or matter. Facts are independent of each other: none follows from another.</summary>
/// <param name="Index">The place in the vocabulary.</param>
/// <param name="Choices">For kind <see cref="FactKind.Choice"/>; else empty.</param>
/// <param name="Bodies">Who can answer, the cheapest first; at least one.</param>
/// <param name="ValidDays">How many days after the answer it still holds; null: always.</param>
/// <param name="Sensitive">敏感个人信息 (个人信息保护法 art. 28).</param>
public sealed record FactDefinition(
    int Index, string Name, LocalizedText Title, FactKind Kind, ImmutableArray<FactChoice> Choices, ImmutableArray<SourceBody> Bodies, int? ValidDays, bool Sensitive)
{
    public int IndexOfChoice(string name)
    {
        for (var i = 0; i < Choices.Length; i++)
        {
            if (Choices[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    public override string ToString() => Name;
}

/// <summary>All facts that packs may speak of (<c>eligibility/facts.yaml</c>). Immutable.</summary>
public sealed class FactVocabulary
{
    private readonly FrozenDictionary<string, FactDefinition> _byName;

    /// <param name="facts">In the order of their indices, which are 0, 1, 2….</param>
    public FactVocabulary(ImmutableArray<SourceBody> bodies, ImmutableArray<FactDefinition> facts)
    {
        if (facts.Where((fact, place) => fact.Index != place).Any())
        {
            throw new ArgumentException("an index that is not the place", nameof(facts));
        }

        Bodies = bodies;
        Facts = facts;
        _byName = facts.ToFrozenDictionary(fact => fact.Name, StringComparer.Ordinal);
    }

    public static FactVocabulary Empty { get; } = new([], []);

    public ImmutableArray<SourceBody> Bodies { get; }

    public ImmutableArray<FactDefinition> Facts { get; }

    public FactDefinition? Find(string name) => _byName.GetValueOrDefault(name);
}
