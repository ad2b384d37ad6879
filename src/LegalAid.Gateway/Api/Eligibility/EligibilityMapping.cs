using System.Text.Json.Nodes;
using Google.Protobuf;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Contracts.Eligibility.V1;
using LegalAid.Gateway.Exchange.Ledger;
using DeterminationMessage = LegalAid.Gateway.Contracts.Eligibility.V1.Determination;
using ProgressMessage = LegalAid.Gateway.Contracts.Eligibility.V1.Progress;

namespace LegalAid.Gateway.Api.Eligibility;

/// <summary>A verification from the exchange behind it. What a section of the view holds is what the caller may read.</summary>
internal sealed class EligibilityMapping(ExchangeMapping exchanges)
{
    public const string Collection = "verifications";

    // A later build may have added fields to what an earlier one stored, and an operator may go back.
    private static readonly JsonParser Stored = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public static bool IsVerification(ExchangeReading reading) => reading.State.Type.Id.Value == VerificationReading.Type;

    public Verification Verification(ExchangeReading reading)
    {
        var view = reading.State.View;
        var progress = Section<ProgressMessage>(view, "progress");
        return new Verification
        {
            Name = $"{Collection}/{reading.Id}",
            State = reading.State.State.Value,
            Application = Section<Application>(view, "application"),
            Progress = progress,
            Determination = progress?.Determinations.LastOrDefault(),
            Refusal = Section<Refusal>(view, "refusal"),
            Objection = Section<Objection>(view, "objection"),
            Review = Section<Review>(view, "review"),
            Exchange = exchanges.Exchange(reading),
        };
    }

    public static DeterminationMessage Determination(FindingRecord finding) =>
        Stored.Parse<DeterminationMessage>(finding.ToJson().ToJsonString());

    private static T? Section<T>(JsonObject view, string name)
        where T : class, IMessage<T>, new() =>
        view[name] is { } section ? Stored.Parse<T>(section.ToJsonString()) : null;
}
