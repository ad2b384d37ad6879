namespace LegalAid.Gateway.Simulation.PowerLoss;

/// <summary>The preloaded library, under a process that is not ours.</summary>
public sealed class RecorderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recorder-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Record_ShellAndItsChildren_HasEveryChangeInOrder()
    {
        var calls = await RecordAsync("mkdir d; printf one > d/a; dd if=d/a of=d/b conv=fsync; mv d/b d/c; ln d/c d/e; rm d/a; truncate -s 1 d/c");

        var seen = calls.Select(call => call.Kind switch
        {
            CallKind.Opened when call.Offset == 1 => $"made {call.Path}",
            CallKind.Written => $"wrote {System.Text.Encoding.ASCII.GetString(call.Data.Span)}",
            CallKind.Renamed or CallKind.Linked => $"{call.Kind} {call.Path} {call.Other}",
            CallKind.Truncated => $"{call.Kind} {call.Length}",
            CallKind.Opened => "",
            _ => $"{call.Kind} {call.Path}".TrimEnd(),
        });
        Assert.Equal(
            ["DirectoryMade d", "made d/a", "wrote one", "made d/b", "wrote one", "SyncBegun", "SyncEnded", "Renamed d/b d/c", "Linked d/c d/e", "Unlinked d/a", "Truncated 1"],
            seen.Where(line => line.Length > 0));
    }

    [Fact]
    public async Task Record_Played_GivesTheFilesThatAreThere()
    {
        var calls = await RecordAsync("i=0; while [ $i -lt 40 ]; do printf $i >> log; i=$((i+1)); done; printf x > log2; mv log2 log3; dd if=log of=log3 bs=7 seek=3 conv=notrunc");
        var disk = new Disk(NamePromise.ByDirectory);
        calls.ForEach(disk.Play);
        var image = _folder.CreateSubdirectory("image");
        disk.WriteSome(image.FullName, static _ => 1);

        Assert.Equal(Files(_folder.CreateSubdirectory("root")), Files(image));
    }

    [Fact]
    public async Task Record_OtherDirectories_AreNotSeen()
    {
        var calls = await RecordAsync("printf one > ../beside; printf two > inside");

        Assert.All(calls, call => Assert.DoesNotContain("beside", call.Path, StringComparison.Ordinal));
        Assert.Contains(calls, call => call.Path == "inside");
    }

    private async Task<List<Call>> RecordAsync(string script)
    {
        var root = _folder.CreateSubdirectory("root");
        var recorder = await Recorder.PrepareAsync(_folder.FullName, root.FullName, Cancellation);
        await Commands.RunAsync("sh", ["-c", script], Cancellation, start =>
        {
            recorder.Attach(start);
            start.WorkingDirectory = root.FullName;
        });
        return Recording.Read(recorder);
    }

    private static string[] Files(DirectoryInfo folder) =>
        [.. folder.EnumerateFiles().OrderBy(file => file.Name).Select(file => $"{file.Name}={File.ReadAllText(file.FullName)}")];
}
