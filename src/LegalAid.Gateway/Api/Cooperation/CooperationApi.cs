using Grpc.Core;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Cooperation.V1;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Payloads;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using CooperationMessage = LegalAid.Gateway.Contracts.Cooperation.V1.Cooperation;

namespace LegalAid.Gateway.Api.Cooperation;

/// <summary>The typed face of the cooperation types: each call is one command of the ledger, the same that ExchangeService gives it.</summary>
internal sealed class CooperationApi(
    TypedCommands commands, ExchangeReader reader, ISnapshotSource configuration, CooperationMapping mapping, ExchangeWatch watch)
    : CooperationService.CooperationServiceBase
{
    public override async Task<CooperationOutcome> RequestCooperation(RequestCooperationRequest request, ServerCallContext context)
    {
        var opening = new TypedStep(request.Request, "request", request.RequestId, request.Attachments);
        return Outcome(await commands.OpenAsync(CooperationMapping.TypeOf(request.Request.Kind), opening, context), context);
    }

    public override async Task<CooperationMessage> GetCooperation(GetCooperationRequest request, ServerCallContext context)
    {
        var id = ApiContext.ExchangeOf(request.Name, CooperationMapping.Collection);
        var reading = await reader.FindAsync(context.Asker(), id, context.CancellationToken);
        return reading is not null && CooperationMapping.IsCooperation(reading)
            ? mapping.Cooperation(reading)
            : throw Refusals.Of(new Fault(GeneralFaults.NotFound, "name"));
    }

    public override Task<ListCooperationsResponse> ListCooperations(ListCooperationsRequest request, ServerCallContext context) =>
        ListAsync(
            new ExchangeQuery(context.Caller().Agency, PageTokens.Size(request.PageSize, usual: 50), State: request.State.Length > 0 ? request.State : null),
            $"cooperations\n{request.State}", request.PageToken, context);

    public override Task<ListCooperationsResponse> SearchCooperations(SearchCooperationsRequest request, ServerCallContext context)
    {
        if (request.CaseNumber.Length == 0 && request.Person is null && request.Exchange.Length == 0)
        {
            throw Refusals.Of(new Fault(ApiFaults.SearchEmpty, "caseNumber"));
        }

        if (request.Person is not null && request.Exchange.Length > 0)
        {
            throw Refusals.Of(new Fault(CooperationApiFaults.SearchBoth, "exchange"));
        }

        var query = new ExchangeQuery(
            context.Caller().Agency,
            PageTokens.Size(request.PageSize, usual: 50),
            CaseNumber: request.CaseNumber.Length > 0 ? ComparedForms.CaseNumberKey(request.CaseNumber) : null,
            Term: TermOf(request));
        var term = query.Term is null ? "" : Convert.ToHexStringLower(query.Term.Term.AsSpan());
        return ListAsync(query, $"cooperation-search\n{query.CaseNumber}\n{query.Term?.Field}\n{term}", request.PageToken, context);
    }

    public override Task WatchCooperation(WatchCooperationRequest request, IServerStreamWriter<CooperationMessage> responseStream, ServerCallContext context) =>
        watch.RunAsync(
            ApiContext.ExchangeOf(request.Name, CooperationMapping.Collection), CooperationMapping.IsCooperation, mapping.Cooperation, responseStream, context);

    public override Task<CooperationOutcome> AcceptCooperation(AcceptCooperationRequest request, ServerCallContext context) =>
        TakeAsync("accept", request.Name, new(request.Acceptance, "acceptance", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<CooperationOutcome> DeclineCooperation(DeclineCooperationRequest request, ServerCallContext context) =>
        TakeAsync("decline", request.Name, new(request.Declination, "declination", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<CooperationOutcome> ForwardCooperation(ForwardCooperationRequest request, ServerCallContext context) =>
        TakeAsync("forward", request.Name, new(request.Forwarding, "forwarding", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<CooperationOutcome> AskForSupplement(AskForSupplementRequest request, ServerCallContext context) =>
        TakeAsync("ask-more", request.Name, new(request.Question, "question", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<CooperationOutcome> SupplyCooperation(SupplyCooperationRequest request, ServerCallContext context) =>
        TakeAsync("supply", request.Name, new(request.Answer, "answer", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<CooperationOutcome> ProposeCooperationDate(ProposeCooperationDateRequest request, ServerCallContext context) =>
        TakeAsync("propose-date", request.Name, new(request.Proposal, "proposal", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<CooperationOutcome> AgreeToCooperationDate(AgreeToCooperationDateRequest request, ServerCallContext context) =>
        TakeAsync("agree-date", request.Name, new(request.Agreement, "agreement", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<CooperationOutcome> RefuseCooperationDate(RefuseCooperationDateRequest request, ServerCallContext context) =>
        TakeAsync("refuse-date", request.Name, new(request.Refusal, "refusal", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<CooperationOutcome> ReportCooperationProgress(ReportCooperationProgressRequest request, ServerCallContext context) =>
        TakeAsync("report-progress", request.Name, new(request.Progress, "progress", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<CooperationOutcome> DeliverCooperationResults(DeliverCooperationResultsRequest request, ServerCallContext context) =>
        TakeAsync("deliver-results", request.Name, new(request.Results, "results", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<CooperationOutcome> ReturnCooperationResults(ReturnCooperationResultsRequest request, ServerCallContext context) =>
        TakeAsync("return-results", request.Name, new(request.Return, "return", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<CooperationOutcome> AcceptCooperationResults(AcceptCooperationResultsRequest request, ServerCallContext context) =>
        TakeAsync("accept-results", request.Name, new(request.Acceptance, "acceptance", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<CooperationOutcome> ReviewCooperation(ReviewCooperationRequest request, ServerCallContext context) =>
        TakeAsync("review", request.Name, new(request.Review, "review", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<CooperationOutcome> CloseCooperation(CloseCooperationRequest request, ServerCallContext context) =>
        TakeAsync("close", request.Name, new(request.Closing, "closing", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<CooperationOutcome> WithdrawCooperation(WithdrawCooperationRequest request, ServerCallContext context) =>
        TakeAsync("withdraw", request.Name, new(request.Withdrawal, "withdrawal", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<CooperationOutcome> AmendCooperation(AmendCooperationRequest request, ServerCallContext context) =>
        TakeAsync("amend", request.Name, new(request.Amendment, "amendment", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    private SearchTerm? TermOf(SearchCooperationsRequest request)
    {
        if (request.Exchange.Length > 0)
        {
            return reader.TermOf("referred", ApiContext.ExchangeOf(request.Exchange, field: "exchange").ResourceName);
        }

        return request.Person is null ? null : reader.TermOf(
            "person",
            ComparedForms.Of(new FormedPath(PayloadPath.Parse("person"), ComparedAs.Person), PayloadCodec.ToJson(request)) ?? throw Refusals.Of(new Fault(ApiFaults.SearchEmpty, "person")));
    }

    private async Task<ListCooperationsResponse> ListAsync(ExchangeQuery query, string question, string pageToken, ServerCallContext context)
    {
        var page = await reader.PageAsync(query with { Types = CooperationMapping.TypesIn(configuration.Current) }, question, pageToken, context);
        var response = new ListCooperationsResponse { NextPageToken = page.NextToken };
        response.Cooperations.AddRange(page.Readings.Select(mapping.Cooperation));
        return response;
    }

    private async Task<CooperationOutcome> TakeAsync(string step, string name, TypedStep taken, ServerCallContext context) =>
        Outcome(await commands.TakeAsync(ApiContext.ExchangeOf(name, CooperationMapping.Collection), step, taken, context), context);

    private CooperationOutcome Outcome(StepAnswer answer, ServerCallContext context) => new()
    {
        Cooperation = mapping.Cooperation(reader.SeenBy(context.Asker(), answer.Exchange)),
        Receipt = ExchangeMapping.Receipt(answer.Exchange.Id, answer.Receipt),
    };
}
