using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Attachments;

/// <summary>
/// Documents that come in pieces (续传): announced, sent from whatever byte the gateway has, and committed with the last of them. Memory is one
/// chunk for each call, however long the document. Only the sender knows of its upload; for others there is none.
/// </summary>
public sealed class Uploads : IDisposable
{
    private readonly ILedgerStore _store;
    private readonly ExchangeLedger _ledger;
    private readonly KeyRing _keys;
    private readonly TimeProvider _time;
    private readonly IIdSource _ids;
    private readonly AttachmentOptions _options;
    private readonly UploadDigests _digests = new();

    public Uploads(ILedgerStore store, ExchangeLedger ledger, KeyRing keys, TimeProvider time, IIdSource ids, AttachmentOptions options) =>
        (_store, _ledger, _keys, _time, _ids, _options) = (store, ledger, keys, time, ids, options.Required());

    /// <summary>
    /// Begins an upload. The same request id finds what it began, under way or complete; with another announcement it is refused. Where the
    /// process dies after it, the upload is there and the same request id finds it.
    /// </summary>
    public async Task<UploadOutcome> BeginAsync(UploadAnnouncement announced, CancellationToken cancellationToken)
    {
        var faults = AttachmentForm.Check(announced.FileName, announced.MediaType, announced.SizeBytes, _options.BytesMax, _options.Allowed).ToList();
        if (faults.Count > 0)
        {
            return Refuse(faults);
        }

        var names = new UploadNames(announced.FileName, announced.MediaType, announced.Sha256);
        var key = _ledger.UploadKey(announced.Caller, announced.Exchange, announced.RequestId);
        if (await _ledger.RepeatUploadAsync(key, names.ItemOf(announced.Kind, announced.SizeBytes), cancellationToken) is { } repeated)
        {
            return OutcomeOf(repeated);
        }

        var (loaded, fault) = await _ledger.AdmitDocumentAsync(announced.Caller, announced.Exchange, announced.Kind, cancellationToken);
        if (loaded is null)
        {
            return Refuse(fault!); // not admitted: there is a fault
        }

        var (id, now, cipher) = (new AttachmentId(_ids.NewId()), _time.GetUtcNow(), loaded.Cipher!); // admitted: it is not erased
        var row = new UploadRow(
            id, announced.Exchange, announced.Caller, announced.Kind, announced.SizeBytes, ReceivedBytes: 0, ChunkCount: 0,
            cipher.Seal(ExchangeCipher.UploadNames, id.Value, names.Encode()), key, now, now);
        var begun = await _store.BeginUploadAsync(row, cancellationToken);
        return begun.Id == id ? await WithinBoundsAsync(begun, cancellationToken) : Found(begun, announced, names, cipher);
    }

    /// <summary>Where an upload stands. One that is whole and not committed — the process died between — is committed now.</summary>
    public async Task<UploadOutcome> FindAsync(AgencyId caller, ExchangeId exchange, AttachmentId id, CancellationToken cancellationToken)
    {
        if (await OwnAsync(caller, exchange, id, cancellationToken) is not { } upload)
        {
            return await CompleteOrNoneAsync(caller, exchange, id, cancellationToken);
        }

        return upload.ReceivedBytes < upload.TotalBytes ? UnderWay(upload) : await FinishAsync(upload, sha256: null, cancellationToken);
    }

