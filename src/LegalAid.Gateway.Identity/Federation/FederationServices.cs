using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Identity.Provider;
using LegalAid.Gateway.Identity.Staff;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LegalAid.Gateway.Identity.Federation;

/// <summary>Composition of what agencies' providers vouch for. A host that registers no <see cref="IAgencyIssuers"/> trusts none.</summary>
internal static class FederationServices
{
    public static void AddFederation(this IServiceCollection services)
    {
        services.TryAddSingleton<IAgencyIssuers, NoIssuers>();
        services.TryAddSingleton<IIssuerHandlers, NoIssuers>();
        services.AddSingleton<IssuerDocuments>();
        services.AddSingleton(provider => new IssuerTokens(
            provider.GetRequiredService<IssuerDocuments>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IOptions<IdentityOptions>>().Value.ClockSkew));
        services.AddSingleton<ProviderCalls>();
        services.AddSingleton<Delegations>();
        services.AddSingleton<StaffForms>();
        services.AddSingleton(provider => new StaffSignIn(
            provider.GetRequiredService<IAgencyIssuers>(),
            provider.GetRequiredService<IssuerDocuments>(),
            provider.GetRequiredService<IssuerTokens>(),
            provider.GetRequiredService<ProviderCalls>(),
            provider.GetRequiredService<IReplayStore>(),
            provider.GetRequiredService<ProviderNames>(),
            provider.GetRequiredService<IDataProtectionProvider>(),
            provider.GetRequiredService<IOptions<IdentityOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<StaffSignIn>>()));
    }

    private sealed class NoIssuers : IAgencyIssuers, IIssuerHandlers
    {
        public IReadOnlyList<TrustedAgencyIssuer> OfStaff => [];

        public IReadOnlyList<AgencyIssuer> Of(AgencyId agency) => [];

        public HttpMessageHandler Create(AgencyIssuer issuer) => throw new InvalidOperationException("No issuer is trusted.");
    }
}
