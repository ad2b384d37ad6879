using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace LegalAid.Gateway.Identity.Provider;

/// <summary>The keys of access tokens, as the token library takes them.</summary>
internal sealed class SigningRing
{
    private readonly (SigningKeyEntry Entry, SigningCredentials Credentials)[] _keys;
    private readonly TimeProvider _time;

    public SigningRing(IReadOnlyList<SigningKeyEntry> keys, TimeProvider time)
    {
        _keys = [.. keys.Select(key => (key, Credentials(key)))];
        _time = time;
    }

    /// <summary>All, in order of preference.</summary>
    public IEnumerable<SigningCredentials> All => _keys.Select(key => key.Credentials);

    /// <summary>The one that signs now, or null.</summary>
    public SigningCredentials? Current()
    {
        var now = _time.GetUtcNow();
        foreach (var (entry, credentials) in _keys)
        {
            if (entry.Signs(now))
            {
                return credentials;
            }
        }

        return null;
    }

    private static SigningCredentials Credentials(SigningKeyEntry key) =>
        new(new ECDsaSecurityKey(key.Key) { KeyId = key.Kid }, SecurityAlgorithms.EcdsaSha256);
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
