using System.Text;

namespace LegalAid.Gateway.Simulation.PowerLoss;

/// <summary>The model of what a power cut leaves, call by call.</summary>
public sealed class DiskTests : IDisposable
{
    private const ulong Root = 1;
    private const ulong Some = 2;
    private const ulong Other = 3;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("disk-");
    private int _images;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Least_WrittenAndNotSynced_IsEmptyFile() =>
        Assert.Equal("a=", Least([.. Made(Some, "a"), Written(Some, 0, "one")]));

    [Fact]
    public void Least_WrittenAndSynced_Stays() =>
        Assert.Equal("a=one", Least([.. Made(Some, "a"), Written(Some, 0, "one"), .. Synced(Some), Written(Some, 0, "two")]));

    [Fact]
    public void Least_WrittenWhileASyncRuns_IsNotPromisedByIt() =>
        Assert.Equal("a=one", Least([.. Made(Some, "a"), Written(Some, 0, "one"), Begun(Some), Written(Some, 3, "two"), Ended(Some)]));

    [Fact]
    public void Least_SyncOfAnotherFile_PromisesNothing() =>
        Assert.Equal("a= b=", Least([.. Made(Some, "a"), .. Made(Other, "b"), Written(Some, 0, "one"), .. Synced(Other)]));

    [Fact]
    public void Least_SyncThatDidNotEnd_PromisesNothing() => Assert.Equal("a=", Least([.. Made(Some, "a"), Written(Some, 0, "one"), Begun(Some)]));

    [Fact]
    public void Least_SyncedFileInAnUnsyncedDirectory_IsGoneByPosixAndStaysOnExt4()
    {
        Call[] calls = [Opened(Some, "a", made: true), Written(Some, 0, "one"), .. Synced(Some)];

        Assert.Equal("", Least(calls));
        Assert.Equal("a=one", Least(calls, NamePromise.WithFile));
    }

    [Fact]
    public void Least_RenamedWithoutSyncOfTheDirectory_HasTheOldNames() =>
        Assert.Equal("a=one b=two", Least([.. Two, new Call(CallKind.Renamed, 1, 0, 0, 0, "a", "b", default)]));

    [Fact]
    public void Least_RenamedAndSynced_HasTheNewName() =>
        Assert.Equal("b=one", Least([.. Two, new Call(CallKind.Renamed, 1, 0, 0, 0, "a", "b", default), .. Synced(Root)]));

    [Fact]
    public void Least_RemovedWithoutSync_IsStillThere() =>
        Assert.Equal("a=one b=two", Least([.. Two, new Call(CallKind.Unlinked, 1, 0, 0, 0, "a", "", default)]));

    [Fact]
    public void Least_RemovedAndItsInodeServesAgain_KeepsThemApart() => Assert.Equal(
        "b=two c=new",
        Least([.. Two, new Call(CallKind.Unlinked, 1, 0, 0, 0, "a", "", default), Opened(Some, "c", made: true), Written(Some, 0, "new"), .. Synced(Some), .. Synced(Root)]));

    [Fact]
    public void Least_CutOffAndSynced_IsShort() =>
        Assert.Equal("a=o", Least([.. Made(Some, "a"), Written(Some, 0, "one"), new Call(CallKind.Truncated, 1, Some, 0, 1, "", "", default), .. Synced(Some)]));

    [Fact]
    public void Least_CutOffAndGrownAgain_ReadsAsZeros() => Assert.Equal(
        "a=o\0\0",
        Least([
            .. Made(Some, "a"), Written(Some, 0, "one"), new Call(CallKind.Truncated, 1, Some, 0, 1, "", "", default),
            new Call(CallKind.Allocated, 1, Some, 0, 3, "", "", default), .. Synced(Some),
        ]));

    [Fact]
    public void Some_EverythingKept_IsWhatTheSystemSaw() => Assert.Equal("b=one", Left([.. Two, new Call(CallKind.Renamed, 1, 0, 0, 0, "a", "b", default)], static _ => 1));

    [Fact]
    public void Some_NothingKept_IsTheLeast() => Assert.Equal("a=one b=two", Left([.. Two, Written(Some, 0, "new")], static _ => 0));

    [Fact]
    public void Some_SecondSectorKept_IsTornAndOutOfOrder()
    {
        var left = Left(
            [.. Made(Some, "a"), Written(Some, 0, new string('x', 1024)), .. Synced(Some), Written(Some, 0, new string('y', 1024))],
            static what => what.EndsWith("sector 1", StringComparison.Ordinal) ? 1 : 0);

        Assert.Equal("a=" + new string('x', 512) + new string('y', 512), left);
    }

    [Fact]
    public void Some_EarlierMomentOfASector_HasTheContentOfThatMoment() => Assert.Equal(
        "a=two",
        Left([.. Made(Some, "a"), Written(Some, 0, "one"), .. Synced(Some), Written(Some, 0, "two"), Written(Some, 0, "six")], static what => what.Contains("sector", StringComparison.Ordinal) ? 0.5 : 1));

    /// <summary>Two files, each written and synced with its directory.</summary>
    private static Call[] Two => [.. Made(Some, "a"), Written(Some, 0, "one"), .. Synced(Some), .. Made(Other, "b"), Written(Other, 0, "two"), .. Synced(Other)];

    private static Call[] Made(ulong inode, string path) => [Opened(Root, "", made: false), Opened(inode, path, made: true), .. Synced(Root)];

    private static Call Opened(ulong inode, string path, bool made) => new(CallKind.Opened, 1, inode, made ? 1 : 0, 0, path, "", default);

    private static Call Written(ulong inode, long offset, string text) => new(CallKind.Written, 1, inode, offset, 0, "", "", Encoding.ASCII.GetBytes(text));

    private static Call Begun(ulong inode) => new(CallKind.SyncBegun, 1, inode, 0, 0, "", "", default);

    private static Call Ended(ulong inode) => new(CallKind.SyncEnded, 1, inode, 0, 0, "", "", default);

    private static Call[] Synced(ulong inode) => [Begun(inode), Ended(inode)];

    private string Least(IEnumerable<Call> calls, NamePromise names = NamePromise.ByDirectory) =>
        Image(Played(calls, names).WriteLeast);

    private string Left(IEnumerable<Call> calls, Func<string, double> moment) =>
        Image(folder => Played(calls, NamePromise.ByDirectory).WriteSome(folder, moment));

    private static Disk Played(IEnumerable<Call> calls, NamePromise names)
    {
        var disk = new Disk(names);
        foreach (var call in calls)
        {
            disk.Play(call);
        }

        return disk;
    }

    private string Image(Action<string> write)
    {
        var image = _folder.CreateSubdirectory(FormattableString.Invariant($"{_images++}"));
        write(image.FullName);
        return string.Join(' ', image.EnumerateFiles().OrderBy(file => file.Name).Select(file => $"{file.Name}={File.ReadAllText(file.FullName)}"));
    }
}
