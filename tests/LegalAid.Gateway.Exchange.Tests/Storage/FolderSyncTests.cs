using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Tests.Storage;

public sealed class FolderSyncTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sync-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Create_BelowFoldersThatAreNot_MakesThemAllAndMayBeRepeated()
    {
        var deep = Path.Combine(_folder.FullName, "one", "two", "three");

        FolderSync.Create(deep);
        FolderSync.Create(deep);

        Assert.True(Directory.Exists(deep));
    }

    [Fact]
    public void Sync_OfNoFolder_SaysSo() => Assert.Throws<IOException>(() => FolderSync.Sync(Path.Combine(_folder.FullName, "none")));
}
