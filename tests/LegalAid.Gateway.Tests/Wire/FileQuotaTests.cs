using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>Commands that come as files count as calls do, and wait where the quota is used up.</summary>
public sealed class FileQuotaTests
{
    private const string Row = "sharing/operations.yaml";

    private readonly ShiftedTime _time = new() { By = HalfPast() };

    [Fact]
    public async Task Command_OverItsQuota_WaitsThroughARestartAndIsDoneInTheNextWindow()
    {
        await using var scene = await FileScene.StartAsync(new FileScene { Time = _time, Overlay = [await LimitedAsync("{ count: 2, per: hour, by: client }")] });
        await scene.CommandAsync("1.jws", FileScene.TestEvent("file-quota-1"));
        Assert.Equal(200, await scene.ListOverRestAsync()); // the second of both faces together
        Assert.Equal(429, await scene.ListOverRestAsync());

        scene.Put("2.jws", scene.Signed(FileScene.TestEvent("file-quota-2")));
        scene.Put("3.jws", scene.Signed(FileScene.TestEvent("file-quota-3")));
        var waiting = Path.Combine(scene.Outbox, "2.jws.waiting.json");
        await Eventually.HoldsAsync(() => File.Exists(waiting) && File.Exists(Path.Combine(scene.Outbox, "3.jws.waiting.json")), "both wait");
        var told = JsonNode.Parse(await File.ReadAllTextAsync(waiting, TestContext.Current.CancellationToken));
        Assert.Equal(("2.jws", "QUOTA_USED_UP"), (told?["file"]?.GetValue<string>(), told?["faults"]?[0]?["code"]?.GetValue<string>()));
        Assert.InRange(told?["until"]?.GetValue<DateTimeOffset>() - _time.GetUtcNow() ?? default, TimeSpan.FromTicks(1), TimeSpan.FromHours(1));

        // A file that is not over its own quota goes on, and what waits is neither answered nor done.
        var (name, entries) = await scene.PackageAsync();
        var delivery = JsonNode.Parse(entries["manifest.json"])!["delivery"]!.GetValue<string>(); // a package has a manifest, which names it
        Assert.NotNull((await scene.CommandAsync("4.jws", FileScene.On("acknowledge", delivery)))["accepted"]);
        Assert.True(File.Exists(Path.Combine(scene.Done, name)));
        Assert.Equal(["2.jws", "3.jws"], Waiting(scene));
        Assert.Equal(1, scene.Store.Count("exchange"));
        await scene.StopAsync();
        await scene.StartAgainAsync();
        Assert.Equal(["2.jws", "3.jws"], Waiting(scene));

        _time.By += TimeSpan.FromHours(1);

        Assert.NotNull((await scene.AnswerAsync("2.jws"))["accepted"]);
        Assert.NotNull((await scene.AnswerAsync("3.jws"))["accepted"]);
        Assert.Equal(3, scene.Store.Count("exchange"));
        Assert.Empty(Directory.GetFiles(scene.Outbox, "*.waiting.json"));
        Assert.Equal(429, await scene.ListOverRestAsync()); // they were counted
    }

    [Fact]
    public async Task Command_OverItsQuota_GoesOnOnceTheQuotaIsRaised()
    {
        await using var scene = await FileScene.StartAsync(new FileScene { Time = _time, Overlay = [await LimitedAsync("{ count: 1, per: day }")] });
        await scene.CommandAsync("1.jws", FileScene.TestEvent("file-quota-1"));
        scene.Put("2.jws", scene.Signed(FileScene.TestEvent("file-quota-2")));
        await Eventually.HoldsAsync(() => File.Exists(Path.Combine(scene.Outbox, "2.jws.waiting.json")), "it waits");

        await scene.ActivateAsync(await LimitedAsync("{ count: 2, per: day }"));
        _time.By += TimeSpan.FromSeconds(31); // it is looked at again

        Assert.NotNull((await scene.AnswerAsync("2.jws"))["accepted"]);
        Assert.Equal(2, scene.Store.Count("exchange"));
    }

    private static string[] Waiting(FileScene scene) => [.. Directory.GetFiles(scene.Inbox).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>The shipped rows, with a quota on the one of exchanges, and none on that of the mailbox.</summary>
    private static async Task<ConfigurationFile> LimitedAsync(string quota)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(GatewayFixture.ConfigurationFolder, Row));
        var at = text.IndexOf("    for: [legal-aid-case]\n", StringComparison.Ordinal);
        Assert.True(at > 0, "the row of exchanges comes first");
        return new ConfigurationFile(Row, text.Insert(at, $"    quota: {quota}\n"));
    }

    /// <summary>From now to the middle of an hour: no window ends while the test runs.</summary>
    private static TimeSpan HalfPast() => TimeSpan.FromMinutes(30 - TimeProvider.System.GetUtcNow().Minute);
}
