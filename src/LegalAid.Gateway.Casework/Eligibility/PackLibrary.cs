using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Eligibility;

/// <summary>All packs of a configuration. Immutable.</summary>
/// <param name="Packs">By id.</param>
/// <param name="Examples">By pack, those that were worked when it was loaded.</param>
public sealed record PackLibrary(FactVocabulary Vocabulary, ImmutableArray<Adjudicator> Packs, ImmutableDictionary<string, ImmutableArray<WorkedExample>> Examples)
{
    public static PackLibrary Empty { get; } = new(FactVocabulary.Empty, [], ImmutableDictionary<string, ImmutableArray<WorkedExample>>.Empty);

    /// <summary>The pack in force for the place and day of receipt; null for none. The loader sees to it that there is no second one.</summary>
    public Adjudicator? Find(RegionCode place, DateOnly receivedOn) =>
        Packs.FirstOrDefault(by => by.Pack.Standing == PackStanding.InForce && by.Pack.IsInForceOn(receivedOn) && by.Pack.AreaOf(place) >= 0);

    /// <summary>The pack of that id, historical or not; null for none.</summary>
    public Adjudicator? Find(string id) => Packs.FirstOrDefault(by => by.Pack.Id == id);
}
