using System.Collections.Immutable;

namespace LegalAid.Gateway.Casework.Directory;

/// <summary>What a placeholder of a request template stands for.</summary>
public enum Placeholder
{
    /// <summary>The document's number.</summary>
    PersonNumber,
    PersonName,

    /// <summary>The document's kind, in the agency's code (<see cref="FactConnector.DocumentCodes"/>) or in ours.</summary>
    PersonDocumentKind,
    PersonBirthDate,
    PersonBirthDateCompact,

    /// <summary>Purpose of the question, as the sharing matrix names it.</summary>
    Purpose,
    LegalBasis,

    /// <summary>Id of the authorisation to query (授权书编号).</summary>
    Authorisation,

    /// <summary>Six digits.</summary>
    Place,
    ReceivedOn,
    ReceivedOnCompact,

    /// <summary>Stable over retries, of no meaning.</summary>
    QuestionId,

    /// <summary>Names of the facts that are asked for, separated by commas.</summary>
    Facts,

    /// <summary>When this request goes out: civil time with its offset.</summary>
    AskedAt,
    AskedAtCompact,
    AskedAtUnix,
    AskedAtUnixMs,

    /// <summary>The secret of <see cref="ConnectorAuthentication.InRequest"/>.</summary>
    Secret,
}

/// <summary>Names of placeholders, and where each may stand.</summary>
public static class Placeholders
{
    public static readonly ImmutableSortedDictionary<string, Placeholder> ByName = new Dictionary<string, Placeholder>(StringComparer.Ordinal)
    {
        ["person.number"] = Placeholder.PersonNumber,
        ["person.name"] = Placeholder.PersonName,
        ["person.document-kind"] = Placeholder.PersonDocumentKind,
        ["person.birth-date"] = Placeholder.PersonBirthDate,
        ["person.birth-date.compact"] = Placeholder.PersonBirthDateCompact,
        ["purpose"] = Placeholder.Purpose,
        ["legal-basis"] = Placeholder.LegalBasis,
        ["authorisation"] = Placeholder.Authorisation,
        ["place"] = Placeholder.Place,
        ["received-on"] = Placeholder.ReceivedOn,
        ["received-on.compact"] = Placeholder.ReceivedOnCompact,
        ["question.id"] = Placeholder.QuestionId,
        ["facts"] = Placeholder.Facts,
        ["asked-at"] = Placeholder.AskedAt,
        ["asked-at.compact"] = Placeholder.AskedAtCompact,
        ["asked-at.unix"] = Placeholder.AskedAtUnix,
        ["asked-at.unix-ms"] = Placeholder.AskedAtUnixMs,
        ["secret"] = Placeholder.Secret,
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>
    /// Whether it may stand in an address: addresses are written into logs on every way and at every end, so that nothing of a person, and nothing that leads to one
    /// case, stands in one.
    /// </summary>
    public static bool MayStandInAddress(this Placeholder placeholder) => placeholder
        is Placeholder.Purpose or Placeholder.Place or Placeholder.QuestionId or Placeholder.Facts
        or Placeholder.AskedAt or Placeholder.AskedAtCompact or Placeholder.AskedAtUnix or Placeholder.AskedAtUnixMs;
}
