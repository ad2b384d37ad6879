using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Checks;
using static LegalAid.Gateway.Casework.Eligibility.Verification.Progress;

namespace LegalAid.Gateway.Casework.Eligibility.Verification;

/// <summary>A rule that a determination rests on, in words that outlive its pack.</summary>
public sealed record GroundRecord(string Rule, LocalizedText Title, string LegalBasis, string Mark);

/// <summary>What was found at one time. With the pack of that digest and the facts of then it can be found again, byte for byte.</summary>
/// <param name="PackDigest">Lower-case hexadecimal SHA-256.</param>
/// <param name="Open">The facts that could still change the outcome.</param>
/// <param name="TraceDigest">SHA-256 of <see cref="TraceJson"/>'s bytes, lower-case hexadecimal.</param>
public sealed record FindingRecord(
    Outcome Outcome, string Pack, string PackDigest, DateOnly DecidedOn, ImmutableArray<GroundRecord> Grounds, ImmutableArray<string> Open, ImmutableArray<string> Conflicts,
    string TraceDigest, DateTimeOffset At)
{
    private static readonly string[] Outcomes =
    [
        "OUTCOME_ELIGIBLE", "OUTCOME_DRAFTING_ONLY", "OUTCOME_UNDERTAKING_ACCEPTED", "OUTCOME_PROVISIONAL", "OUTCOME_EVIDENCE_NEEDED", "OUTCOME_PERSON_DECIDES",
        "OUTCOME_REFUSAL_PROPOSED",
    ];

    /// <param name="at">Civil time.</param>
    public static FindingRecord Of(Determination determination, DateTimeOffset at) => new(
        determination.Outcome, determination.By.Pack.Id, determination.By.Digest, determination.Case.DecidedOn,
        [.. determination.Grounds.Select(rule => new GroundRecord(rule.Id, rule.Title, rule.Basis.ToString(), rule.Basis.MarkText))],
        [.. determination.Open.Select(fact => fact.Name)], [.. determination.Case.Facts.Conflicts.Select(fact => fact.Name)],
        Convert.ToHexStringLower(SHA256.HashData(TraceJson.Write(determination))), at);

    internal static FindingRecord Read(JsonObject json) => new(
        (Outcome)Array.IndexOf(Outcomes, Needed(json, "outcome")), Needed(json, "pack"), Needed(json, "packDigest"), Date(json, "decideDate") ?? throw Corrupt("decideDate"),
        List(json, "grounds", ground => new GroundRecord(
            Needed(ground, "rule"), new LocalizedText(Needed(ground, "titleZh"), Needed(ground, "titleEn")), Needed(ground, "legalBasis"), Needed(ground, "mark"))),
        json.Texts("open"), json.Texts("conflicts"), Needed(json, "traceSha256"), Instant(json, "decideTime") ?? throw Corrupt("decideTime"));

    /// <summary>The proto3 JSON of <c>legalaid.eligibility.v1.Determination</c>.</summary>
    public JsonObject ToJson()
    {
        var json = Progress.Object(("outcome", Outcomes[(int)Outcome]), ("pack", Pack), ("packDigest", PackDigest), ("decideDate", Text(DecidedOn)));
        Put(json, "grounds", Grounds, ground => Progress.Object(
            ("rule", ground.Rule), ("titleZh", ground.Title.Zh), ("titleEn", ground.Title.En), ("legalBasis", ground.LegalBasis), ("mark", ground.Mark)));
        if (!Open.IsEmpty)
        {
            json["open"] = Texts(Open);
        }

        if (!Conflicts.IsEmpty)
        {
            json["conflicts"] = Texts(Conflicts);
        }

        json["traceSha256"] = TraceDigest;
        json["decideTime"] = Text(At);
        return json;
    }
}
