using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Attachments.V1;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Api.Documents;

/// <summary>Documents of exchanges over gRPC: whole in one call, or in pieces that go on after a cut.</summary>
internal sealed class AttachmentApi(ExchangeLedger ledger, ExchangeReader reader, Uploads uploads, IncomingDocuments documents)
    : AttachmentService.AttachmentServiceBase
{
    public override async Task<Attachment> CreateAttachment(CreateAttachmentRequest request, ServerCallContext context)
    {
        var id = ApiContext.ExchangeOf(request.Parent, field: "parent");
        var faults = new List<Fault>();
        var document = documents.Read(request.Attachment, "attachment", faults);
        faults.ThrowIfAny();
        var command = new UploadCommand(context.Caller().Agency, id, document, request.RequestId);
        var answers = (await ledger.UploadAsync(command, context.CancellationToken)).AnswersOr(path => path);
        return ExchangeMapping.Document(id, answers[0].Exchange.Documents[^1]);
    }

    public override async Task<Upload> BeginUpload(BeginUploadRequest request, ServerCallContext context)
    {
        var id = ApiContext.ExchangeOf(request.Parent, field: "parent");
        var announced = new UploadAnnouncement(
            context.Caller().Agency, id, request.Kind, request.FileName, request.MediaType, request.SizeBytes, request.Sha256, request.RequestId);
        return Message(id, await uploads.BeginAsync(announced, context.CancellationToken));
    }

    public override async Task<Upload> GetUpload(GetUploadRequest request, ServerCallContext context)
    {
        var (exchange, upload) = DocumentNames.Upload(request.Name);
        return Message(exchange, await uploads.FindAsync(context.Caller().Agency, exchange, upload, context.CancellationToken));
    }

    public override async Task<Upload> UploadAttachment(IAsyncStreamReader<UploadAttachmentRequest> requestStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken))
        {
            throw Refusals.Of(new Fault(GeneralFaults.Required, "name"));
        }

        var first = requestStream.Current;
        var (exchange, upload) = DocumentNames.Upload(first.Name);
        await using var body = new UploadStream(requestStream, first.Content);
        var piece = new UploadPiece(context.Caller().Agency, exchange, upload, first.Offset);
        return Message(exchange, await uploads.AppendAsync(piece, body, context.CancellationToken));
    }

    public override async Task<CancelUploadResponse> CancelUpload(CancelUploadRequest request, ServerCallContext context)
    {
        var (exchange, upload) = DocumentNames.Upload(request.Name);
        return await uploads.AbandonAsync(context.Caller().Agency, exchange, upload, context.CancellationToken)
            ? new CancelUploadResponse()
            : throw Refusals.Of(new Fault(GeneralFaults.NotFound, "name"));
    }

    public override async Task DownloadAttachment(
        DownloadAttachmentRequest request, IServerStreamWriter<DownloadAttachmentResponse> responseStream, ServerCallContext context)
    {
        var (exchange, attachment) = DocumentNames.Attachment(request.Name);
        var document = (await reader.DocumentAsync(context.Asker(), exchange, attachment, context.CancellationToken)).FoundOrThrow();
        if (request.Offset < 0 || request.Offset > document.Reading.SizeBytes)
        {
            throw Refusals.Of(Fault.With(ApiFaults.Range, "offset", $"{document.Reading.SizeBytes}"));
        }

        var message = new DownloadAttachmentResponse { Attachment = ExchangeMapping.Document(exchange, document.Reading) };
        await foreach (var part in document.ReadAsync(request.Offset, document.Reading.SizeBytes - request.Offset, context.CancellationToken))
        {
            message.Content = UnsafeByteOperations.UnsafeWrap(part); // written before the next part is read
            await responseStream.WriteAsync(message, context.CancellationToken);
            message = new DownloadAttachmentResponse();
        }

        if (message.Attachment is not null)
        {
            await responseStream.WriteAsync(message, context.CancellationToken); // nothing left to send: what it is, all the same
        }
    }

    private static Upload Message(ExchangeId exchange, UploadOutcome outcome) => outcome switch
    {
        UploadOutcome.UnderWay(var upload) => new Upload
        {
            Name = DocumentNames.NameOf(upload),
            ReceivedBytes = upload.ReceivedBytes,
            SizeBytes = upload.TotalBytes,
            ExpireTime = upload.ExpiresAt.ToTimestamp(),
        },
        UploadOutcome.Complete(var document) => new Upload
        {
            Name = $"{exchange.ResourceName}/uploads/{document.Id}",
            ReceivedBytes = document.SizeBytes,
            SizeBytes = document.SizeBytes,
            Attachment = ExchangeMapping.Document(exchange, document),
        },
        UploadOutcome.Refused refused => throw new RefusalException([.. refused.Faults]),
        _ => throw new InvalidOperationException($"outcome {outcome}"),
    };
}
