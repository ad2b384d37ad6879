using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>The operators' verbs against a running gateway, over its socket.</summary>
[Collection(nameof(CommandLineTests))]
public sealed class DeliveryVerbTests
{
    [Fact]
    public async Task Socket_OfARunningGateway_IsItsOwnersAloneAndGoneAfterwards()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        var socket = Path.Combine(gateway.WorkingFolder, "gateway.sock");
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(socket) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));

        await gateway.StopAsync();
        Assert.False(File.Exists(socket));
        await File.WriteAllTextAsync(socket, "", TestContext.Current.CancellationToken); // as a killed gateway leaves it
        await gateway.StartAgainAsync();
        Assert.Equal(0, (await RunAsync(gateway, "deliveries", "overview")).Code);
    }

    [Fact]
    public async Task Socket_TurnedOff_IsNotThereAndTheVerbSaysSo()
    {
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart
        {
            Adjust = settings => settings with { Operations = new OperationsSettings { Socket = false } },
        });
        Assert.False(File.Exists(Path.Combine(gateway.WorkingFolder, "gateway.sock")));

        var (code, _, error) = await RunAsync(gateway, "deliveries", "overview");

        Assert.Equal(1, code);
        Assert.Contains("operations.socket", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Routes_OfTheSocket_AreOnNoNetworkListener()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        using var client = new HttpClient { BaseAddress = gateway.Gateway.Rest };
        var answer = await client.PostAsync("/deliveries/overview", new StringContent("{}"), TestContext.Current.CancellationToken);
        Assert.False(answer.IsSuccessStatusCode);
        Assert.DoesNotContain("counts", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verbs_FromADeadLetterToItsReplay_ShowAndChangeIt()
    {
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Time = new FakeTimeProvider(Demo.DemoSettings.CivilStart) });
        await gateway.NoticeInAsync("notified");
        var id = await RejectFirstAsync(gateway);

        var (code, overview, _) = await RunAsync(gateway, "deliveries", "overview");
        Assert.Equal(0, code);
        Assert.Matches($"{Notices.AidCentre} +死信 dead +rejected +1 ", overview);
        Assert.Contains("附件打不开", (await RunAsync(gateway, "deliveries", "list", "--cause", "rejected")).Output, StringComparison.Ordinal);
        Assert.Contains("没有", (await RunAsync(gateway, "deliveries", "list", "--cause", "410")).Output, StringComparison.Ordinal);

        var dry = (await RunAsync(gateway, "replay", "--recipient", Notices.AidCentre, "--from", "2026-01-01", "--dry-run")).Output;
        Assert.Contains("将改变 1 件", dry, StringComparison.Ordinal);
        Assert.Contains(id, dry, StringComparison.Ordinal);
        Assert.Equal(1, gateway.Store.Count("delivery", "status = 3"));
        Assert.Contains("已改变 0 件", (await RunAsync(gateway, "replay", "--until", "2026-01-01")).Output, StringComparison.Ordinal);

        Assert.Contains("已改变 1 件", (await RunAsync(gateway, "replay", "--delivery", id, "--as", "wei", "--reason", "已修复")).Output, StringComparison.Ordinal);
        Assert.Equal(0, gateway.Store.Count("delivery", "status = 3"));
        Assert.Equal(1, gateway.Store.Count("leaf", "kind = 'operator' AND CAST(entry AS TEXT) LIKE '%\"operator\":\"wei\"%'"));
    }

    [Fact]
    public async Task Verbs_SuspendResumeWriteOff_DoAndSayWhatWasSoAlready()
    {
        await using var gateway = await GatewayFixture.StartAsync(new GatewayStart { Time = new FakeTimeProvider(Demo.DemoSettings.CivilStart) });
        await gateway.NoticeInAsync("notified");
        await RejectFirstAsync(gateway);

        Assert.Contains("已完成", (await RunAsync(gateway, "deliveries", "suspend", Notices.AidCentre, "--reason", "检修")).Output, StringComparison.Ordinal);
        Assert.Contains("未改变", (await RunAsync(gateway, "deliveries", "suspend", Notices.AidCentre)).Output, StringComparison.Ordinal);
        Assert.Contains("暂停 suspended", (await RunAsync(gateway, "deliveries", "overview")).Output, StringComparison.Ordinal);
        Assert.Contains("已完成", (await RunAsync(gateway, "deliveries", "resume", Notices.AidCentre)).Output, StringComparison.Ordinal);
        Assert.Contains("已改变 1 件", (await RunAsync(gateway, "deliveries", "write-off", "--all")).Output, StringComparison.Ordinal);
        Assert.Equal(1, gateway.Store.Count("delivery", "status = 5"));
    }

    [Theory]
    [InlineData(1, "replay")]
    [InlineData(1, "replay", "--delivery", "nonsense")]
    [InlineData(1, "replay", "--recipient", "No Such Name")]
    [InlineData(1, "deliveries", "suspend", "nobody-here")]
    [InlineData(2, "replay", "--from", "yesterday")]
    public async Task Verbs_Misused_ChangeNothingAndSayWhy(int code, params string[] verb)
    {
        await using var gateway = await GatewayFixture.StartAsync();
        var (left, _, error) = await RunAsync(gateway, verb);
        Assert.Equal(code, left);
        Assert.NotEqual("", error);
    }

    /// <summary>The aid centre rejects the first message it has. Returns the delivery's id.</summary>
    private static async Task<string> RejectFirstAsync(GatewayFixture gateway)
    {
        var pulled = await gateway[Notices.AidCentre].CallAsync(Face.Rest, "PullDeliveries", []);
        var delivery = pulled.Required["deliveries"]![0]!; // there is one
        var name = delivery["name"]!.GetValue<string>(); // every delivery has one
        var rejected = await gateway[Notices.AidCentre].CallAsync(Face.Rest, "RejectDelivery", new System.Text.Json.Nodes.JsonObject
        {
            ["name"] = name, ["leaseToken"] = delivery["leaseToken"]!.GetValue<string>(), ["reason"] = "附件打不开", // a leased one has a token
        });
        Assert.NotNull(rejected.Required);
        return name[(name.LastIndexOf('/') + 1)..];
    }

    internal static Task<(int Code, string Output, string Error)> RunAsync(GatewayFixture gateway, params string[] verb) =>
        CapturedConsole.RunAsync([.. verb, "--work", gateway.WorkingFolder]);
}
