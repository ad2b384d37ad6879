
namespace LegalAid.Gateway.Exchange.Evidence.Verification;

/// <summary>
/// One exchange: every message, document and delivery has the leaf that states it and says the same, and every leaf has what it states.
/// With the key ring also what is sealed (<see cref="ContentPass"/>). Safe on any thread.
/// </summary>
internal sealed class ExchangePass(ILedgerArchive archive, StoreQuestion question, FindingList findings, RunningTally tally)
{
    private readonly ContentPass? _contents = question.Ring is { } ring ? new ContentPass(archive, question, ring, findings) : null;

    public void Run(ExchangeDossier dossier)
    {
        var leaves = dossier.Leaves.Select(leaf => (Row: leaf, Stated: StatedLeaf.Read(leaf.Entry))).Where(leaf => leaf.Stated is not null).ToList();
        var bySubject = leaves.ToLookup(leaf => (leaf.Row.Kind, leaf.Row.Subject), leaf => leaf.Stated!); // those without are LEAF_ROW in the log's walk
        findings.Require(dossier.Row is not null, FindingCodes.ExchangeMissing, EntryName.Exchange(dossier.Id));
        Messages(dossier, bySubject);
        Attachments(dossier, bySubject);
        Deliveries(dossier, bySubject);
        if (dossier.Row is { DataKey: null })
        {
            Erased(dossier);
        }
        else
        {
            _contents?.Run(dossier, bySubject);
        }

        tally.Add(now => now with
        {
            Exchanges = now.Exchanges + (dossier.Row is null ? 0 : 1),
            Messages = now.Messages + dossier.Messages.Length,
            Deliveries = now.Deliveries + dossier.Deliveries.Length,
            Attachments = now.Attachments + dossier.Attachments.Length,
            Erased = now.Erased + (dossier.Row is { DataKey: null } ? 1 : 0),
        });
    }

    private void Messages(ExchangeDossier dossier, ILookup<(string, Guid?), StatedLeaf> leaves)
    {
        foreach (var message in dossier.Messages)
        {
            var entry = EntryName.Message(dossier.Id, message.Id);
            var stated = leaves[(LeafKinds.Message, message.Id)].ToList();
            if (stated.Count == 0)
            {
                findings.Add(FindingCodes.MessageUnstated, entry, message.Event);
                continue;
            }

            findings.Require(stated.Exists(leaf => Agrees(message, leaf, dossier.Row?.TypeDigest)), FindingCodes.MessageRow, entry, message.Event);
        }

        findings.Require(
            dossier.Messages.DistinctBy(message => message.Sequence).Count() == dossier.Messages.Length, FindingCodes.MessageRow,
            EntryName.Exchange(dossier.Id), "two messages have one sequence");
        var present = dossier.Messages.Select(message => message.Id).ToHashSet();
        foreach (var leaf in Stated(leaves, LeafKinds.Message).Where(leaf => !present.Contains(leaf.Subject ?? default)))
        {
            findings.Add(FindingCodes.MessageMissing, EntryName.Message(dossier.Id, leaf.Subject ?? default), $"{leaf.Event} {leaf.Sequence}");
        }
    }

    private static bool Agrees(ArchivedMessage message, StatedLeaf leaf, string? typeDigest) =>
        message.LeafHash.AsSpan().SequenceEqual(leaf.Hash.ToArray()) && message.Sequence == leaf.Sequence && message.Event == leaf.Event
        && message.Sender == leaf.Agency && message.CommittedAt == leaf.At && message.OccurredAtCivil == leaf.Occurred
        && (typeDigest is null || typeDigest == leaf.TypeDigest);

    private void Attachments(ExchangeDossier dossier, ILookup<(string, Guid?), StatedLeaf> leaves)
    {
        foreach (var attachment in dossier.Attachments)
        {
            var entry = EntryName.Attachment(dossier.Id, attachment.Id);
            var stated = leaves[(LeafKinds.Attachment, attachment.Id)].ToList();
            if (findings.Require(stated.Count > 0, FindingCodes.AttachmentUnstated, entry))
            {
                findings.Require(
                    stated.Exists(leaf => attachment.Sender == leaf.Agency && attachment.Kind == leaf.DocumentKind && attachment.SizeBytes == leaf.Bytes
                        && attachment.CreatedAt == leaf.At),
                    FindingCodes.AttachmentRow, entry);
            }
        }

        var present = dossier.Attachments.Select(attachment => attachment.Id).ToHashSet();
        foreach (var leaf in Stated(leaves, LeafKinds.Attachment).Where(leaf => !present.Contains(leaf.Subject ?? default)))
        {
            findings.Add(FindingCodes.AttachmentMissing, EntryName.Attachment(dossier.Id, leaf.Subject ?? default));
        }
    }

