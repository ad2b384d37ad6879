using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using Microsoft.AspNetCore.Http;

namespace LegalAid.Gateway.Identity;

/// <summary>How a token is bound to the one who shows it.</summary>
public enum CallerBinding
{
    /// <summary>Not at all: whoever holds it may use it.</summary>
    Bearer,

    /// <summary>To a key of the caller's, of which each request carries a proof (RFC 9449).</summary>
    DPoP,

    /// <summary>To the certificate of the caller's connection (RFC 8705 section 3), whether or not a proof was asked besides.</summary>
    Certificate,
}

/// <summary>
/// Who calls, derived once at the edge from a validated token. Everything further in takes this, never claims.
/// </summary>
/// <param name="Agency">The agency that the calling system speaks for.</param>
/// <param name="ClientId">The calling system.</param>
/// <param name="OnBehalfOf">The person of the agency it acts for; null: itself.</param>
/// <param name="Binding">How the token is bound.</param>
/// <param name="TokenExpires">A stream that outlives this instant must end or be authenticated again.</param>
/// <param name="Scopes">Scopes of the token.</param>
public sealed record Caller(
    AgencyId Agency,
    string ClientId,
    DelegatedPerson? OnBehalfOf,
    CallerBinding Binding,
    DateTimeOffset TokenExpires,
    EquatableList<string> Scopes)
{
    /// <summary>What the token is good for; null: for whatever its agency may do.</summary>
    public TokenBounds? Bounds { get; init; }
}

/// <summary>
/// Why a request has no caller; a feature of the <see cref="HttpContext"/> once the scheme has challenged or forbidden.
/// The host writes the body from it.
/// </summary>
public sealed record AuthenticationFault(FaultCode Code);

/// <summary>The caller of a request.</summary>
public static class CallerFeature
{
    /// <summary>The caller, or null on an anonymous endpoint.</summary>
    public static Caller? FindCaller(this HttpContext context) => context.Features.Get<Caller>();

    /// <summary>The caller. Throws where there is none: a call that got here without one is a bug in the endpoint's policy.</summary>
    public static Caller GetCaller(this HttpContext context) =>
        context.FindCaller() ?? throw new InvalidOperationException("The request has no caller: its endpoint is anonymous.");
}
