using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Sharing;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Peers;

/// <summary>
/// Reads what deliveries to another gateway carry: of an exchange of our own, the message and the exchange as the matrix lets the agencies there see it; of a copy, a step to
/// be decided on there.
/// </summary>
internal sealed class PeerOutbox(ILedgerStore store, ISnapshotSource configuration, KeyRing keys, CivilClock civil)
{
    /// <summary>Most bytes of documents within a parcel; what is over goes before it in parts. Base64 makes four of three, and lanes hold several parcels at a time.</summary>
    public const int InlineBytesMax = 512 << 10;

    private readonly ExchangeVault _vault = new(store, configuration, keys);
    private readonly ExchangeGrants _grants = new(configuration, civil);

    /// <summary>In the order of the deliveries; what cannot be read or was erased does not keep the others.</summary>
    public async ValueTask<ImmutableArray<OpenedDelivery>> ReadAsync(ImmutableArray<DeliveryRow> deliveries, CancellationToken cancellationToken)
    {
        var outgoing = (await store.ReadOutgoingAsync(deliveries, cancellationToken)).ToDictionary(row => row.Delivery.Id);
        var opened = ImmutableArray.CreateBuilder<OpenedDelivery>(deliveries.Length);
        foreach (var delivery in deliveries)
        {
            try
            {
                opened.Add(outgoing.TryGetValue(delivery.Id, out var row) && _vault.CipherOf(row.Exchange) is { } cipher
                    ? new OpenedDelivery.ForPeer(delivery, await ParcelAsync(row, cipher, cancellationToken))
                    : new OpenedDelivery.Erased(delivery));
            }
            catch (Exception e) when (e is not StoreUnavailableException && !cancellationToken.IsCancellationRequested)
            {
                // The delivery's edge, as of an envelope.
                opened.Add(new OpenedDelivery.Unreadable(delivery, e));
            }
        }

        return opened.MoveToImmutable();
    }

    private async ValueTask<PeerParcel> ParcelAsync(OutgoingRow row, ExchangeCipher cipher, CancellationToken cancellationToken)
    {
        var loaded = await _vault.OpenAsync(row.Exchange, cipher, withDocuments: true, cancellationToken);
        var message = ExchangeVault.Read(row.Message, cipher);
        return loaded.Reading.State.Replica is null
            ? await UpdateAsync(row.Delivery, loaded, cipher, message, cancellationToken)
            : await CommandAsync(row.Delivery.Recipient, loaded, cipher, message, cancellationToken);
    }

    private async ValueTask<PeerParcel> CommandAsync(AgencyId to, LoadedExchange loaded, ExchangeCipher cipher, MessageReading message, CancellationToken cancellationToken)
    {
        var agency = message.Sender ?? throw new InvalidDataException($"message {message.Id} is passed on and nobody's");
        var stated = message.Documents.Select(document => document.Id).ToHashSet();
        var (documents, apart) = await ContentsAsync(loaded, cipher, to, stated.Contains, cancellationToken);
        var command = new PeerCommand(message.Id.Value, loaded.Row.Id, new StepName(message.Event), agency, message.Payload ?? [], message.ReceiptJws, documents);
        return new PeerParcel.Command(PeerJson.Write(command), command.Id, command.Step, agency) { Apart = apart };
    }

    private async ValueTask<PeerParcel> UpdateAsync(
        DeliveryRow delivery, LoadedExchange loaded, ExchangeCipher cipher, MessageReading message, CancellationToken cancellationToken)
    {
        var (agencies, state, gateway) = (configuration.Current.Agencies, loaded.Reading.State, delivery.Recipient);
        var parties = state.Parties.Values.Where(party => agencies.GatewayOf(party) == gateway).Distinct().ToList();
        var seen = parties.Select(party => _grants.View(new Asker(party, Purpose: null), state)?.By.Fields).OfType<FieldList>().ToList();
        var showsNotice = state.Type.Opening.View is ViewChange.Put opening && seen.Any(fields => fields.ContainsWhole(opening.Section));
        ImmutableArray<Recipient> away = [.. message.Away.Where(recipient => agencies.GatewayOf(recipient.Agency) == gateway)];
        ImmutableArray<Recipient> granted = [.. away.Where(recipient => _grants.MayDeliver(delivery with { Recipient = recipient.Agency, Role = recipient.Role.Value }, state) is not null)];
        var isTold = !granted.IsEmpty || (message.Sender is { } sender && agencies.GatewayOf(sender) == gateway);

        var stated = showsNotice ? message.Documents.Select(document => document.Id).ToImmutableArray() : [];
        var before = (await store.ListDeliveriesAsync(delivery.Exchange, cancellationToken))
            .Where(row => row.Recipient == gateway && row.Sequence < delivery.Sequence && row.Status != DeliveryStatus.WrittenOff)
            .Select(row => row.Sequence).DefaultIfEmpty().Max();
        var (documents, apart) = showsNotice ? await ContentsAsync(loaded, cipher, gateway, id => before == 0 || stated.Contains(id), cancellationToken) : ([], []);
        var update = new PeerUpdate(
            loaded.Row.Id, loaded.Row.NoticeId, state.Type.Id, state.Type.Digest, loaded.Row.Opener, loaded.Reading.OpenedAtCivil, delivery.Sequence, before, loaded.Row.Version,
            state.State.Value, PeerStates.Write(showsNotice ? state : state with { Flags = state.Flags.Clear() }),
            seen.Count == 0 ? [] : seen.Aggregate((one, other) => one.Union(other)).Cut(state.View),
            new PeerMessage(
                message.Id.Value, message.Event, message.Sender, isTold ? message.Payload ?? [] : [], message.StateAfter, message.OccurredAtCivil, message.ReceiptJws, granted,
                message.Relayed is { } relayed && relayed.Gateway == gateway ? relayed.Message : null, stated),
            documents);
        return new PeerParcel.Update(PeerJson.Write(update), granted) { Apart = apart };
    }

    /// <summary>Small ones with their content, as long as they fit; of others what tells them, and what their parts are read from.</summary>
    private async ValueTask<(ImmutableArray<IncomingDocument> Documents, ImmutableArray<ApartDocument> Apart)> ContentsAsync(
        LoadedExchange loaded, ExchangeCipher cipher, AgencyId to, Func<AttachmentId, bool> wanted, CancellationToken cancellationToken)
    {
        var (documents, apart) = (ImmutableArray.CreateBuilder<IncomingDocument>(), ImmutableArray.CreateBuilder<ApartDocument>());
        var room = InlineBytesMax;
        foreach (var document in loaded.Reading.Documents.Where(document => wanted(document.Id)))
        {
            var found = await store.FindAttachmentAsync(loaded.Row.Id, document.Id, cancellationToken) ?? throw new InvalidDataException($"document {document.Id} is gone");
            var content = new OpenDocument(store, cipher, found.Row, found.ContentCipher);
            var bare = new IncomingDocument(document.Kind, document.FileName, document.MediaType, default) { Known = (document.Id, document.Sender) };
            if (document.SizeBytes > room)
            {
                documents.Add(bare with { Apart = new DocumentApart(document.SizeBytes, new DocumentDigest(document.Sha256, document.Sm3)) });
                apart.Add(new ApartDocument(loaded.Row.Id, loaded.Row.Opener, documents[^1], content, configuration.Current.Agencies.GatewayOf(document.Sender) == to));
                continue;
            }

            room -= (int)document.SizeBytes;
            documents.Add(bare with { Content = await content.BytesAsync(0, document.SizeBytes, cancellationToken) });
        }

        return (documents.ToImmutable(), apart.ToImmutable());
    }
}
