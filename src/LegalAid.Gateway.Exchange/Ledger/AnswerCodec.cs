using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LegalAid.Gateway.Exchange.Ledger;

/// <summary>
/// The first answer to a request as it is kept, so that a repeated request gets the very same one. A request may open several exchanges:
/// each one's answer is sealed under that exchange's own data key, so that erasing one erases what was answered of it, and nothing else. With it
/// goes the digest of what the request said for that exchange alone: it tells a repeated request from another one, and nobody can try guesses
/// on it once the key is gone.
/// </summary>
/// <remarks>
/// Kept as one byte of version, then for each answer <c>exchange(16) ‖ length(4, big-endian) ‖ sealed box</c>; in the box is
/// <c>SHA-256 of the item(32) ‖ answer as JSON</c>.
/// </remarks>
internal static class AnswerCodec
{
    /// <summary>1 was a box alone, 2 had no digests in the boxes, 3 said again what stands elsewhere.</summary>
    private const byte Version = 4;
    private const byte RefusalVersion = 0;
    private const int IdBytes = 16;

    /// <summary>What is kept where the answer was a refusal for good: nothing of what was said.</summary>
    public static byte[] Refusal => [RefusalVersion];

    public static bool IsRefusal(ReadOnlySpan<byte> kept) => kept is [RefusalVersion];

    /// <param name="request">The key under which the request is remembered: an answer opens for no other.</param>
    /// <param name="items">Digests of the request's items, one for each answer.</param>
    public static byte[] Join(
        ImmutableArray<byte> request, ImmutableArray<byte[]> items, ImmutableArray<BuiltCommit> answers)
    {
        var joined = new ArrayBufferWriter<byte>();
        joined.Write([Version]);
        foreach (var (answer, item) in answers.Zip(items))
        {
            var box = answer.Cipher.Seal(
                ExchangeCipher.Answer, RowOf(request), [.. item, .. JsonSerializer.SerializeToUtf8Bytes(Encode(answer), AnswerJson.Kept.KeptAnswer)]);
            joined.Write(answer.Write.Row.Id.Value.ToByteArray(bigEndian: true));
            BinaryPrimitives.WriteInt32BigEndian(joined.GetSpan(sizeof(int)), box.Length);
            joined.Advance(sizeof(int));
            joined.Write(box);
        }

        return joined.WrittenSpan.ToArray();
    }

    public static ImmutableArray<(ExchangeId Exchange, byte[] Box)> Split(ReadOnlySpan<byte> joined)
    {
        if (joined.IsEmpty || joined[0] != Version)
        {
            throw new InvalidDataException("a kept answer is of no known version");
        }

        var answers = ImmutableArray.CreateBuilder<(ExchangeId, byte[])>();
        for (var rest = joined[1..]; !rest.IsEmpty;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest[IdBytes..]);
            answers.Add((new ExchangeId(new Guid(rest[..IdBytes], bigEndian: true)), rest.Slice(IdBytes + sizeof(int), length).ToArray()));
            rest = rest[(IdBytes + sizeof(int) + length)..];
        }

        return answers.ToImmutable();
    }

    /// <summary>What is kept of the answer, or null where it was given to another item than this one.</summary>
    public static KeptAnswer? Open(ImmutableArray<byte> request, byte[] item, byte[] box, ExchangeCipher cipher)
    {
        var opened = cipher.Open(ExchangeCipher.Answer, RowOf(request), box);
        return opened.AsSpan(0, item.Length).SequenceEqual(item)
            ? JsonSerializer.Deserialize(opened.AsSpan(item.Length), AnswerJson.Kept.KeptAnswer) ?? throw new InvalidDataException("a kept answer is empty")
            : null;
    }

    private static Guid RowOf(ImmutableArray<byte> request) => new(request.AsSpan(0, IdBytes), bigEndian: true);

    private static KeptAnswer Encode(BuiltCommit built)
    {
        var exchange = built.Answer.Exchange;
        return new KeptAnswer
        {
            Version = exchange.Version,
            State = exchange.State.State.Value,
            Control = built.Write.Row.Control,
            View = built.View(),
            CaseNumber = exchange.CaseNumber,
            Documents = [.. exchange.Documents.Select(document => document.Id.Value)],
            Message = built.Answer.Receipt.Message is { Value: var message } && message != default ? message : null,
        };
    }
}

/// <summary>
/// What an answer said that may be otherwise by now. The rest stands where it is never rewritten: type, notice and opening in the exchange, the receipt with
/// its message, the names of documents with the documents.
/// </summary>
internal sealed record KeptAnswer
{
    public required long Version { get; init; }

    public required string State { get; init; }

    /// <summary>As in the exchange's row.</summary>
    [JsonConverter(typeof(RawJson))]
    public required ReadOnlyMemory<byte> Control { get; init; }

    /// <summary>As it is sealed in the exchange's row.</summary>
    [JsonConverter(typeof(RawJson))]
    public required ReadOnlyMemory<byte> View { get; init; }

    public required string? CaseNumber { get; init; }

    /// <summary>Those that the exchange had, in their order.</summary>
    public required List<Guid> Documents { get; init; }

    /// <summary>The request's own, which has the receipt; none where it only brought a document.</summary>
    public required Guid? Message { get; init; }
}

/// <summary>A value that is JSON already: written as it is, and read as it was written.</summary>
internal sealed class RawJson : JsonConverter<ReadOnlyMemory<byte>>
{
    public override ReadOnlyMemory<byte> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var value = JsonDocument.ParseValue(ref reader);
        return JsonMarshal.GetRawUtf8Value(value.RootElement).ToArray();
    }

    public override void Write(Utf8JsonWriter writer, ReadOnlyMemory<byte> value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Span, skipInputValidation: true);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(KeptAnswer))]
internal sealed partial class AnswerJson : JsonSerializerContext
{
    public static AnswerJson Kept => field ??= new AnswerJson(KeptJson.OptionsOf(Default));
}
