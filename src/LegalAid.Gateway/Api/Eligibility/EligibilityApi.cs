using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LegalAid.Gateway.Agencies.Verification;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Contracts.Eligibility.V1;
using LegalAid.Gateway.Edge.Faults;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Api.Eligibility;

/// <summary>
/// The typed face of verifications: steps are commands of the ledger, the same that ExchangeService gives it; what the gateway does about them, it does whoever's face they
/// came by.
/// </summary>
internal sealed class EligibilityApi(
    TypedFaces faces, TypedCommands commands, ExchangeReader reader, VerificationDesk desk, StatusChanges changes, EligibilityMapping mapping, Assessments assessments,
    TimeProvider time) : EligibilityService.EligibilityServiceBase
{
    private static readonly TimeSpan WaitUsual = TimeSpan.FromSeconds(10), WaitMax = TimeSpan.FromSeconds(60);

    /// <summary>Left of a caller's deadline for the answer itself.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(250);

    private static readonly ExchangeTypeId Type = new(VerificationReading.Type), ChangeType = new(StatusChanges.Type);

    private readonly TypedFace<Verification> _face = faces.Of(EligibilityMapping.Collection, VerificationReading.Type, mapping.Verification);

    public override async Task<VerificationOutcome> VerifyEligibility(VerifyEligibilityRequest request, ServerCallContext context)
    {
        var wait = WaitOf(request.WaitDuration, context);
        var answer = await commands.OpenAsync(Type, new(request.Application, "application", request.RequestId, request.Attachments), context);
        return await OutcomeAsync(answer, wait, context);
    }

    public override Task<Verification> GetVerification(GetVerificationRequest request, ServerCallContext context) => _face.GetAsync(request.Name, context);

    public override Task<ListVerificationsResponse> ListVerifications(ListVerificationsRequest request, ServerCallContext context) =>
        ListAsync(new TypedQuery(request.PageSize, request.PageToken, request.State), context);

    public override Task<ListVerificationsResponse> SearchVerifications(SearchVerificationsRequest request, ServerCallContext context) =>
        ListAsync(new TypedQuery(request.PageSize, request.PageToken, Term: _face.TermOf("applicant", request, "person", ComparedAs.Person)), context);

    public override Task WatchVerification(WatchVerificationRequest request, IServerStreamWriter<Verification> responseStream, ServerCallContext context) =>
        _face.WatchAsync(request.Name, responseStream, context);

    public override async Task<ExplainVerificationResponse> ExplainVerification(ExplainVerificationRequest request, ServerCallContext context)
    {
        // Read for the caller first: who may not see it learns no more by asking why.
        var seen = await _face.FindAsync(request.Name, context);
        return await assessments.ExplainAsync(seen, context.CancellationToken);
    }

    public override Task<AssessEligibilityResponse> AssessEligibility(AssessEligibilityRequest request, ServerCallContext context) =>
        Task.FromResult(assessments.Assess(request, context.Caller().Agency));

    public override async Task<VerificationOutcome> SupplyFacts(SupplyFactsRequest request, ServerCallContext context)
    {
        var wait = WaitOf(request.WaitDuration, context);
        var supplement = new TypedStep(request.Supplement, "supplement", request.RequestId, request.Attachments, ExpectedVersion: request.ExpectedVersion);
        var answer = await _face.AnswerAsync("supply", request.Name, supplement, context);
        return await OutcomeAsync(answer, wait, context);
    }

    public override Task<VerificationOutcome> GrantAid(GrantAidRequest request, ServerCallContext context) =>
        StepAsync("grant", request.Name, new(request.Grant, "grant", request.RequestId, ExpectedVersion: request.ExpectedVersion), context);

    public override Task<VerificationOutcome> RefuseAid(RefuseAidRequest request, ServerCallContext context) =>
        StepAsync("refuse", request.Name, new(request.Refusal, "refusal", request.RequestId, request.Attachments, ExpectedVersion: request.ExpectedVersion), context);

    public override Task<VerificationOutcome> ObjectToRefusal(ObjectToRefusalRequest request, ServerCallContext context) =>
        StepAsync("object", request.Name, new(request.Objection, "objection", request.RequestId, request.Attachments, ExpectedVersion: request.ExpectedVersion), context);

    public override Task<VerificationOutcome> ReviewObjection(ReviewObjectionRequest request, ServerCallContext context) =>
        StepAsync(
            request.Review.Result == ReviewResult.Overturned ? "overturn" : "uphold", request.Name, new(request.Review, "review", request.RequestId, ExpectedVersion: request.ExpectedVersion), context);

    public override Task<VerificationOutcome> WithdrawVerification(WithdrawVerificationRequest request, ServerCallContext context) =>
        StepAsync("withdraw", request.Name, new(request.Withdrawal, "withdrawal", request.RequestId, ExpectedVersion: request.ExpectedVersion), context);

    public override Task<VerificationOutcome> CloseVerification(CloseVerificationRequest request, ServerCallContext context) =>
        StepAsync("close", request.Name, new(request.Closing, "closing", request.RequestId, ExpectedVersion: request.ExpectedVersion), context);

    public override async Task<ReportStatusChangeResponse> ReportStatusChange(ReportStatusChangeRequest request, ServerCallContext context)
    {
        var answer = await commands.OpenAsync(ChangeType, new(request.Change, "change", request.RequestId), context);

        // It is committed; what follows goes on without the caller, and by the sweep where this process ends.
        await changes.ApplyAsync(answer.Exchange.Id, CancellationToken.None);
        return new ReportStatusChangeResponse { Receipt = ExchangeMapping.Receipt(answer.Exchange.Id, answer.Receipt) };
    }

    private async Task<VerificationOutcome> StepAsync(string step, string name, TypedStep taken, ServerCallContext context) =>
        Outcome(await _face.AnswerAsync(step, name, taken, context), context);

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

    private VerificationOutcome Outcome(StepAnswer answer, ServerCallContext context)
    {
        var outcome = _face.Outcome(answer, context);
        return new VerificationOutcome { Verification = outcome.Object, Receipt = outcome.Receipt };
    }

    private async Task<ListVerificationsResponse> ListAsync(TypedQuery query, ServerCallContext context)
    {
        var page = await _face.ListAsync(query, context);
        return new ListVerificationsResponse { Verifications = { page.Objects }, NextPageToken = page.NextToken };
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
}
