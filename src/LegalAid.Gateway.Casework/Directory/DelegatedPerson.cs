using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Casework.Directory;

/// <summary>A person of an agency for whom one of its systems acts, as the agency's own provider names them.</summary>
/// <param name="Issuer">The provider.</param>
/// <param name="Subject">The provider's name for the person, unique within it. Not for logs, leaves or URLs.</param>
/// <param name="Grants">The claims by which the person was let in.</param>
public sealed record DelegatedPerson(string Issuer, string Subject, EquatableList<ClaimRule> Grants)
{
    /// <summary>
    /// Whether the person's agency lets them do it, by the configuration as it stands now: a grant or issuer that was taken out is of no use to a token
    /// that was given before. What the agency itself may is not asked here.
    /// </summary>
    /// <param name="operation">Full name of the method, without the leading slash.</param>
    public bool May(Agency agency, string operation) => agency.Issuers
        .Where(issuer => issuer.Issuer == Issuer)
        .SelectMany(issuer => issuer.People?.Grants ?? [])
        .Any(grant => Grants.Contains(grant.Who) && grant.Operations.Any(allowed => Covers(allowed, operation)));

    private static bool Covers(string allowed, string operation) =>
        allowed == operation || (allowed.EndsWith("/*", StringComparison.Ordinal) && operation.StartsWith(allowed.AsSpan(0, allowed.Length - 1), StringComparison.Ordinal));
}
