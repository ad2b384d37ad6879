using Grpc.Core;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Cooperation.V1;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Exchange.Storage;
using CooperationMessage = LegalAid.Gateway.Contracts.Cooperation.V1.Cooperation;

namespace LegalAid.Gateway.Api.Cooperation;

/// <summary>The typed face of the cooperation types: each call is one command of the ledger, the same that ExchangeService gives it.</summary>
internal sealed class CooperationApi(TypedFaces faces, CooperationMapping mapping) : CooperationService.CooperationServiceBase
{
    private readonly TypedFace<CooperationMessage> _face = faces.Of(CooperationMapping.Collection, CooperationMapping.Family, mapping.Cooperation);

    public override async Task<CooperationOutcome> RequestCooperation(RequestCooperationRequest request, ServerCallContext context)
    {
        var opening = new TypedStep(request.Request, "request", request.RequestId, request.Attachments);
        return Outcome(await _face.OpenAsync(CooperationMapping.TypeOf(request.Request.Kind), opening, context));
    }

    public override Task<CooperationMessage> GetCooperation(GetCooperationRequest request, ServerCallContext context) => _face.GetAsync(request.Name, context);

    public override Task<ListCooperationsResponse> ListCooperations(ListCooperationsRequest request, ServerCallContext context) =>
        ListAsync(new TypedQuery(request.PageSize, request.PageToken, request.State), context);

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

        return ListAsync(new TypedQuery(request.PageSize, request.PageToken, CaseNumber: request.CaseNumber, Term: TermOf(request)), context);
    }

    public override Task WatchCooperation(WatchCooperationRequest request, IServerStreamWriter<CooperationMessage> responseStream, ServerCallContext context) =>
        _face.WatchAsync(request.Name, responseStream, context);

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

    private SearchTerm? TermOf(SearchCooperationsRequest request) =>
        request.Exchange.Length > 0 ? _face.TermOf("referred", ApiContext.ExchangeOf(request.Exchange, field: "exchange").ResourceName)
        : request.Person is null ? null
        : _face.TermOf("person", request, "person", ComparedAs.Person);

    private async Task<ListCooperationsResponse> ListAsync(TypedQuery query, ServerCallContext context)
    {
        var page = await _face.ListAsync(query, context);
        return new ListCooperationsResponse { Cooperations = { page.Objects }, NextPageToken = page.NextToken };
    }

    private async Task<CooperationOutcome> TakeAsync(string step, string name, TypedStep taken, ServerCallContext context) =>
        Outcome(await _face.TakeAsync(step, name, taken, context));

    private static CooperationOutcome Outcome(TypedOutcome<CooperationMessage> outcome) => new() { Cooperation = outcome.Object, Receipt = outcome.Receipt };
}
