using System.Collections.Frozen;
using System.Collections.Immutable;

namespace LegalAid.Gateway.Casework.Directory;

/// <summary>A lawyer in the register (律师名录).</summary>
/// <param name="LicenceNumber">律师执业证号, 17 digits.</param>
/// <param name="PracticeSince">First day of practice, as registered; practice years come from here and never from the licence number.</param>
/// <param name="CriminalSince">First day of criminal practice (相关执业经历, 法律援助法 26); null where none is registered.</param>
/// <param name="Suspended">Spans in which the lawyer may not practise; the end is exclusive.</param>
public sealed record Lawyer(
    string LicenceNumber,
    string Name,
    AgencyId Firm,
    DateOnly PracticeSince,
    DateOnly? CriminalSince,
    ImmutableArray<string> Specialities,
    ImmutableArray<string> Languages,
    ImmutableArray<(DateOnly From, DateOnly? Until)> Suspended)
{
    public bool MayPractiseOn(DateOnly date) =>
        PracticeSince <= date && !Suspended.Any(span => span.From <= date && (span.Until is null || date < span.Until));
}

/// <summary>The lawyers that may be named, by licence number. Immutable; safe on any thread.</summary>
public sealed class CounselRegister(IEnumerable<Lawyer> lawyers)
{
    private readonly FrozenDictionary<string, Lawyer> _byLicence =
        lawyers.ToFrozenDictionary(lawyer => lawyer.LicenceNumber, StringComparer.Ordinal);

    public IReadOnlyCollection<Lawyer> All => _byLicence.Values;

    public Lawyer? Find(string licenceNumber) => _byLicence.GetValueOrDefault(licenceNumber);
}
