using System.Globalization;
using System.Security.Claims;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Identity.Staff;

/// <summary>One of those who run the gateway, as their provider vouched for them at sign-in. A session holds one, in one role.</summary>
/// <param name="Subject">The provider's name for the person, unique within <paramref name="Issuer"/>.</param>
/// <param name="Name">For people to read; the provider's word.</param>
/// <param name="AuthenticatedAt">When the person last proved who they are (<c>auth_time</c>).</param>
/// <param name="Acr">How, in the provider's words; null where it does not say.</param>
public sealed record StaffMember(
    AgencyId Agency, string Issuer, string Subject, string Name, StaffRole Role, DateTimeOffset AuthenticatedAt, string? Acr)
{
    /// <summary>Two sessions of one person have the same.</summary>
    public string Key => $"{Issuer}#{Subject}";

    /// <summary>Whether the sign-in is fresh and strong enough for what takes a step-up.</summary>
    /// <param name="rules">Of the person's provider, as they stand now.</param>
    public bool HasSteppedUp(StaffRules rules, TimeSpan freshFor, DateTimeOffset now) =>
        now - AuthenticatedAt <= freshFor && (rules.StepUpAcr.IsEmpty || (Acr is { } acr && rules.StepUpAcr.Contains(acr)));

    internal ClaimsPrincipal ToPrincipal()
    {
        var identity = new ClaimsIdentity(StaffSession.Scheme, "name", "role");
        identity.AddClaim(new Claim("sub", Key)); // by this the forms of a session are bound to its person
        identity.AddClaim(new Claim("agency", Agency.Value));
        identity.AddClaim(new Claim("issuer", Issuer));
        identity.AddClaim(new Claim("subject", Subject));
        identity.AddClaim(new Claim("name", Name));
        identity.AddClaim(new Claim("role", Role.ToString()));
        identity.AddClaim(new Claim("auth_time", AuthenticatedAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        if (Acr is not null)
        {
            identity.AddClaim(new Claim("acr", Acr));
        }

        return new ClaimsPrincipal(identity);
    }

    /// <summary>Null where the principal is none of the staff.</summary>
    internal static StaffMember? From(ClaimsPrincipal? principal)
    {
        string? Text(string name) => principal?.FindFirst(name)?.Value;
        return principal?.Identity is { IsAuthenticated: true, AuthenticationType: StaffSession.Scheme }
            && AgencyId.TryParse(Text("agency"), out var agency) && Text("issuer") is { } issuer && Text("subject") is { } subject
            && Enum.TryParse<StaffRole>(Text("role"), out var role)
            && long.TryParse(Text("auth_time"), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
                ? new StaffMember(agency, issuer, subject, Text("name") ?? subject, role, DateTimeOffset.FromUnixTimeSeconds(at), Text("acr"))
                : null;
    }
}
