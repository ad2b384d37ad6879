using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Peers;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>
/// Turns a decision into the writes of one exchange: everything that must be durable together. All sealing, hashing and signing is done
/// here, before the store's single writer sees the unit.
/// </summary>
internal sealed class CommitBuilder(KeyRing keys, ReceiptSigner signer, IIdSource ids, CivilClock civil, LedgerOptions options, ISnapshotSource configuration)
{
    private readonly DocumentSealer _sealer = new(ids);

    /// <summary>The writes for <paramref name="accepted"/>, and what the first message's sender is answered.</summary>
    /// <param name="origin">The exchange before, or a new one's identity.</param>
    /// <param name="documents">What comes with the first message.</param>
    /// <param name="referenced">Documents of the exchange that the first message names.</param>
    /// <param name="uploaded">A document that was uploaded in chunks and is complete.</param>
    /// <param name="staged">Documents that came in parts before the first message.</param>
    /// <param name="payload">The first message's payload in canonical form, where somebody made it already.</param>
    /// <param name="signature">The sender's own, of the first message.</param>
    /// <param name="peer">Where another gateway has part in it.</param>
    /// <param name="together">The exchange on which a step is committed with the first message; the leaf tells of it.</param>
    public BuiltCommit Build(
        CommitOrigin origin, Decision.Accepted accepted, AgencyId? sender, ImmutableArray<IncomingDocument> documents, DateTimeOffset now, string traceParent,
        SealedDocument? uploaded = null, IReadOnlyList<DocumentReading>? referenced = null, byte[]? payload = null,
        SenderSignature? signature = null, PeerPart? peer = null, ExchangeId? together = null, ImmutableArray<SealedDocument> staged = default)
    {
        var next = accepted.Next;
        var paths = new DeliveryPaths(configuration.Current.Agencies, origin.Before?.State, next, peer);
        var version = origin.Version;
        var messages = ImmutableArray.CreateBuilder<MessageRow>();
        var deliveries = ImmutableArray.CreateBuilder<NewDelivery>();
        var leaves = ImmutableArray.CreateBuilder<LeafRow>();
        var attachments = documents.Select(document => _sealer.Whole(origin, document, sender, now)).Concat(staged.IsDefault ? [] : staged).ToImmutableArray();
        Receipt? receipt = null;
        foreach (var message in paths.MustTellOfClocks(accepted) ? [paths.Update(civil.Now)] : accepted.Messages)
        {
            ImmutableArray<DocumentReading> travelling = receipt is null
                ? [.. attachments.Select(attachment => attachment.Reading).Where(document => peer?.States(document.Id) != false), .. referenced ?? []]
                : [];
            var canonical = receipt is null && payload is not null ? payload : CanonicalJson.Canonicalise(message.Payload);
            var (row, leaf, signed) = Seal(
                origin, message, paths, canonical, travelling, receipt is null ? signature : null, receipt is null ? peer : null, ++version, now, traceParent,
                receipt is null ? together : null);
            messages.Add(row);
            leaves.Add(leaf);
            receipt ??= signed;
            deliveries.AddRange(paths.Of(message).Select(path => Deliver(next.Type, message, row.Id, path, now)));
        }

        attachments = uploaded is null ? attachments : attachments.Add(uploaded);
        leaves.AddRange(attachments.Select(attachment => attachment.Leaf));
        var (before, viewUnchanged) = (origin.Before, ReferenceEquals(origin.Before?.State.View, next.View));
        var view = viewUnchanged ? null : CanonicalJson.Canonicalise(next.View);
        var caseNumber = next.Type.CaseNumber?.FindText(next.View) is { } text ? ComparedForms.CaseNumberKey(text) : null;
        var rowAfter = new ExchangeRow(
            origin.Id, next.Type.Id.Value, next.Type.Digest, origin.NoticeId, Math.Max(version, origin.Version + 1), next.State.Value, next.Final, caseNumber,
            origin.Opener, origin.OpenedAtCivil, now, next.NextClockAt, next.Provisional, StateCodec.Encode(next),
            view is null && before is not null ? before.ViewCipher : origin.Cipher.Seal(ExchangeCipher.View, origin.Id.Value, view),
            origin.DataKey)
        {
            EraseAt = EraseAt(before, next),
        };
        var write = new ExchangeWrite(
            origin.Version, rowAfter,
            ReferenceEquals(before?.State.Parties, next.Parties) ? null : [.. next.Parties.Select(party => new PartyRow(party.Value, party.Key))],
            viewUnchanged && before?.State.State == next.State ? null : HoldsOf(next),
            viewUnchanged ? null : SearchOf(next),
            messages.ToImmutable(), deliveries.ToImmutable(),
            [.. attachments.Select(attachment => attachment.New)], leaves.ToImmutable());
        var reading = new ExchangeReading(
            origin.Id, origin.NoticeId, rowAfter.Version, next, caseNumber, origin.OpenedAtCivil, now,
            [.. origin.Documents, .. attachments.Select(attachment => attachment.Reading)], Erased: false);
        return new BuiltCommit(write, new StepAnswer(reading, receipt ?? Receipt.OfNone(now)), origin.Cipher, view);
    }

