using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Api.Documents;

/// <summary>Resource names of documents and uploads. A malformed one throws a refusal.</summary>
internal static class DocumentNames
{
    /// <summary>Reads "exchanges/{exchange}/attachments/{attachment}".</summary>
    public static (ExchangeId Exchange, AttachmentId Document) Attachment(string name, string field = "name") => Read(name, "/attachments/", field);

    /// <summary>Reads "exchanges/{exchange}/uploads/{upload}".</summary>
    public static (ExchangeId Exchange, AttachmentId Upload) Upload(string name) => Read(name, "/uploads/", "name");

    public static string NameOf(UploadReading upload) => $"{upload.Exchange.ResourceName}/uploads/{upload.Id}";

    /// <summary>The document, or a refusal that says why there is none for the caller.</summary>
    public static OpenDocument FoundOrThrow(this DocumentOutcome outcome) => outcome switch
    {
        DocumentOutcome.Found found => found.Document,
        DocumentOutcome.Erased => throw Refusals.Of(new Fault(LedgerFaults.Erased)),
        _ => throw Refusals.Of(new Fault(GeneralFaults.NotFound, "name")),
    };

    private static (ExchangeId Exchange, AttachmentId Id) Read(string name, string collection, string field)
    {
        var parts = name.Split(collection);
        return parts.Length == 2 && Guid.TryParseExact(parts[1], "D", out var id)
            ? (ApiContext.ExchangeOf(parts[0], field: field), new AttachmentId(id))
            : throw Refusals.Of(new Fault(ApiFaults.ResourceName, field));
    }
}
