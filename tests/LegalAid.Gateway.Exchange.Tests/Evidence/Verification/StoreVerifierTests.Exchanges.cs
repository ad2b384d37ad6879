using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Attachments;
using LegalAid.Gateway.Exchange.Tests.Fixtures;

namespace LegalAid.Gateway.Exchange.Tests.Evidence.Verification;

/// <summary>Messages, documents, deliveries and erasure.</summary>
public sealed partial class StoreVerifierTests
{
    [Fact]
    public async Task Verify_EditedPayload_NamesTheMessage()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var message = await FirstAsync(audited, first);
        var opened = Open(audited, await RowAsync(audited, first), ExchangeCipher.Message, message.Id.Value, message.ContentCipher);
        var edited = Encoding.UTF8.GetString(opened.Content).Replace("是否受理", "不予受理", StringComparison.Ordinal);
        Assert.Equal(1, audited.Tamper(
            "UPDATE message SET content_cipher = $cipher WHERE id = $id",
            ("$cipher", opened.Cipher.Seal(ExchangeCipher.Message, message.Id.Value, MessageContent.Join(opened.Nonce, opened.Receipt, Encoding.UTF8.GetBytes(edited)))),
            ("$id", AuditedWorld.Bytes(message.Id.Value))));

        var found = await audited.VerifyAsync();

