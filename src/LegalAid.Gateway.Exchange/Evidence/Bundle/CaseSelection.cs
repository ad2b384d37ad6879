using System.Collections.Immutable;
using LegalAid.Gateway.Exchange.Evidence.Verification;

namespace LegalAid.Gateway.Exchange.Evidence.Bundle;

/// <summary>
/// What of an exchange goes into a bundle: all of it for a court or the bureau's auditor; for an agency the messages that it sent or received,
/// the documents that travelled with them or that it sent, and the leaves of those. Proofs hold for any choice of leaves.
/// </summary>
/// <param name="Messages">With the leaf that states each, by sequence.</param>
/// <param name="Others">Every other leaf, by id.</param>
internal sealed record CaseSelection(
    ArchivedExchange Exchange,
    string? Reader,
    ImmutableArray<(ArchivedMessage Row, ArchivedLeaf Leaf, StatedLeaf Stated)> Messages,
    ImmutableArray<(ArchivedAttachment Row, ArchivedLeaf Leaf, StatedLeaf Stated)> Attachments,
    ImmutableArray<ArchivedDelivery> Deliveries,
    ImmutableArray<(ArchivedLeaf Leaf, StatedLeaf Stated)> Others,
    ImmutableArray<(string Agency, string Role)> Parties)
{
    /// <summary>Every leaf of the selection, oldest first.</summary>
    public IEnumerable<(ArchivedLeaf Leaf, StatedLeaf Stated)> Leaves =>
        Messages.Select(message => (message.Leaf, message.Stated))
            .Concat(Attachments.Select(attachment => (attachment.Leaf, attachment.Stated)))
            .Concat(Others)
            .OrderBy(leaf => leaf.Leaf.Id);

    /// <summary>Null where the exchange is not there, or is not the reader's.</summary>
    /// <param name="reader">An agency; null: everything.</param>
    /// <param name="travelled">Ids of the documents that travelled with a message.</param>
    public static CaseSelection? Of(ExchangeDossier dossier, string? reader, Func<ArchivedMessage, IEnumerable<string>> travelled)
    {
        if (dossier.Row is not { } row || (reader is not null && !dossier.Parties.Any(party => party.Agency == reader)))
        {
            return null;
        }

        var stated = dossier.Leaves.Select(leaf => (Leaf: leaf, Stated: StatedLeaf.Read(leaf.Entry)))
            .Where(leaf => leaf.Stated is not null).Select(leaf => (leaf.Leaf, Stated: leaf.Stated!)).ToList(); // read is what is left
        var bySubject = stated.Where(leaf => leaf.Stated.Subject is not null).ToLookup(leaf => (leaf.Stated.Kind, leaf.Stated.Subject));
        var messages = dossier.Messages.SelectMany(message => bySubject[(LeafKinds.Message, message.Id)].Take(1).Select(leaf => (message, leaf.Leaf, leaf.Stated)))
            .Where(message => reader is null || message.Stated.Agency == reader || message.Stated.Recipients.Contains(reader)).ToImmutableArray();
        var shown = messages.Select(message => message.message.Id).ToHashSet();
        var documents = messages.SelectMany(message => travelled(message.message)).ToHashSet(StringComparer.Ordinal);
        var attachments = dossier.Attachments.SelectMany(attachment => bySubject[(LeafKinds.Attachment, attachment.Id)].Take(1).Select(leaf => (attachment, leaf.Leaf, leaf.Stated)))
            .Where(attachment => reader is null || attachment.attachment.Sender == reader || documents.Contains(attachment.attachment.Id.ToString())).ToImmutableArray();
        var deliveries = dossier.Deliveries.Where(delivery => reader is null || delivery.Recipient == reader
            || (shown.Contains(delivery.Message) && messages.Any(message => message.message.Id == delivery.Message && message.Stated.Agency == reader))).ToImmutableArray();
        var kept = deliveries.Select(delivery => (Guid?)delivery.Id).ToHashSet();
        var others = stated.Where(leaf => leaf.Stated.Kind is not (LeafKinds.Message or LeafKinds.Attachment))
            .Where(leaf => reader is null || leaf.Stated.Subject is null || kept.Contains(leaf.Stated.Subject)).ToImmutableArray();
        return new CaseSelection(row, reader, messages, attachments, deliveries, others, dossier.Parties);
    }
}
