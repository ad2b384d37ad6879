using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Casework.Transitions;

namespace LegalAid.Gateway.Casework.Eligibility.Verification;

/// <summary>A verification as its exchange's view has it. Pure; what the checks let through is read without a fault.</summary>
public sealed record VerificationReading
{
    /// <summary>The exchange type's id.</summary>
    public const string Type = "eligibility-verification";

    public const string CentreRole = "centre";

    /// <summary>The steps that a round of asking begins with.</summary>
    private static readonly ImmutableArray<string> Beginnings = ["apply", "supply", "reopen"];

    public required AgencyId Centre { get; init; }

    public required RegionCode Place { get; init; }

    public required DateOnly ReceivedOn { get; init; }

    /// <summary>The pack that the application names, or the one in force; null where there is none any more.</summary>
    public required Adjudicator? Pack { get; init; }

    /// <summary><c>legalaid.defence.v1.Person</c>.</summary>
    public required JsonObject Person { get; init; }

    /// <summary>Null: nobody may be asked.</summary>
    public required AuthorisationReading? Authorisation { get; init; }

    /// <summary>What applicant and desk stated, showed and undertook.</summary>
    public required ImmutableArray<KnownFact> Supplied { get; init; }

    public required Progress Progress { get; init; }

    /// <summary>The ordinal of the step with which the present round of asking began.</summary>
    public required int Round { get; init; }

    /// <param name="pinned">The pack that an earlier determination rests on; null: the one that decides now.</param>
    public static VerificationReading Of(ExchangeState state, ConfigurationSnapshot snapshot, Adjudicator? pinned = null)
    {
        var application = state.View.Child("application") ?? throw Progress.Corrupt("application");
        var centre = state.Parties[CentreRole];
        var receivedOn = Progress.Date(application, "receivedDate") ?? throw Progress.Corrupt("receivedDate");
        var place = PlaceOf(application, snapshot.Agencies.Get(centre));
        var pack = pinned ?? PackOf(application, place, receivedOn, snapshot.Eligibility);
        return new VerificationReading
        {
            Centre = centre,
            Place = place,
            ReceivedOn = receivedOn,
            Pack = pack,
            Person = application.Child("person") ?? throw Progress.Corrupt("person"),
            Authorisation = AuthorisationReading.Of(application.Child("authorisation")),
            Supplied = [.. SuppliedFacts.Read(application, receivedOn, pack?.Pack.Vocabulary ?? snapshot.Eligibility.Vocabulary)],
            Progress = Progress.Read(state.View.Child("progress")),
            Round = state.Taken.Where(taken => Beginnings.Contains(taken.Key)).Max(taken => taken.Value.Ordinal),
        };
    }

    /// <summary>The person in the form in which persons are compared; null where the identity is not known.</summary>
    public string? PersonForm =>
        ComparedForms.Of(new FormedPath(PayloadPath.Parse("person"), ComparedAs.Person), new JsonObject { ["person"] = Person.DeepClone() });

    /// <summary>Whom bodies are asked about; null where the identity is not known, and then nobody is asked.</summary>
    public (PersonDocument Document, PersonName Name)? Subject(ResidentNumberRules rules, DateOnly today)
    {
        var person = PersonReading.Of(Person, rules, today);
        PersonDocument? document = person.Resident.Value is { } resident ? NumberedDocument.Of(resident) : person.Document.Value;
        return document is not null && person.Name.Value is { } name ? (document, name) : null;
    }

    /// <summary>The place that the application gives, else the centre's own.</summary>
    internal static RegionCode PlaceOf(JsonObject application, Agency centre) =>
        application.Text("place") is { } text && RegionCode.TryParse(text, out var place, out _) ? place : centre.Region;

    internal static Adjudicator? PackOf(JsonObject application, RegionCode place, DateOnly receivedOn, PackLibrary packs) =>
        application.Text("pack") is { } id ? packs.Find(id) : packs.Find(place, receivedOn);

    /// <summary>What the pack finds, with <paramref name="progress"/> in place of what the view has; null where there is no pack, or it cannot decide at all.</summary>
    /// <param name="on">The day of the decision.</param>
    public Determination? DecideOn(DateOnly on, Progress progress)
    {
        if (Pack is null)
        {
            return null;
        }

        var answers = progress.Answers.Where(answer => answer.ValidUntil is null || answer.ValidUntil >= on).SelectMany(answer => Known(answer, Pack.Pack.Vocabulary));
        var facts = FactSheet.Of(Pack.Pack.Vocabulary, [.. Supplied, .. answers]);
        return Pack.Decide(new EligibilityCase(Place, ReceivedOn, on, facts)) is DecideOutcome.Determined determined ? determined.Determination : null;
    }

    /// <summary>The fact as the pack takes it; nothing where the vocabulary has it no more.</summary>
    private static IEnumerable<KnownFact> Known(AnswerRecord answer, FactVocabulary vocabulary) =>
        vocabulary.Find(answer.Fact) is { } fact && FactValue.Parse(fact, answer.Value) is { } value
            ? [new KnownFact(fact, value, answer.Body, answer.AnsweredOn)]
            : [];
}

/// <summary>查询授权书: whom and what the applicant lets the centre ask about.</summary>
/// <param name="Facts">Names in the vocabulary; empty: all.</param>
/// <param name="Until">The last day.</param>
/// <param name="PaperDigest">SHA-256 of the signed paper.</param>
/// <param name="Held">Resource name of the exchange that it is held as; null: it stands in the application alone.</param>
public sealed record AuthorisationReading(ImmutableArray<string> Facts, DateOnly Until, string PaperDigest, string? Held = null)
{
    /// <summary>The type of an authorisation that is an object of its own.</summary>
    public const string Type = "query-authorisation";

    public static AuthorisationReading? Of(JsonObject? json) => json is null ? null : new AuthorisationReading(
        json.Texts("facts"), Progress.Date(json, "expireDate") ?? throw Progress.Corrupt("expireDate"), Progress.Needed(json, "paperSha256"), json.Text("held"));

    /// <summary>Whether the object lets the centre ask for this: it is given and not revoked, to this centre, by this person, with this paper, for these facts, and today.</summary>
    /// <param name="person">Compared form of the person (<see cref="ComparedAs.Person"/>).</param>
    public bool HoldsBy(ExchangeState held, AgencyId centre, string person, IEnumerable<FactDefinition> facts, DateOnly today) =>
        held.Type.Id.Value == Type && held.State.Value == "given" && held.Parties.GetValueOrDefault(VerificationReading.CentreRole) == centre
        && ComparedForms.Of(new FormedPath(PayloadPath.Parse("authorisation.person"), ComparedAs.Person), held.View) == person
        && Of(held.View.Child("authorisation").Child("authorisation")) is { } given && given.PaperDigest == PaperDigest && facts.All(fact => given.Covers(fact, today));

    public bool Covers(FactDefinition fact, DateOnly on) => on <= Until && (Facts.IsEmpty || Facts.Contains(fact.Name));
}
