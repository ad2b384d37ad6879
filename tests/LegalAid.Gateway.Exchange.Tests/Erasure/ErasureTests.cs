using System.Security.Cryptography;
using System.Text;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Erasure;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Attachments;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using LegalAid.Gateway.Exchange.Tests.Ledger;
using static LegalAid.Gateway.Exchange.Tests.Ledger.LedgerScene;

namespace LegalAid.Gateway.Exchange.Tests.Erasure;

/// <summary>When content is erased, what reading tells afterwards, and that nobody can confirm by guessing whom it was about.</summary>
public sealed class ErasureTests
{
    private static CancellationToken Cancellation => LedgerWorld.Cancellation;

    [Fact]
    public async Task Erase_AtTheEndOfTheLastDayAndNotBefore()
    {
        await using var world = await WorldAsync();
        var id = (await world.OpenedAsync())[0].Exchange.Id;
        var worker = world.ErasureWorker();
        world.Time.Advance(TimeSpan.FromDays(4000));
        Assert.Equal(0, await worker.EraseDueAsync(Cancellation)); // it is open

        await world.AnswerAsync(id);
        var final = world.Civil.Now;
        var due = new DateTimeOffset(final.Date, final.Offset).AddDays(365 + 1);
        Assert.Equal(due, (await world.Store.FindExchangeAsync(id, Cancellation))!.EraseAt);
        world.Time.Advance(due - final - TimeSpan.FromTicks(1));
        Assert.Equal(0, await worker.EraseDueAsync(Cancellation));
        world.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, await worker.EraseDueAsync(Cancellation));
        Assert.Equal(0, await worker.EraseDueAsync(Cancellation));
        Assert.Single(await world.Store.ListLeavesAsync(id, null, 100, Cancellation), leaf => leaf.Kind == LeafKinds.Erased);
    }

    [Fact]
    public async Task Erased_Exchange_TellsSoAndTakesNothingMore()
    {
        await using var world = await WorldAsync();
        using var uploads = world.Uploads();
        var opened = (await world.OpenedAsync(Opening(1, documents: Letter())))[0].Exchange;
        var content = UploadScene.Pdf(300_000);
        var upload = await uploads.BeginAsync(UploadScene.Announce(opened.Id, content));
        await uploads.SendAsync(opened.Id, upload, 0, content);
        await EraseAsync(world, opened.Id);

        var reading = Assert.IsType<ExchangeReading>(await world.Reader.FindAsync(SmallExchange.CourtId, opened.Id, Cancellation));
        Assert.True(reading.Erased);
        Assert.Empty(reading.State.View);
        Assert.Equal((opened.CaseNumber, SmallExchange.Answered), (reading.CaseNumber, reading.State.State));
        Assert.All(reading.Documents, document => Assert.Equal(("", ""), (document.FileName, document.Sha256)));
        Assert.Equal([300_000L, DocumentText.Length], reading.Documents.Select(document => document.SizeBytes).OrderDescending());
        Assert.IsType<DocumentOutcome.Erased>(await world.Reader.DocumentAsync(SmallExchange.CourtId, opened.Id, upload, Cancellation));
        Assert.Equal([": ERASED"], Codes(await world.TakeAsync(SmallExchange.CourtId, opened.Id, SmallExchange.Note, SmallExchange.Text("一"))));
        Assert.Equal([": ERASED"], UploadScene.Codes(await uploads.BeginAsync(UploadScene.Announce(opened.Id, content, "upload-2"), Cancellation)));
        Assert.Equal([": ERASED"], UploadScene.Codes(await uploads.FindAsync(SmallExchange.CourtId, opened.Id, upload, Cancellation)));
        var deliveries = await world.Store.ListDeliveriesAsync(opened.Id, Cancellation);
        Assert.NotEmpty(deliveries);
        Assert.All(deliveries, delivery => Assert.Equal((DeliveryStatus.Dead, "erased"), (delivery.Status, delivery.LastOutcome)));
        await world.Ledger.TickAsync(opened.Id, Cancellation);
    }

    /// <summary>
    /// Whoever has the store's files, the key ring and a list of candidates with the right number among them: nothing that is left is a
    /// function of it. The same search finds it before the erasure, so that it is known to look in the right places.
    /// </summary>
    [Fact]
    public async Task Erased_Number_IsNotConfirmedByGuessingFromAnythingThatIsLeft()
    {
        await using var world = await WorldAsync();
        var secret = Number(7);
        var answer = (await world.OpenedAsync(Opening(7, documents: Letter())))[0];
        var (id, content) = (answer.Exchange.Id, CanonicalJson.Canonicalise(Opening(7).Payload));
        await world.NoteAsync(id);
        var neighbour = (await world.OpenedAsync(Opening(8)))[0].Exchange.Id; // it stays

        Assert.Contains(secret, await ConfirmedAsync(world, id, content));
        Assert.NotNull(KeyLeft(world, id, await FilesAsync(world)));
        await EraseAsync(world, id);
        Assert.DoesNotContain(secret, await ConfirmedAsync(world, id, content));
        Assert.Null(KeyLeft(world, id, await FilesAsync(world)));
        Assert.Contains(Number(8), await ConfirmedAsync(world, neighbour, content));
    }

    /// <summary>Candidates that something in the store's files answers to.</summary>
    private static async Task<HashSet<string>> ConfirmedAsync(LedgerWorld world, ExchangeId id, byte[] payload)
    {
        var bytes = await FilesAsync(world);
        bytes.AddRange(await OpenedAsync(world, id, bytes)); // and in what they hold sealed, where a key is left that opens it
        var confirmed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var candidate in Enumerable.Range(1, 12).Select(Number))
        {
            // Every form that the gateway makes, or ever made, of a number or of what was said with it.
            var said = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(payload).Replace(Number(7), candidate, StringComparison.Ordinal));
            byte[][] forms =
            [
                Encoding.UTF8.GetBytes(candidate), Encoding.Unicode.GetBytes(candidate), SHA256.HashData(Encoding.UTF8.GetBytes(candidate)),
                [.. world.Keys.Blind("search:resident-number", candidate)], [.. world.Keys.Blind("request-digest", said)], SHA256.HashData(said),
                Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(said))),
            ];
            if (forms.Any(form => bytes.Any(held => held.AsSpan().IndexOf(form) >= 0)))
            {
                confirmed.Add(candidate);
            }
        }

        return confirmed;
    }

    private static async Task<List<byte[]>> FilesAsync(LedgerWorld world)
    {
        var files = new List<byte[]>();
        foreach (var file in world.Folder.EnumerateFiles().Where(file => file.Extension != ".lock"))
        {
            await using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var content = new byte[stream.Length];
            await stream.ReadExactlyAsync(content, Cancellation);
            files.Add(content);
        }

        return files;
    }

    /// <summary>The exchange's data key, wherever in the files a wrapped copy of it stands, in a freed page too; null where there is none.</summary>
    private static byte[]? KeyLeft(LedgerWorld world, ExchangeId id, List<byte[]> files)
    {
        const int WrappedBytes = 8 + SealedBox.OverheadBytes + KeyRing.KeyBytes;
        foreach (var file in files)
        {
            for (var at = 0; file.AsSpan(at).IndexOf((ReadOnlySpan<byte>)[1, 2, 3, 4, 5, 6, 7, 8]) is >= 0 and var next; at += next + 1)
            {
                try
                {
                    return world.Keys.Unwrap(id.Value, file.AsSpan(at + next, Math.Min(WrappedBytes, file.Length - at - next)));
                }
                catch (CryptographicException)
                {
                    // another exchange's key, or no key at all
                }
            }
        }

        return null;
    }

    private static async Task<List<byte[]>> OpenedAsync(LedgerWorld world, ExchangeId id, List<byte[]> files)
    {
        if (KeyLeft(world, id, files) is not { } key)
        {
            return [];
        }

        var messages = await world.Store.ListMessagesAsync(id, 0, 1000, Cancellation);
        return [.. messages.Select(message => new ExchangeCipher(key).Open(ExchangeCipher.Message, message.Id.Value, message.ContentCipher))];
    }

    private static async Task EraseAsync(LedgerWorld world, ExchangeId id)
    {
        await world.AnswerAsync(id);
        world.Time.Advance(TimeSpan.FromDays(366));
        Assert.Equal(1, await world.ErasureWorker().EraseDueAsync(Cancellation));
    }
}
