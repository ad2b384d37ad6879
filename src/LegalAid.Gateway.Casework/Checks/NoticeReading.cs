using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Time;

namespace LegalAid.Gateway.Casework.Checks;

/// <summary>
/// A notice as the checks see it: <c>legalaid.defence.v1.Notice</c>, or an amendment's <c>changes</c> laid over the notice they
/// change. Reading never throws; what is absent or malformed is null.
/// </summary>
internal sealed record NoticeReading
{
    /// <summary>What fault fields are relative to: empty, or <c>changes</c>.</summary>
    public required string Prefix { get; init; }

    /// <summary>The civil date of the step.</summary>
    public required DateOnly Today { get; init; }

    public required string? CaseNumber { get; init; }

    public required string? Stage { get; init; }

    public required string? Procedure { get; init; }

    public required ImmutableArray<string> Grounds { get; init; }

    public required GivenInstant FoundTime { get; init; }

    public required GivenInstant HearingStart { get; init; }

    /// <summary>When the judgment under review was served.</summary>
    public required GivenInstant JudgmentServed { get; init; }

    /// <summary>Null where no person is given.</summary>
    public required PersonReading? Person { get; init; }

    /// <summary>The lawyer wished for (点援), and the quality wished for.</summary>
    public required string? WishedLawyer { get; init; }

    public required string? WishedSpeciality { get; init; }

    /// <summary>The names of the fields that the payload itself gives.</summary>
    public required ImmutableHashSet<string> Given { get; init; }

    /// <summary>Counsel needs three years' relevant practice (法律援助法 26).</summary>
    public bool NeedsThreeYears =>
        Stage == DefenceTerms.DeathReviewStage || Grounds.Contains(DefenceTerms.LifeOrDeath) || Grounds.Contains(DefenceTerms.DeathReview);

    /// <summary>The notice that the payload is.</summary>
    public static NoticeReading Submitted(CheckInput input) => input.Submitted ??= Read(input, input.Payload, before: null, "");

    /// <summary>The notice as it stands in the exchange.</summary>
    public static NoticeReading Present(CheckInput input) => Read(input, input.View.Child("notice") ?? [], before: null, "");

    /// <summary>The notice as it would stand after an amendment: a given field replaces the old one whole.</summary>
    public static NoticeReading Amended(CheckInput input) =>
        Read(input, input.Payload.Child("changes") ?? [], input.View.Child("notice"), "changes");

    /// <summary>Whether the payload itself says it.</summary>
    public bool Gives(string field) => Given.Contains(field);

    private static NoticeReading Read(CheckInput input, JsonObject said, JsonObject? before, string prefix)
    {
        var today = input.Now.CivilDate();
        var wish = Holder("wish").Child("wish");
        return new NoticeReading
        {
            Prefix = prefix,
            Today = today,
            CaseNumber = Holder("caseNumber").Text("caseNumber"),
            Stage = Holder("stage").Text("stage"),
            Procedure = Holder("procedure").Text("procedure"),
            Grounds = Holder("grounds").Texts("grounds"),
            FoundTime = Holder("foundTime").Instant("foundTime"),
            HearingStart = Holder("hearing").Child("hearing").Instant("startTime"),
            JudgmentServed = Holder("judgmentServedTime").Instant("judgmentServedTime"),
            Person = Holder("person").Child("person") is { } person ? PersonReading.Of(person, input.Snapshot.ResidentNumbers, today) : null,
            WishedLawyer = wish.Text("lawyerName"),
            WishedSpeciality = wish.Text("speciality"),
            Given = [.. said.Where(field => field.Value is not null).Select(field => field.Key)],
        };

        JsonObject? Holder(string field) => before is null || said.Field(field) is not null ? said : before;
    }
}
