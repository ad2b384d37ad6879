using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Sharing;
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
/// Reads exchanges as an agency may see them: those to which it is party and that the sharing matrix lets it view, the fields that come through,
/// the messages that it sent or may receive. Anything else does not exist for it.
/// </summary>
public sealed class ExchangeReader(ILedgerStore store, ISnapshotSource configuration, KeyRing keys, CivilClock civil)
{
    private readonly ExchangeVault _vault = new(store, configuration, keys);
    private readonly ExchangeGrants _grants = new(configuration, civil);

    /// <summary>The exchange cut to what the reader may see, or null where there is none for it.</summary>
    public async ValueTask<ExchangeReading?> FindAsync(Asker reader, ExchangeId id, CancellationToken cancellationToken) =>
        await _vault.LoadForAsync(reader.Agency, id, withDocuments: true, cancellationToken) is { } loaded
        && _grants.View(reader, loaded.Reading.State) is { } granted
            ? Shown(reader, loaded.Reading, granted)
            : null;

    /// <summary>A page of the exchanges that the party may see, newest first, without documents.</summary>
    public ValueTask<ImmutableArray<ExchangeReading>> ListAsync(ExchangeQuery query, CancellationToken cancellationToken) =>
        ListAsync(query, query.Party, cancellationToken);

    /// <summary>
    /// The same for whom the edge says that the party is. The store looks among the types that the party may see at all; where a row asks for a role or a state, what does not
    /// fulfil it is passed over, and the page is filled from those behind it: how full a page is tells nothing of what is hidden.
    /// </summary>
    public async ValueTask<ImmutableArray<ExchangeReading>> ListAsync(ExchangeQuery query, Asker reader, CancellationToken cancellationToken)
    {
        query = query with { Types = _grants.TypesInView(reader, query.Types) };
        var readings = ImmutableArray.CreateBuilder<ExchangeReading>();
        while (!query.Types.IsEmpty)
        {
            var rows = await store.ListExchangesAsync(query, cancellationToken);
            foreach (var row in rows)
            {
                var loaded = await _vault.OpenAsync(row, withDocuments: false, cancellationToken);
                if (_grants.View(reader, loaded.Reading.State) is { } granted && readings.Count < query.CountMax)
                {
                    readings.Add(Shown(reader, loaded.Reading, granted));
                }
            }

            if (rows.Length < query.CountMax || readings.Count == query.CountMax)
            {
                break;
            }

            query = query with { Before = rows[^1].Id };
        }

        return readings.ToImmutable();
    }

    /// <summary>The exchange whole, for the gateway's own work: what leaves the gateway is read for somebody, by <see cref="FindAsync"/>.</summary>
    public async ValueTask<ExchangeReading?> FindWholeAsync(ExchangeId id, CancellationToken cancellationToken) =>
        (await _vault.LoadAsync(id, withDocuments: false, cancellationToken))?.Reading;

    /// <summary>A page of exchanges whole, newest first, without documents; for the gateway's own work.</summary>
    public async ValueTask<ImmutableArray<ExchangeReading>> ListWholeAsync(ExchangeQuery query, CancellationToken cancellationToken)
    {
        var readings = ImmutableArray.CreateBuilder<ExchangeReading>();
        foreach (var row in await store.ListExchangesAsync(query, cancellationToken))
        {
            readings.Add((await _vault.OpenAsync(row, withDocuments: false, cancellationToken)).Reading);
        }

        return readings.ToImmutable();
    }

    /// <summary>All of them, newest first, but for those that are erased: page by page, of the size that the query states; for the gateway's own work.</summary>
    public async IAsyncEnumerable<ExchangeReading> AllWholeAsync(ExchangeQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ImmutableArray<ExchangeReading> page;
        do
        {
            page = await ListWholeAsync(query, cancellationToken);
            foreach (var reading in page)
            {
                if (!reading.Erased)
                {
                    yield return reading;
                }
            }

            query = page.IsEmpty ? query : query with { Before = page[^1].Id };
        }
        while (page.Length == query.CountMax);
    }

    /// <summary>
    /// What was said in an exchange, oldest first, from the one after <paramref name="afterSequence"/>: steps, and what clocks said. Without what the messages say; for the
    /// gateway's own work.
    /// </summary>
    public async ValueTask<ImmutableArray<StepReading>> ListStepsAsync(ExchangeId id, long afterSequence, int countMax, CancellationToken cancellationToken)
    {
        var rows = await store.ListMessagesAsync(id, afterSequence, countMax, cancellationToken);
        return [.. rows.Select(row => new StepReading(row.Sequence, row.Event, row.OccurredAtCivil.ToCivil()))];
    }

