using Google.Protobuf;
using Grpc.Core;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Attachments.V1;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Api;

/// <summary>Documents of exchanges, in one call each way.</summary>
internal sealed class AttachmentApi(ExchangeLedger ledger, ExchangeReader reader, IncomingDocuments documents) : AttachmentService.AttachmentServiceBase
{
    public override async Task<Attachment> UploadAttachment(UploadAttachmentRequest request, ServerCallContext context)
    {
        var id = ApiContext.ExchangeOf(request.Parent, field: "parent");
        var faults = new List<Fault>();
        var document = documents.Read(request.Attachment, "attachment", faults);
        faults.ThrowIfAny();
        var command = new UploadCommand(context.Caller().Agency, id, document, request.RequestId);
        var answers = (await ledger.UploadAsync(command, context.CancellationToken)).AnswersOr(path => path);
        return ExchangeMapping.Document(id, answers[0].Exchange.Documents[^1]);
    }

    public override async Task<DownloadAttachmentResponse> DownloadAttachment(DownloadAttachmentRequest request, ServerCallContext context)
    {
        var parts = request.Name.Split("/attachments/");
        if (parts.Length != 2 || !Guid.TryParseExact(parts[1], "D", out var attachment))
        {
            throw Refusals.Of(new Fault(ApiFaults.ResourceName, "name"));
        }

        var id = ApiContext.ExchangeOf(parts[0]);
        var found = await reader.DocumentAsync(context.Caller().Agency, id, new AttachmentId(attachment), context.CancellationToken)
            ?? throw Refusals.Of(new Fault(GeneralFaults.NotFound, "name"));
        return new DownloadAttachmentResponse
        {
            Attachment = ExchangeMapping.Document(id, found.Document),
            Content = UnsafeByteOperations.UnsafeWrap(found.Content),
        };
    }
}
