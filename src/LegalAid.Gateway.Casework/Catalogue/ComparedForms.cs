using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Catalogue;

/// <summary>Brings values to the form in which they are compared, so that one person in one case is one key however it is written.</summary>
public static class ComparedForms
{
    /// <summary>The value at the path in its compared form, or null where it is absent.</summary>
    public static string? Of(FormedPath formed, JsonObject view)
    {
        var node = formed.Path.Find(view);
        return formed.Form switch
        {
            ComparedAs.Person => node is JsonObject person ? Person(person) : null,
            ComparedAs.Text => Text(node) is { } text ? UnicodeNfc.Normalise(text.Trim()) : null,
            ComparedAs.CaseNumber => Text(node) is { } number ? CaseNumberKey(number) : null,
            ComparedAs.ResidentNumber => Text(node) is { } number ? ResidentNumberKey(number) : null,
            _ => throw new InvalidOperationException($"form {formed.Form}"),
        };
    }

    /// <summary>A case number as it is compared, sorted and searched: canonical where it is a court's, else the normalised text.</summary>
    public static string CaseNumberKey(string text) =>
        CaseNumber.TryParse(text, out var court, out _) ? court.ToString()
        : CaseReference.TryParse(text, CaseOrgan.Procuratorate, today: null, out var reference, out _) ? reference.Key
        : UnicodeNfc.Normalise(text.Trim());

    /// <summary>A resident number as it is compared; text that is none, as it stands.</summary>
    public static string ResidentNumberKey(string text) =>
        ResidentNumber.TryReadStored(text, out var number, out _) ? number.ToString() : text.Trim();

    /// <summary>
    /// Identity first, as the document says it; a person of unknown identity by the name they give and the case's label for them
    /// (刑诉法 160). The rules of what is acceptable are the checks' business.
    /// </summary>
    private static string? Person(JsonObject person)
    {
        if (Text(person["residentNumber"]) is { } number)
        {
            return ResidentNumber.TryReadStored(number, out var resident, out _) ? NumberedDocument.Of(resident).HoldKey : "id:" + number.Trim();
        }

        if (person["document"] is JsonObject document && Text(document["number"]) is { } documentNumber)
        {
            var kind = Text(document["kind"]) ?? "";
            return KindOf(kind) is { } known
                && NumberedDocument.TryParse(known, documentNumber, Text(document["issuer"]), ResidentNumberRules.Standard, null, out var numbered, out _)
                    ? numbered.HoldKey
                    : $"document:{kind}:{documentNumber.Trim().ToUpperInvariant()}";
        }

        return person["unknownIdentity"] is JsonObject unknown
            && IdentityUnknown.TryParse(Text(person["name"]), Text(unknown["label"]), out var self, out _)
                ? self.HoldKey
                : null;
    }

    /// <summary>The kinds of <c>legalaid.defence.v1.DocumentKind</c> as they are written in JSON.</summary>
    private static PersonDocumentKind? KindOf(string name) => name switch
    {
        "DOCUMENT_KIND_PASSPORT" => PersonDocumentKind.Passport,
        "DOCUMENT_KIND_HONGKONG_MACAO_PERMIT" => PersonDocumentKind.HongKongMacaoTravelPermit,
        "DOCUMENT_KIND_HONGKONG_MACAO_RESIDENCE_PERMIT" => PersonDocumentKind.HongKongMacaoResidencePermit,
        "DOCUMENT_KIND_TAIWAN_PERMIT" => PersonDocumentKind.TaiwanTravelPermit,
        "DOCUMENT_KIND_TAIWAN_RESIDENCE_PERMIT" => PersonDocumentKind.TaiwanResidencePermit,
        "DOCUMENT_KIND_FOREIGN_PERMANENT_RESIDENCE" => PersonDocumentKind.ForeignerPermanentResidence,
        "DOCUMENT_KIND_OTHER" => PersonDocumentKind.Other,
        _ => null,
    };

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
