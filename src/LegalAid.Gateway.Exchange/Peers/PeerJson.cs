using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Casework.Transitions;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Exchange.Peers;

/// <summary>
/// The form of what gateways say to each other, version 1: JSON, written canonically. Unknown fields are passed over, so that a newer gateway may say more; what an older one
/// lacks is absent. What does not have the form is null, and refused as <see cref="PeerFaults.Malformed"/>.
/// </summary>
public static class PeerJson
{
    private const int Version = 1;

    public static byte[] Write(PeerUpdate update) => CanonicalJson.Canonicalise(new JsonObject
    {
        ["v"] = Version,
        ["exchange"] = update.Exchange.ToString(),
        ["notice"] = update.Notice.ToString(),
        ["type"] = update.Type.Value,
        ["typeDigest"] = update.TypeDigest,
        ["opener"] = update.Opener.Value,
        ["openTime"] = Timestamps.Format(update.OpenedAt),
        ["stream"] = update.Stream,
        ["after"] = update.After,
        ["version"] = update.Version,
        ["state"] = update.State,
        ["control"] = update.Control,
        ["view"] = update.View,
        ["message"] = Message(update.Message),
        ["documents"] = Documents(update.Documents),
    });

    public static byte[] Write(PeerCommand command) => CanonicalJson.Canonicalise(new JsonObject
    {
        ["v"] = Version,
        ["id"] = command.Id.ToString(),
        ["exchange"] = command.Exchange.ToString(),
        ["step"] = command.Step.Value,
        ["agency"] = command.Agency.Value,
        ["payload"] = command.Payload,
        ["receipt"] = command.Receipt,
        ["documents"] = Documents(command.Documents),
    });

    public static byte[] Write(PeerDocumentPart part) => CanonicalJson.Canonicalise(new JsonObject
    {
        ["v"] = Version,
        ["exchange"] = part.Exchange.ToString(),
        ["opener"] = part.Opener.Value,
        ["documents"] = Documents([part.Document]),
        ["offset"] = part.Offset,
        ["content"] = Convert.ToBase64String(part.Content.Span),
    });

    public static byte[] Write(PeerAnswer answer) => CanonicalJson.Canonicalise(answer switch
    {
        PeerAnswer.Taken taken => new JsonObject { ["v"] = Version, ["receipt"] = taken.Receipt },
        PeerAnswer.OutOfOrder missing => new JsonObject { ["v"] = Version, ["expected"] = missing.Expected },
        PeerAnswer.Holds holds => new JsonObject { ["v"] = Version, ["holds"] = holds.Bytes },
        PeerAnswer.Refused refused => new JsonObject
        {
            ["v"] = Version,
            ["faults"] = new JsonArray([.. refused.Faults.Select(fault => (JsonNode)new JsonObject { ["code"] = fault.Code.Code, ["field"] = fault.Field })]),
        },
        _ => throw new InvalidOperationException($"answer {answer}"),
    });

    public static PeerUpdate? ReadUpdate(ReadOnlySpan<byte> utf8) => Read(utf8, json => new PeerUpdate(
        new ExchangeId(Id(json, "exchange")), Id(json, "notice"), new ExchangeTypeId(Text(json, "type")), Text(json, "typeDigest"), Agency(json, "opener"), Instant(json, "openTime"),
        Number(json, "stream"), Number(json, "after"), Number(json, "version"), Text(json, "state"), Child(json, "control"), Child(json, "view"), ReadMessage(Child(json, "message")),
        ReadDocuments(json)));

    public static PeerCommand? ReadCommand(ReadOnlySpan<byte> utf8) => Read(utf8, json => new PeerCommand(
        Id(json, "id"), new ExchangeId(Id(json, "exchange")), new StepName(Text(json, "step")), Agency(json, "agency"), Child(json, "payload"), Text(json, "receipt"), ReadDocuments(json)));

    public static PeerDocumentPart? ReadPart(ReadOnlySpan<byte> utf8) => Read(utf8, json => new PeerDocumentPart(
        new ExchangeId(Id(json, "exchange")), Agency(json, "opener"), ReadDocuments(json) is [{ Apart: not null } document] ? document : throw new FormatException("documents"),
        Number(json, "offset"), Convert.FromBase64String(Text(json, "content"))));

    /// <param name="codes">The table of faults; one that it lacks is told as <see cref="PeerFaults.TypeDiffers"/>.</param>
    public static PeerAnswer? ReadAnswer(ReadOnlySpan<byte> utf8, Func<string, FaultCode?> codes) => Read<PeerAnswer>(utf8, json =>
        json["receipt"] is not null ? new PeerAnswer.Taken(Text(json, "receipt"))
        : json["holds"] is not null ? new PeerAnswer.Holds(Number(json, "holds"))
        : json["expected"] is not null ? new PeerAnswer.OutOfOrder(Number(json, "expected"))
        : new PeerAnswer.Refused([.. Items(json, "faults").Select(fault => new Fault(codes(Text(fault, "code")) ?? PeerFaults.TypeDiffers, Text(fault, "field")))]));

