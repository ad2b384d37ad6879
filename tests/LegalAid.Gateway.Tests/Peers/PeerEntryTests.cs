using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Wire;
using static LegalAid.Gateway.Tests.Cooperation.Cooperations;

namespace LegalAid.Gateway.Tests.Peers;

/// <summary>Enrolment by files that one gateway writes and another takes unchanged.</summary>
[Collection(nameof(CommandLineTests))]
public sealed class PeerEntryTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("legalaid-entries-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Each writes, the other loads, and a cooperation goes through over mutual TLS; the test of the way says the same.</summary>
    [Fact]
    public async Task Entries_WrittenHereAndLoadedThere_LetBothExchange()
    {
        await using var north = await TwoCities.City.StartAsync(tls: true);
        await using var south = await TwoCities.City.StartAsync(tls: true);
        north.Tls!.Show(TwoCities.South); // these cities have TLS
        south.Tls!.Show(TwoCities.North); // likewise
        north.Tls.Trust(TwoCities.South, south.Tls.Authority);
        south.Tls.Trust(TwoCities.North, north.Tls.Authority);

        south.Gateway.Overlay = await WrittenAsync(north, TwoCities.North, TwoCities.South, Origin);
        north.Gateway.Overlay = await WrittenAsync(south, TwoCities.South, TwoCities.North, Asked);
        await north.RestartAsync();
        await south.RestartAsync();

        var (code, output, error) = await CapturedConsole.RunAsync("peers", "test", TwoCities.South, "--from", Origin, "--work", north.Gateway.WorkingFolder);
        Assert.True(code == 0, output + error);
        var name = await OpenAsync(north.Gateway);
        await Eventually.HoldsAsync(
            async () => (await south.Gateway[Asked].CallAsync(Face.Rest, "GetCooperation", new System.Text.Json.Nodes.JsonObject { ["name"] = name })).Accepted, "the cooperation in the south");
    }

    /// <summary>Signed, it is taken where the signer is known, and says until when.</summary>
    [Fact]
    public async Task Entry_Signed_IsTakenByTheCheckOfWhoKnowsTheSigner()
    {
        await using var north = await TwoCities.City.StartAsync();
        var pem = Path.Combine(_folder.FullName, "signer.pem");
        var (_, jwks, _) = await CapturedConsole.RunAsync("directory", "key", pem);
        var written = await WrittenAsync(north, TwoCities.North, toward: null, agency: null, "--signer", "guangxi", "--key", pem, "--days", "20", "--region", "450100");
        var configuration = Configuration(keyFolder: null);
        var entry = Assert.Single(written);
        Assert.EndsWith(".jws", entry.Path, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(configuration, entry.Path), entry.Text, Cancellation);
        await File.WriteAllTextAsync(Path.Combine(configuration, "directory.yaml"), $"signers:\n  - name: guangxi\n    regions: [\"450000\"]\n    {jwks}", Cancellation);

        var (code, output, _) = await CapturedConsole.RunAsync("check", "--config", configuration);

        Assert.True(code == 0, output);
        Assert.Contains("ends in 20 days", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entry_ThatCannotBeWritten_SaysWhy()
    {
        await using var city = await TwoCities.City.StartAsync();
        Assert.Contains("connectors/nobody-gateway.pem", await RefusedAsync(city, "--toward", "nobody-gateway"), StringComparison.Ordinal);
        Assert.Contains("is no agency of this gateway", await RefusedAsync(city, "--agency", "nobody"), StringComparison.Ordinal);
        Assert.Contains("--network", await RefusedAsync(city, "--url", "https://gateway.example/"), StringComparison.Ordinal);
        Assert.Contains("go together", await RefusedAsync(city, "--signer", "guangxi"), StringComparison.Ordinal);

        await WrittenAsync(city, TwoCities.North, toward: null, agency: null);
        Assert.Contains("--replace", await RefusedAsync(city), StringComparison.Ordinal);
        await WrittenAsync(city, TwoCities.North, toward: null, agency: null, "--replace");
    }

    /// <summary>What the verb writes about the city, as the other's configuration takes it.</summary>
    private async Task<ImmutableArray<ConfigurationFile>> WrittenAsync(TwoCities.City city, string name, string? toward, string? agency, params string[] more)
    {
        string[] about = [.. toward is null ? Array.Empty<string>() : ["--toward", toward], .. agency is null ? Array.Empty<string>() : ["--agency", agency], .. more];
        var (code, output, error) = await RunAsync(city, name, about);
        Assert.True(code == 0, output + error);
        return [.. Directory.GetFiles(Path.Combine(_folder.FullName, "entries-of", name)).Select(file => new ConfigurationFile($"agencies/{Path.GetFileName(file)}", File.ReadAllText(file)))];
    }

    private async Task<string> RefusedAsync(TwoCities.City city, params string[] about)
    {
        var (code, _, error) = await RunAsync(city, TwoCities.North, about);
        Assert.Equal(1, code);
        return error;
    }

    private Task<(int Code, string Output, string Error)> RunAsync(TwoCities.City city, string name, string[] about) => CapturedConsole.RunAsync(
    [
        "peers", "entry", name, .. about.Contains("--url") ? Array.Empty<string>() : ["--url", city.Address.AbsoluteUri], .. about,
        "--out", Path.Combine(_folder.FullName, "entries-of", name), "--config", Configuration(city.Tls?.KeyFolder), "--work", city.Gateway.WorkingFolder,
    ]);

    /// <summary>The shipped configuration, with the city's key folder.</summary>
    private string Configuration(string? keyFolder)
    {
        var folder = _folder.CreateSubdirectory(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString()).CreateSubdirectory("gateway-config").FullName;
        foreach (var (from, to) in new[] { (GatewayFixture.ConfigurationFolder, folder), (GatewayFixture.SeedFolder, Path.Combine(folder, "..", "seeds")) })
        {
            foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(to, Path.GetRelativePath(from, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!); // a file is in a folder
                File.Copy(file, copy);
            }
        }

        var settings = Path.Combine(folder, "gateway.yaml");
        File.WriteAllText(settings, File.ReadAllText(settings).Replace("folder: var/keys", $"folder: {keyFolder ?? "var/keys"}", StringComparison.Ordinal));
        return folder;
    }
}
