using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Exchange.Tests.Fixtures;

/// <summary>Schemas of any name by which any payload is sound, but for what a test says.</summary>
internal sealed class AnyPayload(Func<JsonObject, Fault?>? wrong = null, Func<JsonObject, JsonObject>? normal = null) : IPayloadSchemas, IPayloadSchema
{
    public static AnyPayload Instance { get; } = new();

    public string Name => "any";

    public IPayloadSchema? Find(string name) => this;

    public bool HasField(PayloadPath path) => true;

    public string? NameAt(PayloadPath path) => null;

    public PayloadReading Read(JsonObject payload) => wrong?.Invoke(payload) is { } fault ? new PayloadReading(null, new EquatableList<Fault>([fault])) : new PayloadReading(normal?.Invoke(payload) ?? payload, default);
}
