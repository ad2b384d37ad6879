using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Casework.Sharing;

namespace LegalAid.Gateway.Casework.Configuration.Sharing;

/// <summary>A row of the matrix as its file says it; null where the file was wrong there.</summary>
internal sealed record RowDraft(
    YamlMapping At,
    Word? Id,
    WhoDraft? Who,
    ObjectDraft? May,
    ImmutableArray<Purpose> Purposes,
    LegalBasis? Basis,
    WhenDraft When,
    ImmutableArray<Word> Fields,
    Quota? Quota,
    DateOnly? From,
    DateOnly? Until,
    Word? Owner);

internal sealed record WhoDraft(ImmutableArray<Word> Agencies, ImmutableArray<Word> Kinds, RegionCode? Region, bool Subtree);

/// <param name="Names">Operations, facts, services, or exchange types.</param>
/// <param name="Steps">For <see cref="SharedKind.Take"/> and <see cref="SharedKind.Receive"/>.</param>
internal sealed record ObjectDraft(SharedKind Kind, ImmutableArray<Word> Names, ImmutableArray<Word> Steps)
{
    /// <summary>Whether it is a message, which goes whole.</summary>
    public bool IsMessage => Kind is SharedKind.Take or SharedKind.Receive or SharedKind.Clocks;

    public bool IsOfExchange => IsMessage || Kind == SharedKind.View;
}

internal sealed record WhenDraft(YamlNode? At, bool Party, ImmutableArray<Word> Roles, ImmutableArray<Word> States, bool OwnRegion)
{
    public bool NeedsExchange => Party || !Roles.IsEmpty || !States.IsEmpty;
}
