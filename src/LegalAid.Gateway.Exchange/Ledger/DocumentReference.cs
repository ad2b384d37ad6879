using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Exchange.Attachments;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>A document by name and digest: a message that says so belongs to these bytes and to no others.</summary>
/// <param name="Sha256">Lower-case hexadecimal.</param>
/// <param name="Sm3">Lower-case hexadecimal; empty where the sender does not state it.</param>
public sealed record DocumentReference(ExchangeId Exchange, AttachmentId Id, string Sha256, string Sm3);

/// <summary>The documents that a step names (引用已上传的文书), found among those that its exchange has.</summary>
/// <param name="Documents">In the order of the references; those without a fault.</param>
/// <param name="Faults">Fields begin with <c>referencedAttachments[i]</c>.</param>
internal sealed record ReferencedDocuments(ImmutableArray<DocumentReading> Documents, ImmutableArray<Fault> Faults)
{
    /// <summary>
    /// Finds what <paramref name="references"/> name among the documents that are <paramref name="present"/> in the exchange. One that is of another
    /// exchange, of another agency, not uploaded to its end, or none at all is refused alike: nobody learns by trying which documents there are.
    /// </summary>
    public static ReferencedDocuments Find(
        ImmutableArray<DocumentReference> references, ExchangeId exchange, AgencyId caller, ImmutableArray<DocumentReading> present)
    {
        var own = present.Where(document => document.Sender == caller).ToDictionary(document => document.Id);
        var found = new List<DocumentReading>();
        var faults = new List<Fault>();
        foreach (var (index, reference) in references.Index())
        {
            var path = $"referencedAttachments[{index}]";
            if (reference.Exchange != exchange || own.GetValueOrDefault(reference.Id) is not { } document)
            {
                faults.Add(new Fault(AttachmentFaults.Unknown, $"{path}.name"));
                continue;
            }

            if (found.Contains(document))
            {
                faults.Add(new Fault(AttachmentFaults.Twice, $"{path}.name"));
            }

            if (reference.Sha256 != document.Sha256)
            {
                faults.Add(new Fault(AttachmentFaults.Digest, $"{path}.sha256"));
            }

            if (reference.Sm3.Length > 0 && reference.Sm3 != document.Sm3)
            {
                faults.Add(new Fault(AttachmentFaults.Digest, $"{path}.sm3"));
            }

            found.Add(document);
        }

        return new ReferencedDocuments([.. found], [.. faults]);
    }
}
