using System.Globalization;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Demo.Agencies;
using LegalAid.Gateway.Exchange.Evidence.Log;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Operations;
using LegalAid.Gateway.Testing;
using Microsoft.Data.Sqlite;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>The verbs <c>verify …</c> as an auditor runs them, on what a real gateway gave out and keeps.</summary>
[Collection(nameof(CommandLineTests))]
public sealed class VerifyCommandTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Receipt_OfTheGateway_HoldsByItsPublishedKeysAndNoOthers()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        await using var other = await GatewayFixture.StartAsync();
        var sample = Notices.Of("COURT");
        var answer = (await gateway[sample.Organ].CallAsync(Face.Rest, "SubmitDefenceNotice", sample.Request)).Required;
        var receipt = Write(gateway, "receipt.jws", answer["outcomes"]![0]!["receipt"]!["jws"]!.GetValue<string>()); // accepted
        var keys = Write(gateway, "keys.json", await PublishedAsync(gateway));
        var others = Write(gateway, "others.json", await PublishedAsync(other));

        var good = await CapturedConsole.RunAsync("verify", "receipt", receipt, "--keys", keys);
        var bad = await CapturedConsole.RunAsync("verify", "receipt", receipt, "--keys", others, "--json");

        Assert.True(good.Code == 0, good.Output + good.Error);
        Assert.Contains("未发现问题 · Nothing was found.", good.Output, StringComparison.Ordinal);
        Assert.Equal(1, bad.Code);
        var finding = Assert.Single(JsonNode.Parse(bad.Output)!["findings"]!.AsArray()); // the verb answers in JSON
        Assert.Equal(("RECEIPT_KEY_UNKNOWN", receipt), (finding!["code"]!.GetValue<string>(), finding["entry"]!.GetValue<string>())); // each has both
    }

    /// <summary>The proof that the gateway hands out, written as C2SP has it, under the log keys that it publishes.</summary>
    [Fact]
    public async Task Receipt_WithAProofOfTheGateway_Holds()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        var sample = Notices.Of("COURT");
        var outcome = (await gateway[sample.Organ].CallAsync(Face.Rest, "SubmitDefenceNotice", sample.Request)).Required["outcomes"]![0]!; // accepted
        var receipt = Write(gateway, "receipt.jws", outcome["receipt"]!["jws"]!.GetValue<string>());
        var proof = await ProvedAsync(gateway[sample.Organ], outcome["receipt"]!["message"]!.GetValue<string>());
        string[] keys = ["--keys", Write(gateway, "keys.json", await PublishedAsync(gateway)), "--log-key", Write(gateway, "log.vkeys", await GetAsync(gateway, ".well-known/gateway-log-keys"))];

        var good = await CapturedConsole.RunAsync(["verify", "receipt", receipt, "--proof", Write(gateway, "proof", proof.ToString()), .. keys]);
        var moved = await CapturedConsole.RunAsync(["verify", "receipt", receipt, "--proof", Write(gateway, "moved", (proof with { Index = proof.Index + 1 }).ToString()), .. keys]);

        Assert.True(good.Code == 0, good.Output + good.Error);
        Assert.DoesNotContain("without --log-key", good.Output, StringComparison.Ordinal);
        Assert.Equal(1, moved.Code);
        Assert.Contains("PROOF_INCLUSION", moved.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_OfARunningGateway_HoldsUntilItIsEdited()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        var name = await gateway.NoticeInAsync("notified");
        var database = Path.Combine(gateway.WorkingFolder, "var", "gateway.db");
        var keyFolder = Path.Combine(gateway.WorkingFolder, "var", "keys");

        var running = await CapturedConsole.RunAsync("verify", "store", database, "--key-folder", keyFolder);
        Assert.True(running.Code == 0, running.Output + running.Error);
        Assert.DoesNotContain("without --log-key", running.Output, StringComparison.Ordinal); // those of the key folder
        var stranger = NoteSigner.Generate(await OriginAsync(gateway), NoteAlgorithm.Ed25519);
        var byAnother = await CapturedConsole.RunAsync("verify", "store", database, "--key-folder", keyFolder, "--log-key", stranger.Key.ToString());
        Assert.Equal(1, byAnother.Code);
        Assert.Contains("CHECKPOINT_SIGNATURE", byAnother.Output, StringComparison.Ordinal);
        var alone = await CapturedConsole.RunAsync("verify", "store", database);
        Assert.True(alone.Code == 0, alone.Output + alone.Error);
        Assert.Contains("no key folder was given", alone.Output, StringComparison.Ordinal);
        Assert.Contains("without --log-key", alone.Output, StringComparison.Ordinal);

        await gateway.StopAsync();
        await using (var connection = new SqliteConnection($"Data Source={database};Pooling=False"))
        {
            await connection.OpenAsync(Stop);
            await using var command = connection.CreateCommand();
            command.CommandText = "DELETE FROM message WHERE sequence = 1";
            await command.ExecuteNonQueryAsync(Stop);
        }

        var edited = await CapturedConsole.RunAsync("verify", "store", database, "--key-folder", keyFolder);
        Assert.Equal(1, edited.Code);
        Assert.Contains("MESSAGE_MISSING", edited.Output, StringComparison.Ordinal);
        Assert.Contains(name.Split('/')[^1], edited.Output, StringComparison.Ordinal);
        Assert.Contains("被删除", edited.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Case_ExportedFromARunningGateway_IsWholeAndForItsPartiesOnly()
    {
        await using var gateway = await GatewayFixture.StartAsync();
        var name = $"exchanges/{(await gateway.NoticeInAsync("notified")).Split('/')[^1]}";
        var database = Path.Combine(gateway.WorkingFolder, "var", "gateway.db");
        string[] from = ["--store", database, "--key-folder", Path.Combine(gateway.WorkingFolder, "var", "keys")];
        var bundle = Path.Combine(gateway.WorkingFolder, "case.zip");

        await UntilLoggedAsync(gateway, name);
        var exported = await CapturedConsole.RunAsync(["export-case", name, "--to", bundle, "--for", "court", .. from]);
        Assert.True(exported.Code == 0, exported.Output + exported.Error);
        var keys = Write(gateway, "keys.json", await PublishedAsync(gateway));
        var logKeys = Write(gateway, "log.vkeys", await GetAsync(gateway, ".well-known/gateway-log-keys"));
        var verified = await CapturedConsole.RunAsync("verify", "bundle", bundle, "--keys", keys, "--log-key", logKeys);
        Assert.True(verified.Code == 0, verified.Output + verified.Error);
        var byItself = await CapturedConsole.RunAsync("verify", "bundle", bundle);
        Assert.True(byItself.Code == 0, byItself.Output + byItself.Error);
        using (var zip = await System.IO.Compression.ZipFile.OpenReadAsync(bundle, Stop))
        using (var vkeys = new StreamReader(await zip.GetEntry("keys/log.vkeys")!.OpenAsync(Stop))) // every bundle has it
        {
            Assert.Equal(await File.ReadAllTextAsync(logKeys, Stop), await vkeys.ReadToEndAsync(Stop));
        }

        Assert.Equal(CommandLine.Misuse, (await CapturedConsole.RunAsync(["export-case", name, "--to", bundle, "--for", "court", .. from])).Code);
        var stranger = await CapturedConsole.RunAsync(["export-case", name, "--to", bundle + ".2", "--for", "nobody", .. from]);
        Assert.Equal(1, stranger.Code);
        Assert.False(File.Exists(bundle + ".2"));
    }

    [Fact]
    public async Task Checkpoints_OfAForkedLog_AreFound()
    {
        using var folder = new TemporaryFolder();
        var log = NoteSigner.Generate("gateway.test/log", NoteAlgorithm.Ed25519);
        var (one, other) = (Note(log, folder, "a", 1), Note(log, folder, "b", 2));

        Assert.Equal(0, (await CapturedConsole.RunAsync("verify", "checkpoints", one, one, "--log-key", log.Key.ToString())).Code);
        var forked = await CapturedConsole.RunAsync("verify", "checkpoints", one, other, "--log-key", log.Key.ToString());
        Assert.Equal(1, forked.Code);
        Assert.Contains("LOG_FORKED", forked.Output, StringComparison.Ordinal);

        static string Note(NoteSigner log, TemporaryFolder folder, string name, byte filling)
        {
            var text = new Checkpoint("gateway.test/log", 7, new TreeHash(Enumerable.Repeat(filling, 32).ToArray())).ToString();
            var path = Path.Combine(folder.Path, name);
            File.WriteAllText(path, new SignedNote(text, [log.Sign(text, DateTimeOffset.UnixEpoch)]).ToString());
            return path;
        }
    }

    [Theory]
    [InlineData("verify", "receipt", "/nowhere/receipt.jws")]
    [InlineData("verify", "store", "/nowhere/ledger.db")]
    [InlineData("verify", "receipt")]
    [InlineData("verify", "proof", "/nowhere/proof", "--log-key", "no vkey")]
    public async Task Verb_ThatWasGivenNothingToVerify_IsAMisuse(params string[] arguments)
    {
        var (code, _, error) = await CapturedConsole.RunAsync(arguments);
        Assert.Equal(CommandLine.Misuse, code);
        Assert.NotEmpty(error);
    }

    private static Task<string> PublishedAsync(GatewayFixture gateway) => GetAsync(gateway, ".well-known/jwks");

    private static async Task<string> OriginAsync(GatewayFixture gateway) => (await GetAsync(gateway, ".well-known/gateway-checkpoint")).Split('\n')[0];

    private static async Task<string> GetAsync(GatewayFixture gateway, string path)
    {
        using var client = new HttpClient { BaseAddress = gateway.Gateway.Rest };
        return await client.GetStringAsync(new Uri(path, UriKind.Relative), Stop);
    }

    /// <summary>Waits until a checkpoint covers every leaf of an exchange that is at rest.</summary>
    private static async Task UntilLoggedAsync(GatewayFixture gateway, string exchange)
    {
        var ladder = (await gateway[Notices.Court].CallAsync(Face.Rest, "ListEvidence", new JsonObject { ["parent"] = exchange })).Required["messages"]!.AsArray();
        foreach (var message in ladder.Select(entry => entry!["message"]!.GetValue<string>()).Distinct(StringComparer.Ordinal)) // each names its message
        {
            _ = await ProvedAsync(gateway[Notices.Court], message);
        }
    }

    /// <summary>A message's proof; its leaf has a checkpoint a moment after the commit.</summary>
    private static async Task<LogProof> ProvedAsync(AgencySystem party, string message)
    {
        FaceAnswer answer;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        do
        {
            answer = await party.CallAsync(Face.Rest, "ProveMessage", new JsonObject { ["name"] = message });
        }
        while (answer.Code == "EVIDENCE_NOT_YET" && await timer.WaitForNextTickAsync(patience.Token));

        var proof = answer.Required;
        return new LogProof(
            Convert.FromBase64String(proof["entry"]!.GetValue<string>()), // a proof has all of these but an index of 0
            long.Parse(proof["index"]?.GetValue<string>() ?? "0", CultureInfo.InvariantCulture),
            [.. (proof["path"]?.AsArray() ?? []).Select(hash => new TreeHash(Convert.FromBase64String(hash!.GetValue<string>())))],
            proof["checkpoint"]!["note"]!.GetValue<string>());
    }

    private static string Write(GatewayFixture gateway, string name, string text)
    {
        var path = Path.Combine(gateway.WorkingFolder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private sealed class TemporaryFolder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("legalaid-verify-");

        public string Path => _folder.FullName;

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
