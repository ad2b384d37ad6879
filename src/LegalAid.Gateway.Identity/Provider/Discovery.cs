using System.Collections.Immutable;
using System.Security.Cryptography;
using LegalAid.Gateway.Identity.Signatures;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace LegalAid.Gateway.Identity.Provider;

/// <summary>Endpoints in the discovery document follow the issuer, not the Host header of whoever asks.</summary>
internal sealed class NameEndpoints(ProviderNames names) : IOpenIddictServerHandler<HandleConfigurationRequestContext>
{
    private static readonly ImmutableArray<string?> Algorithms = [.. JwsAlgorithm.All.Select(algorithm => algorithm.Name)];

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<HandleConfigurationRequestContext>()
            .UseSingletonHandler<NameEndpoints>()
            .SetOrder(int.MaxValue - 1_000)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public ValueTask HandleAsync(HandleConfigurationRequestContext context)
    {
        context.TokenEndpoint = names.TokenEndpoint;
        context.JsonWebKeySetEndpoint = names.KeysEndpoint;
        context.Metadata["token_endpoint_auth_signing_alg_values_supported"] =
            new OpenIddictParameter(Algorithms);
        if (names is { MutualTlsTokenEndpoint: { } alias, MutualTlsRoot: { } root })
        {
            context.TokenEndpointAuthenticationMethods.UnionWith([ClientAuthenticationMethods.TlsClientAuth, ClientAuthenticationMethods.SelfSignedTlsClientAuth]);
            context.TlsClientCertificateBoundAccessTokens = true; // RFC 8705 section 3.3
            context.MtlsTokenEndpointAlias = alias; // section 5
            context.MtlsRevocationEndpointAlias = new Uri(root, ProviderNames.RevocationPath);
            context.MtlsIntrospectionEndpointAlias = new Uri(root, ProviderNames.IntrospectionPath);
        }

        context.RevocationEndpoint = names.RevocationEndpoint;
        context.RevocationEndpointAuthenticationMethods.UnionWith(context.TokenEndpointAuthenticationMethods);
        context.IntrospectionEndpoint = names.IntrospectionEndpoint;
        context.IntrospectionEndpointAuthenticationMethods.UnionWith(context.TokenEndpointAuthenticationMethods);
        context.Metadata["authorization_details_types_supported"] = new OpenIddictParameter(ImmutableArray.Create<string?>(TokenBounds.Type)); // RFC 9396 section 10

        context.Metadata["dpop_signing_alg_values_supported"] = new OpenIddictParameter(Algorithms); // RFC 9449 section 5.1
        return ValueTask.CompletedTask;
    }
}

/// <summary>Writes the JWKS: the keys of access tokens as they stand now, where the library knows those of the start, and the gateway's other public keys.</summary>
internal sealed class PublishKeys(SigningRing ring, IOptions<IdentityOptions> options) : IOpenIddictServerHandler<HandleJsonWebKeySetRequestContext>
{
    private readonly JsonWebKey[] _others = [.. options.Value.PublishedKeys.Select(key => Jwk(key.Kid, key.Key))];

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<HandleJsonWebKeySetRequestContext>()
            .UseSingletonHandler<PublishKeys>()
            .SetOrder(int.MaxValue - 1_000)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public ValueTask HandleAsync(HandleJsonWebKeySetRequestContext context)
    {
        context.Keys.Clear();
        context.Keys.AddRange(ring.All.Select(credentials => Jwk(credentials.Key.KeyId, ((ECDsaSecurityKey)credentials.Key).ECDsa)));
        context.Keys.AddRange(_others);
        return ValueTask.CompletedTask;
    }

    private static JsonWebKey Jwk(string kid, ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonWebKey
        {
            Kid = kid,
            Kty = JsonWebAlgorithmsKeyTypes.EllipticCurve,
            Crv = JsonWebKeyECTypes.P256,
            X = Base64UrlEncoder.Encode(point.X),
            Y = Base64UrlEncoder.Encode(point.Y),
            Use = JsonWebKeyUseNames.Sig,
            Alg = SecurityAlgorithms.EcdsaSha256,
        };
    }
}
