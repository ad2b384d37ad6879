using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using Org.BouncyCastle.Crypto.Digests;
using static LegalAid.Gateway.Exchange.Tests.Attachments.UploadScene;

namespace LegalAid.Gateway.Exchange.Tests.Attachments;

/// <summary>Uploads in pieces: what they become, what a cut leaves, and who is told no.</summary>
public sealed class UploadTests
{
    private static CancellationToken Cancellation => LedgerWorld.Cancellation;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1000, 1000)]
    [InlineData(ChunkBytes, ChunkBytes)]
    [InlineData(ChunkBytes - 1, 100_000)]
    [InlineData(ChunkBytes + 1, ChunkBytes)]
    [InlineData((3 * ChunkBytes) + 17, 100_001)]
    [InlineData((3 * ChunkBytes) + 17, 1_000_000)]
    public async Task Upload_InPieces_IsTheDocumentWithBothDigests(int bytes, int pieceBytes)
    {
        await using var world = await LedgerWorld.CreateAsync();
        using var uploads = world.Uploads();
        var (exchange, content) = (await world.AskAsync(), bytes < 9 ? "%"u8.ToArray() : Pdf(bytes));
        var announced = Announce(exchange, content) with { MediaType = bytes < 9 ? "text/plain" : "application/pdf" };
        var id = await uploads.BeginAsync(announced);
        var outcome = await uploads.FindAsync(SmallExchange.CourtId, exchange, id, Cancellation);
        for (var at = 0; at < bytes; at += pieceBytes)
        {
            Assert.Equal(at, Received(outcome));
            outcome = await uploads.SendAsync(exchange, id, at, content[at..Math.Min(bytes, at + pieceBytes)]);
        }

        var document = Assert.IsType<UploadOutcome.Complete>(outcome).Document;
        var sm3 = new SM3Digest();
        sm3.BlockUpdate(content, 0, bytes);
        var expected = new byte[32];
        sm3.DoFinal(expected, 0);
        Assert.Equal((id, Hex(content), Convert.ToHexStringLower(expected), (long)bytes), (document.Id, document.Sha256, document.Sm3, document.SizeBytes));
        Assert.Equal(content, await (await world.OpenAsync(exchange, id)).BytesAsync(0, bytes));
        Assert.Equal("虚构卷宗.pdf", (await world.OpenAsync(exchange, id)).Reading.FileName);
        Assert.Null(await world.Store.FindUploadAsync(id, Cancellation));
    }

    [Fact]
    public async Task Upload_Complete_HasOneLeafThatCommitsToItsDigest()
    {
        await using var world = await LedgerWorld.CreateAsync();
        using var uploads = world.Uploads();
        var (exchange, content) = (await world.AskAsync(), Pdf(5000));
        var id = await uploads.BeginAsync(Announce(exchange, content));
        await uploads.SendAsync(exchange, id, 0, content);

        var leaf = Assert.Single(await world.Store.ListLeavesAsync(exchange, null, 100, Cancellation), leaf => leaf.Kind == LeafKinds.Attachment);
        var claims = JsonNode.Parse(leaf.Entry)!.AsObject(); // a leaf is an object
        Assert.Equal((id.Value, "letter", 5000), (leaf.Subject, (string?)claims["documentKind"], (int?)claims["bytes"]));
        Assert.DoesNotContain(Hex(content), claims.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(ChunkBytes)]
    [InlineData((2 * ChunkBytes) + 5)]
    public async Task Upload_CutAndGoneOnAfterARestart_IsWhole(int cutAfter)
    {
        await using var world = await LedgerWorld.CreateAsync();
        var (exchange, content) = (await world.AskAsync(), Pdf((3 * ChunkBytes) + 100));
        var uploads = world.Uploads();
        var id = await uploads.BeginAsync(Announce(exchange, content));
        await Assert.ThrowsAsync<IOException>(() => uploads.SendAsync(exchange, id, 0, CutBody.Broken(content[..cutAfter])));
        uploads.Dispose();
        await world.RestartAsync();

        using var again = world.Uploads();
        var stands = Received(await again.FindAsync(SmallExchange.CourtId, exchange, id, Cancellation));
        Assert.Equal(cutAfter, stands); // what came before the cut is kept
        var document = Assert.IsType<UploadOutcome.Complete>(await again.SendAsync(exchange, id, stands, content[(int)stands..])).Document;
        Assert.Equal(Hex(content), document.Sha256);
        Assert.Equal(content, await (await world.OpenAsync(exchange, id)).BytesAsync(0, content.Length));
    }

    [Fact]
    public async Task Upload_WholeWhenTheProcessDied_IsCommittedByWhoeverAsks()
    {
        var dies = true;
        await using var world = await LedgerWorld.CreateAsync(decorate: inner => InterceptedStore.Around(inner, (member, args) =>
            dies && member == nameof(ILedgerStore.CommitAsync) && ((CommitUnit)args[0]!).Exchanges[0].Attachments.Length > 0 // the first argument is a unit
                ? throw new IOException("killed")
                : null));
        using var uploads = world.Uploads();
        var (exchange, content) = (await world.AskAsync(), Pdf(ChunkBytes + 1));
        var id = await uploads.BeginAsync(Announce(exchange, content));
        await Assert.ThrowsAsync<IOException>(() => uploads.SendAsync(exchange, id, 0, content));
        dies = false;

        for (var round = 0; round < 2; round++)
        {
            var document = Assert.IsType<UploadOutcome.Complete>(await uploads.FindAsync(SmallExchange.CourtId, exchange, id, Cancellation)).Document;
            Assert.Equal(Hex(content), document.Sha256);
        }

        Assert.Single(await world.Store.ListAttachmentsAsync(exchange, Cancellation));
    }

    [Fact]
    public async Task Begin_Again_FindsWhatItBegan_UnderWayAndComplete()
    {
        await using var world = await LedgerWorld.CreateAsync();
        using var uploads = world.Uploads();
        var (exchange, content) = (await world.AskAsync(), Pdf(2000));
        var id = await uploads.BeginAsync(Announce(exchange, content));
        await uploads.SendAsync(exchange, id, 0, content[..500]);
        var again = Assert.IsType<UploadOutcome.UnderWay>(await uploads.BeginAsync(Announce(exchange, content), Cancellation)).Upload;
        Assert.Equal((id, 500L), (again.Id, again.ReceivedBytes));
        Assert.Equal(["requestId: REQUEST_ID_REUSED"], Codes(await uploads.BeginAsync(Announce(exchange, Pdf(2001)), Cancellation)));

        await uploads.SendAsync(exchange, id, 500, content[500..]);
        Assert.Equal(id, Assert.IsType<UploadOutcome.Complete>(await uploads.BeginAsync(Announce(exchange, content), Cancellation)).Document.Id);
        Assert.Equal(id, Assert.IsType<UploadOutcome.Complete>(await uploads.SendAsync(exchange, id, 2000, [])).Document.Id); // an answer that was lost
        Assert.Equal(["requestId: REQUEST_ID_REUSED"], Codes(await uploads.BeginAsync(Announce(exchange, Pdf(2001)), Cancellation)));
        Assert.Single(await world.Store.ListAttachmentsAsync(exchange, Cancellation));
    }

    [Fact]
    public async Task Append_FromAnotherByte_IsToldWhereItStands()
    {
        await using var world = await LedgerWorld.CreateAsync();
        using var uploads = world.Uploads();
        var (exchange, content) = (await world.AskAsync(), Pdf(2000));
        var id = await uploads.BeginAsync(Announce(exchange, content));
        await uploads.SendAsync(exchange, id, 0, content[..600]);
        foreach (var offset in new[] { 0, 599, 601 })
        {
            var refused = Assert.IsType<UploadOutcome.Refused>(await uploads.SendAsync(exchange, id, offset, content[600..]));
            Assert.Equal(("UPLOAD_OFFSET_DIFFERS", "600"), (refused.Faults[0].Code.Code, refused.Faults[0].Arguments[0]));
        }
    }

    [Fact]
    public async Task Append_TwiceAtOnceFromOneByte_OneGoesOn()
    {
        await using var world = await LedgerWorld.CreateAsync();
        using var uploads = world.Uploads();
        var (exchange, content) = (await world.AskAsync(), Pdf(4 * ChunkBytes));
        var id = await uploads.BeginAsync(Announce(exchange, content));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => uploads.SendAsync(exchange, id, 0, content), Cancellation)));
        Assert.NotEmpty(outcomes.OfType<UploadOutcome.Complete>());
        Assert.All(outcomes.OfType<UploadOutcome.Refused>(), refused => Assert.Equal("UPLOAD_OFFSET_DIFFERS", refused.Faults[0].Code.Code));
        Assert.Equal(content, await (await world.OpenAsync(exchange, id)).BytesAsync(0, content.Length));
    }

    [Fact]
    public async Task Append_MoreThanAnnounced_IsRefusedAndIsNotTheDocument()
    {
        await using var world = await LedgerWorld.CreateAsync();
        using var uploads = world.Uploads();
        var (exchange, content) = (await world.AskAsync(), Pdf(ChunkBytes + 10));
        var id = await uploads.BeginAsync(Announce(exchange, content));
        Assert.Equal([": UPLOAD_OVERRUN"], Codes(await uploads.SendAsync(exchange, id, 0, [.. content, 0])));
        Assert.Equal(ChunkBytes, Received(await uploads.FindAsync(SmallExchange.CourtId, exchange, id, Cancellation)));
        Assert.IsType<UploadOutcome.Complete>(await uploads.SendAsync(exchange, id, ChunkBytes, content[ChunkBytes..]));
    }

    [Theory]
    [InlineData("application/pdf", "<html><script>", "mediaType: ATTACHMENT_TYPE_DIFFERS")]
    [InlineData("image/png", "%PDF-1.7", "mediaType: ATTACHMENT_TYPE_DIFFERS")]
    [InlineData("text/plain", "MZ\0\0", "mediaType: ATTACHMENT_TYPE_DIFFERS")]
    public async Task Append_ContentOfAnotherType_RemovesTheUpload(string mediaType, string head, string code)
    {
        await using var world = await LedgerWorld.CreateAsync();
        using var uploads = world.Uploads();
        var exchange = await world.AskAsync();
        byte[] content = [.. System.Text.Encoding.UTF8.GetBytes(head), .. new byte[1000]];
        var id = await uploads.BeginAsync(Announce(exchange, content) with { MediaType = mediaType });
        Assert.Equal([code], Codes(await uploads.SendAsync(exchange, id, 0, content[..600])));
        Assert.Equal([": NOT_FOUND"], Codes(await uploads.FindAsync(SmallExchange.CourtId, exchange, id, Cancellation)));
    }

    [Theory]
    [InlineData("piece")]
    [InlineData("announced")]
    [InlineData("whole")]
    public async Task Append_OfAnotherDigest_RemovesTheUpload(string which)
    {
        await using var world = await LedgerWorld.CreateAsync();
        using var uploads = world.Uploads();
        var (exchange, content, other) = (await world.AskAsync(), Pdf(ChunkBytes + 5), SHA256.HashData("other"u8));
        var id = await uploads.BeginAsync(Announce(exchange, content, sha256: which == "announced" ? Convert.ToHexStringLower(other) : ""));
        var piece = new UploadPiece(SmallExchange.CourtId, exchange, id, 0, which == "piece" ? other : null, which == "whole" ? other : null);
        Assert.Equal([": ATTACHMENT_DIGEST_DIFFERS"], Codes(await uploads.AppendAsync(piece, new MemoryStream(content), Cancellation)));
        Assert.Null(await world.Store.FindUploadAsync(id, Cancellation));
        Assert.Null(await world.Store.FindChunkAsync(id, 0, Cancellation));
        Assert.Empty(await world.Store.ListAttachmentsAsync(exchange, Cancellation));

        var right = await uploads.BeginAsync(Announce(exchange, content, "upload-2", Hex(content)));
        var good = new UploadPiece(SmallExchange.CourtId, exchange, right, 0, SHA256.HashData(content), SHA256.HashData(content));
        Assert.IsType<UploadOutcome.Complete>(await uploads.AppendAsync(good, new MemoryStream(content), Cancellation));
    }

    [Fact]
    public async Task Append_ByASlowSender_IsCutAndKeepsWhatCame()
    {
        await using var world = await LedgerWorld.CreateAsync();
        using var uploads = world.Uploads();
        var (exchange, content) = (await world.AskAsync(), Pdf(5000));
        var id = await uploads.BeginAsync(Announce(exchange, content));
        var sending = uploads.SendAsync(exchange, id, 0, CutBody.Hanging(content[..700]));
        await world.UntilAsync(() => sending.IsCompleted, TimeSpan.FromSeconds(10));
        Assert.Equal([": UPLOAD_TOO_SLOW"], Codes(await sending));
        Assert.Equal(700, Received(await uploads.FindAsync(SmallExchange.CourtId, exchange, id, Cancellation)));
    }

    [Fact]
    public async Task Begin_OfWhatIsNotTaken_TellsAllFaultsTogether()
    {
        await using var world = await LedgerWorld.CreateAsync();
        using var uploads = world.Uploads(new AttachmentOptions { BytesMax = 4096, Allowed = ["application/pdf"] });
        var exchange = await world.AskAsync();
        var bad = Announce(exchange, Pdf(4097)) with { FileName = "../x", MediaType = "text/html" };
        Assert.Equal(
            ["fileName: ATTACHMENT_NAME_INVALID", "mediaType: ATTACHMENT_TYPE_REFUSED", "sizeBytes: ATTACHMENT_TOO_LARGE"],
            Codes(await uploads.BeginAsync(bad, Cancellation)));
        Assert.Equal(["sizeBytes: ATTACHMENT_EMPTY"], Codes(await uploads.BeginAsync(Announce(exchange, []), Cancellation)));
        await uploads.BeginAsync(Announce(exchange, Pdf(4096)));
        Assert.Equal(
            ["attachment.kind: ATTACHMENT_KIND_UNKNOWN"],
            Codes(await uploads.BeginAsync(Announce(exchange, Pdf(100), "upload-2") with { Kind = "diary" }, Cancellation)));
    }

    [Fact]
    public async Task Upload_OfAnotherAgency_IsNotThere()
    {
        await using var world = await LedgerWorld.CreateAsync();
        using var uploads = world.Uploads();
        var (exchange, content) = (await world.AskAsync(), Pdf(2000));
        var id = await uploads.BeginAsync(Announce(exchange, content));
        foreach (var other in new[] { SmallExchange.CentreId, SmallExchange.OtherCentreId })
        {
            Assert.Equal([": NOT_FOUND"], Codes(await uploads.FindAsync(other, exchange, id, Cancellation)));
            Assert.Equal([": NOT_FOUND"], Codes(await uploads.SendAsync(exchange, id, 0, content, other)));
            Assert.False(await uploads.AbandonAsync(other, exchange, id, Cancellation));
        }

        Assert.Equal(
            [": NOT_FOUND"], Codes(await uploads.BeginAsync(Announce(exchange, content) with { Caller = SmallExchange.OtherCentreId }, Cancellation)));
        Assert.Equal([": NOT_FOUND"], Codes(await uploads.FindAsync(SmallExchange.CourtId, await world.AskAsync(), id, Cancellation)));
        Assert.True(await uploads.AbandonAsync(SmallExchange.CourtId, exchange, id, Cancellation));
        Assert.False(await uploads.AbandonAsync(SmallExchange.CourtId, exchange, id, Cancellation));
    }

    [Fact]
    public async Task Upload_ToAnExchangeThatBecameFinal_IsRefusedAndRemoved()
    {
        await using var world = await LedgerWorld.CreateAsync();
        using var uploads = world.Uploads();
        var (exchange, content) = (await world.AskAsync(), Pdf(2000));
        var id = await uploads.BeginAsync(Announce(exchange, content));
        await world.AnswerAsync(exchange);
        Assert.Equal([": EXCHANGE_FINAL"], Codes(await uploads.SendAsync(exchange, id, 0, content)));
        Assert.Null(await world.Store.FindUploadAsync(id, Cancellation));
        Assert.Equal([": EXCHANGE_FINAL"], Codes(await uploads.BeginAsync(Announce(exchange, content, "upload-2"), Cancellation)));
    }

    [Fact]
    public async Task Upload_ToAnErasedExchange_IsRefused()
    {
        await using var world = await LedgerWorld.CreateAsync();
        using var uploads = world.Uploads();
        var (exchange, content) = (await world.AskAsync(), Pdf(2000));
        var id = await uploads.BeginAsync(Announce(exchange, content));
        await uploads.SendAsync(exchange, id, 0, content[..100]);
        await world.TamperAsync("UPDATE exchange SET data_key = NULL");
        using var again = world.Uploads();
        Assert.Equal([": ERASED"], Codes(await again.SendAsync(exchange, id, 100, content[100..])));
        Assert.Equal([": ERASED"], Codes(await again.BeginAsync(Announce(exchange, content, "upload-2"), Cancellation)));
    }

    [Fact]
    public async Task Begin_OverTheAgencysBound_IsRefusedUntilOneIsDone()
    {
        await using var world = await LedgerWorld.CreateAsync();
        using var uploads = world.Uploads(new AttachmentOptions { UploadsMax = 2, BytesMax = 4096, UploadBytesMax = 6000 });
        var exchange = await world.AskAsync();
        var first = await uploads.BeginAsync(Announce(exchange, Pdf(1000), "upload-1"));
        await uploads.BeginAsync(Announce(exchange, Pdf(1000), "upload-2"));
        Assert.Equal([": UPLOADS_TOO_MANY"], Codes(await uploads.BeginAsync(Announce(exchange, Pdf(1000), "upload-3"), Cancellation)));
        await uploads.SendAsync(exchange, first, 0, Pdf(1000));
        await uploads.BeginAsync(Announce(exchange, Pdf(1000), "upload-3"));
        await uploads.AbandonAsync(SmallExchange.CourtId, exchange, await uploads.BeginAsync(Announce(exchange, Pdf(1000), "upload-2")), Cancellation);
        await uploads.BeginAsync(Announce(exchange, Pdf(4096), "upload-4"));
        await uploads.AbandonAsync(SmallExchange.CourtId, exchange, await uploads.BeginAsync(Announce(exchange, Pdf(1000), "upload-3")), Cancellation);
        Assert.Equal([": UPLOADS_TOO_MANY"], Codes(await uploads.BeginAsync(Announce(exchange, Pdf(2000), "upload-5"), Cancellation))); // 6,096 bytes
    }

    [Fact]
    public async Task Sweep_GivesUpWhatStoodStillAndNothingElse()
    {
        await using var world = await LedgerWorld.CreateAsync();
        using var uploads = world.Uploads();
        var (exchange, content) = (await world.AskAsync(), Pdf(2000));
        var idle = await uploads.BeginAsync(Announce(exchange, content, "upload-1"));
        var growing = await uploads.BeginAsync(Announce(exchange, content, "upload-2"));
        world.Time.Advance(TimeSpan.FromHours(23));
        await uploads.SendAsync(exchange, growing, 0, content[..600]);
        world.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, await uploads.SweepAsync(10, Cancellation));
        world.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, await uploads.SweepAsync(10, Cancellation));
        Assert.Null(await world.Store.FindUploadAsync(idle, Cancellation));
        Assert.NotNull(await world.Store.FindUploadAsync(growing, Cancellation));
    }

    [Fact]
    public void Options_OutOfBounds_AllFaultsTogether()
    {
        var bad = new AttachmentOptions
        {
            BytesMax = 1, UploadsMax = 0, UploadBytesMax = 0, IdleMax = TimeSpan.Zero, ChunkTimeout = TimeSpan.Zero, SweepInterval = TimeSpan.Zero,
            Allowed = ["text/html"],
        };
        Assert.Equal(7, bad.Validate().Count);
        Assert.Empty(new AttachmentOptions().Validate());
    }
}
