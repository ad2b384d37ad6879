using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

/// <summary>Uploads and the documents that they become.</summary>
public abstract partial class LedgerStoreConformance
{
    private const int ChunkBytes = 256 << 10;

    [Fact]
    public async Task BeginUpload_New_IsReadBackAlsoAfterReopening()
    {
        var upload = Rows.Upload(Rows.NewExchangeId(), totalBytes: 3L << 30);
        AssertSame(upload, await Store.BeginUploadAsync(upload, Cancellation));
        AssertSame(upload, await Store.FindUploadAsync(upload.Id, Cancellation));
        await ReopenStoreAsync();
        AssertSame(upload, await Store.FindUploadAsync(upload.Id, Cancellation));
        Assert.Null(await Store.FindUploadAsync(new AttachmentId(Rows.NewId()), Cancellation));
        Assert.Null(await Store.FindChunkAsync(upload.Id, 0, Cancellation));
    }

    [Fact]
    public async Task BeginUpload_SameRequestKeyManyTimesAtOnce_AllFindOne()
    {
        var exchange = Rows.NewExchangeId();
        var begun = await Task.WhenAll(Enumerable.Range(0, 16).Select(
            _ => Store.BeginUploadAsync(Rows.Upload(exchange, requestKey: "same"), Cancellation).AsTask()));
        var one = Assert.Single(begun.Select(row => row.Id).Distinct());
        Assert.Equal((1, 1000L), await Store.SumUploadsAsync(StoreRows.Court, Cancellation));
        Assert.NotNull(await Store.FindUploadAsync(one, Cancellation));
        var other = await Store.BeginUploadAsync(Rows.Upload(exchange, requestKey: "other"), Cancellation);
        Assert.NotEqual(one, other.Id);
    }

    [Fact]
    public async Task AppendChunk_OneAfterTheOther_GrowsTheUploadDurably()
    {
        var upload = await Store.BeginUploadAsync(Rows.Upload(Rows.NewExchangeId(), totalBytes: ChunkBytes + 7), Cancellation);
        var (first, second) = (StoreRows.Bytes("first", ChunkBytes), StoreRows.Bytes("second", 7));
        Assert.True(await Store.AppendChunkAsync(upload.Id, new UploadGrowth(0, 0, first, ChunkBytes, Now.AddSeconds(1)), Cancellation));
        Assert.True(await Store.AppendChunkAsync(upload.Id, new UploadGrowth(ChunkBytes, 1, second, ChunkBytes + 7, Now.AddSeconds(2)), Cancellation));
        for (var round = 0; round < 2; round++)
        {
            AssertSame(
                upload with { ReceivedBytes = ChunkBytes + 7, ChunkCount = 2, GrownAt = Now.AddSeconds(2) },
                await Store.FindUploadAsync(upload.Id, Cancellation));
            Assert.Equal(first, await Store.FindChunkAsync(upload.Id, 0, Cancellation));
            Assert.Equal(second, await Store.FindChunkAsync(upload.Id, 1, Cancellation));
            Assert.Null(await Store.FindChunkAsync(upload.Id, 2, Cancellation));
            await ReopenStoreAsync();
        }
    }

    [Fact]
    public async Task AppendChunk_LastOneAgain_ReplacesIt()
    {
        var upload = await Store.BeginUploadAsync(Rows.Upload(Rows.NewExchangeId()), Cancellation);
        Assert.True(await Store.AppendChunkAsync(upload.Id, new UploadGrowth(0, 0, [1], 1, Now), Cancellation));
        Assert.True(await Store.AppendChunkAsync(upload.Id, new UploadGrowth(1, 0, [1, 2], 2, Now), Cancellation));
        var grown = await Store.FindUploadAsync(upload.Id, Cancellation);
        Assert.Equal((1, 2L), (grown!.ChunkCount, grown.ReceivedBytes));
        Assert.Equal([1, 2], await Store.FindChunkAsync(upload.Id, 0, Cancellation));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(0)]
    public async Task AppendChunk_FromAnotherNumberOfBytes_FalseAndNothingIsWritten(long before)
    {
        var upload = await Store.BeginUploadAsync(Rows.Upload(Rows.NewExchangeId()), Cancellation);
        Assert.True(await Store.AppendChunkAsync(upload.Id, new UploadGrowth(0, 0, [1, 2, 3, 4, 5], 5, Now), Cancellation));
        Assert.False(await Store.AppendChunkAsync(upload.Id, new UploadGrowth(before, 1, [9], before + 1, Now.AddSeconds(9)), Cancellation));
        AssertSame(upload with { ReceivedBytes = 5, ChunkCount = 1 }, await Store.FindUploadAsync(upload.Id, Cancellation));
        Assert.Null(await Store.FindChunkAsync(upload.Id, 1, Cancellation));
        Assert.False(await Store.AppendChunkAsync(new AttachmentId(Rows.NewId()), new UploadGrowth(0, 0, [9], 1, Now), Cancellation));
    }

