using Google.Protobuf;
using Grpc.Core;
using LegalAid.Gateway.Api.Documents;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Attachments.V1;
using LegalAid.Gateway.Contracts.Cooperation.V1;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Payloads;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using CooperationMessage = LegalAid.Gateway.Contracts.Cooperation.V1.Cooperation;
using OpeningCommand = LegalAid.Gateway.Exchange.Ledger.Opening;

namespace LegalAid.Gateway.Api.Cooperation;

/// <summary>The typed face of the cooperation types: each call is one command of the ledger, the same that ExchangeService gives it.</summary>
internal sealed class CooperationApi(
    ExchangeLedger ledger, ExchangeReader reader, ISnapshotSource configuration, IncomingDocuments documents, CooperationMapping mapping, CooperationWatch watch)
    : CooperationService.CooperationServiceBase
{
    public override async Task<CooperationOutcome> RequestCooperation(RequestCooperationRequest request, ServerCallContext context)
    {
        var faults = new List<Fault>();
        var incoming = documents.Read(request.Attachments, "attachments", faults);
        faults.ThrowIfAny();
        var origin = context.Origin();
        var command = new OpenCommand(
            context.Caller().Agency, CooperationMapping.TypeOf(request.Request.Kind), [new OpeningCommand(PayloadCodec.ToJson(request.Request), incoming)], request.RequestId,
            origin.TraceParent)
        {
            Purpose = context.Asker().Purpose,
            Signature = origin.Signature,
        };
        var answers = (await ledger.OpenAsync(command, context.CancellationToken)).AnswersOr(
            path => UnderField(path.StartsWith("[0]", StringComparison.Ordinal) ? path[3..].TrimStart('.') : path, "request"));
        return Outcome(answers[0], context);
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
        watch.RunAsync(ApiContext.ExchangeOf(request.Name, CooperationMapping.Collection), responseStream, context);

    public override Task<CooperationOutcome> AcceptCooperation(AcceptCooperationRequest request, ServerCallContext context) =>
        TakeAsync("accept", request.Name, request.Acceptance, "acceptance", request.Attachments, request.ReferencedAttachments, request.RequestId, request.ExpectedVersion, context);

    public override Task<CooperationOutcome> DeclineCooperation(DeclineCooperationRequest request, ServerCallContext context) =>
        TakeAsync("decline", request.Name, request.Declination, "declination", request.Attachments, request.ReferencedAttachments, request.RequestId, request.ExpectedVersion, context);

    public override Task<CooperationOutcome> ForwardCooperation(ForwardCooperationRequest request, ServerCallContext context) =>
        TakeAsync("forward", request.Name, request.Forwarding, "forwarding", request.Attachments, request.ReferencedAttachments, request.RequestId, request.ExpectedVersion, context);

    public override Task<CooperationOutcome> AskForSupplement(AskForSupplementRequest request, ServerCallContext context) =>
        TakeAsync("ask-more", request.Name, request.Question, "question", request.Attachments, request.ReferencedAttachments, request.RequestId, request.ExpectedVersion, context);

    public override Task<CooperationOutcome> SupplyCooperation(SupplyCooperationRequest request, ServerCallContext context) =>
        TakeAsync("supply", request.Name, request.Answer, "answer", request.Attachments, request.ReferencedAttachments, request.RequestId, request.ExpectedVersion, context);

    public override Task<CooperationOutcome> ProposeCooperationDate(ProposeCooperationDateRequest request, ServerCallContext context) =>
        TakeAsync("propose-date", request.Name, request.Proposal, "proposal", request.Attachments, request.ReferencedAttachments, request.RequestId, request.ExpectedVersion, context);

    public override Task<CooperationOutcome> AgreeToCooperationDate(AgreeToCooperationDateRequest request, ServerCallContext context) =>
        TakeAsync("agree-date", request.Name, request.Agreement, "agreement", request.Attachments, request.ReferencedAttachments, request.RequestId, request.ExpectedVersion, context);

    public override Task<CooperationOutcome> RefuseCooperationDate(RefuseCooperationDateRequest request, ServerCallContext context) =>
        TakeAsync("refuse-date", request.Name, request.Refusal, "refusal", request.Attachments, request.ReferencedAttachments, request.RequestId, request.ExpectedVersion, context);

    public override Task<CooperationOutcome> ReportCooperationProgress(ReportCooperationProgressRequest request, ServerCallContext context) =>
        TakeAsync("report-progress", request.Name, request.Progress, "progress", request.Attachments, request.ReferencedAttachments, request.RequestId, request.ExpectedVersion, context);

    public override Task<CooperationOutcome> DeliverCooperationResults(DeliverCooperationResultsRequest request, ServerCallContext context) =>
        TakeAsync("deliver-results", request.Name, request.Results, "results", request.Attachments, request.ReferencedAttachments, request.RequestId, request.ExpectedVersion, context);

    public override Task<CooperationOutcome> ReturnCooperationResults(ReturnCooperationResultsRequest request, ServerCallContext context) =>
        TakeAsync("return-results", request.Name, request.Return, "return", request.Attachments, request.ReferencedAttachments, request.RequestId, request.ExpectedVersion, context);

    public override Task<CooperationOutcome> AcceptCooperationResults(AcceptCooperationResultsRequest request, ServerCallContext context) =>
        TakeAsync("accept-results", request.Name, request.Acceptance, "acceptance", request.Attachments, request.ReferencedAttachments, request.RequestId, request.ExpectedVersion, context);

    public override Task<CooperationOutcome> ReviewCooperation(ReviewCooperationRequest request, ServerCallContext context) =>
        TakeAsync("review", request.Name, request.Review, "review", request.Attachments, request.ReferencedAttachments, request.RequestId, request.ExpectedVersion, context);

    public override Task<CooperationOutcome> CloseCooperation(CloseCooperationRequest request, ServerCallContext context) =>
        TakeAsync("close", request.Name, request.Closing, "closing", request.Attachments, request.ReferencedAttachments, request.RequestId, request.ExpectedVersion, context);

    public override Task<CooperationOutcome> WithdrawCooperation(WithdrawCooperationRequest request, ServerCallContext context) =>
        TakeAsync("withdraw", request.Name, request.Withdrawal, "withdrawal", request.Attachments, request.ReferencedAttachments, request.RequestId, request.ExpectedVersion, context);

    public override Task<CooperationOutcome> AmendCooperation(AmendCooperationRequest request, ServerCallContext context) =>
        TakeAsync("amend", request.Name, request.Amendment, "amendment", request.Attachments, request.ReferencedAttachments, request.RequestId, request.ExpectedVersion, context);

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
        var before = PageTokens.Read(pageToken, question);
        var readings = await reader.ListAsync(
            query with { Types = CooperationMapping.TypesIn(configuration.Current), Before = before is { } last ? new ExchangeId(last) : null },
            context.Asker(), context.CancellationToken);
        var response = new ListCooperationsResponse
        {
            NextPageToken = readings.Length == query.CountMax ? PageTokens.Next(readings[^1].Id.Value, question) : "",
        };
        response.Cooperations.AddRange(readings.Select(mapping.Cooperation));
        return response;
    }

    private async Task<CooperationOutcome> TakeAsync(
        string step, string name, IMessage payload, string field, IReadOnlyList<AttachmentContent> attachments, IReadOnlyList<AttachmentReference> referenced,
        string requestId, long expectedVersion, ServerCallContext context)
    {
        var faults = new List<Fault>();
        var incoming = documents.Read(attachments, "attachments", faults);
        var references = DocumentNames.References(referenced, faults);
        faults.ThrowIfAny();

        var origin = context.Origin();
        var command = new StepCommand(
            context.Caller().Agency, ApiContext.ExchangeOf(name, CooperationMapping.Collection), new StepName(step), PayloadCodec.ToJson(payload), incoming, requestId,
            ApiContext.VersionOf(expectedVersion), origin.TraceParent)
        {
            References = references,
            Purpose = context.Asker().Purpose,
            Signature = origin.Signature,
        };
        var answers = (await ledger.TakeAsync(command, context.CancellationToken)).AnswersOr(path => UnderField(path, field));
        return Outcome(answers[0], context);
    }

    private CooperationOutcome Outcome(StepAnswer answer, ServerCallContext context) => new()
    {
        Cooperation = mapping.Cooperation(reader.SeenBy(context.Asker(), answer.Exchange)),
        Receipt = ExchangeMapping.Receipt(answer.Exchange.Id, answer.Receipt),
    };

    private static string UnderField(string path, string field) =>
        path == "payload" || path.StartsWith("payload.", StringComparison.Ordinal) ? field + path["payload".Length..] : path;
}
