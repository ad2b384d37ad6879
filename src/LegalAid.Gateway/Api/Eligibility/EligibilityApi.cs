using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LegalAid.Gateway.Agencies.Verification;
using LegalAid.Gateway.Api.Documents;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Attachments.V1;
using LegalAid.Gateway.Contracts.Eligibility.V1;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Edge.Payloads;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using OpeningCommand = LegalAid.Gateway.Exchange.Ledger.Opening;

namespace LegalAid.Gateway.Api.Eligibility;

/// <summary>
/// The typed face of verifications: steps are commands of the ledger, the same that ExchangeService gives it; what the gateway does about them, it does whoever's face they
/// came by.
/// </summary>
internal sealed class EligibilityApi(
    ExchangeLedger ledger, ExchangeReader reader, VerificationDesk desk, StatusChanges changes, IncomingDocuments documents, EligibilityMapping mapping, Assessments assessments,
    VerificationWatch watch, TimeProvider time) : EligibilityService.EligibilityServiceBase
{
    private static readonly TimeSpan WaitUsual = TimeSpan.FromSeconds(10), WaitMax = TimeSpan.FromSeconds(60);

    /// <summary>Left of a caller's deadline for the answer itself.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(250);

    private static readonly ExchangeTypeId Type = new(VerificationReading.Type), ChangeType = new(StatusChanges.Type);

    public override async Task<VerificationOutcome> VerifyEligibility(VerifyEligibilityRequest request, ServerCallContext context)
    {
        var wait = WaitOf(request.WaitDuration, context);
        var faults = new List<Fault>();
        var incoming = documents.Read(request.Attachments, "attachments", faults);
        faults.ThrowIfAny();
        var answer = await OpenAsync(Type, request.Application, new OpeningCommand(PayloadCodec.ToJson(request.Application), incoming), "application", request.RequestId, context);
        return await OutcomeAsync(answer, wait, context);
    }

    public override async Task<Verification> GetVerification(GetVerificationRequest request, ServerCallContext context) =>
        mapping.Verification(await FindAsync(request.Name, context));

    public override Task<ListVerificationsResponse> ListVerifications(ListVerificationsRequest request, ServerCallContext context) =>
        ListAsync(
            new ExchangeQuery(context.Caller().Agency, PageTokens.Size(request.PageSize, usual: 50), State: request.State.Length > 0 ? request.State : null),
            $"verifications\n{request.State}", request.PageToken, context);

    public override Task<ListVerificationsResponse> SearchVerifications(SearchVerificationsRequest request, ServerCallContext context)
    {
        var person = ComparedForms.Of(new FormedPath(PayloadPath.Parse("person"), ComparedAs.Person), PayloadCodec.ToJson(request))
            ?? throw Refusals.Of(new Fault(ApiFaults.SearchEmpty, "person"));
        var term = reader.TermOf("applicant", person);
        return ListAsync(
            new ExchangeQuery(context.Caller().Agency, PageTokens.Size(request.PageSize, usual: 50), Term: term),
            $"verifications-of\n{Convert.ToHexStringLower(term.Term.AsSpan())}", request.PageToken, context);
    }

    public override Task WatchVerification(WatchVerificationRequest request, IServerStreamWriter<Verification> responseStream, ServerCallContext context) =>
        watch.RunAsync(ApiContext.ExchangeOf(request.Name, EligibilityMapping.Collection), responseStream, context);

    public override async Task<ExplainVerificationResponse> ExplainVerification(ExplainVerificationRequest request, ServerCallContext context)
    {
        // Read for the caller first: who may not see it learns no more by asking why.
        var seen = await FindAsync(request.Name, context);
        return await assessments.ExplainAsync(seen, context.CancellationToken);
    }

    public override Task<AssessEligibilityResponse> AssessEligibility(AssessEligibilityRequest request, ServerCallContext context) =>
        Task.FromResult(assessments.Assess(request, context.Caller().Agency));

    public override async Task<VerificationOutcome> SupplyFacts(SupplyFactsRequest request, ServerCallContext context)
    {
        var wait = WaitOf(request.WaitDuration, context);
        var answer = await TakeAsync("supply", request.Name, request.Supplement, "supplement", request.Attachments, request.RequestId, request.ExpectedVersion, context);
        return await OutcomeAsync(answer, wait, context);
    }

    public override Task<VerificationOutcome> GrantAid(GrantAidRequest request, ServerCallContext context) =>
        StepAsync("grant", request.Name, request.Grant, "grant", [], request.RequestId, request.ExpectedVersion, context);

    public override Task<VerificationOutcome> RefuseAid(RefuseAidRequest request, ServerCallContext context) =>
        StepAsync("refuse", request.Name, request.Refusal, "refusal", request.Attachments, request.RequestId, request.ExpectedVersion, context);

    public override Task<VerificationOutcome> ObjectToRefusal(ObjectToRefusalRequest request, ServerCallContext context) =>
        StepAsync("object", request.Name, request.Objection, "objection", request.Attachments, request.RequestId, request.ExpectedVersion, context);

    public override Task<VerificationOutcome> ReviewObjection(ReviewObjectionRequest request, ServerCallContext context) =>
        StepAsync(
            request.Review.Result == ReviewResult.Overturned ? "overturn" : "uphold", request.Name, request.Review, "review", [], request.RequestId, request.ExpectedVersion, context);

    public override Task<VerificationOutcome> WithdrawVerification(WithdrawVerificationRequest request, ServerCallContext context) =>
        StepAsync("withdraw", request.Name, request.Withdrawal, "withdrawal", [], request.RequestId, request.ExpectedVersion, context);

    public override Task<VerificationOutcome> CloseVerification(CloseVerificationRequest request, ServerCallContext context) =>
        StepAsync("close", request.Name, request.Closing, "closing", [], request.RequestId, request.ExpectedVersion, context);

    public override async Task<ReportStatusChangeResponse> ReportStatusChange(ReportStatusChangeRequest request, ServerCallContext context)
    {
        var answer = await OpenAsync(ChangeType, request.Change, new OpeningCommand(PayloadCodec.ToJson(request.Change), []), "change", request.RequestId, context);

        // It is committed; what follows goes on without the caller, and by the sweep where this process ends.
        await changes.ApplyAsync(answer.Exchange.Id, CancellationToken.None);
        return new ReportStatusChangeResponse { Receipt = ExchangeMapping.Receipt(answer.Exchange.Id, answer.Receipt) };
    }

    private async Task<StepAnswer> OpenAsync(
        ExchangeTypeId type, IMessage payload, OpeningCommand opening, string field, string requestId, ServerCallContext context)
    {
        var origin = context.Origin();
        var command = new OpenCommand(context.Caller().Agency, type, [opening], requestId, origin.TraceParent)
        {
            Purpose = context.Asker().Purpose,
            Signature = origin.Signature,
        };
        var outcome = await ledger.OpenAsync(command, context.CancellationToken);
        return outcome.AnswersOr(path =>
        {
            var rest = path.StartsWith("[0]", StringComparison.Ordinal) ? path[3..].TrimStart('.') : path;
            return UnderField(rest, field);
        })[0];
    }

    private async Task<StepAnswer> TakeAsync(
        string step, string name, IMessage payload, string field, IReadOnlyList<AttachmentContent> attachments, string requestId, long expectedVersion, ServerCallContext context)
    {
        var faults = new List<Fault>();
        var incoming = documents.Read(attachments, "attachments", faults);
        faults.ThrowIfAny();
        var origin = context.Origin();
        var command = new StepCommand(
            context.Caller().Agency, ApiContext.ExchangeOf(name, EligibilityMapping.Collection), new StepName(step), PayloadCodec.ToJson(payload), incoming, requestId,
            ApiContext.VersionOf(expectedVersion), origin.TraceParent)
        {
            Purpose = context.Asker().Purpose,
            Signature = origin.Signature,
        };
        return (await ledger.TakeAsync(command, context.CancellationToken)).AnswersOr(path => UnderField(path, field))[0];
    }

    private async Task<VerificationOutcome> StepAsync(
        string step, string name, IMessage payload, string field, IReadOnlyList<AttachmentContent> attachments, string requestId, long expectedVersion, ServerCallContext context) =>
        Outcome(await TakeAsync(step, name, payload, field, attachments, requestId, expectedVersion, context), context);

    /// <summary>Waits for the round of asking; what the caller then sees is the verification as it stands.</summary>
    private async Task<VerificationOutcome> OutcomeAsync(StepAnswer answer, TimeSpan wait, ServerCallContext context)
    {
        // A run that goes on after its round knows the end of that one, which may lie before this step.
        var (id, version) = (answer.Exchange.Id, answer.Exchange.Version);
        if (wait > TimeSpan.Zero && await desk.RoundOverAsync(id, wait, time, context.CancellationToken) is { IsOver: true } end
            && (end.Reading is { } left && left.Version >= version ? reader.SeenBy(context.Asker(), left) : await reader.FindAsync(context.Asker(), id, context.CancellationToken)) is { } settled)
        {
            return new VerificationOutcome { Verification = mapping.Verification(settled), Receipt = ExchangeMapping.Receipt(id, answer.Receipt) };
        }

        return Outcome(answer, context);
    }

    private VerificationOutcome Outcome(StepAnswer answer, ServerCallContext context) => new()
    {
        Verification = mapping.Verification(reader.SeenBy(context.Asker(), answer.Exchange)),
        Receipt = ExchangeMapping.Receipt(answer.Exchange.Id, answer.Receipt),
    };

    private async Task<ExchangeReading> FindAsync(string name, ServerCallContext context)
    {
        var id = ApiContext.ExchangeOf(name, EligibilityMapping.Collection);
        return await reader.FindAsync(context.Asker(), id, context.CancellationToken) is { } reading && EligibilityMapping.IsVerification(reading)
            ? reading
            : throw Refusals.Of(new Fault(GeneralFaults.NotFound, "name"));
    }

    private async Task<ListVerificationsResponse> ListAsync(ExchangeQuery query, string question, string pageToken, ServerCallContext context)
    {
        var before = PageTokens.Read(pageToken, question);
        var readings = await reader.ListAsync(
            query with { Types = [VerificationReading.Type], Before = before is { } last ? new ExchangeId(last) : null }, context.Asker(), context.CancellationToken);
        var response = new ListVerificationsResponse
        {
            NextPageToken = readings.Length == query.CountMax ? PageTokens.Next(readings[^1].Id.Value, question) : "",
        };
        response.Verifications.AddRange(readings.Select(mapping.Verification));
        return response;
    }

    private TimeSpan WaitOf(Duration? asked, ServerCallContext context)
    {
        var wait = asked?.ToTimeSpan() ?? WaitUsual;
        if (wait < TimeSpan.Zero || wait > WaitMax)
        {
            throw Refusals.Of(Fault.With(EligibilityApiFaults.Wait, "waitDuration", $"{WaitMax.TotalSeconds:0}"));
        }

        var left = context.Deadline == DateTime.MaxValue ? wait : context.Deadline - time.GetUtcNow().UtcDateTime - AnswerTime;
        return left < wait ? left : wait;
    }

    private static string UnderField(string path, string field) =>
        path == "payload" || path.StartsWith("payload.", StringComparison.Ordinal) ? field + path["payload".Length..] : path;
}
