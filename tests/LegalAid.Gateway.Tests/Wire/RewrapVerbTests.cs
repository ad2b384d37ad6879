using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>A wrapping key is rotated, every data key goes under the new one, and the old one is needed no more.</summary>
[Collection(nameof(CommandLineTests))]
public sealed class RewrapVerbTests
{
    [Fact]
    public async Task Rewrap_AfterARotation_PutsEveryKeyUnderTheNewOneAlone()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        var name = await gateway.NoticeInAsync("notified");
        var ring = Path.Combine(gateway.WorkingFolder, "var", "keys", "ring");
        var old = Assert.Single(Directory.GetFiles(ring));
        await gateway.StopAsync();
        Assert.Equal(0, (await RunAsync(gateway, "keys", "rotate", "ring", "--config", GatewayFixture.ConfigurationFolder)).Code);
        await gateway.StartAgainAsync();

        var (code, output, error) = await RunAsync(gateway, "keys", "rewrap");
        Assert.True(code == 0, output + error);
        Assert.DoesNotContain("重新包裹 0 把", output, StringComparison.Ordinal);
        Assert.Contains("重新包裹 0 把", (await RunAsync(gateway, "keys", "rewrap")).Output, StringComparison.Ordinal);

        await gateway.StopAsync();
        File.Delete(old);
        await gateway.StartAgainAsync();
        var read = await gateway[Notices.AidCentre].CallAsync(Face.Rest, "GetDefenceNotice", new JsonObject { ["name"] = name });
        Assert.True(read.Accepted, read.Code);
        await gateway.StopAsync();
        Assert.Equal(1, (await RunAsync(gateway, "keys", "rewrap")).Code); // nobody answers
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(GatewayFixture gateway, params string[] verb) =>
        CapturedConsole.RunAsync([.. verb, "--work", gateway.WorkingFolder]);
}
