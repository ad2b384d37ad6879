using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>Documents that come without a message: whole in one request, or uploaded in pieces beforehand.</summary>
public sealed partial class ExchangeLedger
{
    /// <summary>Adds a document to an open exchange. The answer's receipt is empty: an upload is no message.</summary>
    public async Task<CommandOutcome> UploadAsync(UploadCommand command, CancellationToken cancellationToken)
    {
        var request = RequestOf(command.Caller, UploadOperation(command.Exchange), command.RequestId, [new RequestItem([], [command.Document])]);
        return await RepeatAsync(request, cancellationToken)
            ?? await AddDocumentAsync(
                request, command.Caller, command.Exchange, command.Document.Kind,
                (origin, now) => _sealer.Whole(origin, command.Document, command.Caller, now), cancellationToken);
    }

    /// <summary>The key under which an upload in pieces is remembered: the same as of a document that comes whole.</summary>
    internal ImmutableArray<byte> UploadKey(AgencyId caller, ExchangeId exchange, string requestId) =>
        KeyedRequest.KeyOf(_keys, caller, UploadOperation(exchange), requestId);

    /// <summary>The first answer to an upload in pieces that is complete already; null where there is none.</summary>
    internal ValueTask<CommandOutcome?> RepeatUploadAsync(ImmutableArray<byte> key, byte[] item, CancellationToken cancellationToken) =>
        RepeatAsync(new KeyedRequest(key, [item]), cancellationToken);

    /// <summary>The exchange, for whoever may add a document of the kind to it; else why not.</summary>
    internal async ValueTask<(LoadedExchange? Loaded, Fault? Fault)> AdmitDocumentAsync(
        AgencyId caller, ExchangeId exchange, string kind, CancellationToken cancellationToken)
    {
        var loaded = await _vault.LoadForAsync(caller, exchange, withDocuments: true, cancellationToken);
        return loaded is null ? (null, new Fault(GeneralFaults.NotFound))
            : DocumentFault(kind, loaded) is { } fault ? (null, fault)
            : (loaded, null);
    }

    /// <summary>Makes a complete upload a document: row, leaf and idempotency record in one unit that ends the upload.</summary>
    internal Task<CommandOutcome> CommitUploadAsync(UploadRow upload, UploadNames names, DocumentDigest digest, CancellationToken cancellationToken) =>
        AddDocumentAsync(
            new KeyedRequest(upload.RequestKey, [names.ItemOf(upload.Kind, upload.TotalBytes)]), upload.Sender, upload.Exchange, upload.Kind,
            (origin, now) => _sealer.Uploaded(origin, upload, names, digest, now), cancellationToken);

    private Task<CommandOutcome> AddDocumentAsync(
        KeyedRequest request, AgencyId caller, ExchangeId exchange, string kind, Func<CommitOrigin, DateTimeOffset, SealedDocument> seal,
        CancellationToken cancellationToken) => ChangeAsync(
        request, caller, exchange,
        loaded =>
        {
            if (DocumentFault(kind, loaded) is { } fault)
            {
                return ValueTask.FromResult<Change>(new Change.Refused([fault]));
            }

            var now = _system.GetUtcNow();
            var origin = CommitOrigin.Of(loaded, loaded.Cipher!); // no fault: it is not erased
            var built = _builder.Build(
                origin, new Decision.Accepted(loaded.Reading.State, []), caller, [], now, traceParent: "", uploaded: seal(origin, now));
            return ValueTask.FromResult<Change>(new Change.Ready([built], [], Configuration: null));
        },
        cancellationToken);

    private static Fault? DocumentFault(string kind, LoadedExchange loaded) =>
        loaded.Cipher is null ? new Fault(LedgerFaults.Erased)
        : loaded.Row.Final ? new Fault(LedgerFaults.Final)
        : !loaded.Reading.State.Type.AttachmentKinds.Contains(kind) ? new Fault(TransitionFaults.AttachmentKindUnknown, "attachment.kind")
        : loaded.Reading.Documents.Length >= DocumentsMax ? TooManyDocuments
        : null;

    private static string UploadOperation(ExchangeId exchange) => $"upload:{exchange}";
}
