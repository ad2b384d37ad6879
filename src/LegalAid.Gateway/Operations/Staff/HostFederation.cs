using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Exchange.Delivery;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Identity.Federation;

namespace LegalAid.Gateway.Operations.Staff;

/// <summary>Agencies' providers: which the active configuration trusts, and how they are reached.</summary>
internal static class HostFederation
{
    public static IServiceCollection AddGatewayFederation(this IServiceCollection services) => services
        .AddSingleton<IAgencyIssuers, ConfiguredIssuers>()
        .AddSingleton<IIssuerHandlers, GuardedIssuerHandlers>();

    private sealed class ConfiguredIssuers(ISnapshotSource configuration, TimeProvider time) : IAgencyIssuers
    {
        public IReadOnlyList<TrustedAgencyIssuer> OfStaff =>
        [
            .. from agency in configuration.Current.Agencies.All
               where agency.IsVouchedForAt(time.GetUtcNow())
               from issuer in agency.Issuers
               where issuer.Staff is not null
               select new TrustedAgencyIssuer(agency.Id, issuer),
        ];

        public IReadOnlyList<AgencyIssuer> Of(AgencyId agency) =>
            configuration.Current.Agencies.Find(agency) is { } found && found.IsVouchedForAt(time.GetUtcNow()) ? found.Issuers : [];
    }

    /// <summary>The guard of pushes, for the calls that a provider's documents send us to (RFC 8725 section 3.10: nobody's <c>jwks_uri</c> is followed anywhere).</summary>
    private sealed class GuardedIssuerHandlers : IIssuerHandlers
    {
        public HttpMessageHandler Create(AgencyIssuer issuer) => GuardedHandlers.Create(issuer.AllowedAddresses, TimeSpan.FromSeconds(5), connectionsMax: 4);
    }
}