    /// <summary>
    /// When the gateway that decides on the exchange kept its opening, by that gateway's receipt: of a copy the other's. Null where there is no exchange, or it was erased. The
    /// same on both sides.
    /// </summary>
    public async ValueTask<DateTimeOffset?> EvidencedAsync(ExchangeId id, CancellationToken cancellationToken)
    {
        if (await store.FindExchangeAsync(id, cancellationToken) is not { } row || _vault.CipherOf(row) is not { } cipher
            || await store.ListMessagesAsync(id, 0, 1, cancellationToken) is not [var opening])
        {
            return null;
        }

        var message = ExchangeVault.Read(opening, cipher);
        return ReceiptTime.Of(message.Relayed?.Jws ?? message.ReceiptJws);
    }

    /// <summary>The exchange as a question to the matrix has it; null where the reader is no party to it, or there is none.</summary>
    public async ValueTask<ExchangeAtHand?> AtHandAsync(Asker reader, ExchangeId id, CancellationToken cancellationToken) =>
        await _vault.LoadForAsync(reader.Agency, id, withDocuments: false, cancellationToken) is { } loaded
            ? new ExchangeAtHand(loaded.Reading.State.Parties, loaded.Reading.State.State)
            : null;

    /// <summary>The term by which a searchable field finds a value in its compared form.</summary>
    public SearchTerm TermOf(string field, string comparedForm) => TermOf(keys, field, comparedForm);

    /// <inheritdoc cref="TermOf(string, string)"/>
    internal static SearchTerm TermOf(KeyRing keys, string field, string comparedForm) => new(field, keys.Blind($"search:{field}", comparedForm));

