using System.Text;
using System.Xml.Linq;
using LegalAid.Gateway.Agencies.Connectors;
using Microsoft.AspNetCore.Http;

namespace LegalAid.Gateway.Tests.Connectors;

/// <summary>What a connector over SOAP sends, and what it makes of answers, faults and bombs.</summary>
public sealed class SoapConnectorTests : IAsyncLifetime
{
    private const string Soap11 = "http://schemas.xmlsoap.org/soap/envelope/", Soap12 = "http://www.w3.org/2003/05/soap-envelope";

    private readonly ConnectorScene _scene = new();
    private StandInAgency _agency = null!; // set before each test by InitializeAsync

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _agency = await StandInAgency.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _scene.Dispose();
        await _agency.DisposeAsync();
    }

    private string Yaml(string version = "1.1", string more = "", string inner = "<m:Id kind=\"{{person.document-kind}}\">{{person.number}}</m:Id><m:Name>{{person.name}}</m:Name>", string from = "string(//m:Type)") => $$"""
        id: register
        kind: soap
        address: {{_agency.Address}}/ws
        allowed-addresses: [127.0.0.0/8]
        answer-kibibytes-max: 64
        request:
          soap: "{{version}}"
          action: urn:query
          xml: |
            <s:Envelope xmlns:s="{{(version == "1.2" ? Soap12 : Soap11)}}" xmlns:m="urn:m">
              <s:Body><m:Query>{{inner}}</m:Query></s:Body>
            </s:Envelope>
        namespaces: { s: "{{Soap11}}", m: "urn:m" }
        {{more}}
        answers:
          - { fact: register, from: "{{from}}", values: { "01": subsistence, "00": none, "true": temporary, "2": special-hardship } }
        """;

    private async Task<string> OutcomeAsync(string yaml, string body, string type = "text/xml; charset=utf-8", int status = 200)
    {
        _agency.Answer = context => StandInAgency.Text(context, body, type, status);
        var answer = await _scene.Connector(yaml).AskAsync(ConnectorScene.Question(), Cancellation);
        return answer switch
        {
            FactAnswer.Unavailable gone => gone.Fault.ToString(),
            FactAnswer.Answered { Facts.IsEmpty: false } => ConnectorScene.Values(answer)["register"],
            _ => answer.GetType().Name,
        };
    }

    private static string Envelope(string body, string soap = Soap11) => $"<e:Envelope xmlns:e=\"{soap}\"><e:Body>{body}</e:Body></e:Envelope>";

    [Theory]
    [InlineData("1.1", "text/xml; charset=utf-8", "\"urn:query\"")]
    [InlineData("1.2", "application/soap+xml; charset=utf-8; action=\"urn:query\"", null)]
    [InlineData("none", "application/xml; charset=utf-8", null)]
    public async Task Ask_InAVersion_HasItsTypeAndAction(string version, string type, string? action)
    {
        Assert.Equal("subsistence", await OutcomeAsync(Yaml(version), Envelope("<r xmlns=\"urn:m\"><Type>01</Type></r>")));

        var seen = Assert.Single(_agency.Seen);
        Assert.Equal(("POST", "/ws", type, action), (seen.Method, seen.Target, seen.Headers["Content-Type"], seen.Headers.GetValueOrDefault("SOAPAction")));
        var query = XElement.Parse(seen.Body).Descendants(XName.Get("Query", "urn:m")).Single();
        Assert.Equal([ConnectorScene.Number, ConnectorScene.Name], query.Elements().Select(element => element.Value));
        Assert.Equal("resident-id-card", query.Elements().First().Attribute("kind")?.Value);
    }

    [Theory]
    [InlineData("</m:Name><m:Admin>1</m:Admin><m:Name>")]
    [InlineData("]]><x/><![CDATA[")]
    [InlineData("&#x41;&amp;<!--")]
    [InlineData("O'Neil \"𠮷\" 𰻞·㐂")]
    public async Task Body_NameWithMetacharacters_StaysOneText(string name)
    {
        _agency.Answer = context => StandInAgency.Xml(context, Envelope(""));
        var question = ConnectorScene.Question(name: name);

        await _scene.Connector(Yaml()).AskAsync(question, Cancellation);
        await _scene.Connector(Yaml(inner: "<m:Arg a=\"{{person.name}}\"><![CDATA[<req><xm>{{person.name}}</xm></req>]]></m:Arg>")).AskAsync(question, Cancellation);
        await _scene.Connector(Yaml(inner: "<m:Arg>{\"xm\":\"{{person.name}}\"}</m:Arg>")).AskAsync(question, Cancellation);

        var bodies = _agency.Seen.Select(seen => XElement.Parse(seen.Body).Descendants(XName.Get("Query", "urn:m")).Single()).ToList();
        Assert.Equal(name, bodies[0].Elements().Last().Value);
        Assert.Equal(2, bodies[0].Elements().Count());
        Assert.Equal(name, bodies[1].Elements().Single().Attribute("a")?.Value);
        Assert.Equal(name, XElement.Parse(bodies[1].Value).Element("xm")?.Value);
        Assert.Equal(name, (string?)System.Text.Json.Nodes.JsonNode.Parse(bodies[2].Value)?["xm"]);
    }

    [Theory]
    [InlineData("string(//m:Type)", "<Type>01</Type>", "subsistence")]
    [InlineData("//m:Type", "<Type> 01 </Type>", "subsistence")]
    [InlineData("//m:Type", "", "Answered")]
    [InlineData("//m:Type", "<Type/>", "Answered")]
    [InlineData("//m:Type", "<Type xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" i:nil=\"true\"/>", "Answered")]
    [InlineData("//m:Type", "<Type>01</Type><Type>00</Type>", "BadAnswer")]
    [InlineData("//m:Type", "<Type><a>01</a></Type>", "BadAnswer")]
    [InlineData("//m:Type/@code", "<Type code=\"00\"/>", "none")]
    [InlineData("count(//m:Type)", "<Type/><Type/>", "special-hardship")]
    [InlineData("//m:Type = 'x'", "<Type>x</Type>", "temporary")]
    [InlineData("//m:Type", "<Type>07</Type>", "UnknownCode")]
    public async Task Expression_OverTheAnswer_FindsOneValue(string from, string content, string outcome) =>
        Assert.Equal(outcome, await OutcomeAsync(Yaml(from: from), Envelope($"<r xmlns=\"urn:m\">{content}</r>")));

    [Theory]
    [InlineData("<e:Fault><faultcode>e:Client</faultcode><faultstring>x</faultstring></e:Fault>", Soap11, 500, "Refused")]
    [InlineData("<e:Fault><faultcode>e:Client.Authentication</faultcode></e:Fault>", Soap11, 500, "Refused")]
    [InlineData("<e:Fault><faultcode>e:Server</faultcode><faultstring>x</faultstring></e:Fault>", Soap11, 500, "SourceFailed")]
    [InlineData("<e:Fault><faultcode>e:Server</faultcode></e:Fault>", Soap11, 200, "SourceFailed")]
    [InlineData("<e:Fault><e:Code><e:Value>e:Sender</e:Value></e:Code></e:Fault>", Soap12, 400, "Refused")]
    [InlineData("<e:Fault><e:Code><e:Value>e:Receiver</e:Value></e:Code></e:Fault>", Soap12, 500, "SourceFailed")]
    [InlineData("<e:Fault><faultcode>e:Server</faultcode><detail><none xmlns=\"urn:m\"/></detail></e:Fault>", Soap11, 500, "NoMatch")]
    public async Task Fault_OfEitherVersion_HasItsName(string fault, string soap, int status, string outcome) =>
        Assert.Equal(outcome, await OutcomeAsync(Yaml(more: "no-match: { status: [500], when: boolean(//m:none) }"), Envelope(fault, soap), status: status));

    [Fact]
    public async Task Failure_WithoutFault_IsTheStatus()
    {
        Assert.Equal("SourceFailed", await OutcomeAsync(Yaml(), "<html>", "text/html", 500));
        Assert.Equal("Refused", await OutcomeAsync(Yaml(), "<html/>", "text/html", 400));
        Assert.Equal("WrongContentType", await OutcomeAsync(Yaml(), "{}", "application/json"));
    }

    [Theory]
    [InlineData("<!DOCTYPE r [<!ENTITY a \"01\">]><r xmlns=\"urn:m\"><Type>&a;</Type></r>")]
    [InlineData("<!DOCTYPE r [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><r xmlns=\"urn:m\"><Type>&a;</Type></r>")]
    [InlineData("<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]><r xmlns=\"urn:m\"><Type>&c;</Type></r>")]
    [InlineData("<!DOCTYPE r SYSTEM \"http://127.0.0.1:1/x.dtd\"><r xmlns=\"urn:m\"><Type>01</Type></r>")]
    [InlineData("<r xmlns=\"urn:m\"><Type>01</Type>")]
    [InlineData("<r xmlns=\"urn:m\"><Type>01</Type></r><r/>")]
    [InlineData("")]
    public async Task Document_WithDtdOrNotWhole_IsRefused(string xml) => Assert.Equal("BadAnswer", await OutcomeAsync(Yaml(), xml));

    [Theory]
    [InlineData(64, "Answered")]
    [InlineData(65, "BadAnswer")]
    public async Task Document_Deep_IsRefusedPastTheBound(int depth, string outcome)
    {
        var xml = string.Concat(Enumerable.Repeat("<a>", depth)) + "x" + string.Concat(Enumerable.Repeat("</a>", depth));
        Assert.Equal(outcome, await OutcomeAsync(Yaml(), xml));
    }

    [Fact]
    public async Task Document_WithAThousandAttributesOrTooLong_IsRefused()
    {
        var attributes = string.Join(' ', Enumerable.Range(0, 1000).Select(i => $"a{i}=\"\""));
        Assert.Equal("BadAnswer", await OutcomeAsync(Yaml(), $"<r {attributes}/>"));
        Assert.Equal("AnswerTooLarge", await OutcomeAsync(Yaml(), $"<r>{new string('a', 65 * 1024)}</r>"));
    }

    [Theory]
    [InlineData("gb18030", "text/xml", true)]
    [InlineData("GBK", "text/xml", true)]
    [InlineData("utf-8", "text/xml; charset=gbk", false)]
    [InlineData("x-unheard-of", "text/xml", false)]
    public async Task Document_InAnOlderEncoding_IsReadByItsDeclaration(string declared, string type, bool read)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var xml = $"<?xml version=\"1.0\" encoding=\"{declared}\"?><r xmlns=\"urn:m\"><Type>低保</Type></r>";
        var bytes = Encoding.GetEncoding(declared is "utf-8" or "x-unheard-of" ? "utf-8" : declared).GetBytes(xml);
        _agency.Answer = async context =>
        {
            context.Response.ContentType = type;
            await context.Response.Body.WriteAsync(bytes, Cancellation);
        };

        var answer = await _scene.Connector(Yaml().Replace("\"01\": subsistence", "低保: subsistence", StringComparison.Ordinal)).AskAsync(ConnectorScene.Question(), Cancellation);

        Assert.Equal(read, answer is FactAnswer.Answered);
    }

    [Theory]
    [InlineData("json", "data.type", "{\"data\":{\"type\":\"01\"}}", "subsistence")]
    [InlineData("json", "data.type", "{\"data\":", "BadAnswer")]
    [InlineData("xml", "string(/r/type)", "&lt;r>&lt;type>01&lt;/type>&lt;/r>", "subsistence")]
    [InlineData("xml", "string(/r/type)", "<![CDATA[<r><type>00</type></r>]]>", "none")]
    [InlineData("xml", "string(/r/type)", "<![CDATA[<!DOCTYPE r [<!ENTITY a '01'>]><r><type>&a;</type></r>]]>", "BadAnswer")]
    public async Task Answer_InsideOfAText_IsReadAsAnAnswerOfItsOwn(string language, string from, string text, string outcome) =>
        Assert.Equal(outcome, await OutcomeAsync(Yaml(more: $"inside: {{ from: \"//m:out\", as: {language} }}", from: from), Envelope($"<m:r xmlns:m=\"urn:m\"><m:out>{text}</m:out></m:r>")));
}
