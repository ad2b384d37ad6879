using System.Net;
using System.Net.Sockets;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Keys;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Storage.Sqlite;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>The executable's verbs, as an operator runs them. They write to the console, so one runs at a time.</summary>
[CollectionDefinition(nameof(CommandLineTests), DisableParallelization = true)]
[Collection(nameof(CommandLineTests))]
public sealed class CommandLineTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("legalaid-cli-");

    public CommandLineTests()
    {
        Copy(GatewayFixture.ConfigurationFolder, Path.Combine(_folder.FullName, "gateway-config"));
        Copy(GatewayFixture.SeedFolder, Path.Combine(_folder.FullName, "seeds"));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Check_OfTheShippedConfiguration_IsSoundByTheRealChecksAndContracts()
    {
        var (code, output, _) = await RunAsync("check");
        Assert.True(code == 0, output);
        Assert.Contains("The configuration is sound", output, StringComparison.Ordinal);
        foreach (var kind in Notices.Kinds)
        {
            Assert.Contains($"defence-notice.{kind.ToLowerInvariant().Replace('_', '-')} ", output, StringComparison.Ordinal);
        }
    }

    /// <summary>Whoever vouches for an agency makes a key and signs; whoever runs the gateway takes both, and check says until when.</summary>
    [Fact]
    public async Task Directory_KeyAndEntry_AreTakenByCheckAndSaidWithTheirEnd()
    {
        var (pem, agencies) = (Path.Combine(_folder.FullName, "signer.pem"), Path.Combine(_folder.FullName, "gateway-config", "agencies"));
        var yaml = Path.Combine(agencies, "nanning-police.yaml");
        var (made, jwks, _) = await CapturedConsole.RunAsync(["directory", "key", pem]);
        var (again, _, refusal) = await CapturedConsole.RunAsync(["directory", "key", pem]);
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "gateway-config", "directory.yaml"), $"signers:\n  - name: guangxi\n    regions: [\"450000\"]\n    {jwks}", TestContext.Current.CancellationToken);

        var (signed, _, _) = await CapturedConsole.RunAsync(["directory", "sign", yaml, "--signer", "guangxi", "--key", pem, "--days", "20"]);
        File.Delete(yaml);
        var (code, output, _) = await RunAsync("check");

        Assert.Equal((0, 1, 0), (made, again, signed));
        Assert.NotEmpty(refusal);
        Assert.True(code == 0, output);
        Assert.Contains("signed by guangxi", output, StringComparison.Ordinal);
        Assert.Contains("ends in 20 days", output, StringComparison.Ordinal);
        Assert.Equal(CommandLine.Misuse, (await CapturedConsole.RunAsync(["directory", "sign", yaml, "--signer", "guangxi", "--key", pem, "--days", "0"])).Code);
    }

    [Fact]
    public async Task Check_TheMatrix_FitsATerminal()
    {
        var (_, output, _) = await RunAsync("check");
        var lines = output[output.IndexOf("ROW", StringComparison.Ordinal)..].Split('\n');
        Assert.DoesNotContain(lines, line => line.Sum(c => c > '\u2E80' ? 2 : 1) > 120);
        Assert.DoesNotContain(lines, line => line.Contains("LegalAid.", StringComparison.Ordinal) || line.Contains("System.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, "ALLOWED", "nanning-police", "view", "defence-notice.police", "--role", "organ")]
    [InlineData(1, "REFUSED", "nanning-police", "view", "defence-notice.police")]
    [InlineData(1, "The row does not hold yet", "nanning-police", "call", "legalaid.directory.v1.DirectoryService/WhoAmI", "--on", "2021-12-31")]
    [InlineData(1, "No row is about it", "nanning-police", "fact", "low-income")]
    [InlineData(0, "ALLOWED", "nanning-police", "take", "defence-notice.police/submit", "--purpose", "legal-aid-case")]
    [InlineData(2, "", "nobody", "view", "defence-notice.police")]
    [InlineData(2, "", "nanning-police", "view", "defence-notice.police", "--purpose", "curiosity")]
    [InlineData(2, "", "nanning-police", "browse", "defence-notice.police")]
    public async Task Explain_Question_SaysWhyAndItsExitCode(int expected, string says, params string[] question)
    {
        var (code, output, error) = await RunAsync(["explain", .. question]);
        Assert.True(code == expected, output + error);
        Assert.Contains(says, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "结论：符合法律援助条件", "place: \"450103\"\nreceived: 2026-03-02\nfacts: { matter: labour-pay, has-counsel: false, migrant-worker: true }")]
    [InlineData(0, "总工会 trade-union", "place: \"450103\"\nreceived: 2026-03-02\nfacts: { matter: labour-pay, has-counsel: false, register: none, birth-date: 1985-06-15 }")]
    [InlineData(0, "历史规则", "pack: nanning-2017-draft\nplace: \"450103\"\nreceived: 2019-06-03\nfacts: { matter: pension }")]
    [InlineData(1, "ELIGIBILITY_NOT_IN_FORCE", "place: \"450103\"\nreceived: 2019-06-03\nfacts: { matter: pension }")]
    [InlineData(1, "ELIGIBILITY_PLACE_NOT_COVERED", "pack: nanning-2017-draft\nplace: \"450200\"\nreceived: 2019-06-03\nfacts: { matter: pension }")]
    [InlineData(1, "facts.yaml:3:10: CONFIG_REFERENCE_UNKNOWN", "place: \"450103\"\nreceived: 2026-03-02\nfacts: { colour: blue }")]
    [InlineData(2, "There is no pack nanning", "pack: nanning\nplace: \"450103\"\nreceived: 2026-03-02\nfacts: { matter: pension }")]
    public async Task Decide_Facts_SaysTheOutcomeAndItsExitCode(int expected, string says, string facts)
    {
        var path = Path.Combine(_folder.FullName, "facts.yaml");
        await File.WriteAllTextAsync(path, facts, TestContext.Current.CancellationToken);

        var (code, output, error) = await RunAsync("decide", path);

        Assert.True(code == expected, output + error);
        Assert.Contains(says, output + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decide_Json_IsTheTrace()
    {
        var path = Path.Combine(_folder.FullName, "facts.yaml");
        await File.WriteAllTextAsync(path, "place: \"450103\"\nreceived: 2026-03-02\nfacts: { matter: good-samaritan }", TestContext.Current.CancellationToken);

        var (code, output, _) = await RunAsync("decide", path, "--json");
        var (missing, _, _) = await RunAsync("decide", path + ".gone");

        Assert.Equal((0, CommandLine.Misuse), (code, missing));
        Assert.Equal("eligible", System.Text.Json.JsonDocument.Parse(output).RootElement.GetProperty("outcome").GetString());
    }

    /// <summary>A rule changed without its examples does not pass.</summary>
    [Fact]
    public async Task Check_OfAPackThatItsExamplesContradict_NamesThem()
    {
        Spoil("eligibility/guangxi-2022/pack.yaml", text => text.Replace("class-1: \"1990.00\"", "class-1: \"1990.01\"", StringComparison.Ordinal));

        var (code, output, _) = await RunAsync("check");

        Assert.Equal(1, code);
        Assert.Contains("ELIGIBILITY_EXAMPLE_FAILS", output, StringComparison.Ordinal);
    }

    /// <summary>Each slip is told with file and line, all in one run.</summary>
    [Fact]
    public async Task Check_OfABrokenConfiguration_NamesEveryPlace()
    {
        var type = Spoil("exchange-types/defence-notice.yaml", text => text
            .Replace("payload: legalaid.defence.v1.Withdrawal", "payload: legalaid.defence.v1.Retreat", StringComparison.Ordinal)
            .Replace("checks: [decline-competence]", "checks: [decline-courtesy]", StringComparison.Ordinal)
            .Replace("else: competent-aid-centre", "else: nearest-aid-centre", StringComparison.Ordinal)
            .Replace("from: custody.detentionCentre", "from: custody.prison", StringComparison.Ordinal));
        var agency = Spoil("agencies/nanning-police.yaml", text => text + "colour: blue\n");

        var (code, output, _) = await RunAsync("check");

        Assert.Equal(1, code);
        Assert.Contains($"exchange-types/defence-notice.yaml:{Line(type, "v1.Retreat")}", output, StringComparison.Ordinal);
        Assert.Contains($"exchange-types/defence-notice.yaml:{Line(type, "decline-courtesy")}", output, StringComparison.Ordinal);
        Assert.Contains($"exchange-types/defence-notice.yaml:{Line(type, "nearest-aid-centre")}", output, StringComparison.Ordinal);
        Assert.Contains($"exchange-types/defence-notice.yaml:{Line(type, "custody.prison")}", output, StringComparison.Ordinal);
        Assert.Contains($"agencies/nanning-police.yaml:{Line(agency, "colour: blue")}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_OfAFolderThatIsNotThere_IsOneAndSaysSo()
    {
        Directory.Delete(Path.Combine(_folder.FullName, "gateway-config"), recursive: true);
        var (code, _, error) = await RunAsync("check");
        Assert.Equal(1, code);
        Assert.Contains("There is no configuration folder", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_WithABrokenConfiguration_DoesNotStart()
    {
        Spoil("gateway.yaml", text => text + "colour: blue\n");
        var (code, _, error) = await RunAsync("serve");
        Assert.Equal(1, code);
        Assert.Contains("gateway.yaml:", error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "var", "gateway.db")));
    }

    [Fact]
    public async Task Serve_OnAnAddressThatIsTaken_SaysWhichSettingToChange()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        Spoil("gateway.yaml", text => text.Replace("rest: http://127.0.0.1:8080 ", $"rest: http://127.0.0.1:{port} ", StringComparison.Ordinal));
        var (code, _, error) = await RunAsync("serve");
        Assert.Equal(1, code);
        Assert.Contains("change listeners in gateway.yaml", error, StringComparison.Ordinal);
    }

    /// <summary>The command line must not open what the file may not: the rules of the listeners hold for both.</summary>
    [Theory]
    [InlineData("http://0.0.0.0:18080", "CONFIG_URL_PLAIN")]
    [InlineData("http://127.0.0.1:8081", "SETTINGS_SAME_PORT")]
    [InlineData("ftp://127.0.0.1:18080", "CONFIG_URL_INVALID")]
    public async Task Serve_OnAnAddressThatTheFileMayNotName_DoesNotStart(string rest, string code)
    {
        Spoil("gateway.yaml", text => text.Replace("allow-plain-text: true", "allow-plain-text: false", StringComparison.Ordinal)
            .Replace("public-address: http:", "public-address: https:", StringComparison.Ordinal));
        var (exit, _, error) = await RunAsync("serve", "--rest", rest);
        Assert.Equal(1, exit);
        Assert.Contains(code, error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "var", "gateway.db")));
    }

    [Fact]
    public async Task Serve_OnALedgerThatIsOpen_SaysSo()
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "var"));
        await using var open = await SqliteLedgerStore.OpenAsync(
            new SqliteStoreOptions { Path = Path.Combine(_folder.FullName, "var", "ledger.db") }, TimeProvider.System, NullLogger.Instance,
            TestContext.Current.CancellationToken);
        Spoil("gateway.yaml", text => text.Replace("var/gateway.db", "var/ledger.db", StringComparison.Ordinal));
        KeyFolder.OpenOrCreate(Path.Combine(_folder.FullName, "var", "keys"), TimeProvider.System);
        var (code, _, error) = await RunAsync("serve");
        Assert.Equal(1, code);
        Assert.Contains("open in another process", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_ListedAndRotated_NameAllAndShowNone()
    {
        var (listed, before, _) = await RunAsync("keys", "list");
        var (rotated, added, _) = await RunAsync("keys", "rotate", "receipt");
        var (_, after, _) = await RunAsync("keys", "list");

        Assert.Equal((0, 0), (listed, rotated));
        Assert.Equal(2, Lines(after, "receipt-"));
        Assert.Equal(1, Lines(before, "receipt-"));
        Assert.Contains(after.Split('\n').Single(line => line.Contains("signs", StringComparison.Ordinal) && line.Contains("receipt-", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], added, StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(Path.Combine(_folder.FullName, "var", "keys"), "*", SearchOption.AllDirectories))
        {
            var secret = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            Assert.DoesNotContain(secret.Split('\n').First(line => !line.StartsWith('-')), after, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task PushSecret_AskedTwice_IsTheSame()
    {
        var (code, first, _) = await RunAsync("keys", "push-secret", "court-push");
        var (_, second, _) = await RunAsync("keys", "push-secret", "court-push");
        Assert.Equal(0, code);
        Assert.StartsWith("whsec_", first, StringComparison.Ordinal);
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task Verb_ThatIsNone_IsAMisuse()
    {
        var (code, _, _) = await RunAsync("sing");
        Assert.Equal(CommandLine.Misuse, code);
    }

    [Fact]
    public async Task Start_WithALedgerAndNoKeys_IsRefusedAndMakesNone()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        await gateway.NoticeInAsync("notified");
        await gateway.StopAsync();
        var keys = Path.Combine(gateway.WorkingFolder, "var", "keys");
        Directory.Move(keys, keys + ".away");

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => GatewayHost.BuildAsync(gateway.Options, CancellationToken.None));
        Assert.Contains("restore it", refused.Message, StringComparison.Ordinal);
        Assert.False(KeyFolder.Exists(keys));

        Directory.Move(keys + ".away", keys);
        await gateway.StartAgainAsync();
        Assert.Equal(1, gateway.Store.Count("exchange"));
    }

    [Fact]
    public async Task Start_WithTheKeysOfAnotherLedger_IsRefused()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        await using var other = await GatewayFixture.StartAsync();
        await gateway.StopAsync();
        await other.StopAsync();
        var keys = Path.Combine(gateway.WorkingFolder, "var", "keys");
        Directory.Delete(keys, recursive: true);
        Copy(Path.Combine(other.WorkingFolder, "var", "keys"), keys);

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => GatewayHost.BuildAsync(gateway.Options, CancellationToken.None));
        Assert.Contains("restore the folder that belongs to it", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithoutAWrappingKey_IsRefusedWhileAnExchangeNeedsIt()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        await gateway.NoticeInAsync("notified");
        await gateway.StopAsync();
        var folder = Path.Combine(gateway.WorkingFolder, "var", "keys");
        var first = Assert.Single(Directory.GetFiles(Path.Combine(folder, "ring")));
        KeyFolder.Open(folder, TimeProvider.System).AddWrappingKey();
        File.Move(first, first + ".away");

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => GatewayHost.BuildAsync(gateway.Options, CancellationToken.None));
        Assert.Contains($"ring/…-{Path.GetFileNameWithoutExtension(first).Split('-')[1]}.key", refused.Message, StringComparison.Ordinal);

        File.Move(first + ".away", first);
        await gateway.StartAgainAsync();
        await foreach (var _ in gateway.Gateway.Services.GetRequiredService<Rewrapping>().RunAsync(CancellationToken.None))
        {
        }

        await gateway.StopAsync();
        File.Delete(first);
        await gateway.StartAgainAsync(); // it wraps nothing any more
        await gateway.NoticeInAsync("notified");
    }

    [Fact]
    public void Shipped_Configuration_LoadsWithTheHostsOwnSchemasAndChecks()
    {
        var outcome = HostConfiguration.Check(new GatewayHostOptions { ConfigurationFolder = Path.Combine(_folder.FullName, "gateway-config") }, out var configuration);
        var loaded = Assert.IsType<LoadOutcome.Loaded>(outcome);
        Assert.Equal(
            ["CONFIG_SYNTHETIC_ACCEPTED", "SETTINGS_PLAIN_TEXT"], // what the demo needs and production has not
            loaded.Warnings.Select(warning => warning.Fault.Code.Code).Order(StringComparer.Ordinal));
        Assert.Equal(Notices.Kinds.Count + 17, loaded.Snapshot.Types.Count); // and six of cooperation, duty, the application from custody, the holding, the connection test, the one between gateways, the verification, its authorisation and question, the correction and the change of status
        Assert.NotNull(configuration);
    }

    /// <summary>A bad edit changes nothing; a good one brings its types, and their JSON Schemas, for the next call.</summary>
    [Fact]
    public async Task Reload_OfABadThenAGoodEdit_KeepsThenChanges()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var app = await GatewayHost.BuildAsync(
            new GatewayHostOptions
            {
                ConfigurationFolder = Path.Combine(_folder.FullName, "gateway-config"), WorkingFolder = _folder.FullName, Logs = NullLoggerProvider.Instance,
            },
            stop);
        var (archive, reload) = (app.Services.GetRequiredService<ConfigurationArchive>(), app.Services.GetRequiredService<ConfigurationReload>());
        var schemas = app.Services.GetRequiredService<IPayloadSchemas>();
        var (type, first) = (new ExchangeTypeId("greeting"), archive.Current);

        Spoil("agencies/nanning-police.yaml", text => text + "colour: blue\n");
        var fault = Assert.Single(await reload.ReloadAsync(stop));
        Assert.Equal(("CONFIG_KEY_UNKNOWN", "agencies/nanning-police.yaml"), (fault.Fault.Code.Code, fault.File));
        Assert.Same(first, archive.Current);

        Spoil("agencies/nanning-police.yaml", text => text.Replace("colour: blue\n", "", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "gateway-config", "schemas", "greeting.json"), """{"type":"object","properties":{"to":{"type":"string"}}}""", stop);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "gateway-config", "exchange-types", "greeting.yaml"), Greeting, stop);
        Assert.Null(schemas.Find("schemas/greeting.json"));
        Assert.Empty(await reload.ReloadAsync(stop));
        Assert.NotNull(archive.Current.FindType(type));
        Assert.NotNull(schemas.Find("schemas/greeting.json"));
        Assert.Equal(archive.Current.Digest, await app.Services.GetRequiredService<ILedgerStore>().ActiveConfigurationAsync(stop));
    }

    private const string Greeting = """
        id: greeting
        title: { zh: 问候, en: A greeting }
        legal-basis: [{ instrument: 协作约定, article: "", mark: "?" }]
        roles:
          - { name: sender, title: { zh: 发送方, en: Sender }, reads: [words], open-to: [aid-centre] }
          - { name: receiver, title: { zh: 接收方, en: Receiver }, reads: [words] }
        states:
          - { name: sent, title: { zh: 已发送, en: Sent } }
          - { name: heard, title: { zh: 已知悉, en: Heard }, final: true }
        steps:
          - name: send
            title: { zh: 发送, en: Send }
            by: [sender]
            to: sent
            payload: schemas/greeting.json
            view: { put: words }
            parties: [{ role: receiver, from: to, kind: aid-centre, required: true }]
            deliver: [receiver]
          - name: hear
            title: { zh: 知悉, en: Hear }
            by: [receiver]
            from: [sent]
            to: heard
            payload: schemas/greeting.json
            view: { put: words }
            deliver: [sender]
        retention: { payload-days: 1095, audit-days: 1825, basis: { instrument: 协作约定, article: "", mark: "?" } }
        """;

    private string Spoil(string file, Func<string, string> change)
    {
        var path = Path.Combine(_folder.FullName, "gateway-config", file);
        var text = change(File.ReadAllText(path));
        File.WriteAllText(path, text);
        return text;
    }

    private static int Line(string text, string part) => text.Split('\n').Index().First(line => line.Item.Contains(part, StringComparison.Ordinal)).Index + 1;

    private static int Lines(string text, string part) => text.Split('\n').Count(line => line.Contains(part, StringComparison.Ordinal));

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] verb) =>
        CapturedConsole.RunAsync([.. verb, "--config", Path.Combine(_folder.FullName, "gateway-config"), "--work", _folder.FullName]);

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!); // a file in a folder
            File.Copy(file, target);
        }
    }
}
