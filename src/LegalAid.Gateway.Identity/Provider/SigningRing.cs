using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace LegalAid.Gateway.Identity.Provider;

/// <summary>The keys of access tokens, as they stand now; read anew at each use, so that a key comes and goes without a restart. Safe from several threads.</summary>
internal sealed class SigningRing : ISigningKeys
{
    private readonly TimeProvider _time;
    private volatile Held[] _keys;

    public SigningRing(IReadOnlyList<SigningKeyEntry> keys, TimeProvider time) => (_keys, _time) = (Read(keys), time);

    /// <summary>All, in order of preference.</summary>
    public IEnumerable<SigningCredentials> All => _keys.Select(key => key.Credentials);

    /// <summary>The one that signs now, or null.</summary>
    public SigningCredentials? Current() => Signing()?.Credentials;

    /// <summary>The same, as the host gave it.</summary>
    public SigningKeyEntry? CurrentEntry() => Signing()?.Entry;

    /// <summary>The key of that id, which makes a token good; null where there is none any more.</summary>
    public SecurityKey? Find(string? kid) => Array.Find(_keys, key => key.Entry.Kid == kid)?.Credentials.Key;

    public void Replace(IReadOnlyList<SigningKeyEntry> keys) => _keys = Read(keys);

    private Held? Signing()
    {
        var now = _time.GetUtcNow();
        return Array.Find(_keys, key => key.Entry.Signs(now));
    }

    private static Held[] Read(IReadOnlyList<SigningKeyEntry> keys) =>
        [.. keys.Select(key => new Held(key, new(new ECDsaSecurityKey(key.Key) { KeyId = key.Kid }, SecurityAlgorithms.EcdsaSha256)))];

    private sealed record Held(SigningKeyEntry Entry, SigningCredentials Credentials);
}

/// <summary>Chooses the key at the moment of issue, so that a key begins and ends by its dates without a restart.</summary>
internal sealed class ChooseSigningKey(SigningRing ring) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<GenerateTokenContext>()
            .UseSingletonHandler<ChooseSigningKey>()
            .SetOrder(OpenIddictServerHandlers.Protection.AttachSecurityCredentials.Descriptor.Order + 500)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        context.SigningCredentials = ring.Current() ?? throw new InvalidOperationException("No signing key is in force.");
        return ValueTask.CompletedTask;
    }
}