    /// <summary>
    /// Takes a piece, chunk by chunk as it comes, each durable before the next is read; the last byte commits the document. A connection that
    /// breaks keeps what came, and its exception goes on to the caller. Of two calls from the same byte one is refused.
    /// </summary>
    public async Task<UploadOutcome> AppendAsync(UploadPiece piece, Stream content, CancellationToken cancellationToken)
    {
        if (await OwnAsync(piece.Caller, piece.Exchange, piece.Upload, cancellationToken) is not { } upload)
        {
            return await CompleteOrNoneAsync(piece.Caller, piece.Exchange, piece.Upload, cancellationToken);
        }

        if (piece.Offset != upload.ReceivedBytes)
        {
            return Refuse(Fault.With(AttachmentFaults.Offset, "offset", $"{upload.ReceivedBytes}"));
        }

        if (await CipherOfAsync(upload.Exchange, cancellationToken) is not { } cipher)
        {
            return Refuse(new Fault(LedgerFaults.Erased));
        }

        using var body = new UploadBody(content, piece.PieceSha256 is not null, _options.ChunkTimeout, _time);
        var names = UploadNames.Decode(cipher.Open(ExchangeCipher.UploadNames, upload.Id.Value, upload.NamesCipher));
        var growing = new GrowingUpload(_store, _digests, _time, upload, names.MediaType, cipher);
        var fault = await growing.TakeAsync(body, cancellationToken);
        if (fault is null && !body.Has(piece.PieceSha256))
        {
            fault = new Fault(AttachmentFaults.Digest);
        }

        if (fault is not null)
        {
            return await RefuseAsync(growing.Upload, fault);
        }

        return growing.Upload.ReceivedBytes < upload.TotalBytes
            ? UnderWay(growing.Upload)
            : await FinishAsync(growing.Upload, piece.Sha256, cancellationToken);
    }

    /// <summary>Gives an upload up at its sender's word. False where there is none of its.</summary>
    public async Task<bool> AbandonAsync(AgencyId caller, ExchangeId exchange, AttachmentId id, CancellationToken cancellationToken)
    {
        if (await OwnAsync(caller, exchange, id, cancellationToken) is null)
        {
            return false;
        }

        await DropAsync(id);
        return true;
    }

    /// <summary>Gives up at most <paramref name="countMax"/> uploads that have stood still for too long. Returns how many.</summary>
    public async Task<int> SweepAsync(int countMax, CancellationToken cancellationToken)
    {
        var idle = await _store.ListIdleUploadsAsync(_time.GetUtcNow() - _options.IdleMax, countMax, cancellationToken);
        foreach (var upload in idle)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await DropAsync(upload.Id);
        }

