using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Eligibility.Verification;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Casework.Time;
using LegalAid.Gateway.Casework.Transitions;

namespace LegalAid.Gateway.Agencies.Verification.Questions;

/// <summary>An answered question, as the verification records it. What the check let through is read without a fault.</summary>
internal static class QuestionAnswers
{
    /// <summary>Null where the exchange has no answer.</summary>
    /// <param name="now">Civil time; an answer without a day of its own is of the day on which it is read.</param>
    public static AskResult? ResultOf(ExchangeState question, string ask, FactVocabulary vocabulary, DateTimeOffset now) =>
        question.View["answer"] is JsonObject answer
            ? new AskResult(ask, AskState.Confirmed, now, Values(answer, vocabulary, AnsweredOn(question, now)), AnswerDigest: DigestOf(answer))
        : question.View["no-match"] is JsonObject none ? new AskResult(ask, AskState.NoMatch, now, [], AnswerDigest: DigestOf(none))
        : question.View["refusal"] is JsonObject refusal ? new AskResult(ask, AskState.Unavailable, now, [], Fault: FaultWords.Declined, AnswerDigest: DigestOf(refusal))
        : null;

    /// <summary>The digest that the body's own receipt states for its message.</summary>
    private static string DigestOf(JsonObject payload) => CanonicalJson.Digest(CanonicalJson.Canonicalise(payload));

    private static DateOnly AnsweredOn(ExchangeState question, DateTimeOffset now) =>
        (question.Taken.TryGetValue("answer", out var taken) ? taken.At : now).CivilDate();

    private static ImmutableArray<AskedFactAnswer> Values(JsonObject answer, FactVocabulary vocabulary, DateOnly answeredOn) =>
    [
        .. from item in (answer["values"] as JsonArray ?? []).OfType<JsonObject>()
           let fact = (string?)item["fact"] is { } name ? vocabulary.Find(name) : null
           where fact is not null
           let value = (string?)item["value"] is { } text ? FactValue.Parse(fact, text) : null
           where value is not null
           select new AskedFactAnswer(fact, value.Value, Day(item, "asOfDate") ?? answeredOn, Day(item, "validUntilDate")),
    ];

    private static DateOnly? Day(JsonObject item, string name) =>
        DateOnly.TryParseExact((string?)item[name], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
