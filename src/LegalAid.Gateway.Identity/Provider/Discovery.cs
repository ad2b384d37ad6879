using System.Collections.Immutable;
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

/// <summary>Adds the gateway's other public keys to the JWKS.</summary>
internal sealed class PublishKeys : IOpenIddictServerHandler<HandleJsonWebKeySetRequestContext>
{
    private readonly (string Kid, string X, string Y)[] _keys;

    public PublishKeys(IOptions<IdentityOptions> options) =>
        _keys = [.. options.Value.PublishedKeys.Select(key =>
        {
            var point = key.Key.ExportParameters(includePrivateParameters: false).Q;
            return (key.Kid, Base64UrlEncoder.Encode(point.X), Base64UrlEncoder.Encode(point.Y));
        })];

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<HandleJsonWebKeySetRequestContext>()
            .UseSingletonHandler<PublishKeys>()
            .SetOrder(int.MaxValue - 1_000)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();

    public ValueTask HandleAsync(HandleJsonWebKeySetRequestContext context)
    {
        foreach (var (kid, x, y) in _keys)
        {
            context.Keys.Add(new JsonWebKey
            {
                Kid = kid,
                Kty = JsonWebAlgorithmsKeyTypes.EllipticCurve,
                Crv = JsonWebKeyECTypes.P256,
                X = x,
                Y = y,
                Use = JsonWebKeyUseNames.Sig,
                Alg = SecurityAlgorithms.EcdsaSha256,
            });
        }

        return ValueTask.CompletedTask;
    }
}
