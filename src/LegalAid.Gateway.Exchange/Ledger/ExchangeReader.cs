using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>
/// Reads exchanges as an agency may see them: those to which it is party, the sections of the view that its roles read, the messages it
/// sent or received. Anything else does not exist for it.
/// </summary>
public sealed class ExchangeReader(ILedgerStore store, ISnapshotSource configuration, KeyRing keys)
{
    private readonly ExchangeVault _vault = new(store, configuration, keys);

    /// <summary>The exchange cut to what the reader may see, or null where there is none for it.</summary>
    public async ValueTask<ExchangeReading?> FindAsync(AgencyId reader, ExchangeId id, CancellationToken cancellationToken) =>
        await _vault.LoadAsync(id, cancellationToken) is { } loaded && IsParty(loaded, reader) ? SeenBy(reader, loaded.Reading) : null;

    /// <summary>A page of the reader's exchanges, newest first, without documents.</summary>
    public async ValueTask<ImmutableArray<ExchangeReading>> ListAsync(ExchangeQuery query, CancellationToken cancellationToken)
    {
        var rows = await store.ListExchangesAsync(query, cancellationToken);
        var readings = ImmutableArray.CreateBuilder<ExchangeReading>(rows.Length);
        foreach (var row in rows)
        {
            var loaded = await _vault.OpenAsync(row, withDocuments: false, cancellationToken);
            readings.Add(SeenBy(query.Party, loaded.Reading));
        }

        return readings.ToImmutable();
    }

    /// <summary>The term by which a searchable field finds a value in its compared form.</summary>
    public SearchTerm TermOf(string field, string comparedForm) => new(field, keys.Blind($"search:{field}", comparedForm));

    /// <summary>
    /// What happened, oldest first: the exchange's leaves, with what messages said where the reader sent or received them. Null where
    /// the exchange does not exist for the reader.
    /// </summary>
    public async ValueTask<ImmutableArray<HistoryEntry>?> HistoryAsync(
        AgencyId reader, ExchangeId id, LeafId? after, int countMax, CancellationToken cancellationToken)
    {
        if (await _vault.LoadAsync(id, cancellationToken) is not { } loaded || !IsParty(loaded, reader))
        {
            return null;
        }

        var leaves = await store.ListLeavesAsync(id, after, countMax, cancellationToken);
        var claims = leaves.Where(leaf => leaf.Kind == LeafKinds.Message).ToDictionary(leaf => leaf.Id, leaf => MessageClaims.Of(leaf));
        var messages = await MessagesAsync(id, claims.Values, cancellationToken);
        return [.. leaves.Select(Entry)];

        HistoryEntry Entry(LeafRow leaf)
        {
            if (!claims.TryGetValue(leaf.Id, out var claim) || leaf.Subject is not { } subject || !messages.TryGetValue(subject, out var row))
            {
                return new HistoryEntry(leaf, Message: null, Payload: null);
            }

            var message = ExchangeVault.Read(row, loaded.Cipher);
            var mayRead = row.Sender == reader || claim.Recipients.Contains(reader.Value);
            return new HistoryEntry(leaf, message, mayRead ? message.Payload : null);
        }
    }

    /// <summary>The messages of one page of leaves, by id: those between the first and the last sequence that the leaves state.</summary>
    private async ValueTask<Dictionary<Guid, MessageRow>> MessagesAsync(ExchangeId id, ICollection<MessageClaims> claims, CancellationToken cancellationToken)
    {
        if (claims.Count == 0)
        {
            return [];
        }

        var (first, last) = (claims.Min(claim => claim.Sequence), claims.Max(claim => claim.Sequence));
        var rows = await store.ListMessagesAsync(id, first - 1, checked((int)(last - first + 1)), cancellationToken);
        return rows.ToDictionary(row => row.Id.Value);
    }

    /// <summary>A document, to be read; only for parties that read the notice.</summary>
    public async ValueTask<DocumentOutcome> DocumentAsync(
        AgencyId reader, ExchangeId exchange, AttachmentId id, CancellationToken cancellationToken)
    {
        if (await _vault.LoadAsync(exchange, withDocuments: false, cancellationToken) is not { } loaded || !MayReadDocuments(loaded, reader)
            || await store.FindAttachmentAsync(exchange, id, cancellationToken) is not { } found)
        {
            return DocumentOutcome.None.Instance;
        }

        return loaded.Cipher is { } cipher
            ? new DocumentOutcome.Found(new OpenDocument(store, cipher, found.Row, found.ContentCipher))
            : new DocumentOutcome.Erased(ExchangeVault.Read(found.Row, cipher: null));
    }

    /// <summary>
    /// The messages of deliveries as their recipients get them, read at once. One that was erased since, or cannot be read, is among the
    /// answers and does not keep the others. In the order of the deliveries.
    /// </summary>
    public async ValueTask<ImmutableArray<OpenedDelivery>> EnvelopesAsync(ImmutableArray<DeliveryRow> deliveries, CancellationToken cancellationToken)
    {
        var found = await store.ReadOutgoingAsync(deliveries, cancellationToken);
        var outgoing = found.ToDictionary(row => row.Delivery.Id);
        var opened = ImmutableArray.CreateBuilder<OpenedDelivery>(deliveries.Length);
        foreach (var delivery in deliveries)
        {
            try
            {
                opened.Add(outgoing.TryGetValue(delivery.Id, out var row) && _vault.CipherOf(row.Exchange) is { } cipher
                    ? await OpenAsync(row, cipher, cancellationToken)
                    : new OpenedDelivery.Erased(delivery));
            }
            catch (Exception e) when (e is not StoreUnavailableException && !cancellationToken.IsCancellationRequested)
            {
                // The delivery's edge: corrupt state stops this one, loudly, and no other. A store that is away says so itself, and the leases run out.
                opened.Add(new OpenedDelivery.Unreadable(delivery, e));
            }
        }

        return opened.MoveToImmutable();
    }