    [Fact]
    public async Task AppendChunk_ManyFromTheSamePlace_OneIsKept()
    {
        var upload = await Store.BeginUploadAsync(Rows.Upload(Rows.NewExchangeId()), Cancellation);
        var appended = await Task.WhenAll(Enumerable.Range(0, 16).Select(async writer =>
            (Writer: (byte)writer, Kept: await Store.AppendChunkAsync(upload.Id, new UploadGrowth(0, 0, [(byte)writer], 1, Now), Cancellation))));
        Assert.Equal(new[] { appended.Single(one => one.Kept).Writer }, await Store.FindChunkAsync(upload.Id, 0, Cancellation));
        Assert.Equal(1, (await Store.FindUploadAsync(upload.Id, Cancellation))!.ReceivedBytes);
    }

    [Fact]
    public async Task AbandonUpload_RemovesItWithItsChunksAndNothingElse()
    {
        var exchange = Rows.NewExchangeId();
        var upload = await GrownAsync(Rows.Upload(exchange, requestKey: "a"), 3);
        var other = await GrownAsync(Rows.Upload(exchange, requestKey: "b"), 2);
        for (var round = 0; round < 2; round++)
        {
            await Store.AbandonUploadAsync(upload.Id, Cancellation);
            Assert.Null(await Store.FindUploadAsync(upload.Id, Cancellation));
            Assert.Null(await Store.FindChunkAsync(upload.Id, 0, Cancellation));
            Assert.Null(await Store.FindChunkAsync(upload.Id, 2, Cancellation));
        }

        Assert.False(await Store.AppendChunkAsync(upload.Id, new UploadGrowth(3, 3, [3], 4, Now), Cancellation));
        Assert.NotNull(await Store.FindUploadAsync(other.Id, Cancellation));
        Assert.NotNull(await Store.FindChunkAsync(other.Id, 1, Cancellation));
        var again = Rows.Upload(exchange, requestKey: "a");
        Assert.Equal(again.Id, (await Store.BeginUploadAsync(again, Cancellation)).Id);
    }

    [Fact]
    public async Task ListIdleUploads_ThoseThatDidNotGrowSince_LongestIdleFirst()
    {
        var exchange = Rows.NewExchangeId();
        var rows = new List<UploadRow>();
        foreach (var seconds in new[] { 3, 1, 2 })
        {
            rows.Add(await Store.BeginUploadAsync(Rows.Upload(exchange) with { GrownAt = Now.AddSeconds(seconds) }, Cancellation));
        }

        Assert.Equal([rows[1].Id, rows[2].Id], await IdleAsync(Now.AddSeconds(3), 10));
        Assert.Equal([rows[1].Id, rows[2].Id, rows[0].Id], await IdleAsync(Now.AddSeconds(3).AddTicks(1), 10));
        Assert.Equal([rows[1].Id], await IdleAsync(Now.AddSeconds(9), 1));
        Assert.True(await Store.AppendChunkAsync(rows[1].Id, new UploadGrowth(0, 0, [1], 1, Now.AddSeconds(4)), Cancellation));
        Assert.Equal([rows[2].Id, rows[0].Id, rows[1].Id], await IdleAsync(Now.AddSeconds(9), 10));

        async Task<AttachmentId[]> IdleAsync(DateTimeOffset before, int countMax) =>
            [.. (await Store.ListIdleUploadsAsync(before, countMax, Cancellation)).Select(row => row.Id)];
    }

