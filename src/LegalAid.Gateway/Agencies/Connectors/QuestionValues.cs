using System.Globalization;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Agencies.Connectors;

/// <summary>What the placeholders of a template stand for in one attempt; null where the question has no such thing.</summary>
/// <param name="now">When the request goes out, real time: a receiver compares it with its own clock.</param>
internal sealed class QuestionValues(FactQuestion question, FactConnector connector, DateTimeOffset now, string? secret)
{
    private readonly DateTimeOffset _civil = now.ToCivil();

    public string? Of(Placeholder placeholder) => placeholder switch
    {
        Placeholder.PersonNumber => (question.Document as NumberedDocument)?.Number,
        Placeholder.PersonName => question.Name.ToString(),
        Placeholder.PersonDocumentKind => DocumentCode(),
        Placeholder.PersonBirthDate => question.Document.BirthDate is { } birth ? Dashed(birth) : null,
        Placeholder.PersonBirthDateCompact => question.Document.BirthDate is { } birth ? Compact(birth) : null,
        Placeholder.Purpose => question.Purpose,
        Placeholder.LegalBasis => question.LegalBasis,
        Placeholder.Authorisation => question.Authorisation,
        Placeholder.Place => question.Place.ToString(),
        Placeholder.ReceivedOn => Dashed(question.ReceivedOn),
        Placeholder.ReceivedOnCompact => Compact(question.ReceivedOn),
        Placeholder.QuestionId => question.Id,
        Placeholder.Facts => string.Join(',', question.Facts.Select(fact => fact.Name)),
        Placeholder.AskedAt => _civil.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
        Placeholder.AskedAtCompact => _civil.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture),
        Placeholder.AskedAtUnix => now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        Placeholder.AskedAtUnixMs => now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        Placeholder.Secret => secret,
        _ => throw new InvalidOperationException($"placeholder {placeholder}"),
    };

    /// <summary>Whether the agency can be asked with this person's document at all.</summary>
    public bool IsAskable => question.Document is not NumberedDocument || connector.DocumentCodes.IsEmpty || connector.DocumentCodes.ContainsKey(question.Document.Kind);

    private string? DocumentCode() => connector.DocumentCodes.IsEmpty
        ? DocumentKinds.NameOf(question.Document.Kind)
        : connector.DocumentCodes.GetValueOrDefault(question.Document.Kind);

    private static string Dashed(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Compact(DateOnly date) => date.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
}
