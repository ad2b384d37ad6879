using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Exchange.Storage;
using LegalAid.Gateway.Exchange.Tests.Fixtures;

namespace LegalAid.Gateway.Exchange.Tests.Delivery;

/// <summary>A push verified as an agency would: by the library that the Standard Webhooks project publishes, which shares nothing with ours.</summary>
public sealed class WebhookLibraryTests
{
    private const string Older = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
    private const string Stranger = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    [Fact]
    public async Task Push_WithOverlappingKeys_VerifiesByEachAndByNoOtherNorChanged()
    {
        var modules = await ModulesAsync();
        await using var receiver = await Receiver.StartAsync();
        var channel = receiver.Channel with { Secrets = [Receiver.SecretName, "older"] };
        await using var world = await LedgerWorld.CreateAsync(SmallExchange.Snapshot(centre: channel));

        // The library refuses what is older than five minutes: this push is sent at the true time.
        world.Time.SetUtcNow(TimeProvider.System.GetUtcNow());
        using var worker = world.PushWorker(new TestSecrets((Receiver.SecretName, Receiver.SecretText), ("older", Older)));
        await worker.StartAsync(LedgerWorld.Cancellation);
        await world.UntilStatusAsync(await world.AskAsync(), SmallExchange.CentreId, DeliveryStatus.Delivered);
        await worker.StopAsync(LedgerWorld.Cancellation);
        var push = receiver.Received.Single();

        Assert.Equal("verified", await VerifyAsync(modules, push, Receiver.SecretText));
        Assert.Equal("verified", await VerifyAsync(modules, push, Older));
        Assert.StartsWith("refused", await VerifyAsync(modules, push, Stranger), StringComparison.Ordinal);
        Assert.StartsWith("refused", await VerifyAsync(modules, push with { Body = [.. push.Body, (byte)' '] }, Older), StringComparison.Ordinal);
    }

    private static async Task<string> VerifyAsync(string modules, ReceivedPush push, string secret)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(Root(), "tests", "tools", "verify-webhook.cjs")])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        start.Environment["NODE_PATH"] = modules;
        using var node = Process.Start(start) ?? throw new InvalidOperationException("node did not start");
        var question = new JsonObject
        {
            ["secret"] = secret,
            ["body"] = Encoding.UTF8.GetString(push.Body),
            ["headers"] = new JsonObject(push.Headers.Where(header => header.Key.StartsWith("webhook-", StringComparison.Ordinal))
                .Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value))),
        };
        await node.StandardInput.WriteAsync(question.ToJsonString());
        node.StandardInput.Close();
        var said = await node.StandardOutput.ReadToEndAsync(LedgerWorld.Cancellation);
        await node.WaitForExitAsync(LedgerWorld.Cancellation);
        return said.Trim();
    }

    /// <summary>Where tests/run puts the library; where it is not there, npm brings it as the lock file pins it.</summary>
    private static async Task<string> ModulesAsync()
    {
        var shared = Path.Combine(Root(), "artifacts", "tools", "node_modules");
        if (Directory.Exists(Path.Combine(shared, "standardwebhooks")))
        {
            return shared;
        }

        var own = Directory.CreateDirectory(Path.Combine(Root(), "artifacts", "webhook-library"));
        foreach (var file in new[] { "package.json", "package-lock.json" })
        {
            File.Copy(Path.Combine(Root(), "tests", "tools", file), Path.Combine(own.FullName, file), overwrite: true);
        }

        var start = new ProcessStartInfo("npm", ["ci", "--prefix", own.FullName, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        {
            UseShellExecute = false,
        };
        using var npm = Process.Start(start) ?? throw new InvalidOperationException("npm did not start");
        await npm.WaitForExitAsync(LedgerWorld.Cancellation);
        Assert.Equal(0, npm.ExitCode);
        return Path.Combine(own.FullName, "node_modules");
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LegalAid.Gateway.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("no solution above the tests");
        }

        return folder.FullName;
    }
}
