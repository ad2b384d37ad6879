using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Edge.Validation;
using Microsoft.Extensions.Options;

namespace LegalAid.Gateway.Edge.Payloads;

/// <summary>A payload that was read: its typed message and the one byte form that digests and evidence rest on.</summary>
/// <param name="Message">The message, checked against all its rules.</param>
/// <param name="CanonicalJson">RFC 8785 bytes of the message's proto3 JSON form.</param>
public sealed record ReadPayload(IMessage Message, byte[] CanonicalJson);

/// <summary>
/// Payloads between their three forms: typed message, <c>google.protobuf.Struct</c> and canonical JSON. The canonical form is proto3 JSON
/// (lowerCamel names, enumerations by name, defaults left out) in RFC 8785, so that a payload has the same digest whether it came through a
/// typed facade or the generic ExchangeService, over REST or gRPC. Thread-safe.
/// </summary>
public sealed class PayloadCodec
{
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(false));

    private readonly ShapeCatalogue _shapes;
    private readonly EdgeOptions _options;

    internal PayloadCodec(ShapeCatalogue shapes, IOptions<EdgeOptions> options)
    {
        _shapes = shapes;
        _options = options.Value;
    }

    /// <summary>
    /// Canonical bytes of a message that the edge has validated. A message that JSON cannot say (a Value without a kind, a time out of
    /// range) is a bug of the caller: <see cref="InvalidOperationException"/>.
    /// </summary>
    public static byte[] ToCanonicalJson(IMessage message) => CanonicalJson.Canonicalise(ToJson(message));

    /// <summary>The same value as a tree, for what reads its fields.</summary>
    public static JsonObject ToJson(IMessage message) =>
        JsonNode.Parse(Formatter.Format(message)) as JsonObject ?? throw new InvalidOperationException($"the JSON form of {message.Descriptor.FullName} is no object");

    /// <summary>Whether the contracts have a message of this full name, such as <c>legalaid.defence.v1.Notice</c>.</summary>
    public bool Knows(string fullName) => _shapes.Find(fullName) is not null;

    /// <summary>
    /// Reads JSON as the message <paramref name="fullName"/> names. All faults of form and rules together, each path under
    /// <paramref name="prefix"/>. An unknown name is a bug: <see cref="ArgumentException"/>.
    /// </summary>
    public (ReadPayload? Payload, IReadOnlyList<Fault> Faults) Read(string fullName, ReadOnlyMemory<byte> utf8, string prefix = "payload")
    {
        var (message, faults) = StrictJson.Read(utf8, Shape(fullName), _options, prefix);
        return message is null ? (null, faults) : (new ReadPayload(message, ToCanonicalJson(message)), []);
    }

    /// <summary>Reads a Struct, whose own form the edge has validated, as the message that <paramref name="fullName"/> names.</summary>
    public (ReadPayload? Payload, IReadOnlyList<Fault> Faults) Read(string fullName, Struct payload, string prefix = "payload") =>
        Read(fullName, ToCanonicalJson(payload), prefix);

    /// <summary>The faults of a message against its rules, each path under <paramref name="prefix"/>.</summary>
    public IReadOnlyList<Fault> Validate(IMessage message, string prefix = "")
    {
        var sink = new FaultSink(_options.FaultsMax, _options.DepthMax, prefix);
        MessageValidator.Validate(message, Shape(message.Descriptor.FullName), sink);
        return sink.Faults;
    }

    private MessageShape Shape(string fullName) =>
        _shapes.Find(fullName) ?? throw new ArgumentException($"The contracts have no message {fullName}.", nameof(fullName));
}
