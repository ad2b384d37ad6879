using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>Reads rows back into what they say. Everything it opens was sealed by <see cref="CommitBuilder"/>.</summary>
internal sealed class ExchangeVault(ILedgerStore store, ISnapshotSource configuration, KeyRing keys)
{
    /// <summary>The exchange with its type, state and documents, or null where there is none.</summary>
    public ValueTask<LoadedExchange?> LoadAsync(ExchangeId id, CancellationToken cancellationToken) => LoadAsync(id, withDocuments: true, cancellationToken);

    public async ValueTask<LoadedExchange?> LoadAsync(ExchangeId id, bool withDocuments, CancellationToken cancellationToken) =>
        await store.FindExchangeAsync(id, cancellationToken) is { } row ? await OpenAsync(row, withDocuments, cancellationToken) : null;

    public async ValueTask<LoadedExchange> OpenAsync(ExchangeRow row, bool withDocuments, CancellationToken cancellationToken)
    {
        var type = await configuration.PinnedTypeAsync(new ExchangeTypeId(row.Type), row.TypeDigest, cancellationToken);
        var cipher = CipherOf(row);
        var view = cipher is null ? [] : Json(cipher.Open(ExchangeCipher.View, row.Id.Value, row.ViewCipher));
        ImmutableArray<DocumentReading> documents = [];
        if (withDocuments)
        {
            var rows = await store.ListAttachmentsAsync(row.Id, cancellationToken);
            documents = [.. rows.Select(document => Read(document, cipher))];
        }

        var reading = new ExchangeReading(
            row.Id, row.NoticeId, row.Version, StateCodec.Decode(type, row.State, row.Control, view), row.CaseNumber,
            row.OpenedAtCivil.ToCivil(), row.UpdatedAt, documents, Erased: cipher is null);
        return new LoadedExchange(row, reading, cipher);
    }

    public ExchangeCipher? CipherOf(ExchangeRow row) =>
        row.DataKey is { } wrapped ? new ExchangeCipher(keys.Unwrap(row.Id.Value, wrapped)) : null;

    public static MessageReading Read(MessageRow row, ExchangeCipher? cipher)
    {
        var erased = new MessageReading(
            row.Id, row.Exchange, row.Sequence, row.Event, row.Sender, row.StateAfter, row.OccurredAtCivil.ToCivil(), row.CommittedAt,
            Payload: null, PayloadDigest: "", ReceiptJws: "", row.LeafHash, row.TraceParent);
        if (cipher is null)
        {
            return erased;
        }

        var (_, receipt, utf8) = MessageContent.Split(cipher.Open(ExchangeCipher.Message, row.Id.Value, row.ContentCipher));
        var content = Json(utf8);
        var payload = content["payload"]?.AsObject();
        return erased with
        {
            Payload = payload,
            PayloadDigest = Casework.Json.CanonicalJson.Digest(Casework.Json.CanonicalJson.Canonicalise(payload)),
            ReceiptJws = receipt,
            Documents = [.. (content["documents"]?.AsArray() ?? []).Select(document => Stated(row, document))],
        };
    }

    private static DocumentReference Stated(MessageRow message, JsonNode? document)
    {
        return new DocumentReference(message.Exchange, new AttachmentId(Guid.Parse(Text("id"))), Text("sha256"), Text("sm3"));

        string Text(string field) => document?[field]?.GetValue<string>() ?? throw new InvalidDataException($"message {message.Id} states a document without {field}");
    }

    public static DocumentReading Read(AttachmentRow row, ExchangeCipher? cipher)
    {
        var names = cipher is null ? null : DocumentNames.Decode(cipher.Open(ExchangeCipher.DocumentNames, row.Id.Value, row.MetaCipher));
        if (names is not null && names.SizeBytes != row.SizeBytes)
        {
            throw new InvalidDataException($"document {row.Id} was edited: it is not as long as it was");
        }

        return new DocumentReading(
            row.Id, row.Sender, row.Kind, names?.FileName ?? "", names?.MediaType ?? "", row.SizeBytes, names?.Digest.Sha256 ?? "",
            names?.Digest.Sm3 ?? "", row.CreatedAt);
    }

    /// <summary>An object that was stored.</summary>
    public static JsonObject Json(ReadOnlySpan<byte> utf8) =>
        JsonNode.Parse(utf8) as JsonObject ?? throw new InvalidDataException("stored JSON is no object");
}

/// <summary>An exchange as read, with the row it came from and the cipher of its values; null once erased.</summary>
internal sealed record LoadedExchange(ExchangeRow Row, ExchangeReading Reading, ExchangeCipher? Cipher);

/// <summary>The encrypted part of a document's row.</summary>
/// <param name="SizeBytes">As the row says in clear; sealed here, so that a row edited to another length is found out.</param>
/// <param name="Nonce">Of the leaf's commitment.</param>
internal sealed record DocumentNames(string FileName, string MediaType, long SizeBytes, DocumentDigest Digest, string Nonce)
{
    public byte[] Encode() => Casework.Json.CanonicalJson.Canonicalise(new JsonObject
    {
        ["fileName"] = FileName,
        ["mediaType"] = MediaType,
        ["sizeBytes"] = SizeBytes,
        ["sha256"] = Digest.Sha256,
        ["sm3"] = Digest.Sm3,
        ["nonce"] = Nonce,
    });

    public static DocumentNames Decode(byte[] json)
    {
        var names = JsonNode.Parse(json)?.AsObject() ?? throw new InvalidDataException("a document's names are empty");
        return new DocumentNames(
            Value<string>("fileName"), Value<string>("mediaType"), Value<long>("sizeBytes"),
            new DocumentDigest(Value<string>("sha256"), Value<string>("sm3")), Value<string>("nonce"));

        T Value<T>(string field) => names[field] is { } value ? value.GetValue<T>() : throw new InvalidDataException($"a document's names lack {field}");
    }
}
