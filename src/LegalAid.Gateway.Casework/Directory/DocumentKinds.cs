using System.Collections.Frozen;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Directory;

/// <summary>Kinds of documents with a number, as configuration and connectors name them.</summary>
public static class DocumentKinds
{
    public static readonly FrozenDictionary<string, PersonDocumentKind> ByName = new Dictionary<string, PersonDocumentKind>(StringComparer.Ordinal)
    {
        ["resident-id-card"] = PersonDocumentKind.ResidentIdCard,
        ["passport"] = PersonDocumentKind.Passport,
        ["hong-kong-macao-travel-permit"] = PersonDocumentKind.HongKongMacaoTravelPermit,
        ["hong-kong-macao-residence-permit"] = PersonDocumentKind.HongKongMacaoResidencePermit,
        ["taiwan-travel-permit"] = PersonDocumentKind.TaiwanTravelPermit,
        ["taiwan-residence-permit"] = PersonDocumentKind.TaiwanResidencePermit,
        ["foreigner-permanent-residence"] = PersonDocumentKind.ForeignerPermanentResidence,
        ["other"] = PersonDocumentKind.Other,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Null for a person of whom no document is known.</summary>
    public static string? NameOf(PersonDocumentKind kind) => ByName.FirstOrDefault(entry => entry.Value == kind).Key;
}