    /// <summary>
    /// The end of the last civil day for which the content is kept, counted from the day on which the exchange became final. Set once; what follows in a final state does not put it off.
    /// </summary>
    private DateTimeOffset? EraseAt(CommitBefore? before, ExchangeState next) =>
        !next.Final ? null : before?.EraseAt ?? civil.Now.CivilDate().AddDays(next.Type.Retention.PayloadDays).EndOfDay();

    /// <summary>The keys that the exchange owns in its state.</summary>
    public ImmutableArray<HoldKey> HoldsOf(ExchangeState state) =>
    [
        .. from hold in state.Type.Holds
           where state.Replica is null && hold.While.Contains(state.State) // who decides, holds
           let claimed = HoldKeys.Of(hold, state.View)
           let place = PlaceOf(hold, claimed.Parts)
           from key in claimed.Keys
           select new HoldKey([.. place, .. keys.Blind($"hold:{hold.Name}", key)]),
    ];

    /// <summary>Beside the holds of its case's neighbours, where the hold names a case.</summary>
    private ImmutableArray<byte> PlaceOf(HoldDefinition hold, ImmutableArray<string> parts) =>
        hold.Parts.Zip(parts).FirstOrDefault(part => part.First.Form == ComparedAs.CaseNumber).Second is { } caseNumber
            ? KeyPlace.OfCase(keys, caseNumber)
            : [];

    private NewDelivery Deliver(ExchangeType type, OutgoingMessage message, MessageId id, DeliveryPath path, DateTimeOffset now) =>
        new(new DeliveryId(ids.NewId()), id, path.To, path.Role, message.Event, path.Overtakes, now)
        {
            Clocked = type.Clocks.Any(clock => path.Reached.Any(role => clock.StartsOnDelivery(new StepName(message.Event), role))),
            CreatedAt = now,
            OverdueAt = now + options.OverdueAfter,
        };

    private ImmutableArray<SearchTerm> SearchOf(ExchangeState state) =>
    [
        .. from search in state.Type.Search
           let value = ComparedForms.Of(search.Value, state.View)
           where value is not null
           select ExchangeReader.TermOf(keys, search.Name, value),
    ];

