using System.Buffers.Text;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Operations.KeyChanges;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using static LegalAid.Gateway.Tests.Wire.LogReading;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>No key of the gateway's comes, signs or goes without evidence.</summary>
[Collection(nameof(CommandLineTests))]
public sealed class KeyLeafTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_OfAFirstStart_HaveLeavesWithTheirThumbprintsOnce()
    {
        await using var gateway = await StartAsync();
        var store = Store(gateway);
        await Eventually.HoldsAsync(async () => (await ActsAsync(store)).Contains("token in-use"), "it signs");

        Assert.Equal(["log in-use", "receipt in-use", "ring in-use", "token announced", "token in-use"], (await ActsAsync(store)).Order(StringComparer.Ordinal));
        var published = await ThumbprintsAsync(gateway);
        var leaves = await LeavesOfKindAsync(store, LeafKinds.Key);
        Assert.Equal(published.Order(StringComparer.Ordinal), leaves.Where(leaf => Text(leaf, "purpose") is "token" or "receipt").Select(leaf => Text(leaf, "thumbprint")).Distinct().Order(StringComparer.Ordinal));
        Assert.All(leaves.Where(leaf => Text(leaf, "purpose") == "ring"), leaf => Assert.Null(Text(leaf, "thumbprint")));
        var log = Assert.Single(Folder(gateway).LogPublicKeys());
        Assert.Equal((log.Name, log.Thumbprint), leaves.Where(leaf => Text(leaf, "purpose") == "log").Select(leaf => (Text(leaf, "key"), Text(leaf, "thumbprint"))).Single());

        await gateway.StopAsync();
        await gateway.StartAgainAsync();
        Assert.Equal(5, (await ActsAsync(Store(gateway))).Count); // nothing is told twice
    }

    [Fact]
    public async Task TokenKey_RotatedAndRetired_LeavesEachStepAndWhoDidIt()
    {
        await using var gateway = await StartAsync();
        var old = Assert.Single(Kids(gateway));
        var rotated = await RunAsync(gateway, "keys", "rotate", "token");
        Assert.True(rotated.Code == 0, rotated.Error);
        var kid = Kids(gateway)[^1];
        await Eventually.HoldsAsync(async () => (await ActsAsync(Store(gateway), kid)).Count == 2, "it signs");

        var retired = await RunAsync(gateway, "keys", "retire", old, "--compromised", "--as", "李", "--reason", "私钥外泄");
        Assert.True(retired.Code == 0, retired.Error);

        Assert.Equal(["token announced", "token in-use"], await ActsAsync(Store(gateway), kid));
        var leaf = (await LeavesOfKindAsync(Store(gateway), LeafKinds.Key)).Last(leaf => Text(leaf, "key") == old);
        Assert.Equal(("retired", "李", "私钥外泄", true), (Text(leaf, "act"), Text(leaf, "operator"), Text(leaf, "reason"), leaf["compromised"]?.GetValue<bool>()));

        // An auditor reads it beside the gateway, and the store holds.
        var history = await RunAsync(gateway, "keys", "history", "--store", Path.Combine(gateway.WorkingFolder, "var", "gateway.db"));
        Assert.True(history.Code == 0, history.Error);
        Assert.Contains("已泄露 compromised 私钥外泄", history.Output, StringComparison.Ordinal);
        Assert.Contains(kid, history.Output, StringComparison.Ordinal);
        var lines = await RunAsync(gateway, "keys", "history", "--json", "--store", Path.Combine(gateway.WorkingFolder, "var", "gateway.db"));
        Assert.Equal(8, lines.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)?["kind"]?.GetValue<string>()).Count(kind => kind == LeafKinds.Key));
        var verified = await RunAsync(
            gateway, "verify", "store", Path.Combine(gateway.WorkingFolder, "var", "gateway.db"), "--key-folder", Path.Combine(gateway.WorkingFolder, "var", "keys"));
        Assert.True(verified.Code == 0, verified.Output + verified.Error);
    }

    /// <summary>Receipt keys are read at a start: what a start finds otherwise than the one before, it writes down.</summary>
    [Fact]
    public async Task ReceiptKey_AddedTakenAwayAndPutBack_LeavesWhatEachStartFinds()
    {
        await using var gateway = await StartAsync();
        var folder = Folder(gateway);
        var old = folder.LoadSigningKeys(SigningPurpose.Receipt)[^1].Kid;
        var kid = folder.AddSigningKey(SigningPurpose.Receipt);
        var file = Path.Combine(gateway.WorkingFolder, "var", "keys", $"{old}.pem");
        var content = await File.ReadAllTextAsync(file, Cancellation);

        await RestartAsync(gateway);
        Assert.Equal(["receipt in-use"], await ActsAsync(Store(gateway), kid));
        File.Delete(file);
        await RestartAsync(gateway);
        await File.WriteAllTextAsync(file, content, Cancellation);
        await RestartAsync(gateway);

        Assert.Equal(["receipt in-use", "receipt gone", "receipt announced"], await ActsAsync(Store(gateway), old)); // announced: the newer one signs
    }

    /// <summary>A record of the build before has less in it; it is changed all the same.</summary>
    [Fact]
    public async Task TokenKey_RecordedByAnEarlierBuild_IsTakenUp()
    {
        await using var gateway = await StartAsync();
        var (store, kid) = (Store(gateway), Assert.Single(Kids(gateway)));
        await Eventually.HoldsAsync(async () => (await ActsAsync(store)).Contains("token in-use"), "it signs");
        var record = JsonNode.Parse(await store.FindSettingAsync($"token-key/{kid}", Cancellation) ?? "")?.AsObject() ?? [];
        Assert.True(record.Remove("InUse") && record.Remove("Approval"));

        await store.PutSettingAsync($"token-key/{kid}", record.ToJsonString(), Cancellation);

        await Eventually.HoldsAsync(async () => (await ActsAsync(store, kid)).Count == 3, "it is noted once more that it signs");
    }

    private static Task<GatewayFixture> StartAsync() => GatewayFixture.StartAsync(new GatewayStart
    {
        Adjust = settings => settings with { Tokens = settings.Tokens with { KeyNotice = TimeSpan.FromSeconds(2) } },
    });

    private static async Task RestartAsync(GatewayFixture gateway)
    {
        await gateway.StopAsync();
        await gateway.StartAgainAsync();
    }

    private static ILedgerStore Store(GatewayFixture gateway) => gateway.Gateway.Services.GetRequiredService<ILedgerStore>();

    private static KeyFolder Folder(GatewayFixture gateway) => KeyFolder.Open(
        Path.Combine(gateway.WorkingFolder, gateway.Gateway.Services.GetRequiredService<GatewaySettings>().KeyFolder), TimeProvider.System);

    private static List<string> Kids(GatewayFixture gateway) => [.. Folder(gateway).LoadSigningKeys(SigningPurpose.Token).Select(key => key.Kid)];

    private static async Task<List<string>> ActsAsync(ILedgerStore store, string? key = null) =>
        [.. (await LeavesOfKindAsync(store, LeafKinds.Key)).Where(leaf => key is null || Text(leaf, "key") == key).Select(leaf => $"{Text(leaf, "purpose")} {Text(leaf, "act")}")];

    /// <summary>RFC 7638, computed here anew from the published set.</summary>
    private static async Task<List<string>> ThumbprintsAsync(GatewayFixture gateway)
    {
        using var http = new HttpClient();
        var set = await http.GetFromJsonAsync<JsonElement>(new Uri(gateway.Gateway.Rest, "/.well-known/jwks"), Cancellation);
        return
        [
            .. set.GetProperty("keys").EnumerateArray().Select(key => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(
                $$"""{"crv":"P-256","kty":"EC","x":"{{key.GetProperty("x").GetString()}}","y":"{{key.GetProperty("y").GetString()}}"}""")))),
        ];
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(GatewayFixture gateway, params string[] arguments) =>
        CapturedConsole.RunAsync([.. arguments, "--work", gateway.WorkingFolder, "--config", GatewayFixture.ConfigurationFolder]);
}
