using System.Collections.Immutable;
using System.Security.Cryptography;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Attachments.V1;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Api;

/// <summary>Takes documents from requests: size, name and digest are checked here, the kind by the exchange type.</summary>
internal sealed class IncomingDocuments(GatewaySettings settings)
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
        if (content.Content.Length > settings.Limits.AttachmentBytesMax)
        {
            yield return Fault.With(ApiFaults.DocumentTooLarge, $"{path}.content", $"{settings.Limits.AttachmentBytesMax}");
        }

        if (content.FileName.Any(character => character is '/' or '\\' || char.IsControl(character)) || content.FileName is "." or "..")
        {
            yield return new Fault(ApiFaults.DocumentName, $"{path}.fileName");
        }

        if (content.Sha256.Length > 0 && content.Sha256 != Convert.ToHexStringLower(SHA256.HashData(content.Content.Span)))
        {
            yield return new Fault(ApiFaults.DocumentDigest, $"{path}.sha256");
        }
    }
}
