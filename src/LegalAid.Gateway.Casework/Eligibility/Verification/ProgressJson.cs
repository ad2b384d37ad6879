using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Checks;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Casework.Eligibility.Verification;

/// <summary>
/// All that was asked, answered and found, between its record and the proto3 JSON of <c>legalaid.eligibility.v1.Progress</c> (default values left out). The names
/// stand here because exchanges keep them for years.
/// </summary>
public sealed record Progress(ImmutableArray<AskRecord> Asks, ImmutableArray<AnswerRecord> Answers, ImmutableArray<FindingRecord> Findings)
{
    public static readonly Progress None = new([], [], []);

    private static readonly string[] AskStates =
        ["ASK_STATE_ASKED", "ASK_STATE_CONFIRMED", "ASK_STATE_REFUTED", "ASK_STATE_NO_MATCH", "ASK_STATE_UNAVAILABLE", "ASK_STATE_LATER"];

    /// <summary>The section of a view; <see cref="None"/> where there is none yet.</summary>
    public static Progress Read(JsonObject? section) => section is null ? None : new Progress(
        List(section, "asks", ask => new AskRecord(
            Needed(ask, "id"), ask.Number("round") ?? 0, Needed(ask, "body"), Agency(ask), Needed(ask, "connector"), ask.Texts("facts"),
            (AskState)Array.IndexOf(AskStates, Needed(ask, "state")), Instant(ask, "askTime") ?? throw Corrupt("askTime"), Instant(ask, "endTime"), ask.Text("fault"),
            ask.Text("answerSha256"))),
        List(section, "answers", answer => new AnswerRecord(
            Needed(answer, "fact"), Needed(answer, "value"), Needed(answer, "body"), Needed(answer, "ask"), Date(answer, "answerDate") ?? throw Corrupt("answerDate"),
            Date(answer, "validUntilDate"), answer.Text("reusedFrom"))),
        List(section, "determinations", FindingRecord.Read));

    public JsonObject ToJson()
    {
        var json = new JsonObject();
        Put(json, "asks", Asks, ask => Object(
            ("id", ask.Id), ("round", ask.Round), ("body", ask.Body), ("agency", ask.Agency.ResourceName), ("connector", ask.Connector), ("facts", Texts(ask.Facts)),
            ("state", AskStates[(int)ask.State]), ("askTime", Text(ask.AskedAt)), ("endTime", ask.EndedAt is { } end ? Text(end) : null), ("fault", ask.Fault),
            ("answerSha256", ask.AnswerDigest)));
        Put(json, "answers", Answers, answer => Object(
            ("fact", answer.Fact), ("value", answer.Value), ("body", answer.Body), ("ask", answer.Ask), ("answerDate", Text(answer.AnsweredOn)),
            ("validUntilDate", answer.ValidUntil is { } until ? Text(until) : null), ("reusedFrom", answer.ReusedFrom)));
        Put(json, "determinations", Findings, finding => finding.ToJson());
        return json;
    }

    internal static ImmutableArray<T> List<T>(JsonObject holder, string name, Func<JsonObject, T> read) =>
        holder.Field(name) is JsonArray items ? [.. items.OfType<JsonObject>().Select(read)] : [];

    internal static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    internal static void Put<T>(JsonObject holder, string name, ImmutableArray<T> items, Func<T, JsonObject> write)
    {
        if (!items.IsEmpty)
        {
            holder[name] = new JsonArray([.. items.Select(item => (JsonNode)write(item))]);
        }
    }

    /// <summary>Without what is null or an empty list.</summary>
    internal static JsonObject Object(params ReadOnlySpan<(string Name, JsonNode? Value)> fields)
    {
        var json = new JsonObject();
        foreach (var (name, value) in fields)
        {
            if (value is not (null or JsonArray { Count: 0 }))
            {
                json[name] = value;
            }
        }

        return json;
    }

    internal static string Needed(JsonObject holder, string name) => holder.Text(name) ?? throw Corrupt(name);

    internal static DateOnly? Date(JsonObject holder, string name) =>
        DateOnly.TryParseExact(holder.Text(name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    internal static DateTimeOffset? Instant(JsonObject holder, string name) => holder.Instant(name).At;

    internal static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>As the protobuf library writes a Timestamp of whole milliseconds: no fraction, or three digits.</summary>
    internal static string Text(DateTimeOffset at) =>
        at.UtcDateTime.ToString(at.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    internal static InvalidDataException Corrupt(string field) => new($"a verification's {field} is not of its form");

    private static AgencyId Agency(JsonObject ask) => AgencyId.TryParseResourceName(Needed(ask, "agency"), out var id) ? id : throw Corrupt("agency");
}
