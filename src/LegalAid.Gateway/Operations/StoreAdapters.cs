using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Identity;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Operations;

/// <summary>Used assertions are remembered in the ledger's store: they outlive a restart, and several nodes share them.</summary>
internal sealed class AssertionReplays(ILedgerStore store, TimeProvider time) : IAssertionReplayStore
{
    public ValueTask<bool> TryRememberAsync(byte[] keyHash, DateTimeOffset expires, CancellationToken cancellationToken) =>
        store.TryRememberAsync([.. keyHash], time.GetUtcNow(), expires, cancellationToken);
}

/// <summary>The clients of agencies' systems, from the configuration.</summary>
internal static class EnrolledClients
{
    public static IEnumerable<AgencyClient> In(ConfigurationSnapshot snapshot) =>
        from agency in snapshot.Agencies.All
        from client in agency.Clients
        select new AgencyClient(client.ClientId, agency.Id, agency.Title.Zh, KeysOf(client), client.Enabled);

    /// <summary>The loader saw that each key is a point of P-256.</summary>
    private static EquatableList<AgencyClientKey> KeysOf(AgencyClientEntry client) => new(
        (JsonNode.Parse(client.Jwks)?["keys"]?.AsArray() ?? [])
        .Select(key => AgencyClientKey.TryCreate(Text(key, "kid"), Text(key, "x"), Text(key, "y"))
            ?? throw new InvalidDataException($"client {client.ClientId} has a key that is no point of P-256")));

    private static string Text(JsonNode? key, string member) => key?[member]?.GetValue<string>() ?? "";
}
