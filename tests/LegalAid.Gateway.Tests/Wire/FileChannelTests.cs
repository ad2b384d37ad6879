using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Testing;

namespace LegalAid.Gateway.Tests.Wire;

/// <summary>The file channel as an agency's front-end sees it: a folder, its own key, and the gateway's published one.</summary>
public sealed class FileChannelTests
{
    [Fact]
    public async Task Files_FromACommandToItsAcknowledgement_GoTheWholeWay()
    {
        await using var scene = await FileScene.StartAsync();

        var answer = await scene.CommandAsync("0001-open.jws", FileScene.TestEvent("file-request-1"));
        var outcome = answer["accepted"]!["outcomes"]![0]!; // one opening, one outcome
        var exchange = outcome["exchange"]!["name"]!.GetValue<string>(); // every exchange has a name
        Assert.NotNull(outcome["receipt"]?["jws"]);
        Assert.True(File.Exists(Path.Combine(scene.Done, "0001-open.jws")));
        Assert.Equal(1, scene.Store.Count("leaf", "kind = 'message' AND json_extract(entry, '$.signedBy') IS NOT NULL")); // the file's own signature stays with it

        var (name, entries) = await scene.PackageAsync();
        var manifest = JsonNode.Parse(entries["manifest.json"])!; // a package has a manifest
        var delivery = manifest["delivery"]!.GetValue<string>(); // a manifest names it
        Assert.Equal($"{exchange["exchanges/".Length..]}.0000000001.{delivery["mailbox/deliveries/".Length..]}.zip", name);
        foreach (var file in manifest["files"]!.AsArray())
        {
            var content = entries[file!["path"]!.GetValue<string>()]; // a file has a path
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), file["sha256"]?.GetValue<string>());
        }

        Assert.Equal("档案-1", JsonNode.Parse(entries["event.json"])?["data"]?["payload"]?["reference"]?.GetValue<string>());
        Assert.True(IsSigned(entries["manifest.json"], Encoding.ASCII.GetString(entries["manifest.jws"]), await scene.JwksAsync()));
        Assert.Equal(1, scene.Store.Count("delivery", "status = 1")); // handed out, and not delivered before it is acknowledged

        Assert.NotNull((await scene.CommandAsync("0002-ack.jws", FileScene.On("acknowledge", delivery)))["accepted"]);
        Assert.Equal(1, scene.Store.Count("delivery", "status = 2"));
        Assert.True(File.Exists(Path.Combine(scene.Done, name)));
        Assert.Empty(Directory.GetFiles(scene.Outbox, "*.zip"));
        Assert.NotNull((await scene.CommandAsync("0003-opened.jws", FileScene.On("opened", delivery)))["accepted"]);
        Assert.Equal(1, scene.Store.Count("leaf", "kind = 'opened'"));
    }

    [Fact]
    public async Task Reject_WithAReason_MovesThePackageAndMakesADeadLetter()
    {
        await using var scene = await FileScene.StartAsync();
        await scene.CommandAsync("open.jws", FileScene.TestEvent("file-request-2"));
        var (name, entries) = await scene.PackageAsync();
        var reject = FileScene.On("reject", JsonNode.Parse(entries["manifest.json"])!["delivery"]!.GetValue<string>()); // as above
        reject["reason"] = "无法打开";

        Assert.NotNull((await scene.CommandAsync("reject.jws", reject))["accepted"]);

        Assert.True(File.Exists(Path.Combine(scene.Rejected, name)));
        Assert.Equal(1, scene.Store.Count("delivery", "status = 3 AND last_outcome = 'rejected' AND detail_cipher IS NOT NULL"));
    }

    /// <summary>
    /// Whatever was written when the process died, the file is still in the inbox: after the command and before the answer, or after the answer
    /// and before the move. A replayed file under another name is the same to the gateway.
    /// </summary>
    [Theory]
    [InlineData(true, "open.jws")]
    [InlineData(false, "open.jws")]
    [InlineData(false, "replayed.jws")]
    public async Task Command_HandledAgain_GivesTheSameAnswerAndOneEffect(bool withoutAnswer, string name)
    {
        await using var scene = await FileScene.StartAsync();
        var text = scene.Signed(FileScene.TestEvent("file-request-3"));
        scene.Put("open.jws", text);
        var first = await scene.AnswerAsync("open.jws");
        await scene.StopAsync();
        if (withoutAnswer)
        {
            File.Delete(Path.Combine(scene.Outbox, "open.jws.answer.jws"));
        }

        scene.Put(name, text);
        await scene.StartAgainAsync();
        var second = await scene.AnswerAsync(name);

        Assert.True(JsonNode.DeepEquals(first["accepted"], second["accepted"]));
        Assert.Equal(1, scene.Store.Count("exchange"));
    }

    [Fact]
    public async Task Acknowledge_HandledAgain_IsAcceptedAgain()
    {
        await using var scene = await FileScene.StartAsync();
        await scene.CommandAsync("open.jws", FileScene.TestEvent("file-request-4"));
        var (name, entries) = await scene.PackageAsync();
        var acknowledge = FileScene.On("acknowledge", JsonNode.Parse(entries["manifest.json"])!["delivery"]!.GetValue<string>()); // as above
        await scene.CommandAsync("ack.jws", acknowledge.DeepClone().AsObject());
        File.Move(Path.Combine(scene.Done, name), Path.Combine(scene.Outbox, name)); // as if it died before the package was moved

        Assert.NotNull((await scene.CommandAsync("ack.jws", acknowledge))["accepted"]);

        Assert.True(File.Exists(Path.Combine(scene.Done, name)));
        Assert.Equal(1, scene.Store.Count("leaf", "kind = 'delivered'"));
    }

    [Fact]
    public async Task File_Unfit_IsRejectedWithItsReasonAndDoesNothing()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var scene = await FileScene.StartAsync();
        var claims = FileScene.TestEvent("file-request-5");
        var good = scene.Signed(claims);
        var changed = claims.ToJsonString().Replace("file-request-5", "file-request-6", StringComparison.Ordinal);
        var files = new Dictionary<string, (string Text, string Code)>(StringComparer.Ordinal)
        {
            ["unsigned"] = (claims.ToJsonString(), "FILE_NOT_SIGNED"),
            ["truncated"] = (good[..(good.Length / 2)], "FILE_NOT_SIGNED"),
            ["cut-by-one"] = (good[..^1], "FILE_NOT_SIGNED"),
            ["changed"] = (good.Replace(good.Split('.')[1], Base64Url.EncodeToString(Encoding.UTF8.GetBytes(changed)), StringComparison.Ordinal), "FILE_NOT_SIGNED"),
            ["wrongly-signed"] = (scene.Signed(claims, stranger), "FILE_NOT_SIGNED"),
            ["unknown-client"] = (scene.Signed(claims, issuer: "nobody-system"), "FILE_NOT_SIGNED"),
            ["another-type"] = (scene.Signed(claims, type: "JWT"), "FILE_NOT_SIGNED"),
            ["another-gateway"] = (scene.Signed(claims, audience: "https://elsewhere.test"), "FILE_NOT_SIGNED"),
            ["empty"] = ("", "FILE_NOT_SIGNED"),
            ["oversized"] = (new string('a', (24 << 20) + 1), "FILE_TOO_LARGE"),
            ["no-command"] = (scene.Signed(new JsonObject { ["command"] = "destroy" }), "FILE_COMMAND"),
            ["no-request"] = (scene.Signed(new JsonObject { ["command"] = "open" }), "FILE_COMMAND"),
            ["no-delivery"] = (scene.Signed(FileScene.On("acknowledge", "mailbox/deliveries/../x")), "FILE_COMMAND"),
        };
        foreach (var (name, file) in files)
        {
            scene.Put(name, file.Text);
        }

        foreach (var (name, file) in files)
        {
            Assert.Equal((name, file.Code), (name, Assert.Single(await scene.ReasonsAsync(name))));
            Assert.True(File.Exists(Path.Combine(scene.Rejected, name)));
        }

        Assert.Equal(0, scene.Store.Count("exchange"));
    }

    [Fact]
    public async Task File_ThatIsALinkOrAFolder_IsRejectedAndNotFollowed()
    {
        await using var scene = await FileScene.StartAsync();
        var secret = Path.Combine(scene.WorkingFolder, "secret");
        await File.WriteAllTextAsync(secret, scene.Signed(FileScene.TestEvent("file-request-6")), TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(Path.Combine(scene.Inbox, "link.jws"), secret);
        Directory.CreateDirectory(Path.Combine(scene.Inbox, "folder.jws"));

        Assert.Equal(["FILE_NOT_PLAIN"], await scene.ReasonsAsync("link.jws"));
        Assert.Equal(["FILE_NOT_PLAIN"], await scene.ReasonsAsync("folder.jws"));
        Assert.True(File.Exists(secret));
        Assert.Equal(0, scene.Store.Count("exchange"));
    }

    [Fact]
    public async Task File_WithANameThatLeavesNoRoomForItsReason_IsRejectedUnderAShorterOne()
    {
        await using var scene = await FileScene.StartAsync();
        var name = new string('名', 84) + "abc"; // 255 bytes, the most that a file system takes
        var unfinished = Path.Combine(scene.Inbox, ".unfinished");
        await File.WriteAllTextAsync(unfinished, scene.Signed(FileScene.TestEvent("file-request-8")), TestContext.Current.CancellationToken);
        File.Move(unfinished, Path.Combine(scene.Inbox, name));
        var kept = $"long-name-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 8))}";

        Assert.Equal(["FILE_NAME_TOO_LONG"], await scene.ReasonsAsync(kept));
        await Eventually.HoldsAsync(() => File.Exists(Path.Combine(scene.Rejected, kept)), "the file itself is moved");
        Assert.False(File.Exists(Path.Combine(scene.Inbox, name)));
    }

    [Fact]
    public async Task Folder_ThatIsALink_StopsTheLaneAndNothingIsWrittenThere()
    {
        await using var scene = await FileScene.StartAsync();
        scene.ExpectedError = line => line.Contains("stand still", StringComparison.Ordinal);
        var elsewhere = Directory.CreateDirectory(Path.Combine(scene.WorkingFolder, "elsewhere"));
        await scene.StopAsync();
        Directory.Delete(scene.Outbox);
        Directory.CreateSymbolicLink(scene.Outbox, elsewhere.FullName);
        scene.Put("open.jws", scene.Signed(FileScene.TestEvent("file-request-7")));
        await scene.StartAgainAsync();
        await Eventually.HoldsAsync(() => scene.Errors.Any(), "the lane says why it stands still");

        Assert.Empty(elsewhere.GetFileSystemInfos());
        Assert.True(File.Exists(Path.Combine(scene.Inbox, "open.jws")));
    }

    [Fact]
    public async Task Document_WithAPathForAName_IsRefusedAndNothingIsWrittenOutside()
    {
        await using var scene = await FileScene.StartAsync();
        var claims = FileScene.TestEvent("file-request-8");
        claims["request"]!["openings"]![0]!["attachments"] = new JsonArray(new JsonObject // the request is above
        {
            ["kind"] = "other", ["fileName"] = "../../../etc/x", ["mediaType"] = "application/pdf", ["content"] = Convert.ToBase64String("x"u8),
        });

        var answer = await scene.CommandAsync("open.jws", claims);

        Assert.Contains("ATTACHMENT_NAME_INVALID", answer["refused"]!.ToJsonString(), StringComparison.Ordinal); // it is refused
        Assert.Equal(0, scene.Store.Count("exchange"));
        Assert.True(File.Exists(Path.Combine(scene.Done, "open.jws"))); // it was handled: the answer says how
    }

    [Fact]
    public async Task Acknowledge_OfAnothersDelivery_IsNotFound()
    {
        await using var scene = await FileScene.StartAsync();
        var answer = await scene.CommandAsync("ack.jws", FileScene.On("acknowledge", $"mailbox/deliveries/{new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)}"));
        Assert.Contains("NOT_FOUND", answer["refused"]!.ToJsonString(), StringComparison.Ordinal); // it is refused
    }

    /// <summary>A detached JWS, verified from RFC 7515 by the published keys and without the gateway's code.</summary>
    private static bool IsSigned(byte[] content, string jws, string jwks)
    {
        var parts = jws.Split('.');
        var kid = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))?["kid"]?.GetValue<string>();
        var key = JsonNode.Parse(jwks)!["keys"]!.AsArray().Single(key => key!["kid"]!.GetValue<string>() == kid)!; // published keys have ids
        using var ecdsa = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars(key["x"]!.GetValue<string>()), Y = Base64Url.DecodeFromChars(key["y"]!.GetValue<string>()) }, // EC keys have both
        });
        return parts[1].Length == 0 && ecdsa.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{Base64Url.EncodeToString(content)}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
