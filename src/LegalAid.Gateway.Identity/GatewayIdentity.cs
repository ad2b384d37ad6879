using System.Security.Cryptography;
using LegalAid.Gateway.Identity.Binding;
using LegalAid.Gateway.Identity.Federation;
using LegalAid.Gateway.Identity.Provider;
using LegalAid.Gateway.Identity.Resource;
using LegalAid.Gateway.Identity.Staff;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace LegalAid.Gateway.Identity;

/// <summary>
/// Composition of the identity module. The host also registers an <see cref="IAgencyClientRegistry"/>, an <see cref="IReplayStore"/> and an
/// <see cref="IRevocationStore"/>, all singletons.
/// </summary>
public static class GatewayIdentity
{
    /// <summary>The authentication scheme of calls, and the default one.</summary>
    public const string Scheme = "Gateway";

    /// <summary>The one scope.</summary>
    public const string Scope = "gateway";

    /// <summary>The <c>aud</c> of tokens for this gateway.</summary>
    public const string Audience = "legalaid.gateway";

    internal const string AgencyClaim = "agency";

    /// <summary>RFC 7800.</summary>
    internal const string ConfirmationClaim = "cnf";

    /// <summary>
    /// Adds the OpenID provider, the <see cref="Scheme"/> and a policy that denies by default: an endpoint that says nothing needs a caller
    /// with the scope <see cref="Scope"/>, also one that does not exist. Options that are unsound stop the host's start.
    /// </summary>
    public static IServiceCollection AddGatewayIdentity(this IServiceCollection services, Action<IdentityOptions> configure)
    {
        services.AddOptions<IdentityOptions>().Configure(configure).ValidateOnStart();
        services.AddSingleton<IValidateOptions<IdentityOptions>, IdentityOptionsValidation>();
        services.TryAddSingleton(TimeProvider.System);

        // The library writes whole requests at Information and tokens at Trace.
        services.AddLogging(logging => logging.AddFilter("OpenIddict", LogLevel.Warning));

        services.AddSingleton(provider => new ProviderNames(Options(provider).Issuer!, Options(provider).MutualTlsAddress)); // checked by IdentityOptionsValidation
        services.AddSingleton(provider => new SigningRing(Options(provider).SigningKeys, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ISigningKeys>(provider => provider.GetRequiredService<SigningRing>());
        services.AddSingleton(provider => new AssertionCheck(
            provider.GetRequiredService<IAgencyClientRegistry>(),
            provider.GetRequiredService<ProviderNames>().IssuerForms,
            Options(provider).AssertionLifetimeMax,
            Options(provider).ClockSkew));
        AddBinding(services);
        services.AddFederation();
        AddProvider(services);
        AddResource(services);
        services.AddStaffSessions();
        return services;
    }

    /// <summary>
    /// Serves <c>/connect/token</c>, <c>/connect/revoke</c>, <c>/connect/introspect</c>, <c>/.well-known/openid-configuration</c>,
    /// <c>/.well-known/oauth-protected-resource</c> and <c>/.well-known/jwks</c>, then authenticates and authorizes. After routing, before endpoints.
    /// </summary>
    public static IApplicationBuilder UseGatewayIdentity(this IApplicationBuilder app)
    {
        app.UseMiddleware<ResourceMetadata>();
        app.UseMiddleware<TokenEndpointBounds>();
        app.UseMiddleware<TokenDesk>();
        app.UseAuthentication();
        app.UseAuthorization();
        return app;
    }

    private static void AddBinding(IServiceCollection services)
    {
        services.AddSingleton(provider => new ClientCertificates(Options(provider).TrustedProxies));
        services.AddSingleton(provider => new CertificateCheck(
            provider.GetRequiredService<IAgencyClientRegistry>(), Options(provider).CertificateAuthorities));
        services.AddSingleton(provider => new OwnAddresses(
            [Options(provider).Issuer!, .. Options(provider).PublicAddresses, .. Options(provider).MutualTlsAddress is { } mutual ? [mutual] : Array.Empty<Uri>()], // checked by IdentityOptionsValidation
            Options(provider).AllowPlainHttp ? provider.GetService<IServer>() : null));
        services.AddSingleton<ProofTargets>();

        // A nonce that came with a token is good as long as the token, so that a client that renews its token in time is never asked for another.
        services.AddSingleton(provider => new ProofNonces(
            Options(provider).NonceKey ?? RandomNumberGenerator.GetBytes(32), Options(provider).AccessTokenLifetime));
        services.AddSingleton(provider => new ProofCheck(
            provider.GetRequiredService<ProofTargets>(), provider.GetRequiredService<ProofNonces>(), Options(provider).ProofLifetime, Options(provider).ClockSkew));
        services.AddSingleton<Proofs>();
        services.AddSingleton<Possession>();
    }

    private static void AddProvider(IServiceCollection services)
    {
        services.AddOpenIddict()
            .AddCore(core => core
                .SetDefaultApplicationEntity<AgencyClient>()
                .ReplaceApplicationStore<AgencyClient, AgencyClientStore>(ServiceLifetime.Scoped)
                .DisableEntityCaching()) // the registry is memory already, and the store keeps what a request has found
            .AddServer(server =>
            {
                server.AllowClientCredentialsFlow();
                server.AllowTokenExchangeFlow();
                server.SetTokenEndpointUris(ProviderNames.TokenPath);
                server.SetConfigurationEndpointUris(ProviderNames.DiscoveryPath);
                server.SetJsonWebKeySetEndpointUris(ProviderNames.KeysPath);
                server.RegisterScopes(Scope);
                server.RegisterClaims(AgencyClaim, ConfirmationClaim);
                server.DisableScopeValidation(); // CheckRequest does it: the library would ask a store of scopes, and there is none.
                server.DisableAccessTokenEncryption();
                server.DisableTokenStorage(); // One row a token stalled for 0.9 s at p99 in the prototype; what dies early is a row of RevokedTokens.
                server.DisableAuthorizationStorage();
                server.AddEventHandler(AuthenticateClient.Descriptor);
                server.AddEventHandler(CheckRequest.Descriptor);
                server.AddEventHandler(ReadBounds.Descriptor);
                server.AddEventHandler(JudgeProof.Descriptor);
                server.AddEventHandler(PresentCertificate.Descriptor);
                server.AddEventHandler(LeaveSubjectToken.Descriptor);
                server.AddEventHandler(IssueToken.Descriptor);
                server.AddEventHandler(NameActor.Descriptor);
                server.AddEventHandler(ConfirmKey.Descriptor);
                server.AddEventHandler(WriteBounds.Descriptor);
                server.AddEventHandler(SayTokenType.Descriptor);
                server.AddEventHandler(SayBounds.Descriptor);
                server.AddEventHandler(ChooseSigningKey.Descriptor);
                server.AddEventHandler(NameEndpoints.Descriptor);
                server.AddEventHandler(PublishKeys.Descriptor);
                server.UseAspNetCore();

                // A certificate of the connection is ours to judge (PresentCertificate): the library would take it for a method that is not offered.
                server.RemoveEventHandler(OpenIddictServerAspNetCoreHandlers.ExtractClientCertificate<OpenIddictServerEvents.ExtractTokenRequestContext>.Descriptor);
            });
        services.AddSingleton<IConfigureOptions<OpenIddictServerOptions>, ProviderOptions>();
        services.AddOptions<OpenIddictServerAspNetCoreOptions>()
            .Configure<IOptions<IdentityOptions>>((server, options) =>
                server.DisableTransportSecurityRequirement = options.Value.AllowPlainHttp);
    }

    private static void AddResource(IServiceCollection services)
    {
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<ITokenStanding>(provider => provider.GetRequiredService<AccessTokens>());
        services.AddSingleton<RevokedTokens>();
        services.AddSingleton<IAccessTokenIssuer>(provider => Options(provider).Provider is { } other
            ? ActivatorUtilities.CreateInstance<ProviderTokens>(provider, other)
            : ActivatorUtilities.CreateInstance<OwnTokens>(provider));
        services.AddSingleton<ClientAuthentication>();
        services.AddAuthentication(Scheme).AddScheme<GatewayBearerOptions, GatewayBearer>(Scheme, displayName: null, configureOptions: null);
        services.AddAuthorization(authorization =>
        {
            var caller = new AuthorizationPolicyBuilder(Scheme)
                .RequireAuthenticatedUser()
                .RequireClaim(Claims.Private.Scope, Scope)
                .Build();
            authorization.DefaultPolicy = caller;
            authorization.FallbackPolicy = caller;
        });
    }

    private static IdentityOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<IdentityOptions>>().Value;

    private sealed class ProviderOptions(IOptions<IdentityOptions> options, SigningRing ring) : IConfigureOptions<OpenIddictServerOptions>
    {
        public void Configure(OpenIddictServerOptions server)
        {
            server.Issuer = options.Value.Issuer;
            server.AccessTokenLifetime = options.Value.AccessTokenLifetime;
            server.SigningCredentials.AddRange(ring.All);
            server.EncryptionCredentials.Add(new EncryptingCredentials(
                new SymmetricSecurityKey(options.Value.EncryptionKey ?? RandomNumberGenerator.GetBytes(32)),
                SecurityAlgorithms.Aes256KW,
                SecurityAlgorithms.Aes256CbcHmacSha512));
            server.ClientAuthenticationMethods.Clear();
            server.ClientAuthenticationMethods.Add(ClientAuthenticationMethods.PrivateKeyJwt);
        }
    }

    private sealed class IdentityOptionsValidation : IValidateOptions<IdentityOptions>
    {
        public ValidateOptionsResult Validate(string? name, IdentityOptions options) =>
            options.Check() is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