        return idle.Length;
    }

    public void Dispose() => _digests.Dispose();

    /// <summary>
    /// Counted after it was added, so that two that begin at once cannot both slip under the bound; at the worst both are refused. Where the
    /// process dies in between, the sweep takes what is over.
    /// </summary>
    private async Task<UploadOutcome> WithinBoundsAsync(UploadRow begun, CancellationToken cancellationToken)
    {
        var (count, bytes) = await _store.SumUploadsAsync(begun.Sender, cancellationToken);
        if (count <= _options.UploadsMax && bytes <= _options.UploadBytesMax)
        {
            return UnderWay(begun);
        }

        await DropAsync(begun.Id);
        return Refuse(Fault.With(AttachmentFaults.TooManyUploads, "", $"{_options.UploadsMax}", $"{_options.UploadBytesMax}"));
    }

    /// <summary>The upload that this request id began before: the same announcement goes on with it.</summary>
    private UploadOutcome Found(UploadRow begun, UploadAnnouncement announced, UploadNames names, ExchangeCipher cipher)
    {
        var first = UploadNames.Decode(cipher.Open(ExchangeCipher.UploadNames, begun.Id.Value, begun.NamesCipher));
        return first == names && begun.Kind == announced.Kind && begun.TotalBytes == announced.SizeBytes
            ? UnderWay(begun)
            : Refuse(new Fault(LedgerFaults.RequestIdReused, "requestId"));
    }

    /// <summary>
    /// Compares digests and commits. What does not agree takes the upload with it. Where the process dies before the commit, the upload is
    /// whole and whoever asks for it commits it; after the commit, the same request id gives the document.
    /// </summary>
    private async Task<UploadOutcome> FinishAsync(UploadRow upload, byte[]? sha256, CancellationToken cancellationToken)
    {
        if (await CipherOfAsync(upload.Exchange, cancellationToken) is not { } cipher)
        {
            return Refuse(new Fault(LedgerFaults.Erased));
        }

        using var running = _digests.Take(upload.Id, upload.TotalBytes) ?? await HashAsync(upload, cipher, cancellationToken);
        var digest = running.Finish();
        var names = UploadNames.Decode(cipher.Open(ExchangeCipher.UploadNames, upload.Id.Value, upload.NamesCipher));
        if ((names.Sha256.Length > 0 && names.Sha256 != digest.Sha256) || (sha256 is not null && Convert.ToHexStringLower(sha256) != digest.Sha256))
        {
            return await RefuseAsync(upload, new Fault(AttachmentFaults.Digest));
        }

        var outcome = OutcomeOf(await _ledger.CommitUploadAsync(upload, names, digest, cancellationToken));
        if (outcome is UploadOutcome.Refused refused && refused.Faults.All(fault => fault.Code != LedgerFaults.Contended))
        {
            await DropAsync(upload.Id); // final, erased or full since it began: it can never be committed
        }

        return outcome;
    }

    private async Task<RunningDigest> HashAsync(UploadRow upload, ExchangeCipher cipher, CancellationToken cancellationToken)
    {
        var digest = new RunningDigest();
        var buffer = new byte[ChunkSeal.ChunkBytes];
        for (var ordinal = 0; ordinal < upload.ChunkCount; ordinal++)
        {
            var box = await _store.FindChunkAsync(upload.Id, ordinal, cancellationToken)
                ?? throw new InvalidDataException($"chunk {ordinal} of upload {upload.Id} is gone");
            digest.Append(buffer.AsSpan(0, ChunkSeal.Open(cipher, upload.Id, ordinal, ordinal == upload.ChunkCount - 1, box, buffer)));
        }

        return digest;
    }

    private async Task<UploadOutcome> RefuseAsync(UploadRow upload, Fault fault)
    {
        if (fault.Code == AttachmentFaults.Digest || fault.Code == AttachmentFaults.Content)
        {
            await DropAsync(upload.Id);
        }

        return Refuse(fault);
    }

    private async Task<UploadRow?> OwnAsync(AgencyId caller, ExchangeId exchange, AttachmentId id, CancellationToken cancellationToken) =>
        await _store.FindUploadAsync(id, cancellationToken) is { } upload && upload.Sender == caller && upload.Exchange == exchange ? upload : null;

    /// <summary>An upload that is none any more may be the caller's document by now: an answer that was lost is given again.</summary>
    private async Task<UploadOutcome> CompleteOrNoneAsync(AgencyId caller, ExchangeId exchange, AttachmentId id, CancellationToken cancellationToken)
    {
        if (await _store.FindAttachmentAsync(exchange, id, cancellationToken) is not { } found || found.Row.Sender != caller)
        {
            return Refuse(new Fault(GeneralFaults.NotFound));
        }

        return await CipherOfAsync(exchange, cancellationToken) is { } cipher
            ? new UploadOutcome.Complete(ExchangeVault.Read(found.Row, cipher))
            : Refuse(new Fault(LedgerFaults.Erased));
    }

    private async Task<ExchangeCipher?> CipherOfAsync(ExchangeId exchange, CancellationToken cancellationToken) =>
        (await _store.FindExchangeAsync(exchange, cancellationToken))?.DataKey is { } wrapped ? new ExchangeCipher(_keys.Unwrap(exchange.Value, wrapped)) : null;

    /// <summary>Removes an upload, whether or not its sender still waits for the answer.</summary>
    private async Task DropAsync(AttachmentId id)
    {
        await _store.AbandonUploadAsync(id, CancellationToken.None);
        _digests.Forget(id);
    }

    private UploadOutcome.UnderWay UnderWay(UploadRow row) =>
        new(new UploadReading(row.Id, row.Exchange, row.ReceivedBytes, row.TotalBytes, row.GrownAt + _options.IdleMax));

    private static UploadOutcome OutcomeOf(CommandOutcome outcome) => outcome switch
    {
        CommandOutcome.Accepted accepted => new UploadOutcome.Complete(accepted.Answers[0].Exchange.Documents[^1]),
        CommandOutcome.Refused refused => new UploadOutcome.Refused(refused.Faults),
        _ => throw new InvalidOperationException($"outcome {outcome}"),
    };

    private static UploadOutcome.Refused Refuse(params IEnumerable<Fault> faults) => new(new EquatableList<Fault>(faults));

    private static UploadOutcome.Refused Refuse(Fault fault) => new(new EquatableList<Fault>([fault]));
}
