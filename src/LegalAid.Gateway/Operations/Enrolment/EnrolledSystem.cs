using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Identity;

namespace LegalAid.Gateway.Operations.Enrolment;

/// <summary>A system of an agency that may enrol once, as the store keeps it under its code's hash.</summary>
/// <param name="By">The operator who invited it.</param>
internal sealed record Invitation(string Agency, string ClientId, BindingDemand Binding, bool Signs, DateTimeOffset Expires, string By)
{
    /// <summary>Where the settings of invitations begin.</summary>
    public const string Prefix = "enrolment-code/";
}

/// <summary>A system that enrolled, as the store keeps it under its id.</summary>
/// <param name="Code">Hash of the code that it used: who sends the same again is told the same.</param>
/// <param name="Keys">The newest first; one before it stays good for a while.</param>
internal sealed record EnrolledSystem(
    string Agency, string ClientId, BindingDemand Binding, bool Signs, bool Enabled, string Code, ImmutableArray<EnrolledKey> Keys, DateTimeOffset EnrolledAt)
{
    /// <summary>Where the settings of enrolled systems begin.</summary>
    public const string Prefix = "client/";

    public string Setting => Prefix + ClientId;

    public string ToJson() => JsonSerializer.Serialize(this, EnrolmentJson.Options);

    public static EnrolledSystem Read(string json) =>
        JsonSerializer.Deserialize<EnrolledSystem>(json, EnrolmentJson.Options) ?? throw new InvalidDataException("an enrolled system is null");

    /// <summary>As the registry has it; null where its agency is no longer in the configuration.</summary>
    public AgencyClient? ToClient(AgencyDirectory agencies) => AgencyId.TryParse(Agency, out var id) && agencies.Find(id) is { } agency
        ? new AgencyClient(
            ClientId, id, agency.Title.Zh,
            new EquatableList<AgencyClientKey>(Keys.Select(key => key.ToClientKey())), Enabled, Binding, Signs)
        : null;
}

/// <param name="Jwk">With its id.</param>
/// <param name="NotAfter">Until when it is good; null: until another takes its place.</param>
internal sealed record EnrolledKey(JsonObject Jwk, DateTimeOffset? NotAfter)
{
    public string Kid => Jwk["kid"]?.GetValue<string>() ?? "";

    public AgencyClientKey ToClientKey() => AgencyClientKey.TryCreate(Kid, JsonSerializer.SerializeToElement(Jwk), notAfter: NotAfter)
        ?? throw new InvalidDataException($"the enrolled key {Kid} is none");
}

internal static class EnrolmentJson
{
    /// <summary>One form for one value: what stands in the store is compared as text.</summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>What people read too: Chinese as it is, and nothing said of what is not there.</summary>
    public static readonly JsonSerializerOptions Told = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };
}
