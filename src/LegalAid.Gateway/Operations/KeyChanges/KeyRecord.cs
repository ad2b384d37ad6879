using System.Text.Json;
using System.Text.Json.Serialization;

namespace LegalAid.Gateway.Operations.KeyChanges;

/// <summary>A receipt or log key as the store remembers it.</summary>
/// <param name="State">The last thing that happened to it.</param>
/// <param name="At">When that was.</param>
/// <param name="Approval">What two people agreed on; null where it took nobody's.</param>
internal sealed record KeyRecord(NamedKey Key, KeyAct State, DateTimeOffset At, Guid? Approval)
{
    internal static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) } };

    public static KeyRecord Read(string json) => JsonSerializer.Deserialize<KeyRecord>(json, Options) ?? throw new InvalidDataException("the record of a key is none");

    public string ToJson() => JsonSerializer.Serialize(this, Options);
}
