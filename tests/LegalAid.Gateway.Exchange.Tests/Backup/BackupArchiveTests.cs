using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using LegalAid.Gateway.Exchange.Backup;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Backup;

/// <summary>What a backup's file gives away, and what becomes of one that was changed.</summary>
public sealed class BackupArchiveTests : IDisposable
{
    private const string Passphrase = "correct horse battery";
    private const int Stride = 61; // each try derives a key, which takes its time by intent
    private const string Secret = "cmluZy1rZXktdGhhdC1pcy1zZWNyZXQ";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("archive-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder.FullName, "backup.zip");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task File_IsItsOwnersAloneAndHidesTheKeys()
    {
        await WriteAsync();

        Assert.True(OperatingSystem.IsWindows() || System.IO.File.GetUnixFileMode(File) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.DoesNotContain(Secret, Encoding.Latin1.GetString(await System.IO.File.ReadAllBytesAsync(File, Cancellation)), StringComparison.Ordinal);
        using var backup = Assert.IsType<BackupOpening.Opened>(await OpenAsync()).Backup;
        Assert.Equal(Secret, Encoding.ASCII.GetString(backup.Keys["ring/1.key"]));
    }

    [Fact]
    public async Task Open_UnderAnotherPassphrase_IsToldSo()
    {
        await WriteAsync();
        Assert.IsType<BackupOpening.WrongPassphrase>(await OpenedBackup.OpenAsync(File, Passphrase + "!", Cancellation));
    }

    /// <summary>A byte changed anywhere is found; where the zip does not mean anything by it, what comes out is the same.</summary>
    [Fact]
    public async Task Open_AByteChangedAnywhere_NeverGivesSomethingElse()
    {
        await WriteAsync();
        var good = await System.IO.File.ReadAllBytesAsync(File, Cancellation);
        var found = 0;
        for (var at = 0; at < good.Length; at += Stride)
        {
            var changed = good.ToArray();
            changed[at] ^= 0x20;
            await System.IO.File.WriteAllBytesAsync(File, changed, Cancellation);
            if (await OpenAsync() is BackupOpening.Opened(var backup))
            {
                using (backup)
                {
                    using var part = new StreamReader(backup.Open(backup.StoreParts.Single()));
                    Assert.Equal(MemoryCopy.Content, await part.ReadToEndAsync(Cancellation));
                    Assert.Equal(Secret, Encoding.ASCII.GetString(backup.Keys["ring/1.key"]));
                }
            }
            else
            {
                found++;
            }
        }

        Assert.True(found > good.Length / Stride / 2, $"{found} changes were found");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(99)]
    public async Task Open_CutOff_IsDamaged(int percent)
    {
        await WriteAsync();
        var good = await System.IO.File.ReadAllBytesAsync(File, Cancellation);
        await System.IO.File.WriteAllBytesAsync(File, good[..(good.Length * percent / 100)], Cancellation);
        Assert.IsType<BackupOpening.Damaged>(await OpenAsync());
    }

    /// <summary>Whoever has the file can make digests that fit other rows, and not the authenticator.</summary>
    [Fact]
    public async Task Open_RowsReplacedWithFittingDigests_IsRefused()
    {
        await WriteAsync();
        var manifest = BackupManifest.Parse(Encoding.UTF8.GetBytes(Read("manifest.json")))!; // it was just written
        var (before, after) = (Encoding.UTF8.GetBytes(MemoryCopy.Content), Encoding.UTF8.GetBytes(MemoryCopy.Content.Replace('a', 'b')));
        var forged = manifest with
        {
            Parts = [.. manifest.Parts.Select(part => part.Bytes == before.Length ? part with { Sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(after)) } : part)],
        };
        Replace("store/table", after);
        Replace("manifest.json", forged.ToBytes());
        Assert.IsType<BackupOpening.WrongPassphrase>(await OpenAsync());
    }

    [Fact]
    public async Task Open_AnEntryMoreOrLess_IsDamaged()
    {
        await WriteAsync();
        Replace("store/more", [1]);
        Assert.IsType<BackupOpening.Damaged>(await OpenAsync());
        Replace("store/more", null);
        (await OpenAsync() as BackupOpening.Opened)!.Backup.Dispose(); // whole again
        Replace("keys.sealed", null);
        Assert.IsType<BackupOpening.Damaged>(await OpenAsync());
    }

    [Fact]
    public async Task Open_OfALaterFormat_SaysSo()
    {
        await WriteAsync();
        Replace("manifest.json", Encoding.UTF8.GetBytes(Read("manifest.json").Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal)));
        Assert.Equal(new BackupOpening.UnknownFormat(2), await OpenAsync());
    }

    [Fact]
    public async Task Write_ThatFails_LeavesNothingAndNeverWritesOver()
    {
        await Assert.ThrowsAsync<IOException>(() => WriteAsync(new MemoryCopy(fails: true)));
        Assert.Empty(_folder.GetFiles());
        await System.IO.File.WriteAllTextAsync(File, "mine", Cancellation);
        await Assert.ThrowsAsync<IOException>(() => WriteAsync());
        Assert.Equal("mine", await System.IO.File.ReadAllTextAsync(File, Cancellation));
        Assert.Single(_folder.GetFiles());
    }

    [Theory]
    [InlineData("../index.key")]
    [InlineData("/etc/passwd")]
    [InlineData("ring//1.key")]
    [InlineData("ring/..")]
    [InlineData("ring\\1.key")]
    public void Keys_ThatWouldBeWrittenElsewhere_AreRefused(string name) => Assert.Throws<InvalidDataException>(
        () => KeyFiles.Unpack(KeyFiles.Pack(ImmutableSortedDictionary<string, byte[]>.Empty.Add(name, [1]))));

    private async Task WriteAsync(MemoryCopy? copy = null) => await BackupWriter.WriteAsync(
        File, copy ?? new MemoryCopy(), "ring", ImmutableSortedDictionary<string, byte[]>.Empty.Add("ring/1.key", Encoding.ASCII.GetBytes(Secret)), Passphrase,
        DateTimeOffset.UnixEpoch, Cancellation);

    private Task<BackupOpening> OpenAsync() => OpenedBackup.OpenAsync(File, Passphrase, Cancellation);

    private string Read(string entry)
    {
        using var zip = ZipFile.OpenRead(File);
        using var reader = new StreamReader(zip.GetEntry(entry)!.Open()); // it was written
        return reader.ReadToEnd();
    }

    private void Replace(string entry, byte[]? content)
    {
        using var zip = ZipFile.Open(File, ZipArchiveMode.Update);
        zip.GetEntry(entry)?.Delete();
        if (content is not null)
        {
            using var to = zip.CreateEntry(entry).Open();
            to.Write(content);
        }
    }

    private sealed class MemoryCopy(bool fails = false) : IStoreCopy
    {
        public const string Content = "abcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabc";

        public string Kind => "memory";

        public int SchemaVersion => 1;

        public LogHead? Head => null;

        public ImmutableArray<StorePart> Parts => [new StorePart("table", ["a", "b"])];

        public ValueTask<Stream> OpenAsync(StorePart part, CancellationToken cancellationToken)
        {
            var content = new MemoryStream(Encoding.UTF8.GetBytes(Content));
            return ValueTask.FromResult<Stream>(fails ? new CutStream(content) : content);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
