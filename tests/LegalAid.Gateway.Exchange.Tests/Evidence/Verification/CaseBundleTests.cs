using System.Collections.Immutable;
using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Json;
using LegalAid.Gateway.Exchange.Evidence;
using LegalAid.Gateway.Exchange.Evidence.Bundle;
using LegalAid.Gateway.Exchange.Evidence.Verification;
using LegalAid.Gateway.Exchange.Ledger;
using LegalAid.Gateway.Exchange.Storage.Sqlite;
using LegalAid.Gateway.Exchange.Tests.Fixtures;

namespace LegalAid.Gateway.Exchange.Tests.Evidence.Verification;

/// <summary>A bundle of a real case: whole, cut for an agency, the same each time, and wrong wherever a byte of it is changed.</summary>
public sealed class CaseBundleTests
{
    [Fact]
    public async Task Export_OfACase_VerifiesAndHoldsAll()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        using var signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (bundle, summary) = Export(audited, signing, first, reader: null);

        Assert.Empty(Verify(audited, signing, bundle));
        Assert.Empty(Verify(audited, signing, bundle, withKeys: false)); // it agrees with itself
        Assert.Equal((2, 2, 0), (summary.Messages, summary.Attachments, summary.Pending));
        var names = Names(bundle);
        foreach (var name in (string[])["index.html", "VERIFY.md", "manifest.json", "manifest.jws", "messages/0001-ask.json", "messages/0001-ask.receipt.jws",
            "messages/0001-ask.nonce", "messages/0001-ask.leaf.json", "attachments/0001-起诉书副本.txt", "evidence/checkpoint.txt", "keys/receipts.jwks.json", "keys/log.vkeys", "keys/witnesses.vkeys"])
        {
            Assert.Contains(name, names);
        }

        Assert.Equal("起诉书副本", Text(bundle, "attachments/0001-起诉书副本.txt"));
        var page = Text(bundle, "index.html");
        foreach (var said in (string[])["是否受理？", "送达", "起诉书副本.txt", "（2026）桂0103刑初12号", LogKeeper.Origin])
        {
            Assert.Contains(System.Net.WebUtility.HtmlEncode(said), page, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal); // it loads nothing
    }

    [Fact]
    public async Task Export_OfTheSameState_GivesTheSameBytes()
    {
        var (audited, first, second) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        using var signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (before, _) = Export(audited, signing, first, reader: null);

        await audited.World.NoteAsync(second, "另一业务继续"); // another case goes on
        await audited.Keeper.GrowAsync();

        Assert.Equal(before, Export(audited, signing, first, reader: null).Bundle);
    }

    [Fact]
    public async Task Export_ForAnAgency_HoldsWhatItSentOrReceivedAndVerifies()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        using var signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var (centre, _) = Export(audited, signing, first, SmallExchange.CentreId.Value);
        Assert.Empty(Verify(audited, signing, centre));
        Assert.Contains("attachments/0001-起诉书副本.txt", Names(centre)); // travelled with what it received
        Assert.DoesNotContain(Names(centre), name => name.Contains("通知书", StringComparison.Ordinal)); // was sent to nobody

