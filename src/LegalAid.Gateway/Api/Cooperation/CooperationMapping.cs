using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Contracts.Cooperation.V1;
using LegalAid.Gateway.Exchange.Ledger;
using CooperationMessage = LegalAid.Gateway.Contracts.Cooperation.V1.Cooperation;

namespace LegalAid.Gateway.Api.Cooperation;

/// <summary>A cooperation from the exchange behind it. What a section of the view holds is what the caller may read.</summary>
internal sealed class CooperationMapping(ExchangeMapping exchanges)
{
    public const string Collection = "cooperations";

    /// <summary>What the ids of its types begin with.</summary>
    public const string Family = "cooperation.";

    public static ExchangeTypeId TypeOf(CooperationKind kind) => new(Family + kind switch
    {
        CooperationKind.Transfer => "transfer",
        CooperationKind.VerifyFacts => "verify-facts",
        CooperationKind.TakeEvidence => "take-evidence",
        CooperationKind.ServeDocuments => "serve-documents",
        CooperationKind.RemoteHelp => "remote-help",
        CooperationKind.LendLawyer => "lend-lawyer",
        _ => throw new InvalidOperationException($"cooperation kind {kind} passed validation"),
    });

    public CooperationMessage Cooperation(ExchangeReading reading)
    {
        var (state, view) = (reading.State, reading.State.View);
        var message = new CooperationMessage
        {
            Name = $"{Collection}/{reading.Id}",
            Kind = Enum.GetValues<CooperationKind>().First(kind => kind != CooperationKind.Unspecified && TypeOf(kind) == state.Type.Id),
            State = state.State.Value,
            Request = view.Section<CooperationRequest>("request"),
            Acceptance = view.Section<CooperationAcceptance>("acceptance"),
            Declination = view.Section<CooperationDeclination>("declination"),
            DateRefusal = view.Section<DateRefusal>("date-refusal"),
            Results = view.Section<CooperationResults>("results"),
            Return = view.Section<ResultReturn>("returned"),
            Review = view.Section<CooperationReview>("review"),
            Withdrawal = view.Section<CooperationWithdrawal>("withdrawal"),
            QuestionOpen = !state.Final && state.Awaits(new StepName("ask-more")),
            ProposalOpen = !state.Final && state.Awaits(new StepName("propose-date")),
            Exchange = exchanges.Exchange(reading),
        };
        message.Forwardings.AddRange(view.Items<CooperationForwarding>("forwarding"));
        message.Questions.AddRange(view.Items<SupplementQuestion>("questions"));
        message.Answers.AddRange(view.Items<SupplementAnswer>("supplies"));
        message.Proposals.AddRange(view.Items<DateProposal>("proposals"));
        message.Progress.AddRange(view.Items<CooperationProgress>("progress"));
        return message;
    }
}