        AssertFound(found, FindingCodes.MessageContent, NameOf(first, message));
        AssertFound(found, FindingCodes.ReceiptPayload, NameOf(first, message));
        Assert.Empty((await audited.VerifyAsync(withRing: false)).Findings); // sealed, it cannot be seen
    }

    [Fact]
    public async Task Verify_CipherOfAnotherMessage_DoesNotOpen()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var message = await FirstAsync(audited, first);
        audited.Tamper(
            "UPDATE message SET content_cipher = (SELECT content_cipher FROM message WHERE exchange_id = $exchange ORDER BY sequence DESC LIMIT 1) WHERE id = $id",
            ("$exchange", AuditedWorld.Bytes(first.Value)), ("$id", AuditedWorld.Bytes(message.Id.Value)));

        AssertFound(await audited.VerifyAsync(), FindingCodes.MessageUnreadable, NameOf(first, message));
    }

    [Fact]
    public async Task Verify_EditedRow_NamesTheMessage()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var message = await FirstAsync(audited, first);
        audited.Tamper("UPDATE message SET committed_at = committed_at - 864000000000 WHERE id = $id", ("$id", AuditedWorld.Bytes(message.Id.Value)));

        AssertFound(await audited.VerifyAsync(withRing: false), FindingCodes.MessageRow, NameOf(first, message));
    }

    [Fact]
    public async Task Verify_DroppedMessage_NamesIt()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var message = await FirstAsync(audited, first);
        Assert.Equal(1, audited.Tamper("DELETE FROM message WHERE id = $id", ("$id", AuditedWorld.Bytes(message.Id.Value))));

        AssertFound(await audited.VerifyAsync(withRing: false), FindingCodes.MessageMissing, NameOf(first, message));
    }

    [Fact]
    public async Task Verify_DroppedExchange_NamesItAndItsMessages()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var message = await FirstAsync(audited, first);
        foreach (var table in (string[])["message", "delivery", "attachment", "party"])
        {
            audited.Tamper($"DELETE FROM {table} WHERE exchange_id = $id", ("$id", AuditedWorld.Bytes(first.Value)));
        }

        audited.Tamper("DELETE FROM exchange WHERE id = $id", ("$id", AuditedWorld.Bytes(first.Value)));
        var found = await audited.VerifyAsync(withRing: false);

        AssertFound(found, FindingCodes.ExchangeMissing, first.ResourceName);
        AssertFound(found, FindingCodes.MessageMissing, NameOf(first, message));
        Assert.Contains(found.Findings, finding => finding.Code == FindingCodes.AttachmentMissing);
        Assert.Contains(found.Findings, finding => finding.Code == FindingCodes.DeliveryMissing);
    }

    [Fact]
    public async Task Verify_ReceiptSignedByAnotherKey_NamesTheMessage()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var message = await FirstAsync(audited, first);
        var opened = Open(audited, await RowAsync(audited, first), ExchangeCipher.Message, message.Id.Value, message.ContentCipher);
        using var thief = new SigningKey(audited.World.Signing.Kid, ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var parsed = Assert.IsType<CompactJws>(CompactJws.Parse(opened.Receipt));
        var claims = JsonNode.Parse(parsed.Payload)!.AsObject(); // claims are an object
        claims.Remove("iss");
        var forged = new ReceiptSigner(thief, LedgerWorld.Issuer, new NewestCheckpoint()).Sign(claims);
        audited.Tamper(
            "UPDATE message SET content_cipher = $cipher WHERE id = $id",
            ("$cipher", opened.Cipher.Seal(ExchangeCipher.Message, message.Id.Value, MessageContent.Join(opened.Nonce, forged, opened.Content))),
            ("$id", AuditedWorld.Bytes(message.Id.Value)));

        AssertFound(await audited.VerifyAsync(), FindingCodes.ReceiptSignature, NameOf(first, message));
    }

    [Fact]
    public async Task Verify_SwappedAttachment_NamesIt()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var row = await RowAsync(audited, first);
        var cipher = new ExchangeCipher(audited.World.Keys.Unwrap(first.Value, row.DataKey));
        var attachment = (await audited.World.Store.ListAttachmentsAsync(first, AuditedWorld.Cancellation))[0];
        var name = $"{first.ResourceName}/attachments/{attachment.Id}";

        // By somebody who has the key ring: the content alone, then the names with the digest too.
        var other = Encoding.UTF8.GetBytes("不起诉决定书");
        audited.Tamper(
            "UPDATE attachment SET content_cipher = $cipher WHERE id = $id",
            ("$cipher", cipher.Seal(ExchangeCipher.Document, attachment.Id.Value, other)), ("$id", AuditedWorld.Bytes(attachment.Id.Value)));
        AssertFound(await audited.VerifyAsync(), FindingCodes.AttachmentContent, name);

        var names = JsonNode.Parse(cipher.Open(ExchangeCipher.DocumentNames, attachment.Id.Value, attachment.MetaCipher))!.AsObject(); // names are an object
        names["sha256"] = CanonicalJson.Digest(other);
        audited.Tamper(
            "UPDATE attachment SET meta_cipher = $cipher WHERE id = $id",
            ("$cipher", cipher.Seal(ExchangeCipher.DocumentNames, attachment.Id.Value, CanonicalJson.Canonicalise(names))), ("$id", AuditedWorld.Bytes(attachment.Id.Value)));
        AssertFound(await audited.VerifyAsync(), FindingCodes.AttachmentCommitment, name);

        // By somebody who has not.
        audited.Tamper("UPDATE attachment SET content_cipher = randomblob(80) WHERE id = $id", ("$id", AuditedWorld.Bytes(attachment.Id.Value)));
        AssertFound(await audited.VerifyAsync(), FindingCodes.AttachmentUnreadable, name);
    }

    [Fact]
    public async Task Verify_DeliveryThatWasNotMade_NamesIt()
    {
        var (audited, _, second) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var delivery = await audited.World.DeliveryAsync(second, SmallExchange.CentreId);
        audited.Tamper("UPDATE delivery SET status = 2, delivered_at = due_at WHERE id = $id", ("$id", AuditedWorld.Bytes(delivery.Id.Value)));

        AssertFound(await audited.VerifyAsync(withRing: false), FindingCodes.DeliveryUnstated, $"{second.ResourceName}/deliveries/{delivery.Id}");
    }

    [Fact]
    public async Task Verify_DeliveryDatedAnew_NamesIt()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var delivery = await audited.World.DeliveryAsync(first, SmallExchange.CentreId);
        audited.Tamper("UPDATE delivery SET delivered_at = delivered_at + 1 WHERE id = $id", ("$id", AuditedWorld.Bytes(delivery.Id.Value)));

        AssertFound(await audited.VerifyAsync(withRing: false), FindingCodes.DeliveryRow, $"{first.ResourceName}/deliveries/{delivery.Id}");
    }

    [Fact]
    public async Task Verify_ErasedExchange_CountsAndFindsNothing()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var row = await RowAsync(audited, first);
        var now = audited.World.Time.GetUtcNow();
        var leaf = Leaf.Of(new LeafId(audited.World.Ids.NewId()), LeafKinds.Erased, first, null, null, now, []);
        Assert.True(await audited.World.Store.EraseAsync(first, row.Version, now, leaf, AuditedWorld.Cancellation));
        await audited.Keeper.GrowAsync();

        var (findings, tally) = await audited.VerifyAsync();
        Assert.Empty(findings);
        Assert.Equal(1, tally.Erased);
    }

    /// <summary>A key that was destroyed without saying so is a loss of evidence, not an erasure.</summary>
    [Fact]
    public async Task Verify_KeyDestroyedInSilence_NamesTheExchange()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        audited.Tamper("UPDATE exchange SET data_key = NULL WHERE id = $id", ("$id", AuditedWorld.Bytes(first.Value)));

        var found = await audited.VerifyAsync();
        AssertFound(found, FindingCodes.ErasureUnstated, first.ResourceName);
        AssertFound(found, FindingCodes.ErasureIncomplete, first.ResourceName);
    }

    [Fact]
    public async Task Verify_RowThatCannotBeRead_NamesTheExchange()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        audited.Tamper("UPDATE delivery SET message_id = x'00' WHERE exchange_id = $id", ("$id", AuditedWorld.Bytes(first.Value)));

        AssertFound(await audited.VerifyAsync(), FindingCodes.StoreDamaged, first.ResourceName);
    }

    /// <summary>A document that came in pieces is kept in chunks, each bound to its place.</summary>
    [Fact]
    public async Task Verify_DocumentInChunks_HoldsUntilAChunkIsMoved()
    {
        var (audited, first, second) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        var content = UploadScene.Pdf((3 * UploadScene.ChunkBytes) + 7);
        var uploads = audited.World.Uploads();
        var id = await uploads.BeginAsync(UploadScene.Announce(second, content));
        Assert.IsNotType<UploadOutcome.Refused>(await uploads.SendAsync(second, id, 0, content));
        await audited.Keeper.GrowAsync();
        Assert.Empty((await audited.VerifyAsync()).Findings);

        var key = ("$id", (object)AuditedWorld.Bytes(id.Value));
        audited.Tamper("UPDATE chunk SET ordinal = 9 WHERE attachment_id = $id AND ordinal = 0", key);
        audited.Tamper("UPDATE chunk SET ordinal = 0 WHERE attachment_id = $id AND ordinal = 1", key);
        audited.Tamper("UPDATE chunk SET ordinal = 1 WHERE attachment_id = $id AND ordinal = 9", key);

        AssertFound(await audited.VerifyAsync(), FindingCodes.AttachmentUnreadable, $"{second.ResourceName}/attachments/{id}");
        Assert.NotEqual(first, second);
    }
}
