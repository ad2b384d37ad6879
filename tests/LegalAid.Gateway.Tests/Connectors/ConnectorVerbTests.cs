using System.Diagnostics.CodeAnalysis;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Wire;

namespace LegalAid.Gateway.Tests.Connectors;

/// <summary>The verbs of connectors, as an operator runs them.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The agency is disposed by DisposeAsync.")]
[Collection(nameof(CommandLineTests))]
public sealed class ConnectorVerbTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("legalaid-connector-");
    private StandInAgency _agency = null!; // set before each test by InitializeAsync

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _agency = await StandInAgency.StartAsync();
        Copy(GatewayFixture.ConfigurationFolder, Path.Combine(_folder.FullName, "gateway-config"));
        Copy(GatewayFixture.SeedFolder, Path.Combine(_folder.FullName, "seeds"));
        await WriteAsync("""
              - id: register
                kind: http
                address: @address/query
                allowed-addresses: [127.0.0.0/8]
                auth: { kind: api-key, header: X-Api-Key, secret: relief }
                request: { body: { sfzh: "{{person.number}}", xm: "{{person.name}}" } }
                no-match: { when: "code == '9'" }
                answers:
                  - { fact: register, from: type, values: { "01": subsistence } }
                  - { fact: fixed-livelihood, from: fixed }
              - id: batch
                kind: file
                request: { form: csv, columns: { id: "{{question.id}}" }, question-column: id }
                answers: [{ fact: fixed-livelihood, from: fixed }]
            """);
        var secrets = Directory.CreateDirectory(Path.Combine(_folder.FullName, "var", "keys", "connectors")).FullName;
        await File.WriteAllTextAsync(Path.Combine(secrets, "relief.secret"), "top-secret\n", Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        await _agency.DisposeAsync();
    }

    private Task WriteAsync(string connectors) => File.WriteAllTextAsync(Path.Combine(_folder.FullName, "gateway-config", "agencies", "relief-a.yaml"), $$"""
        id: relief-a
        kind: civil-affairs
        title: { zh: 民政, en: Relief }
        region: "450103"
        channel: { kind: mailbox }
        connectors:
        {{connectors.Replace("@address", _agency.Address, StringComparison.Ordinal)}}
        """, Cancellation);

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        CapturedConsole.RunAsync([.. arguments, "--config", Path.Combine(_folder.FullName, "gateway-config"), "--work", _folder.FullName]);

    [Fact]
    public async Task Test_OfAnAgencyThatAnswers_ShowsRequestAnswerAndFactsAndNoSecret()
    {
        _agency.Answer = context => StandInAgency.Json(context, """{"type":"01","fixed":false}""");

        var (code, output, error) = await RunAsync("connector", "test", "relief-a", "register", "--name", "虚构甲");

        Assert.Equal((0, ""), (code, error));
        foreach (var said in new[] { $"POST {_agency.Address}/query", "\"xm\":\"虚构甲\"", "X-Api-Key: ***", "\"type\": \"01\"", "register 民政部门登记的救助类别 = subsistence", "fixed-livelihood 有固定生活来源 = false" })
        {
            Assert.Contains(said, output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("top-secret", output, StringComparison.Ordinal);
        Assert.Equal("top-secret", Assert.Single(_agency.Seen).Headers["X-Api-Key"]);
        var (one, only, _) = await RunAsync("connector", "test", "relief-a", "register", "--fact", "register");
        Assert.Equal(0, one);
        Assert.DoesNotContain("fixed-livelihood", only, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"code":"9"}""", 200, 0, "It knows no such person")]
    [InlineData("""{"type":"77"}""", 200, 1, "UnknownCode")]
    [InlineData("""{"why":"x"}""", 400, 1, "Refused")]
    public async Task Test_OfAnAgencyThatDoesNot_SaysAtWhichPoint(string body, int status, int code, string said)
    {
        _agency.Answer = context => StandInAgency.Json(context, body, status);

        var outcome = await RunAsync("connector", "test", "relief-a", "register");

        Assert.Equal(code, outcome.Code);
        Assert.Contains(said, outcome.Output, StringComparison.Ordinal);
        Assert.Contains(body.Split('"')[3], outcome.Output, StringComparison.Ordinal); // the answer is shown whatever it is
    }

    [Theory]
    [InlineData("Synthetic numbers only", "relief-a", "register", "--person", "450103199005120130")]
    [InlineData("Synthetic numbers only", "relief-a", "register", "--person", "450199199005120136")]
    [InlineData("There is no agency", "relief-b", "register")]
    [InlineData("There is no connector", "relief-a", "other")]
    [InlineData("does not answer income", "relief-a", "register", "--fact", "income")]
    [InlineData("asks by files", "relief-a", "batch")]
    public async Task Test_Misused_AsksNobody(string said, params string[] arguments)
    {
        var (code, _, error) = await RunAsync(["connector", "test", .. arguments]);

        Assert.Equal(CommandLine.Misuse, code);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Empty(_agency.Seen);
    }

    [Fact]
    public async Task Draft_OfADocument_IsPutIntoTheAgencysFileAndChecked()
    {
        var document = Path.Combine(_folder.FullName, "api.yaml");
        await File.WriteAllTextAsync(document, $$$"""
            openapi: 3.0.0
            servers: [{ url: "{{{_agency.Address}}}" }]
            paths:
              /a: { post: { operationId: ask, requestBody: { content: { application/json: { schema: { properties: { sfzh: { type: string } } } } } }, responses: { "200": { content: { application/json: { schema: { properties: { fixed_livelihood: { type: boolean } } } } } } } } }
              /b: { post: { operationId: ASK, responses: {} } }
            """, Cancellation);
        var (several, _, list) = await RunAsync("connector", "draft", document);
        Assert.Equal(CommandLine.Misuse, several);
        Assert.Contains("ask", list, StringComparison.Ordinal);

        var (code, draft, _) = await RunAsync("connector", "draft", document, "--operation", "ask", "--kind", "civil-affairs", "--network", "127.0.0.0/8");
        Assert.Equal(0, code);
        await WriteAsync(draft.Split("connectors:\n")[1]);
        var (check, report, _) = await RunAsync("check");
        Assert.True(check == 0, report);
        _agency.Answer = context => StandInAgency.Json(context, """{"fixed_livelihood":true}""");
        Assert.Contains("fixed-livelihood 有固定生活来源 = true", (await RunAsync("connector", "test", "relief-a", "ask")).Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(document, "<html/>", Cancellation);
        Assert.Equal(1, (await RunAsync("connector", "draft", document)).Code);
        Assert.Equal(CommandLine.Misuse, (await RunAsync("connector", "draft", document + ".none")).Code);
    }

    internal static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target) ?? to);
            File.Copy(file, target);
        }
    }
}
