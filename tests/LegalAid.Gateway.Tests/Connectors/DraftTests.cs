using System.Text.Json.Nodes;
using System.Xml.Linq;
using LegalAid.Gateway.Agencies.Connectors;
using LegalAid.Gateway.Agencies.Connectors.Drafting;
using LegalAid.Gateway.Casework.Tests.House;
using Microsoft.AspNetCore.Http;

namespace LegalAid.Gateway.Tests.Connectors;

/// <summary>Documents of agencies that nobody here has seen: what is drafted loads, asks, and is answered.</summary>
public sealed class DraftTests : IAsyncLifetime
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

    private ForeignDocument Document(string file) => ForeignDocuments.Read(
        File.ReadAllText(Path.Combine(SourceTree.Root, "tests", "LegalAid.Gateway.Tests", "Connectors", "documents", file))
            .Replace("@address", _agency.Address, StringComparison.Ordinal).Replace("@host", new Uri(_agency.Address).Authority, StringComparison.Ordinal));

    private string Draft(string file, string operation, string kind)
    {
        var call = Document(file).Calls.Single(call => call.Name == operation);
        return new ConnectorDraft(call, ConnectorScene.Facts, kind).Write("127.0.0.0/8");
    }

    private Task<FactAnswer> AskAsync(string draft, string kind, string facts) => _scene.Block(draft, kind).AskAsync(ConnectorScene.Question(facts), Cancellation);

    [Fact]
    public async Task OpenApi_InYaml_WithReferencesAliasesAndCircles_IsDraftedAndAnswered()
    {
        _scene.WithSecret("agency-key.secret", "k1");
        _agency.Answer = context => StandInAgency.Json(context, """{"code":"0","data":[{"dxlb":"02","rjysr":512.5}]}""");
        var draft = Draft("relief-query.openapi.yaml", "querySalvation", "civil-affairs");

        Assert.Equal("special-hardship", ConnectorScene.Values(await AskAsync(draft, "civil-affairs", "register"))["register"]);

        var seen = Assert.Single(_agency.Seen);
        Assert.Equal(("/sgov/v2/salvation/query?v=1.0", "k1", "legalaid"), (seen.Target, seen.Headers["X-App-Key"], seen.Headers["appid"]));
        var body = JsonNode.Parse(seen.Body)!; // it came
        Assert.Equal(["q-0195", ConnectorScene.Number, ConnectorScene.Name, "eligibility-check", "1"], new[] { body["lsh"], body["param"]?["sfzh"], body["param"]?["xm"], body["param"]?["cxsy"], body["param"]?["page"] }.Select(node => node?.ToString()));
        Assert.Null(body["param"]?["extend"]);
        Assert.Contains("# no-match: { status: [404] }", draft, StringComparison.Ordinal);
        Assert.Contains("# success: \"code == '0'\"", draft, StringComparison.Ordinal);
        Assert.Contains("# \"09\": none | subsistence", draft, StringComparison.Ordinal); // a code of which nothing certain is known
        Assert.Contains("循环", draft, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenApi31_WithFormAndNullableAnswer_IsDraftedAndAnswered()
    {
        _agency.Answer = context => StandInAgency.Json(context, """{"certificate":{"disabilityType":"5","expires":"2030-01-01"}}""");
        var draft = Draft("disability.openapi.json", "POST /certificates/search", "disabled-federation");

        Assert.Equal("limb", ConnectorScene.Values(await AskAsync(draft, "disabled-federation", "disability"))["disability"]);

        var seen = Assert.Single(_agency.Seen);
        Assert.Equal($"idNumber={ConnectorScene.Number}&fullName={Uri.EscapeDataString(ConnectorScene.Name)}&purpose=legal-aid&cardType={Uri.EscapeDataString("resident-id-card")}", seen.Body);
        Assert.Equal("q-0195", seen.Headers["X-Request-Id"]);
        Assert.Contains("# document-kinds: { resident-id-card: \"10\" }", draft, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Swagger2_WithProvincialFieldCodes_IsDraftedAndAnswered()
    {
        _agency.Answer = context => StandInAgency.Json(context, """{"success":true,"result":{"jfjs":3210.55,"失业登记":true}}""");
        var draft = Draft("insured.swagger.json", "POST /ac01/query", "social-security");

        var values = ConnectorScene.Values(await AskAsync(draft, "social-security", "own-income unemployed"));

        Assert.Equal(("3210.55", "true"), (values["own-income"], values["unemployed"]));
        var body = JsonNode.Parse(Assert.Single(_agency.Seen).Body)!; // it came
        Assert.Equal((ConnectorScene.Number, ConnectorScene.Name), ((string?)body["aac002"], (string?)body["aac003"]));
        Assert.Equal(System.Text.Json.JsonValueKind.Number, body["timestamp"]?.GetValueKind());
    }

    [Fact]
    public async Task Wsdl_DocumentLiteralWithTypesOfTwoNamespaces_IsDraftedAndAnswered()
    {
        _agency.Answer = context => StandInAgency.Xml(context, """
            <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><a:queryPersonResponse xmlns:a="http://hukou.example/ws">
            <return><retCode xmlns="http://hukou.example/types">0</retCode><t:person xmlns:t="http://hukou.example/types"><t:csrq>1980-05-17</t:csrq><t:xb>2</t:xb></t:person></return></a:queryPersonResponse></s:Body></s:Envelope>
            """);
        var draft = Draft("household.wsdl", "queryPerson", "police");

        var values = ConnectorScene.Values(await AskAsync(draft, "police", "birth-date sex"));

        Assert.Equal(("1980-05-17", "female"), (values["birth-date"], values["sex"]));
        var seen = Assert.Single(_agency.Seen);
        Assert.Equal(("/services/person", "\"urn:queryPerson\""), (seen.Target, seen.Headers["SOAPAction"]));
        var query = XElement.Parse(seen.Body).Descendants(XName.Get("queryPerson", "http://hukou.example/ws")).Single();
        Assert.Equal([("gmsfhm", ConnectorScene.Number), ("xm", ConnectorScene.Name), ("lsh", "q-0195")], query.Elements().Select(element => (element.Name.ToString(), element.Value)));
    }

    [Fact]
    public async Task Wsdl_RpcWithAPasswordAndATextForAnswer_IsDraftedAndCompletedByHand()
    {
        _scene.WithSecret("agency-password.secret", "p<w");
        _agency.Answer = context => StandInAgency.Text(context, """<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Body><n:getJzlbResponse xmlns:n="urn:jz"><out>{"jzlb":"01"}</out></n:getJzlbResponse></e:Body></e:Envelope>""", "application/soap+xml");
        var draft = Draft("relief-rpc.wsdl", "getJzlb", "civil-affairs");
        Assert.Contains("# inside: { from: \"string(//n1:getJzlbResponse/out)\", as: xml }", draft, StringComparison.Ordinal);

        // What a person adds: that the text is JSON, and what its codes mean.
        var complete = draft[..draft.IndexOf("    # inside:", StringComparison.Ordinal)] + """
                inside: { from: "string(//n1:getJzlbResponse/out)", as: json }
                answers:
                  - { fact: register, from: jzlb, values: { "01": subsistence } }
            """;
        Assert.Equal("subsistence", ConnectorScene.Values(await AskAsync(complete, "civil-affairs", "register"))["register"]);
        var query = XElement.Parse(Assert.Single(_agency.Seen).Body).Descendants(XName.Get("getJzlb", "urn:jz")).Single();
        Assert.Equal([("idCard", ConnectorScene.Number), ("userName", ConnectorScene.Name), ("pwd", "p<w")], query.Elements().Select(element => (element.Name.ToString(), element.Value)));
    }

    [Fact]
    public void OpenApi_PersonInThePath_IsSaidAndNotDone()
    {
        var draft = Draft("insured.swagger.json", "GET /ac01/{sfzh}", "social-security");

        Assert.Contains("sfzh", draft.Split('\n')[1], StringComparison.Ordinal);
        Assert.Contains("may not stand in an address", draft, StringComparison.Ordinal);
        Assert.DoesNotContain("{{person", draft.Split("answers:")[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Not understood")]
    [InlineData("{", "Not understood")]
    [InlineData("a: [b", "Not understood")]
    [InlineData("a: &x [1]\nb: *y", "Not understood")]
    [InlineData("{\"asyncapi\":\"2.0.0\"}", "Neither OpenAPI nor WSDL")]
    [InlineData("openapi: 4.0.0\npaths: {}", "4.0.0")]
    [InlineData("openapi: 3.0.0\npaths: {}", "no operation")]
    [InlineData("openapi: 3.0.0\npaths: []", "no operation")]
    [InlineData("openapi: 3.0.0\npaths: { /a: { delete: {} } }", "no operation")]
    [InlineData("<html/>", "Not WSDL 1.1")]
    [InlineData("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "a DTD is refused")]
    [InlineData("<definitions xmlns='http://schemas.xmlsoap.org/wsdl/'/>", "no operation bound to SOAP")]
    [InlineData("<definitions xmlns='http://schemas.xmlsoap.org/wsdl/'><import namespace='a' location='b'/></definitions>", "imported")]
    public void Document_OfNoUse_IsSaid(string text, string said) => Assert.Contains(said, ForeignDocuments.Read(text).Fault, StringComparison.Ordinal);

    [Fact]
    public void Yaml_OfAliasesWithinAliases_IsBounded()
    {
        var bomb = "openapi: 3.0.0\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + string.Join('\n', Enumerable.Range(1, 12).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]"));

        Assert.Contains("too large", ForeignDocuments.Read(bomb).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openapi: 3.0.0\npaths: { /a: { post: { requestBody: { $ref: 'other.yaml#/x' }, responses: { 200: { $ref: '#/nowhere' } } } } }")]
    [InlineData("openapi: 3.0.0\npaths: { /a: { post: { requestBody: { content: { text/xml: {} } }, responses: { 200: { content: { text/xml: {} } } } } } }")]
    [InlineData("openapi: 3.0.0\npaths: { /a: { $ref: '#/paths/~1a' }, /b: { get: { responses: {}, parameters: [{ name: c, in: cookie }, { name: \"q'\\\": #\", in: query, description: \"a\\nb: c\" }] } } }")]
    [InlineData("openapi: 3.1.0\npaths: { /a: { post: { requestBody: { content: { application/json: { schema: { type: array, items: { properties: { 姓名: {}, id card: { type: string } } } } } } }, responses: { default: { content: { application/json: { schema: true } } } } } } }")]
    public void OpenApi_OddOrHalf_IsDraftedAsFarAsItGoes(string text)
    {
        foreach (var call in ForeignDocuments.Read(text).Calls)
        {
            var draft = new ConnectorDraft(call, ConnectorScene.Facts, "civil-affairs").Write(network: null) + "\n      - { fact: register, from: a, values: { a: none } }\n";
            Assert.StartsWith("# ", draft, StringComparison.Ordinal);
            _scene.Block(draft, "civil-affairs");
        }
    }
}
