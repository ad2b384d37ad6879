using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Demo.Agencies.Bodies;

/// <summary>A request as a body's server got it.</summary>
internal sealed record BodyRequest(string Method, string Path, IHeaderDictionary Headers, string Body)
{
    public string Header(string name) => Headers[name].ToString();

    /// <summary>A header's value that carries percent-encoded UTF-8.</summary>
    public string DecodedHeader(string name) => Uri.UnescapeDataString(Header(name));
}

/// <summary>What it answers.</summary>
internal sealed record BodyReply(int Status, string MediaType, string Text)
{
    public static readonly BodyReply Unknown = new(StatusCodes.Status401Unauthorized, "text/plain", "");

    public static BodyReply Json(JsonNode json, int status = StatusCodes.Status200OK) => new(status, "application/json", json.ToJsonString());
}

/// <summary>
/// A body's own interface, as its own engineers would have built it: how it is asked, how it lets itself be convinced of who asks, and what its words are. It shares no code
/// with the gateway's connectors.
/// </summary>
/// <param name="fields">How it writes each fact that it knows.</param>
internal abstract class BodyInterface(params BodyField[] fields)
{
    /// <summary>The facts that it can tell.</summary>
    public IEnumerable<string> Facts => fields.Select(one => one.Fact);

    /// <summary>The field's word for the fact; null where the body does not know it.</summary>
    public string? Word(IReadOnlyDictionary<string, string> known, string fact) =>
        known.TryGetValue(fact, out var value) ? fields.Single(field => field.Fact == fact).Word(value) : null;
}

/// <summary>An interface over HTTP.</summary>
internal abstract class HttpInterface(params BodyField[] fields) : BodyInterface(fields)
{
    private readonly BodyField[] _fields = fields;

    /// <param name="find">What is known of a number, by fact; null: no such person. Called once for each question that was let in.</param>
    public abstract BodyReply Answer(BodyRequest request, string secret, Func<string, IReadOnlyDictionary<string, string>?> find);

    /// <summary>The facts that the body knows of a person, as members of a JSON object.</summary>
    protected JsonObject Members(IReadOnlyDictionary<string, string> known, Func<BodyField, bool>? which = null)
    {
        var members = new JsonObject();
        foreach (var field in _fields.Where(field => (which?.Invoke(field) ?? true) && known.ContainsKey(field.Fact)))
        {
            members[field.Name] = field.Json(known[field.Fact]);
        }

        return members;
    }

    /// <summary>A text inside of a JSON body; empty where there is none, or it is no JSON.</summary>
    protected static string TextOf(string body, params ReadOnlySpan<string> path)
    {
        try
        {
            var node = JsonNode.Parse(body);
            foreach (var name in path)
            {
                node = (node as JsonObject)?[name];
            }

            return (string?)node ?? "";
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return "";
        }
    }
}

/// <summary>A fact in a body's own words.</summary>
/// <param name="Fact">Its name in the gateway's vocabulary.</param>
/// <param name="Name">The body's name of the field.</param>
/// <param name="Codes">The body's word for each value; null: the vocabulary's own.</param>
/// <param name="PerYuan">Of a sum: how many of the body's units make a yuan; null: it is no sum.</param>
internal sealed record BodyField(string Fact, string Name, IReadOnlyDictionary<string, string>? Codes = null, decimal? PerYuan = null)
{
    /// <summary>In place of a value: the body writes it as it is, a code that nobody was told of.</summary>
    public const string Unlisted = "ZZ";

    private const string Dates = "yyyyMMdd";

    public static BodyField Coded(string fact, string name, params (string Value, string Code)[] codes) =>
        new(fact, name, codes.ToDictionary(code => code.Value, code => code.Code, StringComparer.Ordinal));

    public static BodyField YesNo(string fact, string name, string yes, string no) => Coded(fact, name, ("true", yes), ("false", no));

    public static BodyField Sum(string fact, string name, decimal perYuan) => new(fact, name, PerYuan: perYuan);

    public string Word(string value) => value == Unlisted ? value
        : Codes is not null ? Codes[value]
        : PerYuan is { } units ? (decimal.Parse(value, CultureInfo.InvariantCulture) * units).ToString("0.######", CultureInfo.InvariantCulture)
        : DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date.ToString(Dates, CultureInfo.InvariantCulture)
        : value;

    public JsonNode Json(string value) => PerYuan is not null && value != Unlisted ? JsonValue.Create(decimal.Parse(Word(value), CultureInfo.InvariantCulture))
        : Codes is null && bool.TryParse(value, out var yes) ? JsonValue.Create(yes)
        : JsonValue.Create(Word(value));
}
