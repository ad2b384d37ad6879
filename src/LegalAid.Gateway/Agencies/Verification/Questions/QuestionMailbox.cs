using System.Text.Json.Nodes;
using LegalAid.Gateway.Agencies.Connectors;
using LegalAid.Gateway.Casework.Calendars;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Identifiers;
using LegalAid.Gateway.Exchange.Clocks;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Agencies.Verification.Questions;

/// <summary>Opens questions as exchanges, on behalf of the centre that asks: one for each question's id, however often it is put.</summary>
internal sealed class QuestionMailbox(ExchangeLedger ledger, ISnapshotSource configuration, CivilClock civil) : IQuestionMailbox
{
    public async Task<QuestionPut> PutAsync(AgencyId agency, string connector, ConnectorCall.Mailbox call, FactQuestion question, CancellationToken cancellationToken)
    {
        if (question.Centre is not { } centre || question.Document is not NumberedDocument document)
        {
            return QuestionPut.NotAskable;
        }

        var opening = new OwnOpening(centre, new ExchangeTypeId(FactQuestions.Type), Payload(agency, connector, call, question, document), question.Id);
        return await ledger.OpenOwnAsync(opening, cancellationToken) is null ? QuestionPut.NotConfigured : QuestionPut.Put;
    }

    /// <summary><c>legalaid.eligibility.v1.FactQuestion</c>: what the agency needs to answer, and no more.</summary>
    private JsonObject Payload(AgencyId agency, string connector, ConnectorCall.Mailbox call, FactQuestion question, NumberedDocument document)
    {
        var json = new JsonObject
        {
            ["id"] = question.Id,
            ["source"] = agency.ResourceName,
            ["connector"] = connector,
            ["person"] = Person(question.Name, document),
            ["facts"] = new JsonArray([.. question.Facts.Select(fact => (JsonNode)Asked(fact))]),
            ["purpose"] = question.Purpose,
            ["legalBasis"] = question.LegalBasis,
            ["answerWithin"] = call.AnswerWithin.ToString(),
        };
        if (question.Authorisation is { } authorisation)
        {
            json["authorisationSha256"] = authorisation;
        }

        if (AnswerAt(agency, call.AnswerWithin) is { } at)
        {
            json["answerTime"] = Timestamps.Format(at);
        }

        return json;
    }

    /// <summary>As the exchange's own clock counts, were the question received now.</summary>
    private DateTimeOffset? AnswerAt(AgencyId agency, TimeLimit within)
    {
        var snapshot = configuration.Current;
        return snapshot.Agencies.Find(agency) is { } body
            ? Deadlines.Compute(CountingRule.WorkingDays, within, civil.Now, snapshot.Calendars.For(body.Region.ToString()), []).DeadlineOrNull?.DueAt
            : null;
    }

    private static JsonObject Person(PersonName name, NumberedDocument document)
    {
        var json = new JsonObject { ["name"] = name.ToString() };
        if (document.Kind == PersonDocumentKind.ResidentIdCard)
        {
            json["residentNumber"] = document.Number;
            return json;
        }

        var shown = new JsonObject { ["kind"] = KindName(document.Kind), ["number"] = document.Number };
        if (document.Issuer is not null)
        {
            shown["issuer"] = document.Issuer;
        }

        json["document"] = shown;
        return json;
    }

    /// <summary>The name in <c>legalaid.defence.v1.DocumentKind</c>.</summary>
    private static string KindName(PersonDocumentKind kind) => kind switch
    {
        PersonDocumentKind.Passport => "DOCUMENT_KIND_PASSPORT",
        PersonDocumentKind.HongKongMacaoTravelPermit => "DOCUMENT_KIND_HONGKONG_MACAO_PERMIT",
        PersonDocumentKind.TaiwanTravelPermit => "DOCUMENT_KIND_TAIWAN_PERMIT",
        PersonDocumentKind.HongKongMacaoResidencePermit => "DOCUMENT_KIND_HONGKONG_MACAO_RESIDENCE_PERMIT",
        PersonDocumentKind.TaiwanResidencePermit => "DOCUMENT_KIND_TAIWAN_RESIDENCE_PERMIT",
        PersonDocumentKind.ForeignerPermanentResidence => "DOCUMENT_KIND_FOREIGN_PERMANENT_RESIDENCE",
        _ => "DOCUMENT_KIND_OTHER",
    };

    private static JsonObject Asked(FactDefinition fact)
    {
        var json = new JsonObject { ["fact"] = fact.Name, ["titleZh"] = fact.Title.Zh, ["titleEn"] = fact.Title.En, ["form"] = FormOf(fact.Kind) };
        if (!fact.Choices.IsEmpty)
        {
            json["choices"] = new JsonArray(
                [.. fact.Choices.Select(choice => (JsonNode)new JsonObject { ["value"] = choice.Name, ["titleZh"] = choice.Title.Zh, ["titleEn"] = choice.Title.En })]);
        }

        return json;
    }

    private static string FormOf(FactKind kind) => kind switch
    {
        FactKind.YesNo => "yes-no",
        FactKind.Choice => "choice",
        FactKind.Money => "money",
        FactKind.Date or FactKind.BirthDate => "date",
        _ => throw new InvalidOperationException($"kind {kind}"),
    };
}