    private (MessageRow Row, LeafRow Leaf, Receipt Receipt) Seal(
        CommitOrigin origin, OutgoingMessage message, DeliveryPaths paths, byte[] payload, ImmutableArray<DocumentReading> documents, SenderSignature? signature,
        PeerPart? peer, long sequence, DateTimeOffset now, string traceParent, ExchangeId? together)
    {
        var id = new MessageId(peer?.Message ?? ids.NewId());
        var away = paths.Away(message);
        var payloadDigest = CanonicalJson.Digest(payload);

        // Canonical parts in the order of their names make the canonical whole; the payload, the larger part, is not gone through twice.
        byte[] content =
        [
            .. "{\"documents\":"u8, .. CanonicalJson.Canonicalise(new JsonArray([.. documents.Select(Manifest)])),
            .. ",\"payload\":"u8, .. payload,
            .. away.IsEmpty ? default(ReadOnlySpan<byte>) : [.. ",\"peers\":"u8, .. MessageContent.Write(away)],
            .. peer?.Relayed is null ? default(ReadOnlySpan<byte>) : [.. ",\"relayed\":"u8, .. MessageContent.Write(peer.Relayed)],
            .. signature is null ? default(ReadOnlySpan<byte>) : [.. ",\"signature\":"u8, .. signature.ToCanonicalJson()], (byte)'}',
        ];
        var nonce = new byte[MessageContent.NonceBytes];
        ids.Fill(nonce);
        var facts = new JsonObject
        {
            ["event"] = message.Event,
            ["sequence"] = sequence,
            ["typeDigest"] = origin.TypeDigest,
            ["occurred"] = Timestamps.Format(message.OccurredAt),
            ["commitment"] = Leaf.Commitment(nonce, content),
            ["recipients"] = new JsonArray([.. message.Recipients.Select(recipient => (JsonNode)recipient.Agency.Value)]),
        };
        if (signature is not null)
        {
            facts["signedBy"] = signature.KeyId;
        }

        if (together is { } other)
        {
            facts["together"] = other.ResourceName;
        }

        if (paths.Of(message).Where(path => path.Role == DeliveryPaths.GatewayRole).Select(path => (JsonNode)path.To.Value).ToArray() is { Length: > 0 } gateways)
        {
            // Whose deliveries are rows here, and who is told by another gateway: what a verifier holds the rows against.
            facts["gateways"] = new JsonArray(gateways);
            facts["away"] = new JsonArray([.. away.Select(recipient => (JsonNode)recipient.Agency.Value)]);
        }

        if (peer?.Relayed is { } relayed)
        {
            facts["relayedBy"] = relayed.Gateway.Value;
            facts["relayedReceipt"] = PeerEvidence.DigestOf(relayed.Jws);
        }

        var leaf = Leaf.Of(new LeafId(ids.NewId()), LeafKinds.Message, origin.Id, id.Value, message.Sender, now, facts);
        var jws = signer.Sign(new JsonObject
        {
            ["sub"] = $"{origin.Id.ResourceName}/messages/{id}",
            ["event"] = message.Event,
            ["agency"] = message.Sender?.Value ?? "",
            ["digest"] = payloadDigest,
            ["documents"] = new JsonArray([.. documents.Select(document => (JsonNode)document.Sha256)]),
            ["documentsSm3"] = new JsonArray([.. documents.Select(document => (JsonNode)document.Sm3)]),
            ["occurred"] = Timestamps.Format(message.OccurredAt),
            ["committed"] = Timestamps.Format(now),
            ["leaf"] = Convert.ToHexStringLower(leaf.Hash),
        });
        var row = new MessageRow(
            id, origin.Id, sequence, message.Event, message.Sender, message.StateAfter.Value, message.OccurredAt, now,
            origin.Cipher.Seal(ExchangeCipher.Message, id.Value, MessageContent.Join(nonce, jws, content)), leaf.Hash, traceParent);
        return (row, leaf, new Receipt(id, payloadDigest, now, jws));
    }

    /// <summary>What a message says of a document that it brings or names.</summary>
    private static JsonNode Manifest(DocumentReading document) => new JsonObject
    {
        ["id"] = document.Id.ToString(),
        ["kind"] = document.Kind,
        ["fileName"] = document.FileName,
        ["mediaType"] = document.MediaType,
        ["sizeBytes"] = document.SizeBytes,
        ["sha256"] = document.Sha256,
        ["sm3"] = document.Sm3,
    };
}

/// <summary>The writes of one exchange, and what the sender of its first message is answered.</summary>
/// <param name="changedView">The view in canonical form, where it changed.</param>
internal sealed class BuiltCommit(ExchangeWrite write, StepAnswer answer, ExchangeCipher cipher, byte[]? changedView)
{
    public ExchangeWrite Write { get; } = write;

    public StepAnswer Answer { get; } = answer;

    /// <summary>Seals what is kept of the answer.</summary>
    public ExchangeCipher Cipher { get; } = cipher;

    /// <summary>The view after the writes, in canonical form.</summary>
    public byte[] View() => changedView ?? CanonicalJson.Canonicalise(Answer.Exchange.State.View);
}

/// <summary>What a commit starts from: an exchange as loaded, or a new one.</summary>
/// <param name="Version">0 for a new one.</param>
/// <param name="Before">What stands in the store; null for a new one. What did not change since is not written again.</param>
internal sealed record CommitOrigin(
    ExchangeId Id,
    Guid NoticeId,
    long Version,
    string TypeDigest,
    AgencyId Opener,
    DateTimeOffset OpenedAtCivil,
    ExchangeCipher Cipher,
    byte[]? DataKey,
    ImmutableArray<DocumentReading> Documents,
    CommitBefore? Before)
{
    public static CommitOrigin Of(LoadedExchange loaded, ExchangeCipher cipher) => new(
        loaded.Row.Id, loaded.Row.NoticeId, loaded.Row.Version, loaded.Row.TypeDigest, loaded.Row.Opener, loaded.Reading.OpenedAtCivil, cipher,
        loaded.Row.DataKey, loaded.Reading.Documents, new CommitBefore(loaded.Reading.State, loaded.Row.ViewCipher, loaded.Row.EraseAt));
}

/// <summary>An exchange's state before a commit, and its view as it stands encrypted.</summary>
internal sealed record CommitBefore(ExchangeState State, byte[] ViewCipher, DateTimeOffset? EraseAt);
