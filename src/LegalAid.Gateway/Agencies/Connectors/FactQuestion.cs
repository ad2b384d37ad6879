using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>One question to one agency: which facts, about whom, why.</summary>
/// <param name="Id">The same for each attempt, so that the agency can tell a repetition; opaque, nothing personal in it.</param>
/// <param name="Facts">What is asked for; an agency that answers more is not listened to.</param>
/// <param name="Purpose">As the sharing matrix names it.</param>
/// <param name="LegalBasis">The clause by which it is asked.</param>
/// <param name="Authorisation">Id of the authorisation to query; null: there is none.</param>
internal sealed record FactQuestion(
    string Id, PersonDocument Document, PersonName Name, ImmutableArray<FactDefinition> Facts,
    string Purpose, string LegalBasis, RegionCode Place, DateOnly ReceivedOn, string? Authorisation)
{
    /// <summary>The centre that asks; null where nobody does, as when a connector is tried.</summary>
    public AgencyId? Centre { get; init; }

    /// <summary>Says nothing of the person.</summary>
    public override string ToString() => $"question {Id}";
}

/// <summary>Asks one agency.</summary>
internal interface IFactConnector
{
    /// <summary>
    /// One attempt: no retry, no breaker, no limit of concurrency; those are the caller's. However the agency behaves, the outcome is a value.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled; the question may have reached the agency.</exception>
    Task<FactAnswer> AskAsync(FactQuestion question, CancellationToken cancellationToken);
}