    [Fact]
    public async Task SumUploads_CountsTheAgencysOwnWithWhatTheyArePromised()
    {
        var exchange = Rows.NewExchangeId();
        await GrownAsync(Rows.Upload(exchange, totalBytes: 5L << 30), 2);
        await Store.BeginUploadAsync(Rows.Upload(exchange, totalBytes: 7), Cancellation);
        await Store.BeginUploadAsync(Rows.Upload(exchange) with { Sender = StoreRows.Centre }, Cancellation);
        Assert.Equal((2, (5L << 30) + 7), await Store.SumUploadsAsync(StoreRows.Court, Cancellation));
        Assert.Equal((0, 0L), await Store.SumUploadsAsync(StoreRows.Police, Cancellation));
    }

    [Fact]
    public async Task Commit_OfAnUpload_EndsItAndKeepsItsChunks()
    {
        var opening = Rows.Opening();
        await CommitAsync(opening);
        var upload = await GrownAsync(Rows.Upload(opening.Row.Id), 3);
        var document = StoreRows.Uploaded(upload);
        await CommitAsync(StoreRows.Step(opening.Row) with { Attachments = [document] });
        await Store.AbandonUploadAsync(upload.Id, Cancellation); // a sweep that comes late

        for (var round = 0; round < 2; round++)
        {
            Assert.Null(await Store.FindUploadAsync(upload.Id, Cancellation));
            AssertSame(document.Row, Assert.Single(await Store.ListAttachmentsAsync(opening.Row.Id, Cancellation)));
            var found = await Store.FindAttachmentAsync(opening.Row.Id, upload.Id, Cancellation);
            AssertSame(document.Row, found!.Value.Row);
            Assert.Empty(found.Value.ContentCipher);
            Assert.Equal([2], await Store.FindChunkAsync(upload.Id, 2, Cancellation));
            Assert.False(await Store.AppendChunkAsync(upload.Id, new UploadGrowth(3, 3, [9], 4, Now), Cancellation));
            await ReopenStoreAsync();
        }
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("another exchange's")]
    [InlineData("fewer chunks")]
    [InlineData("more bytes")]
    public async Task Commit_OfAnUploadThatIsNotAsItSays_VersionConflictAndNothingIsWritten(string fault)
    {
        var opening = Rows.Opening();
        await CommitAsync(opening);
        var upload = await GrownAsync(Rows.Upload(fault == "another exchange's" ? Rows.NewExchangeId() : opening.Row.Id), 3);
        var row = StoreRows.Uploaded(upload).Row with { Exchange = opening.Row.Id };
        row = fault switch
        {
            "gone" => row with { Id = new AttachmentId(Rows.NewId()) },
            "fewer chunks" => row with { ChunkCount = 2 },
            "more bytes" => row with { SizeBytes = row.SizeBytes + 1 },
            _ => row,
        };
        var outcome = await Store.CommitAsync(
            StoreRows.Unit(StoreRows.Step(opening.Row) with { Attachments = [new NewAttachment(row, [])] }), Cancellation);
        Assert.Equal(new CommitOutcome.VersionConflict(opening.Row.Id), outcome);
        Assert.Equal(1, (await Store.FindExchangeAsync(opening.Row.Id, Cancellation))!.Version);
        Assert.Empty(await Store.ListAttachmentsAsync(opening.Row.Id, Cancellation));
        Assert.NotNull(await Store.FindUploadAsync(upload.Id, Cancellation));
    }

    [Fact]
    public async Task Commit_OfAnUploadTwiceAtOnce_OneEndsIt()
    {
        var opening = Rows.Opening();
        await CommitAsync(opening);
        var upload = await GrownAsync(Rows.Upload(opening.Row.Id), 1);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Store.CommitAsync(
            StoreRows.Unit(StoreRows.Step(opening.Row) with { Attachments = [StoreRows.Uploaded(upload)] }), Cancellation).AsTask()));
        Assert.Single(outcomes, outcome => outcome is CommitOutcome.Committed);
        Assert.Single(await Store.ListAttachmentsAsync(opening.Row.Id, Cancellation));
    }

    /// <summary>Begins an upload and gives it chunks of one byte, each its ordinal.</summary>
    private async Task<UploadRow> GrownAsync(UploadRow upload, int chunks)
    {
        await Store.BeginUploadAsync(upload, Cancellation);
        for (var ordinal = 0; ordinal < chunks; ordinal++)
        {
            Assert.True(await Store.AppendChunkAsync(upload.Id, new UploadGrowth(ordinal, ordinal, [(byte)ordinal], ordinal + 1, Now), Cancellation));
        }

        return upload with { ReceivedBytes = chunks, ChunkCount = chunks };
    }
}
