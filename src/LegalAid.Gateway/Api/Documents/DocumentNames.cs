using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Attachments.V1;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Api.Documents;

/// <summary>Resource names of documents and uploads. A malformed one throws a refusal.</summary>
internal static class DocumentNames
{
    private const string Attachments = "attachments";
    private const string Uploads = "uploads";

    /// <summary>Reads "exchanges/{exchange}/attachments/{attachment}".</summary>
    public static (ExchangeId Exchange, AttachmentId Document) Attachment(string name) => Read(name, Attachments);

    /// <summary>Reads "exchanges/{exchange}/uploads/{upload}".</summary>
    public static (ExchangeId Exchange, AttachmentId Upload) Upload(string name) => Read(name, Uploads);

    public static string NameOf(UploadReading upload) => $"{upload.Exchange.ResourceName}/{Uploads}/{upload.Id}";

    /// <summary>The document, or a refusal that says why there is none for the caller.</summary>
    public static OpenDocument FoundOrThrow(this DocumentOutcome outcome) => outcome switch
    {
        DocumentOutcome.Found found => found.Document,
        DocumentOutcome.Erased => throw Refusals.Of(new Fault(LedgerFaults.Erased)),
        _ => throw Refusals.Of(new Fault(GeneralFaults.NotFound, "name")),
    };

    /// <summary>The documents that a step names; a malformed name is added to <paramref name="faults"/>.</summary>
    public static ImmutableArray<DocumentReference> References(IReadOnlyList<AttachmentReference> references, List<Fault> faults)
    {
        var read = ImmutableArray.CreateBuilder<DocumentReference>(references.Count);
        foreach (var (index, reference) in references.Index())
        {
            if (ApiContext.TryReadPart(reference.Name, Attachments, out var name))
            {
                read.Add(new DocumentReference(name.Exchange, new AttachmentId(name.Part), reference.Sha256, reference.Sm3));
            }
            else
            {
                faults.Add(new Fault(ApiFaults.ResourceName, $"referencedAttachments[{index}].name"));
            }
        }

        return read.ToImmutable();
    }

    private static (ExchangeId Exchange, AttachmentId Id) Read(string name, string collection)
    {
        var (exchange, part) = ApiContext.PartOf(name, collection);
        return (exchange, new AttachmentId(part));
    }
}
