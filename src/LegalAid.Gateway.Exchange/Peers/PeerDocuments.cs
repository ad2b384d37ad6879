using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Peers;

/// <summary>
/// Takes documents of other gateways in parts, each durable before its answer. A part goes through these steps:
/// <list type="number">
/// <item>whether the sender may speak of the exchange, and the document is wanted;</item>
/// <item>where the document stands: a part for another place is answered with that place, and the sender goes on there;</item>
/// <item>hash and keep it, chunk by chunk. The last chunk is kept only where the whole has the digests that the sender named.</item>
/// </list>
/// So what is whole is what was sent, and waits as an upload of the gateway's until its message is committed with it; where none comes, the sweep of uploads takes it. Memory is
/// one part. Where the process dies, or another node has the next part, what was kept stands; the running digest is lost, and made from the store once, with the last part.
/// </summary>
public sealed class PeerDocuments : IDisposable
{
    private readonly ILedgerStore _store;
    private readonly ISnapshotSource _configuration;
    private readonly TimeProvider _time;
    private readonly AttachmentOptions _options;
    private readonly ExchangeVault _vault;
    private readonly StagedDocuments _staged;
    private readonly UploadDigests _digests = new();

    public PeerDocuments(ILedgerStore store, ISnapshotSource configuration, KeyRing keys, TimeProvider time, IIdSource ids, AttachmentOptions options)
    {
        (_store, _configuration, _time, _options) = (store, configuration, time, options.Required());
        (_vault, _staged) = (new ExchangeVault(store, configuration, keys), new StagedDocuments(store, keys, ids, time));
    }

    /// <summary>Takes a part. What was begun is ended, whoever hangs up.</summary>
    /// <param name="from">The gateway, as its signature shows.</param>
    public async Task<PeerAnswer> TakeAsync(AgencyId from, PeerDocumentPart part, CancellationToken cancellationToken)
    {
        // 1. May it, and is it wanted?
        var (id, apart) = part.Document is { Known: { } known, Apart: { } told } ? (known.Id, told) : throw new ArgumentException("a part without its document", nameof(part));
        var loaded = await _vault.LoadAsync(part.Exchange, withDocuments: false, cancellationToken);
        if (!MaySpeak(from, part, loaded))
        {
            return Refused(PeerFaults.NotYours);
        }

        if (loaded is { Cipher: null })
        {
            return Refused(LedgerFaults.Erased);
        }

        if (await _store.FindAttachmentAsync(part.Exchange, id, cancellationToken) is not null)
        {
            return new PeerAnswer.Holds(apart.SizeBytes);
        }

        if (apart.SizeBytes > _options.BytesMax)
        {
            return new PeerAnswer.Refused([Fault.With(AttachmentFaults.TooLarge, "sizeBytes", $"{_options.BytesMax}")]);
        }

        // 2. Where does it stand?
        var cipher = loaded?.Cipher ?? (await _staged.KeyAsync(from, part.Exchange, cancellationToken)).Cipher;
        var upload = await _staged.BeginAsync(from, part.Exchange, part.Document, cipher, cancellationToken);
        if (upload is null)
        {
            return Refused(PeerFaults.OtherBefore);
        }

        var (count, bytes) = await _store.SumUploadsAsync(from, cancellationToken);
        if (upload.ReceivedBytes == 0 && (count > _options.UploadsMax + 1 || bytes > _options.UploadBytesMax)) // one more: the row that holds a key
        {
            await DropAsync(id);
            return new PeerAnswer.Refused([Fault.With(AttachmentFaults.TooManyUploads, "", $"{_options.UploadsMax}", $"{_options.UploadBytesMax}")]);
        }

        if (part.Offset != upload.ReceivedBytes || part.Content.IsEmpty)
        {
            return new PeerAnswer.Holds(upload.ReceivedBytes);
        }

        var end = part.Offset + part.Content.Length;
        return end > apart.SizeBytes || (end < apart.SizeBytes && part.Content.Length % ChunkSeal.ChunkBytes != 0)
            ? Refused(PeerFaults.Malformed)
            : await KeepAsync(upload, cipher, apart, part.Content, cancellationToken);
    }

    public void Dispose() => _digests.Dispose();

    /// <summary>3. Hash and keep it.</summary>
    private async Task<PeerAnswer> KeepAsync(UploadRow upload, ExchangeCipher cipher, DocumentApart apart, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var (at, place) = (upload.ReceivedBytes, ChunkSeal.Place());
        var isLast = at + content.Length == apart.SizeBytes;
        var digest = _digests.Take(upload.Id, at) ?? (isLast ? await HashAsync(upload, cipher, cancellationToken) : null);
        try
        {
            digest?.Append(content.Span);
            if (isLast && digest?.Finish() != apart.Digest)
            {
                await DropAsync(upload.Id);
                return Refused(AttachmentFaults.Digest);
            }

            while (!content.IsEmpty)
            {
                var chunk = content[..Math.Min(ChunkSeal.ChunkBytes, content.Length)];
                var (ordinal, after) = ((int)(at / ChunkSeal.ChunkBytes), at + chunk.Length);
                var box = ChunkSeal.Seal(cipher, upload.Id, ordinal, last: after == apart.SizeBytes, chunk.Span, place);
                if (!await _store.AppendChunkAsync(upload.Id, new UploadGrowth(at, ordinal, box, after, _time.GetUtcNow()), cancellationToken))
                {
                    // Another node has the same part, or it was swept.
                    return new PeerAnswer.Holds((await _store.FindUploadAsync(upload.Id, cancellationToken))?.ReceivedBytes ?? 0);
                }

                (at, content) = (after, content[chunk.Length..]);
            }

            if (!isLast && digest is not null)
            {
                _digests.Put(upload.Id, digest);
                digest = null;
            }

            return new PeerAnswer.Holds(at);
        }
        finally
        {
            digest?.Dispose();
        }
    }

    private async Task<RunningDigest> HashAsync(UploadRow upload, ExchangeCipher cipher, CancellationToken cancellationToken)
    {
        var digest = new RunningDigest();
        var buffer = new byte[ChunkSeal.ChunkBytes];
        for (var ordinal = 0; ordinal < upload.ChunkCount; ordinal++)
        {
            var box = await _store.FindChunkAsync(upload.Id, ordinal, cancellationToken) ?? throw new InvalidDataException($"chunk {ordinal} of upload {upload.Id} is gone");
            digest.Append(buffer.AsSpan(0, ChunkSeal.Open(cipher, upload.Id, ordinal, last: false, box, buffer)));
        }

        return digest;
    }

    /// <summary>The one that decides on it, or one of a party; of an exchange that is not here yet, the one of whoever opened it.</summary>
    private bool MaySpeak(AgencyId from, PeerDocumentPart part, LoadedExchange? loaded)
    {
        var agencies = _configuration.Current.Agencies;
        return loaded is null ? agencies.GatewayOf(part.Opener) == from
            : loaded.Reading.State.Replica is { } replica ? replica.Gateway == from
            : loaded.Reading.State.Parties.Values.Any(party => agencies.GatewayOf(party) == from);
    }

    private async Task DropAsync(AttachmentId id)
    {
        await _store.AbandonUploadAsync(id, CancellationToken.None);
        _digests.Forget(id);
    }

    private static PeerAnswer.Refused Refused(FaultCode code) => new([new Fault(code)]);
}
