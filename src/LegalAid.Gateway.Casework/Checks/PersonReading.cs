using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>What came of parsing a field: absent, a value, or what is wrong with it.</summary>
/// <param name="Given">Whether the field is there at all.</param>
internal readonly record struct Parsed<T>(bool Given, T? Value, FaultCode? Fault)
    where T : class;

/// <summary><c>legalaid.defence.v1.Person</c> with its identifiers parsed by the installation's rules.</summary>
internal sealed record PersonReading
{
    public required Parsed<PersonName> Name { get; init; }

    public required Parsed<ResidentNumber> Resident { get; init; }

    public required Parsed<NumberedDocument> Document { get; init; }

    public required Parsed<IdentityUnknown> Unknown { get; init; }

    public required Parsed<DisabilityCertificate> Certificate { get; init; }

    public required bool BirthDateGiven { get; init; }

    /// <summary>The birth date in words; null where it is absent or no date.</summary>
    public required DateOnly? StatedBirthDate { get; init; }

    /// <summary>Of an unknown identity, whole years; null where there is no estimate or it is no whole number.</summary>
    public required int? EstimatedAge { get; init; }

    public required bool EstimatedAgeGiven { get; init; }

    public required string? Language { get; init; }

    /// <summary>How many of the three identities are given; one is right.</summary>
    public int Identities => (Resident.Given ? 1 : 0) + (Document.Given ? 1 : 0) + (Unknown.Given ? 1 : 0);

    /// <summary>The birth date that the number itself states.</summary>
    public DateOnly? NumberedBirthDate => Resident.Value?.BirthDate ?? Document.Value?.BirthDate;

    /// <summary>The birth date by the best evidence: the number's, else the stated one.</summary>
    public DateOnly? BirthDate => NumberedBirthDate ?? StatedBirthDate;

    public static PersonReading Of(JsonObject person, ResidentNumberRules rules, DateOnly today)
    {
        var name = person.Text("name");
        var unknown = person.Child("unknownIdentity");
        return new PersonReading
        {
            Name = Parse<PersonName>(person, "name", () => PersonName.TryParse(name, out var value, out var fault) ? (value, null) : (null, fault)),
            Resident = Parse<ResidentNumber>(person, "residentNumber", () =>
                ResidentNumber.TryParse(person.Text("residentNumber"), rules, today, out var value, out var fault) ? (value, null) : (null, fault)),
            Document = Parse(person, "document", () => ReadDocument(person.Child("document"), rules, today)),
            Unknown = Parse<IdentityUnknown>(person, "unknownIdentity", () =>
                IdentityUnknown.TryParse(name, unknown.Text("label"), out var value, out var fault) ? (value, null) : (null, fault)),
            Certificate = Parse<DisabilityCertificate>(person, "disabilityCertificate", () =>
                DisabilityCertificate.TryParse(person.Text("disabilityCertificate"), rules, today, out var value, out var fault) ? (value, null) : (null, fault)),
            BirthDateGiven = person.Field("birthDate") is not null,
            StatedBirthDate = DateOnly.TryParseExact(
                person.Text("birthDate"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var birth) ? birth : null,
            EstimatedAge = unknown.Number("estimatedAge"),
            EstimatedAgeGiven = unknown.Field("estimatedAge") is not null,
            Language = person.Text("language"),
        };
    }

    private static Parsed<T> Parse<T>(JsonObject person, string field, Func<(T? Value, FaultCode? Fault)> read)
        where T : class
    {
        if (person.Field(field) is null)
        {
            return default;
        }

        var (value, fault) = read();
        return new Parsed<T>(true, value, fault);
    }

    private static (NumberedDocument? Value, FaultCode? Fault) ReadDocument(JsonObject? document, ResidentNumberRules rules, DateOnly today)
    {
        FaultCode? fault = GeneralFaults.Required;
        foreach (var kind in KindsOf(document.Text("kind")))
        {
            if (NumberedDocument.TryParse(kind, document.Text("number"), document.Text("issuer"), rules, today, out var value, out fault))
            {
                return (value, null);
            }
        }

        return (null, fault);
    }

    /// <summary>
    /// The kinds that a <c>legalaid.defence.v1.DocumentKind</c> may be: a residence permit of the common kind is told by its number.
    /// A kind that is not known here is read as any other document, so that a notice is not lost over it.
    /// </summary>
    private static PersonDocumentKind[] KindsOf(string? name) => name switch
    {
        null or "DOCUMENT_KIND_UNSPECIFIED" => [],
        "DOCUMENT_KIND_PASSPORT" => [PersonDocumentKind.Passport],
        "DOCUMENT_KIND_HONGKONG_MACAO_PERMIT" => [PersonDocumentKind.HongKongMacaoTravelPermit],
        "DOCUMENT_KIND_TAIWAN_PERMIT" => [PersonDocumentKind.TaiwanTravelPermit],
        "DOCUMENT_KIND_HONGKONG_MACAO_RESIDENCE_PERMIT" => [PersonDocumentKind.HongKongMacaoResidencePermit],
        "DOCUMENT_KIND_TAIWAN_RESIDENCE_PERMIT" => [PersonDocumentKind.TaiwanResidencePermit],
        "DOCUMENT_KIND_RESIDENCE_PERMIT" => [PersonDocumentKind.TaiwanResidencePermit, PersonDocumentKind.HongKongMacaoResidencePermit],
        "DOCUMENT_KIND_FOREIGN_PERMANENT_RESIDENCE" => [PersonDocumentKind.ForeignerPermanentResidence],
        _ => [PersonDocumentKind.Other],
    };
}
