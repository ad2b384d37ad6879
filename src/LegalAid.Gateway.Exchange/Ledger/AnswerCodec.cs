using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Exchange.Evidence;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>The first answer to a request as it is kept, so that a repeated request gets the very same one.</summary>
internal static class AnswerCodec
{
    public static byte[] Encode(ImmutableArray<StepAnswer> answers) =>
        CanonicalJson.Canonicalise(new JsonArray([.. answers.Select(Encode)]));

    public static async ValueTask<ImmutableArray<StepAnswer>> DecodeAsync(
        byte[] json, ISnapshotSource configuration, CancellationToken cancellationToken)
    {
        var answers = ImmutableArray.CreateBuilder<StepAnswer>();
        foreach (var node in JsonNode.Parse(json)!.AsArray()) // written by Encode: an array, never the JSON null
        {
            var kept = node.Deserialize(AnswerJson.Default.AnswerDocument) ?? throw new InvalidDataException("a kept answer is empty");
            var type = await configuration.PinnedTypeAsync(new ExchangeTypeId(kept.Type), kept.TypeDigest, cancellationToken);
            var reading = new ExchangeReading(
                new ExchangeId(kept.Exchange), kept.Notice, kept.Version,
                StateCodec.Decode(type, kept.State, JsonSerializer.SerializeToUtf8Bytes(kept.Control), kept.View),
                kept.CaseNumber, Timestamps.Parse(kept.Opened).ToCivil(), Timestamps.Parse(kept.Committed), [.. kept.Documents.Select(Decode)], Erased: false);
            answers.Add(new StepAnswer(reading, new Receipt(new MessageId(kept.Message), kept.Digest, Timestamps.Parse(kept.Committed), kept.Jws)));
        }

        return answers.ToImmutable();
    }

    private static JsonNode? Encode(StepAnswer answer)
    {
        var (exchange, receipt) = (answer.Exchange, answer.Receipt);
        return JsonSerializer.SerializeToNode(
            new AnswerDocument
            {
                Exchange = exchange.Id.Value,
                Notice = exchange.NoticeId,
                Version = exchange.Version,
                Type = exchange.State.Type.Id.Value,
                TypeDigest = exchange.State.Type.Digest,
                State = exchange.State.State.Value,
                Control = JsonNode.Parse(StateCodec.Encode(exchange.State))?.AsObject() ?? [],
                View = exchange.State.View.DeepClone().AsObject(),
                CaseNumber = exchange.CaseNumber,
                Opened = Timestamps.Format(exchange.OpenedAtCivil),
                Documents = [.. exchange.Documents.Select(Encode)],
                Message = receipt.Message.Value,
                Digest = receipt.PayloadDigest,
                Committed = Timestamps.Format(receipt.CommittedAt),
                Jws = receipt.Jws,
            },
            AnswerJson.Default.AnswerDocument);
    }

    private static DocumentDocument Encode(DocumentReading document) => new(
        document.Id.Value, document.Sender.Value, document.Kind, document.FileName, document.MediaType, document.SizeBytes, document.Sha256,
        Timestamps.Format(document.CreatedAt));

    private static DocumentReading Decode(DocumentDocument document) => new(
        new AttachmentId(document.Id), AgencyId.Parse(document.Sender), document.Kind, document.FileName, document.MediaType, document.SizeBytes,
        document.Sha256, Timestamps.Parse(document.Created));
}

internal sealed record AnswerDocument
{
    public required Guid Exchange { get; init; }

    public required Guid Notice { get; init; }

    public required long Version { get; init; }

    public required string Type { get; init; }

    public required string TypeDigest { get; init; }

    public required string State { get; init; }

    public required JsonObject Control { get; init; }

    public required JsonObject View { get; init; }

    public required string? CaseNumber { get; init; }

    public required string Opened { get; init; }

    public required List<DocumentDocument> Documents { get; init; }

    public required Guid Message { get; init; }

    public required string Digest { get; init; }

    public required string Committed { get; init; }

    public required string Jws { get; init; }
}

internal sealed record DocumentDocument(
    Guid Id, string Sender, string Kind, string FileName, string MediaType, long SizeBytes, string Sha256, string Created);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.CamelCase)]
[System.Text.Json.Serialization.JsonSerializable(typeof(AnswerDocument))]
internal sealed partial class AnswerJson : System.Text.Json.Serialization.JsonSerializerContext;
