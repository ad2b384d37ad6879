using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>The restore drill, as an operator runs it: back up a running gateway, lose its store and keys, put them back, go on.</summary>
[Collection(nameof(CommandLineTests))]
public sealed class BackupVerbTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Drill_AfterALoss_EverythingBackedUpIsReadAndTheLogWaitsForTheOperator()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        gateway.ExpectedError = line => line.Contains("Restored", StringComparison.Ordinal); // the log is refused, and says so
        var kept = await gateway.NoticeInAsync("notified");
        await SignedAsync(gateway);
        var backedUp = await RunAsync(gateway, "backup", "--to", BackupOf(gateway));
        Assert.True(backedUp.Code == 0, backedUp.Output + backedUp.Error);
        var lost = await gateway.NoticeInAsync("notified");

        await LoseAsync(gateway);
        var restored = await RunAsync(gateway, "restore", "--from", BackupOf(gateway));
        Assert.True(restored.Code == 0, restored.Output + restored.Error);
        var verified = await CapturedConsole.RunAsync("verify", "store", Database(gateway), "--key-folder", Keys(gateway));
        Assert.True(verified.Code == 0, verified.Output + verified.Error);

        await gateway.StartAgainAsync();
        Assert.Equal("notified", (await ReadAsync(gateway, kept)).Required["exchange"]!["state"]!.GetValue<string>()); // it has a state
        Assert.False((await ReadAsync(gateway, lost)).Accepted);
        await gateway.NoticeInAsync("notified"); // commits go on
        await Eventually.HoldsAsync(() => Log(gateway).Status is { State: LogState.Refused, Trouble.Fault: LogFault.Restored }, "the log is refused");

        await gateway.StopAsync();
        var reconciled = await RunAsync(gateway, "reconcile");
        Assert.True(reconciled.Code == 0, reconciled.Output + reconciled.Error);
        await gateway.StartAgainAsync();
        await Eventually.HoldsAsync(() => Log(gateway).Status.State == LogState.Signing, "the log goes on");
    }

    [Fact]
    public async Task Restore_OverWhatIsThere_IsRefusedAndOverWhatItLeftItselfGoesOn()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        gateway.ExpectedError = line => line.Contains("Restored", StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync(gateway, "backup", "--to", BackupOf(gateway))).Code);
        Assert.Equal(1, (await RunAsync(gateway, "restore", "--from", BackupOf(gateway))).Code); // it runs
        await gateway.StopAsync();
        Assert.Equal(1, (await RunAsync(gateway, "restore", "--from", BackupOf(gateway))).Code);

        await LoseAsync(gateway);
        Assert.Equal(0, (await RunAsync(gateway, "restore", "--from", BackupOf(gateway))).Code);
        File.Delete(Path.Combine(Keys(gateway), "index.key")); // as one that died between the store and the last key leaves it
        await Assert.ThrowsAsync<StartRefusedException>(() => gateway.StartAgainAsync());
        Assert.Equal(0, (await RunAsync(gateway, "restore", "--from", BackupOf(gateway))).Code);
        await gateway.StartAgainAsync();
        await gateway.StopAsync();

        Directory.Delete(Path.GetDirectoryName(Database(gateway))!, recursive: true); // it is in a folder
        Directory.CreateDirectory(Keys(gateway));
        await File.WriteAllTextAsync(Path.Combine(Keys(gateway), "index.key"), "another", Cancellation);
        var refused = await RunAsync(gateway, "restore", "--from", BackupOf(gateway));
        Assert.Equal(1, refused.Code);
        Assert.Contains("密钥目录非空", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Database(gateway)));
    }

    [Fact]
    public async Task Verbs_Misused_SayWhyAndLeaveNothing()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        var file = BackupOf(gateway);
        var passphrase = Path.Combine(gateway.WorkingFolder, "other-passphrase");
        await File.WriteAllTextAsync(passphrase, "too short", Cancellation);
        Assert.Equal(2, (await RunAsync(gateway, "backup", "--to", file, "--passphrase-file", passphrase)).Code);
        Assert.Equal(2, (await RunAsync(gateway, "backup", "--to", file, "--passphrase-file", "/nowhere")).Code);
        Assert.Equal(2, (await RunAsync(gateway, "restore", "--from", "/nowhere")).Code);
        Assert.Equal(1, (await RunAsync(gateway, "backup", "--to", "/nowhere/backup.zip")).Code);
        Assert.False(File.Exists(file));

        Assert.Equal(0, (await RunAsync(gateway, "backup", "--to", file)).Code);
        Assert.Equal(2, (await RunAsync(gateway, "backup", "--to", file)).Code); // never written over
        Assert.Empty(Directory.GetFiles(gateway.WorkingFolder, "*.new").Concat(Directory.GetFiles(gateway.WorkingFolder, "*.store")));
        await LoseAsync(gateway);
        await File.WriteAllTextAsync(passphrase, "another passphrase altogether", Cancellation);
        Assert.Contains("口令不符", (await RunAsync(gateway, "restore", "--from", file, "--passphrase-file", passphrase)).Error, StringComparison.Ordinal);
        var bytes = await File.ReadAllBytesAsync(file, Cancellation);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Cancellation);
        Assert.Contains("备份已损坏", (await RunAsync(gateway, "restore", "--from", file)).Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Database(gateway)));
        Assert.False(Directory.Exists(Keys(gateway)));
    }

    private static string BackupOf(GatewayFixture gateway) => Path.Combine(gateway.WorkingFolder, "backup.zip");

    private static string Database(GatewayFixture gateway) => Path.Combine(gateway.WorkingFolder, "var", "gateway.db");

    private static string Keys(GatewayFixture gateway) => Path.Combine(gateway.WorkingFolder, "var", "keys");

    private static LogSequencer Log(GatewayFixture gateway) => gateway.Gateway.Services.GetRequiredService<LogSequencer>();

    private static async Task SignedAsync(GatewayFixture gateway)
    {
        var newest = gateway.Gateway.Services.GetRequiredService<NewestCheckpoint>();
        await Eventually.HoldsAsync(() => newest.Current is { Size: > 0 }, "there is a checkpoint");
    }

    private static async Task LoseAsync(GatewayFixture gateway)
    {
        await gateway.StopAsync();
        Directory.Delete(Path.GetDirectoryName(Database(gateway))!, recursive: true); // it is in a folder
    }

    private static Task<FaceAnswer> ReadAsync(GatewayFixture gateway, string notice) =>
        gateway[Notices.AidCentre].CallAsync(Face.Rest, "GetDefenceNotice", new JsonObject { ["name"] = notice });

    private static async Task<(int Code, string Output, string Error)> RunAsync(GatewayFixture gateway, params string[] verb)
    {
        var passphrase = Path.Combine(gateway.WorkingFolder, "passphrase");
        await File.WriteAllTextAsync(passphrase, "correct horse battery\n", Cancellation);
        string[] given = verb[0] == "reconcile" || verb.Contains("--passphrase-file") ? verb : [.. verb, "--passphrase-file", passphrase];
        return await CapturedConsole.RunAsync([.. given, "--work", gateway.WorkingFolder, "--config", GatewayFixture.ConfigurationFolder]);
    }
}