    /// <summary>Which exchange types a gateway says that it has: digests by id.</summary>
    public static Dictionary<string, string>? ReadCapabilities(ReadOnlySpan<byte> utf8) =>
        Read(utf8, json => Items(json, "types").ToDictionary(type => Text(type, "id"), type => Text(type, "digest"), StringComparer.Ordinal));

    private static T? Read<T>(ReadOnlySpan<byte> utf8, Func<JsonObject, T> read)
        where T : class
    {
        try
        {
            return JsonNode.Parse(utf8) is JsonObject json && json["v"]?.GetValue<int>() == Version ? read(json) : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static JsonObject Message(PeerMessage message)
    {
        var json = new JsonObject
        {
            ["id"] = message.Id.ToString(),
            ["event"] = message.Event,
            ["payload"] = message.Payload,
            ["stateAfter"] = message.StateAfter,
            ["occurTime"] = Timestamps.Format(message.OccurredAt),
            ["receipt"] = message.Receipt,
            ["recipients"] = new JsonArray([.. message.Recipients.Select(recipient => (JsonNode)new JsonObject
            {
                ["agency"] = recipient.Agency.Value, ["role"] = recipient.Role.Value, ["overtakes"] = recipient.Overtakes,
            })]),
            ["documents"] = new JsonArray([.. message.Documents.Select(document => (JsonNode)document.ToString())]),
        };
        if (message.Sender is { } sender)
        {
            json["sender"] = sender.Value;
        }

        if (message.Cause is { } cause)
        {
            json["cause"] = cause.ToString();
        }

        return json;
    }

    private static PeerMessage ReadMessage(JsonObject json) => new(
        Id(json, "id"), Text(json, "event"), json["sender"] is null ? null : Agency(json, "sender"), Child(json, "payload"), Text(json, "stateAfter"), Instant(json, "occurTime"),
        Text(json, "receipt"),
        [.. Items(json, "recipients").Select(recipient => new Recipient(Agency(recipient, "agency"), new RoleName(Text(recipient, "role")), recipient["overtakes"]?.GetValue<bool>() ?? false))],
        json["cause"] is null ? null : Id(json, "cause"),
        [.. (json["documents"] as JsonArray ?? []).Select(id => new AttachmentId(Guid.Parse(id?.GetValue<string>() ?? "")))]);

    private static JsonArray Documents(ImmutableArray<IncomingDocument> documents) =>
    [
        .. documents.Select(document =>
        {
            var json = new JsonObject
            {
                ["id"] = document.Known?.Id.ToString(),
                ["sender"] = document.Known?.Sender.Value,
                ["kind"] = document.Kind,
                ["fileName"] = document.FileName,
                ["mediaType"] = document.MediaType,
            };
            if (document.Apart is { } apart)
            {
                (json["sizeBytes"], json["sha256"], json["sm3"]) = (apart.SizeBytes, apart.Digest.Sha256, apart.Digest.Sm3);
            }
            else
            {
                json["content"] = Convert.ToBase64String(document.Content.Span);
            }

            return (JsonNode)json;
        }),
    ];

    private static ImmutableArray<IncomingDocument> ReadDocuments(JsonObject json) =>
    [
        .. Items(json, "documents").Select(document => new IncomingDocument(
            Text(document, "kind"), Text(document, "fileName"), Text(document, "mediaType"), document["content"] is null ? default : Convert.FromBase64String(Text(document, "content")))
        {
            Known = (new AttachmentId(Id(document, "id")), Agency(document, "sender")),
            Apart = document["content"] is null
                ? new DocumentApart(Number(document, "sizeBytes"), new DocumentDigest(Text(document, "sha256"), Text(document, "sm3")))
                : null,
        }),
    ];

    private static IEnumerable<JsonObject> Items(JsonObject json, string name) => (json[name] as JsonArray ?? []).Select(item => item as JsonObject ?? throw new FormatException(name));

    private static JsonObject Child(JsonObject json, string name) => json[name] as JsonObject ?? throw new FormatException(name);

    private static string Text(JsonObject json, string name) => json[name]?.GetValue<string>() ?? throw new FormatException(name);

    private static long Number(JsonObject json, string name) => json[name]?.GetValue<long>() ?? throw new FormatException(name);

    private static Guid Id(JsonObject json, string name) => Guid.Parse(Text(json, name));

    private static AgencyId Agency(JsonObject json, string name) => AgencyId.Parse(Text(json, name));

    private static DateTimeOffset Instant(JsonObject json, string name) =>
        DateTimeOffset.Parse(Text(json, name), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind).ToCivil();
}
