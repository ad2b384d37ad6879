using System.Collections.Immutable;
using Grpc.Core;
using LegalAid.Gateway.Api.Documents;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Defence.V1;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Payloads;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using OpeningCommand = LegalAid.Gateway.Exchange.Ledger.Opening;

namespace LegalAid.Gateway.Api;

/// <summary>
/// The typed face of the defence-notice types: each call is one command of the ledger, the same that ExchangeService gives it.
/// </summary>
internal sealed class DefenceApi(
    TypedCommands commands, ExchangeReader reader, ISnapshotSource configuration, IncomingDocuments documents, GatewaySettings settings,
    DefenceMapping mapping) : DefenceService.DefenceServiceBase
{
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
        var openings = request.People.Select((person, index) => new OpeningCommand(
            PayloadCodec.ToJson(person.Notice), documents.Read(person.Attachments, $"people[{index}].attachments", faults))).ToImmutableArray();
        faults.ThrowIfAny();

        var answers = await commands.OpenAsync(DefenceMapping.TypeOf(request.Kind), openings, request.RequestId, OpeningPath, context);
        var response = new SubmitDefenceNoticeResponse();
        response.Outcomes.AddRange(answers.Select(answer => Outcome(answer, context)));
        return response;
    }

    public override async Task<DefenceNotice> GetDefenceNotice(GetDefenceNoticeRequest request, ServerCallContext context)
    {
        var id = ApiContext.ExchangeOf(request.Name, DefenceMapping.Collection);
        var reading = await reader.FindAsync(context.Asker(), id, context.CancellationToken);
        return reading is not null && DefenceMapping.IsDefence(reading)
            ? mapping.Notice(reading)
            : throw Refusals.Of(new Fault(GeneralFaults.NotFound, "name"));
    }

    public override Task<ListDefenceNoticesResponse> ListDefenceNotices(ListDefenceNoticesRequest request, ServerCallContext context) =>
        ListAsync(
            new ExchangeQuery(context.Caller().Agency, PageTokens.Size(request.PageSize, usual: 50), State: request.State.Length > 0 ? request.State : null),
            $"defence\n{request.State}", request.PageToken, context);

    public override Task<ListDefenceNoticesResponse> SearchDefenceNotices(SearchDefenceNoticesRequest request, ServerCallContext context)
    {
        if (request.CaseNumber.Length == 0 && request.ResidentNumber.Length == 0)
        {
            throw Refusals.Of(new Fault(ApiFaults.SearchEmpty, "caseNumber"));
        }

        var query = new ExchangeQuery(
            context.Caller().Agency,
            PageTokens.Size(request.PageSize, usual: 50),
            CaseNumber: request.CaseNumber.Length > 0 ? ComparedForms.CaseNumberKey(request.CaseNumber) : null,
            Term: request.ResidentNumber.Length > 0
                ? reader.TermOf("resident-number", ComparedForms.ResidentNumberKey(request.ResidentNumber))
                : null);
        var term = query.Term is null ? "" : Convert.ToHexStringLower(query.Term.Term.AsSpan());
        return ListAsync(query, $"defence-search\n{query.CaseNumber}\n{term}", request.PageToken, context);
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

    private async Task<ListDefenceNoticesResponse> ListAsync(ExchangeQuery query, string question, string pageToken, ServerCallContext context)
    {
        var page = await reader.PageAsync(query with { Types = DefenceMapping.TypesIn(configuration.Current) }, question, pageToken, context);
        var response = new ListDefenceNoticesResponse { NextPageToken = page.NextToken };
        response.Notices.AddRange(page.Readings.Select(mapping.Notice));
        return response;
    }

    private async Task<DefenceNoticeOutcome> TakeAsync(string step, string name, TypedStep taken, ServerCallContext context) =>
        Outcome(await commands.TakeAsync(ApiContext.ExchangeOf(name, DefenceMapping.Collection), step, taken, context), context);

    private DefenceNoticeOutcome Outcome(StepAnswer answer, ServerCallContext context) => new()
    {
        Notice = mapping.Notice(reader.SeenBy(context.Asker(), answer.Exchange)),
        Receipt = ExchangeMapping.Receipt(answer.Exchange.Id, answer.Receipt),
    };

    /// <summary><c>[i].payload.x</c> of an opening is <c>people[i].notice.x</c> of the request.</summary>
    private static string OpeningPath(string path)
    {
        if (!path.StartsWith('['))
        {
            return path;
        }

        var end = path.IndexOf(']', StringComparison.Ordinal) + 1;
        var (index, rest) = (path[..end], path[end..]);
        return "people" + index + (rest.StartsWith(".payload", StringComparison.Ordinal) ? ".notice" + rest[".payload".Length..] : rest);
    }
}
