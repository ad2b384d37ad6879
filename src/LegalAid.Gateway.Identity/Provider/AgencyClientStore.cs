using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace LegalAid.Gateway.Identity.Provider;

/// <summary>
/// Shows the registry to the OpenID library as its store of applications, to be read only: clients come from the gateway's configuration
/// and are changed there. Every write is refused with <see cref="NotSupportedException"/>. One request's: a client that it has found stays as it was until
/// it is answered, for the library looks several times and takes one that vanishes between two looks for a broken database.
/// </summary>
internal sealed class AgencyClientStore(IAgencyClientRegistry registry) : IOpenIddictApplicationStore<AgencyClient>
{
    private static readonly ImmutableArray<string> Permissions =
    [
        OpenIddictConstants.Permissions.Endpoints.Token,
        OpenIddictConstants.Permissions.GrantTypes.ClientCredentials,
        OpenIddictConstants.Permissions.GrantTypes.TokenExchange,
        OpenIddictConstants.Permissions.Prefixes.Scope + GatewayIdentity.Scope,
    ];

    private AgencyClient? _found;

    public ValueTask<long> CountAsync(CancellationToken cancellationToken) => new(registry.All.Count);

    public ValueTask<long> CountAsync<TResult>(Func<IQueryable<AgencyClient>, IQueryable<TResult>> query, CancellationToken cancellationToken) =>
        new(query(registry.All.AsQueryable()).LongCount());

    public ValueTask<AgencyClient?> FindByIdAsync(string identifier, CancellationToken cancellationToken) =>
        new(registry.Find(identifier));

    /// <summary>A disabled client is not found: to the provider it does not exist. Before a token is made, <see cref="IssueToken"/> asks the registry itself.</summary>
    public ValueTask<AgencyClient?> FindByClientIdAsync(string identifier, CancellationToken cancellationToken)
    {
        if (_found?.ClientId != identifier)
        {
            _found = registry.Find(identifier) is { Enabled: true } client ? client : null;
        }

        return new(_found);
    }

    public IAsyncEnumerable<AgencyClient> FindByPostLogoutRedirectUriAsync(string uri, CancellationToken cancellationToken) =>
        AsyncEnumerable.Empty<AgencyClient>();

    public IAsyncEnumerable<AgencyClient> FindByRedirectUriAsync(string uri, CancellationToken cancellationToken) =>
        AsyncEnumerable.Empty<AgencyClient>();

    public ValueTask<TResult?> GetAsync<TState, TResult>(
        Func<IQueryable<AgencyClient>, TState, IQueryable<TResult>> query, TState state, CancellationToken cancellationToken) =>
        new(query(registry.All.AsQueryable(), state).FirstOrDefault());

    public IAsyncEnumerable<AgencyClient> ListAsync(int? count, int? offset, CancellationToken cancellationToken) =>
        registry.All.OrderBy(client => client.ClientId, StringComparer.Ordinal)
            .Skip(offset ?? 0).Take(count ?? int.MaxValue).ToAsyncEnumerable();

    public IAsyncEnumerable<TResult> ListAsync<TState, TResult>(
        Func<IQueryable<AgencyClient>, TState, IQueryable<TResult>> query, TState state, CancellationToken cancellationToken) =>
        query(registry.All.AsQueryable(), state).ToAsyncEnumerable();

    public ValueTask<string?> GetApplicationTypeAsync(AgencyClient application, CancellationToken cancellationToken) => new(ApplicationTypes.Web);

    public ValueTask<string?> GetClientIdAsync(AgencyClient application, CancellationToken cancellationToken) => new(application.ClientId);

    public ValueTask<string?> GetClientSecretAsync(AgencyClient application, CancellationToken cancellationToken) => new((string?)null);

    public ValueTask<string?> GetClientTypeAsync(AgencyClient application, CancellationToken cancellationToken) => new(ClientTypes.Confidential);

    public ValueTask<string?> GetConsentTypeAsync(AgencyClient application, CancellationToken cancellationToken) => new(ConsentTypes.External);

    public ValueTask<string?> GetDisplayNameAsync(AgencyClient application, CancellationToken cancellationToken) => new(application.DisplayName);

    public ValueTask<ImmutableDictionary<CultureInfo, string>> GetDisplayNamesAsync(AgencyClient application, CancellationToken cancellationToken) =>
        new(ImmutableDictionary<CultureInfo, string>.Empty);

