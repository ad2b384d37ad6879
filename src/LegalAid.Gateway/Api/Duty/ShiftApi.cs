using Grpc.Core;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Duty.V1;
using LegalAid.Gateway.Edge.Faults;

namespace LegalAid.Gateway.Api.Duty;

/// <summary>The typed face of duty shifts: each call is one command of the ledger, the same that ExchangeService gives it.</summary>
internal sealed class ShiftApi(TypedFaces faces, ShiftMapping mapping) : ShiftService.ShiftServiceBase
{
    private readonly TypedFace<DutyShift> _face = faces.Of(ShiftMapping.Collection, ShiftMapping.Type, mapping.Shift);

    public override async Task<OfferShiftsResponse> OfferShifts(OfferShiftsRequest request, ServerCallContext context)
    {
        var openings = request.Bookings.Select(booking => new TypedOpening(booking));
        var outcomes = await _face.OpenAsync(new ExchangeTypeId(ShiftMapping.Type), openings, new OpeningFields("bookings"), request.RequestId, [], context);
        return new OfferShiftsResponse { Outcomes = { outcomes.Select(Outcome) } };
    }

    public override Task<DutyShift> GetShift(GetShiftRequest request, ServerCallContext context) => _face.GetAsync(request.Name, context);

    public override Task<ListShiftsResponse> ListShifts(ListShiftsRequest request, ServerCallContext context) =>
        ListAsync(new TypedQuery(request.PageSize, request.PageToken, request.State), context);

    public override Task<ListShiftsResponse> SearchShifts(SearchShiftsRequest request, ServerCallContext context)
    {
        var byLawyer = request.Lawyer.Length > 0;
        if (byLawyer == request.Station.Length > 0)
        {
            throw Refusals.Of(new Fault(ShiftFaults.SearchOne, "lawyer"));
        }

        var term = byLawyer ? _face.TermOf("duty-lawyer", request, "lawyer", ComparedAs.Text) : _face.TermOf("duty-station", request, "station", ComparedAs.Text);
        return ListAsync(new TypedQuery(request.PageSize, request.PageToken, Term: term), context);
    }

    public override Task WatchShift(WatchShiftRequest request, IServerStreamWriter<DutyShift> responseStream, ServerCallContext context) =>
        _face.WatchAsync(request.Name, responseStream, context);

    public override Task<ShiftOutcome> AcceptShift(AcceptShiftRequest request, ServerCallContext context) =>
        TakeAsync("accept", request.Name, new(request.Acceptance, "acceptance", request.RequestId, ExpectedVersion: request.ExpectedVersion), context);

    public override Task<ShiftOutcome> DeclineShift(DeclineShiftRequest request, ServerCallContext context) =>
        TakeAsync("decline", request.Name, new(request.Refusal, "refusal", request.RequestId, ExpectedVersion: request.ExpectedVersion), context);

    public override Task<ShiftOutcome> RebookShift(RebookShiftRequest request, ServerCallContext context) =>
        TakeAsync("rebook", request.Name, new(request.Rebooking, "rebooking", request.RequestId, ExpectedVersion: request.ExpectedVersion), context);

    public override Task<ShiftOutcome> PublishShift(PublishShiftRequest request, ServerCallContext context) =>
        TakeAsync("publish", request.Name, new(request.Publication, "publication", request.RequestId, ExpectedVersion: request.ExpectedVersion), context);

    public override Task<ShiftOutcome> ProposeSubstitute(ProposeSubstituteRequest request, ServerCallContext context) =>
        TakeAsync("propose-substitute", request.Name, new(request.Proposal, "proposal", request.RequestId, ExpectedVersion: request.ExpectedVersion), context);

    public override Task<ShiftOutcome> AskSubstitute(AskSubstituteRequest request, ServerCallContext context) =>
        TakeAsync("ask-substitute", request.Name, new(request.Proposal, "proposal", request.RequestId, ExpectedVersion: request.ExpectedVersion), context);

    public override Task<ShiftOutcome> AgreeToSubstitute(AgreeToSubstituteRequest request, ServerCallContext context) =>
        TakeAsync("agree-substitute", request.Name, new(request.Agreement, "agreement", request.RequestId, ExpectedVersion: request.ExpectedVersion), context);

    public override Task<ShiftOutcome> TakeOverShift(TakeOverShiftRequest request, ServerCallContext context) =>
        TakeAsync("take-over", request.Name, new(request.Consent, "consent", request.RequestId, ExpectedVersion: request.ExpectedVersion), context);

    public override Task<ShiftOutcome> RefuseSubstitute(RefuseSubstituteRequest request, ServerCallContext context) =>
        TakeAsync("refuse-substitute", request.Name, new(request.Refusal, "refusal", request.RequestId, ExpectedVersion: request.ExpectedVersion), context);

    public override Task<ShiftOutcome> ReportNoShow(ReportNoShowRequest request, ServerCallContext context) =>
        TakeAsync("report-no-show", request.Name, new(request.Report, "report", request.RequestId, ExpectedVersion: request.ExpectedVersion), context);

    public override Task<ShiftOutcome> ReportArrival(ReportArrivalRequest request, ServerCallContext context) =>
        TakeAsync("report-arrival", request.Name, new(request.Report, "report", request.RequestId, ExpectedVersion: request.ExpectedVersion), context);

    public override Task<ShiftOutcome> SendStandIn(SendStandInRequest request, ServerCallContext context) =>
        TakeAsync("send-stand-in", request.Name, new(request.StandIn, "standIn", request.RequestId, ExpectedVersion: request.ExpectedVersion), context);

    public override Task<ShiftOutcome> CompleteShift(CompleteShiftRequest request, ServerCallContext context) =>
        TakeAsync("complete", request.Name, new(request.Completion, "completion", request.RequestId, ExpectedVersion: request.ExpectedVersion), context);

    public override Task<ShiftOutcome> ReleaseShift(ReleaseShiftRequest request, ServerCallContext context) =>
        TakeAsync("release", request.Name, new(request.Release, "release", request.RequestId, ExpectedVersion: request.ExpectedVersion), context);

    public override Task<ShiftOutcome> CancelShift(CancelShiftRequest request, ServerCallContext context) =>
        TakeAsync("cancel", request.Name, new(request.Release, "release", request.RequestId, ExpectedVersion: request.ExpectedVersion), context);

    private async Task<ListShiftsResponse> ListAsync(TypedQuery query, ServerCallContext context)
    {
        var page = await _face.ListAsync(query, context);
        return new ListShiftsResponse { Shifts = { page.Objects }, NextPageToken = page.NextToken };
    }

    private async Task<ShiftOutcome> TakeAsync(string step, string name, TypedStep taken, ServerCallContext context) =>
        Outcome(await _face.TakeAsync(step, name, taken, context));

    private static ShiftOutcome Outcome(TypedOutcome<DutyShift> outcome) => new() { Shift = outcome.Object, Receipt = outcome.Receipt };
}
