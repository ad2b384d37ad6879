using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Identity.Federation;

/// <summary>How agencies' providers are reached. The host's: it knows which addresses are allowed.</summary>
public interface IIssuerHandlers
{
    /// <summary>A handler for this provider alone, which connects to no address outside of <see cref="AgencyIssuer.AllowedAddresses"/> and follows no redirect.</summary>
    HttpMessageHandler Create(AgencyIssuer issuer);
}

/// <summary>An issuer and the agency whose people it vouches for.</summary>
public sealed record TrustedAgencyIssuer(AgencyId Agency, AgencyIssuer Issuer);

/// <summary>The issuers as the active configuration has them. Asked on every use: a look-up in memory. Safe from several threads.</summary>
public interface IAgencyIssuers
{
    /// <summary>The issuers of an agency; empty where it is unknown.</summary>
    IReadOnlyList<AgencyIssuer> Of(AgencyId agency);

    /// <summary>Those whose people may run the gateway, by agency.</summary>
    IReadOnlyList<TrustedAgencyIssuer> OfStaff { get; }
}
