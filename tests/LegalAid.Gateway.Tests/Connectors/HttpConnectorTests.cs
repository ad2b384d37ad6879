using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Agencies.Connectors;
using LegalAid.Gateway.Casework.Identifiers;
using Microsoft.AspNetCore.Http;

namespace LegalAid.Gateway.Tests.Connectors;

/// <summary>What a connector over HTTP and JSON sends, and what it makes of answers.</summary>
public sealed class HttpConnectorTests : IAsyncLifetime
{
    private readonly ConnectorScene _scene = new();
    private StandInAgency _agency = null!; // set before each test by InitializeAsync

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _agency = await StandInAgency.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _scene.Dispose();
        await _agency.DisposeAsync();
    }

    private string Yaml(string more = "", string request = "body: { sfzh: \"{{person.number}}\", xm: \"{{person.name}}\" }", string answers = "- { fact: register, from: data.type, values: { \"01\": subsistence, \"00\": none, \"98\": not-known } }") => $$"""
        id: register
        kind: http
        address: {{_agency.Address}}/api/{{"{{place}}"}}/query
        allowed-addresses: [127.0.0.0/8, "::1/128"]
        request: { {{request}} }
        {{more}}
        answers:
          {{answers.Replace("\n", "\n  ", StringComparison.Ordinal)}}
        """;

    private Task<FactAnswer> AskAsync(string yaml, FactQuestion? question = null, string kind = "civil-affairs") => _scene.Connector(yaml, kind).AskAsync(question ?? ConnectorScene.Question(), Cancellation);

    [Fact]
    public async Task Ask_Known_GivesTheFactAndTheDigestOfTheRawAnswer()
    {
        const string Raw = """{ "code": "0", "data": { "type": "01", "name": "虚构甲" } }""";
        _agency.Answer = context => StandInAgency.Json(context, Raw);

        var answer = Assert.IsType<FactAnswer.Answered>(await AskAsync(Yaml()));

        var fact = Assert.Single(answer.Facts);
        Assert.Equal(("register", "subsistence", new DateOnly(2026, 3, 2), (DateOnly?)null), (fact.Fact.Name, fact.Value.Text(fact.Fact), fact.AnsweredOn, fact.ValidUntil));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Raw))), answer.RawDigest);
        var seen = Assert.Single(_agency.Seen);
        Assert.Equal(("POST", "/api/450103/query"), (seen.Method, seen.Target));
        Assert.Equal($$"""{"sfzh":"{{ConnectorScene.Number}}","xm":"虚构甲"}""", seen.Body);
        Assert.Equal(["Accept", "Accept-Encoding", "Content-Length", "Content-Type", "Host"], seen.Headers.Keys.Order(StringComparer.Ordinal)); // no trace, no cookie, nothing of ours
    }

    /// <summary>Names that would break out of a document that is glued together.</summary>
    [Theory]
    [InlineData("""O"Neil\","admin":true,"x":"y""")]
    [InlineData("""'}]},{"a":1""")]
    [InlineData("𠮷野家·㐂𰻞")]
    [InlineData("</xm><xm>&amp;")]
    [InlineData("{{person.number}}")]
    [InlineData("\uE863\uE864")]
    public async Task Body_NameWithMetacharacters_StaysOneText(string name)
    {
        _agency.Answer = context => StandInAgency.Json(context, """{"data":{"type":"00"}}""");
        var question = ConnectorScene.Question(name: name);

        await AskAsync(Yaml(), question);
        await AskAsync(Yaml(request: """body: { data: '{"sfzh":"{{person.number}}","list":[{"xm":"{{person.name}}"}]}' }"""), question);
        await AskAsync(Yaml(request: """form: { data: '{"xm":"{{person.name}}"}', xm: "{{person.name}}", xml: "<r><xm>{{person.name}}</xm></r>" }"""), question);
        await AskAsync(Yaml(request: """headers: { X-Name: "n={{person.name}}" }, body: {}"""), question);

        var seen = _agency.Seen;
        Assert.Equal(4, seen.Count);
        Assert.Equal(name, (string?)JsonNode.Parse(seen[0].Body)?["xm"]);
        Assert.Equal(2, JsonNode.Parse(seen[0].Body)?.AsObject().Count);
        Assert.Equal(name, (string?)JsonNode.Parse((string?)JsonNode.Parse(seen[1].Body)?["data"] ?? "")?["list"]?[0]?["xm"]);
        var form = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(seen[2].Body);
        Assert.Equal(name, (string?)JsonNode.Parse(form["data"].ToString())?["xm"]);
        Assert.Equal(name, form["xm"].ToString());
        Assert.Equal(name, System.Xml.Linq.XElement.Parse(form["xml"].ToString()).Value);
        Assert.Equal($"n={Uri.UnescapeDataString(name)}", Uri.UnescapeDataString(seen[3].Headers["X-Name"]));
        Assert.All(seen[3].Headers["X-Name"], letter => Assert.InRange(letter, ' ', '~'));
        Assert.All(seen, request => Assert.Equal("/api/450103/query", request.Target));
    }

    [Fact]
    public async Task Request_EveryPlaceholder_IsFilledIn()
    {
        const string Request = """
            headers: { X-Purpose: "{{purpose}}", X-Basis: "{{legal-basis}}" }, query: { v: "1.0", t: "{{asked-at.unix-ms}}" },
              body: { n: "{{person.number}}", k: "{{person.document-kind}}", b: "{{person.birth-date}} {{person.birth-date.compact}}", a: "{{authorisation}}", p: "{{place}}", r: "{{received-on}} {{received-on.compact}}",
                      q: "{{question.id}}", f: "{{facts}}", t: "{{asked-at}} {{asked-at.compact}} {{asked-at.unix}}", page: 1, deep: [true, null, 0.5] }
            """;

        await AskAsync(Yaml(more: "document-kinds: { resident-id-card: \"111\" }", request: Request));

        var seen = Assert.Single(_agency.Seen);
        var unix = seen.Target["/api/450103/query?v=1.0&t=".Length..];
        Assert.InRange(long.Parse(unix, System.Globalization.CultureInfo.InvariantCulture), ConnectorScene.Now.ToUnixTimeMilliseconds(), ConnectorScene.Now.AddMinutes(5).ToUnixTimeMilliseconds());
        Assert.Equal("eligibility-check", seen.Headers["X-Purpose"]);
        Assert.Equal("法律援助法第四十一条", Uri.UnescapeDataString(seen.Headers["X-Basis"]));
        var body = JsonNode.Parse(seen.Body)!; // it came
        Assert.Equal(
            [ConnectorScene.Number, "111", "1980-05-17 19800517", "authorisations/7", "450103", "2026-03-01 20260301", "q-0195", "register"],
            new[] { "n", "k", "b", "a", "p", "r", "q", "f" }.Select(key => (string?)body[key]));
        Assert.StartsWith("2026-03-02T14:3", (string?)body["t"], StringComparison.Ordinal);
        Assert.Equal("""[true,null,0.5]""", body["deep"]?.ToJsonString());
    }

    [Fact]
    public async Task Ask_MoreThanOneFact_GivesThoseThatWereAskedAndThatTheSourceHas()
    {
        _agency.Answer = context => StandInAgency.Json(context, """{"data":{"type":"98","fixed":true,"cause":null}}""");
        const string Answers = """
            - { fact: register, from: data.type, values: { "01": subsistence, "98": not-known } }
            - { fact: fixed-livelihood, from: data.fixed }
            - { fact: spending-cause, from: data.cause, values: { "1": accident } }
            """;

        Assert.Equal(["fixed-livelihood"], ConnectorScene.Values(await AskAsync(Yaml(answers: Answers), ConnectorScene.Question("register fixed-livelihood spending-cause"))).Keys);
        Assert.Empty(ConnectorScene.Values(await AskAsync(Yaml(answers: Answers), ConnectorScene.Question("register"))));
    }

    [Theory]
    [InlineData("yuan", "1989.99", "1989.99")]
    [InlineData("yuan", "\"1990.005\"", "1990.00")]
    [InlineData("yuan", "1989.999999", "1989.99")]
    [InlineData("yuan", "-0.001", "-0.01")]
    [InlineData("yuan", "0.1", "0.10")]
    [InlineData("fen", "198999", "1989.99")]
    [InlineData("fen", "\"199000.4\"", "1990.00")]
    [InlineData("ten-thousand-yuan", "1.23456789", "12345.67")]
    public async Task Money_OfTheSource_IsCutDownToTheCent(string unit, string json, string yuan)
    {
        _agency.Answer = context => StandInAgency.Json(context, $$"""{"income":{{json}}}""");
        var answer = await AskAsync(Yaml(answers: $"- {{ fact: household-income, from: income, unit: {unit} }}"), ConnectorScene.Question("household-income"), "social-security");

        Assert.Equal(yuan, ConnectorScene.Values(answer)["household-income"]);
    }

    [Theory]
    [InlineData("calendar", "\"1980-05-17\"", "1980-05-17")]
    [InlineData("calendar", "\"19800517\"", "1980-05-17")]
    [InlineData("calendar", "19800517", "1980-05-17")]
    [InlineData("calendar", "\"1980/5/17\"", "1980-05-17")]
    [InlineData("calendar", "\"1980.05.17\"", "1980-05-17")]
    [InlineData("calendar", "\"1980年5月17日\"", "1980-05-17")]
    [InlineData("calendar", "\"1980-05-17 23:59:59\"", "1980-05-17")]
    [InlineData("calendar", "\"19800517235959\"", "1980-05-17")]
    [InlineData("calendar", "\"1980-05-17T23:59:59Z\"", "1980-05-18")]
    [InlineData("calendar", "\"1980-05-17T23:59:59.123+08:00\"", "1980-05-17")]
    [InlineData("calendar", "\"2024-02-29\"", "2024-02-29")]
    [InlineData("unix", "327427200", "1980-05-18")]
    [InlineData("unix-ms", "327427199999", "1980-05-17")]
    [InlineData("unix", "-1", "1970-01-01")]
    public async Task Date_InAnyForm_IsTheCivilDay(string format, string json, string day)
    {
        _agency.Answer = context => StandInAgency.Json(context, $$"""{"csrq":{{json}}}""");
        var answer = await AskAsync(Yaml(answers: $"- {{ fact: birth-date, from: csrq, format: {format} }}"), ConnectorScene.Question("birth-date"), "police");

        Assert.Equal(day, ConnectorScene.Values(answer)["birth-date"]);
    }

    [Theory]
    [InlineData("birth-date", "format: calendar", "\"17.05.1980\"", "BadAnswer")]
    [InlineData("birth-date", "format: calendar", "\"2025-02-29\"", "BadAnswer")]
    [InlineData("birth-date", "format: calendar", "\"05/17/1980\"", "BadAnswer")]
    [InlineData("birth-date", "format: unix", "\"x\"", "BadAnswer")]
    [InlineData("birth-date", "format: calendar", "\"0001-01-01\"", "BadAnswer")]
    [InlineData("sex", "values: { \"1\": male, \"2\": female }", "\"9\"", "UnknownCode")]
    [InlineData("sex", "values: { \"1\": male, \"2\": female }", "[\"1\",\"2\"]", "BadAnswer")]
    [InlineData("sex", "values: { \"1\": male, \"2\": female }", "{}", "BadAnswer")]
    [InlineData("abuse-victim", "from: value", "\"0\"", "UnknownCode")]
    [InlineData("abuse-victim", "values: { Y: yes, N: no }", "false", "UnknownCode")]
    public async Task Value_NotOfTheMapping_MakesTheAnswerUnusable(string fact, string more, string json, string fault)
    {
        _agency.Answer = context => StandInAgency.Json(context, $$"""{"value":{{json}}}""");
        var yaml = Yaml(answers: $"- {{ fact: {fact}, from: value, {more} }}".Replace(", from: value, from: value", ", from: value", StringComparison.Ordinal));

        var gone = Assert.IsType<FactAnswer.Unavailable>(await AskAsync(yaml, ConnectorScene.Question(fact), "police"));

        Assert.Equal((fault, false), (gone.Fault.ToString(), gone.Retryable));
        Assert.Contains(fact, _scene.Logged, StringComparison.Ordinal); // which mapping to look at
    }

    [Fact]
    public async Task Dates_OfTheSource_GoWithTheFacts()
    {
        const string More = "answered-on: { from: time }\nvalid-until: { from: end, format: unix }";
        _agency.Answer = context => StandInAgency.Json(context, """{"time":"2026-02-27 09:00:00","end":1782748800,"data":{"type":"01"}}""");
        var fact = Assert.Single(Assert.IsType<FactAnswer.Answered>(await AskAsync(Yaml(More))).Facts);
        Assert.Equal((new DateOnly(2026, 2, 27), new DateOnly(2026, 6, 30)), (fact.AnsweredOn, fact.ValidUntil));

        _agency.Answer = context => StandInAgency.Json(context, """{"data":{"type":"01"}}""");
        fact = Assert.Single(Assert.IsType<FactAnswer.Answered>(await AskAsync(Yaml(More))).Facts);
        Assert.Equal((new DateOnly(2026, 3, 2), null), (fact.AnsweredOn, fact.ValidUntil));

        foreach (var wrong in new[] { """{"time":"yesterday","data":{"type":"01"}}""", """{"end":[1],"data":{"type":"01"}}""" })
        {
            _agency.Answer = context => StandInAgency.Json(context, wrong);
            Assert.Equal(ConnectorFault.BadAnswer, Assert.IsType<FactAnswer.Unavailable>(await AskAsync(Yaml(More))).Fault);
        }
    }

    [Theory]
    [InlineData("no-match: { status: [404] }", 404, "nothing here", "NoMatch")]
    [InlineData("no-match: { status: [404] }", 410, "{}", "Refused")]
    [InlineData("no-match: { status: [404], when: \"code == 'NONE'\" }", 404, """{"code":"NONE"}""", "NoMatch")]
    [InlineData("no-match: { status: [404], when: \"code == 'NONE'\" }", 404, """{"code":"NO_SUCH_PATH"}""", "Refused")]
    [InlineData("no-match: { status: [404], when: \"code == 'NONE'\" }", 404, "<html>", "Refused")]
    [InlineData("no-match: { when: \"code == '1004'\" }", 200, """{"code":"1004"}""", "NoMatch")]
    [InlineData("no-match: { when: \"code == '1004'\" }", 404, """{"code":"1004"}""", "Refused")]
    [InlineData("no-match: { when: \"length(data) == `0`\" }", 200, """{"data":[]}""", "NoMatch")]
    [InlineData("success: \"code == '0'\"", 200, """{"code":"0","data":{"type":"01"}}""", "Answered")]
    [InlineData("success: \"code == '0'\"", 200, """{"code":"500","data":{"type":"01"}}""", "SourceFailed")]
    [InlineData("success: \"code == '0'\"", 200, """{"data":{"type":"01"}}""", "SourceFailed")]
    public async Task Answer_ThatSaysNobodyOrFailure_IsNeverANo(string more, int status, string body, string outcome)
    {
        _agency.Answer = context => StandInAgency.Json(context, body, status);
        var answer = await AskAsync(Yaml(more));

        Assert.Equal(outcome, answer is FactAnswer.Unavailable gone ? gone.Fault.ToString() : answer.GetType().Name);
    }

    [Fact]
    public async Task Answer_InsideOfAText_IsReadAsAnAnswerOfItsOwn()
    {
        const string More = "inside: { from: result, as: json }\nno-match: { when: \"code == '9'\" }";
        _agency.Answer = context => StandInAgency.Json(context, """{"result":"{\"code\":\"0\",\"data\":{\"type\":\"01\"}}"}""");
        Assert.Equal("subsistence", ConnectorScene.Values(await AskAsync(Yaml(More)))["register"]);

        foreach (var (body, outcome) in new[] { ("""{"result":"{\"code\":\"9\"}"}""", "NoMatch"), ("""{"result":"{"}""", "BadAnswer"), ("""{}""", "BadAnswer") })
        {
            _agency.Answer = context => StandInAgency.Json(context, body);
            var answer = await AskAsync(Yaml(More));
            Assert.Equal(outcome, answer is FactAnswer.Unavailable gone ? gone.Fault.ToString() : answer.GetType().Name);
        }
    }

    [Fact]
    public async Task Ask_WithWhatTheTemplateNeedsAndTheQuestionLacks_SendsNothing()
    {
        FactQuestion[] lacking =
        [
            ConnectorScene.Question(authorisation: null),
            ConnectorScene.Question(document: IdentityUnknown.TryParse("虚构甲", "甲", out var unknown, out _) ? unknown : null),
            ConnectorScene.Question(document: ConnectorScene.DocumentOf(PersonDocumentKind.Passport, "E12345678", "KAZ")),
        ];
        var yaml = Yaml(more: "document-kinds: { resident-id-card: \"1\" }", request: "body: { a: \"{{authorisation}}\", n: \"{{person.number}}\" }");

        foreach (var question in lacking)
        {
            var gone = Assert.IsType<FactAnswer.Unavailable>(await AskAsync(yaml, question));
            Assert.Equal((ConnectorFault.NotAskable, false), (gone.Fault, gone.Retryable));
        }

        Assert.Empty(_agency.Seen);
    }

    [Fact]
    public async Task Reload_SameWire_KeepsConnectionsAndTakesTheNewMapping()
    {
        var ports = new HashSet<int>();
        _agency.Answer = context =>
        {
            ports.Add(context.Connection.RemotePort);
            return StandInAgency.Json(context, """{"data":{"type":"01"}}""");
        };

        Assert.Equal("subsistence", ConnectorScene.Values(await AskAsync(Yaml()))["register"]);
        Assert.Equal("temporary", ConnectorScene.Values(await AskAsync(Yaml(answers: "- { fact: register, from: data.type, values: { \"01\": temporary } }")))["register"]);
        Assert.Single(ports);
        await AskAsync(Yaml(more: "timeout: 7s"));
        Assert.Equal(2, ports.Count);
    }
}
