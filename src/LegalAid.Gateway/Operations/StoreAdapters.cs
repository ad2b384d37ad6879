using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Identity;
using System.Text.Json;

namespace LegalAid.Gateway.Operations;

/// <summary>Used assertions and proofs are remembered in the ledger's store: they outlive a restart, and several nodes share them.</summary>
internal sealed class StoredReplays(ILedgerStore store, TimeProvider time) : IReplayStore
{
    public async ValueTask<bool> TryRememberAsync(byte[] keyHash, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        try
        {
            return await store.TryRememberAsync([.. keyHash], time.GetUtcNow(), expires, cancellationToken);
        }
        catch (StoreUnavailableException away)
        {
            throw new ReplayStoreUnavailableException(away);
        }
    }
}

/// <summary>Revoked tokens are kept in the ledger's store, for all nodes.</summary>
internal sealed class StoredRevocations(ILedgerStore store, TimeProvider time) : IRevocationStore
{
    public async ValueTask RevokeAsync(byte[] token, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        try
        {
            await store.RevokeAsync([.. token], time.GetUtcNow(), expires, cancellationToken);
        }
        catch (StoreUnavailableException away)
        {
            throw new RevocationStoreUnavailableException(away);
        }
    }

    public async ValueTask<IReadOnlyCollection<byte[]>> ListAsync(int countMax, CancellationToken cancellationToken)
    {
        try
        {
            var tokens = await store.ListRevokedAsync(time.GetUtcNow(), countMax, cancellationToken);
            return [.. tokens.Select(token => token.ToArray())];
        }
        catch (StoreUnavailableException away)
        {
            throw new RevocationStoreUnavailableException(away);
        }
    }
}

/// <summary>The clients of agencies' systems, from the configuration.</summary>
internal static class EnrolledClients
{
    public static IEnumerable<AgencyClient> In(ConfigurationSnapshot snapshot) =>
        from agency in snapshot.Agencies.All
        from client in agency.Clients
        select new AgencyClient(client.ClientId, agency.Id, agency.Title.Zh, KeysOf(client), client.Enabled, client.Binding, client.Signs, client.Certificate);

    /// <summary>The loader saw that each key is a point of P-256.</summary>
    private static EquatableList<AgencyClientKey> KeysOf(AgencyClientEntry client) => new(
        JsonSerializer.Deserialize<JsonElement>(client.Jwks).GetProperty("keys").EnumerateArray()
        .Select(key => AgencyClientKey.TryCreate(key.GetProperty("kid").GetString() ?? "", key)
            ?? throw new InvalidDataException($"client {client.ClientId} has a key that is none")));
}