    /// <summary>What the recipient said of a delivery, for the operator; null where it said nothing or the exchange is erased.</summary>
    public async ValueTask<string?> DetailAsync(DeliveryRow delivery, CancellationToken cancellationToken) =>
        delivery.DetailCipher is { } box
        && await store.FindExchangeAsync(delivery.Exchange, cancellationToken) is { } row
        && _vault.CipherOf(row) is { } cipher
            ? Encoding.UTF8.GetString(cipher.Open(ExchangeCipher.Detail, delivery.Id.Value, box))
            : null;

    private async ValueTask<OpenedDelivery> OpenAsync(OutgoingRow row, ExchangeCipher cipher, CancellationToken cancellationToken)
    {
        var read = ExchangeVault.Read(row.Message, cipher);

        // Those of the message's own time: what comes later does not change what is sent again.
        var documents = row.Attachments.RemoveAll(document => document.CreatedAt > row.Message.CommittedAt);
        LoadedExchange? loaded = null;
        if (!documents.IsEmpty)
        {
            loaded = await _vault.OpenAsync(row.Exchange, cipher, withDocuments: false, cancellationToken);
            documents = MayReadDocuments(loaded, row.Delivery.Recipient) ? documents : [];
        }

        var envelope = new Envelope(
            row.Delivery, read, row.Exchange.Type, row.Exchange.CaseNumber, [.. documents.Select(document => ExchangeVault.Read(document, cipher))]);
        return new OpenedDelivery.Readable(row.Delivery, envelope) { Exchange = new SeenExchange(row.Exchange, loaded) };
    }

    private static bool IsParty(LoadedExchange loaded, AgencyId reader) => loaded.Reading.State.RolesOf(reader).Any();

    /// <summary>Documents belong to the notice: who may not read the first section of the view may not read them.</summary>
    private static bool MayReadDocuments(LoadedExchange loaded, AgencyId reader) =>
        loaded.Reading.State.Type.Opening.View is ViewChange.Put opening && SectionsOf(loaded.Reading, reader).Contains(opening.Section);

    private static HashSet<string> SectionsOf(ExchangeReading reading, AgencyId reader)
    {
        var roles = reading.State.RolesOf(reader).ToHashSet();
        return reading.State.Type.Roles.Where(role => roles.Contains(role.Name)).SelectMany(role => role.Reads).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The reading cut to the sections that the reader's roles read; flags and documents are of the notice, the first section.</summary>
    public static ExchangeReading SeenBy(AgencyId reader, ExchangeReading reading)
    {
        var sections = SectionsOf(reading, reader);
        var view = new JsonObject();
        foreach (var (section, value) in reading.State.View.Where(entry => sections.Contains(entry.Key)))
        {
            view[section] = value?.DeepClone();
        }

        var readsNotice = reading.State.Type.Opening.View is ViewChange.Put opening && sections.Contains(opening.Section);
        return reading with
        {
            State = reading.State with { View = view, Flags = readsNotice ? reading.State.Flags : reading.State.Flags.Clear() },
            Documents = readsNotice ? reading.Documents : [],
        };
    }
}

/// <summary>One thing that happened to an exchange.</summary>
/// <param name="Message">The message, if it was one.</param>
/// <param name="Payload">What it said, if the reader was party to it.</param>
public sealed record HistoryEntry(LeafRow Leaf, MessageReading? Message, JsonObject? Payload);

/// <summary>A message on its way to one recipient, decrypted.</summary>
/// <param name="Documents">The exchange's documents at the time of the message; none for who may not read them, such as a supervisor or a party that has left since.</param>
public sealed record Envelope(
    DeliveryRow Delivery,
    MessageReading Message,
    string ExchangeType,
    string? CaseNumber,
    ImmutableArray<DocumentReading> Documents)
{
    /// <summary>The payload, parsed anew each time.</summary>
    public JsonObject Payload => Message.Payload ?? [];

    /// <summary>Which of the documents the message itself brought or named; none for who may not read them.</summary>
    public ImmutableArray<DocumentReference> Stated => Documents.IsEmpty ? [] : Message.Documents;
}

/// <summary>A delivery's message as it could be read: a closed set.</summary>
public abstract record OpenedDelivery(DeliveryRow Delivery)
{
    public sealed record Readable(DeliveryRow Delivery, Envelope Envelope) : OpenedDelivery(Delivery)
    {
        /// <summary>The exchange as it stood when this was read.</summary>
        internal SeenExchange? Exchange { get; init; }
    }

    /// <summary>It was erased before it could be handed out.</summary>
    public sealed record Erased(DeliveryRow Delivery) : OpenedDelivery(Delivery);

    /// <summary>What is stored does not open: corrupt, or sealed under a key that is not in the ring.</summary>
    public sealed record Unreadable(DeliveryRow Delivery, Exception Why) : OpenedDelivery(Delivery);
}

/// <summary>What a message's leaf says of it in clear.</summary>
internal sealed record MessageClaims(long Sequence, ImmutableHashSet<string> Recipients)
{
    public static MessageClaims Of(LeafRow leaf)
    {
        using var entry = JsonDocument.Parse(leaf.Entry);
        return new MessageClaims(
            entry.RootElement.GetProperty("sequence").GetInt64(),
            [.. entry.RootElement.GetProperty("recipients").EnumerateArray().Select(recipient => recipient.GetString() ?? "")]);
    }
}
