using Grpc.Core;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Defence.V1;
using LegalAid.Gateway.Edge.Faults;

namespace LegalAid.Gateway.Api;

/// <summary>
/// The typed face of the defence-notice types: each call is one command of the ledger, the same that ExchangeService gives it.
/// </summary>
internal sealed class DefenceApi(TypedFaces faces, GatewaySettings settings, DefenceMapping mapping) : DefenceService.DefenceServiceBase
{
    private readonly TypedFace<DefenceNotice> _face = faces.Of(DefenceMapping.Collection, DefenceMapping.Family, mapping.Notice);

    public override async Task<SubmitDefenceNoticeResponse> SubmitDefenceNotice(SubmitDefenceNoticeRequest request, ServerCallContext context)
    {
        var faults = new List<Fault>();
        if (request.People.Count > settings.Limits.PeopleMax)
        {
            faults.Add(Fault.With(ApiFaults.TooManyPeople, "people", $"{settings.Limits.PeopleMax}"));
        }

        var caseNumbers = request.People.Select(person => ComparedForms.CaseNumberKey(person.Notice.CaseNumber)).ToList();
        faults.AddRange(caseNumbers.Index()
            .Where(number => number.Item != caseNumbers[0])
            .Select(number => new Fault(ApiFaults.CaseNumbersDiffer, $"people[{number.Index}].notice.caseNumber")));
        var openings = request.People.Select(person => new TypedOpening(person.Notice, person.Attachments));
        var outcomes = await _face.OpenAsync(DefenceMapping.TypeOf(request.Kind), openings, new OpeningFields("people", "notice"), request.RequestId, faults, context);
        return new SubmitDefenceNoticeResponse { Outcomes = { outcomes.Select(Outcome) } };
    }

    public override Task<DefenceNotice> GetDefenceNotice(GetDefenceNoticeRequest request, ServerCallContext context) => _face.GetAsync(request.Name, context);

    public override Task<ListDefenceNoticesResponse> ListDefenceNotices(ListDefenceNoticesRequest request, ServerCallContext context) =>
        ListAsync(new TypedQuery(request.PageSize, request.PageToken, request.State), context);

    public override Task<ListDefenceNoticesResponse> SearchDefenceNotices(SearchDefenceNoticesRequest request, ServerCallContext context)
    {
        if (request.CaseNumber.Length == 0 && request.ResidentNumber.Length == 0)
        {
            throw Refusals.Of(new Fault(ApiFaults.SearchEmpty, "caseNumber"));
        }

        var term = request.ResidentNumber.Length > 0 ? _face.TermOf("resident-number", request, "residentNumber", ComparedAs.ResidentNumber) : null;
        return ListAsync(new TypedQuery(request.PageSize, request.PageToken, CaseNumber: request.CaseNumber, Term: term), context);
    }

    public override Task<DefenceNoticeOutcome> AmendDefenceNotice(AmendDefenceNoticeRequest request, ServerCallContext context) =>
        TakeAsync("amend", request.Name, new(request.Amendment, "amendment", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<DefenceNoticeOutcome> AssignCounsel(AssignCounselRequest request, ServerCallContext context) =>
        TakeAsync("assign-counsel", request.Name, new(request.Assignment, "assignment", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<DefenceNoticeOutcome> DeclineDefenceNotice(DeclineDefenceNoticeRequest request, ServerCallContext context) =>
        TakeAsync("decline", request.Name, new(request.Declination, "declination", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<DefenceNoticeOutcome> WithdrawDefenceNotice(WithdrawDefenceNoticeRequest request, ServerCallContext context) =>
        TakeAsync("withdraw", request.Name, new(request.Withdrawal, "withdrawal", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<DefenceNoticeOutcome> ReplaceCounsel(ReplaceCounselRequest request, ServerCallContext context) =>
        TakeAsync("replace-counsel", request.Name, new(request.Replacement, "replacement", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<DefenceNoticeOutcome> RespondToAssignment(RespondToAssignmentRequest request, ServerCallContext context) =>
        TakeAsync(request.Response.Answer == AssignmentAnswer.Accepted ? "accept-assignment" : "decline-assignment", request.Name, new(request.Response, "response", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<DefenceNoticeOutcome> ReportCounselRefusal(ReportCounselRefusalRequest request, ServerCallContext context) =>
        TakeAsync("report-counsel-refusal", request.Name, new(request.Refusal, "refusal", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<DefenceNoticeOutcome> RenotifyDefence(RenotifyDefenceRequest request, ServerCallContext context) =>
        TakeAsync("renotify", request.Name, new(request.Renotification, "renotification", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<DefenceNoticeOutcome> TerminateDefence(TerminateDefenceRequest request, ServerCallContext context) =>
        TakeAsync("terminate", request.Name, new(request.Termination, "termination", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    public override Task<DefenceNoticeOutcome> CloseDefenceNotice(CloseDefenceNoticeRequest request, ServerCallContext context) =>
        TakeAsync("close", request.Name, new(request.Closing, "closing", request.RequestId, request.Attachments, request.ReferencedAttachments, request.ExpectedVersion), context);

    private async Task<ListDefenceNoticesResponse> ListAsync(TypedQuery query, ServerCallContext context)
    {
        var page = await _face.ListAsync(query, context);
        return new ListDefenceNoticesResponse { Notices = { page.Objects }, NextPageToken = page.NextToken };
    }

    private async Task<DefenceNoticeOutcome> TakeAsync(string step, string name, TypedStep taken, ServerCallContext context) =>
        Outcome(await _face.TakeAsync(step, name, taken, context));

    private static DefenceNoticeOutcome Outcome(TypedOutcome<DefenceNotice> outcome) => new() { Notice = outcome.Object, Receipt = outcome.Receipt };
}