        using var stream = new MemoryStream();
        Assert.Null(Exporter(audited, signing, out var archive).Write(first.Value, SmallExchange.OtherCentreId.Value, stream));
        Assert.Null(Exporter(audited, signing, out var another).Write(audited.World.Ids.NewId(), null, stream));
        Assert.Equal(0, stream.Length);
        archive.Dispose();
        another.Dispose();
    }

    [Fact]
    public async Task Export_OfAnErasedCase_StillProves()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        using var signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var row = await audited.World.Store.FindExchangeAsync(first, AuditedWorld.Cancellation) ?? throw new InvalidOperationException("no exchange");
        var now = audited.World.Time.GetUtcNow();
        var leaf = Leaf.Of(new LeafId(audited.World.Ids.NewId()), LeafKinds.Erased, first, null, null, now, []);
        Assert.True(await audited.World.Store.EraseAsync(first, row.Version, now, leaf, AuditedWorld.Cancellation));
        await audited.Keeper.GrowAsync();

        var (bundle, _) = Export(audited, signing, first, reader: null);
        Assert.Empty(Verify(audited, signing, bundle));
        Assert.DoesNotContain("是否受理", Text(bundle, "index.html"), StringComparison.Ordinal);
        Assert.Contains("已依保存期限抹除", Text(bundle, "index.html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_LeafThatIsNotLoggedYet_SaysSo()
    {
        var (audited, first, second) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        using var signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await audited.World.NoteAsync(second, "刚刚");
        var (bundle, summary) = Export(audited, signing, second, reader: null);
        Assert.Equal(1, summary.Pending);
        Assert.Equal(FindingCodes.ProofMissing, Assert.Single(Verify(audited, signing, bundle)).Code);
        Assert.NotEqual(first, second);
    }

    /// <summary>The program on the page about evidence checks a bundle with Python's own library and openssl alone, which this test needs.</summary>
    [Fact]
    public async Task Verify_ByTheProgramOfThePage_HoldsUntilAByteIsChanged()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        using var signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (bundle, _) = Export(audited, signing, first, reader: null);
        var folder = Directory.CreateDirectory(Path.Combine(audited.World.Folder.FullName, "case")).FullName;
        await ZipFile.ExtractToDirectoryAsync(new MemoryStream(bundle), folder, AuditedWorld.Cancellation);
        var program = Path.Combine(audited.World.Folder.FullName, "by-hand.py");
        await File.WriteAllTextAsync(program, ProgramOf(Page()), AuditedWorld.Cancellation);

        var (code, said) = await RunAsync("python3", program, folder);
        Assert.True(code == 0, said);
        Assert.Contains("2 messages, 2 documents", said, StringComparison.Ordinal);

        foreach (var file in (string[])["messages/0001-ask.receipt.jws", "messages/0001-ask.nonce", "attachments/0001-起诉书副本.txt", "evidence/checkpoint.txt"])
        {
            var path = Path.Combine(folder, file);
            var content = await File.ReadAllBytesAsync(path, AuditedWorld.Cancellation);
            await File.WriteAllBytesAsync(path, [.. content.Select((letter, place) => place == 40 % content.Length ? (byte)(letter ^ 1) : letter)], AuditedWorld.Cancellation);
            Assert.NotEqual(0, (await RunAsync("python3", program, folder)).Code);
            await File.WriteAllBytesAsync(path, content, AuditedWorld.Cancellation);
        }
    }

    [Fact]
    public void Page_ListsEveryCode() => Assert.All(FindingCodes.All, code => Assert.Contains($"| `{code.Code}` | {code.Zh} | {code.En} |", Page(), StringComparison.Ordinal));

    private static string Page()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LegalAid.Gateway.sln")))
        {
            folder = folder.Parent;
        }

        return File.ReadAllText(Path.Combine(folder?.FullName ?? throw new InvalidOperationException("no root"), "docs", "evidence.md"));
    }

    private static string ProgramOf(string page) => page.Split("```python\n")[1].Split("```")[0];

    private static async Task<(int Code, string Said)> RunAsync(string program, params string[] arguments)
    {
        using var process = new Process { StartInfo = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true } };
        process.Start();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(AuditedWorld.Cancellation), process.StandardError.ReadToEndAsync(AuditedWorld.Cancellation));
        await process.WaitForExitAsync(AuditedWorld.Cancellation);
        return (process.ExitCode, await output + await error);
    }

    public static TheoryData<string, string, string> Edits => new()
    {
        { "messages/0001-ask.json", "FILE_DIGEST", "messages/0001-ask.json" },
        { "messages/0001-ask.json", "MESSAGE_CONTENT", "exchanges/" },
        { "messages/0001-ask.json", "RECEIPT_PAYLOAD", "exchanges/" },
        { "messages/0001-ask.content.json", "MESSAGE_CONTENT", "exchanges/" },
        { "messages/0001-ask.leaf.json", "PROOF_INCLUSION", "leaves/" },
        { "messages/0001-ask.receipt.jws", "RECEIPT_SIGNATURE", "exchanges/" },
        { "attachments/0001-起诉书副本.txt", "ATTACHMENT_CONTENT", "attachments/0001" },
        { "evidence/checkpoint.txt", "CHECKPOINT_ROW", "evidence/proofs/" },
        { "manifest.json", "MANIFEST_SIGNATURE", "manifest.jws" },
        { "index.html", "FILE_DIGEST", "index.html" },
    };

    /// <summary>One byte of a file is changed.</summary>
    [Theory]
    [MemberData(nameof(Edits))]
    public async Task Verify_EditedFile_IsFound(string file, string code, string entry)
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        using var signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (bundle, _) = Export(audited, signing, first, reader: null);

        var edited = Change(bundle, zip => Rewrite(zip, file, content =>
        {
            var place = file.EndsWith(".json", StringComparison.Ordinal) ? Array.LastIndexOf(content, (byte)'"') - 1 : content.Length / 2;
            content[place] ^= 1;
            return content;
        }));

        AssertFound(Verify(audited, signing, edited), code, entry);
    }

    [Fact]
    public async Task Verify_DroppedOrAddedFile_IsFound()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        using var signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (bundle, _) = Export(audited, signing, first, reader: null);

        var dropped = Verify(audited, signing, Change(bundle, zip => Assert.IsType<ZipArchiveEntry>(zip.GetEntry("messages/0001-ask.json")).Delete()));
        AssertFound(dropped, "FILE_MISSING", "messages/0001-ask.json");
        AssertFound(dropped, "MESSAGE_MISSING", first.ResourceName);
        AssertFound(Verify(audited, signing, Change(bundle, zip => zip.CreateEntry("messages/0009-note.json"))), "FILE_EXTRA", "messages/0009-note.json");
        AssertFound(Verify(audited, signing, Change(bundle, zip => zip.CreateEntry("index.html"))), "FILE_EXTRA", "index.html");
        AssertFound(Verify(audited, signing, Change(bundle, zip => Assert.IsType<ZipArchiveEntry>(zip.GetEntry("manifest.json")).Delete())), "FILE_MISSING", "manifest.json");
        AssertFound(Verify(audited, signing, Encoding.UTF8.GetBytes("no zip")), "BUNDLE_MALFORMED", "bundle");
    }

    /// <summary>The forger swaps a document and sets every digest right, under a key of his own that he puts into the bundle.</summary>
    /// <summary>Whoever forges a bundle must not be able to end the verifier instead.</summary>
    [Theory]
    [InlineData("[]")]
    [InlineData("""{"files": {"index.html": 1}}""")]
    [InlineData("""{"files": {"index.html": "a", "index.html": "b"}}""")]
    [InlineData("""{"files": {}, "attachments": [{"id": "x"}, {"id": "x"}]}""")]
    [InlineData("""{"files": {}, "messages": [{"name": 1, "receipt": 2}]}""")]
    public void Verify_ManifestOfAnotherShape_IsFoundAndNoFailure(string manifest)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var file = zip.CreateEntry("manifest.json").Open();
            file.Write(Encoding.UTF8.GetBytes(manifest));
        }

        var findings = new FindingList();
        _ = new BundleVerifier(PublicKeys.None, new TimeBounds(), findings).Verify(stream);

        Assert.NotEmpty(findings.Sorted());
    }

    [Fact]
    public async Task Verify_SwappedAttachmentUnderAnotherKey_IsFound()
    {
        var (audited, first, _) = await AuditedWorld.CreateAsync();
        await using var owner = audited;
        using var signing = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var thief = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        const string file = "attachments/0001-起诉书副本.txt";
        var other = Encoding.UTF8.GetBytes("不起诉决定书");
        var (bundle, _) = Export(audited, signing, first, reader: null);
        var forged = Change(bundle, zip =>
        {
            Rewrite(zip, file, _ => other);
            byte[] manifest = [];
            Rewrite(zip, "manifest.json", content =>
            {
                var read = JsonNode.Parse(content)!.AsObject(); // written by the exporter
                read["files"]![file] = CanonicalJson.Digest(other); // a manifest has files
                read["attachments"]![0]!["sha256"] = CanonicalJson.Digest(other); // and this one a document
                return manifest = CanonicalJson.Canonicalise(read);
            });
            Rewrite(zip, "manifest.jws", _ => Encoding.ASCII.GetBytes(new ManifestSigner("manifest", thief).Sign(manifest)));
        });

        var found = Verify(audited, signing, forged);
        AssertFound(found, "MANIFEST_SIGNATURE", "manifest.jws");
        AssertFound(found, "ATTACHMENT_COMMITMENT", file);
        AssertFound(found, "RECEIPT_DOCUMENTS", first.ResourceName);
    }

    private static (byte[] Bundle, CaseSummary Summary) Export(AuditedWorld audited, ECDsa signing, ExchangeId exchange, string? reader)
    {
        using var stream = new MemoryStream();
        var summary = Exporter(audited, signing, out var archive).Write(exchange.Value, reader, stream);
        archive.Dispose();
        return (stream.ToArray(), Assert.IsType<CaseSummary>(summary));
    }

    private static CaseExporter Exporter(AuditedWorld audited, ECDsa signing, out SqliteArchive archive) =>
        new(archive = SqliteArchive.Open(audited.Database), audited.World.Keys, KeysOf(audited, signing), new ManifestSigner("manifest", signing));

    private static PublicKeys KeysOf(AuditedWorld audited, ECDsa signing)
    {
        var keys = audited.Keys;
        return keys with { Receipts = keys.Receipts?.Add("manifest", new VerifyingKey("manifest", signing.ExportParameters(false).Q)) };
    }

    private static IReadOnlyList<Finding> Verify(AuditedWorld audited, ECDsa signing, byte[] bundle, bool withKeys = true)
    {
        var findings = new FindingList();
        using var stream = new MemoryStream(bundle);
        new BundleVerifier(withKeys ? KeysOf(audited, signing) : PublicKeys.None, new TimeBounds(), findings).Verify(stream);
        return findings.Sorted();
    }

    private static byte[] Change(byte[] bundle, Action<ZipArchive> change)
    {
        using var stream = new MemoryStream();
        stream.Write(bundle);
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            change(zip);
        }

        return stream.ToArray();
    }

    private static void Rewrite(ZipArchive zip, string name, Func<byte[], byte[]> change)
    {
        var entry = zip.GetEntry(name) ?? throw new InvalidOperationException($"no {name}");
        using var file = entry.Open();
        using var copy = new MemoryStream();
        file.CopyTo(copy);
        var changed = change(copy.ToArray());
        file.SetLength(0);
        file.Write(changed);
    }

    private static ImmutableArray<string> Names(byte[] bundle)
    {
        using var zip = new ZipArchive(new MemoryStream(bundle));
        return [.. zip.Entries.Select(entry => entry.FullName)];
    }

    private static string Text(byte[] bundle, string name)
    {
        using var zip = new ZipArchive(new MemoryStream(bundle));
        using var reader = new StreamReader(Assert.IsType<ZipArchiveEntry>(zip.GetEntry(name)).Open());
        return reader.ReadToEnd();
    }

    private static void AssertFound(IReadOnlyList<Finding> findings, string code, string entry) =>
        Assert.True(
            findings.Any(finding => finding.Code.Code == code && finding.Entry.StartsWith(entry, StringComparison.Ordinal)),
            $"no {code} on {entry} in:\n{string.Join('\n', findings.Select(finding => $"{finding.Code.Code} {finding.Entry} {finding.Detail}"))}");
}
