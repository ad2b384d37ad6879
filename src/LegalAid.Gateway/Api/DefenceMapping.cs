using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Google.Protobuf;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Contracts.Defence.V1;
using LegalAid.Gateway.Exchange.Ledger;

namespace LegalAid.Gateway.Api;

/// <summary>A defence notice from the exchange behind it. What a section of the view holds is what the caller may read.</summary>
internal sealed class DefenceMapping(ExchangeMapping exchanges)
{
    public const string Collection = "defenceNotices";
    private const string TypePrefix = "defence-notice.";

    // A later build may have added fields to what an earlier one stored, and an operator may go back.
    private static readonly JsonParser Stored = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public static ExchangeTypeId TypeOf(NoticeKind kind) => new(TypePrefix + kind switch
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

    public static bool IsDefence(ExchangeReading reading) => reading.State.Type.Id.Value.StartsWith(TypePrefix, StringComparison.Ordinal);

    public static ImmutableArray<string> TypesIn(ConfigurationSnapshot snapshot) =>
        [.. snapshot.Types.Keys.Select(type => type.Value).Where(type => type.StartsWith(TypePrefix, StringComparison.Ordinal))];

    public DefenceNotice Notice(ExchangeReading reading)
    {
        var view = reading.State.View;
        return new DefenceNotice
        {
            Name = $"{Collection}/{reading.Id}",
            Kind = Enum.GetValues<NoticeKind>().First(kind => kind != NoticeKind.Unspecified && TypeOf(kind) == reading.State.Type.Id),
            State = reading.State.State.Value,
            Notice = Section<Notice>(view, "notice"),
            Counsel = view["assignment"]?["counsel"] is { } counsel ? Stored.Parse<Counsel>(counsel.ToJsonString()) : null,
            Declination = Section<Declination>(view, "declination"),
            Withdrawal = Section<Withdrawal>(view, "withdrawal"),
            Termination = Section<Termination>(view, "termination"),
            Exchange = exchanges.Exchange(reading),
        };
    }

    private static T? Section<T>(JsonObject view, string name)
        where T : class, IMessage<T>, new() =>
        view[name] is { } section ? Stored.Parse<T>(section.ToJsonString()) : null;
}
