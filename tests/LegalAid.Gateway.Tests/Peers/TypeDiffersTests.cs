using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;
using LegalAid.Gateway.Tests.Wire;

namespace LegalAid.Gateway.Tests.Peers;

/// <summary>Two cities whose exchange types are not of one version: what the other cannot take waits, is told to the operator, and goes once the type is there.</summary>
[Collection(nameof(CommandLineTests))]
public sealed class TypeDiffersTests : IDisposable
{
    private const string Writer = "nanning-qingxiu-aid-centre", Reader = "liuzhou-aid-centre", Type = "city-letter";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("legalaid-cities-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(null)] // the south has none
    [InlineData("posted")] // the south has an older one, whose state has another name
    public async Task Letter_OfATypeThatTheOtherHasNot_WaitsAndGoesOnceItIsThere(string? olderState)
    {
        var (north, south) = (FolderOf("north", "sent"), FolderOf("south", olderState));
        await using var cities = await TwoCities.StartAsync(northern: [Writer], southern: [Reader], northernFolder: north, southernFolder: south);
        var (sender, receiver) = (cities.Northern.Gateway, cities.Southern.Gateway);
        var before = await DigestAsync(receiver);
        Assert.NotEqual(await DigestAsync(sender), before);
        Assert.Equal(olderState is null, before is null);
        var letter = await WriteAsync(sender);

        await Eventually.HoldsAsync(() => sender.Store.Count("delivery", $"recipient = '{TwoCities.South}' AND last_outcome = 'PEER_TYPE_DIFFERS' AND attempts > 1") == 1, "tried again");
        Assert.Equal(0, receiver.Store.Count("exchange"));
        var (code, overview, error) = await CapturedConsole.RunAsync("deliveries", "overview", "--work", sender.WorkingFolder);
        Assert.True(code == 0, error);
        Assert.Contains("PEER_TYPE_DIFFERS", overview, StringComparison.Ordinal);

        Put(south, "sent");
        Assert.Empty(await receiver.Gateway.ReloadAsync(Cancellation));

        Assert.Equal(await DigestAsync(sender), await DigestAsync(receiver));
        await Eventually.HoldsAsync(async () => (await receiver[Reader].CallAsync(Face.Rest, "GetExchange", new JsonObject { ["name"] = letter })).Accepted, "the letter in the south");
        Assert.Equal(1, receiver.Store.Count("exchange"));
    }

    /// <summary>What its capabilities say of the type; null: it has none.</summary>
    private static async Task<string?> DigestAsync(GatewayFixture gateway)
    {
        using var bare = new HttpClient { BaseAddress = gateway.Gateway.Rest };
        var told = await bare.GetFromJsonAsync<JsonObject>("/v1/peers/capabilities", Cancellation);
        return (string?)told?["types"]?.AsArray().FirstOrDefault(type => (string?)type?["id"] == Type)?["digest"];
    }

    private static async Task<string> WriteAsync(GatewayFixture gateway)
    {
        var opened = (await gateway[Writer].CallAsync(Face.Rest, "OpenExchange", new JsonObject
        {
            ["type"] = $"exchangeTypes/{Type}",
            ["requestId"] = NoticeSteps.NewRequestId(),
            ["openings"] = new JsonArray(new JsonObject { ["payload"] = new JsonObject { ["to"] = $"agencies/{Reader}", ["text"] = "通报" } }),
        })).Required;
        return (string?)opened["outcomes"]?[0]?["exchange"]?["name"] ?? throw new InvalidOperationException(opened.ToJsonString());
    }

    /// <summary>The shipped configuration, and the type where a state is given.</summary>
    private string FolderOf(string city, string? state)
    {
        var folder = _folder.CreateSubdirectory(city).FullName;
        foreach (var file in Directory.GetFiles(GatewayFixture.ConfigurationFolder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(GatewayFixture.ConfigurationFolder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!); // a file is in a folder
            File.Copy(file, copy);
        }

        if (state is not null)
        {
            Put(folder, state);
        }

        return folder;
    }

    private static void Put(string folder, string state)
    {
        File.WriteAllText(Path.Combine(folder, "schemas", "city-letter.json"), """
            { "type": "object", "additionalProperties": false, "required": ["to", "text"],
              "properties": { "to": { "type": "string", "maxLength": 200 }, "text": { "type": "string", "maxLength": 200 } } }
            """);
        File.WriteAllText(Path.Combine(folder, "exchange-types", $"{Type}.yaml"), $$"""
            id: {{Type}}
            title: { zh: 城市间通报, en: Letter between cities }
            legal-basis: [{ instrument: 协作约定, article: "", mark: "?" }]
            roles:
              - { name: writer, title: { zh: 发文方, en: Writer }, reads: [letter], open-to: [aid-centre] }
              - { name: reader, title: { zh: 收文方, en: Reader }, reads: [letter] }
            states:
              - { name: {{state}}, title: { zh: 已发, en: Sent }, final: true }
            steps:
              - name: write
                title: { zh: 发文, en: Write }
                by: [writer]
                to: {{state}}
                payload: schemas/city-letter.json
                view: { put: letter }
                parties: [{ role: reader, from: to, kind: aid-centre, required: true }]
                deliver: [reader]
            retention: { payload-days: 30, audit-days: 1095, basis: { instrument: 协作约定, article: "", mark: "?" } }
            """);
        var basis = "basis: { instrument: 法律援助法, article: \"51\", mark: \"?\" }, from: 2022-01-01, owner: nanning-justice-bureau";
        File.WriteAllText(Path.Combine(folder, "sharing", $"{Type}.yaml"), $$"""
            id: {{Type}}
            rows:
              - { id: city-letter-write, who: { kinds: [aid-centre] }, may: { take: [write], of: [{{Type}}] }, for: [cooperation], {{basis}} }
              - { id: city-letter-receive, who: { kinds: [aid-centre] }, may: { receive: [write], of: [{{Type}}] }, for: [cooperation], when: { role: [reader] }, {{basis}} }
              - { id: city-letter-view, who: { kinds: [aid-centre] }, may: { view: [{{Type}}] }, for: [cooperation], when: { role: [writer, reader] }, fields: ["letter.*"], {{basis}} }
            """);
    }
}
