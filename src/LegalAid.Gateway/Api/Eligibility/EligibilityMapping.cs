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

    public Verification Verification(ExchangeReading reading)
    {
        var view = reading.State.View;
        var progress = view.Section<ProgressMessage>("progress");
        return new Verification
        {
            Name = $"{Collection}/{reading.Id}",
            State = reading.State.State.Value,
            Application = view.Section<Application>("application"),
            Progress = progress,
            Determination = progress?.Determinations.LastOrDefault(),
            Refusal = view.Section<Refusal>("refusal"),
            Objection = view.Section<Objection>("objection"),
            Review = view.Section<Review>("review"),
            Exchange = exchanges.Exchange(reading),
        };
    }

    public static DeterminationMessage Determination(FindingRecord finding) =>
        ViewSections.Read<DeterminationMessage>(finding.ToJson());
}
