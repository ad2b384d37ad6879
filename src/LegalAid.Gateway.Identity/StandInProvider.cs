using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Identity;

/// <summary>
/// A provider that issues the access tokens of agencies' systems in the place of ours, such as a province's. It must publish discovery and JWKS, issue
/// access tokens as RFC 9068 says, with <c>client_id</c> as the system is enrolled here and the scope <see cref="GatewayIdentity.Scope"/>, and bind them
/// (<c>cnf</c>) where the enrolment demands it.
/// </summary>
/// <param name="Issuer">Its name, algorithms and networks; nothing of people.</param>
/// <param name="Audience">The <c>aud</c> that means this gateway, and no other.</param>
/// <param name="ClientId">This gateway's name there, for introspection, by <c>private_key_jwt</c> with a key of its JWKS.</param>
/// <param name="LifetimeMax">The longest life of a token, from <c>iat</c> to <c>exp</c>.</param>
/// <param name="Introspects">
/// Whether the provider is asked if a token in use was revoked (RFC 7662), so that it dies within five seconds. Otherwise it dies with its client's
/// enrolment here, or at its end.
/// </param>
public sealed record StandInProvider(AgencyIssuer Issuer, string Audience, string ClientId, TimeSpan LifetimeMax, bool Introspects);