    private void Deliveries(ExchangeDossier dossier, ILookup<(string, Guid?), StatedLeaf> leaves)
    {
        foreach (var pair in dossier.Deliveries.GroupBy(delivery => delivery.Recipient))
        {
            findings.Require(
                pair.Select(delivery => delivery.Sequence).Order().SequenceEqual(Enumerable.Range(1, pair.Count()).Select(number => (long)number)),
                FindingCodes.DeliveryMissing, EntryName.Exchange(dossier.Id), $"{pair.Key}: {string.Join(' ', pair.Select(delivery => delivery.Sequence).Order())}");
        }

        foreach (var delivery in dossier.Deliveries)
        {
            var entry = EntryName.Delivery(dossier.Id, delivery.Id);
            var stated = leaves[(LeafKinds.Delivered, delivery.Id)].ToList();
            findings.Require(!delivery.Delivered || stated.Count > 0, FindingCodes.DeliveryUnstated, entry, delivery.Recipient);
            findings.Require(
                stated.TrueForAll(leaf => delivery.Delivered && leaf.Agency == delivery.Recipient && leaf.At == delivery.DeliveredAt
                    && leaf.Message == delivery.Message.ToString()),
                FindingCodes.DeliveryRow, entry, delivery.Recipient);
        }

        var present = dossier.Deliveries.Select(delivery => delivery.Id).ToHashSet();
        foreach (var leaf in Stated(leaves, LeafKinds.Delivered).Concat(Stated(leaves, LeafKinds.NotDelivered)).Where(leaf => !present.Contains(leaf.Subject ?? default)))
        {
            findings.Add(FindingCodes.DeliveryMissing, EntryName.Delivery(dossier.Id, leaf.Subject ?? default), leaf.Agency ?? "");
        }

        Recipients(dossier, leaves);
    }

    /// <summary>A message went to those that its leaf names, and to nobody else; to whom another gateway tells it, by that gateway.</summary>
    private void Recipients(ExchangeDossier dossier, ILookup<(string, Guid?), StatedLeaf> leaves)
    {
        var sent = dossier.Deliveries.ToLookup(delivery => delivery.Message, delivery => delivery.Recipient);
        foreach (var message in dossier.Messages)
        {
            if (leaves[(LeafKinds.Message, message.Id)].FirstOrDefault() is { } leaf)
            {
                var (stated, found) = (leaf.Recipients.Except(leaf.Away).Concat(leaf.Gateways).Order(StringComparer.Ordinal).ToList(), sent[message.Id].Order(StringComparer.Ordinal).ToList());
                findings.Require(
                    stated.SequenceEqual(found), stated.Count > found.Count ? FindingCodes.DeliveryMissing : FindingCodes.DeliveryUnstated,
                    EntryName.Message(dossier.Id, message.Id), $"{string.Join(' ', stated)} / {string.Join(' ', found)}");
            }
        }
    }

    /// <summary>An erased exchange keeps its rows and leaves; its content is gone, and a leaf says that it was erased.</summary>
    private void Erased(ExchangeDossier dossier)
    {
        var entry = EntryName.Exchange(dossier.Id);
        findings.Require(dossier.Leaves.Any(leaf => leaf.Kind == LeafKinds.Erased), FindingCodes.ErasureUnstated, entry);
        findings.Require(
            dossier.Messages.All(message => message.ContentCipher.Length == 0) && dossier.Attachments.All(attachment => !attachment.HasContent && attachment.ChunkCount == 0),
            FindingCodes.ErasureIncomplete, entry);
    }

    private static IEnumerable<StatedLeaf> Stated(ILookup<(string Kind, Guid? Subject), StatedLeaf> leaves, string kind) =>
        leaves.Where(group => group.Key.Kind == kind).SelectMany(group => group);
}