    public ValueTask<string?> GetIdAsync(AgencyClient application, CancellationToken cancellationToken) => new(application.ClientId);

    /// <summary>Not told: assertions are judged by <see cref="AssertionCheck"/>, and by nothing of the library's.</summary>
    public ValueTask<JsonWebKeySet?> GetJsonWebKeySetAsync(AgencyClient application, CancellationToken cancellationToken) => new((JsonWebKeySet?)null);

    public ValueTask<ImmutableArray<string>> GetPermissionsAsync(AgencyClient application, CancellationToken cancellationToken) => new(Permissions);

    public ValueTask<ImmutableArray<string>> GetPostLogoutRedirectUrisAsync(AgencyClient application, CancellationToken cancellationToken) => new([]);

    public ValueTask<ImmutableDictionary<string, JsonElement>> GetPropertiesAsync(AgencyClient application, CancellationToken cancellationToken) =>
        new(ImmutableDictionary<string, JsonElement>.Empty);

    public ValueTask<ImmutableArray<string>> GetRedirectUrisAsync(AgencyClient application, CancellationToken cancellationToken) => new([]);

    public ValueTask<ImmutableArray<string>> GetRequirementsAsync(AgencyClient application, CancellationToken cancellationToken) => new([]);

    public ValueTask<ImmutableDictionary<string, string>> GetSettingsAsync(AgencyClient application, CancellationToken cancellationToken) =>
        new(ImmutableDictionary<string, string>.Empty);

    public ValueTask<AgencyClient> InstantiateAsync(CancellationToken cancellationToken) => throw ReadOnly();

    public ValueTask CreateAsync(AgencyClient application, CancellationToken cancellationToken) => throw ReadOnly();

    public ValueTask UpdateAsync(AgencyClient application, CancellationToken cancellationToken) => throw ReadOnly();

    public ValueTask DeleteAsync(AgencyClient application, CancellationToken cancellationToken) => throw ReadOnly();

    public ValueTask SetApplicationTypeAsync(AgencyClient application, string? type, CancellationToken cancellationToken) => throw ReadOnly();

    public ValueTask SetClientIdAsync(AgencyClient application, string? identifier, CancellationToken cancellationToken) => throw ReadOnly();

    public ValueTask SetClientSecretAsync(AgencyClient application, string? secret, CancellationToken cancellationToken) => throw ReadOnly();

    public ValueTask SetClientTypeAsync(AgencyClient application, string? type, CancellationToken cancellationToken) => throw ReadOnly();

    public ValueTask SetConsentTypeAsync(AgencyClient application, string? type, CancellationToken cancellationToken) => throw ReadOnly();

    public ValueTask SetDisplayNameAsync(AgencyClient application, string? name, CancellationToken cancellationToken) => throw ReadOnly();

    public ValueTask SetDisplayNamesAsync(
        AgencyClient application, ImmutableDictionary<CultureInfo, string> names, CancellationToken cancellationToken) => throw ReadOnly();

    public ValueTask SetJsonWebKeySetAsync(AgencyClient application, JsonWebKeySet? set, CancellationToken cancellationToken) => throw ReadOnly();

    public ValueTask SetPermissionsAsync(
        AgencyClient application, ImmutableArray<string> permissions, CancellationToken cancellationToken) => throw ReadOnly();

    public ValueTask SetPostLogoutRedirectUrisAsync(
        AgencyClient application, ImmutableArray<string> uris, CancellationToken cancellationToken) => throw ReadOnly();

    public ValueTask SetPropertiesAsync(
        AgencyClient application, ImmutableDictionary<string, JsonElement> properties, CancellationToken cancellationToken) => throw ReadOnly();

    public ValueTask SetRedirectUrisAsync(
        AgencyClient application, ImmutableArray<string> uris, CancellationToken cancellationToken) => throw ReadOnly();

    public ValueTask SetRequirementsAsync(
        AgencyClient application, ImmutableArray<string> requirements, CancellationToken cancellationToken) => throw ReadOnly();

    public ValueTask SetSettingsAsync(
        AgencyClient application, ImmutableDictionary<string, string> settings, CancellationToken cancellationToken) => throw ReadOnly();

    private static NotSupportedException ReadOnly([CallerMemberName] string operation = "") =>
        new($"{operation}: agency clients are read from the gateway's configuration; change them there.");
}