    /// <summary>
    /// What happened, oldest first: the exchange's leaves, with what messages said where the reader sent or received them. Null where
    /// the exchange does not exist for the reader.
    /// </summary>
    public async ValueTask<ImmutableArray<HistoryEntry>?> HistoryAsync(
        Asker reader, ExchangeId id, LeafId? after, int countMax, CancellationToken cancellationToken)
    {
        if (await _vault.LoadForAsync(reader.Agency, id, withDocuments: false, cancellationToken) is not { } loaded
            || _grants.View(reader, loaded.Reading.State) is not { } view)
        {
            return null;
        }

        reader.Seen?.Add(id, part: null, view);
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
            var grant = row.Sender == reader.Agency ? view
                : claim.Recipients.Contains(reader.Agency.Value) ? _grants.MayReceive(reader, loaded.Reading.State, row.Event)
                : null;
            if (grant is not null)
            {
                reader.Seen?.Add(id, message.Id.Value, grant);
            }

            return new HistoryEntry(leaf, message, grant is null ? null : message.Payload);
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

    /// <summary>A document, to be read; only for parties that see the whole notice.</summary>
    public async ValueTask<DocumentOutcome> DocumentAsync(
        Asker reader, ExchangeId exchange, AttachmentId id, CancellationToken cancellationToken)
    {
        if (await _vault.LoadForAsync(reader.Agency, exchange, withDocuments: false, cancellationToken) is not { } loaded
            || DocumentsOf(loaded.Reading.State, reader) is not { } grant
            || await store.FindAttachmentAsync(exchange, id, cancellationToken) is not { } found)
        {
            return DocumentOutcome.None.Instance;
        }

        reader.Seen?.Add(exchange, id.Value, grant);
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

    /// <summary>Those of the deliveries that the matrix grants now, in their order; an erased one is: its end is recorded where it is leased.</summary>
    public async ValueTask<ImmutableArray<DeliveryId>> GrantedAsync(ImmutableArray<DeliveryRow> deliveries, CancellationToken cancellationToken)
    {
        var granted = ImmutableArray.CreateBuilder<DeliveryId>();
        foreach (var row in await store.ReadOutgoingAsync(deliveries, cancellationToken))
        {
            if (_vault.CipherOf(row.Exchange) is not { } cipher || (await AskAsync(row, cipher, cancellationToken)).Grant is not null)
            {
                granted.Add(row.Delivery.Id);
            }
        }

        return granted.ToImmutable();
    }

    /// <summary>Whether the recipient may have the message. Most rows need no more than the role that it is addressed to; else the exchange is opened.</summary>
    private async ValueTask<(Granted? Grant, LoadedExchange? Loaded)> AskAsync(OutgoingRow row, ExchangeCipher cipher, CancellationToken cancellationToken)
    {
        var type = await configuration.PinnedTypeAsync(new ExchangeTypeId(row.Exchange.Type), row.Exchange.TypeDigest, cancellationToken);
        if (_grants.MayDeliver(row.Delivery, row.Exchange, type) is { } grant)
        {
            return (grant, null);
        }

        var loaded = await _vault.OpenAsync(row.Exchange, cipher, withDocuments: false, cancellationToken);
        return (_grants.MayDeliver(row.Delivery, loaded.Reading.State), loaded);
    }

    private async ValueTask<OpenedDelivery> OpenAsync(OutgoingRow row, ExchangeCipher cipher, CancellationToken cancellationToken)
    {
        // The grant is asked at every lease, before the message is opened.
        var (grant, loaded) = await AskAsync(row, cipher, cancellationToken);
        if (grant is null)
        {
            return new OpenedDelivery.Withheld(row.Delivery);
        }

        // Those of the message's own time: what comes later does not change what is sent again.
        var read = ExchangeVault.Read(row.Message, cipher);
        var documents = row.Attachments.RemoveAll(document => document.CreatedAt > row.Message.CommittedAt);
        if (!documents.IsEmpty)
        {
            loaded ??= await _vault.OpenAsync(row.Exchange, cipher, withDocuments: false, cancellationToken);
            documents = DocumentsOf(loaded.Reading.State, row.Delivery.Recipient) is null ? [] : documents;
        }

        var envelope = new Envelope(
            row.Delivery, read, row.Exchange.Type, row.Exchange.CaseNumber, [.. documents.Select(document => ExchangeVault.Read(document, cipher))]);
        return new OpenedDelivery.Readable(row.Delivery, envelope, grant) { Exchange = new SeenExchange(row.Exchange, loaded) };
    }

    /// <summary>The reading as the agency may see it; without a grant its view, flags and documents are empty.</summary>
    public ExchangeReading SeenBy(Asker reader, ExchangeReading reading) => Cut(reading, _grants.View(reader, reading.State)?.By.Fields ?? Nothing);

    private static readonly FieldList Nothing = FieldList.Of([]);

    /// <summary>Documents belong to the notice: who does not see the whole of the first section may not read them.</summary>
    private Granted? DocumentsOf(ExchangeState state, Asker reader) =>
        _grants.View(reader, state) is { } granted && ShowsNotice(state.Type, granted.By.Fields) ? granted : null;

    private static bool ShowsNotice(ExchangeType type, FieldList fields) =>
        type.Opening.View is ViewChange.Put opening && fields.ContainsWhole(opening.Section);

    private static ExchangeReading Shown(Asker reader, ExchangeReading reading, Granted grant)
    {
        reader.Seen?.Add(reading.Id, part: null, grant);
        return Cut(reading, grant.By.Fields);
    }

    /// <summary>Flags and documents are of the notice, the first section.</summary>
    private static ExchangeReading Cut(ExchangeReading reading, FieldList fields)
    {
        var showsNotice = ShowsNotice(reading.State.Type, fields);
        return reading with
        {
            State = reading.State with
            {
                View = fields.Cut(reading.State.View),
                Flags = showsNotice ? reading.State.Flags : reading.State.Flags.Clear(),
            },
            Documents = showsNotice ? reading.Documents : [],
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
    /// <param name="Grant">By which its recipient may have it.</param>
    public sealed record Readable(DeliveryRow Delivery, Envelope Envelope, Granted Grant) : OpenedDelivery(Delivery)
    {
        /// <summary>The exchange as it stood when this was read.</summary>
        internal SeenExchange? Exchange { get; init; }
    }

    /// <summary>It goes to another gateway.</summary>
    public sealed record ForPeer(DeliveryRow Delivery, PeerParcel Parcel) : OpenedDelivery(Delivery);

    /// <summary>It was erased before it could be handed out.</summary>
    public sealed record Erased(DeliveryRow Delivery) : OpenedDelivery(Delivery);

    /// <summary>The recipient may not have it, at present: <see cref="DeliveryStatus.Parked"/> until a matrix grants it again.</summary>
    public sealed record Withheld(DeliveryRow Delivery) : OpenedDelivery(Delivery);

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
