using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Google.Protobuf;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Contracts.Cooperation.V1;
using LegalAid.Gateway.Exchange.Ledger;
using CooperationMessage = LegalAid.Gateway.Contracts.Cooperation.V1.Cooperation;

namespace LegalAid.Gateway.Api.Cooperation;

/// <summary>A cooperation from the exchange behind it. What a section of the view holds is what the caller may read.</summary>
internal sealed class CooperationMapping(ExchangeMapping exchanges)
{
    public const string Collection = "cooperations";
    private const string TypePrefix = "cooperation.";

    // A later build may have added fields to what an earlier one stored, and an operator may go back.
    private static readonly JsonParser Stored = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public static ExchangeTypeId TypeOf(CooperationKind kind) => new(TypePrefix + kind switch
    {
        CooperationKind.Transfer => "transfer",
        CooperationKind.VerifyFacts => "verify-facts",
        CooperationKind.TakeEvidence => "take-evidence",
        CooperationKind.ServeDocuments => "serve-documents",
        CooperationKind.RemoteHelp => "remote-help",
        CooperationKind.LendLawyer => "lend-lawyer",
        _ => throw new InvalidOperationException($"cooperation kind {kind} passed validation"),
    });

    public static bool IsCooperation(ExchangeReading reading) => reading.State.Type.Id.Value.StartsWith(TypePrefix, StringComparison.Ordinal);

    public static ImmutableArray<string> TypesIn(ConfigurationSnapshot snapshot) =>
        [.. snapshot.Types.Keys.Select(type => type.Value).Where(type => type.StartsWith(TypePrefix, StringComparison.Ordinal))];

    public CooperationMessage Cooperation(ExchangeReading reading)
    {
        var (state, view) = (reading.State, reading.State.View);
        var message = new CooperationMessage
        {
            Name = $"{Collection}/{reading.Id}",
            Kind = Enum.GetValues<CooperationKind>().First(kind => kind != CooperationKind.Unspecified && TypeOf(kind) == state.Type.Id),
            State = state.State.Value,
            Request = Section<CooperationRequest>(view, "request"),
            Acceptance = Section<CooperationAcceptance>(view, "acceptance"),
            Declination = Section<CooperationDeclination>(view, "declination"),
            DateRefusal = Section<DateRefusal>(view, "date-refusal"),
            Results = Section<CooperationResults>(view, "results"),
            Return = Section<ResultReturn>(view, "returned"),
            Review = Section<CooperationReview>(view, "review"),
            Withdrawal = Section<CooperationWithdrawal>(view, "withdrawal"),
            QuestionOpen = !state.Final && state.Awaits(new StepName("ask-more")),
            ProposalOpen = !state.Final && state.Awaits(new StepName("propose-date")),
            Exchange = exchanges.Exchange(reading),
        };
        message.Forwardings.AddRange(Items<CooperationForwarding>(view, "forwarding"));
        message.Questions.AddRange(Items<SupplementQuestion>(view, "questions"));
        message.Answers.AddRange(Items<SupplementAnswer>(view, "supplies"));
        message.Proposals.AddRange(Items<DateProposal>(view, "proposals"));
        message.Progress.AddRange(Items<CooperationProgress>(view, "progress"));
        return message;
    }

    private static T? Section<T>(JsonObject view, string name)
        where T : class, IMessage<T>, new() =>
        view[name] is { } section ? Stored.Parse<T>(section.ToJsonString()) : null;

    private static IEnumerable<T> Items<T>(JsonObject view, string name)
        where T : class, IMessage<T>, new() =>
        (view[name]?[ViewChange.Append.Items] as JsonArray ?? []).OfType<JsonObject>().Select(item => Stored.Parse<T>(item.ToJsonString()));
}
