using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Attachments;
using LegalAid.Gateway.Exchange.Tests.Fixtures;
using static LegalAid.Gateway.Exchange.Tests.Ledger.LedgerScene;

namespace LegalAid.Gateway.Exchange.Tests.Ledger;

/// <summary>What the store tells without the keys, what it proves after erasure, and who reads what.</summary>
public sealed class LedgerSecrecyTests
{
    private static CancellationToken Cancellation => LedgerWorld.Cancellation;

    private static async Task<ImmutableArray<HistoryEntry>> HistoryAsync(LedgerWorld world, AgencyId reader, ExchangeId id) =>
        Assert.NotNull(await world.Reader.HistoryAsync(reader, id, null, 100, Cancellation));

    [Fact]
    public async Task Files_OfTheStore_HoldNothingOfAPersonInClear()
    {
        await using var world = await WorldAsync();
        var id = (await world.OpenedAsync(Opening(1, documents: Letter())))[0].Exchange.Id;
        await world.NoteAsync(id, "虚构的补充说明");
        await world.AnswerAsync(id);

        foreach (var file in world.Folder.EnumerateFiles().Where(file => file.Extension != ".lock"))
        {
            var bytes = await ReadSharedAsync(file);
            foreach (var secret in new[] { Name, Number(1), "是否受理", "虚构的补充说明", FileName, DocumentText })
            {
                Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0, $"{file.Name} holds {secret}");
                Assert.True(bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(secret)) < 0, $"{file.Name} holds {secret} in UTF-16");
            }
        }

        Assert.Contains(world.Folder.EnumerateFiles(), file => file.Name == "ledger.db");
    }

    [Fact]
    public async Task Leaf_OfAMessage_IsItsHashAndCommitsToNonceAndContent()
    {
        await using var world = await WorldAsync();
        var id = (await world.OpenedAsync(Opening(1, documents: Letter())))[0].Exchange.Id;
        var row = Assert.IsType<ExchangeRow>(await world.Store.FindExchangeAsync(id, Cancellation));
        var message = Assert.Single(await world.MessagesAsync(id, SmallExchange.Ask.Value));
        var leaf = (await world.Store.ListLeavesAsync(id, null, 10, Cancellation)).Single(leaf => leaf.Subject == message.Id.Value);

        // Opened here without the vault: version, nonce, length and bytes of each part of the receipt, then the content.
        var key = world.Keys.Unwrap(id.Value, row.DataKey);
        var joined = SealedBox.Open(key, message.ContentCipher, [.. "message\0"u8, .. message.Id.Value.ToByteArray(bigEndian: true)]);
        var end = 33;
        for (var part = 0; part < 3; part++)
        {
            end += 4 + System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(joined.AsSpan(end));
        }

        var (nonce, content) = (joined[1..33], joined[end..]);
        var claims = JsonNode.Parse(leaf.Entry)!.AsObject(); // a leaf is an object

        Assert.Equal(SHA256.HashData([0, .. leaf.Entry]), leaf.Hash);
        Assert.Equal(leaf.Hash, message.LeafHash);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData([.. nonce, .. content])), (string?)claims["commitment"]);
        Assert.Equal(content, Casework.Json.CanonicalJson.Canonicalise(content.AsSpan()));
        var said = JsonNode.Parse(content)!.AsObject(); // as above
        Assert.Equal(Name, (string?)said["payload"]?["person"]?["name"]);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(DocumentText))), (string?)said["documents"]?[0]?["sha256"]);
        Assert.DoesNotContain(Number(1), Encoding.UTF8.GetString(leaf.Entry), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receipt_Verifies_SaysWhatWasCommittedAndNothingOfAPerson()
    {
        await using var world = await WorldAsync();
        var answer = (await world.OpenedAsync(Opening(1, documents: Letter())))[0];
        var parts = answer.Receipt.Jws.Split('.');
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = world.Signing.PublicPoint });

        Assert.True(key.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        Assert.Equal("""{"alg":"ES256","kid":"test","typ":"legalaid-receipt+jws"}""", Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[0])));
        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1]));
        var claims = JsonNode.Parse(text)!.AsObject(); // a receipt is an object
        var message = Assert.Single(await world.MessagesAsync(answer.Exchange.Id, SmallExchange.Ask.Value));
        Assert.Equal(
            [
                "nanning-test-court", Timestamps.Format(message.CommittedAt), answer.Receipt.PayloadDigest, "ask", "https://gateway.test",
                Convert.ToHexStringLower(message.LeafHash), Timestamps.Format(message.OccurredAtCivil), $"exchanges/{answer.Exchange.Id}/messages/{message.Id}",
            ],
            new[] { "agency", "committed", "digest", "event", "iss", "leaf", "occurred", "sub" }.Select(name => (string?)claims[name]));
        Assert.Equal(10, claims.Count);
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(Casework.Json.CanonicalJson.Canonicalise(Opening(1).Payload))), answer.Receipt.PayloadDigest);
        Assert.All([Name, Number(1), FileName, "是否受理"], secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
    }

    // Erasure

    [Fact]
    public async Task Erased_Exchange_ReadsAsErasedAndItsLeavesStillVerify()
    {
        await using var world = await WorldAsync();
        var opened = Assert.IsType<CommandOutcome.Accepted>(await world.OpenAsync("r", Opening(1, documents: Letter()))).Answers[0].Exchange;
        await world.TamperAsync("UPDATE exchange SET data_key = NULL");

        var reading = Assert.IsType<ExchangeReading>(await world.Reader.FindAsync(SmallExchange.CourtId, opened.Id, Cancellation));
        Assert.True(reading.Erased);
        Assert.Empty(reading.State.View);
        Assert.Equal("", Assert.Single(reading.Documents).FileName);
        Assert.IsType<DocumentOutcome.Erased>(await world.Reader.DocumentAsync(SmallExchange.CourtId, opened.Id, reading.Documents[0].Id, Cancellation));
        Assert.IsType<OpenedDelivery.Erased>(
            Assert.Single(await world.Reader.EnvelopesAsync([await world.DeliveryAsync(opened.Id, SmallExchange.CentreId)], Cancellation)));
        Assert.Equal([": ERASED"], Codes(await world.TakeAsync(SmallExchange.CourtId, opened.Id, SmallExchange.Note, SmallExchange.Text("一"))));
        Assert.Equal([": ERASED"], Codes(await world.Ledger.UploadAsync(new UploadCommand(SmallExchange.CourtId, opened.Id, Letter(), "u"), Cancellation)));
        Assert.Equal([": ERASED"], Codes(await world.OpenAsync("r", Opening(1, documents: Letter()))));
        Assert.Equal([": ERASED"], Codes(await world.OpenAsync("r", Opening(2)))); // what the first one said cannot be told from it any more

        var history = await HistoryAsync(world, SmallExchange.CourtId, opened.Id);
        Assert.Equal(2, history.Length);
        Assert.All(history, entry => Assert.Null(entry.Payload));
        Assert.All(history, entry => Assert.Equal(SHA256.HashData([0, .. entry.Leaf.Entry]), entry.Leaf.Hash));
        await world.Ledger.TickAsync(opened.Id, Cancellation);
    }

    [Fact]
    public async Task Erased_OneOfANotice_LeavesNothingOfItUnderTheKeysOfTheOthers()
    {
        await using var world = await WorldAsync();
        var answers = Assert.IsType<CommandOutcome.Accepted>(await world.OpenAsync("r", Opening(1), Opening(2))).Answers;
        var first = Assert.IsType<ExchangeRow>(await world.Store.FindExchangeAsync(answers[0].Exchange.Id, Cancellation));
        var kept = new List<byte[]>();
        var request = world.Keys.Blind("request", $"{SmallExchange.CourtId}\nopen:{SmallExchange.Id}\nr");
        var row = Assert.IsType<IdempotencyRow>(await world.Store.FindIdempotencyAsync(request, Cancellation));

        // Whatever part of the kept answer opens under the first one's key tells nothing of the second.
        var key = world.Keys.Unwrap(first.Id.Value, first.DataKey);
        for (var (at, box) = (1, row.AnswerCipher); at < box.Length;)
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(box.AsSpan(at + 16));
            try
            {
                kept.Add(SealedBox.Open(key, box.AsSpan(at + 20, length), [.. "answer\0"u8, .. request.AsSpan(0, 16)]));
            }
            catch (CryptographicException)
            {
                // sealed under another key, as it should be
            }

            at += 20 + length;
        }

        var text = Encoding.UTF8.GetString(Assert.Single(kept));
        Assert.Contains(Number(1), text, StringComparison.Ordinal);
        Assert.DoesNotContain(Number(2), text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repeat_AfterOneOfANoticeWasErased_TellsErasedForWhatCannotBeCompared()
    {
        await using var world = await WorldAsync();
        var answers = Assert.IsType<CommandOutcome.Accepted>(await world.OpenAsync("r", Opening(1), Opening(2))).Answers;
        await world.TamperAsync($"UPDATE exchange SET data_key = NULL WHERE id = x'{answers[0].Exchange.Id.Value:N}'");

        Assert.Equal([": ERASED"], Codes(await world.OpenAsync("r", Opening(1), Opening(2))));
        Assert.Equal([": ERASED"], Codes(await world.OpenAsync("r", Opening(3), Opening(2))));
        Assert.Equal(["requestId: REQUEST_ID_REUSED"], Codes(await world.OpenAsync("r", Opening(1), Opening(3))));
        Assert.Equal(["requestId: REQUEST_ID_REUSED"], Codes(await world.OpenAsync("r", Opening(1))));
    }

    // Ciphers in other rows

    [Theory]
    [InlineData("UPDATE message SET content_cipher = (SELECT content_cipher FROM message AS other WHERE other.exchange_id = message.exchange_id AND other.id <> message.id LIMIT 1) WHERE rowid = 1")]
    [InlineData("UPDATE exchange SET view_cipher = (SELECT view_cipher FROM exchange AS other WHERE other.id <> exchange.id)")]
    [InlineData("UPDATE exchange SET data_key = (SELECT data_key FROM exchange AS other WHERE other.id <> exchange.id)")]
    [InlineData("UPDATE attachment SET meta_cipher = (SELECT meta_cipher FROM attachment AS other WHERE other.id <> attachment.id)")]
    [InlineData("UPDATE attachment SET content_cipher = (SELECT content_cipher FROM attachment AS other WHERE other.id <> attachment.id)")]
    public async Task Cipher_InAnotherRow_DoesNotOpen(string sql)
    {
        await using var world = await WorldAsync();
        var id = (await world.OpenedAsync(Opening(1, documents: [Letter(), Letter("second")])))[0].Exchange.Id;
        await world.NoteAsync(id);
        await world.OpenedAsync(Opening(2));
        await world.TamperAsync(sql);

        await Assert.ThrowsAnyAsync<CryptographicException>(async () =>
        {
            await HistoryAsync(world, SmallExchange.CourtId, id);
            foreach (var document in await world.Store.ListAttachmentsAsync(id, Cancellation))
            {
                await ContentAsync(await world.Reader.DocumentAsync(SmallExchange.CourtId, id, document.Id, Cancellation));
            }
        });
    }

    [Fact]
    public async Task Answer_OfAnotherRequest_DoesNotOpen()
    {
        await using var world = await WorldAsync();
        var id = (await world.OpenedAsync())[0].Exchange.Id;
        await world.TakeAsync(SmallExchange.CourtId, id, SmallExchange.Note, SmallExchange.Text("一"), "one");
        await world.TamperAsync("UPDATE idempotency SET answer_cipher = (SELECT answer_cipher FROM idempotency AS other WHERE other.rowid = 1) WHERE rowid = 2");

        await Assert.ThrowsAnyAsync<CryptographicException>(() => world.TakeAsync(SmallExchange.CourtId, id, SmallExchange.Note, SmallExchange.Text("一"), "one"));
    }

    // Who reads what

    private static async Task<byte[]> ContentAsync(DocumentOutcome outcome)
    {
        var document = Assert.IsType<DocumentOutcome.Found>(outcome).Document;
        return await document.BytesAsync(0, document.Reading.SizeBytes);
    }

    [Fact]
    public async Task Reading_OfEachRole_IsItsSections()
    {
        await using var world = await WorldAsync();
        var id = (await world.OpenedAsync(Opening(1, documents: Letter())))[0].Exchange.Id;
        await world.InvolveAsync(id);

        Assert.Equal(("question", 1), await SeenAsync(world, SmallExchange.CourtId, id));
        Assert.Equal(("question", 1), await SeenAsync(world, SmallExchange.CentreId, id));
        Assert.Equal(("arrangement,question", 1), await SeenAsync(world, Firm, id));
        Assert.Equal(("arrangement", 0), await SeenAsync(world, Detention, id));
        Assert.Null(await world.Reader.FindAsync(SmallExchange.BureauId, id, Cancellation));

        Assert.IsType<CommandOutcome.Accepted>(await world.TakeAsync(SmallExchange.CentreId, id, Release, SmallExchange.Text("解除")));
        Assert.Null(await world.Reader.FindAsync(Firm, id, Cancellation));
        Assert.Empty(await world.Reader.ListAsync(new ExchangeQuery(Firm, 10), Cancellation));
    }

    [Fact]
    public async Task Flags_OfTheNotice_AreSeenByWhoReadsIt()
    {
        await using var world = await WorldAsync();
        var state = new Casework.Transitions.ExchangeState
        {
            Type = LedgerScene.Type,
            State = SmallExchange.Asked,
            Parties = new Dictionary<string, AgencyId> { ["organ"] = SmallExchange.CourtId, ["detention-centre"] = Detention }.ToImmutableSortedDictionary(StringComparer.Ordinal),
            View = new JsonObject { ["question"] = new JsonObject() },
            Clocks = [],
            Taken = ImmutableSortedDictionary<string, Casework.Transitions.StepTime>.Empty,
            Flags = ["ARTICLE_25_CAPACITY_REVIEW"],
        };
        var reading = new ExchangeReading(default, default, 1, state, null, default, default, [], Erased: false);

        Assert.Single(world.Reader.SeenBy(SmallExchange.CourtId, reading).State.Flags);
        Assert.Empty(world.Reader.SeenBy(Detention, reading).State.Flags);
        Assert.Empty(world.Reader.SeenBy(SmallExchange.BureauId, reading).State.View);
    }

    [Fact]
    public async Task Envelope_OfWhoMayNotReadTheNotice_NamesNoDocuments()
    {
        await using var world = await WorldAsync();
        var id = (await world.OpenedAsync(Opening(1, documents: Letter())))[0].Exchange.Id;
        await world.InvolveAsync(id);

        Assert.Single(await DocumentsAsync(world, id, Firm));
        Assert.Empty(await DocumentsAsync(world, id, Detention));

        await world.TakeAsync(SmallExchange.CentreId, id, Release, SmallExchange.Text("解除"));
        Assert.Empty(await DocumentsAsync(world, id, Firm));
    }

    [Fact]
    public async Task Document_OfWhoMayNotReadTheNotice_IsNotThere()
    {
        await using var world = await WorldAsync();
        var opened = (await world.OpenedAsync(Opening(1, documents: Letter())))[0].Exchange;
        await world.InvolveAsync(opened.Id);
        var document = opened.Documents[0].Id;

        var content = await ContentAsync(await world.Reader.DocumentAsync(Firm, opened.Id, document, Cancellation));
        Assert.Equal(DocumentText, Encoding.UTF8.GetString(content));
        Assert.IsType<DocumentOutcome.None>(await world.Reader.DocumentAsync(Detention, opened.Id, document, Cancellation));
        Assert.IsType<DocumentOutcome.None>(await world.Reader.DocumentAsync(SmallExchange.BureauId, opened.Id, document, Cancellation));
    }

    [Fact]
    public async Task History_OfAParty_HasPayloadsOfItsOwnMessagesOnly()
    {
        await using var world = await WorldAsync();
        var id = (await world.OpenedAsync(Opening(1, documents: Letter())))[0].Exchange.Id;
        await world.NoteAsync(id);
        await world.InvolveAsync(id);

        Assert.Equal(["ask", "note"], await PayloadsAsync(world, SmallExchange.CourtId, id));
        Assert.Equal(["ask", "note", "involve"], await PayloadsAsync(world, SmallExchange.CentreId, id));
        Assert.Equal(["involve"], await PayloadsAsync(world, Firm, id));
        Assert.Equal(["ask", "note", "involve"], (await HistoryAsync(world, Firm, id)).Where(entry => entry.Message is not null).Select(entry => entry.Message!.Event)); // filtered just before
    }

    [Fact]
    public async Task History_ByPages_ReadsNoMoreMessagesThanAPage()
    {
        var counts = new List<int>();
        await using var world = await WorldAsync(inner => InterceptedStore.Around(inner, (member, args) =>
        {
            if (member == nameof(ILedgerStore.ListMessagesAsync))
            {
                counts.Add((int)args[2]!); // ListMessagesAsync's third argument
            }

            return null;
        }));
        var id = (await world.OpenedAsync())[0].Exchange.Id;
        for (var note = 0; note < 9; note++)
        {
            await world.NoteAsync(id, $"{note}");
            world.Time.Advance(TimeSpan.FromMinutes(1));
        }

        var entries = new List<HistoryEntry>();
        for (LeafId? after = null; await world.Reader.HistoryAsync(SmallExchange.CourtId, id, after, 4, Cancellation) is { Length: > 0 } page; after = page[^1].Leaf.Id)
        {
            entries.AddRange(page);
        }

        Assert.Equal(10, entries.Count(entry => entry.Payload is not null));
        Assert.All(counts, count => Assert.InRange(count, 1, 4));
    }

    [Fact]
    public async Task Envelopes_WhileTheStoreIsAway_AreNotCalledUnreadable()
    {
        await using var world = await WorldAsync();
        var opened = Assert.IsType<CommandOutcome.Accepted>(await world.OpenAsync("r", Opening(1, documents: Letter()))).Answers[0].Exchange;
        var delivery = await world.DeliveryAsync(opened.Id, SmallExchange.CentreId);

        world.Configuration.Failure = new StoreUnavailableException("away", new IOException());
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await world.Reader.EnvelopesAsync([delivery], Cancellation));

        world.Configuration.Failure = new InvalidDataException("no such type");
        Assert.IsType<OpenedDelivery.Unreadable>(Assert.Single(await world.Reader.EnvelopesAsync([delivery], Cancellation)));
    }

    private static async Task<IEnumerable<string>> PayloadsAsync(LedgerWorld world, AgencyId reader, ExchangeId id) =>
        (await HistoryAsync(world, reader, id)).Where(entry => entry.Payload is not null).Select(entry => entry.Message?.Event ?? "");

    private static async Task<(string, int)> SeenAsync(LedgerWorld world, AgencyId reader, ExchangeId id)
    {
        var reading = Assert.IsType<ExchangeReading>(await world.Reader.FindAsync(reader, id, Cancellation));
        return (string.Join(',', reading.State.View.Select(section => section.Key).Order(StringComparer.Ordinal)), reading.Documents.Length);
    }

    private static async Task<ImmutableArray<DocumentReading>> DocumentsAsync(LedgerWorld world, ExchangeId id, AgencyId recipient) =>
        Assert.IsType<OpenedDelivery.Readable>(
            Assert.Single(await world.Reader.EnvelopesAsync([await world.DeliveryAsync(id, recipient)], Cancellation))).Envelope.Documents;

    private static async Task<byte[]> ReadSharedAsync(FileInfo file)
    {
        await using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var memory = new MemoryStream();
        await stream.CopyToAsync(memory, Cancellation);
        return memory.ToArray();
    }
}
