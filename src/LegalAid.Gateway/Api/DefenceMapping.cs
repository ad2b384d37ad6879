using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Contracts.Defence.V1;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Api;

/// <summary>A defence notice from the exchange behind it. What a section of the view holds is what the caller may read.</summary>
internal sealed class DefenceMapping(ExchangeMapping exchanges)
{
    public const string Collection = "defenceNotices";

    /// <summary>What the ids of its types begin with.</summary>
    public const string Family = "defence-notice.";

    public static ExchangeTypeId TypeOf(NoticeKind kind) => new(Family + kind switch
    {
        NoticeKind.Police => "police",
        NoticeKind.Procuratorate => "procuratorate",
        NoticeKind.Court => "court",
        NoticeKind.CompulsoryTreatment => "compulsory-treatment",
        NoticeKind.TrialInAbsentia => "trial-in-absentia",
        NoticeKind.DeathReview => "death-review",
        NoticeKind.FullCoveragePilot => "full-coverage-pilot",
        _ => throw new InvalidOperationException($"notice kind {kind} passed validation"),
    });

    public DefenceNotice Notice(ExchangeReading reading)
    {
        var view = reading.State.View;
        return new DefenceNotice
        {
            Name = $"{Collection}/{reading.Id}",
            Kind = Enum.GetValues<NoticeKind>().First(kind => kind != NoticeKind.Unspecified && TypeOf(kind) == reading.State.Type.Id),
            State = reading.State.State.Value,
            Notice = view.Section<Notice>("notice"),
            Counsel = view["assignment"]?["counsel"] is { } counsel ? ViewSections.Read<Counsel>(counsel) : null,
            Declination = view.Section<Declination>("declination"),
            Withdrawal = view.Section<Withdrawal>("withdrawal"),
            Termination = view.Section<Termination>("termination"),
            Exchange = exchanges.Exchange(reading),
        };
    }
}
