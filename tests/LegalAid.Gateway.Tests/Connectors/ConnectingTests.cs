using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using LegalAid.Gateway.Casework.Tests.House;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Wire;
using Microsoft.AspNetCore.Http;

namespace LegalAid.Gateway.Tests.Connectors;

/// <summary>The whole way of docs/connecting-an-agency.md, with documents of the same form: drafted, filled in, checked, tried.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The agency is disposed by DisposeAsync.")]
[Collection(nameof(CommandLineTests))]
public sealed class ConnectingTests : IAsyncLifetime
{
    private const string Soap = "http://schemas.xmlsoap.org/soap/envelope/";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("legalaid-connecting-");
    private StandInAgency _agency = null!; // set before each test by InitializeAsync

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _agency = await StandInAgency.StartAsync();
        ConnectorVerbTests.Copy(GatewayFixture.ConfigurationFolder, Path.Combine(_folder.FullName, "gateway-config"));
        ConnectorVerbTests.Copy(GatewayFixture.SeedFolder, Path.Combine(_folder.FullName, "seeds"));
    }

    public async ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        await _agency.DisposeAsync();
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        CapturedConsole.RunAsync([.. arguments, "--config", Path.Combine(_folder.FullName, "gateway-config"), "--work", _folder.FullName]);

    private async Task<string> DraftAsync(string file, string operation, string kind)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(SourceTree.Root, "tests", "LegalAid.Gateway.Tests", "Connectors", "documents", file), Cancellation);
        var document = Path.Combine(_folder.FullName, file);
        await File.WriteAllTextAsync(document, text.Replace("@address", _agency.Address, StringComparison.Ordinal), Cancellation);
        var (code, draft, error) = await RunAsync("connector", "draft", document, "--operation", operation, "--kind", kind, "--network", "127.0.0.0/8");
        Assert.Equal((0, ""), (code, error));
        return draft;
    }

    private async Task PutAsync(string kind, string connectors, string secret, string value)
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "gateway-config", "agencies", "abroad-a.yaml"),
            $"id: abroad-a\nkind: {kind}\ntitle: {{ zh: 外地机构, en: Abroad }}\nregion: \"450103\"\nchannel: {{ kind: mailbox }}\n{connectors}", Cancellation);
        var secrets = Directory.CreateDirectory(Path.Combine(_folder.FullName, "var", "keys", "connectors")).FullName;
        await File.WriteAllTextAsync(Path.Combine(secrets, secret + ".secret"), value, Cancellation);
        var (check, report, _) = await RunAsync("check");
        Assert.True(check == 0, report);
    }

    /// <summary>Puts in what a person decides; what is replaced must be there.</summary>
    private static string Edited(string draft, params (string From, string To)[] edits)
    {
        foreach (var (from, to) in edits)
        {
            Assert.Contains(from, draft, StringComparison.Ordinal);
            draft = draft.Replace(from, to, StringComparison.Ordinal);
        }

        return draft;
    }

    [Fact]
    public async Task OpenApi_WithPartsOfANameAndAHalfYes_IsConnectedByConfigurationAlone()
    {
        _agency.Answer = context => StandInAgency.Json(context, """{"veteran_standing":"established"}""");
        var draft = await DraftAsync("standing.openapi.yaml", "confirmStanding", "veterans");
        Assert.Contains("given_name, family_name", draft, StringComparison.Ordinal);
        Assert.Contains("# sex: F", draft, StringComparison.Ordinal);

        await PutAsync("veterans", Edited(
            draft,
            ("given_name: Ann", "given_name: \"-\""),
            ("family_name: Other", "family_name: \"{{person.name}}\""),
            ("# - { fact: military, from: veteran_standing, values: { established: not-known, ", "- { fact: military, from: veteran_standing, values: { established: yes, ")), "agency-key", "k-1");

        var told = await RunAsync("connector", "test", "abroad-a", "confirmstanding", "--name", "虚构甲");
        Assert.Equal(0, told.Code);
        Assert.Contains("military 军人、军属及相关人员 = true", told.Output, StringComparison.Ordinal);
        var seen = Assert.Single(_agency.Seen);
        var body = JsonNode.Parse(seen.Body)!; // it came
        Assert.Equal(("/standing/v0/confirm", "k-1", "虚构甲", "-"), (seen.Target, seen.Headers["x-key"], (string?)body["family_name"], (string?)body["given_name"]));
        Assert.Equal(18, ((string?)body["ssn"])?.Length);
        Assert.Null(body["sex"]);

        // That it could not be established is no no.
        _agency.Answer = context => StandInAgency.Json(context, """{"veteran_standing":"not established"}""");
        Assert.DoesNotContain("= false", (await RunAsync("connector", "test", "abroad-a", "confirmstanding")).Output, StringComparison.Ordinal);
        _agency.Answer = context => StandInAgency.Json(context, "{}", StatusCodes.Status401Unauthorized);
        Assert.Contains("CredentialRefused", (await RunAsync("connector", "test", "abroad-a", "confirmstanding")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wsdl_OfAnotherLanguageWithAnAnswerOfAnything_IsConnectedByConfigurationAlone()
    {
        _agency.Answer = context => StandInAgency.Xml(context, Answer("0000", "<p:Person><p:Fodd>19800517</p:Fodd><p:Kon kod=\"2\"/></p:Person>"));
        var draft = await DraftAsync("persons.wsdl", "SokPerson", "police");
        Assert.Contains("xs:any", draft.Split('\n')[1], StringComparison.Ordinal);

        await PutAsync("police", Edited(
            draft,
            ("<!-- n1:Anvandare: string -->", "<n1:Anvandare>legal-aid</n1:Anvandare>"),
            ("<!-- n1:Losenord: string -->", "<n1:Losenord>{{secret}}</n1:Losenord>"),
            ("<!-- n1:Personkod: string -->", "<n1:Personkod>{{person.number}}</n1:Personkod>"),
            ("    timeout: 10s\n", "    timeout: 10s\n    auth: { kind: in-request, secret: folk }\n"),
            ("      n1: \"urn:folk\"\n", "      n1: \"urn:folk\"\n      p: \"urn:folk:svar\"\n    no-match: { when: \"//p:Svar/@kod = '0001'\" }\n    success: \"//p:Svar/@kod = '0000'\"\n"),
            ("# - { fact: birth-date, from: \"…\" }", "- { fact: birth-date, from: \"//p:Person/p:Fodd\" }"),
            ("# - { fact: sex, from: \"…\" }", "- { fact: sex, from: \"//p:Person/p:Kon/@kod\", values: { \"1\": male, \"2\": female } }")), "folk", "p<w");

        var told = await RunAsync("connector", "test", "abroad-a", "sokperson");
        Assert.True(told.Code == 0, told.Output);
        Assert.Contains("= 1980-05-17", told.Output, StringComparison.Ordinal);
        Assert.Contains("= female", told.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("p<w", told.Output, StringComparison.Ordinal);
        var asked = XElement.Parse(Assert.Single(_agency.Seen).Body).Descendants(XName.Get("SokPerson", "urn:folk")).Single();
        Assert.Equal(["Anvandare", "Losenord", "Personkod"], asked.Elements().Select(element => element.Name.LocalName));
        Assert.Equal("p<w", asked.Element(XName.Get("Losenord", "urn:folk"))?.Value);

        _agency.Answer = context => StandInAgency.Xml(context, Answer("0001", ""));
        Assert.Contains("It knows no such person", (await RunAsync("connector", "test", "abroad-a", "sokperson")).Output, StringComparison.Ordinal);
        _agency.Answer = context => StandInAgency.Xml(context, Answer("0006", ""));
        Assert.Contains("SourceFailed", (await RunAsync("connector", "test", "abroad-a", "sokperson")).Output, StringComparison.Ordinal);
    }

    private static string Answer(string code, string inner) =>
        $"""<e:Envelope xmlns:e="{Soap}"><e:Body><SokPersonResponse xmlns="urn:folk"><SokPersonResult><p:Svar xmlns:p="urn:folk:svar" kod="{code}">{inner}</p:Svar></SokPersonResult></SokPersonResponse></e:Body></e:Envelope>""";
}
