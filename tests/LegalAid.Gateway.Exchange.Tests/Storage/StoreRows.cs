using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

/// <summary>Makes rows of plausible shape. Ids are UUIDv7 in form and count up, so that a failure repeats.</summary>
internal sealed class StoreRows
{
    public static readonly AgencyId Court = AgencyId.Parse("nanning-qingxiu-court");
    public static readonly AgencyId Centre = AgencyId.Parse("nanning-aid-centre");
    public static readonly AgencyId Police = AgencyId.Parse("nanning-police");
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.FromHours(8));

    private long _count;

    public Guid NewId()
    {
        var count = Interlocked.Increment(ref _count);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, (0x0195_0000_0000 + (count >> 8)) << 16);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], count);
        bytes[6] |= 0x70;
        bytes[8] |= 0x80;
        return new Guid(bytes, bigEndian: true);
    }

    public ExchangeId NewExchangeId() => new(NewId());

    public static byte[] Bytes(string seed, int count)
    {
        var bytes = new byte[count];
        var block = SHA256.HashData(Encoding.UTF8.GetBytes(seed));
        for (var at = 0; at < count; at += block.Length)
        {
            block.AsSpan(0, Math.Min(block.Length, count - at)).CopyTo(bytes.AsSpan(at));
        }

        return bytes;
    }

    public static HoldKey Hold(string seed) => new([.. Bytes(seed, 32)]);

    public static SearchTerm Term(string field, string seed) => new(field, [.. Bytes(seed, 32)]);

    public ExchangeRow Exchange(ExchangeId? id = null, long version = 1, string state = "notified") => new(
        id ?? NewExchangeId(), "defence-notice", "sha256:type", NewId(), version, state, Final: false, CaseNumber: null, Court, Start,
        Start, NextClockAt: null, Provisional: false, Bytes("control", 300), Bytes("view", 400), Bytes("key", 60));

    public MessageRow Message(ExchangeId exchange, long sequence) => new(
        new MessageId(NewId()), exchange, sequence, "notify", Court, "notified", Start, Start.AddSeconds(1), Bytes("content", 700),
        Bytes("hash", 32), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    public NewDelivery Delivery(MessageId message, AgencyId recipient, bool overtakes = false, DateTimeOffset? dueAt = null) =>
        new(new DeliveryId(NewId()), message, recipient, "recipient", overtakes ? "withdraw" : "notify", overtakes, dueAt ?? Start);

    public LeafRow Leaf(ExchangeId? exchange, string kind = "message") =>
        new(new LeafId(NewId()), kind, exchange, NewId(), Court, Start, Bytes("entry", 350), Bytes("leaf", 32));

    public NewAttachment Attachment(ExchangeId exchange, int bytes) => new(
        new AttachmentRow(new AttachmentId(NewId()), exchange, Court, "indictment", bytes, Start, Bytes("meta", 120)),
        Bytes("document", bytes));

    /// <summary>An upload that the court has begun; its request key is its own unless one is named.</summary>
    public UploadRow Upload(ExchangeId exchange, long totalBytes = 1000, string? requestKey = null)
    {
        var id = new AttachmentId(NewId());
        return new UploadRow(
            id, exchange, Court, "indictment", totalBytes, ReceivedBytes: 0, ChunkCount: 0, Bytes("names", 120), [.. Bytes(requestKey ?? $"{id}", 32)],
            Start, Start);
    }

    /// <summary>The document that an upload becomes.</summary>
    public static NewAttachment Uploaded(UploadRow upload) => new(
        new AttachmentRow(upload.Id, upload.Exchange, upload.Sender, upload.Kind, upload.ReceivedBytes, Start, Bytes("meta", 120))
        {
            ChunkCount = upload.ChunkCount,
        },
        []);

    public IdempotencyRow Idempotency(ExchangeId exchange, string key, string digest = "digest") =>
        new([.. Bytes(key, 32)], [.. Bytes(digest, 32)], exchange, Bytes("answer", 500), Start);

    /// <summary>A new exchange between the court and the centre, with a message, a delivery to the centre and a leaf.</summary>
    public ExchangeWrite Opening(ExchangeRow? row = null)
    {
        var exchange = row ?? Exchange();
        var message = Message(exchange.Id, 1);
        return new ExchangeWrite(
            0, exchange, [new PartyRow(Court, "notifier"), new PartyRow(Centre, "aid-centre")], null, null, [message],
            [Delivery(message.Id, Centre)], [], [Leaf(exchange.Id)]);
    }

    /// <summary>The next version of an exchange, with nothing else.</summary>
    public static ExchangeWrite Step(ExchangeRow before, Func<ExchangeRow, ExchangeRow>? change = null)
    {
        var row = before with { Version = before.Version + 1 };
        return new ExchangeWrite(before.Version, change is null ? row : change(row), null, null, null, [], [], [], []);
    }

    public static CommitUnit Unit(params ReadOnlySpan<ExchangeWrite> writes) => new() { Exchanges = [.. writes] };
}
