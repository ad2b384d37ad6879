using LegalAid.Gateway.Agencies.Connectors.Drafting;

namespace LegalAid.Gateway.Tests.Connectors;

/// <summary>Forms met in documents of public bodies abroad, each in the least document that has it: drafted, loaded, and what a person must decide is said.</summary>
public sealed class ForeignFormTests : IDisposable
{
    private readonly ConnectorScene _scene = new();

    public void Dispose() => _scene.Dispose();

    /// <summary>The draft, which loads once one fact is taken over.</summary>
    private string Loaded(string text, string kind = "civil-affairs")
    {
        var call = Assert.Single(ForeignDocuments.Read(text).Calls);
        var draft = new ConnectorDraft(call, ConnectorScene.Facts, kind).Write(network: null);
        _scene.Block(draft + $"\n      - {{ fact: register, from: {(call.Envelope is null ? "a" : "\"//a\"")}, values: {{ a: none }} }}\n", kind);
        return draft;
    }

    private static string OpenApi(string operation, string components = "{}") => $"openapi: 3.0.0\npaths: {{ /a: {{ post: {{ {operation}, responses: {{}} }} }} }}\ncomponents: {components}";

    private static string Json(string schema) => $"requestBody: {{ content: {{ application/json: {{ schema: {schema} }} }} }}";

    private static string Wsdl(string schema, string wrapper = "q") => $"""
        <definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:s="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t">
          <types><s:schema targetNamespace="urn:t">{schema}</s:schema></types>
          <message name="in"><part name="p" element="t:{wrapper}"/></message>
          <portType name="p"><operation name="ask"><input message="t:in"/><output message="t:in"/></operation></portType>
          <binding name="b" type="t:p"><soap:binding transport="x"/><operation name="ask"><soap:operation soapAction="a"/><input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation></binding>
          <service name="s"><port name="p" binding="t:b"><soap:address location="https://agency.example/a"/></port></service>
        </definitions>
        """;

    [Fact]
    public void Wsdl_ElementThatRefersToItself_EndsAndIsSaid()
    {
        var draft = Loaded(Wsdl("""<s:element name="q"><s:complexType><s:sequence><s:element name="sfzh" type="s:string"/><s:element ref="t:q"/></s:sequence></s:complexType></s:element>"""));

        Assert.Contains("<sfzh>{{person.number}}</sfzh>", draft, StringComparison.Ordinal);
        Assert.Contains("q 循环", draft.Split('\n')[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Wsdl_ElementThatIsNamedAsItsType_IsNoCircle() =>
        Assert.Contains("<sfzh>{{person.number}}</sfzh>", Loaded(Wsdl("""<s:element name="q" type="t:q"/><s:complexType name="q"><s:sequence><s:element name="sfzh" type="s:string"/></s:sequence></s:complexType>""")), StringComparison.Ordinal);

    [Fact]
    public void Wsdl_AnswerOfAnything_IsSaidAndTheFactsAreListed()
    {
        var draft = Loaded(Wsdl("""<s:element name="q"><s:complexType mixed="true"><s:sequence><s:any/></s:sequence></s:complexType></s:element>"""));

        Assert.Contains("xs:any", draft.Split('\n')[1], StringComparison.Ordinal);
        Assert.Contains("# - { fact: register, from: \"…\" }", draft, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenApi_SchemasThatReferToEachOther_AreBounded()
    {
        var names = Enumerable.Range(0, 30).ToList();
        var schemas = string.Join(", ", names.Select(i => $"S{i}: {{ properties: {{ {string.Join(", ", names.Select(j => $"f{j}: {{ $ref: '#/components/schemas/S{j}' }}"))} }} }}"));

        Assert.Contains("字段过多", Loaded(OpenApi(Json("{ $ref: '#/components/schemas/S0' }"), $"{{ schemas: {{ {schemas} }} }}")), StringComparison.Ordinal);
    }

    [Fact]
    public void OpenApi_CodeInAllOf_KeepsItsCodes()
    {
        var draft = Loaded(OpenApi(Json("{ required: [kind], properties: { kind: { allOf: [{ $ref: '#/components/schemas/K' }], description: Its kind } } }"), "{ schemas: { K: { type: string, enum: [x, y] } } }"));

        Assert.Contains("kind: x # 核对 · check: string [x, y] Its kind", draft, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenApi_OptionalFieldsWithExamples_AreNotSentToAnybody()
    {
        var draft = Loaded(OpenApi(Json("{ properties: { gender: { type: string, enum: [M, F], example: M }, page: { type: integer, default: 1 } } }")));

        Assert.Contains("        # gender: M # string [M, F]", draft, StringComparison.Ordinal);
        Assert.Contains("        page: 1", draft, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("first_name")]
    [InlineData("familyName")]
    [InlineData("applicantGivenNames")]
    public void OpenApi_PartOfAName_IsLeftToAPerson(string field)
    {
        var draft = Loaded(OpenApi(Json($"{{ required: [{field}], properties: {{ {field}: {{ type: string }} }} }}")));

        Assert.Contains($"姓、名分开（{field}）", draft, StringComparison.Ordinal);
        Assert.DoesNotContain("{{person.name}}", draft, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenApi_NameOfSomethingElse_IsNoPersons() =>
        Assert.DoesNotContain("person", Loaded(OpenApi(Json("{ required: [companyName], properties: { companyName: { type: string } } }"))), StringComparison.Ordinal);

    [Fact]
    public void OpenApi_PasswordBesideAKey_IsLeftEmptyAndSaid()
    {
        var draft = Loaded(OpenApi("security: [{ k: [] }], " + Json("{ properties: { password: { type: string } } }"), "{ securitySchemes: { k: { type: apiKey, in: header, name: X-Key } } }"));

        Assert.Contains("password: \"\"", draft, StringComparison.Ordinal);
        Assert.Contains("kind: api-key", draft, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("parameters: [{ name: accept, in: header, schema: { type: string } }, { name: Signature, in: header, required: true, schema: { type: string, example: \"a\\nb\" } }]", "Signature: \"a b\"")]
    [InlineData("requestBody: { content: { application/x-www-form-urlencoded: { schema: { properties: { a: { type: string } } } } } }", "body: {} # 表单")]
    [InlineData("requestBody: { content: { application/json: { schema: { properties: { a: { type: string } } } } } }", "body: {}")]
    [InlineData("requestBody: { content: { application/json: { schema: { type: string } } } }", "body: {}")]
    public void OpenApi_RequestThatIsNearlyNothing_Loads(string operation, string said) => Assert.Contains(said, Loaded(OpenApi(operation)), StringComparison.Ordinal);
}
