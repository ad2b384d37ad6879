using System.Security.Cryptography;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Tests.Fixtures;

namespace LegalAid.Gateway.Exchange.Tests.Attachments;

/// <summary>Documents to upload, and the calls that upload them as the court.</summary>
internal static class UploadScene
{
    public const int ChunkBytes = 256 << 10;

    /// <summary>A document that begins as a PDF does, the same for the same length.</summary>
    public static byte[] Pdf(int bytes)
    {
        var content = new byte[bytes];
        for (var at = 0; at < bytes; at += SHA256.HashSizeInBytes)
        {
            SHA256.HashData(BitConverter.GetBytes(at)).AsSpan(0, Math.Min(SHA256.HashSizeInBytes, bytes - at)).CopyTo(content.AsSpan(at));
        }

        "%PDF-1.7\n"u8.CopyTo(content);
        return content;
    }

    public static string Hex(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static UploadAnnouncement Announce(ExchangeId exchange, byte[] content, string requestId = "upload-1", string sha256 = "") => new(
        SmallExchange.CourtId, exchange, "letter", "虚构卷宗.pdf", "application/pdf", content.Length, sha256, requestId);

    public static async Task<AttachmentId> BeginAsync(this Uploads uploads, UploadAnnouncement announced) =>
        Assert.IsType<UploadOutcome.UnderWay>(await uploads.BeginAsync(announced, LedgerWorld.Cancellation)).Upload.Id;

    public static Task<UploadOutcome> SendAsync(
        this Uploads uploads, ExchangeId exchange, AttachmentId upload, long offset, byte[] content, AgencyId? caller = null, byte[]? pieceSha256 = null) =>
        uploads.SendAsync(exchange, upload, offset, new MemoryStream(content), caller, pieceSha256);

    public static Task<UploadOutcome> SendAsync(
        this Uploads uploads, ExchangeId exchange, AttachmentId upload, long offset, Stream content, AgencyId? caller = null, byte[]? pieceSha256 = null) =>
        uploads.AppendAsync(
            new UploadPiece(caller ?? SmallExchange.CourtId, exchange, upload, offset, pieceSha256), content, LedgerWorld.Cancellation);

    public static string[] Codes(UploadOutcome outcome) =>
        [.. Assert.IsType<UploadOutcome.Refused>(outcome).Faults.Select(fault => $"{fault.Field}: {fault.Code.Code}")];

    public static long Received(UploadOutcome outcome) => Assert.IsType<UploadOutcome.UnderWay>(outcome).Upload.ReceivedBytes;

    public static async Task<OpenDocument> OpenAsync(this LedgerWorld world, ExchangeId exchange, AttachmentId id) =>
        Assert.IsType<DocumentOutcome.Found>(await world.Reader.DocumentAsync(SmallExchange.CentreId, exchange, id, LedgerWorld.Cancellation)).Document;

    public static async Task<byte[]> BytesAsync(this OpenDocument document, long offset, long count)
    {
        var content = new MemoryStream();
        await foreach (var part in document.ReadAsync(offset, count, LedgerWorld.Cancellation))
        {
            Assert.True(part.Length <= ChunkBytes);
            await content.WriteAsync(part, LedgerWorld.Cancellation);
        }

        return content.ToArray();
    }
}

/// <summary>A body that gives so many bytes and then ends as it is told to.</summary>
internal sealed class CutBody(byte[] content, Func<CancellationToken, ValueTask<int>> then) : MemoryStream(content)
{
    public static CutBody Broken(byte[] content) => new(content, static _ => throw new IOException("connection reset"));

    /// <summary>Hangs until whoever reads gives up.</summary>
    public static CutBody Hanging(byte[] content) => new(content, static async token =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        return 0;
    });

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Position < Length ? base.ReadAsync(buffer, cancellationToken) : then(cancellationToken);
}
