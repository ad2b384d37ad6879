using System.Collections.Immutable;
using System.Security.Cryptography;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Attachments.V1;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Api.Documents;

/// <summary>Takes documents that come with a request: size, name, media type and digest are checked here, the kind by the exchange type.</summary>
internal sealed class IncomingDocuments(GatewaySettings settings, AttachmentOptions options)
{
    /// <summary>The documents; what is wrong is added to <paramref name="faults"/> with paths under <paramref name="path"/>.</summary>
    public ImmutableArray<IncomingDocument> Read(IReadOnlyList<AttachmentContent> contents, string path, List<Fault> faults)
    {
        if (contents.Count > settings.Limits.AttachmentsMax)
        {
            faults.Add(Fault.With(LedgerFaults.TooManyDocuments, path, $"{settings.Limits.AttachmentsMax}"));
        }

        for (var i = 0; i < contents.Count; i++)
        {
            faults.AddRange(Check(contents[i], $"{path}[{i}]"));
        }

        return [.. contents.Select(Document)];
    }

    public IncomingDocument Read(AttachmentContent content, string path, List<Fault> faults)
    {
        faults.AddRange(Check(content, path));
        return Document(content);
    }

    private static IncomingDocument Document(AttachmentContent content) =>
        new(content.Kind, content.FileName, content.MediaType, content.Content.Memory);

    private IEnumerable<Fault> Check(AttachmentContent content, string path)
    {
        var form = AttachmentForm.Check(content.FileName, content.MediaType, content.Content.Length, settings.Limits.AttachmentBytesMax, options.Allowed).ToList();
        foreach (var fault in form)
        {
            yield return (fault.Field == "sizeBytes" ? fault with { Field = "content" } : fault).Under(path);
        }

        if (form.Count == 0 && !MediaTypes.Fits(content.MediaType, content.Content.Span))
        {
            yield return new Fault(AttachmentFaults.Content, $"{path}.mediaType");
        }

        if (content.Sha256.Length > 0 && content.Sha256 != Convert.ToHexStringLower(SHA256.HashData(content.Content.Span)))
        {
            yield return new Fault(AttachmentFaults.Digest, $"{path}.sha256");
        }
    }
}
