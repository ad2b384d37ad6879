using Grpc.Core;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Duty.V1;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Api.Duty;

/// <summary>The typed face of requests for a duty lawyer's help: each call is one command of the ledger, the same that ExchangeService gives it.</summary>
internal sealed class HelpApi(TypedFaces faces, GatewaySettings settings, HelpMapping mapping) : HelpRequestService.HelpRequestServiceBase
{
    private readonly TypedFace<LegalHelp> _face = faces.Of(HelpMapping.Collection, HelpMapping.Type, mapping.Help);

    public override async Task<RequestHelpResponse> RequestHelp(RequestHelpRequest request, ServerCallContext context)
    {
        var faults = new List<Fault>();
        if (request.People.Count > settings.Limits.PeopleMax)
        {
            faults.Add(Fault.With(ApiFaults.TooManyPeople, "people", $"{settings.Limits.PeopleMax}"));
        }

        var openings = request.People.Select(person => new TypedOpening(person.Request, person.Attachments));
        var outcomes = await _face.OpenAsync(new ExchangeTypeId(HelpMapping.Type), openings, new OpeningFields("people", "request"), request.RequestId, faults, context);
        return new RequestHelpResponse { Outcomes = { outcomes.Select(Outcome) } };
    }

    public override Task<LegalHelp> GetHelpRequest(GetHelpRequestRequest request, ServerCallContext context) => _face.GetAsync(request.Name, context);

    public override Task<ListHelpRequestsResponse> ListHelpRequests(ListHelpRequestsRequest request, ServerCallContext context) =>
        ListAsync(new TypedQuery(request.PageSize, request.PageToken, request.State), context);

    public override Task<ListHelpRequestsResponse> SearchHelpRequests(SearchHelpRequestsRequest request, ServerCallContext context) =>
        request.CaseNumber.Length == 0 && request.Person is null
            ? throw Refusals.Of(new Fault(ApiFaults.SearchEmpty, "caseNumber"))
            : ListAsync(new TypedQuery(request.PageSize, request.PageToken, CaseNumber: request.CaseNumber, Term: TermOf(request)), context);

    public override Task WatchHelpRequest(WatchHelpRequestRequest request, IServerStreamWriter<LegalHelp> responseStream, ServerCallContext context) =>
        _face.WatchAsync(request.Name, responseStream, context);

    public override Task<HelpOutcome> NotifyLawyer(NotifyLawyerRequest request, ServerCallContext context) =>
        TakeAsync("notify-lawyer", request.Name, new(request.Naming, "naming", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<HelpOutcome> NameLawyer(NameLawyerRequest request, ServerCallContext context) =>
        TakeAsync("name-lawyer", request.Name, new(request.Naming, "naming", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<HelpOutcome> DeclareConflict(DeclareConflictRequest request, ServerCallContext context) =>
        TakeAsync("declare-conflict", request.Name, new(request.Conflict, "conflict", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<HelpOutcome> RefuseHelp(RefuseHelpRequest request, ServerCallContext context) =>
        TakeAsync("refuse", request.Name, new(request.Refusal, "refusal", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<HelpOutcome> AskHelpAgain(AskHelpAgainRequest request, ServerCallContext context) =>
        TakeAsync("ask-again", request.Name, new(request.Asking, "asking", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<HelpOutcome> MovePerson(MovePersonRequest request, ServerCallContext context) =>
        TakeAsync("move-person", request.Name, new(request.Move, "move", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<HelpOutcome> RecordHelp(RecordHelpRequest request, ServerCallContext context) =>
        TakeAsync("record-help", request.Name, new(request.Record, "record", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<HelpOutcome> WithdrawHelpRequest(WithdrawHelpRequestRequest request, ServerCallContext context) =>
        TakeAsync("withdraw", request.Name, new(request.Withdrawal, "withdrawal", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<HelpOutcome> CloseHelpRequest(CloseHelpRequestRequest request, ServerCallContext context) =>
        TakeAsync("close", request.Name, new(request.Closing, "closing", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    /// <summary>By the resident number where there is one: requests from before persons of other documents could be found have that term alone.</summary>
    private SearchTerm? TermOf(SearchHelpRequestsRequest request) => request.Person switch
    {
        null => null,
        { ResidentNumber.Length: > 0 } => _face.TermOf("resident-number", request, "person.residentNumber", ComparedAs.ResidentNumber),
        _ => _face.TermOf("person", request, "person", ComparedAs.Person),
    };

    private async Task<ListHelpRequestsResponse> ListAsync(TypedQuery query, ServerCallContext context)
    {
        var page = await _face.ListAsync(query, context);
        return new ListHelpRequestsResponse { HelpRequests = { page.Objects }, NextPageToken = page.NextToken };
    }

    private async Task<HelpOutcome> TakeAsync(string step, string name, TypedStep taken, ServerCallContext context) =>
        Outcome(await _face.TakeAsync(step, name, taken, context));

    private static HelpOutcome Outcome(TypedOutcome<LegalHelp> outcome) => new() { Help = outcome.Object, Receipt = outcome.Receipt };
}
