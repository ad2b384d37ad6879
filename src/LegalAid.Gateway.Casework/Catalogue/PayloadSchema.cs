using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Catalogue;

/// <summary>The schemas of payloads, supplied by the host: proto messages by full name, and <c>schemas/{file}</c> for JSON Schemas.</summary>
public interface IPayloadSchemas
{
    /// <summary>The schema of that name, or null where there is none.</summary>
    IPayloadSchema? Find(string name);
}

/// <summary>What a payload may hold.</summary>
public interface IPayloadSchema
{
    string Name { get; }

    /// <summary>Whether a payload can have a value at the path.</summary>
    bool HasField(PayloadPath path);

    /// <summary>Name of the schema of what stands at the path; null where nothing or a single value can, or the schema has no names for its parts.</summary>
    string? NameAt(PayloadPath path);

    /// <summary>
    /// Checks a payload in JSON form. Returns it with the schema's normal spelling (field names, default values left out), or every fault.
    /// </summary>
    PayloadReading Read(JsonObject payload);
}

/// <summary>What came of reading a payload: the normal form, or faults.</summary>
public sealed record PayloadReading(JsonObject? Payload, EquatableList<Fault> Faults);
