using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Identity.Signatures;

namespace LegalAid.Gateway.Identity;

/// <summary>
/// A system of an agency (机构业务系统) that may fetch tokens: an OpenID client that proves itself by a key (<c>private_key_jwt</c>) or by a
/// certificate (RFC 8705), never by a secret that both sides know.
/// Immutable; a change is a new record in a new snapshot of the registry.
/// </summary>
/// <param name="ClientId">Unique in the gateway; 1 to 128 visible ASCII characters.</param>
/// <param name="Agency">The agency it speaks for.</param>
/// <param name="DisplayName">For operators' pages and logs.</param>
/// <param name="Keys">Public keys of its assertions; several while keys are exchanged.</param>
/// <param name="Enabled">A disabled client gets no token, and its tokens die at once.</param>
/// <param name="Binding">To what its tokens must be bound: none is issued, and none that was issued is taken, that is not.</param>
/// <param name="Signs">Whether each of its requests that changes something must be signed (RFC 9421).</param>
/// <param name="Certificate">By which certificates it authenticates; null: by none.</param>
/// <param name="TokensNotBefore">Tokens issued before this instant are dead (whole seconds). Null: none is.</param>
public sealed record AgencyClient(
    string ClientId,
    AgencyId Agency,
    string DisplayName,
    EquatableList<AgencyClientKey> Keys,
    bool Enabled = true,
    BindingDemand Binding = BindingDemand.Bound,
    bool Signs = false,
    CertificateRule? Certificate = null,
    DateTimeOffset? TokensNotBefore = null)
{
    /// <summary>The key of that id in force at <paramref name="now"/>, or null.</summary>
    public AgencyClientKey? FindKey(string kid, DateTimeOffset now)
    {
        foreach (var key in Keys)
        {
            if (key.Kid == kid && (key.NotBefore is null || key.NotBefore <= now) && (key.NotAfter is null || now < key.NotAfter))
            {
                return key;
            }
        }

        return null;
    }
}

/// <summary>
/// A client's public key, in force in <c>[NotBefore, NotAfter)</c>. Equality is by identity. Verifying is safe from several threads: the key is
/// only read.
/// </summary>
public sealed class AgencyClientKey : ISignatureKey
{
    private readonly JwsKey _key;

    internal AgencyClientKey(string kid, JwsAlgorithm algorithm, JwsKey key, DateTimeOffset? notBefore, DateTimeOffset? notAfter)
    {
        Kid = kid;
        NotBefore = notBefore;
        NotAfter = notAfter;
        Jws = algorithm;
        _key = key;
    }

    public string Kid { get; }

    public string Algorithm => Jws.SignatureName;

    public DateTimeOffset? NotBefore { get; }

    public DateTimeOffset? NotAfter { get; }

    /// <summary>The one algorithm whose signatures it verifies: a header does not choose another.</summary>
    internal JwsAlgorithm Jws { get; }

    /// <summary>
    /// From a public JWK (RFC 7517) of an algorithm that is taken (<c>alg</c>; where it is left out, ES256). Null where it is none: another kind or
    /// curve, or coordinates that are no point of it.
    /// </summary>
    public static AgencyClientKey? TryCreate(string kid, JsonElement jwk, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(kid);
        return JwsAlgorithm.Of(jwk) is { } algorithm && algorithm.ReadKey(jwk) is { } key
            ? new(kid, algorithm, key, notBefore, notAfter)
            : null;
    }

    /// <summary>The public half of a P-256 key. Throws where it is on another curve.</summary>
    public static AgencyClientKey From(string kid, ECDsa key, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(kid);
        ArgumentNullException.ThrowIfNull(key);
        return new(kid, JwsAlgorithm.All[0], Es256Key.From(key), notBefore, notAfter);
    }

    /// <summary>Whether the signature is this key's by its algorithm; r and s as JWS and RFC 9421 both write them.</summary>
    public bool Verifies(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature) => _key.Verifies(signed, signature);

    /// <summary>The JWK's SHA-256 thumbprint (RFC 7638): the same key under whatever id.</summary>
    public string Thumbprint => _key.Thumbprint;

    /// <summary>The public key as a JWK (RFC 7517), with its algorithm and id.</summary>
    public JsonObject ToJwk()
    {
        var jwk = JsonNode.Parse(_key.Jwk)?.AsObject() ?? throw new InvalidOperationException("a key has a JWK");
        jwk["alg"] = Jws.Name;
        jwk["kid"] = Kid;
        return jwk;
    }
}

/// <summary>
/// The clients as they stand now. Asked on every call, so an answer is a look-up in memory; a change is seen by the next call.
/// Safe from several threads.
/// </summary>
public interface IAgencyClientRegistry
{
    /// <summary>The client, enabled or not; null where there is none.</summary>
    AgencyClient? Find(string clientId);

    /// <summary>All clients, in no order.</summary>
    IReadOnlyCollection<AgencyClient> All { get; }

    /// <summary>
    /// Looks for what another node let in or changed since: before somebody is refused whom this one does not know. Where it cannot look, what is known
    /// stays. Many who ask at once, or soon after each other, share one look: strangers do not decide how often the store is asked.
    /// </summary>
    Task LookAgainAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>A registry held as one snapshot, replaced as a whole.</summary>
public sealed class AgencyClientRegistry : IAgencyClientRegistry
{
    private volatile FrozenDictionary<string, AgencyClient> _byId = FrozenDictionary<string, AgencyClient>.Empty;

    public AgencyClientRegistry(IEnumerable<AgencyClient> clients) => Replace(clients);

    public IReadOnlyCollection<AgencyClient> All => _byId.Values;

    public AgencyClient? Find(string clientId) => _byId.GetValueOrDefault(clientId);

    /// <summary>Puts a new snapshot in force. Throws, and keeps the old one, where an id is malformed or stands twice.</summary>
    public void Replace(IEnumerable<AgencyClient> clients)
    {
        ArgumentNullException.ThrowIfNull(clients);
        var next = new Dictionary<string, AgencyClient>(StringComparer.Ordinal);
        foreach (var client in clients)
        {
            if (client.ClientId is not { Length: >= 1 and <= 128 } || client.ClientId.Any(c => c is <= ' ' or > '~'))
            {
                throw new ArgumentException("A client id has 1 to 128 visible ASCII characters.", nameof(clients));
            }

            if (!next.TryAdd(client.ClientId, client))
            {
                throw new ArgumentException($"The client id {client.ClientId} stands twice.", nameof(clients));
            }
        }

        _byId = next.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
