using System.Security.Cryptography;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using static LegalAid.Gateway.Exchange.Tests.Attachments.UploadScene;

namespace LegalAid.Gateway.Exchange.Tests.Attachments;

/// <summary>Reading a document that was uploaded in chunks: any range of it, and no chunk that is not its own.</summary>
public sealed class OpenDocumentTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(ChunkBytes - 1, 1)]
    [InlineData(ChunkBytes - 1, 2)]
    [InlineData(ChunkBytes, 1)]
    [InlineData(5, ChunkBytes * 2)]
    [InlineData((ChunkBytes * 2) + 99, 1)]
    [InlineData((ChunkBytes * 2) + 100, 0)]
    public async Task Read_AnyRange_IsThatPart(int offset, int count)
    {
        await using var world = await LedgerWorld.CreateAsync();
        var (exchange, id, content) = await UploadedAsync(world, (ChunkBytes * 2) + 100);
        var document = await world.OpenAsync(exchange, id);
        Assert.Equal(content[offset..(offset + count)], await document.BytesAsync(offset, count));
        Assert.Throws<ArgumentOutOfRangeException>(() => document.ReadAsync(offset, content.Length - offset + 1, LedgerWorld.Cancellation));
    }

    [Theory]
    [InlineData("edited", "UPDATE chunk SET cipher = cast(substr(cipher, 1, 100) || x'00' || substr(cipher, 102) AS BLOB) WHERE ordinal = 1")]
    [InlineData("truncated", "UPDATE chunk SET cipher = substr(cipher, 1, length(cipher) - 1) WHERE ordinal = 1")]
    [InlineData("left out", "DELETE FROM chunk WHERE ordinal = 1")]
    [InlineData("repeated", "UPDATE chunk SET cipher = (SELECT cipher FROM chunk AS other WHERE other.attachment_id = chunk.attachment_id AND other.ordinal = 0) WHERE ordinal = 1")]
    [InlineData("reordered", "UPDATE chunk SET ordinal = CASE ordinal WHEN 0 THEN -1 WHEN 1 THEN -2 ELSE ordinal END; UPDATE chunk SET ordinal = CASE ordinal WHEN -1 THEN 1 WHEN -2 THEN 0 ELSE ordinal END")]
    [InlineData("of another document", "UPDATE chunk SET cipher = (SELECT cipher FROM chunk AS other WHERE other.attachment_id <> chunk.attachment_id AND other.ordinal = chunk.ordinal)")]
    [InlineData("cut short with its row", "DELETE FROM chunk WHERE ordinal = 2; UPDATE attachment SET chunk_count = 2, size_bytes = 524288")]
    [InlineData("row says fewer chunks", "UPDATE attachment SET chunk_count = 2")]
    [InlineData("row says fewer bytes", "UPDATE attachment SET size_bytes = size_bytes - 1")]
    public async Task Read_AfterChunksWereTamperedWith_DoesNotOpen(string how, string sql)
    {
        await using var world = await LedgerWorld.CreateAsync();
        var (exchange, id, _) = await UploadedAsync(world, (ChunkBytes * 2) + 100);
        await UploadedAsync(world, (ChunkBytes * 2) + 100);
        await world.TamperAsync(sql);
        var thrown = await Record.ExceptionAsync(async () =>
        {
            var document = await world.OpenAsync(exchange, id);
            await document.BytesAsync(0, document.Reading.SizeBytes);
        });
        Assert.True(thrown is CryptographicException or InvalidDataException, $"{how}: {thrown}");
    }

    [Fact]
    public async Task Read_AnEarlierTailPutBack_DoesNotOpen()
    {
        await using var world = await LedgerWorld.CreateAsync();
        using var uploads = world.Uploads();
        var (exchange, content) = (await world.AskAsync(), Pdf(ChunkBytes + 1000));
        var id = await uploads.BeginAsync(Announce(exchange, content));
        await uploads.SendAsync(exchange, id, 0, content[..1000]);
        var tail = await world.Store.FindChunkAsync(id, 0, LedgerWorld.Cancellation);
        await uploads.SendAsync(exchange, id, 1000, content[1000..]);
        await world.TamperAsync($"UPDATE chunk SET cipher = x'{Convert.ToHexString(tail!)}' WHERE ordinal = 0"); // it was there
        await Assert.ThrowsAsync<InvalidDataException>(async () => await (await world.OpenAsync(exchange, id)).BytesAsync(0, 10));
    }

    private static async Task<(ExchangeId Exchange, AttachmentId Id, byte[] Content)> UploadedAsync(LedgerWorld world, int bytes)
    {
        using var uploads = world.Uploads();
        var (exchange, content) = (await world.AskAsync(), Pdf(bytes));
        var id = await uploads.BeginAsync(Announce(exchange, content));
        Assert.IsType<UploadOutcome.Complete>(await uploads.SendAsync(exchange, id, 0, content));
        return (exchange, id, content);
    }
}
