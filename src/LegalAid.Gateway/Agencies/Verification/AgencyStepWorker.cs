using LegalAid.Gateway.Agencies.Verification.Questions;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage;
using Microsoft.Extensions.Options;

namespace LegalAid.Gateway.Agencies.Verification;

/// <summary>Attends to what agencies' steps leave to the gateway, questions in mailboxes and corrections, where a body answered or a centre decided here.</summary>
internal sealed class AgencyStepWorker(
    ExchangeLedger ledger, ExchangeReader reader, FactQuestions questions, StatusChanges changes, ISnapshotSource configuration, TimeProvider time,
    IOptions<VerificationOptions> options, ILogger<AgencyStepWorker> logger)
    : ExchangeAttendant(ledger, reader, time, options.Value.QuestionInterval, WaitingMax, logger)
{
    private const int WaitingMax = 10_000;

    protected override bool Concerns(ExchangeReading advanced) => advanced.State.Type.Id.Value switch
    {
        FactQuestions.Type => advanced.State.State.Value == FactQuestions.Answered,
        StatusChanges.CorrectionType => advanced.State.State.Value == StatusChanges.Corrected,
        VerificationReading.Type => FactQuestions.IsDecided(advanced),
        _ => false,
    };

    /// <summary>The centre's own: by the centre, so that one whose source left the directory is found too.</summary>
    protected override IEnumerable<ExchangeQuery> Standing() =>
        from agency in configuration.Current.Agencies.All
        where agency.Kind == AgencyKinds.AidCentre
        from standing in new[]
        {
            (FactQuestions.Type, State: FactQuestions.Answered), (FactQuestions.Type, State: FactQuestions.Asked), (Type: StatusChanges.CorrectionType, State: StatusChanges.Corrected),
        }
        select new ExchangeQuery(agency.Id, PageMax, Types: [standing.Type], State: standing.State);

    protected override Task AttendAsync(ExchangeReading reading, CancellationToken cancellationToken) => reading.State.Type.Id.Value switch
    {
        FactQuestions.Type => questions.AttendAsync(reading, cancellationToken),
        StatusChanges.CorrectionType => changes.ApplyAsync(reading.Id, cancellationToken),
        _ => questions.EndAsync(reading, cancellationToken),
    };
}
